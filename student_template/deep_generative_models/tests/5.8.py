"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "5.8"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


# The radial layer from above, about 0, takes (0.18, 0.24) to (0.36, 0.48) and (-0.54, -0.72) to
# (-0.81, -1.08), with the determinants 3 and 27/16. Half the squares of the former are 0.045 and 0.405.
LAYERS = [(numbers(0, 0), 0.3, 0.6)]
DATA, LOG_P_DATA = numbers((0.36, 0.48), (-0.81, -1.08)), numbers(-4, -2.3)


@test_case(name="kl_identity: the forward estimate", points=0.01)
def forward_estimate(forward_kl):
    """The log-density of the flow is -0.045 - log(2 pi) - log 3 and -0.405 - log(2 pi) - log(27/16)."""
    expected = (-4 - 2.3 + 0.045 + 0.405 + 2 * log(2 * math.pi) + log(81 / 16)) / 2
    assert_close(forward_kl(DATA, LOG_P_DATA, LAYERS), expected, what="the estimate")


@test_case(name="kl_identity: the same in the base", points=0.01)
def estimate_in_base(forward_kl_in_base):
    """Pulled back to the base, the log-densities of the data are -4 + log 3 and -2.3 + log(27/16)."""
    expected = (-4 - 2.3 + log(81 / 16) + 0.045 + 0.405 + 2 * log(2 * math.pi)) / 2
    assert_close(forward_kl_in_base(DATA, LOG_P_DATA, LAYERS), expected, what="the estimate")
