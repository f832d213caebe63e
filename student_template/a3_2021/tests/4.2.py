"""Games of two players: small cases that can be checked by hand."""

import numpy as np
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "4.2"


@test_case(name="density: the best discriminator at three points", points=0.01)
def best_discriminator(optimal_discriminator):
    """Where the two densities are equal it cannot decide."""
    found = optimal_discriminator(np.array([1.2, 0.3, 0.5]), np.array([0.4, 2.7, 0.5]))
    assert_close(found, [0.75, 0.1, 0.5], what="the output")


@test_case(name="density: from the discriminator back", points=0.01)
def back(density_from_discriminator):
    """Where the discriminator is undecided, the two densities are equal."""
    found = density_from_discriminator(np.array([0.7, 0.4, 2.7]), np.array([0.5, 0.75, 0.1]))
    assert_close(found, [0.7, 1.2, 0.3], what="the density")
