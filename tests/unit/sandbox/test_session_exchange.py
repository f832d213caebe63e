"""The grader's end of a worker, against a far end that says whatever a test tells it to."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from autograder import wire
from autograder.model import GraderError
from autograder.sandbox import (
    Died,
    Done,
    Frame,
    Missing,
    Raised,
    Refused,
    Session,
    Value,
    cage,
    session,
)

HELLO = {"layers": {"uid": 30_000, "landlock": 6}, "findings": ["a hole"]}
EXITED = {"why": "", "status": 0, "cpu_seconds": 1.5, "peak_mb": 80.0}
NONCE = bytes(range(wire.NONCE_BYTES))

Reply = Callable[[bytes], bytes]


def framed(status: str, value: Any = None, nonce: bytes = NONCE) -> bytes:
    return wire.frame(wire.answer(nonce, status, wire.encode(value)))


def reply(status: str, value: Any = None) -> Reply:
    """An answer that carries the question's nonce."""
    return lambda nonce: framed(status, value, nonce)


class FarEnd:
    """A worker and its cage, both made up."""

    def __init__(self) -> None:
        *self.near, far = cage.connect()
        self.control, self.worker = (socket.socket(fileno=handle) for handle in far[:2])
        self.output: int | None = far[2]
        self.threads: list[threading.Thread] = []

    def session(
        self, *, hello: bytes | None = None, keep_output: int = 1_000, tables: bool = False
    ) -> Session:
        self.worker.sendall(wire.frame(wire.encode(HELLO)) if hello is None else hello)
        return Session(*self.near, keep_output=keep_output, tables=tables)

    def ends(self, **ending: Any) -> None:
        """What the cage will say when it is told to stop."""
        self.control.sendall(json.dumps({**EXITED, **ending}).encode())

    def prints(self, text: bytes) -> None:
        assert self.output is not None
        os.write(self.output, text)

    def answers(self, *replies: Reply, closes: bool = False) -> None:
        """Answer the next questions, in a thread."""

        def talk() -> None:
            frames = wire.Frames()
            for say in replies:
                while (body := frames.take()) is None:
                    frames.feed(self.worker.recv(1 << 20))
                self.worker.sendall(say(wire.read_question(body)[0]))
            if closes:
                self.worker.close()

        self.threads.append(threading.Thread(target=talk))
        self.threads[-1].start()

    def close_output(self) -> None:
        if self.output is not None:
            os.close(self.output)
            self.output = None

    def close(self) -> None:
        for thread in self.threads:
            thread.join()
        for end in self.near[:2]:
            end.close()
        self.close_output()
        self.control.close()
        self.worker.close()


@pytest.fixture
def far():
    end = FarEnd()
    yield end
    end.close()


def ask(heard: Session, seconds: float = 20.0, data: bytes = b""):
    answer = heard.ask({"op": "call"}, seconds, data)
    heard.end()
    return answer


def test_the_hello_says_what_the_worker_reached(far):
    far.ends()
    heard = far.session()
    assert (heard.layers, heard.findings) == (HELLO["layers"], HELLO["findings"])
    heard.end()


def test_a_worker_that_says_no_hello_is_our_fault_with_what_it_printed(far, monkeypatch):
    monkeypatch.setattr(session, "_HELLO_SECONDS", 0.01)
    far.ends()
    far.prints(b"no such file")
    far.close_output()
    with pytest.raises(GraderError, match=r"could not be set up.*no such file"):
        far.session(hello=b"")


def test_a_hello_that_is_no_data_is_our_fault(far):
    far.ends()
    with pytest.raises(GraderError, match=r"could not be set up.*broke the protocol"):
        far.session(hello=wire.frame(b"hello"))


def test_a_worker_that_dies_before_its_hello_is_our_fault(far):
    far.ends(status=98)
    far.worker.close()
    with pytest.raises(GraderError, match="exit status 98"):
        Session(*far.near, keep_output=0)


