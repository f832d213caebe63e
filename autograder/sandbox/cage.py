"""The cage: one trusted process around one worker; its starter, its watchman and its undertaker.

It leads a session, adopts orphans of the worker's tree (subreaper), and is in a separate Landlock
domain, so that one ``kill(-1)`` reaches exactly that tree, including daemons that left the
session, without root. Older kernels: by uid where root, by a walk over descendants elsewhere.
It ends its worker when the grader says so or is gone (the control socket closes), when the worker
ends, or when memory or disk pass their bound. Nothing is ever asked to exit: it is killed. The
worker's folder goes with it. What a cage leaves that is itself killed, the zygote clears away.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.model import GraderError
from autograder.sandbox import kernel, landlock, lockdown, private, probe, strays, tree, workdir
from autograder.untrusted import processes, worker

_TICK_SECONDS = 0.1
_DISK_EVERY = 5
_UNDERTAKING_SECONDS = 20.0
_MEGABYTE = 1 << 20
_SETUP_FAILED = 98
_DATA = 3

READY, GO = b"r", b"g"
"""What a cage says when there is a folder, and what a grader says when its files are there."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a grader asks of a cage: the plan, what to probe, and the bounds to watch.

    Attributes:
        plan: what the worker is confined to.
        probe: what must be out of its reach.
        memory_mb: resident memory it may add to what it starts with.
        disk_mb: what its folder may hold, with what is laid into it.
        files: how many files and folders that may be.
    """

    plan: lockdown.Plan
    probe: probe.Targets
    memory_mb: int
    disk_mb: int
    files: int = workdir.MOST_FILES

    def encode(self) -> bytes:
        """The order as the zygote's socket carries it."""
        return json.dumps(
            {
                "plan": self.plan.data(),
                "probe": self.probe.data(),
                "memory_mb": self.memory_mb,
                "disk_mb": self.disk_mb,
                "files": self.files,
            }
        ).encode()

    @classmethod
    def decode(cls, text: bytes) -> Order:
        """Read what `encode` wrote."""
        data = json.loads(text)
        plan: Any = {k: tuple(v) if type(v) is list else v for k, v in data["plan"].items()}
        targets: Any = {k: tuple(v) for k, v in data["probe"].items()}
        numbers = {name: data[name] for name in ("memory_mb", "disk_mb", "files")}
        return cls(lockdown.Plan(**plan), probe.Targets(**targets), **numbers)


def keep(order: Order, control: int, data: int, output: int) -> None:
    """Start one worker, watch it, end it, and say on ``control`` how it ended.

    Args:
        order: what was asked for.
        control: a socket to the grader; after `GO`, anything readable on it means stop.
        data: the worker's end of the wire.
        output: where the worker's printed text goes.
    """
    os.setsid()
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if not _laid_out(order, control):
        return
    scoped = order.plan.landlock and landlock.scope_signals()
    cage = os.getpid()
    pid = os.fork()
    if not pid:
        os.close(control)
        _become_worker(order, cage, data, output)
    os.close(data)
    os.close(output)
    why = _watch(order, control, pid)
    ending = {"why": why, **_annihilate(order.plan, pid, scoped=scoped)}
    clear_away(order.plan)  # the grader may be gone
    with contextlib.suppress(OSError):
        os.write(control, json.dumps(ending).encode())


def clear_away(plan: lockdown.Plan) -> None:
    """Remove what a worker that has ended left on the disk; a private view goes with the cage."""
    if private.inside():
        return
    workdir.remove(Path(plan.work))
    if plan.uid is not None and not (plan.landlock and landlock.abi()):
        strays.sweep(plan.uid)


def _laid_out(order: Order, control: int) -> bool:
    """Make the folder, say so, and wait until the grader has laid the files into it.

    It is made here because the process that makes it must outlive the grader, to remove it.
    """
    plan = order.plan
    handles = []
    if private.inside():
        handles = [private.work_folder(plan.work, order.disk_mb, order.files, plan.uid)]
    else:
        Path(plan.work).mkdir(mode=0o700)
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(control)) as grader:
        socket.send_fds(grader, [READY], handles)
        for handle in handles:
            os.close(handle)
        if os.read(control, 1) == GO:
            return True
    clear_away(plan)
    return False


