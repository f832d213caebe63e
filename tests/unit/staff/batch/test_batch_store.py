"""What a batch keeps: under which key, in which files, and that nothing of it is ever half there."""

from __future__ import annotations

import csv
import dataclasses
import json
import signal
import subprocess
import sys

import pyarrow.parquet
import pytest

from autograder.model import CaseResult, Diagnosis, Outcome, PartResult, Report, UsageError
from autograder.staff.batch.collect import Entry
from autograder.staff.batch.explaining import explained, known
from autograder.staff.batch.rows import About, PartAbout, Person, Row, RowStatus
from autograder.staff.batch.store import GRADES, Earlier, Store, bytes_of, key_of
from autograder.staff.batch.table import ClassTable, read_table
from tests.support import handed_in

ABOUT = About(
    name="toy",
    digest="d",
    harness="h",
    isolation="strict",
    points=4.0,
    parts=(PartAbout("1.1", points=2.0), PartAbout("1.2", points=2.0)),
)
ROW = Row(
    id="ann",
    file="ann.ipynb",
    users=("1", "2"),
    people=(
        Person("1", "=HYPERLINK(1)", "ann@example.edu", "A"),
        Person("2", "Bob", "bob@example.edu"),
    ),
    status=RowStatus.GRADED,
    score=3.3333,
    parts={"1.1": 2.0, "1.2": 1.3333},
    outcomes={"1.1": {"passed": 3}, "1.2": {"passed": 1, "wrong": 1}},
    seconds=1.25,
    peak_mb=200.0,
)


def keep(store, row=ROW, key="key", handed_in="bytes", results=None):
    store.keep(key, handed_in, row, results=results or {"score": 1}, explain={"a": 1})


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "out")
    yield store
    store.close()


@pytest.fixture
def submission(tmp_path):
    folder = tmp_path / "ann"
    (folder / "more").mkdir(parents=True)
    (folder / "hw.ipynb").write_text("{}")
    (folder / "more" / "a.py").write_text("x = 1\n")
    return Entry("ann", folder, ("1",))


def test_a_grading_holds_as_long_as_nothing_that_made_it_changes(submission, tmp_path):
    keys = {key_of(bytes_of(submission), ABOUT)}
    assert key_of(bytes_of(submission), ABOUT) in keys  # the same again
    for name in ("digest", "harness", "isolation"):
        other = dataclasses.replace(ABOUT, **{name: "other"})
        keys.add(key_of(bytes_of(submission), other))
    keys.add(key_of(bytes_of(dataclasses.replace(submission, users=("2",))), ABOUT))
    keys.add(key_of(bytes_of(dataclasses.replace(submission, users=("1", ""))), ABOUT))
    (submission.path / "more" / "a.py").write_text("x = 2\n")
    keys.add(key_of(bytes_of(submission), ABOUT))
    (submission.path / "more" / "a.py").rename(submission.path / "a.py")
    keys.add(key_of(bytes_of(submission), ABOUT))
    assert len(keys) == 8


def test_what_lies_in_a_file_is_not_taken_for_another_file(tmp_path):
    """One file that holds what two hold, names and all, is another submission."""
    for name, files in {"two": {"a": b"x", "b": b"y"}, "one": {"a": b"x\0b\0y"}}.items():
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / file).write_bytes(content)
    two, one = (Entry(name, tmp_path / name, ("1",)) for name in ("two", "one"))
    assert bytes_of(two) != bytes_of(one)


def test_links_are_no_part_of_what_is_handed_in(submission, tmp_path):
    before = bytes_of(submission)
    (submission.path / "link.py").symlink_to(tmp_path / "nowhere")
    (submission.path / "loop").symlink_to(submission.path)
    assert bytes_of(submission) == before


def test_residue_is_no_part_of_what_is_handed_in(submission):
    before = bytes_of(submission)
    (submission.path / ".git").mkdir()
    (submission.path / ".git" / "FETCH_HEAD").write_text("x")
    (submission.path / "more" / "._a.py").write_text("x")
    assert bytes_of(submission) == before


def test_what_is_kept_is_found_and_what_is_broken_is_not(store):
    assert store.earlier("ann") is None
    keep(store)
    assert store.earlier("ann") == Earlier("key", "bytes", ROW)
    assert store.results("ann") == {"score": 1}
    assert store.explained("ann") == {"a": 1}
    (store.folder / "ann" / "results.json").unlink()
    assert store.earlier("ann") is None
    (store.folder / "ann" / "results.json").write_text("{}")
    for text in ("", "[1]", '{"key": "key"}', '{"row": 1, "key": "", "bytes": ""}', "\0"):
        (store.folder / "ann" / "row.json").write_text(text)
        assert store.earlier("ann") is None


