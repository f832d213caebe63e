"""Irrevocable confinement of the calling process, in the one order that works, and the plan for it.

    own uid → no_new_privs → resource limits → Landlock → seccomp

The plan is made on the trusted side (`plan`), travels as data to the worker's process, and is
carried out there (`confine`) before any of the student's code exists. Facts that shape this file:

- A uid is the only layer that holds on old kernels, and only root can give one. It is free and
  random: RLIMIT_NPROC counts per uid across containers, so a shared uid would be shared limits.
- A Python inside a private home (0700) cannot be read by another uid. Where Landlock carries the
  files the worker keeps the one capability that reads past folder permissions; where it does not,
  it keeps nothing, and the probe says that Python must move.
- The uid change clears PDEATHSIG and the dumpable flag; both are set again after it.
- RLIMIT_DATA counts private memory; shared maps escape it, so the cage watches resident memory
  too.
"""

from __future__ import annotations

import os
import resource
import secrets
import signal
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.sandbox import kernel, landlock, seccomp
from autograder.untrusted import reach

_UIDS = range(20_000, 60_000)  # mapped in user namespaces of 65,536 and free of distributions' own
_MEGABYTE = 1 << 20
_PAST_IMPORTS = 1024
_THREADS = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """What one worker is to be confined to; plain data, so that it can travel.

    Attributes:
        work: the worker's own folder, the only place it may write.
        uid: the user it becomes, or ``None`` to stay.
        read: what it may read in addition to Python and the system's libraries.
        sealed: files and folders inside of what it may read that Landlock is to keep from it all the same.
        read_past_folders: whether it keeps the capability to read inside private folders.
        landlock: whether to use Landlock.
        seccomp: whether to use the filter.
        processes: whether it may start processes.
        protect: processes that no signal of it may name.
        memory_mb: private memory it may have.
        disk_mb: size of one file it may write.
        cpu_seconds: processor time it may use.
    """

    work: str
    uid: int | None = None
    read: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    read_past_folders: bool = False
    landlock: bool = True
    seccomp: bool = True
    processes: bool = False
    protect: tuple[int, ...] = ()
    memory_mb: int = 512
    disk_mb: int = 64
    cpu_seconds: int = 480

    def data(self) -> dict[str, Any]:
        """The plan as JSON takes it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Layers:
    """Which layers a worker reached; for the report.

    Attributes:
        uid: the user the worker runs as where it is its own, else ``None``.
        landlock: the ABI in force, 0 for none.
        seccomp: whether the filter is in force.
        read_past_folders: whether the reading capability was kept for a Python in a private home.
        private: whether it has its own namespaces, which contain Python and nothing else.
    """

    uid: int | None = None
    landlock: int = 0
    seccomp: bool = False
    read_past_folders: bool = False
    private: bool = False

    def missing(self) -> list[str]:
        """The load-bearing layers that are not there, in words."""
        gaps = []
        if not self.landlock and (self.uid is None or self.read_past_folders):
            gaps.append("Landlock (Linux 5.13 or newer) or root, one of which keeps files apart")
        if not self.seccomp:
            gaps.append("the seccomp filter, which refuses network and new processes")
        return gaps

    def data(self) -> dict[str, Any]:
        """The layers as JSON takes them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Machine:
    """What this machine can give to a worker; read once, by the grader."""

    root: bool = field(default_factory=lambda: os.geteuid() == 0)
    landlock: int = field(default_factory=landlock.abi)
    seccomp: bool = field(default_factory=seccomp.supported)
    private_home: Path | None = field(
        default_factory=lambda: private_folder(reach.python_folders())
    )
    reads_past_folders: bool = field(
        default_factory=lambda: bool(kernel.capabilities() >> kernel.CAP_DAC_READ_SEARCH & 1)
    )

    @property
    def keeps_signals_inside(self) -> bool:
        """Whether a worker that may start processes can signal nothing but its own tree."""
        return self.root or self.landlock >= landlock.SIGNALS_SCOPED

    def layers(self) -> Layers:
        """The layers a worker would reach here."""
        return Layers(
            uid=0 if self.root else None,
            landlock=self.landlock,
            seccomp=self.seccomp,
            read_past_folders=self.private_home is not None and self.reads_past_folders,
        )


def private_folder(paths: Iterable[str]) -> Path | None:
    """The first folder on the way to one of the paths that another user may not enter."""
    for name in paths:
        path = Path(name)
        for folder in (*reversed(path.parents), path):
            if not folder.stat().st_mode & stat.S_IXOTH:
                return folder
    return None


def free_uid() -> int:
    """A random uid that no process has and no user is named for."""
    import pwd

    taken = {entry.pw_uid for entry in pwd.getpwall()} | set(_owners())
    while (uid := secrets.choice(_UIDS)) in taken:
        pass
    return uid


def _owners() -> Iterable[int]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                yield entry.stat().st_uid
            except OSError:
                continue


def confine(plan: Plan) -> Layers:
    """Carry out the plan on the calling process. Nothing of it can be taken back.

    Returns:
        The layers reached.

    Raises:
        OSError: the kernel refused a step that it was expected to grant.
    """
    kept = _change_user(plan)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    _limit(plan)
    version = (
        landlock.confine(readable(plan.read), _writable(plan), plan.sealed) if plan.landlock else 0
    )
    filtered = plan.seccomp and seccomp.install(processes=plan.processes, protect=plan.protect)
    return Layers(plan.uid, version, filtered, kept)


def _change_user(plan: Plan) -> bool:
    """Take the plan's user and drop every capability but, where needed, the one to read."""
    reading = 1 << kernel.CAP_DAC_READ_SEARCH
    keep = plan.read_past_folders and plan.landlock and landlock.abi() > 0
    keep = keep and bool(kernel.capabilities() & reading)
    if plan.uid is not None:
        kernel.prctl(kernel.PR_SET_KEEPCAPS, keep)
        os.setgroups([])
        os.setresgid(plan.uid, plan.uid, plan.uid)
        os.setresuid(plan.uid, plan.uid, plan.uid)
        kernel.prctl(kernel.PR_SET_KEEPCAPS, 0)
    if kernel.capabilities() and (plan.uid is not None or os.getuid() != 0):
        kernel.keep_capabilities(reading if keep else 0)
    return keep


def _limit(plan: Plan) -> None:
    memory = (plan.memory_mb + _PAST_IMPORTS) * _MEGABYTE
    tasks = _THREADS if plan.uid is not None else _THREADS + _tasks_of(os.getuid())
    for which, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, plan.disk_mb * _MEGABYTE, plan.disk_mb * _MEGABYTE),
        (resource.RLIMIT_NOFILE, 256, 256),
        (resource.RLIMIT_DATA, memory, memory),
        (resource.RLIMIT_CPU, plan.cpu_seconds, plan.cpu_seconds + 2),
        (resource.RLIMIT_NPROC, tasks, tasks),
    ):
        ceiling = resource.getrlimit(which)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(which, (soft, hard))


def _tasks_of(uid: int) -> int:
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid == uid:
                    count += sum(1 for _ in os.scandir(f"/proc/{entry.name}/task"))
            except OSError:
                continue
    return count


def readable(more: Iterable[str] = ()) -> tuple[str, ...]:
    """What a worker may read: Python, the system's libraries, and what its plan names besides."""
    return (*reach.python_folders(), *reach.SYSTEM, *reach.DEVICES, *reach.PROC, *more)


def _writable(plan: Plan) -> tuple[str, ...]:
    return (plan.work, "/dev/null")
