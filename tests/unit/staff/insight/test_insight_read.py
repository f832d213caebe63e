"""Reading what a batch left: whole, in part, and broken."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autograder.model import Outcome, UsageError
from autograder.staff.batch.rows import Row, RowStatus
from autograder.staff.batch.table import read_table
from autograder.staff.insight import read
from autograder.staff.insight.model import State
from tests.support.insight_batches import BONUS, DIGEST, HIDDEN, ONES, SPREAD_ONES, One, left


def test_a_batch_as_it_is_written(tmp_path):
    wrong = One(
        "b",
        {ONES: Outcome.WRONG, SPREAD_ONES: Outcome.RAISED},
        {ONES: ["transposed"]},
        {ONES: "f00"},
        names=("Ada",),
    )
    whole = read(left(tmp_path, wrong, One("a")))
    assert (whole.assignment, whole.title, whole.digest) == ("small", "Small", DIGEST)
    assert [part.number for part in whole.parts] == ["1.1", "1.2", "1.4"]  # 1.3 is written only
    assert whole.possible == 10  # without the bonus
    assert whole.cases[HIDDEN] == "1.1"
    assert whole.diagnosed
    assert whole.fingerprinted
    a, b = whole.submissions
    assert (a.id, a.score, a.state, a.peak) == ("a", 11, State.GRADED, 300)
    assert b.earned == {"1.1": 2, "1.2": 3, "1.3": 0, "1.4": 1}
    assert b.outcomes[SPREAD_ONES] is Outcome.RAISED
    assert b.diagnoses == {ONES: ("transposed",)}
    assert b.fingerprints == {ONES: "f00"}
    assert b.names == ("Ada",)


def test_our_own_error_is_no_zero(tmp_path):
    whole = read(left(tmp_path, One("a", {BONUS: Outcome.GRADER_ERROR}), One("b")))
    assert whole.submissions[0].state is State.GRADER_ERROR
    assert whole.submissions[0].earned["1.4"] is None
    assert [one.id for one in whole.judged] == ["b"]


def test_a_refusal_says_why(tmp_path):
    whole = read(left(tmp_path, One("a", refused="It is empty."), One("b")))
    assert (whole.submissions[0].state, whole.submissions[0].refused) == (
        State.REFUSED,
        "It is empty.",
    )


def test_who_was_not_reached_is_listed_with_the_reason(tmp_path):
    left(tmp_path, One("a"), One("b"))
    table = read_table(tmp_path)
    waiting = Row("c", "c.py", status=RowStatus.NOT_GRADED, note="the batch was stopped")
    (tmp_path / "batch.json").write_text(
        json.dumps(replace(table, rows=(*table.rows, waiting)).data())
    )
    whole = read(tmp_path)
    assert [one.id for one in whole.judged] == ["a", "b"] and not whole.broken
    assert (whole.submissions[2].state, whole.submissions[2].note) == (
        State.UNFINISHED,
        "the batch was stopped",
    )


BREAKAGES = {
    "there is no such file": lambda path: path.unlink(),
    "it is not JSON, or it was cut off": lambda path: path.write_text('{"tests": [', "utf-8"),
    "it is not a JSON object": lambda path: path.write_text("[1]", "utf-8"),
    "was not written by this program": lambda path: path.write_text("{}", "utf-8"),
}


@pytest.mark.parametrize("why", BREAKAGES)
def test_one_broken_file_is_listed_and_not_the_end(tmp_path, why):
    left(tmp_path, One("a"), One("b"))
    BREAKAGES[why](tmp_path / "a" / "results.json")
    whole = read(tmp_path)
    assert [one.id for one in whole.submissions] == ["b"]
    (broken,) = whole.broken
    assert broken.id == "a"
    assert why in broken.why
    assert str(tmp_path) not in broken.why


def test_where_all_are_broken_that_is_an_error(tmp_path):
    left(tmp_path, One("a"))
    (tmp_path / "a" / "results.json").unlink()
    with pytest.raises(UsageError, match="none of 1 submissions has results"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["../secret", "..", ".", "a/b"])
def test_an_id_is_no_way_out_of_the_folder(tmp_path, name):
    out = left(tmp_path / "out", One("a"))
    (tmp_path / "secret").mkdir()
    (out / "a" / "b").mkdir()
    results = (out / "a" / "results.json").read_text("utf-8")
    for folder in (tmp_path / "secret", tmp_path, out, out / "a" / "b"):
        (folder / "results.json").write_text(results, "utf-8")
    index = json.loads((out / "batch.json").read_text("utf-8"))
    index["submissions"].append({**index["submissions"][0], "id": name})
    (out / "batch.json").write_text(json.dumps(index), "utf-8")
    whole = read(out)
    assert len(whole.submissions) == 1
    assert whole.broken[0].why == "its id is not the name of a folder"


def test_what_is_no_batch_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        read(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"contains no batch\.json.*autograder batch"):
        read(tmp_path)
    (tmp_path / "batch.json").write_text("{", "utf-8")
    with pytest.raises(UsageError, match=r"batch\.json: it is not JSON"):
        read(tmp_path)
    (tmp_path / "batch.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="lists no parts"):
        read(tmp_path)


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], {"parts": 3}, {"a": {"b": []}}])
def test_what_is_not_as_expected_is_left_out(tmp_path, junk):
    left(tmp_path, One("a"), One("b"))
    path = tmp_path / "a" / "results.json"
    results = json.loads(path.read_text("utf-8"))
    for part in results["extra_data"]["parts"]:
        part |= {"diagnoses": junk, "values": junk, "number": junk}
        part["cases"][ONES] = junk
    path.write_text(json.dumps(results), "utf-8")
    index = json.loads((tmp_path / "batch.json").read_text("utf-8"))
    row = dict.fromkeys(index["submissions"][0], junk)
    index["submissions"][0] = row | {"id": "a"}
    (tmp_path / "batch.json").write_text(json.dumps(index), "utf-8")
    whole = read(tmp_path)
    assert [one.id for one in whole.submissions] == ["a", "b"]
    assert [one.id for one in whole.judged] == ["b"]
