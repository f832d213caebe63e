"""The record of one cell or module: its errors, and what was missing or skipped while it went on.

A notebook that ran on its student's machine may need what is not here: packages that are not installed,
other programs, a GPU, the network. None of them is a reason to lose the rest of a cell: the statement
that needs one is left out, the next one runs, and the student reads it once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final

from autograder.untrusted.errors import Record, raised
from autograder.untrusted.needs import absent_package, cause_of
from autograder.untrusted.python import annotate_lazily, bound

MOST: Final = 20
"""So many errors, commands and packages are told of one unit; its reader takes no more either."""
NAMES: Final = 200
"""So many names that are lost, or lack something, likewise."""

_COMMAND: Final = 80
_CHECKER: Final = "grader"
_SKIPPED: Final = ("program", "processes", "gpu", "network")
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class UnitReport:
    """What happened in one unit of a submission.

    Attributes:
        lacking: names that are not there, or hold nothing, because of what is not here, with that cause as
            `cause_of` gives it; shared by all units of a submission.
    """

    def __init__(self, folders: tuple[str, ...], lacking: dict[str, str]) -> None:
        """Begin an empty record.

        Args:
            folders: where the student's files lie, the innermost first.
            lacking: what earlier units lack.
        """
        self.lacking = lacking
        self._folders = folders
        self._seen: list[BaseException] = []
        self._errors: list[Record] = []
        self._skipped: dict[str, str] = {}
        self._absent: dict[str, None] = {}
        self._lost: dict[str, None] = {}
        self._lacks_more = self._skips_now = False

    def record(self) -> Record:
        """The same as data: empty where there is nothing to tell."""
        record: Record = {
            "errors": self._errors[:MOST],
            "skipped": dict([*self._skipped.items()][:MOST]),
            "absent": [*self._absent][:MOST],
            "lacking": dict([*self.lacking.items()][:NAMES]) if self._lacks_more else {},
            "lost": [*self._lost][:NAMES],
        }
        return {key: value for key, value in record.items() if value}

    @property
    def failed(self) -> bool:
        """Whether there was an error that is one of the unit's own."""
        return bool(self._errors)

    def skip(self, command: str, why: str = "shell") -> None:
        """A command was not run.

        Args:
            command: its source.
            why: ``"shell"``, ``"magic"`` or ``"place"``, or what it needs that is not here.
        """
        self._skips_now = True
        first, _, rest = command.strip().partition("\n")
        words = " ".join(first.split())
        cut = words[:_COMMAND]
        self._skipped[cut + (" …" if rest or cut != words else "")] = why

    def error(self, error: BaseException, *, went_on: bool = False) -> None:
        """Record an exception that ended the unit, or that a front end would have shown; each once.

        Args:
            error: the exception.
            went_on: whether the unit went on after the statement that raised it.
        """
        if any(error is other for other in self._seen):
            return
        self._seen.append(error)
        if package := absent_package(error):
            self._absent[package] = None
        else:
            more = {"went_on": True} if went_on else {}
            self._errors.append({**raised(error, self._folders), **more})

    def lose(self, names: Iterable[str]) -> None:
        """Names are not there that would be, had the unit run to its end."""
        self._lost |= {name: None for name in names if name not in self.lacking}

    def succeeded(self, statement: ast.stmt) -> None:
        """Note a statement that did not raise: what it made of nothing is nothing either."""
        skipped, self._skips_now = self._skips_now, False
        if not (skipped or self.lacking) or isinstance(statement, _DEFINITIONS):
            return
        names = [*bound([statement])]
        if cause := self._needed_by(statement) or ("program" if skipped else ""):
            self._lack(names, cause)
        else:
            for name in names:
                self.lacking.pop(name, None)

    def _needed_by(self, statement: ast.stmt) -> str:
        """Why a name that a statement uses is not there, or holds nothing; empty where all are there."""
        if self._skips_now:
            return "program"
        if not self.lacking or isinstance(statement, _DEFINITIONS):
            return ""
        loads = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
        used = (node.id for node in loads if isinstance(node.ctx, ast.Load))
        return next((self.lacking[name] for name in used if name in self.lacking), "")

    def _lack(self, names: Iterable[str], cause: str) -> None:
        self.lacking |= dict.fromkeys(names, cause)
        self._lacks_more = True

    def runs_again(self, statement: ast.stmt, error: BaseException) -> bool:
        """Whether to run a statement again after a `NameError`, with its annotations as strings now."""
        name = undefined_name(error)
        if not name or not annotate_lazily(statement, name):
            return False
        self._seen.append(error)
        return True

    def continues_after(self, statement: ast.stmt, error: BaseException) -> bool:
        """Whether the unit goes on after a statement that raised; the error is recorded."""
        names = [*bound([statement])]
        if _checks(statement):
            self._seen.append(error)
            return True
        if cause := cause_of(error):
            if cause in _SKIPPED:
                self.skip(ast.unparse(statement), cause)
            else:
                self.error(error, went_on=True)
        elif isinstance(error, Exception):  # perhaps a consequence of what was left out above
            cause = self.lacking.get(undefined_name(error), "") or self._needed_by(statement)
        if cause:
            self._seen.append(error)
            self._lack(names, cause)
            self._skips_now = False
            return True
        if isinstance(error, Exception) and isinstance(statement, ast.Import | ast.ImportFrom):
            self.error(error)
            self.lose(names)
            return True
        return False


def undefined_name(error: BaseException) -> str:
    """The name that a NameError is about; empty for every other exception."""
    name = error.name if isinstance(error, NameError) else None
    return name if type(name) is str else ""


def _checks(statement: ast.stmt) -> bool:
    """Whether a statement is a call of `grader`, which the grader has no use for."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            return name == _CHECKER
    return False
