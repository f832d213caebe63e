"""How a batch goes on whatever becomes of a submission: with graders that are only pretended."""

from __future__ import annotations

import csv
import dataclasses
import errno
import json
import os
import subprocess
import sys
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder import supervisor
from autograder.cli.batch_report import report
from autograder.model import GraderError, UsageError
from autograder.staff.batch import disk_space
from autograder.staff.batch import run as module
from autograder.staff.batch.chosen import choose
from autograder.staff.batch.collect import Entry
from autograder.staff.batch.graders import Graders
from autograder.staff.batch.options import BatchOptions
from autograder.staff.batch.pool import Lost
from autograder.staff.batch.progress import seconds_left, stuck
from autograder.staff.batch.regrade import accept
from autograder.staff.batch.rows import About, PartAbout, Person
from autograder.staff.batch.run import run
from autograder.staff.batch.table import read_table

ABOUT = About(
    "toy", "Toy", digest="first", harness="h", points=4.0, seconds=30.0, parts=(PartAbout("1.1"),)
)


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
        self.about = ABOUT
        self.self_tests = 0
        self.does_in_the_self_test = graded()

    @contextmanager
    def graders(self, _options):
        yield Graders(self.submit, self.self_test, self.about, 2)

    def self_test(self):
        self.self_tests += 1
        return answered(self.does_in_the_self_test)

    def submit(self, entry, more):
        self.asked.append((entry.id, more))
        return answered(self.does.get(entry.id, graded()))


