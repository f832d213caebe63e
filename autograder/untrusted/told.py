"""What is told of one cell or module: its errors, and what was not there or not run while it went on.

A notebook that ran on its student's machine may need what is not here: packages that are not installed,
other programs, a GPU, the network. None of them is a reason to lose the rest of a cell: the statement
that needs one is left out, the next one runs, and the student is told once.
"""

from __future__ import annotations

import ast
import errno
import importlib.util
import re
import sys
import traceback
from collections.abc import Iterable
from typing import Any, Final

from autograder.untrusted.errors import Record, raised
from autograder.untrusted.python import bound

_MOST: Final = 20
_NAMES: Final = 200
_COMMAND: Final = 80
_IMPORTED: Final = re.compile(r"\s*(?:from|import)\s+([\w.]+)")
_CHECKER: Final = "grader"
_NO_GPU: Final = re.compile(
    r"not compiled with CUDA|Found no NVIDIA|No CUDA GPUs|not linked with support for (?:cuda|mps|xpu)"
    r"|from the '(?:CUDA|MPS|XPU)' backend|CUDA (?:driver|error)|MPS backend"
)
_OF_DEVICES: Final = ("AssertionError", "RuntimeError", "NotImplementedError", "AcceleratorError")
_SKIPPED: Final = ("program", "gpu", "network")
_UNREACHED: Final = frozenset(
    {
        *(("socket", "gaierror"), ("urllib.error", "URLError")),
        *(("requests.exceptions", "ConnectionError"), ("httpx", "ConnectError")),
    }
)


class Told:
    """What happened in one unit of a submission.

    Attributes:
        lacking: names that are not there because of what is not here, with that cause: ``"package NAME"``,
            ``"program"``, ``"gpu"``, ``"network"`` or ``"file"``; shared by all units of a submission.
    """

    def __init__(self, folders: tuple[str, ...], lacking: dict[str, str]) -> None:
        """Begin with nothing told.

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
        self._lacks_more = False

    def record(self) -> Record:
        """The same as data: empty where there is nothing to tell."""
        told: Record = {
            "errors": self._errors[:_MOST],
            "skipped": dict([*self._skipped.items()][:_MOST]),
            "absent": [*self._absent][:_MOST],
            "lacking": dict([*self.lacking.items()][:_NAMES]) if self._lacks_more else {},
            "lost": [*self._lost][:_NAMES],
        }
        return {key: value for key, value in told.items() if value}

    @property
    def failed(self) -> bool:
        """Whether there was an error that is one of the unit's own."""
        return bool(self._errors)

    def skip(self, command: str, why: str = "shell") -> None:
        """A command was not run.

        Args:
            command: its source.
            why: ``"shell"`` or ``"magic"``, or what it needs that is not here.
        """
        first, _, rest = command.strip().partition("\n")
        words = " ".join(first.split())
        cut = words[:_COMMAND]
        self._skipped[cut + (" …" if rest or cut != words else "")] = why

    def error(self, error: BaseException) -> None:
        """An exception ended the unit, or is one that a front end would have shown; each is told once."""
        if any(error is other for other in self._seen):
            return
        self._seen.append(error)
        if package := absent_package(error):
            self._absent[package] = None
        else:
            self._errors.append(raised(error, self._folders))

    def lose(self, names: Iterable[str]) -> None:
        """Names are not there that would be, had the unit run to its end."""
        self._lost |= {name: None for name in names if name not in self.lacking}

    def goes_on(self, statement: ast.stmt, error: BaseException) -> bool:
        """Whether the unit goes on after a statement that raised; what is to be told of it is noted."""
        names = [*bound([statement])]
        if _checks(statement):
            self._seen.append(error)
            return True
        if cause := _cause(error) or self.lacking.get(undefined_name(error), ""):
            if cause in _SKIPPED and _cause(error):
                self.skip(ast.unparse(statement), cause)
            elif _cause(error):
                self.error(error)
            self._seen.append(error)
            self.lacking |= dict.fromkeys(names, cause)
            self._lacks_more = True
            return True
        if isinstance(error, Exception) and isinstance(statement, ast.Import | ast.ImportFrom):
            self.error(error)
            self.lose(names)
            return True
        return False


def _cause(error: BaseException) -> str:
    """What is not here and an exception is about; empty for every other exception."""
    if package := absent_package(error):
        return f"package {package}"
    if _starts_a_program(error):
        return "program"
    text = error.args[0] if error.args else None
    if type(text) is str and wants_a_gpu(type(error).__name__, text):
        return "gpu"
    if _wants_the_network(error):
        return "network"
    return "file" if isinstance(error, FileNotFoundError) else ""


def absent_package(error: BaseException) -> str:
    """The package that an import did not find anywhere here; empty for every other exception."""
    name = error.name if type(error) is ModuleNotFoundError else None
    top = name.partition(".")[0] if type(name) is str else ""
    try:
        if not top or top in sys.modules or importlib.util.find_spec(top) is not None:
            return ""
        lines = [entry.line or "" for entry in traceback.extract_tb(error.__traceback__)[-200:]]
    except Exception:  # a finder of the student's
        return ""
    # `google` is a family of packages, and `google.colab` one of them.
    found = (match[1] for line in lines if (match := _IMPORTED.match(line)))
    return next((full for full in found if top == "google" and full.startswith("google.")), top)


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


def _starts_a_program(error: BaseException) -> bool:
    """Whether `subprocess` was refused a process."""
    if type(error) is not PermissionError:
        return False
    frames: list[Any] = traceback.extract_tb(error.__traceback__)[-1:]
    return any(frame.filename.endswith("subprocess.py") for frame in frames)


def wants_a_gpu(kind: str, text: str) -> bool:
    """Whether an exception says that torch was asked for a device that this machine does not have.

    Args:
        kind: the name of its class.
        text: its message.
    """
    return kind in _OF_DEVICES and _NO_GPU.search(text[:300]) is not None


def _wants_the_network(error: BaseException) -> bool:
    """Whether a host could not be reached; the answer of a host is another error."""
    kind = type(error)
    if (kind.__module__, kind.__qualname__) in _UNREACHED:
        return True
    numbers = (errno.ENETUNREACH, errno.EHOSTUNREACH)
    return isinstance(error, OSError) and kind is OSError and error.errno in numbers
