"""The calls of a case: who answers them, and the record that is kept of them.

Caller       whoever answers a call: the student's environment, a record of it, or
InProcess    functions of our own, called here as a worker calls a student's
Recorder     passes calls on and remembers them as they crossed
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import numpy as np

from autograder import wire
from autograder.model import Call, GraderError, Outcome, StudentError

ROOM: Final = 1 << 20
"""Bytes of a case's calls that are kept; calls beyond are not."""

_TEXT: Final = 600


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back from a call: data that nobody else holds, and the bytes that it was read from.

    Attributes:
        value: what the case gets, and may change.
        body: the bytes, as `wire` encodes them.
    """

    value: Any
    body: bytes | memoryview = field(repr=False)


class Caller(Protocol):
    """Whoever answers a call of a case."""

    def answer(self, call: Call) -> Heard:
        """What a function returns, or a driver that is given some; `StudentError` without a value."""


def asked(
    name: str,
    driver: tuple[str, str] | None,
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
) -> Call:
    """A call that nobody has answered yet; whatever becomes of the arguments, it stays what it is.

    Raises:
        GraderError: an argument is no data; a case is wrong then.
    """
    try:
        given = wire.encode((arguments, dict(keywords)), names=True)
    except wire.Refused as refusal:
        raise GraderError(f"an argument of a case is no data: {refusal}") from refusal
    functions = (name,) if driver is None else named(arguments) or (name,)
    return Call(name, driver, functions, given, None)


class Recorder:
    """Passes calls on to another caller and remembers them.

    Attributes:
        complete: whether there was room for all of them.
        used: the bytes that they take.
    """

    def __init__(self, caller: Caller, room: int = ROOM) -> None:
        self._caller = caller
        self._room = room
        self._calls: list[tuple[Call, Heard | None]] = []
        self.used = 0
        self.complete = True

    @property
    def calls(self) -> list[Call]:
        """Those that there was room for, in order, with what came back."""
        return [
            call if heard is None else replace(call, value=bytes(heard.body))
            for call, heard in self._calls
        ]

    def answer(self, call: Call) -> Heard:
        """What the other caller says."""
        try:
            heard = self._caller.answer(call)
        except StudentError as error:
            self._note(replace(call, outcome=error.outcome, raised=error.raised), None)
            raise
        self._note(call, heard)
        return heard

    def _note(self, call: Call, heard: Heard | None) -> None:
        size = len(call.arguments) + (0 if heard is None else len(heard.body))
        if self.used + size > self._room:
            self.complete = False
            return
        self.used += size
        self._calls.append((call, heard))


class InProcess:
    """Functions that we trust, called in this process on data as a worker would have them."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        """Take the functions by name; drivers are those of the assignment that was loaded last."""
        self._functions = functions

    def answer(self, call: Call) -> Heard:
        """Call a function, or a driver that is given some.

        Raises:
            StudentError: it raised, returned what is no data, or there is none of that name.
        """
        name, driver = call.name, call.driver
        positional, keywords = self._resolved(wire.decode(call.arguments, names=True))
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
            body = wire.encode(value)
            return Heard(wire.decode(body), body)
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
