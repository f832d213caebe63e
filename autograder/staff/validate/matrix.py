"""Every case against every misconception, in this process: what fails, and by how much."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from autograder.course.reference import reference_functions
from autograder.grading.seeds import generator
from autograder.model import Case, Kind, Kinds
from autograder.staff.causes import Functions, undisturbed
from autograder.staff.validate.changes import of_methods
from autograder.testing import Misconception, Mismatch
from autograder.testing.recording import recording

SEED = "validate"
_NO_KINDS: Kinds = {}


@dataclass(frozen=True, slots=True)
class Kills:
    """What one set of functions does to the cases of a topic.

    Attributes:
        name: the misconception's name, or what else the functions are.
        ratios: by case key, the greatest difference over its bound; above 1 the case fails.
    """

    name: str
    ratios: Mapping[str, float]

    def fails(self, case: Case) -> bool:
        """Whether the case is lost."""
        return self.ratios[case.key] > 1

    def lost_parts(self, cases: Iterable[Case]) -> set[str]:
        """The parts in which points are lost."""
        return {case.part for case in cases if self.fails(case)}


def measure(name: str, functions: Functions, cases: Iterable[Case], seed: str = SEED) -> Kills:
    """Run every case with these functions.

    Args:
        name: what they are called.
        functions: by name; a case that asks for another gets ``None``, as in Otter.
        cases: of one topic.
        seed: what the cases' inputs are drawn from.

    Returns:
        How far each case is from passing.
    """
    return Kills(name, {case.key: ratio(case, functions, seed) for case in cases})


def ratio(case: Case, functions: Functions, seed: str = SEED) -> float:
    """The greatest difference in a case over what is allowed; infinite where it cannot be measured."""
    return _run(case, functions, seed)[0]


def earned(case: Case, functions: Functions, seed: str = SEED) -> float:
    """The share of a case's points that some functions earn: 0 or 1, but for scores."""
    far, share = _run(case, functions, seed)
    return 1.0 if far <= 1 else share


def _run(case: Case, functions: Functions, seed: str) -> tuple[float, float]:
    """How far a case is from passing, and the share of its points that it earns where it does not."""
    names: dict[str, Any] = {**functions, "rng": generator(seed, case.key)}
    with recording() as ratios, undisturbed(seed):
        try:
            case.run(names)
        except Mismatch as mismatch:
            return math.inf, mismatch.share or 0.0
        except Exception:  # whatever a wrong function may do
            return math.inf, 0.0
    return max(ratios, default=0.0), 0.0


def wrong(misconception: Misconception, topic: str) -> Functions:
    """The functions of a student with this misconception and no other."""
    return {**reference_functions(topic), **misconception.build()}


def stub(names: Iterable[str], kinds: Kinds = _NO_KINDS) -> Functions:
    """Functions, classes and values that are not filled in."""

    def unfilled(*_arguments: Any, **_keywords: Any) -> Any:
        raise NotImplementedError

    return {name: ... if kinds.get(name) is Kind.VALUE else unfilled for name in names}


def constant(names: Iterable[str], value: Any, kinds: Kinds = _NO_KINDS) -> Functions:
    """Functions, and objects, that return the same whatever they are given; values that are the same."""

    def function(*_arguments: Any, **_keywords: Any) -> Any:
        return value

    of_kind = {Kind.VALUE: value, Kind.CLASS: of_methods(function), Kind.FUNCTION: function}
    return {name: of_kind[kinds.get(name, Kind.FUNCTION)] for name in names}


def empty_answers(names: Iterable[str], kinds: Kinds = _NO_KINDS) -> dict[str, Functions]:
    """What nobody may get a point for: stubs, and functions that return nothing or nothing of use."""
    names = tuple(names)
    return {
        "the stub": stub(names, kinds),
        "functions that return None": constant(names, None, kinds),
        "functions that return 0.0": constant(names, 0.0, kinds),
        "functions that return NaN": constant(names, torch.tensor(math.nan), kinds),
    }
