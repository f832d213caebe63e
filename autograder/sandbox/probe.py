"""Try, from inside a locked worker and before any student's code, what must not be possible.

A layer that is believed to stand is not enough: every worker shows that its secrets are out of
reach (`run`: a list of sentences, empty when all is well) and that Python still works there
(`broken_python`).
"""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
import sys
from dataclasses import asdict, dataclass
from typing import Any

_PACKAGES = ("numpy", "torch", "IPython")
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
        importlib.import_module(name)  # by name: what must not be there, or may not be
    except ImportError:
        return False
    return True


def _connects() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError:
        return False
    return True


def broken_python() -> str:
    """Why Python, or a package that every submission needs, does not work in this process; else empty.

    Modules that were imported before the worker was locked down are there whatever it may read: the next
    one that a library imports, or its first data file, would fail, and look like the student's mistake.
    """
    name = next((name for name in _SELDOM_IMPORTED if name not in sys.modules), "colorsys")
    if not _importable(name):
        return (
            f"Python in {sys.base_prefix} cannot be read by the worker's user; install Python where every "
            "user may read it, or run as an ordinary user"
        )
    for package in _PACKAGES:
        path = getattr(sys.modules.get(package), "__file__", None)
        if path is not None and not _readable(path):
            return (
                f"{package} is in {os.path.dirname(os.path.dirname(path))}, which the process of a "
                f"submission may not read: it may read packages inside {sys.prefix} alone, and a .pth "
                "file or PYTHONPATH leads elsewhere. Install the packages into that environment"
            )
    return ""
