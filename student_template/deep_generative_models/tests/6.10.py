"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "6.10"


@test_case(name="jsd: one output a sample", points=1)
def constant_outputs(jsd_from_discriminator):
    """It is log 2 + (log 3/4 + log 3/4)/2 = log 3/2; an undecided discriminator finds 0."""
    found = jsd_from_discriminator(np.array([0.75, 0.75, 0.75]), np.array([0.25, 0.25]))
    assert_close(found, math.log(1.5), what="the estimate")
    found = jsd_from_discriminator(np.array([0.5, 0.5]), np.array([0.5, 0.5, 0.5]))
    assert_close(found, 0.0, what="the estimate of an undecided discriminator")


@test_case(name="jsd: a mean of logarithms", points=1)
def mean_of_logs(jsd_from_discriminator):
    """The mean of log 1/2 and log 1/8 is -2 log 2: log 2 + (-2 log 2 - log 2)/2 = -(log 2)/2."""
    found = jsd_from_discriminator(np.array([0.5, 0.125]), np.array([0.5]))
    assert_close(found, -math.log(2) / 2, what="the estimate")