def answered(answer):
    """The future of an answer, or of an exception; one that is a future stays as it is."""
    if isinstance(answer, Future):
        return answer
    future = Future()
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
def options(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(8):
        (folder / f"s{number}.py").write_text(f"# {number}")
    return BatchOptions(folder, "toy", tmp_path / "out")


def nothing(_step):
    pass


def asked(pretended):
    names = [name for name, _ in pretended.asked]
    pretended.asked.clear()
    return names


EVERYONE = [f"s{number}" for number in range(8)]


def test_one_that_is_lost_leaves_valid_results_and_is_tried_again(pretended, options):
    partial = {"score": 2.0, "tests": [], "output": "so far", "extra_data": {}}
    pretended.does["s3"] = Lost("it took longer than 600 seconds", partial)
    summary = run(options, nothing)
    assert {row.id: row.status for row in summary.rows}["s3"] == "unfinished"
    assert [row.status for row in summary.rows].count("graded") == 7
    results = json.loads((options.out / "s3" / "results.json").read_text())
    assert "it took longer than 600 seconds" in results["output"] and "so far" in results["output"]
    assert results["score"] == 2.0
    assert [test["visibility"] for test in results["tests"]] == ["hidden"]  # no total is shown
    assert asked(pretended) == EVERYONE
    del pretended.does["s3"]
    assert {row.status for row in run(options, nothing).rows} == {"graded"}
    assert asked(pretended) == ["s3"]


def test_a_harness_that_fails_at_everything_stops_early(pretended, options):
    for number in range(8, 30):
        (options.folder / f"s{number}.py").write_text("")
    everyone = [f"s{number}" for number in range(30)]
    pretended.does = dict.fromkeys(everyone, Lost("the cage does not hold here", None))
    pretended.does_in_the_self_test = Lost("the reference neither", None)
    with pytest.raises(GraderError, match="the cage does not hold here"):
        run(options, nothing)
    assert len(asked(pretended)) < 12
    table = read_table(options.out)
    assert sorted(row.id for row in table.rows) == sorted(everyone)
    assert all(row.note for row in table.rows)
    assert sum("the batch failed" in row.note for row in table.rows) > 15


def test_submissions_that_no_grader_survives_do_not_stop_the_class(pretended, options):
    attackers, others = EVERYONE, [f"t{number}" for number in range(6)]
    for name in others:
        (options.folder / f"{name}.py").write_text("")
    pretended.does = dict.fromkeys(attackers, Lost("the grader died", None))
    summary = run(options, nothing)
    statuses = {row.id: row.status for row in summary.rows}
    assert {statuses[name] for name in attackers} == {"unfinished"}
    assert {statuses[name] for name in others} == {"graded"}
    assert pretended.self_tests == 1
    assert not summary.is_complete


@pytest.mark.parametrize("fault", [GraderError("no grader can be started"), UsageError("no torch")])
def test_where_the_graders_themselves_break_down_the_batch_ends_and_says_why(
    pretended, options, fault
):
    pretended.does = dict.fromkeys(EVERYONE[2:], fault)
    with pytest.raises(type(fault), match=str(fault)):
        run(options, nothing)
    rows = {row.id: row for row in read_table(options.out).rows}
    assert {rows[name].status for name in EVERYONE[2:]} == {"not graded"}
    assert all("the batch failed" in rows[name].note for name in EVERYONE[2:])
    pretended.does = {}
    assert run(options, nothing).is_complete


def test_while_the_reference_is_graded_the_reason_is_shown(pretended, options):
    pretended.does = dict.fromkeys(EVERYONE, Lost("the grader died", None))
    pretended.does_in_the_self_test = Future()
    shown = []

    def tell(step):
        if step.paused:
            shown.append(step.paused)
            if not pretended.does_in_the_self_test.done():
                pretended.does_in_the_self_test.set_result(graded())

    run(options, tell)
    assert len(shown) == 1 and "the reference solution is being graded" in shown[0]


def test_an_interrupt_keeps_what_is_done_and_says_what_is_left(pretended, options):
    def interrupt(step):
        if step.done == 3:
            raise KeyboardInterrupt

    summary = run(options, interrupt)
    assert summary.stopped and not summary.is_complete
    assert 0 < len(summary.left) <= 5
    rows = {row.id: row for row in read_table(options.out).rows}
    assert sorted(rows) == EVERYONE
    for name, row in rows.items():
        was_left = name in summary.left
        assert (row.status == "not graded") is was_left
        assert ("the batch was stopped" in row.note) is was_left
    lines = list(csv.DictReader(grades(options.out).splitlines()))
    assert [line["id"] for line in lines] == EVERYONE
    assert {line["score"] for line in lines if line["id"] in summary.left} == {""}  # no grade
    asked(pretended)
    again = run(options, nothing)
    assert asked(pretended) == list(summary.left)
    assert again.is_complete and {row.note for row in again.rows} == {""}


def test_who_is_left_out_by_only_has_a_row_too(pretended, options):
    summary = run(dataclasses.replace(options, only=("s2",)), nothing)
    assert summary.is_complete and asked(pretended) == ["s2"]
    notes = {row.id: (row.status, row.note) for row in read_table(options.out).rows}
    assert sorted(notes) == EVERYONE and notes["s2"] == ("graded", "")
    del notes["s2"]
    assert set(notes.values()) == {("not graded", "not among those that --only names")}
    assert run(options, nothing).is_complete


def test_a_regrade_that_is_stopped_keeps_what_stands(pretended, options):
    run(options, nothing)
    before = grades(options.out)

    def interrupt(step):
        if step.done == 3:
            raise KeyboardInterrupt

    fresh = dataclasses.replace(options, fresh=True)
    pretended.does = dict.fromkeys(EVERYONE, graded(1.0))
    summary = run(fresh, interrupt)
    rows = {row.id: row for row in read_table(options.out).rows}
    assert {rows[name].score for name in summary.left} == {4.0}
    assert {rows[name].note for name in summary.left} == {""}
    assert grades(summary.earlier) == before


def test_only_grades_what_is_named_and_keeps_the_others_in_the_table(pretended, options):
    run(options, nothing)
    asked(pretended)
    pretended.about = dataclasses.replace(ABOUT, digest="second")
    summary = run(dataclasses.replace(options, only=("s2",)), nothing)
    assert asked(pretended) == ["s2"]
    notes = {row.id: row.note for row in summary.rows}
    assert notes.keys() == set(EVERYONE) and notes["s2"] == ""
    assert {notes[name] for name in EVERYONE if name != "s2"} == {
        "graded before the submission, the assignment or the program changed"
    }


def test_a_part_is_judged_again_only_in_what_was_graded_and_has_not_changed(pretended, options):
    pretended.does["s1"] = Lost("killed", None)
    run(options, nothing)
    asked(pretended)
    (options.folder / "s2.py").write_text("# another")
    run(dataclasses.replace(options, regrade=("1.1",)), nothing)
    whole = [name for name, more in pretended.asked if not more]
    assert whole == ["s1", "s2"]
    taken = next(more for name, more in pretended.asked if name == "s0")
    assert taken == {"again": ["1.1"], "earlier": {"parts": {}}, "seed": "s"}


def test_fresh_grades_everything_again(pretended, options):
    run(options, nothing)
    asked(pretended)
    run(dataclasses.replace(options, fresh=True), nothing)
    assert asked(pretended) == EVERYONE


def test_who_is_not_there_is_said(pretended, options):
    with pytest.raises(UsageError, match=r"no submission 's33'; did you mean 's3'\?"):
        run(dataclasses.replace(options, only=("s33",)), nothing)
    with pytest.raises(UsageError, match="contains no grades yet"):
        run(dataclasses.replace(options, regrade=("1.1",)), nothing)
    run(options, nothing)
    with pytest.raises(UsageError, match=r"no part 9\.9, only 1\.1"):
        run(dataclasses.replace(options, regrade=("9.9",)), nothing)


def grades(out):
    return (out / "grades.csv").read_text("utf-8-sig")


def test_a_folder_knows_its_assignment(pretended, options):
    run(options, nothing)
    before = grades(options.out)
    other = dataclasses.replace(options, assignment="toy2")
    pretended.about = dataclasses.replace(ABOUT, name="toy2")
    asked(pretended)
    with pytest.raises(UsageError, match="holds the grades of toy, not of toy2"):
        run(other, nothing)
    assert asked(pretended) == [] and grades(options.out) == before
    pretended.does = dict.fromkeys(EVERYONE, graded(1.0))
    assert len(run(dataclasses.replace(other, fresh=True), nothing).rows) == 8
    (kept,) = (options.out / "earlier").iterdir()
    assert grades(kept) == before != grades(options.out)
    assert read_table(kept).about.name == "toy"


def test_a_folder_knows_its_class(pretended, options, tmp_path):
    run(options, nothing)
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "somebody.py").write_text("")
    others = dataclasses.replace(options, folder=tmp_path / "others")
    with pytest.raises(UsageError, match="grades of another class"):
        run(others, nothing)
    with pytest.raises(UsageError, match="grades of another class"):  # nor to be accepted later
        run(dataclasses.replace(others, regrade=("all",), fresh=True), nothing)
    assert not (options.out / "regrade").exists() and not (options.out / "earlier").exists()


