"""What lets processes work together in a cage that has neither sockets nor named shared memory.

Semaphores of `multiprocessing` and tensors of `torch.multiprocessing` go through files in /dev/shm,
which all processes of a user see, and through Unix sockets by path, which reach any server of the
machine. Where an assignment permits processes it permits neither of them: here semaphores lie in
memory that only forked children inherit, and tensors are sent by value through the pipes of
queues. A `DataLoader`, a `Pool`, a `Queue`, an `Event` work; a `Manager`, `SharedMemory` and
`Tensor.share_memory_` do not.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import multiprocessing
import multiprocessing.heap
import os
import threading
import time
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_BYTES: Final = 64  # more than any C library's sem_t
_RECURSIVE: Final = 0


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class SemLock:
    """The semaphore under all of `multiprocessing.synchronize`, in memory that children inherit.

    Attributes:
        kind: 0 for a lock that its owner may take again, 1 for a semaphore.
        maxvalue: what it never exceeds.
        handle: its address.
        name: always ``None``: nobody else can open it.
    """

    SEM_VALUE_MAX: Final = (1 << 31) - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind, self.maxvalue, self.name = kind, maxvalue, None
        self._memory = mmap.mmap(-1, _BYTES)
        self._place = (ctypes.c_char * _BYTES).from_buffer(self._memory)
        self.handle = ctypes.addressof(self._place)
        self._owner, self._taken = 0, 0
        _check(_LIBC.sem_init(self._place, 1, value))

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it, waiting where that is asked for; whether it was had."""
        if self.kind == _RECURSIVE and self._is_mine():
            self._taken += 1
            return True
        if not self._wait(block, timeout):
            return False
        self._owner = threading.get_ident()
        self._taken += 1
        return True

    def _wait(self, block: bool, timeout: float | None) -> bool:
        until = _Timespec()
        if timeout is not None:
            end = time.time() + max(0.0, timeout)
            until = _Timespec(int(end), int(end % 1 * 1e9))
        while True:
            if not block:
                done = _LIBC.sem_trywait(self._place)
            elif timeout is None:
                done = _LIBC.sem_wait(self._place)
            else:
                done = _LIBC.sem_timedwait(self._place, ctypes.byref(until))
            if not done:
                return True
            if ctypes.get_errno() in (errno.EAGAIN, errno.ETIMEDOUT):
                return False
            if ctypes.get_errno() != errno.EINTR:  # a handler of Python has run by now
                _check(done)

    def release(self) -> None:
        """Give it back.

        Raises:
            AssertionError: a lock of another's.
            ValueError: more often than it was taken.
        """
        if self.kind == _RECURSIVE:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._taken > 1:
                self._taken -= 1
                return
        elif self._get_value() >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        self._taken -= 1
        _check(_LIBC.sem_post(self._place))

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._taken

    def _is_mine(self) -> bool:
        return self._taken > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        value = ctypes.c_int()
        _check(_LIBC.sem_getvalue(self._place, ctypes.byref(value)))
        return max(0, value.value)

    def _is_zero(self) -> bool:
        return self._get_value() == 0

    def _after_fork(self) -> None:
        self._taken = 0


def _check(result: int) -> None:
    if result:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _send(storage: Any) -> tuple[Any, ...]:
    """A storage by value, as the pickler of `multiprocessing` takes it."""
    import torch

    view = torch.empty(0, dtype=torch.uint8).set_(storage)
    return _received, (view.numpy().tobytes(),)


def _received(content: bytes) -> Any:
    import numpy as np
    import torch

    view = torch.empty(len(content), dtype=torch.uint8)
    view.numpy()[:] = np.frombuffer(content, dtype=np.uint8)
    return view.untyped_storage()


def _private(cls: Any, size: int, *, device: Any = "cpu") -> Any:
    """Stands for the method that makes a shared storage: batches are sent by value."""
    return cls(size, device=device)


def install() -> None:
    """Put these in the place of what needs sockets and named shared memory."""
    import _multiprocessing  # type: ignore[import-not-found] # CPython's own, without types

    import torch
    import torch.multiprocessing

    multiprocessing.set_start_method("fork", force=True)
    semaphores: Any = _multiprocessing
    semaphores.SemLock = SemLock
    heap: Any = multiprocessing.heap
    heap.Arena._dir_candidates = []  # temporary files instead
    storage: Any = torch.UntypedStorage
    storage._new_shared = classmethod(_private)
    ForkingPickler.register(torch.UntypedStorage, _send)
