"""Cases run in this process, as `validate` runs them."""

from __future__ import annotations

import random  # noqa: TID251 - a student's solution may draw from it

import numpy as np
import pytest
import torch

from autograder.model import Case
from autograder.staff.validate import matrix
from autograder.testing import assert_close


@pytest.mark.parametrize(
    "draw",
    [
        lambda: torch.rand(()).item(),
        lambda: np.random.random(),  # noqa: NPY002 - likewise
        lambda: random.random(),
    ],
    ids=["torch", "numpy", "Python"],
)
def test_a_function_that_draws_gets_the_same_verdict_twice(draw):
    case = Case(
        topic="noise",
        part="draw",
        name="next to a half",
        hidden=True,
        weight=1,
        parameters=("draw",),
        run=lambda names: assert_close(names["draw"](), 0.5, atol=1.0, rtol=0.0),
    )
    first, second = (matrix.ratio(case, {"draw": draw}) for _ in range(2))
    assert first == second
    assert 0 < first < 1
    assert matrix.ratio(case, {"draw": draw}, seed="another") != first