def test_people_that_become_known_later_are_named_without_grading_again(pretended, options):
    run(options, nothing)
    asked(pretended)
    roster = "identifier,github_username,github_id,name\nann@x.org,s3,1,Ann\nbo@x.org,s4,2,Bo\n"
    (options.folder / "classroom_roster.csv").write_text(roster)
    written = []
    for _ in range(2):
        assert run(options, nothing).is_complete and asked(pretended) == []
        written.append([(path, path.stat().st_ino) for path in options.out.glob("*/row.json")])
        rows = {row.id: row for row in read_table(options.out).rows}
        assert sorted(rows) == EVERYONE
        assert rows["s3"].people == (Person(name="Ann", email="ann@x.org"),)
    assert written[0] == written[1]  # what is as it was is not written again
    line, _ = (one for one in csv.DictReader(grades(options.out).splitlines()) if one["name"])
    assert (line["id"], line["email"], line["score"]) == ("s3", "ann@x.org", "4")


def test_a_doubt_about_an_owner_goes_from_the_note_once_the_names_settle_it(pretended, options):
    people = ["identifier,github_username", "lee@x.org,lee"]
    (options.folder / "classroom_roster.csv").write_text("\n".join(people))
    (options.folder / "hw-lee.py").write_text("")
    pretended.does["hw-lee"] = {**graded(), "row": {**graded()["row"], "note": "as handed out"}}

    def note():
        return {row.id: row.note for row in run(options, nothing).rows}["hw-lee"]

    doubt = "matched to 'lee' in classroom_roster.csv only by the end of its name"
    assert note() == note() == f"as handed out; {doubt}"
    (options.folder / "hw-ann.py").write_text("")
    (options.folder / "classroom_roster.csv").write_text("\n".join([*people, "ann@x.org,ann"]))
    asked(pretended)
    assert note() == note() == "as handed out"
    assert asked(pretended) == ["hw-ann"]


