"""Try, from inside a locked worker and before any student's code, what must not be possible.

A layer that is believed to stand is not enough: every worker shows that its secrets are out of
reach and that Python still works there. What is found is a list of sentences, empty when all is
well.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

_SELDOM_IMPORTED = ("colorsys", "wave", "tabnanny", "stringprep", "sched")


@dataclass(frozen=True, slots=True)
class Targets:
    """What must be out of a worker's reach.

    Attributes:
        unreadable: files and folders that it must not be able to open.
        unwritable: folders in which it must not be able to make a file.
        unimportable: modules that it must not be able to import.
    """

    unreadable: tuple[str, ...] = ()
    unwritable: tuple[str, ...] = ()
    unimportable: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """The targets as JSON takes them."""
        return asdict(self)


def run(targets: Targets) -> list[str]:
    """Try everything; what should have failed and did not, or the reverse, in words."""
    return [
        *(f"{path} can be read" for path in targets.unreadable if _readable(path)),
        *(f"{path} can be written to" for path in targets.unwritable if _writable(path)),
        *(f"module {name} can be imported" for name in targets.unimportable if _importable(name)),
        *(["a network socket can be opened"] if _connects() else []),
        *_python_works(),
    ]


def _readable(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _writable(folder: str) -> bool:
    path = os.path.join(folder, ".probe")
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError:
        return False
    with contextlib.suppress(OSError):
        os.unlink(path)
    return True


def _importable(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def _connects() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError:
        return False
    return True


def _python_works() -> Sequence[str]:
    name = next((name for name in _SELDOM_IMPORTED if name not in sys.modules), "colorsys")
    if _importable(name):
        return []
    return [
        f"Python in {sys.base_prefix} cannot be read by the worker's user: install Python where "
        "every user may read it, or run as an ordinary user"
    ]
