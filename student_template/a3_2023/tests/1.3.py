"""Variational autoencoders: small cases that can be checked by hand."""

from math import log

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, assert_one_of, unpack

OK_FORMAT = False

name = "1.3"

APPROACHES = ("instance", "amortized")


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def no_choice():
    """Joint tables and candidates that leave one choice only, and the divergences that come out.

    First three examples with one candidate, then one example with three candidates: that example
    has the posterior (1/4, 3/4), and the second candidate is the nearest to it.
    """
    of_three = [
        0.6 * log(0.6 * 4 / 3) + 0.4 * log(0.4 * 4),
        0.6 * log(0.6 * 5) + 0.4 * log(0.4 * 5 / 4),
        0.6 * log(0.6 * 3) + 0.4 * log(0.4 * 3 / 2),
    ]
    of_one = [0.3 * log(0.3 * 4) + 0.7 * log(0.7 * 4 / 3)]
    joints = rows((0.3, 0.1), (0.1, 0.4), (0.02, 0.04))
    candidates = rows((0.6, 0.4), (0.3, 0.7), (0.1, 0.9))
    return [(joints, rows((0.6, 0.4)), of_three), (rows((0.05, 0.15)), candidates, of_one)]


@test_case(name="amortization: one q for all, where there is no choice", points=0.25)
def shared_without_choice(amortized_and_instance_kl):
    """With one candidate, and with one example, the two approaches choose the same q."""
    for joints, family, right in no_choice():
        found, _ = unpack(amortized_and_instance_kl(joints, family), 2)
        assert_close(found, right, what="the divergences of the shared q")


@test_case(name="amortization: a q for each, where there is no choice", points=0.25)
def own_without_choice(amortized_and_instance_kl):
    """With one candidate, and with one example, the two approaches choose the same q."""
    for joints, family, right in no_choice():
        _, found = unpack(amortized_and_instance_kl(joints, family), 2)
        assert_close(found, right, what="the divergences of each example's own q")


@test_case(name="amortization: form of bigger_gap()", points=0)
def form_of_the_gap(bigger_gap):
    """One of the two words; which one is for you to find."""
    assert_one_of(bigger_gap(), APPROACHES, what="`bigger_gap`")