def _become_worker(order: Order, cage: int, data: int, output: int) -> None:
    """Turn this process into the worker of a cage; it ends here and never returns."""
    plan = replace(order.plan, protect=(*order.plan.protect, cage))
    try:
        os.setsid()
        _lay_out_descriptors(data, output)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # or its /proc/self is root's alone
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")
        _set_environment(plan.work)
        layers = replace(lockdown.confine(plan), private=private.inside())
        if os.getppid() != cage:  # it ended before the worker was set to end with it
            raise ChildProcessError("its cage is gone")
        if why := probe.broken_python():
            raise GraderError(why)
        findings = probe.run(order.probe)
        if plan.processes:
            processes.install()
        sys.path.append(plan.work)  # after the probe, which imports: nothing of a student's
        hello = {"layers": layers.data(), "findings": findings}
        worker.main(_DATA, hello, rehearses=not plan.seccomp)
    except BaseException as error:  # printed on the output, then the process ends
        # The name of a file, where there is one, is in the error's text.
        why = f"{error}" if isinstance(error, GraderError) else f"{type(error).__name__}: {error}"
        os.write(2, f"the worker could not be set up: {why}\n".encode(errors="replace"))
        os._exit(_SETUP_FAILED)
    os._exit(0)


def _lay_out_descriptors(data: int, output: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    held = os.dup(data)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(nothing, 0)
    os.dup2(held, _DATA)
    os.closerange(_DATA + 1, os.sysconf("SC_OPEN_MAX"))


def _set_environment(folder: str) -> None:
    os.environ.clear()
    os.environ.update(workdir.environment(folder))
    tempfile.tempdir = None  # the zygote's own was cached
    os.chdir(folder)
    sys.argv[:] = ["student"]
    worker.clean_paths()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def _watch(order: Order, control: int, pid: int) -> str:
    """Wait for the end of the worker; the bound that it passed, or an empty word."""
    poll = select.poll()
    poll.register(control, select.POLLIN | select.POLLHUP)
    allowed = _allowance(order, pid)
    ticks = 0
    while not poll.poll(_TICK_SECONDS * 1000):
        ticks += 1
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return ""
        if _exceeds(order, pid, allowed):
            return "memory"
        if ticks % _DISK_EVERY == 0 and not _fits(order, pid):
            return "disk"
    return ""


def _fits(order: Order, pid: int) -> bool:
    """Whether the worker's files take no more room than they may, those without a name too."""
    plan, size = order.plan, order.disk_mb * _MEGABYTE
    pids = _pids(pid) if plan.processes else [pid]
    unnamed = strays.unnamed(pids, plan.uid, plan.work, size)
    return workdir.fits(plan.work, size, unnamed, most=order.files)


def _pids(pid: int) -> set[int]:
    """The worker and all that it started: what its parent has left behind is a child of the cage."""
    return {pid, *tree.descendants(os.getpid())}


def _allowance(order: Order, pid: int) -> int:
    """How much memory the worker may hold, given what it starts with."""
    start = tree.proportional(pid, order.plan.uid) if order.plan.processes else tree.resident(pid)
    return start + order.memory_mb * _MEGABYTE


def _exceeds(order: Order, pid: int, allowed: int) -> bool:
    """Whether the worker, and its children where it may have any, hold more memory than that."""
    if not order.plan.processes:
        return tree.resident(pid) > allowed
    pids = _pids(pid)
    if sum(map(tree.resident, pids)) <= allowed:  # cheap, and never less than the truth
        return False
    return sum(tree.proportional(each, order.plan.uid) for each in pids) > allowed


def _annihilate(plan: lockdown.Plan, pid: int, *, scoped: bool) -> dict[str, Any]:
    """Kill the worker's whole tree and reap it; what the kernel says of it."""
    ending: dict[str, Any] = {"status": None, "cpu_seconds": 0.0, "peak_mb": 0.0, "processes": 0}
    end, pause = time.monotonic() + _UNDERTAKING_SECONDS, 0.0005
    while time.monotonic() < end:
        _kill(plan, scoped=scoped)
        try:
            while (reaped := os.wait4(-1, os.WNOHANG))[0]:
                child, status, usage = reaped
                ending["processes"] += 1
                ending["cpu_seconds"] += usage.ru_utime + usage.ru_stime
                ending["peak_mb"] = max(ending["peak_mb"], usage.ru_maxrss / 1024)
                if child == pid:
                    ending["status"] = os.waitstatus_to_exitcode(status)
        except ChildProcessError:
            break
        time.sleep(pause)  # a process that frees gigabytes needs a while to die
        pause = min(0.05, pause * 1.5)
    return ending


def _kill(plan: lockdown.Plan, *, scoped: bool) -> None:
    with contextlib.suppress(OSError):
        if scoped:
            os.kill(-1, signal.SIGKILL)  # this domain and those nested in it, never ourselves
        elif plan.uid is not None:
            tree.kill_by_uid(plan.uid)
        else:
            tree.kill_descendants(os.getpid())


def connect() -> tuple[socket.socket, socket.socket, int, tuple[int, int, int]]:
    """The grader's control, data and output ends, and the three descriptors a cage is sent."""
    control, far_control = socket.socketpair()
    data, far_data = socket.socketpair()
    data.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # says which process the worker is
    output, far_output = os.pipe()
    return control, data, output, (far_control.detach(), far_data.detach(), far_output)