def test_a_run_that_could_not_begin_leaves_no_folder(options, monkeypatch):
    def unknown(_options):
        raise UsageError("there is no assignment toy")

    monkeypatch.setattr(module, "graders", unknown)
    with pytest.raises(UsageError, match="no assignment toy"):
        run(options, nothing)
    assert not options.out.exists()
    options.out.mkdir()
    with pytest.raises(UsageError):
        run(options, nothing)
    assert options.out.exists()  # it was the user's


def test_a_student_who_is_no_longer_there_keeps_a_row(pretended, options):
    run(options, nothing)
    (options.folder / "s5.py").unlink()
    summary = run(options, nothing)
    assert summary.gone == ("s5",) and len(summary.rows) == 8
    assert {row.id: row.note for row in summary.rows}["s5"].startswith(
        "no longer in the submissions folder"
    )
    assert run(options, nothing).gone == ("s5",)


def test_what_is_replaced_is_kept(pretended, options):
    run(options, nothing)
    before = grades(options.out)
    pretended.does["s1"] = graded(1.0)
    (options.folder / "s1.py").write_text("# another")
    summary = run(options, nothing)
    assert grades(summary.earlier) == before != grades(options.out)
    assert json.loads((summary.earlier / "s1" / "results.json").read_text())["score"] == 4.0
    assert len(read_table(summary.earlier).rows) == 8
    assert run(options, nothing).earlier is None  # nothing was replaced


def test_a_resubmission_loses_no_earlier_grading_where_links_are_unknown(
    pretended, options, monkeypatch
):
    def refuse(*_arguments):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr("os.link", refuse)
    test_what_is_replaced_is_kept(pretended, options)


def test_a_regrade_changes_nothing_until_it_is_accepted(pretended, options):
    run(options, nothing)
    before = grades(options.out)
    pretended.about = dataclasses.replace(ABOUT, digest="mended")
    pretended.does = {"s1": graded(1.0), "s2": graded(5.0), "s3": Lost("killed", None)}
    summary = run(dataclasses.replace(options, regrade=("all",)), nothing)
    assert grades(options.out) == before
    assert {row.id: row.score for row in summary.rows}["s1"] == 1.0
    taken = accept(options.out, never_lower=True)
    assert (taken.kept, taken.failed, taken.changed) == (("s1",), ("s3",), ())
    assert taken.taken == ("s0", "s2", "s4", "s5", "s6", "s7")
    rows = {row.id: row for row in read_table(options.out).rows}
    assert {rows[name].score for name in ("s0", "s1", "s3")} == {4.0} and rows["s2"].score == 5.0
    assert "keeps 4 points" in rows["s1"].note and "gives 1" in rows["s1"].note
    assert grades(taken.earlier) == before
    assert not (options.out / "regrade").exists()
    # What was accepted holds: the next run grades only what fell to a fault of ours.
    asked(pretended)
    run(options, nothing)
    assert asked(pretended) == ["s3"]
    assert {row.id: row.score for row in read_table(options.out).rows}["s1"] == 4.0


