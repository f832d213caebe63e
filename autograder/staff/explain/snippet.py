"""Python that makes one call of a failed case again, in a notebook with the student's functions."""

from __future__ import annotations

import pprint
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import torch

from autograder import wire
from autograder.staff.explain.redrawn import Asked, Explanation

SMALL: Final = 64
"""Arguments of more entries are drawn again instead of written out."""

_WIDTH: Final = 76


def snippet(explanation: Explanation) -> str:
    """The first call that is answered otherwise than by the reference, or the first one of all.

    Args:
        explanation: of a failed case that makes a call.

    Returns:
        Python; empty where the case makes no call. It takes the student's functions from the
        notebook that it is pasted into, and the bank from the project's folder.
    """
    calls = list(enumerate(explanation.asked))
    if not calls:
        return ""
    place, asked = next(((i, one) for i, one in calls if one.differs), calls[0])
    return "\n".join(_lines(explanation, place, asked)) + "\n"


def _lines(explanation: Explanation, place: int, asked: Asked) -> Iterator[str]:
    topic = explanation.case.topic
    names = list(asked.names)
    values = dict(zip(names, asked.arguments, strict=False)) | dict(asked.keywords)
    small = all(_entries(value) <= SMALL for value in values.values())
    yield f"# {explanation.case.key}"
    yield f"# call {place + 1}, inputs drawn from the seed {explanation.seed}"
    yield "from math import inf, nan"
    yield ""
    yield "import numpy as np"
    yield "import torch"
    yield ""
    yield "from autograder.course.bank import load"
    if not small:
        yield "from autograder.staff.explain import inputs"
    yield "from autograder.testing import assert_close, via"
    yield ""
    yield f'load("{explanation.assignment}")  # makes the reference and the drivers importable'
    yield f"from reference import {topic} as reference"
    if asked.driver is not None:
        yield f"from drivers.{asked.driver[0]} import {asked.driver[1]}"
    yield ""
    data = {name: value for name, value in values.items() if not _is_function(value)}
    if small:
        for name, value in data.items():
            yield f"{name} = {literal(value)}"
    else:
        key, seed = explanation.case.key, explanation.seed
        yield f"drawn, keywords = inputs({explanation.assignment!r}, {key!r}, {seed!r}, {place})"
        for index, name in enumerate(names[: len(asked.arguments)]):
            if name in data:
                yield f"{name} = drawn[{index}]"
        for name in asked.keywords:
            yield f'{name} = keywords["{name}"]'
    yield ""
    yield f"found = {_call(names, asked, '')}  # the function of this notebook"
    yield f"right = {_call(names, asked, 'reference.')}"
    yield 'print("found", found, "right", right, sep="\\n")'
    if _comparable(asked.right):
        yield "assert_close(found, right)"


def literal(value: Any) -> str:
    """Data as Python that makes it: tensors and arrays in full, with their dtype.

    Args:
        value: what crosses the line; a function by its name.
    """
    if isinstance(value, wire.Name):
        return value.name
    if isinstance(value, torch.Tensor):
        text = f"torch.tensor({_listed(value.tolist())}, dtype={value.dtype})"
        return text + (f".reshape({tuple(value.shape)})" if value.numel() == 0 else "")
    if isinstance(value, np.ndarray):
        text = f'np.array({_listed(value.tolist())}, dtype="{value.dtype.name}")'
        return text + (f".reshape({value.shape})" if value.size == 0 else "")
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}({value.item()!r})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {literal(item)}' for key, item in value.items())}}}"
    return repr(value)


def _listed(value: Any) -> str:
    return pprint.pformat(value, width=_WIDTH, compact=True)


def _call(names: list[str], asked: Asked, owner: str) -> str:
    given = [
        f"{owner}{value.name}"
        if isinstance(value, wire.Name)
        else _owned(value, owner)
        if _is_function(value)
        else name
        for name, value in zip(names, asked.arguments, strict=False)
    ]
    given += [f"{name}={name}" for name in asked.keywords]
    if asked.driver is not None:
        return f"via({', '.join([asked.driver[1], *given])})"
    return f"{owner}{asked.name}({', '.join(given)})"


def _owned(value: Any, owner: str) -> str:
    """Functions inside a list or a dict, each with its owner."""
    if isinstance(value, wire.Name):
        return f"{owner}{value.name}"
    if isinstance(value, list | tuple):
        inner = ", ".join(_owned(item, owner) for item in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_owned(item, owner)}' for key, item in value.items())}}}"
    return literal(value)


def _is_function(value: Any) -> bool:
    """Whether a function of the student's is, or is in, an argument."""
    if isinstance(value, list | tuple):
        return any(map(_is_function, value))
    if isinstance(value, dict):
        return any(map(_is_function, value.values()))
    return isinstance(value, wire.Name)


def _entries(value: Any) -> int:
    if isinstance(value, torch.Tensor):
        return value.numel()
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, list | tuple):
        return sum(map(_entries, value))
    return sum(map(_entries, value.values())) if isinstance(value, dict) else 1


def _comparable(value: Any) -> bool:
    return isinstance(value, torch.Tensor | np.ndarray | np.generic | float | int | complex)
