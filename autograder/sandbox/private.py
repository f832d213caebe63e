"""A private view of the machine: namespaces in which a zygote and its workers find Python and nothing else.

The zygote forks into namespaces of users (unless it is root), mounts, processes, networks, IPC and host
names. Its root is a small tmpfs: Python, the system's libraries and four devices, bound read-only; a
/proc that knows these processes alone. Each cage puts a tmpfs of the size that it may fill where its
worker's folder is to be. Facts that shape this file:

- Namespaces cannot be taken back, so they are tried in a child, which becomes the zygote where it got all
  of them. Where one is refused (Docker's default profile, a kernel before 5.12, a Python that the new user
  cannot read) there is no private view at all, and the other layers protect as before.
- A new process namespace begins with the next fork: between zygote and workers stands one more process,
  which only waits.
- Handles that were opened before the mount namespace cannot be bound in it, and the tmpfs hides what lies
  below it: all sources are opened in between.
- The grader sees none of these mounts: it lays files out through a handle that the cage sends.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import stat
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox import calls, kernel
from autograder.untrusted import reach

_NEW_MOUNTS, _NEW_USERS, _NEW_PROCESSES = 0x00020000, 0x10000000, 0x20000000
_NEW_REST = 0x40000000 | 0x08000000 | 0x04000000  # networks, IPC, host names
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC, _NO_TIMES = 1, 2, 4, 8, 1024
_REMOUNT, _BIND, _WITH_SUBMOUNTS, _PRIVATE = 32, 4096, 16384, 1 << 18
_DETACH = 2
_HERE, _RECURSIVE = -100, 0x8000  # AT_FDCWD, AT_RECURSIVE
_USER_LIMITS_ARE_THE_NAMESPACES = (5, 14)
"""Before this Linux RLIMIT_NPROC counts processes that a process namespace hides."""

_ROOT = "/tmp"  # noqa: S108 - covered by a separate tmpfs, in a mount namespace
_OLD = ".old"
_BUILT = b"\0"
_LONGEST = 1_000


class _State:
    inside = False


def inside() -> bool:
    """Whether this process has a private view."""
    return _State.inside


def enter(more: Iterable[str] = ()) -> None:
    """Go on in a child that has a private view, if one can be had; in this process otherwise.

    Where it can, the caller waits for the child and ends with it. Both end when their parent does.

    Args:
        more: folders that are visible too.
    """
    child, why_not = _try(more)
    if not child:
        _State.inside = True
    elif why_not:
        os.waitpid(child, 0)
    else:
        _wait_for(child)


def why_not() -> str:
    """Why no private view can be had on this machine; empty where one can."""
    child, said = _try(())
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return said


def _try(more: Iterable[str]) -> tuple[int, str]:
    """Start a process with a private view.

    Returns:
        In that process 0; in the caller the process that waits for it, and why there is no view.
    """
    heard, said = os.pipe()
    caller = os.getpid()
    child = os.fork()
    if not child:
        try:
            os.close(heard)
            _unshare()
            kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != caller:
                raise ChildProcessError("the zygote is gone")
            seen, held = os.pipe()
            if first := os.fork():
                _wait_for(first, held)
            kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
            os.close(held)
            if select.select([seen], [], [], 0)[0]:  # it ended before this was set to end with it
                raise ChildProcessError("the process that made the namespaces is gone")
            os.close(seen)
            _build((*reach.python_folders(), *reach.SYSTEM, "/sys/devices/system/cpu", *more))
            _try_folder()
            kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        except BaseException as error:  # whatever it is, the other layers protect
            os.write(said, f"{error}".encode(errors="replace")[:_LONGEST] or b"no reason")
            os._exit(1)
        os.write(said, _BUILT)
        os.close(said)
        return 0, ""
    os.close(said)
    text = b"".join(iter(lambda: os.read(heard, _LONGEST), b""))
    os.close(heard)
    why_not = text.decode(errors="replace") or "the process that tried it ended"
    return child, "" if text == _BUILT else why_not


def _try_folder() -> None:
    """See whether a cage could make its worker's folder here.

    Raises:
        OSError: it could not.
    """
    place = f"/{_OLD}"
    trial = os.fork()
    if not trial:
        try:
            work_folder(place, 1, 1, None)
            os._exit(0)
        finally:
            os._exit(1)
    if os.waitpid(trial, 0)[1]:
        raise OSError("a cage could not mount its own folder")
    os.rmdir(place)


def _wait_for(child: int, held: int = 2) -> None:
    """End when a child does, holding nothing open meanwhile but one descriptor."""
    os.closerange(3, held)
    os.closerange(held + 1, os.sysconf("SC_OPEN_MAX"))
    os.waitpid(child, 0)
    os._exit(0)


def work_folder(path: str, megabytes: int, files: int, uid: int | None) -> int:
    """Make a worker's folder, of a bounded size, in a view of the calling cage's own.

    Args:
        path: where it is to be.
        megabytes: what it may hold.
        files: how many files and folders it may hold.
        uid: its owner, or ``None`` for the caller.

    Returns:
        A handle of the folder, by which a process outside can fill it.

    Raises:
        OSError: it could not be made.
    """
    _call("unshare", _NEW_MOUNTS)
    os.makedirs(path, mode=0o755)
    own = "" if uid is None else f",uid={uid},gid={uid}"
    options = f"size={megabytes}m,nr_inodes={files},mode=700{own}"
    _mount("none", path, "tmpfs", _NO_SUID | _NO_DEVICES | _NO_TIMES, options)
    _mount(None, "/", None, _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEVICES)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def forget(path: str) -> None:
    """Remove the empty folder on which a cage that has ended had mounted its worker's."""
    if _State.inside:
        try:
            os.rmdir(path)
        except OSError:
            return


