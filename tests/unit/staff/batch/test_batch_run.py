"""How a batch goes on whatever becomes of a submission: with graders that are only pretended."""

from __future__ import annotations

import json
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from autograder.model import GraderError, UsageError
from autograder.staff.batch import run as module
from autograder.staff.batch.pool import Lost
from autograder.staff.batch.run import run
from autograder.staff.batch.wish import Wish

ABOUT = {
    "name": "toy",
    "digest": "first",
    "harness": "h",
    "title": "Toy",
    "points": 4.0,
    "parts": [{"number": "1.1"}],
}


def graded(score=4.0):
    return {
        "results": {"score": score, "tests": [], "output": "", "extra_data": {"seed": "s"}},
        "explain": {"parts": {}},
        "row": {
            "status": "graded",
            "score": score,
            "parts": {"1.1": score},
            "outcomes": {"1.1": {"passed": 1}},
            "seconds": 0.1,
            "peak_mb": 1.0,
        },
    }


class Pretended:
    """Graders that do as they are told, and remember what they were asked."""

    def __init__(self):
        self.does = {}
        self.asked = []
        self.about = dict(ABOUT)

    @contextmanager
    def graders(self, _wish):
        yield self.submit, self.about, 2

    def submit(self, entry, more):
        self.asked.append((entry.id, more))
        future = Future()
        answer = self.does.get(entry.id, graded())
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        return future


@pytest.fixture
def pretended(monkeypatch):
    found = Pretended()
    monkeypatch.setattr(module, "graders", found.graders)
    return found


@pytest.fixture
def wish(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(8):
        (folder / f"s{number}.py").write_text(f"# {number}")
    return Wish(folder, "toy", tmp_path / "out")


def nothing(_step):
    pass


def asked(pretended):
    names = [name for name, _ in pretended.asked]
    pretended.asked.clear()
    return names


EVERYONE = [f"s{number}" for number in range(8)]


def test_one_that_is_lost_leaves_valid_results_and_is_tried_again(pretended, wish):
    partial = {"score": 2.0, "tests": [], "output": "so far", "extra_data": {}}
    pretended.does["s3"] = Lost("it took longer than 600 seconds", partial)
    summary = run(wish, nothing)
    assert {row["id"]: row["status"] for row in summary.rows}["s3"] == "unfinished"
    assert [row["status"] for row in summary.rows].count("graded") == 7
    results = json.loads((wish.out / "s3" / "results.json").read_text())
    assert "it took longer than 600 seconds" in results["output"] and "so far" in results["output"]
    assert results["score"] == 2.0
    assert [test["visibility"] for test in results["tests"]] == ["hidden"]  # no total is shown
    assert asked(pretended) == EVERYONE
    del pretended.does["s3"]
    assert {row["status"] for row in run(wish, nothing).rows} == {"graded"}
    assert asked(pretended) == ["s3"]


def test_a_harness_that_fails_at_everything_stops_early(pretended, wish):
    for number in range(8, 30):
        (wish.folder / f"s{number}.py").write_text("")
    everyone = [f"s{number}" for number in range(30)]
    pretended.does = dict.fromkeys(everyone, Lost("the cage does not hold here", None))
    with pytest.raises(GraderError, match="the cage does not hold here"):
        run(wish, nothing)
    assert len(asked(pretended)) < 12
    assert (wish.out / "grades.csv").exists()


def test_an_interrupt_keeps_what_is_done_and_says_what_is_left(pretended, wish):
    def interrupt(step):
        if step.done == 3:
            raise KeyboardInterrupt

    summary = run(wish, interrupt)
    assert summary.stopped and len(summary.rows) >= 3
    assert sorted([row["id"] for row in summary.rows] + list(summary.left)) == EVERYONE
    asked(pretended)
    again = run(wish, nothing)
    assert asked(pretended) == list(summary.left)
    assert not again.stopped and len(again.rows) == 8


def test_only_grades_what_is_named_and_keeps_the_others_in_the_table(pretended, wish):
    run(wish, nothing)
    asked(pretended)
    pretended.about["digest"] = "second"
    summary = run(Wish(wish.folder, "toy", wish.out, only=("s2",)), nothing)
    assert asked(pretended) == ["s2"]
    notes = {row["id"]: row["note"] for row in summary.rows}
    assert notes.keys() == set(EVERYONE) and notes["s2"] == ""
    assert {notes[name] for name in EVERYONE if name != "s2"} == {
        "as graded before the submission, the assignment or the program changed"
    }


def test_a_part_is_judged_again_only_in_what_was_graded_and_has_not_changed(pretended, wish):
    pretended.does["s1"] = Lost("killed", None)
    run(wish, nothing)
    asked(pretended)
    (wish.folder / "s2.py").write_text("# another")
    run(Wish(wish.folder, "toy", wish.out, regrade=("1.1",)), nothing)
    whole = [name for name, more in pretended.asked if not more]
    assert whole == ["s1", "s2"]
    taken = next(more for name, more in pretended.asked if name == "s0")
    assert taken == {"again": ["1.1"], "earlier": {"parts": {}}, "seed": "s"}


def test_fresh_grades_everything_again(pretended, wish):
    run(wish, nothing)
    asked(pretended)
    run(Wish(wish.folder, "toy", wish.out, fresh=True), nothing)
    assert asked(pretended) == EVERYONE


def test_who_is_not_there_is_said(pretended, wish):
    with pytest.raises(UsageError, match="no submission nobody"):
        run(Wish(wish.folder, "toy", wish.out, only=("nobody",)), nothing)
    with pytest.raises(UsageError, match=r"no part 9\.9, only 1\.1"):
        run(Wish(wish.folder, "toy", wish.out, regrade=("9.9",)), nothing)
