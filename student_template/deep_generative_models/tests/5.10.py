"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from drivers.flows import reverse_divergence
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "5.10"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


# The radial layer from above, about 0, takes (0.18, 0.24) to (0.36, 0.48) and (-0.54, -0.72) to
# (-0.81, -1.08), with the determinants 3 and 27/16. Half the squares of the former are 0.045 and 0.405.
LAYERS = [(numbers(0, 0), 0.3, 0.6)]


@test_case(name="reverse: the reverse estimate", points=0.01)
def reverse_estimate(reverse_kl):
    """The layer takes (0.18, 0.24) to (0.36, 0.48) and leaves (0, 0), with the determinants 3 and 9.

    The target N((0, 2), 4 I) has the log-densities -0.305 - log(8 pi) and -0.5 - log(8 pi) there, and the
    base has -0.045 - log(2 pi) and -log(2 pi): the terms are log 4 + 0.26 - log 3 and log 4 + 0.5 - log 9.
    """
    u = numbers((0.18, 0.24), (0, 0))
    value = via(reverse_divergence, reverse_kl, u, LAYERS, numbers((0, 2)), 2.0)
    assert_close(value, (0.76 + log(16 / 27)) / 2, what="the estimate")
