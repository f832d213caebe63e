"""What a case asks for: functions and classes by name, objects by the number that they were given.

The same for a student's code in a worker and for our own in the grader's process. An object never
crosses: it is kept here under a number of the grader's, and only data is given back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograder import wire

Find = Callable[[str], Any]


class Itself:
    """What a method returns that returns its own object, as `train()` and `fit(…)` do."""


class Objects:
    """The objects that the classes of one case have made."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[int, Any] = {}

    def begin(self, made: int | None) -> None:
        """Drop the objects of the case before, where the first object of another is made."""
        if made == 0:
            self._kept.clear()

    def resolved(self, value: Any, find: Find) -> Any:
        """An argument with what its names and numbers stand for."""
        if type(value) is wire.Name:
            return find(value.name)
        if type(value) is wire.Object:
            return self._kept[value.number]
        if type(value) in (list, tuple):
            return type(value)(self.resolved(item, find) for item in value)
        if type(value) is dict:
            return {key: self.resolved(item, find) for key, item in value.items()}
        return value

    def subject(self, name: str, target: int | None, find: Find) -> Any:
        """What is asked: an object by its number, else what a name stands for."""
        return find(name) if target is None else self._kept[target]

    def carry_out(
        self,
        op: str,
        subject: Any,
        path: Sequence[str],
        made: int | None,
        positional: Sequence[Any],
        keywords: dict[str, Any],
    ) -> Any:
        """Call, read or set something.

        Args:
            op: ``"call"``, ``"get"``, ``"set"`` or ``"value"``.
            subject: what is asked.
            path: the attributes that lead from there to what is called, read or set.
            made: the number that the result of a call is kept under, if it is kept.
            positional: arguments of the call; the new value of an attribute.
            keywords: of the call.

        Returns:
            The outcome; ``None`` where an object was made or an attribute was set; `Itself` where a
            method returned the object that it was called on.
        """
        owner = subject
        if op == "set":
            *path, last = path
        for attribute in path:
            subject = getattr(subject, attribute)
        if op == "set":
            setattr(subject, last, *positional)
            return None
        if op != "call":
            return subject
        result = subject(*positional, **keywords)
        if made is None:
            return Itself if path and result is owner else result
        self._kept[made] = result
        return None


def names_in(value: Any) -> list[str]:
    """The names inside an argument, in order."""
    if type(value) is wire.Name:
        return [value.name]
    if type(value) in (list, tuple):
        return [name for item in value for name in names_in(item)]
    if type(value) is dict:
        return [name for item in value.values() for name in names_in(item)]
    return []
