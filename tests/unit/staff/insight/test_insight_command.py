"""`autograder insight`: what it writes, what it says, and what it says when it cannot."""

from __future__ import annotations

import pytest

from autograder import cli
from autograder.course.bank import load
from autograder.model import Outcome
from tests.support.insight_batches import ONES, One, left

MISCONCEPTIONS = """\
from autograder.testing import misconception

@misconception("Rows are not columns.", caught_by=("mean: two rows",))
def transposed():
    return {"column_mean": lambda x: x}
"""


@pytest.fixture
def out(tmp_path):
    wrong = One("a", {ONES: Outcome.WRONG}, {ONES: ["transposed"]}, names=("Ada",))
    return left(tmp_path / "out", wrong, One("b"), One("c", refused="It is empty."))


def test_it_writes_a_page_and_says_what_is_on_it(out, bank, monkeypatch, capsys):
    bank.write("columns/misconceptions.py", MISCONCEPTIONS)
    monkeypatch.chdir(bank.root)
    assert cli.main(["insight", str(out)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Small: 3 submissions, 2 graded. The median is 10 of 10 points")
    assert "Most often not understood (1 student): Rows are not columns." in said
    assert "1 was not graded" in said
    assert f"{out / 'insight.html'}: open it in a browser" in said
    page = (out / "insight.html").read_text("utf-8")
    assert "Rows are not columns." in page
    assert "Ada" in page


def test_names_can_be_left_out(out, bank, monkeypatch, tmp_path):
    monkeypatch.chdir(bank.root)
    page = tmp_path / "there" / "class.html"
    assert cli.main(["insight", str(out), "--no-names", "-o", str(page)]) == 0
    assert not (out / "insight.html").exists()
    assert "Ada" not in page.read_text("utf-8")


def test_a_changed_assignment_is_told(out, bank, monkeypatch):
    monkeypatch.chdir(bank.root)
    cli.main(["insight", str(out)])
    assert "The assignment has changed" in (out / "insight.html").read_text("utf-8")
    same = left(out / "same", One("a"), digest=load("small", bank.root).digest)
    cli.main(["insight", str(same)])
    assert "The assignment has changed" not in (same / "insight.html").read_text("utf-8")


def test_an_assignment_that_is_not_at_hand_costs_sentences_only(out, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["insight", str(out)]) == 0
    page = (out / "insight.html").read_text("utf-8")
    assert "small cannot be loaded" in page
    assert "transposed" in page


def test_an_assignment_that_is_named_must_be_there(out, bank, monkeypatch, capsys):
    monkeypatch.chdir(bank.root)
    assert cli.main(["insight", str(out), "-a", "smal"]) == cli.BAD_USAGE
    assert "smal" in capsys.readouterr().err


def test_no_batch_no_page(tmp_path, capsys):
    assert cli.main(["insight", str(tmp_path)]) == cli.BAD_USAGE
    assert "run" in capsys.readouterr().err.lower()
