"""What `autograder harden` cannot see in the public cases: a loss is right up to a constant."""

import numpy as np
from drivers.ddpm import with_two_models

from autograder.testing import as_array
from reference import ddpm as reference


def differ_rightly(found, x0, eps, betas, sigma2):
    """The losses of two models differ by what they should; what no model changes may be left out."""
    right = as_array(with_two_models(reference.elbo_loss, x0, eps, betas, sigma2))
    found = as_array(found, shape=right.shape, what="the losses of two models")
    error = np.abs(found[0] - found[1] - right[0] + right[1])
    return error <= 1e-8 * (1 + np.abs(right).max(0))


laws = {"elbo_loss": differ_rightly}
