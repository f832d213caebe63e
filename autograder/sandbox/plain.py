"""Workers without a cage, for your own code on macOS and Windows.

A worker is a fresh interpreter that calls back over a loopback socket and shows the token it was
given. It runs as the user who started it, with what that user may do; it is killed when a limit of
time has passed, and memory and disk are nobody's concern. Nothing here forks, and nothing is
imported that only some systems have. The next worker is started ahead, so that its imports are
done when it is wanted.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autograder import wire
from autograder.model import GraderError, Isolation, Limits, Permits
from autograder.sandbox import workdir
from autograder.sandbox.answers import Died
from autograder.sandbox.session import Body, Ending, Output, Session
from autograder.sandbox.workers import Secrets, Workers
from autograder.untrusted import plain as far_end

_KILOBYTE = 1 << 10
_CHUNK = 1 << 20
_START_SECONDS = 180.0  # a scanner that looks into every file of torch takes its time
_TICK_SECONDS = 0.5
_ENDING_SECONDS = 25.0
_ITS_OWN = ("PATH", "LANG", "USER")  # of a worker's environment: what stays the system's here


class Plain(Workers):
    """Workers that are ordinary processes of the user's own."""

    caveat = (
        "There is no sandbox on this system: your code ran with your own rights, and only its time was "
        "limited. "
        "That is fine for your own work; grading the work of others needs Linux."
    )

    def __init__(self) -> None:
        """Start the first worker.

        Raises:
            GraderError: no process can be started.
        """
        super().__init__(Isolation.NONE)
        self._next = _Process()

    @contextmanager
    def session(
        self,
        *,
        limits: Limits,
        permits: Permits,
        secrets: Secrets,
        files: Mapping[str, bytes],
    ) -> Iterator[Session]:
        """A fresh worker; its permits and secrets are nobody's concern: the code is one's own."""
        process, self._next = self._next, _Process()
        with contextlib.ExitStack() as ends:
            ends.callback(process.end)
            workdir.lay_out(process.folder, files, None)
            session = PlainSession(process, keep_output=limits.output_kb * _KILOBYTE)
            ends.callback(session.end)
            self.layers = session.layers
            yield session

    def close(self) -> None:
        """End the worker that was started ahead."""
        self._next.end()


class _Process:
    """A worker's process, its folder, and where it will call back."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="autograder-"))
        self._token = secrets.token_hex(32)
        self._listener = socket.create_server(("127.0.0.1", 0))
        own = {k: v for k, v in workdir.environment(str(self.folder)).items() if k not in _ITS_OWN}
        port = self._listener.getsockname()[1]
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                [sys.executable, "-P", "-m", far_end.__name__],
                cwd=self.folder,
                env={**os.environ, **own, far_end.CALL_BACK: f"{port}:{self._token}"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            self._listener.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise GraderError(f"a worker could not be started: {error}") from error

    def line(self) -> socket.socket:
        """The worker's end of the wire, once it has called back with its token.

        Raises:
            GraderError: it ended before, or took too long.
        """
        deadline = time.monotonic() + _START_SECONDS
        self._listener.settimeout(_TICK_SECONDS)
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                line, _ = self._listener.accept()
                line.settimeout(_TICK_SECONDS)
                with contextlib.suppress(OSError):
                    if hmac.compare_digest(_exactly(line, len(self._token)), self._token.encode()):
                        return line
                line.close()
        status = self.process.poll()
        how = "did not call back" if status is None else f"ended with status {status}"
        raise GraderError(f"a worker could not be set up: its process {how}")

    def end(self) -> None:
        """Kill it and remove its folder."""
        self.process.kill()
        self.process.wait(_ENDING_SECONDS)
        self._listener.close()
        if self.process.stdout is not None:
            self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class PlainSession(Session):
    """A worker in a plain process; what it prints is read by a thread, for want of a portable poll."""

    def __init__(self, process: _Process, *, keep_output: int) -> None:
        """Wait for a worker's call and its hello.

        Raises:
            GraderError: the worker could not be set up.
        """
        self._process, self._tables = process, True  # the code is one's own
        self._frames = wire.Frames()
        self.output = Output(keep_output)
        self.ending: Ending | None = None
        self._reader = threading.Thread(target=self._read_printed, daemon=True)
        self._reader.start()
        try:
            self._data = process.line()
        except GraderError as error:
            self._stop()
            raise GraderError(f"{error} {self.output.text()}".strip()) from error
        self._hear_hello(_START_SECONDS)

    def end(self) -> Ending:
        """Kill the worker; processes that it started are on their own."""
        if self.ending is None:
            self.ending = Ending(status=self._stop())
            self._data.close()
        return self.ending

    def _stop(self) -> int:
        self._process.process.kill()
        status = self._process.process.wait(_ENDING_SECONDS)
        self._reader.join(_ENDING_SECONDS)
        return status

    def _exchange(self, out: bytes, seconds: float) -> Body | Died:
        deadline = time.monotonic() + seconds
        try:
            self._data.settimeout(max(seconds, 0.001))
            self._data.sendall(out)
            while (body := self._frames.take()) is None:
                self._data.settimeout(max(deadline - time.monotonic(), 0.001))
                chunk = self._data.recv(_CHUNK)
                if not chunk:
                    return self._died()
                self._frames.feed(chunk)
            return self._alone(body, early=False)
        except wire.WireError as refusal:
            return self._broke(refusal)
        except TimeoutError:
            return self._die("time", f"It did not end within {seconds:g} seconds.")
        except OSError:
            return self._died()

    def _died(self) -> Died:
        """It closed its end: let it finish dying, so that its status is its own."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.process.wait(_TICK_SECONDS)
        return self._die("crash", "")

    def _read_printed(self) -> None:
        pipe = self._process.process.stdout
        with contextlib.suppress(OSError, ValueError):
            while pipe is not None and (chunk := os.read(pipe.fileno(), 1 << 16)):
                self.output.add(chunk)


def _exactly(line: socket.socket, count: int) -> bytes:
    """So many bytes, or fewer where the other end closes."""
    got = b""
    while len(got) < count and (chunk := line.recv(count - len(got))):
        got += chunk
    return got
