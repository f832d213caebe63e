"""Python that makes one call of a failed case again, in a notebook with the student's functions."""

from __future__ import annotations

import pprint
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import torch

from autograder import wire
from autograder.staff.explain.redrawn import Explanation, ReplayedCall

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
    calls = list(enumerate(explanation.calls))
    if not calls:
        return ""
    telling = [(i, one) for i, one in calls if not one.call.silent] or calls
    place, replayed = next(((i, one) for i, one in calls if one.differs), telling[0])
    return "\n".join(_lines(explanation, place, replayed)) + "\n"


def _lines(explanation: Explanation, place: int, replayed: ReplayedCall) -> Iterator[str]:
    topic = explanation.case.topic
    names = list(replayed.names)
    values = dict(zip(names, replayed.arguments, strict=False)) | dict(replayed.keywords)
    small = all(_entries(value) <= SMALL for value in values.values())
    before = [
        one for one in explanation.calls[:place] if replayed.call.objects and one.call.objects
    ]
    drivers = {one.driver: None for one in (*before, replayed) if one.driver is not None}
    drawn = not small or any(_entries(v) > SMALL for one in before for v in one.arguments)
    yield f"# {explanation.case.key}"
    yield f"# call {place + 1}, inputs drawn from the seed {explanation.seed}"
    yield "from math import inf, nan"
    yield ""
    yield "import numpy as np"
    yield "import torch"
    yield ""
    yield "from autograder.course.bank import load"
    if drawn:
        yield "from autograder.staff.explain import inputs"
    table = wire.is_table(type(replayed.right))
    compared = "assert_frame_close" if table else "assert_close"
    yield f"from autograder.testing import {compared}, via"
    yield ""
    yield f'load("{explanation.assignment}")  # makes the reference and the drivers importable'
    yield f"from reference import {topic} as reference"
    for of_topic, driver in drivers:
        yield f"from drivers.{of_topic} import {driver}"
    yield ""
    data = {name: value for name, value in values.items() if not _is_function(value)}
    if small:
        for name, value in data.items():
            yield f"{name} = {literal(value)}"
    else:
        key, seed = explanation.case.key, explanation.seed
        yield f"drawn, keywords = inputs({explanation.assignment!r}, {key!r}, {seed!r}, {place})"
        for index, name in enumerate(names[: len(replayed.arguments)]):
            if name in data:
                yield f"{name} = drawn[{index}]"
        for name in replayed.keywords:
            yield f'{name} = keywords["{name}"]'
    yield ""
    yield from _earlier(explanation, place, replayed)
    yield f"found = {_call(names, replayed, '')}  # {_owner(replayed)} of this notebook"
    yield f"right = {_call(names, replayed, 'reference.')}"
    yield 'print("found", found, "right", right, sep="\\n")'
    if table or _comparable(replayed.right):
        yield f"{compared}(found, right)"


def literal(value: Any) -> str:
    """Data as Python that makes it: tensors and arrays in full, with their dtype.

    Args:
        value: what crosses the line; a function by its name.
    """
    if isinstance(value, wire.Name | wire.Object):
        return _owned(value, "")
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


def _owner(replayed: ReplayedCall) -> str:
    """What answers the call, in a word."""
    if replayed.call.target is not None:
        return "the class"
    return "the value" if replayed.call.op == "value" else "the function"


def _earlier(explanation: Explanation, place: int, replayed: ReplayedCall) -> Iterator[str]:
    """The calls that made and changed the objects that a call needs, for the student's and ours."""
    if not replayed.call.objects:
        return
    for earlier, one in enumerate(explanation.calls[:place]):
        if not one.call.objects:
            continue
        key, seed = explanation.case.key, explanation.seed
        drawn = f"inputs({explanation.assignment!r}, {key!r}, {seed!r}, {earlier})"
        given = [
            f"{drawn}[0][{index}]" if _entries(value) > SMALL else ""
            for index, value in enumerate(one.arguments)
        ]
        for owner in ("", "reference."):
            positional = [
                text or _owned(value, owner)
                for text, value in zip(given, one.arguments, strict=True)
            ]
            keywords = [f"{name}={_owned(value, owner)}" for name, value in one.keywords.items()]
            yield _expression(one, owner, [*positional, *keywords])


def _expression(replayed: ReplayedCall, owner: str, given: list[str]) -> str:
    """Python that asks what a call asks."""
    call = replayed.call
    if call.driver is not None:
        return f"via({', '.join([call.driver[1], *given])})"
    subject = f"{owner}{call.name}"
    if call.target is not None:
        subject = _owned(wire.Object(call.target, call.name), owner)
    subject = ".".join([subject, *call.path])
    if call.op == "set":
        return f"{subject} = {given[0]}"
    text = f"{subject}({', '.join(given)})" if call.op == "call" else subject
    if call.made is not None:
        return f"{_owned(wire.Object(call.made, call.name), owner)} = {text}"
    return text


def _call(names: list[str], replayed: ReplayedCall, owner: str) -> str:
    given = [
        _owned(value, owner) if _is_function(value) else name
        for name, value in zip(names, replayed.arguments, strict=False)
    ]
    given += [f"{name}={name}" for name in replayed.keywords]
    return _expression(replayed, owner, given)


def _owned(value: Any, owner: str) -> str:
    """An argument, the functions and objects in it each with their owner."""
    if isinstance(value, wire.Name):
        return f"{owner}{value.name}"
    if isinstance(value, wire.Object):
        return f"{'right' if owner else 'object'}_{value.number}"
    if not _is_function(value):
        return literal(value)
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
    return isinstance(value, wire.Name | wire.Object)


def _entries(value: Any) -> int:
    if isinstance(value, torch.Tensor):
        return value.numel()
    if isinstance(value, np.ndarray):
        return value.size
    if wire.is_table(type(value)):  # which is never written out
        return SMALL + 1
    if isinstance(value, list | tuple):
        return sum(map(_entries, value))
    return sum(map(_entries, value.values())) if isinstance(value, dict) else 1


def _comparable(value: Any) -> bool:
    return isinstance(value, torch.Tensor | np.ndarray | np.generic | float | int | complex)
