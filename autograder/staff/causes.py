"""Why a case fails on the reference: what was compared or raised, where, and the values."""

from __future__ import annotations

import inspect
import random  # noqa: TID251 - seeded for the functions that draw from it
import re
import types
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from autograder.grading.judging import trace_of
from autograder.grading.seeds import generator
from autograder.model import Case
from autograder.testing import Mismatch

Functions = Mapping[str, Any]
"""Functions by name, with the classes and values of a question that asks for some."""

_FRAME = re.compile(
    r'^  File "(?P<path>[^"\n]+)", line (?P<line>\d+)(?:, in .+)?\n +(?P<source>.+)', re.M
)
_OURS = re.compile(r"(?:^|/)((?:assignments|reference)/.+)")
_MOST_PLACES = 4
_MOST_VALUES = 8
_LONGEST = 200
_NOT_VALUES = (types.FunctionType, types.ModuleType, type, np.random.Generator)


@contextmanager
def undisturbed(seed: str = "") -> Iterator[None]:
    """Let a case run without warnings and with seeded generators, as a grading does.

    Args:
        seed: of the generators of Python, numpy and torch, from which a student's function may draw.
    """
    number = zlib.crc32(seed.encode())
    random.seed(number)
    np.random.seed(number)  # noqa: NPY002 - likewise
    torch.default_generator.manual_seed(number)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def why_it_fails(case: Case, functions: Functions, seed: str) -> str:
    """Run a case in this process and say why it fails.

    Args:
        case: the case.
        functions: those that it is given, by name.
        seed: what its inputs are drawn from.

    Returns:
        What was compared or raised, in one sentence; then a line for each place in the course's files,
        innermost first; then the values of a bare ``assert``. Empty where the case passes.
    """
    returned: list[tuple[str, Any]] = []
    names: dict[str, Any] = {
        name: _noting(name, functions[name], returned)
        if inspect.isroutine(functions[name])
        else functions[name]
        for name in case.parameters
        if name in functions
    }
    names["rng"] = generator(seed, case.key)
    with undisturbed(seed):
        try:
            case.run(names)
        except Exception as error:
            return _cause(error, returned)
    return ""


def _noting(
    name: str, function: Callable[..., Any], returned: list[tuple[str, Any]]
) -> Callable[..., Any]:
    """The same function, which notes what it returns."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        value = function(*arguments, **keywords)
        returned.append((f"{name}(…)", value))
        return value

    return call


def _cause(error: Exception, returned: list[tuple[str, Any]]) -> str:
    if isinstance(error, Mismatch):
        said = error.detail
    else:
        said = f"{type(error).__name__}: {error}".removesuffix(": ")
    lines = [said, *_places(trace_of(error))]
    if isinstance(error, AssertionError) and not isinstance(error, Mismatch):
        lines += _value_lines([*_variables(error), *returned])
    return "\n".join(lines)


def cause_in(trace: str) -> str:
    """Why a case failed, as far as its traceback says.

    Args:
        trace: its text, as results keep it; the beginning may be cut off.
    """
    lines = [line for line in trace.rstrip().splitlines() if line.strip()]
    said = next((line for line in reversed(lines) if not line.startswith(" ")), "")
    return "\n".join([said or "no traceback was kept", *_places(trace)])


def _places(trace: str) -> Iterator[str]:
    """Lines of the course's own files that a traceback names, innermost first."""
    found = [
        f"{ours[1]}, line {frame['line']}: {frame['source']}"
        for frame in _FRAME.finditer(trace)
        if (ours := _OURS.search(frame["path"]))
    ]
    yield from found[: -_MOST_PLACES - 1 : -1]


def _variables(error: Exception) -> list[tuple[str, Any]]:
    """The variables of the case, or of what of the course's it called, where it failed."""
    frame = None
    step = error.__traceback__
    while step is not None:
        if _OURS.search(step.tb_frame.f_code.co_filename):
            frame = step.tb_frame
        step = step.tb_next
    return [
        (name, value)
        for name, value in (frame.f_locals.items() if frame else ())
        if not isinstance(value, _NOT_VALUES)
    ]


def _value_lines(values: list[tuple[str, Any]]) -> Iterator[str]:
    for name, value in values[-_MOST_VALUES:]:
        text = " ".join(repr(value).split())
        yield f"{name} = {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}"