def test_the_tables_say_the_same_in_every_format(store):
    assert store.finish(ClassTable(ABOUT, (ROW,)), parquet=True) == []
    assert read_table(store.folder).rows == (ROW,)
    with (store.folder / "grades.csv").open(newline="", encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))
    assert [(line["id"], line["number"], line["email"]) for line in lines] == [
        ("ann", "1", "ann@example.edu"),
        ("ann", "2", "bob@example.edu"),
    ]
    assert {line["maximum"] for line in lines} == {"4"}
    assert {(line["score"], line["1.1"], line["1.2"]) for line in lines} == {("3.33", "2", "1.33")}
    assert lines[0]["1.2 outcomes"] == "1 passed, 1 wrong"
    assert lines[0]["name"] == "'=HYPERLINK(1)"  # no spreadsheet computes a student's name
    same = pyarrow.parquet.read_table(store.folder / "grades.parquet").to_pylist()
    assert same[0].keys() == lines[0].keys()
    assert (same[0]["score"], same[0]["1.1"], same[0]["name"]) == (3.33, 2.0, "=HYPERLINK(1)")
    assert {path.name for path in store.folder.iterdir()} == {
        *("batch.json", "grades.csv", "times.csv", "grades.parquet", ".lock"),
    }


def test_grades_do_not_change_with_the_time_that_a_run_takes(store):
    tables = (
        ClassTable(ABOUT, (ROW,), finished="yesterday"),
        ClassTable(ABOUT, (dataclasses.replace(ROW, seconds=9.0, peak_mb=1.0),), finished="today"),
    )
    texts = [store.finish(t, parquet=False) or (store.folder / GRADES).read_bytes() for t in tables]
    assert texts[0] == texts[1]
    assert (store.folder / "times.csv").read_text("utf-8-sig").splitlines()[1] == '"ann",9,1'


def test_rows_say_the_same_when_they_share_what_they_have_in_common():
    once = {}
    whole = [dataclasses.replace(ROW, id=name) for name in ("a", "b")]
    rows = [Row.of(json.loads(json.dumps(row.data())), once) for row in whole]
    assert rows == whole
    first, second = (row.outcomes for row in rows)
    assert all(first[number] is second[number] for number in ROW.outcomes)
    assert first["1.1"] is not first["1.2"]


def test_a_file_whose_name_is_no_text_stops_no_table(store):
    row = dataclasses.replace(ROW, file="caf\udce9.ipynb")
    assert store.finish(ClassTable(ABOUT, (row,)), parquet=True) == []
    assert "caf?.ipynb" in (store.folder / "grades.csv").read_text("utf-8")


def test_results_are_for_their_owner(store):
    assert store.folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written to"):
        Store(tmp_path / "file" / "out")


def report():
    """One part that passed, one that did not in every way, some that were not reached."""
    assignment = handed_in.small()
    first, second, *others = assignment.parts

    def of(part, outcome, **more):
        return tuple(CaseResult(case, outcome, seconds=0.5, **more) for case in part.cases)

    texts = {"public": "p", "detail": "d", "hint": "h", "diff": "f", "staff": "s"}
    diagnosis = Diagnosis("name", "sentence", ("f",), 2, 3, (second.cases[0].key,))
    return assignment, Report(
        assignment,
        (
            PartResult(first, of(first, Outcome.PASSED)),
            PartResult(
                second,
                of(second, Outcome.WRONG, **texts, kept={"fingerprint": "abc"}),
                (diagnosis,),
            ),
            *(PartResult(part, of(part, Outcome.SKIPPED, public="not reached")) for part in others),
        ),
    )


def test_verdicts_are_taken_over_as_they_were_written_down():
    assignment, whole = report()
    told = json.loads(json.dumps(explained(whole)))
    first, second = known(told, assignment.parts)
    assert (first, second) == whole.parts[:2]  # what was not reached is judged anew
    assert second.cases[0].kept == {"fingerprint": "abc"}


@pytest.mark.parametrize(
    "broken",
    [{}, {"parts": {}}, {"parts": {"1.1": {}}}, {"parts": []}, {"parts": {"1.1": {"cases": 3}}}],
)
def test_explanations_that_are_broken_are_not_taken_over(broken):
    assignment, _ = report()
    assert known(broken, assignment.parts) == ()


def test_a_part_that_has_other_cases_now_is_judged_anew():
    assignment, whole = report()
    told = explained(whole)
    part = assignment.parts[0]
    fewer = dataclasses.replace(part, cases=part.cases[1:])
    assert [one.part for one in known(told, [fewer, assignment.parts[1]])] == [assignment.parts[1]]


KILLED = """
import json, os, signal, sys
from pathlib import Path
from autograder.staff.batch.rows import About, Row
from autograder.staff.batch.table import ClassTable
from autograder.staff.batch.store import Store

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

store = Store(Path(sys.argv[1]))
json.dump = die
if sys.argv[2] == "table":
    store.finish(ClassTable(About("toy")), parquet=False)
else:
    store.keep("key", "bytes", Row("ann"), results={}, explain={})
"""


@pytest.mark.parametrize("what", ["table", "submission"])
def test_what_was_being_written_when_a_batch_was_killed_is_gone_after_the_next(tmp_path, what):
    out = tmp_path / "out"
    command = [sys.executable, "-c", KILLED, str(out), what]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert list(out.rglob(".*.json.*"))
    store = Store(out)
    keep(store)
    assert store.finish(ClassTable(ABOUT, (ROW,)), parquet=False) == []
    store.close()
    assert {path.name for path in out.rglob("*")} == {
        *("ann", "results.json", "explain.json", "row.json"),
        *("batch.json", "grades.csv", "times.csv", ".lock"),
    }
