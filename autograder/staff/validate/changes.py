"""Functions changed into trivial ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from autograder import wire
from autograder.staff.lens import through

Function = Callable[..., Any]
Change = Callable[[Function], Function]


def noting(function: Function, seen: dict[str, list[Any]], name: str) -> Function:
    """The same function; what it returns is kept under its name."""

    def noted(*arguments: Any, **keywords: Any) -> Any:
        value = function(*arguments, **keywords)
        seen.setdefault(name, []).append(_detached(value))
        return value

    return noted


def _detached(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, tuple | list):
        return type(value)(map(_detached, value))
    return value


def instead(function: Function) -> Change:
    """Another function in the place of a right one."""
    return lambda _right: function


def constant(value: Any) -> Function:
    """A function that returns one value whatever it is given."""
    return lambda *_arguments, **_keywords: value


def argument(place: int) -> Function:
    """A function that returns the argument at a place."""

    def identity(*arguments: Any, **keywords: Any) -> Any:
        return [*arguments, *keywords.values()][place]

    return identity


def mapped(change: Callable[[Any], Any]) -> Change:
    """A function whose arrays and numbers are changed on the way out."""

    def walk(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return change(value)
        if isinstance(value, np.ndarray | np.generic | bool | int | float | complex):
            return change(np.asarray(value))
        if isinstance(value, tuple | list):
            return type(value)(map(walk, value))
        if wire.is_table(type(value)):
            return _table(value, change)
        return None if wire.is_figure(type(value)) else value

    return lambda right: through(right, after=walk)


def _table(table: Any, change: Callable[[Any], Any]) -> Any:
    """A table whose numbers are changed, and nothing else; ``None`` where that makes no table.

    It has the right index and columns: an answer that ignores the data may know these.
    """
    columns = [table] if table.ndim == 1 else [table.iloc[:, i] for i in range(table.shape[1])]
    changed = []
    for column in columns:
        if column.dtype.kind not in "biufc":
            changed.append(column)
            continue
        array = change(column.to_numpy())
        if array.shape != (len(table),):
            return None
        changed.append(type(column)(array, index=column.index, name=column.name))
    if table.ndim == 1:
        return changed[0]
    made = type(table)(dict(enumerate(changed)), index=table.index)
    made.columns = table.columns
    return made


def same(right: Any) -> Any:
    """The value itself: there is no trivial way to it."""
    return right


def of_methods(function: Function) -> type:
    """A class whose methods, and objects when they are called, are one function."""

    class Other:
        def __init__(self, *_arguments: Any, **_keywords: Any) -> None: ...

        def __getattr__(self, _name: str) -> Any:
            return function

        __call__ = staticmethod(function)

    return Other


def is_word(value: Any) -> bool:
    """Whether a value is a word or a truth value."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype == bool and value.ndim == 0
    return isinstance(value, str | bool)


def distinct(values: Sequence[Any]) -> list[Any]:
    """Values that are not written alike, in order."""
    return list({repr(value): value for value in values}.values())