def test_a_regrade_that_lowers_is_taken_over_unless_that_is_forbidden(pretended, options):
    run(options, nothing)
    pretended.does["s1"] = graded(1.0)
    run(dataclasses.replace(options, regrade=("1.1",)), nothing)
    assert accept(options.out).kept == ()
    assert {row.id: row.score for row in read_table(options.out).rows}["s1"] == 1.0


def test_a_regrade_is_taken_over_for_the_assignment_that_it_is_of(pretended, options):
    run(options, nothing)
    run(dataclasses.replace(options, regrade=("all",)), nothing)
    before = grades(options.out)
    for other in ("toy2", "course/toy2.toml"):
        with pytest.raises(UsageError, match="holds the grades of toy, not of toy2"):
            accept(options.out, assignment=other)
    assert grades(options.out) == before and (options.out / "regrade").exists()
    assert len(accept(options.out, assignment="course/toy.toml").taken) == 8


def test_an_export_next_to_single_submissions_is_said_at_the_end(pretended, options, capsys):
    for section in ("section A", "section B"):
        for name in ("lovelaceada_11_901_hw.ipynb", "noetheremmy_12_903_hw.ipynb"):
            (options.folder / section).mkdir(exist_ok=True)
            (options.folder / section / name).write_text("{}")
    summary = run(options, nothing)
    assert {row.status for row in summary.rows} == {"graded"} and not summary.is_complete
    report(summary, options.out, 1.0, fresh=False)
    said = """\
2 folders were graded as one submission each, but look like whole exports:
  section-A, section-B
  If so, move them to another folder and grade that.
"""
    assert capsys.readouterr().out.count(said) == 1
    assert run(dataclasses.replace(options, only=("s1",)), nothing).is_complete


def test_a_regrade_that_was_stopped_goes_on_and_is_not_accepted_before(pretended, options):
    run(options, nothing)
    asked(pretended)
    wanted = dataclasses.replace(options, regrade=("1.1",))

    def interrupt(step):
        if step.done == 3:
            raise KeyboardInterrupt

    assert run(wanted, interrupt).stopped
    begun = asked(pretended)
    with pytest.raises(UsageError, match="not finished"):
        accept(options.out)
    assert not run(wanted, nothing).left
    assert 0 < len(asked(pretended)) < 8 and len(begun) < 8
    assert len(accept(options.out).taken) == 8


def test_a_regrade_is_not_taken_over_where_something_else_was_handed_in_since(pretended, options):
    run(options, nothing)
    run(dataclasses.replace(options, regrade=("1.1",)), nothing)
    (options.folder / "s1.py").write_text("# another")
    pretended.does["s1"] = graded(3.0)
    run(options, nothing)
    assert accept(options.out).changed == ("s1",)
    assert {row.id: row.score for row in read_table(options.out).rows}["s1"] == 3.0


def test_there_is_nothing_to_accept(pretended, options):
    run(options, nothing)
    with pytest.raises(UsageError, match="contains no regrade"):
        accept(options.out)


def test_whom_a_name_a_number_or_an_address_means():
    entries = [
        Entry("a-1", Path("a"), ("1",), (Person("1", "Zoë Ünal", "zoe@example.edu"),)),
        Entry("b", Path("b"), ("2",), (Person("2", "李雷", "li@example.edu"), Person("3", "Lee"))),
        Entry("c", Path("c"), ("4",), (Person("4", "Lee", "lee@example.edu"),)),
    ]
    for word in ("a-1", "A-1", "1", "Zoe\u0308  \u00fcnal", "ZOE@example.edu"):
        assert [entry.id for entry in choose(entries, [word])] == ["a-1"], word
    assert [entry.id for entry in choose(entries, ["李雷", "3", "4"])] == ["b", "c"]
    with pytest.raises(UsageError, match="name of several submissions; name one of b, c"):
        choose(entries, ["Lee"])
    assert choose(entries, []) == entries


