"""A mistake carried on: what a right function answers that calls a wrong one.

A student's `elbo` calls the student's `kl`. Where `kl` is wrong, so is `elbo`, though nothing is wrong
in it. The reference's functions are bound anew to a namespace that holds the wrong ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

from autograder.course.reference import reference_module
from autograder.testing import Misconception

Functions = Mapping[str, Callable[..., Any]]


def carried(topic: str, misconception: Misconception) -> Misconception | None:
    """The misconception with what follows from it in the functions that call a wrong one.

    Args:
        topic: whose reference.
        misconception: one of its misconceptions.

    Returns:
        The same by name and sentence, of more functions; ``None`` where no function of the
        reference's own module calls a wrong one.
    """
    module = vars(reference_module(topic))
    callers = _callers(module, set(misconception.build()))
    if not callers:
        return None

    def build() -> Functions:
        wrong = misconception.build()
        space = dict(module)
        space |= {name: _bound(item, space) for name, item in _own(module)}
        space |= wrong
        return {**{name: space[name] for name in callers}, **wrong}

    return replace(misconception, build=build, others=())


def _own(module: Mapping[str, Any]) -> Iterator[tuple[str, FunctionType]]:
    """The functions that are defined in a module."""
    for name, item in module.items():
        if isinstance(item, FunctionType) and item.__globals__ is module:
            yield name, item


def _bound(function: FunctionType, space: dict[str, Any]) -> FunctionType:
    """The same function, looking its names up elsewhere."""
    new = FunctionType(
        function.__code__, space, function.__name__, function.__defaults__, function.__closure__
    )
    new.__kwdefaults__ = function.__kwdefaults__
    return new


def _callers(module: Mapping[str, Any], wrong: set[str]) -> set[str]:
    """The functions that use a wrong one, directly or through others, without the wrong ones."""
    uses = {name: set(_names(function.__code__)) for name, function in _own(module)}
    reached = set(wrong)
    while more := {name for name, used in uses.items() if used & reached} - reached:
        reached |= more
    return {name for name in reached - wrong if not name.startswith("_")}


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function looks up, those in functions inside it too."""
    yield from code.co_names
    for item in code.co_consts:
        if isinstance(item, CodeType):
            yield from _names(item)
