"""The warm process and the graders that it forks: one import for all, one submission at a time each.

    pool ── warm ── grader ── zygote ── cage ── worker

*warm* is a new interpreter with a clean environment. It imports what graders and workers need,
then does nothing but fork graders on demand, so that the pages of the libraries are there once. It
holds no secret and no list of submissions: what it holds, every worker inherits. A *grader* forks
its own zygote before it loads the assignment, as a grading by hand does, and then takes jobs from its
line: JSON in frames, a function's name and its arguments. It dies with the warm process, and that
one ends when its socket closes: whatever becomes of the pool, nothing is left.
"""

from __future__ import annotations

import array
import contextlib
import functools
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import IO, Any

from autograder.model import AutograderError, GraderError
from autograder.sandbox import kernel, zygote
from autograder.staff.json_values import Data

_REQUEST_BYTES = 1 << 20
_TRACE = 6_000

_grader: Any = None
_tell: Callable[[Data], None] = print


class WarmProcess:
    """The pool's end: a warm process that runs, and the socket over which it is asked for graders.

    Attributes:
        process: the interpreter.
    """

    def __init__(self, settings: bytes, errors: IO[bytes], package: Path | None) -> None:
        """Start one.

        Args:
            settings: of each grader, as JSON; see `work.ClassGrader`.
            errors: where its standard error goes.
            package: the folder of the program that it runs; this one where it is ``None``.

        Raises:
            GraderError: it could not be started.
        """
        self._settings = settings
        self._requests, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start = (
            "import sys; sys.path[:0] = sys.argv[2:]; "
            "from autograder.staff.batch import warm; warm.main(sys.argv[1])"
        )
        instead = [] if package is None else [str(package.parent)]
        with far:
            try:
                self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-I", "-c", start, str(far.fileno()), *instead],
                    env={**zygote.BASE, zygote.CLEAN: "1", "TMPDIR": tempfile.gettempdir()},
                    pass_fds=[far.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    cwd="/",
                    start_new_session=True,  # a terminal's Ctrl-C is for the pool alone
                )
            except OSError as error:
                self._requests.close()
                raise GraderError(f"Python could not be started: {error}") from error

    def fork_grader(self) -> Connection:
        """The line to a new grader; it stays silent if this process is dying. See `gone`."""
        line, far = Pipe()
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [far.fileno()]))]
        with far, contextlib.suppress(OSError):
            self._requests.sendmsg([self._settings], rights)
        return line

    def gone(self) -> bool:
        """Whether it has ended.

        A dying process lets go of its socket a while before it can be waited for. Graders that are asked
        of it meanwhile would be taken for one failed start after the other.
        """
        if self.process.returncode is None:
            hung_up = select.poll()
            hung_up.register(self._requests, 0)  # reports when the other side ends
            if hung_up.poll(0):
                self.process.kill()
                self.process.wait()
        return self.process.poll() is not None

    def end(self) -> None:
        """Kill it, and with it every grader."""
        self._requests.close()
        self.process.kill()
        self.process.wait()


def grade(job: Data) -> Data:
    """Grade one submission; runs in a grader and nowhere else. See `work.ClassGrader.grade`."""
    graded: Data = _grader.grade(job, _tell)
    return graded


def self_test() -> Data:
    """Grade the reference solution; runs in a grader and nowhere else. See `work.ClassGrader.self_test`."""
    graded: Data = _grader.self_test()
    return graded


def main(descriptor: str) -> None:
    """Be the warm process.

    Args:
        descriptor: the number of its end of a socket that keeps messages apart.
    """
    zygote.preload()
    from autograder.staff.batch import work  # noqa: F401 - so that every fork has it

    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # graders report on their own lines
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pool's to handle
    gc.collect()
    gc.freeze()  # or every collection in a grader copies what it shares
    kernel.gather()
    with socket.socket(fileno=int(descriptor)) as requests:
        while True:
            text, ancillary, _, _ = requests.recvmsg(
                _REQUEST_BYTES, socket.CMSG_SPACE(array.array("i").itemsize)
            )
            if not text:
                return
            handle = array.array("i")
            handle.frombytes(ancillary[0][2])
            warm = os.getpid()
            if not os.fork():
                try:
                    requests.close()
                    _be_grader(json.loads(text), Connection(handle[0]), warm)
                finally:
                    os._exit(0)
            os.close(handle[0])


def _be_grader(settings: Data, line: Connection, warm: int) -> None:
    global _grader, _tell
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != warm:
        return
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    send(line, {"pid": os.getpid()})
    try:
        from autograder.staff.batch.work import (
            ClassGrader,
        )  # late: the warm process imports it in `main`

        _grader = ClassGrader(settings)
        _tell = functools.partial(_send_partial, line)
        send(line, {"ready": _grader.about()})
        while True:
            name, arguments = json.loads(line.recv_bytes())
            send(line, {"done": globals()[name](*arguments)})
    except (EOFError, BrokenPipeError):
        return
    except AutograderError as error:
        send(line, {"refused": str(error)})
    except Exception as error:  # whatever broke: another grader takes over
        send(line, {"broken": f"{error}", "trace": traceback.format_exc()[-_TRACE:]})


def _send_partial(line: Connection, partial: Data) -> None:
    send(line, {"partial": partial})


def send(line: Connection, message: object) -> None:
    """Send one message."""
    line.send_bytes(json.dumps(message).encode())