@pytest.mark.parametrize(
    ("status", "value", "answer"),
    [
        ("done", None, Done()),
        ("done", [1], Done()),
        ("value", [1, "two"], Value([1, "two"])),
        ("value", None, Value(None)),
        ("refused", "a set", Refused("a set")),
        ("refused", None, Refused("")),
        ("refused", np.array(["a"] == 1), Refused("")),
        ("missing", "f", Missing("f")),
        ("missing", 3, Missing("")),
        ("raised", {"type": "KeyError", "text": "'a'"}, Raised("KeyError", "'a'")),
        ("raised", {}, Raised("", "")),
        ("raised", "KeyError", Raised("", "")),
        ("raised", np.ones(3), Raised("", "")),
        ("raised", {"type": np.ones(2), "text": torch.ones(2)}, Raised("", "")),
        ("raised", {"frames": "none"}, Raised("", "")),
        (
            "raised",
            {"frames": [["cell 2", 3, "f", "  1 / 0"], ["cell 2"], 7]},
            Raised("", "", (Frame("cell 2", 3, "f", "1 / 0"),)),
        ),
    ],
)
def test_answers(far, status, value, answer):
    far.ends()
    far.answers(reply(status, value))
    assert ask(far.session()) == answer


@pytest.mark.parametrize("permitted", [True, False])
def test_a_table_is_an_answer_only_where_pandas_is_permitted(far, permitted):
    """A worker that writes the bytes of one by itself makes the grader import nothing."""
    table = pd.DataFrame({"x": [1.0, 2.0]})
    far.ends()
    data = wire.encode(table, libraries=(wire.PANDAS,))
    far.answers(lambda nonce: wire.frame(wire.answer(nonce, "value", data)))
    answer = ask(far.session(tables=permitted))
    if permitted:
        assert answer.value.equals(table)
    else:
        assert isinstance(answer, Died) and answer.why == "protocol"


def test_texts_are_cut_and_stripped_of_what_a_terminal_obeys(far):
    far.ends()
    far.answers(
        reply(
            "raised",
            {
                "type": "E\x1b[2J" * 40,
                "text": "a\x00b\tc\nd\x9b31m\x7f" + "x" * 10_000,
                "frames": [["c\x07", 1, "f\x1b", "x" * 10_000]] * 20,
            },
        )
    )
    answer = ask(far.session())
    assert answer.kind == ("E[2J" * 40)[:80]
    assert answer.text.startswith("ab\tc\nd31mxxx") and len(answer.text) <= 4_000
    assert len(answer.frames) == 12
    assert (answer.frames[0].place, answer.frames[0].function) == ("c", "f")
    assert len(answer.frames[0].code) <= 4_000


OTHER = "an answer to another question"
NO_ANSWER = "something that is not an answer"
NOTHING = wire.encode(None)
HOSTILE = {
    "nothing": (lambda _nonce: b"", NO_ANSWER),
    "a nonce alone": (lambda nonce: nonce, NO_ANSWER),
    "half a nonce": (lambda nonce: nonce[:8] + bytes(1) + NOTHING, OTHER),
    "data without a nonce": (lambda _nonce: wire.encode([1.5] * 9), OTHER),
    "a nonce that nobody had": (lambda _nonce: wire.answer(NONCE, "value", NOTHING), OTHER),
    "a nonce but for its last bit": (
        lambda nonce: wire.answer(nonce[:-1] + bytes([nonce[-1] ^ 1]), "value", NOTHING),
        OTHER,
    ),
    "a status that nobody knows": (lambda nonce: nonce + b"\x06" + NOTHING, NO_ANSWER),
    "a status in letters": (lambda nonce: nonce + b"value" + NOTHING, NO_ANSWER),
    "no data": (lambda nonce: nonce + b"\x01", "a frame that ends too early"),
    "no data where there need be none": (
        lambda nonce: nonce + b"\0",
        "a frame that ends too early",
    ),
    "data and more": (
        lambda nonce: wire.answer(nonce, "value", NOTHING + b"x"),
        "a frame with bytes left over",
    ),
    "data that only our own side may send": (
        lambda nonce: wire.answer(nonce, "value", wire.encode(wire.Name("f"), names=True)),
        "a malformed value",
    ),
}


