"""Workers where there is no cage: ordinary processes, ended in time, gone afterwards, on any system."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from unittest import mock

import pytest
import torch

from autograder.model import GraderError, Isolation, Limits, Permits, UsageError
from autograder.sandbox import (
    Died,
    Done,
    Missing,
    Raised,
    Refused,
    Secrets,
    Value,
    for_own_code,
    plain,
    require_linux,
    start,
    workers,
)
from autograder.sandbox.start import Sandbox
from tests.support import toy
from tests.support.sessions import LIMITS, Asked, opened

RIGHT = "def double(x):\n    return 2 * x\n\ndef total(x):\n    return x.sum()\n"


@pytest.fixture(scope="module")
def sandbox():
    with for_own_code(plain=True) as standing:
        yield standing


@pytest.fixture(scope="module")
def worker(sandbox):
    """One worker for all that only ask it something: each costs an import of torch."""
    with sandbox.session(
        limits=LIMITS,
        permits=Permits(processes=True),
        secrets=Secrets(unreadable=(Path("/etc/passwd"),)),
        files={"data/a.csv": b"1,2"},
    ) as session:
        assert sandbox.layers == {"cage": "none: a plain process"}
        yield Asked(session)


class TestWhichWorkers:
    def test_the_cage_without_walls_on_linux(self, monkeypatch):
        monkeypatch.setattr(start, "Zygote", mock.Mock())  # its type is asked for, no worker
        with for_own_code() as standing:
            assert isinstance(standing, Sandbox)
            assert standing.isolation is Isolation.NONE
            assert standing.caveat == ""

    @pytest.mark.parametrize("platform", ["darwin", "win32"])
    def test_plain_ones_elsewhere_which_say_what_they_lack(self, monkeypatch, platform):
        monkeypatch.setattr(workers.sys, "platform", platform)
        with for_own_code() as standing:
            assert isinstance(standing, plain.Plain)
            assert "no sandbox" in standing.caveat and "needs Linux" in standing.caveat
        with pytest.raises(UsageError, match=f"needs Linux, this is {platform}"):
            require_linux()


class TestAnswers:
    def test_every_kind(self, worker):
        ran = worker.module(
            """
            import sys
            def f(*given):
                return list(given)
            def g():
                return {1, 2}
            def h():
                return 1 / 0
            def where():
                with open("data/a.csv") as file:
                    return file.read(), sys.argv
            """
        )
        assert ran == Done()
        x = torch.arange(6.0).reshape(2, 3)
        (answer,) = worker.call("f", x).value
        assert torch.equal(answer, x)
        assert isinstance(worker.call("g"), Refused)
        assert worker.call("nothing") == Missing("nothing")
        raised = worker.call("h")
        assert isinstance(raised, Raised)
        assert (raised.kind, raised.frames[-1].code) == ("ZeroDivisionError", "return 1 / 0")
        assert worker.call("where") == Value(("1,2", ["student"]))

    def test_cells_of_a_notebook(self, worker):
        assert worker.cell("x = 2") == Done()
        broken = worker.cell("y = x +")
        assert isinstance(broken, Raised) and broken.kind == "SyntaxError"
        assert worker.cell("input()").kind == "EOFError"
        assert worker.cell("def of_a_cell():\n    return x") == Done()
        assert worker.call("of_a_cell") == Value(2)

    @pytest.mark.exhaustive
    def test_what_is_printed_is_kept_and_no_more_than_is_allowed(self, sandbox):
        with opened(sandbox, limits=Limits(output_kb=1)) as asked:
            assert asked.cell("print('a' * 3000)") == Done()
            ending = asked.session
            ending.end()
            assert asked.session.output.text().startswith("a" * 1024 + "\n… (1,977 more bytes")

    def test_a_lot_of_data_both_ways(self, worker):
        x = torch.zeros(1_000_000, dtype=torch.float64)
        assert worker.value("return given[0] + 1", x).sum() == 1_000_000


class TestEnds:
    def test_an_endless_call_is_killed_in_time_and_the_next_worker_is_fresh(self, sandbox):
        with opened(sandbox) as asked:
            asked.module("def f():\n    while True: pass")
            assert asked.call("f", seconds=0.5) == Died(
                "time", "It did not end within 0.5 seconds."
            )
            with pytest.raises(GraderError, match="had ended"):
                asked.call("f")
        with opened(sandbox) as asked:
            assert asked.call("f") == Missing("f")

    @pytest.mark.parametrize(
        ("dies", "says"),
        [
            pytest.param("os._exit(3)", "exit status 3", marks=pytest.mark.exhaustive),
            pytest.param("os.kill(os.getpid(), 9)", "SIGKILL", marks=pytest.mark.exhaustive),
        ],
    )
    def test_a_death_is_told(self, sandbox, dies, says):
        with opened(sandbox) as asked:
            asked.module(f"import os, time\ndef f():\n    {dies}")
            answer = asked.call("f")
            assert isinstance(answer, Died)
            assert answer.why == ("killed" if says == "SIGKILL" else "crash")
            assert says in answer.sentence

    @pytest.mark.exhaustive
    def test_nothing_is_left(self, tmp_path, monkeypatch):
        monkeypatch.setattr(plain.tempfile, "tempdir", str(tmp_path))
        with for_own_code(plain=True) as standing:
            with opened(standing, files={"a/b": b"1"}) as asked:
                process = asked.session._process.process
                assert asked.cell("1") == Done()
            assert process.returncode is not None
            ahead = standing._next.process
        assert ahead.returncode is not None
        assert list(tmp_path.iterdir()) == []

    def test_a_worker_does_not_outlive_a_grader_that_is_killed(self, tmp_path):
        """The grader is a process of its own here, killed while the student's code loops."""
        code = """
            import sys, threading, time
            from autograder.sandbox import Secrets, for_own_code
            from autograder.model import Limits, Permits
            with for_own_code(plain=True) as standing:
                with standing.session(
                    limits=Limits(), permits=Permits(), secrets=Secrets(), files={}
                ) as session:
                    print(session._process.process.pid, standing._next.process.pid, flush=True)
                    loop = {"op": "cell", "label": "cell 1", "source": "while True: pass"}
                    session.ask(loop, 600)
            """
        grader = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        pids = [int(pid) for pid in grader.stdout.readline().split()]
        grader.kill()
        grader.wait()
        grader.stdout.close()
        deadline = time.monotonic() + 60
        while any(map(_lives, pids)):
            assert time.monotonic() < deadline, "a worker outlived its grader"
            time.sleep(0.1)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TestStarting:
    def test_a_worker_that_ends_at_once_is_our_fault_with_what_it_said(self, monkeypatch):
        monkeypatch.setattr(plain.far_end, "__name__", "autograder.no_such_module")
        with (
            for_own_code(plain=True) as standing,
            pytest.raises(GraderError, match=r"could not be set up.*no_such_module"),
            opened(standing),
        ):
            pytest.fail("there was no worker")

    @pytest.mark.exhaustive
    def test_a_stranger_who_calls_first_is_not_heard(self, sandbox):
        port = sandbox._next._listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as stranger:
            stranger.sendall(b"0" * 64)
            with opened(sandbox) as asked:
                assert asked.cell("1") == Done()

    def test_no_interpreter(self, monkeypatch):
        monkeypatch.setattr(plain.sys, "executable", "/nowhere/python")
        with pytest.raises(GraderError, match="could not be started"):
            for_own_code(plain=True)


