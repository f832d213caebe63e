"""The zygote: a warm, pristine process that forks cages on demand, and the grader's hold on it.

It has numpy, torch and IPython imported, one thread, no secret, and never computes: torch in a
child that was forked after its parent used OpenMP hangs. Where the grader itself is still
pristine (one thread, clean environment, nothing secret loaded) the zygote is forked from it and
the imports are shared; elsewhere, in a Python program that uses this package, it is a fresh
interpreter.
"""

from __future__ import annotations

import array
import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence

from autograder.model import GraderError
from autograder.sandbox import cage, kernel, landlock, lockdown, strays, tree, workdir
from autograder.sandbox import private as view

CLEAN = "AUTOGRADER_CLEAN_ENVIRONMENT"
"""Set in the environment of a process that was started with nothing else in it but `BASE`."""

BASE: Mapping[str, str] = {
    **{name: workdir.ENVIRONMENT[name] for name in ("PATH", "LANG")},
    **{name: value for name, value in workdir.ENVIRONMENT.items() if name.endswith("_NUM_THREADS")},
    "HOME": "/nonexistent",
    "TORCH_COMPILE_DISABLE": workdir.ENVIRONMENT[
        "TORCH_COMPILE_DISABLE"
    ],  # read when torch is imported
    "TORCHINDUCTOR_CACHE_DIR": "/proc",
}
"""The whole environment of a process that may become a zygote.

No home: nobody's configuration may change a grade, and a user whom the system has no name for, as in
many containers, has none anyway. Torch makes the folder of its cache when it is imported, in the temp
folder if it may choose; nothing is compiled here, and one in which nobody can make a file does.
"""

_REQUEST_BYTES = 1 << 16
_DESCRIPTORS = 3
_SHARED = ("numpy", "torch", "autograder.untrusted.shell", "autograder.untrusted.worker")
_WORKERS_ONLY = ("torch._dynamo",)  # torch.optim imports it on first use: most of a second
_SECRETS = ("reference", "autograder.course.bank")


def preload(names: Sequence[str] = (*_SHARED, *_WORKERS_ONLY)) -> None:
    """Import what every worker needs, so that its fork finds it there.

    Looking for garbage takes a quarter of the time of these imports, and there is next to none. What they
    made is left alone afterwards too: a collection would copy the pages that forks share.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        for name in names:
            importlib.import_module(name)  # by name: the assignment's packages are among them
    finally:
        if collecting:
            gc.enable()
    gc.freeze()


def pristine() -> bool:
    """Whether this process may be forked into a zygote."""
    return (
        CLEAN in os.environ
        and _threads() == 1
        and not any(name in sys.modules for name in _SECRETS)
    )


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))


class Zygote:
    """The grader's hold on a zygote; closing it ends the zygote and every cage."""

    def __init__(self, more: Sequence[str] = (), *, private: bool = False) -> None:
        """Start a zygote: by a fork where this process is pristine, as a new interpreter elsewhere.

        Args:
            more: modules that its workers need in addition to those that all need; a worker itself cannot
                import from outside Python's own folders.
            private: whether its workers are to have a private view of the machine where they can.

        Raises:
            GraderError: the process could not be started.
        """
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = near
        self._more, self._private = tuple(more), private
        self._process: subprocess.Popen[bytes] | None = None
        try:
            if pristine():
                preload(_SHARED)  # the zygote imports the rest while the grader goes on
                self.pid = self._fork(far)
            else:
                self._process = self._spawn(far)
                self.pid = self._process.pid
        except BaseException:
            near.close()
            raise
        finally:
            far.close()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)

    def _fork(self, far: socket.socket) -> int:
        if not pristine():
            raise GraderError("importing numpy, torch or IPython started a thread or a secret")
        grader = os.getpid()
        if pid := os.fork():
            return pid
        try:
            self._socket.close()
            serve(far.detach(), grader, self._more, private=self._private)
        finally:
            os._exit(0)

    def _spawn(self, far: socket.socket) -> subprocess.Popen[bytes]:
        start = "import sys; from autograder.sandbox import zygote; zygote.main(*sys.argv[1:])"
        try:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                [
                    sys.executable,
                    "-I",
                    "-c",
                    start,
                    str(far.fileno()),
                    str(os.getpid()),
                    "private" if self._private else "",
                    *self._more,
                ],
                env={**BASE, CLEAN: "1"},
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                cwd="/",
            )
        except OSError as error:
            raise GraderError(f"Python could not be started: {error}") from error

    def fork_cage(self, order: cage.Order) -> tuple[socket.socket, socket.socket, int]:
        """Have a cage made, with a worker in it.

        Returns:
            The grader's ends: control, data (both sockets), and the output's descriptor.

        Raises:
            GraderError: the zygote is gone.
        """
        control, data, output, far = cage.connect()
        try:
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", far))
            self._socket.sendmsg([order.encode()], [rights])
        except OSError as error:
            control.close()
            data.close()
            os.close(output)
            raise GraderError(f"the zygote is gone: {error}") from error
        finally:
            for descriptor in far:
                os.close(descriptor)
        return control, data, output

    def gone(self) -> bool:
        """Whether it has ended: a killed one takes a moment to let go of its socket."""
        hung_up = select.poll()
        hung_up.register(self._socket, 0)  # reports when the other end closes
        return bool(hung_up.poll(0))

    def close(self) -> None:
        """End the zygote and wait for it."""
        self._socket.close()
        if self._process is not None:
            self._process.wait()
        else:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.pid, 0)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def main(descriptor: str, grader: str, private: str, *more: str) -> None:
    """Be a zygote in a new interpreter."""
    serve(int(descriptor), int(grader), more, private=bool(private))


