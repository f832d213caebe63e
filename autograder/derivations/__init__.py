"""Derivations that students write line by line, and that the grader reads, computes and judges.

    check(derivation, lines)     the verdict: the first false line, why, and which steps are shown
    Derivation, Waypoint, …      what the author of a question writes in `derivations.py`
    text, latex                  a line as it was read

A line is data: it is parsed into a small tree and computed on random instances, and nothing of it is
ever run as Python. Numbers that agree on random instances are not a proof: what justifies a step is for a
person to judge.
"""

from __future__ import annotations

from autograder.derivations.drawing import (
    divergence,
    entropy,
    maximizer,
    normal,
    normal_vector,
    simplex,
)
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.judging import check
from autograder.derivations.question import (
    Derivation,
    Operator,
    Symbol,
    UpTo,
    Waypoint,
    Wrong,
)
from autograder.derivations.space import Instance, Space, Value, is_scalar, shape_of
from autograder.derivations.verdict import DerivationVerdict, LineStatus, LineVerdict

__all__ = [
    "Derivation",
    "DerivationVerdict",
    "Instance",
    "LineStatus",
    "LineVerdict",
    "Operator",
    "Space",
    "Symbol",
    "Unformed",
    "UnreadableLine",
    "UpTo",
    "Value",
    "Waypoint",
    "Wrong",
    "check",
    "divergence",
    "entropy",
    "is_scalar",
    "maximizer",
    "normal",
    "normal_vector",
    "shape_of",
    "simplex",
]
