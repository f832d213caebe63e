"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "3.2"


@test_case(name="density: the best discriminator at three points", points=1)
def best_discriminator(optimal_discriminator):
    """Where the densities are equal it cannot decide; where the real one is a third, 1 of 4 is real."""
    found = optimal_discriminator(np.array([1.0, 3.0, 0.5]), np.array([3.0, 1.0, 0.5]))
    assert_close(found, [0.25, 0.75, 0.5], what="the output")


@test_case(name="density: from the discriminator back", points=1)
def back(density_from_discriminator):
    """Undecided: the densities are equal. 3 of 4 are real: three times as dense; 1 of 5: a quarter."""
    found = density_from_discriminator(np.array([2.0, 1.0, 4.0]), np.array([0.5, 0.75, 0.2]))
    assert_close(found, [2.0, 3.0, 1.0], what="the density")