def test_the_time_left_counts_workers_that_are_stuck():
    assert seconds_left(8, [0.0, 0.0], 2, 3.0, 300.0) == pytest.approx(15.0)
    # One of two workers is busy until the limit: the other does all the rest.
    assert seconds_left(8, [100.0, 0.0], 2, 3.0, 300.0) == pytest.approx(200.0)
    assert seconds_left(90, [100.0, 0.0], 2, 3.0, 300.0) == pytest.approx(237.0)  # 79 mean, shared
    assert seconds_left(0, [290.0], 4, 3.0, 300.0) == pytest.approx(10.0)
    assert stuck(46.0, 15.0) and not stuck(14.0, 1.0) and not stuck(44.0, 15.0)


def test_a_batch_says_which_submission_is_stuck(pretended, options, monkeypatch):
    clock = iter(float(number) * 20 for number in range(10_000))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(module, "_TICK_SECONDS", 0.01)
    busy = Future()
    busy.set_running_or_notify_cancel()
    pretended.does["s0"] = busy
    steps = []

    def tell(step):
        steps.append(step)
        if step.stuck and not busy.done():
            busy.set_result(graded())

    run(options, tell)
    assert {name for step in steps for name, _ in step.stuck} == {"s0"}


def full(monkeypatch, times, only=""):
    """Make the disk full for so many writes."""
    real, left = supervisor.atomic_write, [times]

    @contextmanager
    def atomic_write(path):
        if left[0] and only in path.name:
            left[0] -= 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with real(path) as temporary:
            yield temporary

    monkeypatch.setattr(supervisor, "atomic_write", atomic_write)
    monkeypatch.setattr(disk_space, "_AGAIN_SECONDS", 0.0)


def test_a_full_disk_is_waited_for(pretended, options, monkeypatch):
    full(monkeypatch, 7)
    paused = []
    summary = run(options, lambda step: paused.append(step.paused))
    assert summary.is_complete and len(summary.rows) == 8
    assert "is full; grading continues" in "".join(paused) and paused[-1] == ""


def test_a_batch_that_is_stopped_while_the_disk_is_full_writes_what_it_can(
    pretended, options, monkeypatch
):
    def stop(step):
        if step.done == 3:
            full(monkeypatch, -1, only="batch.json")
        if step.paused:
            raise KeyboardInterrupt

    summary = run(options, stop)
    assert summary.stopped and [error.filename for error in summary.unwritten] == ["batch.json"]
    assert len(grades(options.out).splitlines()) == 1 + len(summary.rows)


def test_what_fell_to_a_full_temporary_folder_is_graded_again(pretended, options, monkeypatch):
    answers = [Lost("No space left on device", None), graded()]
    enough = iter([False, False, True])
    monkeypatch.setattr(disk_space, "_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(module, "enough_for_worker", lambda _mb: len(answers) == 2)
    monkeypatch.setattr(disk_space, "enough_for_worker", lambda *_mb: next(enough, True))
    real = pretended.submit

    def submit(entry, more):
        if entry.id == "s3" and answers:
            pretended.does["s3"] = answers.pop(0)
        return real(entry, more)

    pretended.submit = submit
    monkeypatch.setattr(module, "enough_for_worker", lambda _mb: not answers)
    assert run(options, nothing).is_complete
    assert asked(pretended).count("s3") == 2


def test_a_warm_process_has_the_pipeline_and_nothing_from_which_no_zygote_may_be_forked():
    code = (
        "import sys\n"
        "import autograder.staff.batch.work\n"
        "from autograder.sandbox import zygote\n"
        "print('autograder.grading.pipeline' in sys.modules, {*zygote._SECRETS} & {*sys.modules})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert ran.stdout == "True set()\n"