@pytest.mark.parametrize(("say", "why"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_answer_is_the_workers_end(far, say, why):
    far.ends()
    far.answers(lambda nonce: wire.frame(say(nonce)))
    heard = far.session()
    answer = heard.ask({"op": "call"}, 20.0)
    assert answer == Died("protocol", f"The process broke the protocol: {why}.")
    assert heard.ending is not None


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack("<I", 0xFFFFFFFF),
        struct.pack("<I", 3) + b"abc",
        wire.frame(b"\xff" * 40),
        wire.frame(wire.encode([1.5] * 9)[:-1]),
    ],
    ids=["a 4 GB length", "a body too short", "no header", "a body cut short"],
)
def test_bytes_that_are_no_frame_are_the_workers_end(far, sent):
    far.ends()
    far.answers(lambda _nonce: sent)
    answer = ask(far.session())
    assert isinstance(answer, Died) and answer.why == "protocol"


def test_two_answers_to_one_question(far):
    far.ends()
    far.answers(lambda nonce: reply("done")(nonce) * 2)
    answer = ask(far.session())
    assert answer == Died("protocol", "The process sent more than one answer.")


def test_an_answer_before_the_question(far):
    far.ends()
    heard = far.session()
    far.worker.sendall(framed("done"))
    answer = heard.ask({"op": "call"}, 20.0)
    assert answer == Died("protocol", "The process sent bytes that nobody had asked for.")


def test_an_answer_while_the_question_is_still_being_sent(far):
    """The question is larger than what waits in a socket, and the worker does not read it."""

    def early() -> None:
        far.worker.recv(10)
        far.worker.sendall(framed("done"))

    far.ends()
    heard = far.session()
    far.threads.append(threading.Thread(target=early))
    far.threads[-1].start()
    answer = heard.ask({"op": "call"}, 20.0, bytes(8 << 20))
    assert answer == Died("protocol", "The process sent more than one answer.")


def test_an_answer_to_an_earlier_question(far):
    far.ends()
    kept: list[bytes] = []

    def keep(nonce: bytes) -> bytes:
        kept.append(reply("value", 1)(nonce))
        return kept[0]

    far.answers(keep, lambda _nonce: kept[0])
    heard = far.session()
    assert heard.ask({"op": "call"}, 20.0) == Value(1)
    answer = heard.ask({"op": "call"}, 20.0)
    assert answer == Died("protocol", f"The process broke the protocol: {OTHER}.")


def test_a_large_question_arrives_whole(far):
    arrived = []

    def measure() -> None:
        frames = wire.Frames()
        while (body := frames.take()) is None:
            frames.feed(far.worker.recv(1 << 16))
        nonce, request, data = wire.read_question(body)
        arrived.append((request, wire.decode(data)))
        far.worker.sendall(framed("done", nonce=nonce))

    far.ends()
    heard = far.session()
    far.threads.append(threading.Thread(target=measure))
    far.threads[-1].start()
    sent = np.arange(1 << 20)
    assert heard.ask({"op": "é\ud800"}, 60.0, wire.encode(sent)) == Done()
    heard.end()
    ((request, array),) = arrived
    assert request == {"op": "é\ud800"} and np.array_equal(array, sent)


@pytest.mark.parametrize(
    "sent", [b"", wire.frame(wire.encode([1.5] * 9))[:6]], ids=["nothing", "half"]
)
def test_silence_is_the_time_limit(far, sent):
    far.ends(why="memory", status=-9)  # found out too late to matter: the time was up
    far.answers(lambda _nonce: sent)
    answer = ask(far.session(), seconds=0.05)
    assert answer == Died("time", "It did not end within 0.05 seconds.")


def test_a_worker_that_does_not_even_read_is_the_time_limit(far):
    far.ends()
    answer = ask(far.session(), seconds=0.05, data=bytes(8 << 20))
    assert isinstance(answer, Died) and answer.why == "time"


