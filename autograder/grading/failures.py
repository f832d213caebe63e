"""Calls and cells that gave no value, in words: what a student may read, and the whole story.

Every failure has two readers. The public sentence, which hidden cases show, names functions of the
assignment only: which exception was raised would reveal several bits of a hidden input. The worker's own
words are for public cases and for staff.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from autograder.grading.calls import raised_text
from autograder.grading.ran import Ran, describe
from autograder.grading.submission.near import nearest
from autograder.model import Limits, Outcome, StudentError
from autograder.model.wording import joined
from autograder.sandbox import Answer, Died, Done, Frame, Held, Missing, Raised, Refused, Value
from autograder.testing.remedies import named, remedy

_NO_DEFINITIONS: Final[Mapping[str, str]] = MappingProxyType({})
_ALLOCATION = ("can't allocate memory", "not enough memory", "std::bad_alloc")
_DISK_IS_FULL = ("[Errno 27] ", "[Errno 28] ")  # a file too large, no space left
_DEATHS: Final = {
    "time": (Outcome.TIMED_OUT, "did not end within the time limit"),
    "memory": (Outcome.OUT_OF_MEMORY, "used more memory than the assignment allows"),
    "disk": (Outcome.CRASHED, "wrote more to disk than the assignment allows"),
    "crash": (Outcome.CRASHED, "ended the process it ran in"),
    "killed": (Outcome.CRASHED, "was killed, or killed the process it ran in"),
    "protocol": (Outcome.BAD_VALUE, "sent a reply that the grader cannot read"),
}
_DRIVERS = "drivers/"
_UNFILLED = "a value of type ellipsis"
_NO_GRADIENT = ("does not require grad", "does not have a grad_fn", "appears to not have been used")


class Failures:
    """The messages for one submission, which depend on what it defines and on how its cells ran."""

    def __init__(
        self,
        functions: Collection[str],
        stubs: Mapping[str, Collection[str]],
        ran: Ran | None = None,
        defined: Collection[str] = (),
        unrun_definitions: Mapping[str, str] = _NO_DEFINITIONS,
        limits: Limits | None = None,
        unreachable: Mapping[str, str] = _NO_DEFINITIONS,
    ) -> None:
        """Take what is known before a function is called.

        Args:
            functions: every name that the assignment asks for.
            stubs: names that a namespace of the submission has not filled in.
            ran: what became of its cells and modules.
            defined: other functions that the submission defines.
            unrun_definitions: where a function stands that is not run, such as a Markdown cell, by name.
            limits: of the assignment; ``None`` where none are kept.
            unreachable: why a definition cannot be called, in a sentence, by name.
        """
        self._functions = functions
        self._stubs = frozenset(name for names in stubs.values() for name in names)
        self._ran = ran or Ran()
        self._defined = defined
        self._unrun_definitions = unrun_definitions
        self._limits = limits
        self._unreachable = unreachable

    def stop(self, label: str, died: Died, *, hurried: bool) -> None:
        """A cell or a module ended its worker.

        Args:
            label: what it is called.
            died: how.
            hurried: whether it had less time than its own limit.
        """
        if died.why == "time" and hurried:
            text = f"{label} was stopped: the time for the whole submission ran out."
        else:
            text = f"{label} was skipped: {self._ended('it', died)} The rest ran without it."
        self._ran.stop(label, text)

    def of(
        self,
        names: Sequence[str],
        answer: Answer,
        *,
        driven: bool = False,
        verb: str = "returned",
    ) -> StudentError:
        """Why a call gave no value.

        Args:
            names: the functions that were asked for; a driver may be given several.
            answer: what came back instead of a value.
            driven: whether a driver was run, which may itself raise on what they return.
            verb: what ties a function to its value; ``"is"`` for an attribute or a value.

        Returns:
            The error, to be raised by the caller.
        """
        asked = either(names)
        match answer:
            case Raised():
                return self._raised(names, answer, driven=driven)
            case Refused(reason) if reason == _UNFILLED and self._stubs.issuperset(names):
                return self._unfilled(asked)
            case Refused(reason) if reason == f"a value of type {names[0]}":
                return StudentError(
                    Outcome.BAD_VALUE,
                    f"{asked} {verb} a value that the grader cannot read.",
                    f"{asked} is a class here, so calling it creates an object. Define a function with "
                    "this name, using `def`.",
                )
            case Refused(reason):
                return StudentError(
                    Outcome.BAD_VALUE,
                    f"{asked} {verb} a value that the grader cannot read.",
                    _unread(f"{asked} {verb}", reason),
                )
            case Missing(missing):
                # Which name is missing is the worker's word, and anyone may read it.
                known = missing in self._functions
                return self._missing(
                    f"`{missing}`" if known else asked, missing if known else names[0]
                )
            case Died(why):
                outcome, words = _DEATHS[why]
                return StudentError(
                    outcome, f"{asked} {self._bounds.get(why, words)}.", self._ended(asked, answer)
                )
            case Done() | Value() | Held():
                outcome, words = _DEATHS["protocol"]
                return StudentError(outcome, f"{asked} {words}.")

    @staticmethod
    def _unfilled(asked: str) -> StudentError:
        text = f"{asked} is not filled in yet: it is still the stub that was handed out."
        return StudentError(Outcome.MISSING, text, unfilled=True)

    def _missing(self, asked: str, name: str) -> StudentError:
        text = f"{asked} is not defined in the submission."
        if why := self._unreachable.get(name):
            text += f" {why}"
        elif near := nearest(name, self._defined):
            text += f" You define `{near}`: did you mean that?"
        elif place := self._unrun_definitions.get(name):
            text += (
                f" It is defined in {place}, which is not run: change the type of the cell to Code."
            )
        elif why := self._ran.why_undefined(name):
            text += f" {why}"
        return StudentError(Outcome.MISSING, text)

    def _raised(self, names: Sequence[str], answer: Raised, *, driven: bool) -> StudentError:
        asked, names = names, _raisers(names, answer.frames)
        unfilled = [name for name in names if name in self._stubs] or self._methods(
            names, answer.frames
        )
        if answer.kind == "NotImplementedError" and unfilled:
            for name in unfilled:
                if nearest(name, self._defined):
                    return self._missing(f"`{name}`", name)
            return self._unfilled(either(unfilled))
        raised = raised_text(answer.kind, answer.text)
        if driven and _in_a_driver(answer.frames):
            return _unusable(asked, answer, raised)
        told = f"{either(names)} raised {self._ran.described(answer)}"
        starved = answer.kind == "MemoryError" or any(words in answer.text for words in _ALLOCATION)
        if starved and self._limits:
            told += f"\nThe limit is {self._limits.memory_mb} MB of memory."
        if any(words in answer.text for words in _DISK_IS_FULL) and self._limits:
            told += f"\nThe limit is {self._limits.disk_mb} MB on disk."
        return StudentError(
            Outcome.OUT_OF_MEMORY if starved else Outcome.RAISED,
            f"{either(names)} raised an exception.",
            told,
            raised,
        )

    def _methods(self, names: Iterable[str], frames: Sequence[Frame]) -> list[str]:
        """The method of a class that raised and is still a stub; nothing for others."""
        inner = frames[-1].function if frames else ""
        found = (f"{name.partition('.')[0]}.{inner}" for name in names)
        return [name for name in dict.fromkeys(found) if name in self._stubs]

    @property
    def _bounds(self) -> dict[str, str]:
        """What went beyond a limit of the assignment, by the limit, with its number."""
        if self._limits is None:
            return {}
        return {
            "memory": f"used more memory than the limit of {self._limits.memory_mb} MB",
            "disk": f"wrote more to disk than the limit of {self._limits.disk_mb} MB",
        }

    def _ended(self, what: str, died: Died) -> str:
        """How something ended its worker, in sentences; a bound is named once, with its number."""
        if died.why in self._bounds:
            return f"{what} {self._bounds[died.why]}."
        tail = died.sentence.removeprefix("It ")
        if tail != died.sentence:
            return f"{what} {tail}"
        return f"{what} {_DEATHS[died.why][1]}. {died.sentence}".strip()


def _unread(asked: str, reason: str) -> str:
    """That a value cannot be read, what it is, and what to return instead."""
    words = remedy(reason)
    return f"{asked} {named(reason)}. {words[0].upper()}{words[1:]}" + (
        "" if words.endswith("?") else "."
    )


def _in_a_driver(frames: Sequence[Frame]) -> bool:
    """Whether the innermost line that is known is a helper's, so that none of the student's raised."""
    return not frames or frames[-1].place.startswith(_DRIVERS)


def _unusable(names: Sequence[str], answer: Raised, raised: str) -> StudentError:
    """A helper of the case raised on what the functions returned: they raised nothing themselves."""
    asked = either(names)
    if any(words in answer.text for words in _NO_GRADIENT):
        text = f"No gradient flows through {asked}."
        hint = " Is its result detached, computed with NumPy or `.item()`, or independent of the input?"
        return StudentError(Outcome.BAD_VALUE, text, text + hint, raised)
    text = f"{asked} returned a value of the wrong type or form."
    cause = describe(replace(answer, frames=()))
    return StudentError(Outcome.BAD_VALUE, text, f"{text} ({cause})", raised)


def _raisers(names: Sequence[str], frames: Iterable[Frame]) -> Sequence[str]:
    """Of several functions the innermost that stands in the traceback; all where none does.

    Frames are the worker's word and choose among these names only.
    """
    inside = [frame.function for frame in frames if frame.function in names]
    return inside[-1:] or names


def either(names: Iterable[str]) -> str:
    """Names of functions in a sentence about one of them."""
    return joined([f"`{name}`" for name in dict.fromkeys(names)], "or")