FOREIGN = """
import builtins, os, select, signal, socket, sys

# Nothing of ours may need what other systems lack; other packages know how to do without.
only_here = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"}
real = builtins.__import__

def without(name, globals=None, *rest, **named):
    asking = (globals or {}).get("__name__", "")
    if name in only_here and asking.partition(".")[0] == "autograder":
        raise ModuleNotFoundError(f"{asking} imports {name}")
    return real(name, globals, *rest, **named)

builtins.__import__ = without
import torch, IPython, otter  # made for this system, so they may look at it first
for module, names in {
    os: ("fork", "forkpty", "setsid", "getuid", "geteuid", "pidfd_open", "wait4", "set_blocking",
         "killpg", "chown", "setresuid", "posix_fadvise"),
    select: ("poll", "epoll"),
    signal: ("SIGHUP", "SIGCHLD", "SIGPIPE"),
    socket: ("AF_UNIX", "recv_fds", "send_fds"),
}.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)

from autograder.sandbox import workers

class System:
    platform = "win32"
workers.sys = System

from autograder import cli
status = cli.main(sys.argv[1:])
bad = [name for name in sys.modules if name in ("autograder.sandbox.cage", "autograder.sandbox.zygote")]
sys.exit(f"imported: {bad}" if bad else status)
"""


class TestCheckWhereThereIsNoLinux:
    @pytest.fixture
    def check(self, tmp_path):
        project = toy.make(tmp_path / "project", limits="total_seconds = 200")
        (tmp_path / "hw").mkdir()

        def run(source: str, *line: str) -> tuple[int, str]:
            (tmp_path / "hw" / "toy.py").write_text(source)
            ran = subprocess.run(
                [sys.executable, "-c", FOREIGN, *(line or ("check", "hw", "-a", "toy"))],
                cwd=tmp_path,
                env={**os.environ, "AUTOGRADER_ROOT": str(project.root), "COLUMNS": "200"},
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            return ran.returncode, ran.stdout + ran.stderr

        return run

    @pytest.mark.exhaustive
    def test_right_work(self, check):
        status, printed = check(RIGHT)
        assert status == 0, printed
        assert "There is no sandbox on this system" in printed

    @pytest.mark.exhaustive
    def test_a_death_and_an_endless_call_cost_their_case_alone(self, check):
        status, printed = check(
            "import os\ndef double(x):\n    os._exit(1)\ndef total(x):\n    while True: pass\n"
        )
        assert status == 1, printed
        assert "# crashed" in printed and "∞ timed out" in printed

    @pytest.mark.exhaustive
    def test_grading_others_is_refused(self, check):
        status, printed = check(RIGHT, "grade", "hw", "-a", "toy")
        assert status == 2, printed
        assert "grading needs Linux, this is win32" in printed


def test_secrets_and_permits_are_taken_and_let_be(worker):
    assert worker.session.findings == []
