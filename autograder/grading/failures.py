"""Calls and cells that gave no value, in words: what a student may read, and the whole story.

Two readers share every failure. The public sentence names functions of the assignment and built-in
exceptions only; whatever a worker said in its own words is for public cases and for staff.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from autograder.grading.calls import raised_text
from autograder.model import Outcome, StudentError
from autograder.sandbox import Answer, Died, Done, Frame, Missing, Raised, Refused, Value

_SAID = 600
_BUILTIN: Final = frozenset(
    name
    for name, item in vars(__import__("builtins")).items()
    if isinstance(item, type) and issubclass(item, BaseException)
)
_ALLOCATION = ("can't allocate memory", "not enough memory", "std::bad_alloc")
_DEATHS: Final = {
    "time": (Outcome.TIMED_OUT, "did not end within the time limit"),
    "memory": (Outcome.OUT_OF_MEMORY, "used more memory than the assignment allows"),
    "disk": (Outcome.CRASHED, "wrote more to disk than the assignment allows"),
    "crash": (Outcome.CRASHED, "ended the process it ran in"),
    "killed": (Outcome.CRASHED, "ended the process it ran in"),
    "protocol": (Outcome.BAD_VALUE, "sent something that is no answer (protocol)"),
}


class Failures:
    """The words for one submission, which depend on what it defines and on what failed before."""

    def __init__(self, functions: Collection[str], stubs: Mapping[str, Collection[str]]) -> None:
        """Begin with nothing failed.

        Args:
            functions: every name that the assignment asks for.
            stubs: names that a namespace of the submission has not filled in.
        """
        self._functions = functions
        self._stubs = frozenset(name for names in stubs.values() for name in names)
        self._failed: dict[str, None] = {}

    def notice(self, label: str, answer: Answer, *, hurried: bool) -> str:
        """What became of a cell or a module, for the student; empty where it ran to its end.

        Args:
            label: what it is called.
            answer: what came of it.
            hurried: whether it had less time than its own limit.
        """
        match answer:
            case Raised():
                self._failed[label] = None
                return f"{label} failed: {describe(answer)}"
            case Died(why="time") if hurried:
                return f"{label} was stopped: the time for the whole ran out."
            case Died(why=why, sentence=sentence):
                self._failed[label] = None
                words = _DEATHS[why][1]
                return f"{label} was skipped: it {words}. {sentence} The rest was run without it."
        return ""

    def of(self, names: Sequence[str], answer: Answer) -> StudentError:
        """Why a call gave no value.

        Args:
            names: the functions that were asked for; a driver may be given several.
            answer: what came of it, anything but a value.

        Returns:
            The error, to be raised by the caller.
        """
        asked = either(names)
        match answer:
            case Raised():
                return self._raised(names, answer)
            case Refused(reason):
                return StudentError(
                    Outcome.BAD_VALUE,
                    f"{asked} returned something that is no data.",
                    f"{asked} returned something that is no data: {reason}.",
                )
            case Missing(missing):
                # Which name is missing is the worker's word, and anyone may read it.
                return self._missing(f"`{missing}`" if missing in self._functions else asked)
            case Died(why, sentence):
                outcome, words = _DEATHS[why]
                return StudentError(
                    outcome, f"{asked} {words}.", f"{asked} {words}. {sentence}".strip()
                )
            case Done() | Value():
                outcome, words = _DEATHS["protocol"]
                return StudentError(outcome, f"{asked} {words}.")

    def _missing(self, asked: str) -> StudentError:
        text = f"{asked} is not defined in what was handed in."
        if self._failed:
            text += (
                f" {', '.join([*self._failed][:3])} did not run to the end and may be the cause."
            )
        return StudentError(Outcome.MISSING, text)

    def _raised(self, names: Sequence[str], answer: Raised) -> StudentError:
        names = _raisers(names, answer.frames)
        unfilled = [name for name in names if name in self._stubs]
        if answer.kind == "NotImplementedError" and unfilled:
            return StudentError(
                Outcome.MISSING,
                f"{either(unfilled)} is not filled in yet: it is still as handed out.",
                unfilled=True,
            )
        starved = answer.kind == "MemoryError" or any(words in answer.text for words in _ALLOCATION)
        kind = answer.kind if answer.kind in _BUILTIN else "an exception"
        return StudentError(
            Outcome.OUT_OF_MEMORY if starved else Outcome.RAISED,
            f"{either(names)} raised {kind}.",
            f"{either(names)} raised {describe(answer)}",
            raised_text(answer.kind, answer.text),
        )


def _raisers(names: Sequence[str], frames: Iterable[Frame]) -> Sequence[str]:
    """Of several functions the innermost that stands in the traceback; all where none does.

    Frames are the worker's word and choose among these names only.
    """
    inside = [frame.function for frame in frames if frame.function in names]
    return inside[-1:] or names


def either(names: Iterable[str]) -> str:
    """Names of functions in a sentence about one of them."""
    *others, last = [f"`{name}`" for name in dict.fromkeys(names)]
    return f"{', '.join(others)} or {last}" if others else last


def describe(error: Raised) -> str:
    """An exception for its author: what it is, what it says, and where, without our own lines."""
    text = f"{error.kind}: {error.text[:_SAID]}" if error.text else error.kind
    return "\n".join([text, *map(_line, error.frames)])


def _line(frame: Frame) -> str:
    inside = f", in {frame.function}" if frame.function not in ("", "<module>") else ""
    code = f"\n        {frame.code}" if frame.code else ""
    return f"    {frame.place}, line {frame.line}{inside}{code}"
