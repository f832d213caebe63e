"""Domains, sizes and kinds of result with which the reference takes what is drawn for a call.

They are found by trying. Where the reference refuses, its `ValueError` names the argument, and the next
domain of that argument is tried; a reference that does not name it cannot be drawn for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.staff.causes import undisturbed
from autograder.staff.harden.differentiable import differentiable
from autograder.staff.harden.domains import MANNERS, NONNEGATIVE, POSITIVE, REAL, WHOLE, ZEROS
from autograder.staff.harden.question import HardenedQuestion
from autograder.staff.harden.template import Template, draw
from autograder.staff.harden.trees import Leaf, Manner, leaves
from autograder.staff.mutants.work import CaseTimedOut, limited

_NAMED: Final = re.compile(r"(?:\w+\[\d+\](?:\[\d+\])?: )?(\w+)(?:\[\d+\])* must ")
_DRAWS: Final = 24
_FEW: Final = 4
_MANY: Final = 400  # as in the helper `many_at_a_time`
_TRIES: Final = 160
_PHASE: Final = 40
_OURS: Final = (ArithmeticError, CaseTimedOut)
_OF_SIZES: Final = re.compile(
    r"\b(?:entries|rows|columns|shape|sizes?|length|as many|rank|invertible|singular)\b"
)
_ORDERS: Final = ("", "small", "ascending", "descending")
_SECONDS: Final = 5.0
_QUICK: Final = 0.5
_NONE: Final[Mapping[str, int]] = {}


def fit(one: Template, question: HardenedQuestion) -> str:
    """Find domains with which the reference takes what is drawn.

    Args:
        one: the call; its leaves, axes and kinds of result are settled.
        question: where the reference is.

    Returns:
        ``""``, or why there are none.
    """
    rng = np.random.default_rng(0)
    last: BaseException | None = None
    for attempt in range(_TRIES):
        value, last = _tried(one, question, rng, Manner(rest=one.rest[0]), _DRAWS)
        if last is None:
            _widen(one, question, rng)
            _settle(one, question, value, rng)
            return ""
        if one.driver is None and not (_NAMED.match(str(last)) or isinstance(last, _OURS)):
            break
        _next(one, last, rng, attempt)
    said = f"{type(last).__name__}: {last}".strip(": ")
    named = isinstance(last, ValueError) and _NAMED.match(str(last))
    if named or one.driver is not None:
        return (
            f"{one.function}: no inputs were found that the reference takes ({said}); say in the docstring "
            "which values are allowed, or declare inputs in harden.py"
        )
    return (
        f"{one.function}: the reference names no argument where it refuses a drawn input ({said}); "
        'let it raise ValueError("ARGUMENT must …") for whatever lies outside its domain'
    )


def _tried(
    one: Template,
    question: HardenedQuestion,
    rng: np.random.Generator,
    manner: Manner,
    draws: int,
    special: Mapping[str, int] = _NONE,
    *,
    finite: bool = True,
    seconds: float = _SECONDS,
) -> tuple[Any, BaseException | None]:
    """What the reference returns on the last of several draws, or what it raises on one of them."""
    right, value = question.right[one.function], None
    for _ in range(draws):
        try:
            with limited(seconds), undisturbed():
                given = draw(one, manner, rng, question.declared.inputs, special)
                value = called(one, right, given)
        except (Exception, CaseTimedOut) as error:
            return None, error
        if finite and not _finite(value):
            return None, ArithmeticError("a result is infinite or NaN")
    return value, None


def called(one: Template, function: Any, given: Mapping[str, Any]) -> Any:
    """What a function returns for drawn arguments, with its driver."""
    values = [function if node is None else given[name] for name, node in one.nodes.items()]
    named = dict(zip(list(one.nodes)[one.positional :], values[one.positional :], strict=True))
    return (one.driver or function)(*values[: one.positional], **named)


def _next(one: Template, error: BaseException, rng: np.random.Generator, attempt: int) -> None:
    """Try something else: the next domain of the argument that is named, other sizes, anything."""
    match = _NAMED.match(str(error)) if isinstance(error, ValueError) else None
    named = [leaf for leaf in one.drawn if match and leaf.argument == match[1]]
    if named and "odd" in str(error) and (axes := _repeated(named) - {*one.odd}):
        one.odd += tuple(axes)
        return
    if named and _OF_SIZES.search(str(error)):
        one.order = _ORDERS[(_ORDERS.index(one.order) + 1) % len(_ORDERS)]
        if one.order:
            return
    phase = attempt // _PHASE
    if phase == 1:
        one.order = _ORDERS[attempt % len(_ORDERS)]
    if phase == 2 and (
        pinned := [axis for leaf in named for axis in leaf.axes if axis in one.public_sizes]
    ):
        axis = pinned[attempt % len(pinned)]
        one.order = ""
        for leaf in one.drawn:
            leaf.axes = tuple(str(one.public_sizes[axis]) if a == axis else a for a in leaf.axes)
        return
    if one.has_rest and len(one.rest) > 1 and attempt % _PHASE == _PHASE - 1:
        one.rest = one.rest[1:]
    if phase < 2 and any(len(leaf.domains) > 1 for leaf in named):
        place = 1 + max(leaf.place for leaf in named)
        for leaf in named:
            leaf.place = place % len(leaf.domains)
        return
    foreign = [leaf for leaf in one.drawn if leaf.foreign]
    if foreign and phase < 2:
        for leaf in foreign:
            leaf.place = int(rng.integers(min(3, len(leaf.domains))))
            leaf.axes = leaf.options[int(rng.integers(len(leaf.options)))] if leaf.options else ()
        return
    for argument in dict.fromkeys(leaf.argument for leaf in one.drawn):
        place = int(rng.integers(6))
        for leaf in one.drawn:
            if leaf.argument == argument:
                leaf.place = place % len(leaf.domains)
    for leaf in [leaf for leaf in foreign if leaf.options]:
        leaf.axes = leaf.options[int(rng.integers(len(leaf.options)))]


def _repeated(some: Sequence[Leaf]) -> set[str]:
    """The axes that stand twice in one array, as those of a square kernel do."""
    return {axis for leaf in some for axis in leaf.axes if leaf.axes.count(axis) > 1}


def _settle(
    one: Template, question: HardenedQuestion, value: Any, rng: np.random.Generator
) -> None:
    """Learn from the reference what its results are, and which axes may have the size 1."""
    several = isinstance(value, tuple | list)
    if several and any(map(_is_array, value)):
        one.parts_of_result = len(value)
    else:
        words = several and any(isinstance(item, str) for item in value)
        plain = isinstance(value, str | bool | np.bool_ | dict | set | frozenset)
        one.equal = words or plain or value is None
    manner = Manner(rest=one.rest[0])
    _let_meet(one)
    _settle_manners(one, question, rng)
    axes = [axis for axis in one.axes(manner) if axis not in one.odd]
    one.ones = tuple(
        axis for axis in axes if _tried(one, question, rng, manner, _FEW, {axis: 1})[1] is None
    )
    one.many = tuple(axis for axis in axes if _is_quick(one, question, rng, axis))
    one.differentiable = differentiable(one, question, rng)
    if one.ones and _tried(one, question, rng, manner, 2, dict.fromkeys(one.ones, 1))[1]:
        one.ones = one.ones[:1]


def _widen(one: Template, question: HardenedQuestion, rng: np.random.Generator) -> None:
    """Give each argument the likeliest of its domains that the reference takes, once the others fit."""
    plain = Manner(rest=one.rest[0])
    for leaf in one.drawn:
        for place in range(leaf.place + 1):
            leaf.place = place
            if _tried(one, question, rng, plain, _DRAWS)[1] is None:
                break


def _let_meet(one: Template) -> None:
    """Let an array hold the numbers of an argument before it, or of one of that argument's lines."""
    before: dict[str, Leaf] = {}
    for name, node in one.nodes.items():
        for leaf in leaves(node) if node else ():
            if leaf.axes and leaf.domain is REAL:
                ends = [n for n, o in before.items() if o.axes[-len(leaf.axes) :] == leaf.axes]
                leaf.met = ends[0] if ends else ""
        if isinstance(node, Leaf) and node.axes and node.domain is REAL:
            before[name] = node


