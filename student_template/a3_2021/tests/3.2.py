"""Normalizing flows: small cases that can be checked by hand."""

import torch
from drivers.flows import forward_objectives, reverse_objectives
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_one_of, via

OK_FORMAT = False

name = "3.2"


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


# Three flows of one number, u -> 2u, u -> u/2 and u -> 1 + 2u.
LINES = [
    ("affine", (numbers(0), numbers((2,)))),
    ("affine", (numbers(0), numbers((0.5,)))),
    ("affine", (numbers(1), numbers((2,)))),
]


@test_case(name="objective: three flows on the samples 1 and 3 of the data", points=0.1)
def forward_by_hand(forward_objective):
    """What u -> 2u gets is taken off from what the others get: a constant does not matter."""
    found = via(forward_objectives, forward_objective, numbers((1,), (3,)), LINES)
    found = as_array(found, shape=(3,), what="the objectives")
    expected = [7.988705638880109, -0.375]
    assert_close(found[1:] - found[0], expected, what="the differences of the objectives")


@test_case(name="objective: three flows on the samples 0 and 1.2 of the base", points=0.1)
def reverse_by_hand(reverse_objective):
    """What u -> 2u gets is taken off from what the others get; the data have the density N(1, 4)."""
    given = numbers((0,), (1.2,)), numbers((1,)), 2.0, LINES
    found = via(reverse_objectives, reverse_objective, *given)
    found = as_array(found, shape=(3,), what="the objectives")
    expected = [1.2737943611198906, 0.175]
    assert_close(found[1:] - found[0], expected, what="the differences of the objectives")


@test_case(name="objective: form of the answer where p_X can be evaluated", points=0)
def form_for_density(kl_objective):
    """One of the two words; which one is for you to find."""
    assert_one_of(kl_objective("density"), ("forward", "reverse"), what="`kl_objective`")


@test_case(name="objective: form of the answer with samples of p_X", points=0)
def form_for_samples(kl_objective):
    """One of the two words; which one is for you to find."""
    assert_one_of(kl_objective("samples"), ("forward", "reverse"), what="`kl_objective`")
