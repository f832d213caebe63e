"""Item 24: nothing that a submission started outlives its grader, nor its cage, when that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import hostile, inside, toy, users

SURVIVOR = """
import ctypes
import os
import signal
import threading
import time

libc = ctypes.CDLL(None)
libc.prctl(1, 0, 0, 0, 0)  # no signal when the parent dies
libc.prctl(36, 1, 0, 0, 0)  # orphans stay here
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
for number in set(range(1, 65)) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
    signal.signal(number, signal.SIG_IGN)
try:
    if not os.fork():
        os.setsid()
        if os.fork():
            os._exit(0)
        libc.prctl(1, 0, 0, 0, 0)
except PermissionError:
    pass
threading.Thread(target=time.sleep, args=(600,)).start()
open("ready", "w").close()
while True:
    time.sleep(1)
"""
_PATIENCE = 300  # of a loaded machine; a quiet one takes a second


def until(condition):
    """Whether a condition comes true; it need not stay so: the zygote forks those who kill for it."""
    end = time.monotonic() + _PATIENCE
    while not (true := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return true


BOMBER = SURVIVOR.replace(
    "while True:",
    """
while True:
    try:
        os.fork()
    except OSError:
        pass
while True:""",
)
PERMITTED = "processes = true"


@contextmanager
def in_a_cell(
    user: str, permits: str, source: str
) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], list[int]]]]:
    """A grader whose worker is in a cell that never ends, and what says which processes are alive."""
    if why := users.why_not(user):
        pytest.skip(why)
    with (
        tempfile.TemporaryDirectory(prefix="hostile-") as name,
        hostile.adopting() as alive,
    ):
        home = Path(name)
        home.chmod(0o755)
        limits = (
            "cell_seconds = 300; total_seconds = 600; memory_mb = 2000"  # what ends it is the test
        )
        project = toy.make(home / "project", limits=limits, permits=permits)
        submission, temporary = home / "toy.py", home / "tmp"
        submission.write_text(source)
        temporary.mkdir()
        users.give(home, user)
        module = [sys.executable, "-m", "tests.support.grade_many"]
        places = ["strict", str(project.root), "toy", str(project.results), str(submission)]
        grader = subprocess.Popen(
            users.command(user, [*module, *places]),
            cwd=home,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(hostile.REPOSITORY),
                "HOME": str(home),
                "TMPDIR": str(temporary),
            },
        )
        try:
            assert until(lambda: inside.files(temporary, "*/ready") or grader.poll() is not None)
            assert grader.poll() is None
            yield grader, alive
        finally:
            grader.kill()
            grader.wait()


@pytest.mark.parametrize("permits", ["", pytest.param(PERMITTED, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("user", users.EACH)
def test_nothing_outlives_a_killed_grader(user, permits):
    with in_a_cell(user, permits, SURVIVOR) as (grader, alive):
        assert len(alive()) >= len(["grader", "zygote", "cage", "worker"])
        grader.kill()
        grader.wait()
        assert until(lambda: not alive())


@pytest.mark.parametrize(
    "source",
    [SURVIVOR, pytest.param(BOMBER, marks=pytest.mark.exhaustive)],
    ids=["a daemon", "a fork bomb"],
)
@pytest.mark.parametrize("user", users.EACH)
@pytest.mark.exhaustive
def test_nothing_outlives_a_killed_cage(user, source):
    """Its worker dies with it, and the zygote adopts and kills what that had started."""
    with in_a_cell(user, PERMITTED, source) as (grader, alive):

        def rows():
            down = [grader.pid]
            while len(below := children(down[-1])) == 1:
                down += below
            cage = inside.row(down)[2]
            above = {*down[: down.index(cage)]}
            enough = len(set(alive()) - above - {cage}) >= len(["worker", "daemon"])
            return (above, cage) if enough else None

        above, cage = until(rows)
        os.kill(cage, signal.SIGKILL)
        assert until(lambda: not set(alive()) - above)
        assert grader.wait(_PATIENCE) == 0  # it says so of this submission, and goes on
        assert not alive()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
