"""A tree of processes: who is in it, how much memory it holds, and its end."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Collection, Iterator

from autograder.sandbox import kernel

_PATIENCE_SECONDS = 20.0


def descendants(root: int, *, kept: Collection[int] = ()) -> Iterator[int]:
    """Children of a process and theirs, parents first.

    Args:
        root: the process.
        kept: children that are left out, with everything below them.
    """
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            pid = int(entry.name)
            with contextlib.suppress(OSError, IndexError):
                children.setdefault(int(_stat(pid)[1]), []).append(pid)
    ahead = [root]
    while ahead:
        for child in children.get(ahead.pop(), ()):
            if child not in kept:
                ahead.append(child)
                yield child


def _stat(pid: int) -> list[str]:
    """What the kernel says of a process after its name: state, parent, and so on (proc(5))."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rsplit(")", 1)[1].split()


def start_time(pid: int) -> str:
    """When a process began, in clock ticks since boot; it tells a process from a later one of its number.

    Returns:
        An empty string if there is no such process.
    """
    try:
        return _stat(pid)[19]
    except (OSError, IndexError):
        return ""


def kill(pid: int, started: str) -> None:
    """Kill a process that may have ended meanwhile, unless its number is another's now.

    Args:
        pid: the process.
        started: its `start_time`.
    """
    if started and start_time(pid) == started:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def resident(pid: int) -> int:
    """The memory of a process in bytes, pages that it shares counted whole; 0 where it is gone."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def proportional(pid: int, uid: int | None) -> int:
    """The memory of a process in bytes, a page that n processes share counted as its n-th part.

    Args:
        pid: the process.
        uid: the user that it runs as, where that is not the caller's: without a capability not even
            root may look.

    Returns:
        The same as `resident` where the kernel does not say: the process may have hidden it.
    """
    for looking in (contextlib.nullcontext(), kernel.files_of(uid)):
        with contextlib.suppress(OSError), looking, open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) << 10
    return resident(pid)


def kill_by_uid(uid: int) -> None:
    """Kill every process of a user at once; only root can."""
    killer = os.fork()
    if not killer:
        try:
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(killer, 0)


def kill_descendants(root: int, *, kept: Collection[int] = ()) -> None:
    """Kill what `descendants` finds, once."""
    for pid in descendants(root, kept=kept):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def clear(uid: int | None, kept: Collection[int]) -> None:
    """Kill and reap everything below the caller, but some; it takes leave of those too, once ended.

    Args:
        uid: the user of the processes to remove, if they have a separate one.
        kept: children to keep, with everything below them.
    """
    end, pause = time.monotonic() + _PATIENCE_SECONDS, 0.0005
    while any(True for _ in descendants(os.getpid(), kept=kept)):
        if time.monotonic() > end:
            return
        if uid is not None:
            kill_by_uid(uid)
        kill_descendants(os.getpid(), kept=kept)
        reap()
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)


def reap() -> None:
    """Take leave of every child that has ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
