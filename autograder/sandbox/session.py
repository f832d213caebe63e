"""One worker's life as the grader sees it: ask, wait within a limit, read data, end it.

Everything that arrives is hostile. A frame is taken only as the answer to the one question that
is open: nothing may wait in the socket when a question is asked, the answer must carry its nonce,
and whatever else happens, the worker is killed and the case learns why.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from autograder import wire
from autograder.model import GraderError
from autograder.sandbox.answers import (
    NO_CONTROL_CHARACTERS,
    Answer,
    Died,
    Done,
    Held,
    Missing,
    Refused,
    Value,
    read_raised,
    readable,
)

_CHUNK = 1 << 18
_HELLO_SECONDS = 30.0
_ENDING_SECONDS = 25.0
_SET_UP = "could not be set up"  # so does the cage say it
_CREDENTIALS: Final = struct.Struct("3i")  # as SCM_CREDENTIALS has them: process, user, group

Body = bytes | bytearray


@dataclass(frozen=True, slots=True)
class Ending:
    """The cage's report of how a worker ended.

    Attributes:
        why: the bound it passed (``memory``, ``disk``) or empty.
        status: its exit code, negative for a signal, ``None`` where unknown.
        cpu_seconds: processor time of its whole tree.
        peak_mb: the greatest resident memory of one process of it.
    """

    why: str = ""
    status: int | None = None
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


@dataclass(slots=True)
class Output:
    """What a worker printed: the first part of it, and how much there was."""

    keep: int
    kept: bytearray = field(default_factory=bytearray)
    total: int = 0

    def add(self, chunk: bytes) -> None:
        """Take what was read."""
        self.total += len(chunk)
        self.kept += chunk[: max(0, self.keep - len(self.kept))]

    def text(self) -> str:
        """The kept part, terminal controls removed, with a note where it was cut."""
        text = self.kept.decode("utf-8", "replace").translate(NO_CONTROL_CHARACTERS)
        cut = self.total - len(self.kept)
        return f"{text}\n… ({cut:,} more bytes were printed)" if cut else text


class Session:
    """A worker, from its hello to its end."""

    _pid = 0  # of the worker, as this process knows it; 0 where the kernel does not say

    def __init__(
        self,
        control: socket.socket,
        data: socket.socket,
        output: int,
        *,
        keep_output: int,
        tables: bool = False,
    ) -> None:
        """Take over the grader's ends of a new cage and hear the worker's hello.

        Args:
            control: the cage's line.
            data: the worker's line.
            output: what is printed, a descriptor to read from.
            keep_output: how many bytes of it are kept.
            tables: whether answers may be tables of pandas: only where the manifest permits it.

        Raises:
            GraderError: the worker could not be set up.
        """
        self._control, self._data, self._pipe, self._tables = control, data, output, tables
        self._frames = wire.Frames()
        self.output = Output(keep_output)
        self.ending: Ending | None = None
        data.setblocking(False)
        os.set_blocking(output, False)
        self._chunk = memoryview(bytearray(_CHUNK))
        self._poll = select.poll()
        self._poll.register(output, select.POLLIN)
        self._poll.register(data, select.POLLIN)
        self._hear_hello(_HELLO_SECONDS)

    def _hear_hello(self, seconds: float) -> None:
        heard = self._exchange(b"", seconds)
        try:
            hello = heard if isinstance(heard, Died) else wire.decode(heard)
        except wire.WireError as refusal:
            hello = self._broke(refusal)
        if isinstance(hello, Died):
            said = self.output.text().strip() or hello.sentence
            raise GraderError(said if _SET_UP in said else f"the worker {_SET_UP}: {said}")
        self.layers: dict[str, Any] = hello["layers"]
        self.findings: list[str] = hello["findings"]

    def ask(self, request: Mapping[str, Any], seconds: float, data: bytes = b"") -> Answer:
        """Send one request and wait for its answer, at most so long.

        A worker that does not answer in time, or answers anything but what was asked, is killed.

        Args:
            request: what to do, as `worker` takes it.
            seconds: how long the answer may take.
            data: a call's arguments, as `wire` encodes them.

        Raises:
            GraderError: the worker was already gone, or its cage was lost, which no student can cause.
            wire.WireError: the request is too large; nothing was sent.
        """
        if self.ending is not None:
            raise GraderError("a worker that had ended was asked")
        nonce = secrets.token_bytes(wire.NONCE_BYTES)
        heard = self._exchange(wire.frame(wire.question(nonce, request, data)), seconds)
        if isinstance(heard, Died):
            return heard
        try:
            return self._read(heard, nonce)
        except wire.WireError as refusal:
            return self._broke(refusal)

    def cpu_seconds(self) -> float:
        """Processor time of the worker so far; of its whole tree once it has ended; 0 if unknown."""
        if self.ending is not None:
            return self.ending.cpu_seconds
        try:
            # What clock_getcpuclockid() returns for a process on Linux.
            return time.clock_gettime((~self._pid << 3) | 2) if self._pid else 0.0
        except OSError:  # it has just ended, or the kernel does not tell
            return 0.0

    def end(self) -> Ending:
        """Kill the worker and everything it started; what the cage says of it."""
        if self.ending is None:
            self.ending = self._hear_ending()
            with contextlib.suppress(OSError):
                while chunk := os.read(self._pipe, _CHUNK):
                    self.output.add(chunk)
            os.close(self._pipe)
            self._data.close()
            self._control.close()
        return self.ending

    def _hear_ending(self) -> Ending:
        with contextlib.suppress(OSError):
            self._control.sendall(b"x")
        try:
            self._control.settimeout(_ENDING_SECONDS)
            told = json.loads(self._control.recv(_CHUNK) or b"{}")
        except (OSError, ValueError):
            told = {}
        return Ending(
            told.get("why", ""),
            told.get("status"),
            told.get("cpu_seconds", 0.0),
            told.get("peak_mb", 0.0),
        )

    def _exchange(self, out: bytes, seconds: float) -> Body | Died:
        """Send, then receive one frame; reads printed text all the while: nothing can block."""
        deadline = time.monotonic() + seconds
        if out and self._unasked():
            return self._die("protocol", "The process sent bytes that nobody had asked for.")
        if self._cage_is_gone():
            return self._die("crash", "")
        try:
            waiting = self._send(memoryview(out)) if out else memoryview(out)
            if waiting:
                self._poll.modify(self._data, select.POLLIN | select.POLLOUT)
            while (left := deadline - time.monotonic()) > 0:
                for descriptor, event in self._poll.poll(max(1, left * 1000)):
                    if descriptor == self._pipe:
                        if not self._read_output():
                            self._poll.unregister(self._pipe)
                        continue
                    if event & select.POLLOUT and waiting:
                        waiting = self._send(waiting)
                        if not waiting:
                            self._poll.modify(self._data, select.POLLIN)
                    if event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                        body = self._receive()
                        if body is not None:
                            return self._alone(body, early=bool(waiting))
        except wire.WireError as refusal:
            return self._broke(refusal)
        except OSError:
            return self._die("crash", "")
        return self._die("time", f"It did not end within {seconds:g} seconds.")

    def _cage_is_gone(self) -> bool:
        control = select.poll()
        control.register(self._control, 0)  # reports when the other end closes
        return bool(control.poll(0))

    def _unasked(self) -> bool:
        try:
            return bool(self._data.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def _send(self, waiting: memoryview) -> memoryview:
        """Send what there is room for; what is left."""
        with contextlib.suppress(BlockingIOError):
            return waiting[self._data.send(waiting) :]
        return waiting

    def _receive(self) -> Body | None:
        if self._pid:
            count = self._data.recv_into(self._chunk)
        else:  # the first bytes, sent before anything of a student's has run
            space = socket.CMSG_SPACE(_CREDENTIALS.size)
            count, told, _, _ = self._data.recvmsg_into([self._chunk], space)
            self._pid = _sender(told)
        if not count:
            raise ConnectionResetError
        self._frames.feed(self._chunk[:count])
        return self._frames.take()

    def _alone(self, body: Body, *, early: bool) -> Body | Died:
        if early or self._frames.waiting:
            return self._die("protocol", "The process sent more than one answer.")
        return body

    def _read(self, body: Body, nonce: bytes) -> Answer:
        status, data = wire.read_answer(body, nonce)
        value = wire.decode(data, tables=self._tables)
        match status:
            case "done":
                return Done()
            case "value":
                return Value(value, data)
            case "refused":
                return Refused(readable(value))
            case "missing":
                return Missing(readable(value))
            case "held":
                return Held(readable(value))
        return read_raised(value)

    def _broke(self, refusal: wire.WireError) -> Died:
        return self._die("protocol", f"The process broke the protocol: {refusal}.")

    def _read_output(self) -> bool:
        try:
            chunk = os.read(self._pipe, 1 << 16)
        except BlockingIOError:
            return True
        self.output.add(chunk)
        return bool(chunk)

    def _die(self, why: str, sentence: str) -> Died:
        ending = self.end()
        if why != "time" and ending.why:
            why = ending.why
        if why == "memory":
            sentence = "It used more memory than the assignment allows."
        elif why == "disk":
            sentence = "It wrote more to disk than the assignment allows."
        elif why == "crash":
            if ending.status is None:
                raise GraderError("a cage was lost with its worker; how it ended is unknown")
            why = "killed" if ending.status == -signal.SIGKILL else "crash"
            sentence = _how_it_ended(ending.status)
        return Died(why, sentence)


def _sender(ancillary: Sequence[tuple[int, int, bytes]]) -> int:
    """Which process sent a message, by what the kernel adds to it; 0 where it adds nothing."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            pid: int = _CREDENTIALS.unpack(data)[0]
            return pid
    return 0


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"The process ended itself (exit status {status})."
    with contextlib.suppress(ValueError):
        return f"The process crashed ({signal.Signals(-status).name})."
    return f"The process crashed (signal {-status})."
