"""Landlock: only two lists of files exist for the caller, TCP is refused, signals stay inside.

The kernel enforces it for the calling thread and everything it starts, for ever, without root.
What a kernel can do is counted by its ABI: files from 1, renames across folders from 2, TCP from
4, signals and abstract sockets from 6. Facts that shape this file: a domain denies REFER unless
it grants it, so one that is only there for signals must grant REFER on ``/``; a rule on a path
that does not exist is left out; rights that make no sense on a file must not be asked for on one.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Collection, Iterable, Iterator

from autograder.sandbox import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_RIGHTS_OF_ABI = {1: 13, 2: 14, 3: 15, 4: 15}  # later ones: 16
_TCP = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

SIGNALS_SCOPED = 6
"""The first ABI that keeps signals inside the domain."""


def abi() -> int:
    """The Landlock ABI of the running kernel, 0 where there is none."""
    try:
        return kernel.syscall(
            _CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION_FLAG)
        )
    except OSError:
        return 0


def confine(read: Iterable[str], write: Iterable[str], sealed: Collection[str] = ()) -> int:
    """Deny every file not beneath ``read`` or ``write``, all TCP, and signals out of the domain.

    Args:
        read: paths that may be read and executed from.
        write: paths that may be written as well.
        sealed: real paths beneath ``read`` whose files may not be read; names in them may be listed.

    Returns:
        The ABI that enforces it; 0 where the kernel has none, and then nothing is denied.

    Raises:
        OSError: the kernel has Landlock and refused the rules.
    """
    version = abi()
    if version:
        rights = (1 << _RIGHTS_OF_ABI.get(version, 16)) - 1
        rules = [rule for path in read for rule in _without(path, sealed)]
        rules += [(path, rights) for path in write]
        _restrict(version, rights, rules, tcp=True)
    return version


def _without(path: str, sealed: Collection[str]) -> Iterator[tuple[str, int]]:
    """Rules that let read what lies beneath a path, but for what is sealed.

    A rule holds for everything beneath its path and no other takes it back. So a folder with something
    sealed in it may only be listed, as Python's import does, and each of its other entries has a rule.
    """
    real = os.path.realpath(path)
    if real in sealed:
        return
    if not any(one.startswith(real + os.sep) for one in sealed):
        yield path, _READ
        return
    yield path, _READ_DIR
    with os.scandir(path) as entries:
        for entry in entries:
            if not entry.is_symlink():  # what it leads to has a rule where it may be read
                yield from _without(entry.path, sealed)


def scope_signals() -> bool:
    """Put the caller into a separate domain that signals do not leave; change nothing else.

    Returns:
        Whether the kernel can do that.
    """
    version = abi()
    if version < SIGNALS_SCOPED:
        return False
    _restrict(version, _REFER, [("/", _REFER)], tcp=False)
    return True


def _restrict(version: int, rights: int, rules: list[tuple[str, int]], *, tcp: bool) -> None:
    attributes = struct.pack(
        "=QQQ",
        rights,
        _TCP if tcp and version >= 4 else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if version >= SIGNALS_SCOPED else 0,
    )
    size = 8 if version < 4 else 16 if version < SIGNALS_SCOPED else 24
    ruleset = kernel.syscall(
        _CREATE_RULESET, attributes[:size], ctypes.c_size_t(size), ctypes.c_uint(0)
    )
    try:
        for handle, granted in _open(rules):
            rule = struct.pack("=Qi", granted & rights, handle)
            kernel.syscall(
                _ADD_RULE,
                ctypes.c_int(ruleset),
                ctypes.c_int(_PATH_BENEATH),
                rule,
                ctypes.c_uint(0),
            )
        kernel.syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint(0))
    finally:
        os.close(ruleset)


def _open(rules: list[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    for path, rights in rules:
        try:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            is_folder = os.path.isdir(path)
            yield handle, rights if is_folder else rights & _ON_FILES
        finally:
            os.close(handle)
