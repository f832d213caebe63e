"""Games of two players: small cases that can be checked by hand."""

import numpy as np
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "4.1"


@test_case(name="jsd: three discriminators", points=0.01)
def three_discriminators(jsd_from_discriminator):
    """Where nothing tells the two samples apart, their divergence is 0."""
    found = jsd_from_discriminator(np.array([0.5, 0.5]), np.array([0.5, 0.5, 0.5]))
    assert_close(found, 0.0, what="the estimate of an undecided discriminator")
    found = jsd_from_discriminator(np.array([0.8, 0.8, 0.8]), np.array([0.15, 0.15]))
    assert_close(found, 0.500315940153953, what="the estimate of a good discriminator")
    found = jsd_from_discriminator(np.array([0.7, 0.1]), np.array([0.6]))
    assert_close(found, -0.42981319461032663, what="the estimate of a bad discriminator")