def serve(descriptor: int, grader: int, more: Sequence[str] = (), *, private: bool = False) -> None:
    """Import what is not there yet, then fork a cage for every request on the socket, until it closes.

    Args:
        descriptor: the zygote's end of the socket.
        grader: the process to die with.
        more: modules to import in addition to those that all workers need.
        private: whether to give the workers a private view of the machine, where it can be had.
    """
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != grader:
        return
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)  # what a lost cage leaves comes here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle
    preload((*_SHARED, *_WORKERS_ONLY, *more))
    if _threads() > 1:
        sys.stderr.write("the zygote cannot fork workers: importing torch started a thread\n")
        return
    if private:
        view.enter()
    with socket.socket(fileno=descriptor) as requests:
        _serve(requests)


def _serve(requests: socket.socket) -> None:
    """Fork cages, and clear away what is left of each that ended."""
    cages: dict[int, tuple[int, lockdown.Plan]] = {}  # by a pipe: its process, its worker's plan
    poll = select.poll()
    poll.register(requests, select.POLLIN)
    try:
        while True:
            # Ended cages first: the last request may be the end.
            for descriptor, _ in sorted(poll.poll(), key=lambda event: event[0] not in cages):
                if descriptor in cages:
                    poll.unregister(descriptor)
                    os.close(descriptor)
                    _, plan = cages.pop(descriptor)
                    tree.reap()
                    tree.clear(plan.uid, kept={pid for pid, _ in cages.values()})
                    view.forget(plan.work)
                    if plan.uid is not None and not landlock.abi():
                        strays.sweep(plan.uid)
                elif (forked := _fork_cage(requests)) is not None:
                    ended, pid, plan = forked
                    cages[ended] = pid, plan
                    poll.register(ended, select.POLLIN)
                else:
                    return
    finally:
        for handle in cages:
            os.close(handle)


def _fork_cage(requests: socket.socket) -> tuple[int, int, lockdown.Plan] | None:
    """Carry out one request.

    Returns:
        A pipe that hangs up when the cage ends, its process, and its worker's plan; nothing where the
        requests are over.
    """
    text, ancillary, _, _ = requests.recvmsg(
        _REQUEST_BYTES, socket.CMSG_SPACE(_DESCRIPTORS * array.array("i").itemsize)
    )
    if not text:
        return None
    handles = array.array("i")
    handles.frombytes(ancillary[0][2])
    order = cage.Order.decode(text)
    ended, held = os.pipe()  # pidfd_open would say the same, from Linux 5.3 on
    pid = os.fork()
    if not pid:
        os.close(ended)
        _become_cage(requests, order, *handles)
    for handle in (*handles, held):
        os.close(handle)
    return ended, pid, order.plan


def _become_cage(
    requests: socket.socket, order: cage.Order, control: int, data: int, output: int
) -> None:
    try:
        requests.close()
        cage.keep(order, control, data, output)
    finally:
        os._exit(0)
