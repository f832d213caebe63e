"""Each process of a running `autograder grade` is killed once: results stay valid, and never wrong.

supervisor → grader → zygote → cage → worker
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from autograder.supervisor import withheld
from tests.support import inside, users
from tests.support.gradings import ROWS, Grading, toy_graded, until

SUBMISSION = """
import time

def double(x):
    open("called", "w").close()
    time.sleep(0.6)
    return 2 * x

def total(x):
    return x.sum()
"""


@contextmanager
def under_way(user: str) -> Iterator[Grading]:
    """A grading whose worker is in a call."""
    if why := users.why_not(user):
        pytest.skip(why)
    with toy_graded("toy.py", SUBMISSION, user) as grading:
        called = grading.home / "tmp"
        supervisor = grading.supervisor
        assert until(lambda: inside.files(called, "*/called") or supervisor.poll() is not None)
        assert supervisor.poll() is None, supervisor.communicate()[0]
        assert set(grading.row()) == set(ROWS)
        yield grading


def assert_never_wrong(results: dict[str, Any]) -> None:
    """No more than was earned, and every score that is shown is the right one."""
    assert results["score"] <= 4
    for test in results["tests"]:
        if test != withheld() and test.get("status") == "passed":
            assert test["score"] == test["max_score"]


@pytest.mark.parametrize("user", users.EACH)
class TestKilled:
    def test_the_grader(self, user):
        """What it had written is kept, marked as unfinished, with the total withheld."""
        with under_way(user) as grading:
            os.kill(grading.row()["grader"], signal.SIGKILL)
            assert grading.end() == 3
            assert "the grader was ended by signal 9" in grading.results["output"]
            assert withheld() in grading.results["tests"]
            assert set(grading.outcomes().values()) <= {"passed", "skipped"}
            assert_never_wrong(grading.results)

    @pytest.mark.exhaustive
    def test_the_zygote(self, user):
        """Without a private view the worker answers on; with one it ends too, as if by its cage's end."""
        with under_way(user) as grading:
            zygote = grading.row()["zygote"]
            private = inside.private(zygote)  # with the first process of a namespace all others end
            os.kill(zygote, signal.SIGKILL)
            assert grading.end() == (3 if private else 0)
            lost = ["grader_error"] if private else []
            passed = ["passed"] * (5 - len(lost))
            assert sorted(grading.outcomes().values()) == [*lost, *passed]
            assert (withheld() in grading.results["tests"]) is private
            assert_never_wrong(grading.results)

    @pytest.mark.exhaustive
    def test_the_cage(self, user):
        """Its worker dies with it, which is no fault of the student's; the other cases go on."""
        with under_way(user) as grading:
            os.kill(grading.row()["cage"], signal.SIGKILL)
            assert grading.end() == 3
            assert sorted(grading.outcomes().values()) == ["grader_error", *["passed"] * 4]
            assert withheld() in grading.results["tests"]
            assert_never_wrong(grading.results)

    @pytest.mark.exhaustive
    def test_the_worker(self, user):
        """The call is made once more, in a fresh one: who killed it may have been the machine."""
        with under_way(user) as grading:
            os.kill(grading.row()["worker"], signal.SIGKILL)
            assert grading.end() == 0
            assert [*grading.outcomes().values()] == ["passed"] * 5
            assert_never_wrong(grading.results)


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_supervisor_is_told_to_stop(number):
    with under_way(users.PRESENT) as grading:
        grading.supervisor.send_signal(number)
        assert grading.end() == 128 + number
        assert f"(it was stopped by {number.name})" in grading.results["output"]
        assert withheld() in grading.results["tests"]
        assert_never_wrong(grading.results)


@pytest.mark.exhaustive
def test_the_supervisor_is_killed():
    """Nobody is left to mark the results, and nobody need be: the grader goes on to its end."""
    with under_way(users.PRESENT) as grading:
        grading.supervisor.kill()
        assert grading.end() == -signal.SIGKILL
        assert grading.results["extra_data"]["finished"] is True
        assert grading.results["score"] == 4
