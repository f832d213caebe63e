"""What `autograder harden` cannot see in the public cases: a loss is right up to a constant."""

import numpy as np
from drivers.ddpm import with_two_models

from autograder.testing import as_array, unpack
from reference import ddpm as reference


def differ_rightly(found, x0, eps, betas, sigma2):
    """The losses of two models differ by what they should; what no model changes may be left out."""
    right = np.stack(with_two_models(reference.elbo_loss, x0, eps, betas, sigma2))
    of_each = [as_array(loss, shape=right[0].shape, what="the loss") for loss in unpack(found, 2)]
    error = np.abs(of_each[0] - of_each[1] - right[0] + right[1])
    return error <= 1e-8 * (1 + np.abs(right).max(0))


laws = {"elbo_loss": differ_rightly}
