"""Reports as a terminal shows them."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.cli import tables
from autograder.model import (
    Assignment,
    Case,
    CaseResult,
    Limits,
    Outcome,
    Part,
    PartResult,
    Permits,
    Question,
    Report,
)
from autograder.verdicts import VERDICTS


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


def report(*verdicts: CaseResult | Outcome, **fields) -> Report:
    """A report of one part whose cases came out so."""
    cases = tuple(
        Case("toy", "f", f"case {number}", False, 1.0, ("f",), lambda _: None)
        for number in range(len(verdicts))
    )
    part = Part("1.1", "f", "The [b]part[/b]", 4.0, 0.0, cases)
    question = Question("toy", 1, "Toy", Path("toy"), (part,), ("f",))
    assignment = Assignment(
        "toy", "The [i]title[/i]", (question,), Limits(), Permits(), Path("toy.toml"), "d"
    )
    results = tuple(
        CaseResult(case, verdict, public=f"it is {verdict}") for case, verdict in
        zip(cases, verdicts, strict=True)
    )  # fmt: skip
    return Report(assignment, (PartResult(part, results),), **fields)


def shown(capsys, *given) -> str:
    tables.show(*given)
    return capsys.readouterr().out


def checked(capsys, *given, **options) -> str:
    tables.show_check(*given, **options)
    return capsys.readouterr().out


def test_one_line_a_part(capsys):
    verdicts = [Outcome.PASSED, Outcome.WRONG, Outcome.WRONG, Outcome.TIMED_OUT]
    printed = shown(capsys, report(*verdicts, seconds=12.34))
    line = next(line for line in printed.splitlines() if "1.1" in line)
    assert "1 / 4" in line and "1/4" in line
    assert "✗ 2 wrong, ∞ 1 timed out" in line
    assert printed.rstrip().endswith("1 of 4 points in 12.3 s")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_of_all_cases_is_named_with_its_sign(capsys, outcome):
    kind = VERDICTS[outcome]
    assert f"{kind.sign} {kind.word}" in shown(capsys, report(outcome, outcome))


def test_a_terminal_without_such_letters_gets_ascii(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    tables.show(report(Outcome.PASSED, Outcome.WRONG))
    stream.seek(0)
    assert "x 1 wrong" in stream.read()


@pytest.mark.parametrize("wanted", [True, False])
def test_colours_only_where_they_are_wanted(capsys, monkeypatch, wanted):
    monkeypatch.setenv("FORCE_COLOR", "1")
    if not wanted:
        monkeypatch.setenv("NO_COLOR", "1")
    printed = shown(capsys, report(Outcome.WRONG))
    assert ("\x1b[31m" in printed) is wanted
    assert "wrong" in printed


def test_no_escapes_where_nobody_looks(capsys):
    assert "\x1b" not in checked(capsys, report(Outcome.WRONG))


def test_what_is_not_filled_in_is_listed_and_not_explained(capsys):
    one = report(Outcome.MISSING, Outcome.WRONG)
    (part,) = one.parts
    stub = replace(part.cases[0], unfilled=True, public="`f` is not filled in yet")
    whole = replace(one, parts=(replace(part, cases=(stub, part.cases[1])),))
    printed = checked(capsys, whole)
    assert "○ 1 not filled in, ✗ 1 wrong" in printed
    assert "○ not filled in yet: 1.1\n" in printed
    assert "`f` is not" not in printed


def test_where_results_were_written(capsys):
    assert (
        shown(capsys, report(), Path("out/[x].json")).rstrip().endswith("written to out/[x].json")
    )


def test_explanations_below_where_they_are_asked_for(capsys):
    verdicts = [Outcome.PASSED, Outcome.WRONG, Outcome.RAISED, Outcome.WRONG]
    assert "it is wrong" not in shown(capsys, report(*verdicts))
    printed = checked(capsys, report(*verdicts))
    assert printed.count("it is wrong") == 1  # said once of both cases
    assert "✗ wrong 1.1 case 1; case 3" in printed
    assert "! raised 1.1 case 2" in printed
    assert "it is raised" in printed and "it is passed" not in printed


def test_details_are_preferred(capsys):
    one = report(Outcome.WRONG)
    (part,) = one.parts
    explained = CaseResult(part.cases[0].case, Outcome.WRONG, "in short", "at length")
    whole = Report(one.assignment, (PartResult(part.part, (explained,)),))
    printed = checked(capsys, whole)
    assert "at length" in printed and "in short" not in printed


def test_words_of_students_and_authors_are_no_markup(capsys):
    printed = checked(
        capsys,
        report(Outcome.WRONG, notices=("[link=x]cell 1[/link]",)),
        caveat="[b]no cage[/b]",
    )
    for words in (
        "[b]no cage[/b]",
        "• [link=x]cell 1[/link]",
        "The [b]part[/b]",
        "The [i]title[/i]",
    ):
        assert words in printed


def test_a_refused_submission_prints_its_reason_and_no_table(capsys):
    notices = ("[link=x]other.py[/link] was not run.",)
    printed = checked(
        capsys, report(Outcome.SKIPPED, refused="[red]a.ipynb[/]: [oops", notices=notices)
    )
    assert printed == f"Nothing could be graded. [red]a.ipynb[/]: [oops\n• {notices[0]}\n"


def with_parts(one: Report, *parts: Part) -> Report:
    """A report with further parts, which have no cases."""
    return replace(one, parts=(*one.parts, *(PartResult(part, ()) for part in parts)))


class TestCheck:
    """A check counts cases: points depend on hidden cases too, which are not there."""

    def test_cases_are_counted_and_points_are_not(self, capsys):
        verdicts = [Outcome.PASSED, Outcome.WRONG, Outcome.PASSED]
        printed = checked(capsys, report(*verdicts, seconds=12.34))
        assert "2/3" in next(line for line in printed.splitlines() if "1.1" in line)
        assert "2 of 3 public cases passed in 12.3 s. Points are given when you hand in" in printed
        assert " of 4" not in printed and "/ 4" not in printed

    def test_parts_that_cannot_be_checked_are_listed_with_why(self, capsys):
        hidden = Part("1.2", "g", "Only hidden", 2.0, 0.0, ())
        written = Part("1.3", "h", "Only written", 0.0, 2.0, ())
        printed = checked(capsys, with_parts(report(Outcome.PASSED), hidden, written)).splitlines()
        assert "hidden cases only" in next(line for line in printed if "1.2" in line)
        assert "written answer" in next(line for line in printed if "1.3" in line)
        assert any("1 of 1 public case passed" in line for line in printed)

    def test_only_the_parts_that_are_wanted(self, capsys):
        hidden = Part("1.2", "g", "Only hidden", 2.0, 0.0, ())
        printed = checked(capsys, with_parts(report(Outcome.WRONG), hidden), ["1.2"])
        assert "1.1" not in printed and "wrong" not in printed
        assert "hidden cases only" in printed and "0 of 0 public cases" in printed

    @pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.WRONG])
    def test_a_part_whose_cases_look_at_the_form_only(self, capsys, outcome):
        one = report(outcome)
        (part,) = one.parts
        case = replace(part.cases[0], case=replace(part.cases[0].case, weight=0.0))
        printed = checked(capsys, replace(one, parts=(replace(part, cases=(case,)),)))
        right = "1.1: the form is right; the answer is judged when you hand in." in printed
        assert right is (outcome is Outcome.PASSED)
        assert ("✓ form is right" in printed) is right


class TestProgress:
    def test_nothing_where_nobody_looks(self, capsys):
        with tables.progress("Grading") as step:
            step("a case", 1, 2)
        assert capsys.readouterr() == ("", "")

    def test_on_a_terminal_without_a_thread(self, monkeypatch, capsys):
        """The zygote is forked while it is shown, which a thread would not survive."""
        console = tables.Console
        monkeypatch.setattr(
            tables, "Console", lambda **given: console(force_terminal=True, **given)
        )
        before = threading.active_count()
        with tables.progress("Grading") as step:
            step("1.1 [a case]", 1, 2)
            assert threading.active_count() == before
        assert "1.1 [a case]" in capsys.readouterr().err