@pytest.mark.parametrize(
    ("ending", "why", "says"),
    [
        ({"status": 0}, "crash", "exit status 0"),
        ({"status": 3}, "crash", "exit status 3"),
        ({"status": -11}, "crash", "SIGSEGV"),
        ({"status": -9}, "killed", "SIGKILL"),
        ({"status": -50}, "crash", "signal 50"),
        ({"status": -9, "why": "memory"}, "memory", "more memory than the assignment allows"),
        ({"status": -9, "why": "disk"}, "disk", "more to disk than the assignment allows"),
    ],
)
def test_how_a_worker_ended_is_the_cages_word(far, ending, why, says):
    far.ends(**ending)
    far.answers(lambda _nonce: b"", closes=True)
    answer = ask(far.session())
    assert answer.why == why
    assert says in answer.sentence


def test_half_an_answer_and_the_end(far):
    far.ends(status=0)
    far.answers(lambda nonce: reply("done")(nonce)[:-1], closes=True)
    answer = ask(far.session())
    assert isinstance(answer, Died) and answer.why == "crash"


def test_a_worker_that_was_gone_already(far):
    far.ends(why="memory", status=-9)
    heard = far.session()
    far.worker.close()
    answer = heard.ask({"op": "call"}, 20.0)
    assert isinstance(answer, Died) and answer.why == "memory"


@pytest.mark.parametrize("said", [b"", b"{", b"\xff"], ids=["nothing", "half", "no text"])
def test_a_cage_that_is_lost_is_our_fault(far, said):
    """Who kills the cage is no student: its worker dies with it, which must not look like a crash."""
    heard = far.session()
    far.control.sendall(said)
    far.control.close()
    with pytest.raises(GraderError, match="a cage was lost"):
        heard.ask({"op": "call"}, 20.0)
    assert heard.end().status is None


def test_a_worker_is_not_heard_when_its_cage_is_gone(far):
    """It says hello and would answer; nobody watches it."""
    far.control.close()
    with pytest.raises(GraderError, match="a cage was lost"):
        far.session()


def test_what_was_printed_is_kept_and_counted(far):
    far.ends()
    far.prints(b"before\n")
    far.answers(reply("done"))
    heard = far.session(keep_output=10)
    assert heard.ask({"op": "call"}, 20.0) == Done()
    far.prints(b"a\x1b[31m\xff b")
    far.close_output()
    heard.end()
    assert heard.output.total == len(b"before\na\x1b[31m\xff b")
    assert heard.output.text() == "before\na[\n… (6 more bytes were printed)"


def test_a_flood_is_read_while_the_answer_is_awaited(far):
    """More than a pipe holds: unless it is read, the worker never gets to its answer."""
    flood = 1 << 18

    def talk() -> None:
        frames = wire.Frames()
        while (body := frames.take()) is None:
            frames.feed(far.worker.recv(1 << 16))
        for _ in range(flood >> 12):
            far.prints(b"x" * (1 << 12))
        far.worker.sendall(framed("done", nonce=wire.read_question(body)[0]))

    far.ends()
    heard = far.session()
    far.threads.append(threading.Thread(target=talk))
    far.threads[-1].start()
    assert heard.ask({"op": "call"}, 60.0) == Done()
    far.close_output()
    heard.end()
    assert heard.output.total == flood
    assert len(heard.output.kept) == 1_000


def test_a_worker_may_close_what_it_prints_on(far):
    far.ends()
    far.close_output()
    far.answers(reply("done"), reply("value", 2))
    heard = far.session()
    assert heard.ask({"op": "call"}, 20.0) == Done()
    assert heard.ask({"op": "call"}, 20.0) == Value(2)
    heard.end()
    assert heard.output.text() == ""


def test_a_request_that_is_too_large_leaves_the_worker_alone(far):
    far.ends()
    far.answers(reply("done"))
    heard = far.session()
    with pytest.raises(wire.WireError, match="a frame longer than"):
        heard.ask({"op": "call"}, 20.0, bytes(wire.MAX_FRAME + (5 << 20)))
    assert heard.ask({"op": "call"}, 20.0) == Done()
    heard.end()


def test_the_end_is_told_once_and_leaves_no_descriptor(far):
    far.ends()
    heard = far.session()
    control, data, pipe = far.near
    ending = heard.end()
    assert ending == heard.end() == session.Ending("", 0, 1.5, 80.0)
    assert control.fileno() == data.fileno() == -1
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(pipe)
    with pytest.raises(GraderError, match="had ended"):
        heard.ask({"op": "call"}, 1.0)
