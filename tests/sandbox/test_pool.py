"""The executor of graders: what dies, hangs or never starts is replaced, and nothing else notices."""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import time
from concurrent.futures import wait
from pathlib import Path

import pytest

from autograder.model import GraderError, UsageError
from autograder.staff.batch import warm
from autograder.staff.batch.pool import GraderPool, Lost
from tests.support import inside, toy, toy_class
from tests.support.waiting import until

SLOW = "import time\ntime.sleep(1.5)\n" + toy_class.RIGHT


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return toy.make(tmp_path_factory.mktemp("pool") / "project")


def settings(project):
    return {
        "assignment": "toy",
        "root": str(project.root),
        "here": str(project.root),
        "isolation": "strict",
        "keep_from": [str(project.results)],
        "unreadable": [],
    }


@pytest.fixture(scope="module")
def pool(project):
    with GraderPool(2, settings(project)) as pool:
        yield pool


@pytest.fixture
def job(tmp_path):
    """A job for a module of this source."""

    def make(source, name="one"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "toy.py").write_text(source)
        return {"path": str(folder), "users": [name]}

    return make


def graders(pool):
    """The graders: children of the warm process, each above a zygote of its own."""
    below = toy_class.below(pool.warm_pid)
    return {pid for pid in below if parent(pid) == pool.warm_pid}


