"""What a cage refuses, refused without one: processes and the network.

Whoever runs their own code outside a cage should learn then, not from their score, what fails where
it is graded. This protects nothing: code that wants to get round it can.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, Final

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


def begin(*, processes: bool) -> None:
    """Refuse from now on, in this process, what the cage would.

    Args:
        processes: whether the assignment permits other processes.
    """
    refused = _NETWORK if processes else _NETWORK | _PROCESSES

    def hook(event: str, _arguments: tuple[Any, ...]) -> None:
        if event in refused:
            _refuse()

    sys.addaudithook(hook)
    if not processes:  # where children are spawned, no event tells of it
        import multiprocessing.process

        multiprocessing.process.BaseProcess.start = _start  # type: ignore[assignment]


def _start(_self: object) -> None:
    _refuse()


def _refuse() -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
