"""The names of a running notebook as cases ask them, and their errors without our own lines."""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.grading.calls import InProcess, Reply
from autograder.grading.failures import Failures, either
from autograder.grading.submission import Unit
from autograder.grading.submission.definitions import definitions
from autograder.grading.submission.near import nearest
from autograder.model import Call, Outcome, StudentError
from autograder.sandbox import Frame, Raised, Refused

_FRAMES = 12


class Live:
    """Answers the calls of a case with what a namespace holds at this moment."""

    def __init__(
        self,
        names: Mapping[str, Any],
        wanted: Collection[str],
        folder: Path,
        values: Collection[str] = (),
    ) -> None:
        """Look at a namespace; nothing is called yet.

        Args:
            names: the notebook's.
            wanted: the functions that the assignment asks for.
            folder: where the student's files lie.
            values: those of the names that are not functions or classes.
        """
        defined = {
            name: names[name]
            for name in wanted
            if name in names and (name in values or callable(names[name]))
        }
        stubs = [stub for name, item in defined.items() for stub in _stubs(name, item)]
        self._functions = InProcess(defined)
        self._failures = Failures(wanted, {"": stubs})
        self._folder = folder
        self._others = [name for name in names if callable(names[name]) and name not in wanted]

    def answer(self, call: Call) -> Reply:
        """The value of a function, or of a driver that is given some.

        Raises:
            StudentError: the call gave no value; the error says why.
        """
        names = call.student_names
        try:
            return self._functions.answer(call)
        except StudentError as error:
            why, cause = error, error.__cause__
        if why.outcome is Outcome.RAISED and cause is not None:
            raised, driven = self._raised(cause), call.driver is not None
            raise self._failures.of(names, raised, driven=driven) from None
        if why.outcome is Outcome.BAD_VALUE:
            raise self._failures.of(names, Refused(why.detail), verb=call.verb) from None
        text = f"{either(names)} is not defined"
        near = nearest(names[0], self._others) if len(names) == 1 else ""
        if near:
            text += (
                f". You define `{near}`: did you mean that? Otherwise run the cell that defines it."
            )
        else:
            text += ": run the cell that defines it, or look at its spelling."
        raise StudentError(Outcome.MISSING, text) from None

    def _raised(self, error: BaseException) -> Raised:
        frames = list(self._frames(error))
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return Raised(type(error).__name__, text, tuple(frames[-_FRAMES:]))

    def _frames(self, error: BaseException) -> Iterator[Frame]:
        for entry in traceback.extract_tb(error.__traceback__):
            place = _cell(entry.filename) or self._file(entry.filename)
            if place:
                yield Frame(place, entry.lineno or 0, entry.name, (entry.line or "").strip())

    def _file(self, filename: str) -> str:
        """A file of the student's folder, by its name there; nothing for other packages."""
        path = Path(filename)
        if not path.is_relative_to(self._folder) or path.is_relative_to(sys.prefix):
            return ""
        return path.relative_to(self._folder).as_posix()


def _cell(filename: str) -> str:
    """What Jupyter calls the cell that a piece of code came from; nothing for other code."""
    if "IPython" not in sys.modules:
        return ""
    from IPython import get_ipython

    compiler: Any = getattr(get_ipython(), "compile", None)
    try:
        found = compiler.format_code_name(filename)
    except (
        AttributeError
    ):  # not in a notebook; or before IPython 8, as in Colab, which has no numbers
        return "a cell" if Path(filename).parent.name.startswith("ipykernel_") else ""
    return " ".join(found) if found else ""


def _stubs(name: str, item: Any) -> list[str]:
    """Of a function, a class with its methods, or a value: what is still a stub."""
    if item is ...:
        return [name]
    if not callable(item):
        return []
    try:
        source = inspect.getsource(item)
    except (OSError, TypeError):
        return []
    return [*definitions([Unit("", "", source)], [name]).stubs.get("", ())]
