"""What a worker says of a notebook is a claim: one of another form costs that notebook alone."""

from __future__ import annotations

import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import Died, Raised, Value
from autograder.staff.batch.collect import Entry
from autograder.staff.export import reading, safe
from autograder.untrusted.written import answers
from tests.support import written

NUMBERS = [part.number for part in written.assignment().parts if part.written]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(1_000)


class Workers:
    """Workers that answer as told; the last answer is said again and again."""

    def __init__(self, *said):
        self.said = list(said)
        self.asked = []

    @contextmanager
    def session(self, **_how):
        yield self

    def ask(self, request, _seconds, _data=b""):
        self.asked.append(request)
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]


def told(html="<p>x</p>", **changed):
    piece = {"cell": 3, "where": "", "html": [html]}
    parts = {number: {"status": "untouched", "pieces": []} for number in NUMBERS}
    parts["2.1"] = {"status": "answered", "pieces": [piece]}
    return {"parts": parts, "other": [], "changed": [], "notes": []} | changed


def read(tmp_path, *said):
    (tmp_path / "hw.ipynb").write_bytes(written.content(written.template()))
    entry = Entry("ada", tmp_path / "hw.ipynb", ("ada",))
    return reading.read(entry, written.assignment(), written.given(), Workers(*said))


def test_what_it_says_is_shown(tmp_path):
    found = read(tmp_path, Value(told()))
    assert found.pieces["2.1"] == [reading.Piece("cell 3", "<p>x</p>")]
    assert (found.answered, found.unreadable) == (1, "")


MALFORMED = {
    "no dict": 1,
    "nothing of it": {},
    "parts are missing": told(parts={}),
    "parts are no dict": told(parts=[]),
    "an unknown status": told(parts={n: {"status": "<b>", "pieces": []} for n in NUMBERS}),
    "an answer without text": told(
        parts={n: {"status": "answered", "pieces": []} for n in NUMBERS}
    ),
    "text without an answer": told(
        parts={
            n: {"status": "missing", "pieces": told()["parts"]["2.1"]["pieces"]} for n in NUMBERS
        }
    ),
    "an infinite cell": told(other=[{"cell": float("inf"), "where": "", "html": ["x"]}]),
    "a place that is no text": told(other=[{"cell": 1, "where": np.zeros(3), "html": ["x"]}]),
    "text that is none": told(other=[{"cell": 1, "where": "", "html": [b"x"]}]),
    "pieces that are none": told(changed=["x"]),
    "notes that are none": told(notes=[None]),
    "another element": told("<script>alert(1)</script>"),
    "an element left open": told("<p>"),
}


@pytest.mark.parametrize("how", MALFORMED)
def test_another_form_is_refused_and_named(tmp_path, how):
    found = read(tmp_path, Value(MALFORMED[how]))
    assert found.unreadable.startswith("hw.ipynb: ")
    assert not any(found.pieces.values()) and not found.other


@pytest.mark.parametrize(
    "said",
    [
        Died("memory", "x"),
        Died("time", "x"),
        Died("killed", "it was killed"),
        Raised("KeyError", "x"),
    ],
)
def test_where_rendering_fails_the_text_is_shown_as_it_was_typed(tmp_path, said):
    found = read(tmp_path, said, Value(told("<pre>x</pre>")))
    assert found.pieces["2.1"][0].html == "<pre>x</pre>" and found.unreadable == ""
    assert any("shown as it was typed" in note for note in found.notes)
    assert read(tmp_path, said).unreadable.startswith("hw.ipynb: ")


def test_one_picture_a_million_times_fills_no_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_PICTURES_BYTES", 10_000)
    (tmp_path / "a.png").write_bytes(PNG)
    found = read(tmp_path, Value(told('<img file="a.png" alt="a">' * 50)))
    (piece,) = found.pieces["2.1"]
    assert piece.html.count("<img") == 10_000 // len(PNG)
    assert any("41 more" in note for note in found.notes)


def test_pictures_beside_a_course_systems_download_are_other_students(tmp_path):
    from autograder.staff.batch.rows import Person

    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "hw.ipynb").write_bytes(b"{}")
    loose = Entry("ada", tmp_path / "hw.ipynb", ("ada",))
    assert set(reading._sibling_files(loose)) == {"a.png"}
    downloaded = Entry("ada", Path(loose.path), ("1",), (Person("1", "Ada"),))
    assert reading._sibling_files(downloaded) == {}


@pytest.mark.parametrize("begin", [b"<!---->", b"<?xml>", b"<!-- --> ", b" ", b"<!DOCTYPE>"])
def test_no_file_takes_long_to_be_told_from_a_picture(begin):
    began = time.process_time()
    assert safe.kind_of(begin * 4_000) == ""
    assert time.process_time() - began < 1
    assert safe.kind_of(begin * 3 + b"<svg xmlns='x'/>") == "image/svg+xml"


def test_more_notebooks_than_one_submission_has_are_an_incomplete_document(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for number in range(7):
            archive.writestr(f"s{number}/hw.ipynb", written.content(written.template()))
    entry = Entry("class", tmp_path / "class.zip", ("class",))
    found = reading.read(entry, written.assignment(), written.given(), Workers(Value(told())))
    assert "first 5 of 7 notebooks" in found.unreadable and "unpack it" in found.unreadable
    assert [piece.where for piece in found.pieces["2.1"]] == [
        f"s{number}/hw.ipynb, cell 3" for number in range(5)
    ]


def test_of_too_many_cells_the_first_are_shown(tmp_path):
    path = tmp_path / "hw.ipynb"
    path.write_bytes(written.content([written.cell("markdown", "x")] * 2_000))
    said = answers.AnswerReader().answers(str(path), written.given(), [], False)
    assert len(said["other"]) == 500
    assert said["notes"] == ["of 2000 cells that belong together, only cells 1 to 500 are shown"]


@pytest.mark.parametrize("word", ["word ", "語語"])
def test_what_is_too_long_is_cut_and_named(tmp_path, monkeypatch, word):
    monkeypatch.setattr(answers, "_TEXT", 30_000)
    path = tmp_path / "hw.ipynb"
    long = written.cell("markdown", "begin " + word * 8_000, id="q2-p1-answer")
    path.write_bytes(written.content(written.answered(long)))
    said = answers.AnswerReader().answers(str(path), written.given(), [], False)
    (piece,) = said["parts"]["2.1"]["pieces"]
    assert f"begin {word}" in "".join(piece["html"]) and len("".join(piece["html"])) < 3_000
    assert said["parts"]["2.1"]["status"] == "answered"
    assert said["notes"] == [f"cell {piece['cell']} is too long: only its beginning is shown"]
