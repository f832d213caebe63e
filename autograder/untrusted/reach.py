"""Which files code can open while it is graded: those in its own folder, and what Python needs.

The cage enforces it. This module knows it, for code that runs without a cage and for messages to students.
"""

from __future__ import annotations

import errno
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_ABOUT_ITSELF: Final = (
    *("auxv", "cgroup", "cmdline", "fd", "limits", "maps", "mem", "oom_score_adj", "smaps", "stat"),
    *("statm", "status"),
)
PROC: Final = (
    *(f"/proc/self/{name}" for name in _ABOUT_ITSELF),  # its net and mounts are the machine's
    *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
)
SYSTEM: Final = (
    *("/usr", "/lib", "/lib64", "/bin"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts"),
)
_ELSEWHERE: Final = {  # on systems without a cage, where libraries look for fonts and time zones
    "darwin": ("/System", "/Library", "/opt", "/private/etc", "/private/var/db"),
    "win32": (os.environ.get("SYSTEMROOT", r"C:\Windows"),),
}
_home: list[str] = []


@contextmanager
def settled(folder: str) -> Iterator[None]:
    """Keep this process in a folder: code that is graded cannot leave it, with or without a cage.

    In a cage a folder outside can be entered and nothing in it opened; then relative paths would fail too.
    """
    change, _home[:] = os.chdir, [os.path.realpath(folder)]
    os.chdir = _staying(change)  # type: ignore[assignment] # replaced on purpose
    try:
        yield
    finally:
        os.chdir = change
        _home.clear()


def _staying(change: Callable[[Any], None]) -> Callable[[Any], None]:
    def chdir(path: Any) -> None:
        if outside(path) and os.path.isdir(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        change(path)

    return chdir


def outside(path: object) -> bool:
    """Whether a path leads out of the folder that this process was settled in."""
    return bool(_home) and not within(path, _home)


def within(path: object, folders: Iterable[str]) -> bool:
    """Whether a path leads to one of some folders or files, or below it; what is not a path does.

    Args:
        path: anything that `open` takes.
        folders: as `os.path.realpath` gives them.
    """
    if not isinstance(path, str | bytes | os.PathLike):
        return True
    try:
        real = os.path.realpath(os.fsdecode(path))
    except (OSError, ValueError):
        return True
    return any(
        real == folder or real.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders
    )


def python_folders() -> tuple[str, ...]:
    """The folders that the running Python and its packages live in."""
    paths = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}
    existing = sorted({os.path.realpath(path) for path in paths if os.path.isdir(path)})
    return tuple(
        path
        for path in existing
        if not any(path != other and path.startswith(other + os.sep) for other in existing)
    )


def readable() -> tuple[str, ...]:
    """What may be read outside its own folder by code that runs without a cage.

    Packages may lie where no cage could read them; on the student's own machine they are read all the same.
    """
    packages = (
        os.path.dirname(os.path.dirname(module.__file__))
        for name in ("numpy", "torch", "autograder")
        if (module := sys.modules.get(name)) is not None and module.__file__
    )
    system = (*SYSTEM, *DEVICES, *PROC, *_ELSEWHERE.get(sys.platform, ()))
    return tuple(map(os.path.realpath, (*python_folders(), *packages, *system)))
