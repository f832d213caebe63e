"""The calls of a case: who answers them, and the record that is kept of them.

Caller       answers calls: the student's environment, a record of it, or
InProcess    functions of our own, called here as a worker calls a student's
Recorder     passes calls on and remembers them as they crossed
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import numpy as np

from autograder import wire
from autograder.model import Call, GraderError, Outcome, StudentError
from autograder.testing.values import type_name
from autograder.untrusted.objects import Itself, Objects

MAX_CALL_BYTES: Final = 1 << 20
"""Bytes of a case's calls that are kept; calls beyond are not."""

_TEXT: Final = 600


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from a call: data that nobody else holds, and the bytes that it was read from.

    Attributes:
        value: what the case gets, and may change.
        body: the bytes, as `wire` encodes them.
        held: the type of an attribute that is not data and stays where it is; empty for data.
        itself: whether a method returned the object that it was called on.
    """

    value: Any
    body: bytes | memoryview = field(repr=False)
    held: str = ""
    itself: bool = False


NOTHING: Final = wire.encode(None)
"""What is heard where an object was made, or an attribute set."""


class Caller(Protocol):
    """What answers a call of a case."""

    def answer(self, call: Call) -> Reply:
        """What a function returns, or a driver that is given some; `StudentError` without a value."""


def new_call(
    name: str,
    driver: tuple[str, str] | None,
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
    *,
    op: str = "call",
    path: tuple[str, ...] = (),
    target: int | None = None,
    made: int | None = None,
) -> Call:
    """A call that nobody has answered yet; whatever becomes of the arguments, it stays what it is.

    Args:
        name: of the function, of the class, or of the class of the object that is asked.
        driver: topic and name of the driver, where one is run.
        arguments: positional ones, with the student's functions and objects among them.
        keywords: the others.
        op: as in `Call`.
        path: likewise.
        target: likewise.
        made: likewise.

    Raises:
        GraderError: an argument is not data; a case is wrong then.
    """
    whole: Any = (arguments, dict(keywords))
    inside: list[wire.Name | wire.Object] = []
    try:
        try:
            if driver is not None:
                whole = _referred(whole, inside)
            given = wire.encode(whole, names=driver is not None)
        except wire.WireError:
            if driver is not None:
                raise
            whole = _referred(whole, inside)
            given = wire.encode(whole, names=True)
    except wire.WireError as refusal:
        raise GraderError(f"a case passes an argument that is not data: {refusal}") from refusal
    others = tuple(dict.fromkeys(one.name for one in inside))
    objects = any(type(one) is wire.Object for one in inside)
    return Call(
        name,
        driver,
        (others or (name,)) if driver else tuple(dict.fromkeys((name, *others))),
        given,
        None,
        op=op,
        path=path,
        target=target,
        made=made,
        objects=objects or target is not None or made is not None,
    )


class Recorder:
    """Passes calls on to another caller and remembers them.

    Attributes:
        complete: whether there was room for all of them.
        used: the bytes that they take.
    """

    def __init__(self, caller: Caller, room: int = MAX_CALL_BYTES) -> None:
        self._caller = caller
        self._room = room
        self._calls: list[tuple[Call, Reply | None]] = []
        self.used = 0
        self.complete = True

    @property
    def calls(self) -> list[Call]:
        """Those that there was room for, in order, with what came back."""
        return [
            call if heard is None else replace(call, value=bytes(heard.body))
            for call, heard in self._calls
        ]

    def answer(self, call: Call) -> Reply:
        """What the other caller says."""
        try:
            heard = self._caller.answer(call)
        except StudentError as error:
            self._note(replace(call, outcome=error.outcome, raised=error.raised), None)
            raise
        if not heard.held:
            self._note(call, heard)
        return heard

    def _note(self, call: Call, heard: Reply | None) -> None:
        size = len(call.arguments) + (0 if heard is None else len(heard.body))
        if self.used + size > self._room or (call.objects and not self.complete):
            self.complete = (
                False  # what an object is asked means nothing without what was asked before
            )
            return
        self.used += size
        self._calls.append((call, heard))


class InProcess:
    """Functions that we trust, called in this process on data as a worker would have them."""

    def __init__(self, functions: Mapping[str, Any]) -> None:
        """Take functions, classes and values by name; drivers are those of the assignment loaded last."""
        self._functions = functions
        self._objects = Objects()

    def answer(self, call: Call) -> Reply:
        """Do what is asked: call a function, or a driver that is given some; ask an object.

        Raises:
            StudentError: it raised, returned what is not data, or there is none of that name.
        """
        value = self._value(call)
        if value is Itself:
            return Reply(None, NOTHING, itself=True)
        try:
            body = wire.encode(value)
            return Reply(wire.decode(body), body)
        except wire.WireError as refusal:
            if call.op == "get" and not wire.is_data(value):
                return Reply(None, NOTHING, type_name(value))
            sentence = f"`{call.name}` returned a value that is not numbers, text or arrays."
            raise StudentError(Outcome.BAD_VALUE, sentence, str(refusal)) from refusal

    def _value(self, call: Call) -> Any:
        objects, driver = self._objects, call.driver
        objects.begin(call.made)
        whole = wire.decode(call.arguments, names=True)
        try:
            positional, keywords = objects.resolved(whole, self._find)
            subject = (
                objects.subject(call.name, call.target, self._find)
                if driver is None
                else getattr(sys.modules[f"drivers.{driver[0]}"], driver[1])
            )
        except KeyError as error:
            sentence = f"an object of `{call.name}` could not be made."
            raise StudentError(Outcome.RAISED, sentence, raised=sentence) from error
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                return objects.carry_out(
                    call.op, subject, call.path, call.made, positional, keywords
                )
            except StudentError:
                raise
            except Exception as error:
                kind = type(error).__name__
                raised = raised_text(kind, str(error))
                raise StudentError(
                    Outcome.RAISED, f"`{call.name}` raised {kind}.", raised=raised
                ) from error

    def _find(self, name: str) -> Any:
        if name not in self._functions:
            raise StudentError(Outcome.MISSING, f"`{name}` is not defined.")
        return self._functions[name]


def raised_text(kind: str, text: str) -> str:
    """An exception in one line, for `StudentError.raised`: two of them are the same or not."""
    return f"{kind}: {text[:_TEXT]}"


REFERENCE: Final = "__autograder_reference__"
"""The method of what stands for a function or an object of the student's: how it is sent."""


def _referred(value: Any, found: list[wire.Name | wire.Object]) -> Any:
    """The same argument with references to what stays with the student's code, which are noted."""
    if type(value) in (list, tuple):
        return type(value)(_referred(item, found) for item in value)
    if type(value) is dict:
        return {key: _referred(item, found) for key, item in value.items()}
    refer = getattr(type(value), REFERENCE, None)
    if refer is not None:
        value = refer(value)
    if type(value) in (wire.Name, wire.Object):
        found.append(value)
    return value