def parent(pid):
    """The parent of a process; 0 where it has ended meanwhile."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def busy(pool):
    """The grader whose zygote has a cage."""
    for grader in graders(pool):
        down = [grader]
        while below := [pid for pid in toy_class.below(grader) if parent(pid) == down[-1]]:
            down += below[:1]
        if len(inside.row(down)) > len(["grader", "zygote"]):
            return grader
    return None


def test_it_is_an_executor(pool, job):
    futures = [pool.submit(warm.grade, job(toy_class.RIGHT, str(n))) for n in range(4)]
    assert not wait(futures).not_done
    assert [future.result()["row"]["score"] for future in futures] == [4.0] * 4
    with pytest.raises(TypeError, match="functions of autograder"):
        pool.submit(os.getpid)


def test_the_self_test_grades_the_reference_solution_and_leaves_nothing(pool, project):
    before = {*Path(tempfile.gettempdir()).glob("autograder-self-test-*")}
    row = pool.submit(warm.self_test).result(120)["row"]
    assert (row["status"], row["score"]) == ("graded", 4.0)
    assert {*Path(tempfile.gettempdir()).glob("autograder-self-test-*")} <= before


def test_a_grader_that_is_killed_is_replaced_and_its_submission_done_again(pool, job):
    before = graders(pool)
    slow, quick = pool.submit(warm.grade, job(SLOW, "slow")), []
    seen = []
    assert until(lambda: seen.append(busy(pool)) or seen[-1] is not None)
    below = toy_class.below(seen[-1])
    os.kill(seen[-1], signal.SIGKILL)
    quick = [pool.submit(warm.grade, job(toy_class.RIGHT, str(n))) for n in range(3)]
    assert slow.result(120)["row"]["score"] == 4.0
    assert [future.result(120)["row"]["score"] for future in quick] == [4.0] * 3
    assert until(lambda: not toy_class.alive(below), 20.0)
    assert until(lambda: len(graders(pool)) == 2)
    assert len(graders(pool) & before) == 1


def test_one_that_is_killed_leaves_nothing_of_a_submission_of_several_files(pool, tmp_path):
    token = secrets.token_hex(8)
    names = {"toy.py": SLOW, "notes.py": "", "data.csv": ""}
    for name, source in names.items():
        (tmp_path / f"ada_1_2_{name}").write_text(f"{source}\n# {token}\n")
    named = [[name, str(tmp_path / f"ada_1_2_{name}")] for name in names]
    future = pool.submit(warm.grade, {"path": str(tmp_path), "files": named, "users": ["ada"]})
    assert until(lambda: busy(pool) is not None)
    os.kill(busy(pool), signal.SIGKILL)
    assert future.result(120)["row"]["score"] == 4.0
    assert until(lambda: not left(token), 10.0), left(token)


def left(token):
    """Files with a token in them, in folders that are ours by their names."""
    files = Path(tempfile.gettempdir()).glob("autograder-*/*")
    return [path for path in files if path.is_file() and token.encode() in path.read_bytes()]


@pytest.mark.exhaustive
def test_the_warm_process_is_replaced_too(pool, job):
    old = pool.warm_pid
    os.kill(old, signal.SIGKILL)
    future = pool.submit(warm.grade, job(toy_class.RIGHT))
    assert future.result(120)["row"]["score"] == 4.0
    assert until(lambda: len(graders(pool)) == 2) and pool.warm_pid != old


@pytest.mark.exhaustive
def test_its_death_is_not_blamed_on_what_was_being_graded(pool, job):
    """A second death of its own grader would be held against it."""
    slow = [pool.submit(warm.grade, job(SLOW, str(n))) for n in range(2)]
    for _ in range(2):
        assert until(lambda: busy(pool) is not None)
        os.kill(pool.warm_pid, signal.SIGKILL)
        assert until(lambda: busy(pool) is None)
    assert [future.result(120)["row"]["score"] for future in slow] == [4.0] * 2


@pytest.mark.exhaustive
def test_a_request_for_a_grader_that_vanishes_with_the_warm_process_is_made_again(pool, job):
    assert until(lambda: len(graders(pool)) == 2)
    old, one = pool.warm_pid, min(graders(pool))
    os.kill(old, signal.SIGSTOP)  # it will not read the request for another
    os.kill(one, signal.SIGKILL)
    assert until(lambda: one not in toy_class.alive({one}))
    future = pool.submit(warm.grade, job(toy_class.RIGHT))
    assert future.result(120)["row"]["score"] == 4.0  # of the other
    os.kill(old, signal.SIGKILL)
    assert until(lambda: len(graders(pool)) == 2)
    assert pool.submit(warm.grade, job(toy_class.RIGHT, "two")).result(120)["row"]["score"] == 4.0


@pytest.mark.exhaustive
def test_a_warm_process_that_is_ending_is_no_failed_start(pool, job, monkeypatch):
    """It lets go of its socket a moment before it can be waited for: longer on a busy machine."""
    assert until(lambda: len(graders(pool)) == 2)
    old, end = pool._warm.process, time.monotonic() + 1.0
    seen = old.poll  # nothing, for a second, unless somebody has waited

    def late():
        return seen() if old.returncode is not None or time.monotonic() > end else None

    monkeypatch.setattr(old, "poll", late)
    os.kill(old.pid, signal.SIGKILL)
    assert until(lambda: pool.warm_pid != old.pid and len(graders(pool)) == 2, 30.0)
    assert pool.submit(warm.grade, job(toy_class.RIGHT)).result(120)["row"]["score"] == 4.0


@pytest.mark.exhaustive  # a quarter of a minute or more
def test_one_that_hangs_is_given_up_after_two_graders_and_the_others_go_on(project, job):
    with GraderPool(1, settings(project), patience=6.0) as pool:
        hanging = pool.submit(warm.grade, job(SLOW, "hanging"))
        other = pool.submit(warm.grade, job(toy_class.RIGHT, "other"))
        stopped = set()
        while not hanging.done():  # stopped, a grader notices nothing any more
            grader = busy(pool)
            if grader is not None and grader not in stopped and not other.running():
                stopped.add(grader)
                os.kill(grader, signal.SIGSTOP)
            until(lambda: hanging.done() or busy(pool) not in {None, *stopped}, 1.0)
        with pytest.raises(Lost, match="longer than 6 seconds"):
            hanging.result()
        assert other.result(120)["row"]["score"] == 4.0


@pytest.mark.exhaustive
def test_a_grader_is_replaced_after_so_many_jobs(project, job):
    with GraderPool(1, settings(project), jobs_each=2) as pool:
        seen = []
        for number in range(5):
            result = pool.submit(warm.grade, job(toy_class.RIGHT, str(number))).result(120)
            assert result["row"]["score"] == 4.0
            assert until(lambda: len(graders(pool)) == 1)
            seen += graders(pool)
    assert len(set(seen)) == 3


@pytest.mark.exhaustive
def test_what_is_wrong_with_the_assignment_is_the_users_to_mend(project):
    with pytest.raises(UsageError, match="no assignment 'toi'"):
        GraderPool(1, {**settings(project), "assignment": "toi"})


@pytest.mark.exhaustive
def test_where_no_grader_takes_the_assignment_any_more_every_job_says_so(job, tmp_path):
    """Also those that nobody had begun, and those that come later."""
    project = toy.make(tmp_path / "project")
    with GraderPool(1, settings(project)) as pool:
        futures = [pool.submit(warm.grade, job(SLOW, str(n))) for n in range(3)]
        assert until(lambda: busy(pool) is not None)
        (project.root / "assignments" / "toy.toml").unlink()
        os.kill(busy(pool), signal.SIGKILL)
        for future in futures:
            with pytest.raises(UsageError, match="no assignment 'toy'"):
                future.result(120)
        with pytest.raises(UsageError, match="no assignment 'toy'"):
            pool.submit(warm.grade, {})


def test_a_program_that_does_not_start_is_said(project, tmp_path):
    package = tmp_path / "autograder"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError('no such luck')")
    with pytest.raises(GraderError, match=r"no grader can be started(.|\n)*no such luck"):
        GraderPool(1, settings(project), package=package)


@pytest.mark.exhaustive
def test_a_pool_that_is_closed_leaves_nothing_and_ends_every_future(project, job):
    pool = GraderPool(1, settings(project))
    futures = [pool.submit(warm.grade, job(SLOW, str(n))) for n in range(3)]
    below = toy_class.below(pool.warm_pid)
    pool.shutdown(cancel_futures=True)
    assert all(future.done() for future in futures)
    assert until(lambda: not toy_class.alive(below | {pool.warm_pid}), 20.0)
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(warm.grade, {})
