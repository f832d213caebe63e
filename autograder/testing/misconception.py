"""Misconceptions: how an author declares a wrong answer in a question's `misconceptions.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

Functions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A way in which students get functions wrong.

    Attributes:
        name: its name in tables, that of the function that builds it.
        sentence: what the student needs to read: it points at the mistake and gives no formula.
        caught_by: names of cases that must fail, at least one in every part that loses points.
        build: makes the wrong functions, by the names that they replace.
        others: the same for other forms of the mistake.
    """

    name: str
    sentence: str
    caught_by: tuple[str, ...]
    build: Callable[[], Functions] = field(compare=False, repr=False)
    others: tuple[Callable[[], Functions], ...] = field(default=(), compare=False, repr=False)

    def forms(self) -> Iterator[Misconception]:
        """Each form of the mistake as a misconception of the same name."""
        for build in (self.build, *self.others):
            yield replace(self, build=build, others=())


def misconception(
    sentence: str, *, caught_by: tuple[str, ...], also: tuple[Any, ...] = ()
) -> Callable[[Callable[..., Functions]], Misconception]:
    """Declare a misconception by decorating the function that builds its wrong functions.

    Args:
        sentence: one sentence to the student; it points at the mistake and gives no formula.
        caught_by: full names of cases (``"part: what it shows"``) that must fail.
        also: arguments with which the decorated function builds other forms of the same mistake. A student
            who makes any of them reads the sentence; `caught_by` is about the form without an argument.

    Returns:
        A decorator that turns the function into a `Misconception` with its name.

    Example:
        >>> @misconception("The mean is over rows, not columns.", caught_by=("mean: of three rows",))
        ... def mean_over_columns():
        ...     return {"column_mean": lambda x: [sum(row) / len(row) for row in x]}
        >>> mean_over_columns.name
        'mean_over_columns'
    """

    def declare(build: Callable[..., Functions]) -> Misconception:
        others = tuple(partial(build, value) for value in also)
        return Misconception(build.__name__, sentence, caught_by, build, others)

    return declare
