"""Files of a worker's that its folder does not show: without a name, or in places open to everybody.

A file that was removed while open or mapped takes space until the last process closes it. Without
Landlock, a worker with a separate user may write to ``/tmp`` and the like; what it left there is found by
that user.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.sandbox import kernel, workdir

PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")  # noqa: S108 - swept, never written to
"""Folders in which every user may make files."""

_REMOVED = " (deleted)"
_UNSEEN_PARTS = 8


def unnamed(pids: Iterable[int], uid: int | None, folder: str, size: int) -> int:
    """The bytes of files that lay in a folder, have no name any more, and are held by processes.

    A map says how much of a file is mapped, not how long the file is. So each that is mapped and not open
    counts as an eighth of ``size`` at least: what escapes the count is eight times the bound at most.

    Args:
        pids: the processes.
        uid: the user that they run as, where that is not the caller's.
        folder: the only one of theirs.
        size: how long one file can be.

    Returns:
        The bytes; what cannot be looked at is not counted.
    """
    used: dict[tuple[int, int], int] = {}
    for pid in pids:
        for looking in (contextlib.nullcontext(), kernel.files_of(uid)):
            with contextlib.suppress(OSError), looking:
                used.update(_open(pid))
                for file, length in _mapped(pid, folder):
                    used.setdefault(file, max(length, size // _UNSEEN_PARTS))
                break
    return sum(used.values())


def _open(pid: int) -> Iterator[tuple[tuple[int, int], int]]:
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            about = entry.stat()
            if stat.S_ISREG(about.st_mode) and not about.st_nlink:
                yield (about.st_dev, about.st_ino), about.st_blocks * 512


def _mapped(pid: int, folder: str) -> Iterator[tuple[tuple[int, int], int]]:
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="surrogateescape") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        if line.endswith(_REMOVED):
            place, _, offset, device, inode, name = line.split(maxsplit=5)
            if name.startswith(f"{folder}/"):
                begin, end = (int(number, 16) for number in place.split("-"))
                major, minor = (int(number, 16) for number in device.split(":"))
                yield (os.makedev(major, minor), int(inode)), int(offset, 16) + end - begin


def sweep(uid: int, places: Iterable[str] = PLACES) -> None:
    """Remove what a user left in folders that are open to everybody, and in what is open inside them.

    Args:
        uid: a worker's own, whose processes have ended.
        places: the folders.
    """
    ahead = list(places)
    while ahead:
        with contextlib.suppress(OSError), os.scandir(ahead.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    about = entry.stat(follow_symlinks=False)
                    folder = stat.S_ISDIR(about.st_mode)
                    if about.st_uid == uid:
                        if folder:
                            workdir.remove(Path(entry.path))
                        else:
                            os.unlink(entry.path)
                    elif folder and about.st_mode & stat.S_IWOTH:
                        ahead.append(entry.path)
