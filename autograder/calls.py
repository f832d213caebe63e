"""The calls of a case: who answers them, and the record that is kept of them.

Caller       whoever answers a call: the student's environment, a record of it, or
InProcess    functions of our own, called here as a worker calls a student's
Recorder     passes calls on and remembers them as they crossed
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import numpy as np

from autograder import wire
from autograder.model import Call, Outcome, StudentError

ROOM: Final = 1 << 20
"""Bytes of a case's calls that are kept; calls beyond are not."""

_TEXT: Final = 600


class Caller(Protocol):
    """Whoever answers a call of a case."""

    def call(
        self,
        name: str,
        driver: tuple[str, str] | None,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
    ) -> Any:
        """The value of a function, or of a driver that is given some; `StudentError` without one."""


class Recorder:
    """Passes calls on to another caller and remembers them.

    Attributes:
        calls: those that there was room for, in order.
        complete: whether that is all of them.
        used: the bytes that they take.
    """

    def __init__(self, caller: Caller, room: int = ROOM) -> None:
        self._caller = caller
        self._room = room
        self.used = 0
        self.calls: list[Call] = []
        self.complete = True

    def call(
        self,
        name: str,
        driver: tuple[str, str] | None,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
    ) -> Any:
        """What the other caller says; a case may change arguments and value afterwards."""
        given = self._kept((arguments, dict(keywords)))
        try:
            value = self._caller.call(name, driver, arguments, keywords)
        except StudentError as error:
            self._note(name, driver, given, None, error)
            raise
        self._note(name, driver, given, self._kept(value), None)
        return value

    def _note(
        self,
        name: str,
        driver: tuple[str, str] | None,
        given: bytes | None,
        value: bytes | None,
        error: StudentError | None,
    ) -> None:
        size = len(given or b"") + len(value or b"")
        if given is None or (value is None and error is None) or self.used + size > self._room:
            self.complete = False
            return
        self.used += size
        outcome, raised = (Outcome.PASSED, "") if error is None else (error.outcome, error.raised)
        self.calls.append(
            Call(name, driver, _functions(name, driver, given), given, value, outcome, raised)
        )

    def _kept(self, value: Any) -> bytes | None:
        """The value as bytes, unless there is no room for it; nothing larger is written for that."""
        room = self._room - self.used
        if _size(value, room) > room:
            return None
        try:
            kept = wire.encode(value, names=True)
        except wire.Refused:  # the caller will say so where it matters
            return None
        return kept if len(kept) <= room else None


class InProcess:
    """Functions that we trust, called in this process on data as a worker would have them."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        """Take the functions by name; drivers are those of the assignment that was loaded last."""
        self._functions = functions

    def call(
        self,
        name: str,
        driver: tuple[str, str] | None,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
    ) -> Any:
        """Call a function, or a driver that is given some.

        Returns:
            What it returned, as data that nobody else holds.

        Raises:
            StudentError: it raised, returned what is no data, or there is none of that name.
        """
        return self.answer(name, driver, wire.encode((arguments, dict(keywords)), names=True))

    def repeat(self, call: Call) -> Any:
        """Answer a recorded call once more; see `call`."""
        return self.answer(call.name, call.driver, call.arguments)

    def answer(self, name: str, driver: tuple[str, str] | None, given: bytes) -> Any:
        """Answer a call whose arguments are encoded; see `call`."""
        positional, keywords = self._resolved(wire.decode(given, names=True))
        function = (
            self._find(name)
            if driver is None
            else getattr(sys.modules[f"drivers.{driver[0]}"], driver[1])
        )
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                value = function(*positional, **keywords)
            except StudentError:
                raise
            except Exception as error:
                kind = type(error).__name__
                raised = raised_text(kind, str(error))
                raise StudentError(
                    Outcome.RAISED, f"`{name}` raised {kind}.", raised=raised
                ) from error
        try:
            return wire.decode(wire.encode(value))
        except wire.Refused as refusal:
            sentence = f"`{name}` returned something that is no data."
            raise StudentError(Outcome.BAD_VALUE, sentence, str(refusal)) from refusal

    def _find(self, name: str) -> Callable[..., Any]:
        if name not in self._functions:
            raise StudentError(Outcome.MISSING, f"`{name}` is not defined.")
        return self._functions[name]

    def _resolved(self, value: Any) -> Any:
        if type(value) is wire.Name:
            return self._find(value.name)
        if type(value) in (list, tuple):
            return type(value)(map(self._resolved, value))
        if type(value) is dict:
            return {key: self._resolved(item) for key, item in value.items()}
        return value


def raised_text(kind: str, text: str) -> str:
    """An exception in one line, for `StudentError.raised`: two of them are the same or not."""
    return f"{kind}: {text[:_TEXT]}"


def named(value: Any) -> tuple[str, ...]:
    """The names of the student's functions inside a driver's arguments, in order, each once."""
    if type(value) is wire.Name:
        return (value.name,)
    inner = value.values() if type(value) is dict else value
    if type(value) not in (list, tuple, dict):
        return ()
    return tuple(dict.fromkeys(name for item in inner for name in named(item)))


def _functions(name: str, driver: tuple[str, str] | None, given: bytes) -> tuple[str, ...]:
    """The student's functions that a call takes part in."""
    if driver is None:
        return (name,)
    return named(wire.decode(given, names=True)) or (name,)


def _size(value: Any, enough: int) -> int:
    """About how many bytes a value takes; counting ends where that is more than enough."""
    total, waiting = 0, [value]
    while waiting and total <= enough:
        current = waiting.pop()
        total += 8
        if isinstance(current, list | tuple):
            waiting.extend(current)
        elif isinstance(current, dict):
            waiting.extend(current.values())
        elif isinstance(current, str):
            total += len(current)
        else:
            total += int(getattr(current, "nbytes", 0))
    return total
