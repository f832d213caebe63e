"""Gradescope's rules of visibility, as its documentation states them."""

from __future__ import annotations

import itertools
import json

import pytest

from autograder.gradescope.preview import Moment, Reader, read, view
from autograder.model import UsageError, Visibility

EVERYONE = ("visible",)
BY_DUE = ("visible", "after_due_date")
BY_PUBLISHED = ("visible", "after_due_date", "after_published")
STUDENT_SEES = {"now": EVERYONE, "after-due": BY_DUE, "after-published": BY_PUBLISHED}


def seen(results, reader="student", when="now"):
    return view(results, Reader(reader), Moment(when))


def one(**fields):
    return {"score": 1.0, "max_score": 2.0, "name": "a", **fields}


@pytest.mark.parametrize(
    ("when", "visibility"),
    list(itertools.product(STUDENT_SEES, [str(v) for v in Visibility])),
)
class TestOneEntry:
    def test_a_student(self, when, visibility):
        shown = seen({"tests": [one(visibility=visibility)]}, when=when)
        is_seen = visibility in STUDENT_SEES[when]
        assert [entry.name.text for entry in shown.entries] == ["a"] * is_seen
        assert shown.left_out == (not is_seen)

    def test_the_total_is_withheld_where_a_score_is_not_shown(self, when, visibility):
        tests = [one(), one(name="b", visibility=visibility)]
        shown = seen({"score": 2.0, "tests": tests}, when=when)
        is_seen = visibility in STUDENT_SEES[when]
        assert shown.total == (2.0 if is_seen else None)
        assert shown.withheld_by == (() if is_seen else ("2 b",))

    def test_not_where_what_is_not_shown_has_no_score(self, when, visibility):
        tests = [one(), {"name": "b", "visibility": visibility}]
        assert seen({"tests": tests}, when=when).total == 1.0

    def test_the_top_level_is_the_default(self, when, visibility):
        shown = seen({"visibility": visibility, "tests": [one()]}, when=when)
        assert len(shown.entries) == (visibility in STUDENT_SEES[when])

    @pytest.mark.parametrize("own", [str(v) for v in Visibility])
    def test_a_tests_own_overrides_it(self, when, visibility, own):
        shown = seen({"visibility": visibility, "tests": [one(visibility=own)]}, when=when)
        assert len(shown.entries) == (own in STUDENT_SEES[when])

    def test_what_was_printed(self, when, visibility):
        results = {"score": 1, "stdout_visibility": visibility}
        assert seen(results, when=when).printed is (visibility in STUDENT_SEES[when])
        assert seen(results, "staff", when).printed

    def test_staff_see_everything_at_any_time(self, when, visibility):
        results = {"tests": [one(visibility=visibility)], "extra_data": {"seed": "s"}}
        shown = seen(results, "staff", when)
        assert (len(shown.entries), shown.total, shown.extra) == (1, 1.0, {"seed": "s"})
        assert seen(results, when=when).extra is None


def test_what_was_printed_is_for_staff_unless_somebody_says_so():
    assert not seen({"score": 1}).printed


class TestNumbers:
    def test_the_total_is_the_top_levels_or_the_sum(self):
        assert seen({"score": 5, "tests": [one()]}).total == 5
        assert seen({"tests": [one(), one(score=0.5), {"name": "no score"}]}).total == 1.5
        assert seen({"tests": [one(), one()]}).possible == 4

    @pytest.mark.parametrize(
        ("fields", "passed"),
        [
            ({"score": 2.0}, True),
            ({"score": 1.0}, False),
            ({"score": 0.0, "status": "passed"}, True),
            ({"score": 2.0, "status": "failed"}, False),
            ({"score": None}, None),
            ({"score": None, "status": "failed"}, False),
        ],
    )
    def test_the_mark_is_the_status_or_follows_from_the_score(self, fields, passed):
        (entry,) = seen({"tests": [one(**fields)]}).entries
        assert entry.passed is passed

    def test_entries_are_numbered_where_they_have_no_number(self):
        entries = seen({"tests": [one(), one(number="7.b"), one()]}).entries
        assert [entry.number for entry in entries] == ["1", "7.b", "3"]

    def test_formats_go_down_to_entries_that_have_none(self):
        results = {
            "output_format": "md",
            "test_output_format": "html",
            "test_name_format": "md",
            "tests": [one(), one(output_format="ansi", name_format="text")],
        }
        shown = seen(results)
        assert shown.output.format == "md"
        assert [entry.output.format for entry in shown.entries] == ["html", "ansi"]
        assert [entry.name.format for entry in shown.entries] == ["md", "text"]

    def test_a_leaderboard(self):
        rows = [{"name": "Likelihood", "value": -1.25}, {"name": "Time", "value": "4 s"}]
        found = seen({"score": 1, "leaderboard": rows})
        assert found.leaderboard == (("Likelihood", "-1.25"), ("Time", "4 s"))


class TestBadFiles:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "not JSON that Gradescope would take"),
            ('{"score": NaN}', "NaN is not a JSON number"),
            ("[1]", "not hold a JSON object"),
            ('{"output": "x"}', "neither 'score' nor 'tests'"),
        ],
    )
    def test_as_a_whole(self, tmp_path, text, says):
        path = tmp_path / "results.json"
        path.write_text(text)
        with pytest.raises(UsageError, match=says):
            read(path)

    def test_none(self, tmp_path):
        with pytest.raises(UsageError, match=r"gone\.json cannot be read"):
            read(tmp_path / "gone.json")

    @pytest.mark.parametrize(
        ("results", "says"),
        [
            ({"tests": {}}, "tests must be an array"),
            ({"tests": [1]}, r"tests\[0\] must be an object"),
            ({"tests": [{}, {"visibility": "visble"}]}, r"tests\[1\]\.visibility must be one of"),
            ({"tests": [{"score": "1"}]}, r"tests\[0\]\.score must be a number, not '1'"),
            ({"tests": [{"score": True}]}, r"tests\[0\]\.score must be a number"),
            ({"tests": [{"status": "ok"}]}, r"tests\[0\]\.status must be one of passed, failed"),
            ({"score": 1, "output": []}, "output must be text"),
            ({"score": 1, "output_format": "markdown"}, "output_format must be one of text, html"),
            ({"score": 1, "leaderboard": ["a"]}, r"leaderboard\[0\] must be an object"),
        ],
    )
    def test_a_field_is_named(self, tmp_path, results, says):
        path = tmp_path / "results.json"
        path.write_text(json.dumps(results))
        with pytest.raises(UsageError, match=says):
            seen(read(path))
