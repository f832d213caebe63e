"""The answers of a worker as the grader reads them. Nothing in them can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

NO_CONTROL_CHARACTERS: Final = {
    code: None for code in (*range(32), *range(127, 160)) if code not in (9, 10)
}
"""Control characters other than tab and newline, as `str.translate` removes them."""

_LONGEST_TEXT = 4_000  # as an honest worker cuts it


@dataclass(frozen=True, slots=True)
class Value:
    """The call returned data; they are kept as they came, too."""

    value: Any
    body: bytes | memoryview = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Done:
    """The cell, the module or the drivers ran to their end."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of the student's own code in a traceback."""

    place: str
    line: int
    function: str
    code: str


@dataclass(frozen=True, slots=True)
class Raised:
    """The student's code raised.

    Attributes:
        kind: the exception's class name.
        text: its message, the student's own words.
        frames: the student's lines, outermost first.
        barred: what the code asks for that is not there while grading: ``package``, ``processes``,
            ``network``, ``gpu``, ``file``, ``outside`` (a file outside the folder of the submission) or
            nothing.
        went_on: whether its cell or module went on after the statement that raised.
    """

    kind: str
    text: str
    frames: tuple[Frame, ...] = ()
    barred: str = ""
    went_on: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The call returned something that is not data; the reason names it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """An attribute is not data and stays in the worker; its type is the worker's claim."""

    kind: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The submission does not define the name."""

    name: str


@dataclass(frozen=True, slots=True)
class Died:
    """The worker is gone.

    Attributes:
        why: ``time``, ``memory``, ``disk``, ``crash``, ``killed`` (by SIGKILL, which may have come from
            anywhere) or ``protocol``.
        sentence: the same for a reader.
    """

    why: str
    sentence: str


Answer = Value | Done | Raised | Refused | Missing | Held | Died


def read_raised(value: object) -> Raised:
    """An exception as a worker describes it; fields that are missing or malformed are left empty."""
    said = value if type(value) is dict else {}
    return Raised(
        readable(said.get("type"))[:80],
        readable(said.get("text")),
        _frames(said.get("frames")),
        readable(said.get("barred"))[:80],
        said.get("went_on") is True,
    )


def readable(value: object) -> str:
    """A text of a worker's as it can be shown: bounded, without control characters; else nothing."""
    return value[:_LONGEST_TEXT].translate(NO_CONTROL_CHARACTERS) if type(value) is str else ""


def _frames(value: object) -> tuple[Frame, ...]:
    frames = []
    for item in value if type(value) is list else []:
        match item:
            case [str(place), int(line), str(function), str(code)]:
                frames.append(
                    Frame(readable(place), line, readable(function), readable(code).strip())
                )
    return tuple(frames[-12:])
