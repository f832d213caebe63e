"""A right answer in float32 loses points in a hand-out only where its student was told and can see it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch

from autograder.course.reference import reference_functions
from autograder.model import Case, Question
from autograder.staff.validate import matrix
from autograder.testing import Mismatch
from tests import handouts
from tests.support import handed_in

SINGLE = {np.float64: np.float32, np.complex128: np.complex64}


def rounded(value: Any) -> Any:
    """The same numbers, each as the nearest one of float32."""
    match value:
        case torch.Tensor():
            return torch.from_numpy(np.asarray(rounded(value.detach().numpy())))
        case np.ndarray() | np.generic():
            return value.astype(SINGLE.get(value.dtype.type, value.dtype))
        case bool() | int() | str():
            return value
        case float():
            return np.float32(value)
        case complex():
            return np.complex64(value)
        case list() | tuple():
            return type(value)(map(rounded, value))
        case dict():
            return {key: rounded(item) for key, item in value.items()}
    return value


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    def single(*arguments: Any, **named: Any) -> Any:
        return rounded(function(*arguments, **named))

    return single


def from_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    def single(*arguments: Any, **named: Any) -> Any:
        return function(*map(rounded, arguments), **rounded(named))

    return single


def lost(
    question: Question, name: str, change: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> dict[Case, str]:
    """The cases that a function of the reference fails once it is changed, and what they say."""
    right = reference_functions(question.topic)
    functions = {**right, name: change(right[name])}
    said = {}
    for case in (case for part in question.parts for case in part.cases):
        if name in case.parameters:
            try:
                case.run({**functions, "rng": matrix.generator(matrix.SEED, case.key)})
            except Mismatch as mismatch:
                said[case] = mismatch.detail
    return said


def introduction(assignment: str) -> str:
    """What the student's notebook says below its title."""
    notebook = Path(__file__).parents[2] / "student_template" / assignment / f"{assignment}.ipynb"
    return str(nbformat.read(notebook, 4).cells[1].source)


@pytest.mark.parametrize("assignment", handouts.ASSIGNMENTS)
def test_a_right_answer_in_float32_loses_no_points_unannounced(assignment):
    told = introduction(assignment)
    for question in handed_in.assignment(assignment).questions:
        right = reference_functions(question.topic)
        for name in right.keys() & set(question.functions):
            said = lost(question, name, in_float32)
            if said or lost(question, name, from_float32):
                where = f"{assignment}, {question.title}, {name}"
                assert "compute in float64" in told, where
            if said:
                shown = [text for case, text in said.items() if not case.hidden]
                assert shown, f"{where}: no public case shows it"
                assert any("float32" in text or "complex64" in text for text in shown), where