def _unshare() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if uid:
        release = os.uname().release.split(".")
        if (int(release[0]), int(release[1].split("-")[0])) < _USER_LIMITS_ARE_THE_NAMESPACES:
            raise OSError("user namespaces of this kernel do not count processes")
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # or its /proc/self is root's alone
        _call("unshare", _NEW_USERS)
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "wb", buffering=0) as file:
                file.write(line.encode())
    _call("unshare", _NEW_MOUNTS | _NEW_PROCESSES | _NEW_REST)


def _build(folders: tuple[str, ...]) -> None:
    """Make the root of this process: what was asked for, read-only, and nothing else."""
    _mount(None, "/", None, _WITH_SUBMOUNTS | _PRIVATE)
    sources = {path: handle for path in folders if (handle := _opened(path)) is not None}
    devices = {path: handle for path in reach.DEVICES if (handle := _opened(path)) is not None}
    _mount("none", _ROOT, "tmpfs", _NO_SUID | _NO_DEVICES, "size=1m,mode=755")
    for name in ("proc", "dev", _OLD):
        (Path(_ROOT) / name).mkdir(mode=0o755)
    for path, handle in sorted(sources.items()):  # what holds others comes before them
        _show(path, handle, _READ_ONLY | _NO_SUID | _NO_DEVICES)
    for path, handle in devices.items():
        _show(path, handle, _NO_SUID | _NO_EXEC)
    for handle in (*sources.values(), *devices.values()):
        os.close(handle)
    _mount("proc", f"{_ROOT}/proc", "proc", _NO_SUID | _NO_DEVICES | _NO_EXEC)
    Path(_ROOT, "dev", "fd").symlink_to("/proc/self/fd")
    shared = f"{_ROOT}/dev/shm"  # noqa: S108 - multiprocessing gets "permission denied"
    os.mkdir(shared)
    _mount("none", shared, "tmpfs", _NO_SUID | _NO_DEVICES | _NO_EXEC, "size=4k,mode=0")
    links = {path: os.path.realpath(path) for path in sys.path if os.path.isdir(path)}
    _call("pivot_root", _ROOT.encode(), f"{_ROOT}/{_OLD}".encode())
    os.chdir("/")
    _call("umount2", f"/{_OLD}".encode(), _DETACH)
    os.rmdir(f"/{_OLD}")
    _restore(links)
    socket.sethostname("grader")
    os.close(os.open(os.__file__, os.O_RDONLY))  # a private home is closed to a user without a name


def _opened(path: str) -> int | None:
    """A handle of what is to be shown; none where it is not there."""
    try:
        return os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return None


def _show(path: str, handle: int, flags: int) -> None:
    """Bind something at its own name in the new root."""
    source, to = f"/proc/self/fd/{handle}", _ROOT + path
    if os.path.lexists(to):  # inside of what is shown already
        return
    Path(to).parent.mkdir(parents=True, exist_ok=True)
    if os.path.islink(path):
        Path(to).symlink_to(os.readlink(path))
        return
    if stat.S_ISDIR(os.stat(source).st_mode):
        Path(to).mkdir(exist_ok=True)
    else:
        Path(to).touch()
    _mount(source, to, None, _BIND | _WITH_SUBMOUNTS)
    attributes = struct.pack("=4Q", flags, 0, 0, 0)
    _call(
        "mount_setattr",
        ctypes.c_int(_HERE),
        to.encode(),
        ctypes.c_uint(_RECURSIVE),
        attributes,
        ctypes.c_size_t(len(attributes)),
    )


def _restore(links: dict[str, str]) -> None:
    """Let names by which Python finds its folders lead there again."""
    for path, real in links.items():
        if path != real and not os.path.exists(path) and os.path.exists(real):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).symlink_to(real)


def _mount(
    source: str | None, to: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, to, kind, options)]
    _call("mount", *texts[:3], ctypes.c_ulong(flags), texts[3])


def _call(name: str, *arguments: object) -> None:
    machine = os.uname().machine
    if machine not in calls.MACHINES:
        raise OSError(f"{name}: unknown on {machine}")
    try:
        kernel.syscall(calls.NUMBERS[name][calls.MACHINES.index(machine)], *arguments)
    except OSError as error:
        raise OSError(error.errno, f"{name}: {os.strerror(error.errno or 0)}") from error
