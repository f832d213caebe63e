"""The laws that `harden.py` of a question declares, on answers whose truth is known by hand."""

from pathlib import Path

import pytest
import torch

from autograder.staff.harden.question import open_question
from reference import simsiam

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("pair", "unit", "right"),
    [
        ((0.0, 3.0), (0.0, 1.0, 1.0), True),  # a = 0: the unit is constant
        ((0.0, 3.0), (2.0, 0.0, 1.0), True),  # b = 0: likewise
        ((-2.0, -3.0), (2.0, 1.0, 1.0), True),  # both on the flat side
        ((0.0, 3.0), (2.0, 1.0, 1.0), False),
        ((-2.0, -2.0), (2.0, 1.0, 1.0), False),  # one number twice
        ((0.0, float("inf")), (0.0, 1.0, 1.0), False),
    ],
)
def test_which_pairs_collide(pair, unit, right):
    assert open_question(ROOT, "flows").declared.laws["relu_collision"](pair, *unit) is right


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_a_bound_is_held_to_the_precision_of_its_inputs(dtype):
    law = open_question(ROOT, "simsiam").declared.laws["bound_path"]
    eye = torch.eye(2, dtype=dtype)
    # H = I: both bounds are exp(-0.5) times the norm of the encoder, the root of 2.
    given = (eye, 0 * torch.stack([eye, eye]), 0 * eye, eye, torch.full((2,), 0.25, dtype=dtype))
    bound = torch.exp(torch.tensor(-0.5, dtype=torch.float64)) * 2**0.5
    assert torch.isclose(simsiam.bound_path(*given).double(), bound, rtol=1e-6)
    far = 3e-5 if dtype == torch.float32 else 3e-8
    assert law(bound + far, *given)
    assert not law(bound + 100 * far, *given)