def _settle_manners(one: Template, question: HardenedQuestion, rng: np.random.Generator) -> None:
    """Learn which numbers of its domain an argument may not hold: those that the reference refuses.

    Where it refuses what all arguments together hold, each is tried by itself.
    """
    for leaf in one.drawn:
        if leaf.domain is NONNEGATIVE and any(
            _refuses(one, question, rng, values, leaf) for values in (ZEROS, WHOLE)
        ):
            leaf.domains, leaf.place = (POSITIVE,), 0
    for values in MANNERS:
        if _refuses(one, question, rng, values):
            some = [leaf for leaf in one.drawn if _refuses(one, question, rng, values, leaf)]
            for leaf in some:
                leaf.refused += (values,)


def _refuses(
    one: Template,
    question: HardenedQuestion,
    rng: np.random.Generator,
    values: str,
    only: Leaf | None = None,
) -> bool:
    """Whether the reference refuses such numbers, in one argument only or in all."""
    manner, plain = Manner(values, rest=one.rest[0]), Manner(rest=one.rest[0])
    before = [leaf.refused for leaf in one.drawn]
    try:
        for leaf in one.drawn if only else ():
            leaf.refused = () if leaf is only else MANNERS
        if all(leaf.text(manner) == leaf.text(plain) for leaf in one.drawn):
            return False
        return _tried(one, question, rng, manner, _FEW, finite=False)[1] is not None
    finally:
        for leaf, refused in zip(one.drawn, before, strict=True):
            leaf.refused = refused


def _is_quick(
    one: Template, question: HardenedQuestion, rng: np.random.Generator, axis: str
) -> bool:
    """Whether an axis may have many entries, and the reference is done with them at once."""
    plain = Manner(rest=one.rest[0])
    return _tried(one, question, rng, plain, 1, {axis: _MANY}, seconds=_QUICK)[1] is None


def _is_array(value: Any) -> bool:
    return isinstance(value, torch.Tensor | np.ndarray)


def _finite(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_finite, value))
    if isinstance(value, torch.Tensor | np.ndarray | float | complex):
        plain = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        return bool(np.isfinite(plain).all())
    return True
