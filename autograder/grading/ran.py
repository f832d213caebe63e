"""What became of a submission's cells and modules as they ran, in words for the student.

Each cause is reported once: cells that stop because an earlier one did not define a name are listed
with that cell, and a skipped command or a missing package is one sentence for all cells.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from autograder.grading import syntax
from autograder.grading.submission.files import listed
from autograder.grading.submission.near import nearest, nearest_file
from autograder.model.wording import joined, plural
from autograder.sandbox import Answer, Frame, Raised, Value, read_raised, readable
from autograder.untrusted.unit_report import MOST, NAMES

_SAID = 600
_MOST_CAUSES = 100  # shown to a student; nobody corrects the rest before these
_NAME: Final = re.compile(r"name '(\w+)' is not defined")
_PACKAGE: Final = re.compile(r"[\w.]{1,80}")
_SHOWN_COMMANDS = 3
_BY_KIND: Final = {
    "EOFError": "`input()` gets no answer while your work is graded. Write the value into the code.",
    "SystemExit": "The code ended the program here. In a module, put code that only runs it as a program "
    'under `if __name__ == "__main__":`.',
}
_WHY_SKIPPED: Final = {
    "shell": "shell commands are not run while grading.",
    "magic": "it is not available where this is graded.",
    "place": "a cell magic works only in the first line of a cell. Move it there.",
    "program": "no other program can be started while grading.",
    "processes": "no other process can be started while grading. In a DataLoader, use `num_workers=0`.",
    "gpu": "there is no GPU where this is graded.",
    "network": "there is no network where this is graded.",
}
_NEEDS: Final = {
    "processes": "needs another process, and none can be started while grading.",
    "program": "needs another program, and none can be started while grading.",
    "gpu": "needs a GPU, and there is none where this is graded.",
    "network": "needs the network, and there is none where this is graded.",
    "file": "needs a file that was not found.",
    "outside": "needs a file outside the folder that was handed in.",
}
_BARRED: Final = {
    "processes": "No other processes can be started where this is graded. In a `DataLoader`, use "
    "`num_workers=0`.",
    "network": "There is no network where this is graded.",
    "outside": "Where this is graded, your code can read and write files in the folder of your submission "
    "only. Use relative paths (`data.csv`, not `/home/me/data.csv`); for temporary files, use `tempfile`.",
    "gpu": "There is no GPU where this is graded. Use the device of the arguments (`x.device`).",
}


@dataclass
class _Cause:
    """Why a unit did not run to its end, and which units stopped because of it."""

    text: str
    followers: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.followers:
            return self.text
        return f"{self.text}\n    Because of this, these stopped too: {listed(self.followers)}."


class Ran:
    """What became of the units of one submission.

    Attributes:
        stopped: labels of units that did not run to their end.
    """

    def __init__(
        self, offered: Sequence[str] = (), their_python: str = "", files: Collection[str] = ()
    ) -> None:
        """Begin with nothing run.

        Args:
            offered: packages that are there.
            their_python: the version of Python that the notebook names; empty where it is not known.
            files: the names of the other files that were handed in.
        """
        self._offered = offered
        self._their_python = their_python
        self._files = files
        self._causes: list[_Cause] = []
        self._by_unit: dict[str, _Cause] = {}
        self._lost: dict[str, str] = {}
        self._lacking: dict[str, str] = {}
        self._absent: dict[str, dict[str, None]] = {}
        self._skipped: dict[str, dict[str, None]] = {}
        self._said: set[str] = set()
        self.stopped: list[str] = []

    @property
    def notices(self) -> list[str]:
        """Sentences for the student, in the order in which things happened; then what was left out."""
        causes, more = self._causes[:_MOST_CAUSES], len(self._causes) - _MOST_CAUSES
        rest = [f"{more} more of these errors are not shown."] if more > 0 else []
        return [*map(str, causes), *rest, *self._packages(), *self._commands()]

    @property
    def reasons(self) -> list[str]:
        """What did not run to its end and why, in a line each; what followed from another is left out."""
        causes = {id(cause): cause for cause in self._by_unit.values()}
        return [cause.text.partition("\n")[0] for cause in causes.values()]

    def stop(self, label: str, text: str) -> None:
        """A unit did not run to its end, for a reason that is its own."""
        self._causes.append(_Cause(text))
        self._by_unit[label] = self._causes[-1]
        self.stopped.append(label)

    def note(self, label: str, answer: Answer) -> None:
        """Record the result of a unit that has ended.

        Args:
            label: what it is called.
            answer: the worker's; its words are the student's own.
        """
        match answer:
            case Raised():
                self._errors(label, [answer])
            case Value(dict() as told):
                for package in _words(told.get("absent"), MOST):
                    if _PACKAGE.fullmatch(package):
                        self._absent.setdefault(package, {})[label] = None
                for command, why in _pairs(told.get("skipped"), MOST):
                    where = f" in {label}" if why == "place" else ""
                    commands = self._skipped.setdefault(why if why in _WHY_SKIPPED else "shell", {})
                    commands[f"`{command}`{where}"] = None
                self._lacking |= dict(_pairs(told.get("lacking"), NAMES))
                errors = told.get("errors")
                told_of = errors[:MOST] if type(errors) is list else []
                self._errors(label, map(read_raised, told_of))
                for name in _words(told.get("lost"), NAMES):
                    self._lost.setdefault(name, label)

    def _errors(self, label: str, errors: Iterable[Raised]) -> None:
        for error in errors:
            name = _undefined(error)
            root = self._by_unit.get(self._lost.get(name, ""))
            if root is None and error.went_on:
                self._go_on(label, error)
            elif root is None:
                self.stop(label, f"{label} failed: {_below(error, self._hints(error))}")
            elif label not in root.followers:
                root.followers.append(label)
                self._by_unit.setdefault(label, root)
                self.stopped.append(label)

    def _go_on(self, label: str, error: Raised) -> None:
        """Report a statement that was left out; a hint that fits several is shown with the first."""
        hints = [hint for hint in self._hints(error) if hint not in self._said]
        self._said.update(hints)
        text = f"{label} ran, except for one statement: {_below(error, hints)}"
        self._causes.append(_Cause(text))

    def described(self, error: Raised) -> str:
        """An exception for its author, with what is known of its cause."""
        return "\n".join([describe(error), *self._hints(error)])

    def _hints(self, error: Raised) -> Iterable[str]:
        if error.barred in _BARRED:
            yield _BARRED[error.barred]
        name = _undefined(error)
        if cause := self._lacking.get(name):
            what, _, package = cause.partition(" ")
            why = f"needs {package}, which is not installed where this is graded."
            yield f"`{name}` {_NEEDS.get(what, why)}"
        elif name in self._lost:
            yield f"{self._lost[name]}, which would define `{name}`, did not run to its end."
        if error.barred == "package" and self._offered:
            yield f"Only these packages are installed where this is graded: {joined(self._offered)}."
        if "does not require grad" in error.text:
            yield "The arguments do not track gradients: begin with `x = x.detach().requires_grad_()`."
        if error.kind == "SyntaxError":
            yield from syntax.hints(error, self._their_python)
        elif error.kind in _BY_KIND:
            yield _BY_KIND[error.kind]
        missing = error.kind == "FileNotFoundError" or "not found" in error.text
        if missing and (near := nearest_file(error.text, self._files)):
            yield f"`{near}` was handed in: did you mean that?"

    def why_undefined(self, name: str) -> str:
        """Why the code did not define a function, as far as is known: a sentence, or nothing."""
        if name in self._lost:
            return f"{self._lost[name]}, which would define it, did not run to its end."
        if self.stopped:
            labels = ", ".join(dict.fromkeys(self.stopped[:3]))
            return f"{labels} did not run to the end and may be the cause."
        return ""

    def _packages(self) -> Iterable[str]:
        if not self._absent:
            return
        names, one = [*self._absent], len(self._absent) == 1
        labels = dict.fromkeys(label for labels in self._absent.values() for label in labels)
        them = "it" if one else "them"
        there = f"; only {joined(self._offered, 'and')} are" if self._offered else ""
        file = f"no file {names[0]}.py was" if one else "no files of these names were"
        file = "" if one and "." in names[0] else f", and {file} handed in"
        text = (
            f"{joined(names[:5], 'and')} {'is' if one else 'are'} not installed where this is graded"
            f"{there}{file}. What needs {them} in {listed(labels)} was left out; the rest ran."
        )
        modules = [name.removesuffix(".py") for name in self._files if name.endswith(".py")]
        for name in names[:5]:
            if near := nearest(name, modules):
                text += f" `{near}.py` was handed in: did you mean `{near}` by `{name}`?"
        yield text

    def _commands(self) -> Iterable[str]:
        for why, commands in self._skipped.items():
            names = [*commands]
            more = len(names) - _SHOWN_COMMANDS
            shown = [*names[:_SHOWN_COMMANDS], *([f"{more} more"] if more > 0 else [])]
            verb = plural(len(names), "was", "were")
            yield f"{joined(shown, 'and')} {verb} skipped: {_WHY_SKIPPED[why]}"


def describe(error: Raised) -> str:
    """An exception for its author: what it is, what it says, and where, without our own lines."""
    text = f"{error.kind}: {error.text[:_SAID]}" if error.text else error.kind
    return "\n".join([text, *_lines(error.frames)])


def _below(error: Raised, hints: Iterable[str]) -> str:
    """An exception of a cell with its hints, which stand below the notice as its lines do."""
    return "\n    ".join([describe(error), *hints])


def _lines(frames: Sequence[Frame]) -> Iterator[str]:
    """The frames of a traceback; one that comes several times in a row is shown once."""
    for frame, same in itertools.groupby(frames):
        yield _line(frame)
        if (more := len([*same]) - 1) > 0:
            yield f"    and so on: a function that calls itself ({more} more of these lines)"


def _line(frame: Frame) -> str:
    inside = f", in {frame.function}" if frame.function not in ("", "<module>") else ""
    code = f"\n        {frame.code}" if frame.code else ""
    return f"    {frame.place}, line {frame.line}{inside}{code}"


def _undefined(error: Raised) -> str:
    found = _NAME.match(error.text) if error.kind in ("NameError", "UnboundLocalError") else None
    return found[1] if found else ""


def _words(value: Any, most: int) -> list[str]:
    items = value[:most] if type(value) is list else []
    return [readable(item) for item in items if type(item) is str]


def _pairs(value: Any, most: int) -> Iterable[tuple[str, str]]:
    items: Mapping[Any, Any] = value if type(value) is dict else {}
    return [
        (readable(key), readable(item))
        for key, item in itertools.islice(items.items(), most)
        if type(key) is str and type(item) is str
    ]
