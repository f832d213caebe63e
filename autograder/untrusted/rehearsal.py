"""What a cage refuses, refused without one: processes, the network, and files outside the own folder.

Whoever runs their own code outside a cage should learn then, not from their score, what fails where
it is graded. This protects nothing: code that wants to get round it can.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final

from autograder.untrusted import reach

_PROCESSES: Final = frozenset(
    {
        *("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"),
        *("subprocess.Popen", "_winapi.CreateProcess"),
    }
)
_NETWORK: Final = frozenset(
    {
        *("socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname"),
        *("socket.sendmsg", "socket.sendto"),
    }
)
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_READ: Final = frozenset({"os.listdir", "os.scandir"})
_WRITTEN: Final = {  # by event: which of its arguments are paths that something is made or removed at
    "os.link": (0, 1),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "sqlite3.connect": (0,),
}


def begin(*, processes: bool) -> None:
    """Refuse from now on, in this process, what the cage would.

    Args:
        processes: whether the assignment permits other processes.
    """
    refused = _NETWORK if processes else _NETWORK | _PROCESSES

    readable = reach.readable()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in refused:
            _refuse()
        for path, writes in _opened(event, arguments):
            _look(path, () if writes else readable)

    _look_before_saving()
    sys.addaudithook(hook)
    if not processes:  # where children are spawned, no event tells of it
        import multiprocessing.process

        multiprocessing.process.BaseProcess.start = _start  # type: ignore[assignment] # replaced on purpose


def _opened(event: str, arguments: tuple[Any, ...]) -> Iterator[tuple[Any, bool]]:
    """The paths that an event opens, each with whether it is written to."""
    if event == "open":
        path, _mode, flags = arguments
        yield path, bool(flags & _WRITES)
    elif event in _READ:
        yield arguments[0], False
    elif event in _WRITTEN:
        yield from ((arguments[place], True) for place in _WRITTEN[event])


def _look(path: Any, readable: tuple[str, ...]) -> None:
    """Refuse a path outside the own folder as the kernel would; the null device takes anything."""
    if not reach.outside(path) or path in (os.devnull, ":memory:") or reach.within(path, readable):
        return
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)


def _look_before_saving() -> None:
    """Look at the paths that torch writes to: it opens them itself, and no event tells of it."""
    if torch := sys.modules.get("torch"):
        torch.save = _looking(torch.save)  # type: ignore[attr-defined] # likewise


def _looking(save: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(save)
    def looked(obj: object, f: Any, *arguments: Any, **keywords: Any) -> Any:
        _look(f, ())
        return save(obj, f, *arguments, **keywords)

    return looked


def _start(_self: object) -> None:
    _refuse()


def _refuse() -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
