"""Gradescope's rules: which entries of a `results.json` a reader sees, and whether the total.

Source: Gradescope's autograder documentation, "Output Format" and "Controlling test case
visibility". A test's visibility overrides the top level's; staff see everything; a student sees no
total as long as a test that has a score is not shown to them.
"""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model import UsageError, Visibility


class Reader(enum.StrEnum):
    """Who looks."""

    STUDENT = "student"
    STAFF = "staff"


class Moment(enum.StrEnum):
    """When they look: ``now`` is before the due date, as long as work can still be handed in."""

    NOW = "now"
    AFTER_DUE = "after-due"
    AFTER_PUBLISHED = "after-published"


_FORMATS = ("text", "html", "simple_format", "md", "ansi")
_SHOWN = {
    Moment.NOW: {Visibility.VISIBLE},
    Moment.AFTER_DUE: {Visibility.VISIBLE, Visibility.AFTER_DUE_DATE},
    Moment.AFTER_PUBLISHED: set(Visibility) - {Visibility.HIDDEN},
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the format that it is written in."""

    text: str
    format: str


@dataclass(frozen=True, slots=True)
class PreviewTest:
    """One test as a reader sees it.

    Attributes:
        number: its number.
        name: its title.
        score: points, or ``None`` where it has none.
        possible: points that it could have.
        passed: its mark; ``None`` for an entry that has neither a status nor a score.
        output: what it says.
        visibility: when students see it.
        tags: what instructors find it by.
        extra: what is kept with it.
    """

    number: str
    name: Text
    score: float | None
    possible: float | None
    passed: bool | None
    output: Text
    visibility: Visibility
    tags: tuple[str, ...]
    extra: Any


@dataclass(frozen=True, slots=True)
class View:
    """What one reader sees at one moment.

    Attributes:
        reader: who.
        moment: when.
        total: the score, or ``None`` where it is withheld.
        possible: the points of all tests, shown with it.
        withheld_by: the entries for which the total is withheld, by name.
        output: the text above the entries.
        entries: in their order.
        left_out: how many entries the reader does not see.
        printed: whether they see what the autograder printed.
        printed_for: when students see that.
        seconds: how long it took, or ``None``.
        leaderboard: rows of a name and a value.
        extra: what is kept for staff.
    """

    reader: Reader
    moment: Moment
    total: float | None
    possible: float
    withheld_by: tuple[str, ...]
    output: Text
    entries: tuple[PreviewTest, ...]
    left_out: int
    printed: bool
    printed_for: Visibility
    seconds: float | None
    leaderboard: tuple[tuple[str, str], ...]
    extra: Any


def read(path: Path) -> Mapping[str, Any]:
    """A results file.

    Args:
        path: the file.

    Raises:
        UsageError: it is not there, or not what Gradescope reads.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON that Gradescope would take: {error}") from error
    if not isinstance(found, dict):
        raise UsageError(f"{path} does not hold a JSON object, so it is not a results.json")
    if "score" not in found and "tests" not in found:
        raise UsageError(
            f"{path} has neither 'score' nor 'tests': Gradescope would say that the autograder failed"
        )
    return found


def view(results: Mapping[str, Any], reader: Reader, moment: Moment) -> View:
    """Apply the rules.

    Args:
        results: what `read` gives.
        reader: who looks.
        moment: when.

    Raises:
        UsageError: a field is not of the kind that Gradescope knows; names it.
    """
    top = _Fields(results, "")
    default = top.choice("visibility", Visibility, Visibility.VISIBLE)
    formats = (top.format("test_name_format", "text"), top.format("test_output_format", "text"))
    entries = [
        _entry(_Fields(test, f"tests[{number - 1}]."), number, default, *formats)
        for number, test in enumerate(top.items("tests"), start=1)
    ]
    everything = reader is Reader.STAFF
    shown = [entry for entry in entries if everything or entry.visibility in _SHOWN[moment]]
    scored = [entry for entry in entries if entry.score is not None]
    withheld_by = [f"{entry.number} {entry.name.text}" for entry in scored if entry not in shown]
    total = top.number("score")
    if total is None:
        total = math.fsum(entry.score for entry in scored if entry.score is not None)
    printed = top.choice("stdout_visibility", Visibility, Visibility.HIDDEN)
    return View(
        reader=reader,
        moment=moment,
        total=None if withheld_by else total,
        possible=math.fsum(entry.possible or 0.0 for entry in entries),
        withheld_by=tuple(withheld_by),
        output=Text(top.text("output"), top.format("output_format", "text")),
        entries=tuple(shown),
        left_out=len(entries) - len(shown),
        printed=everything or printed in _SHOWN[moment],
        printed_for=printed,
        seconds=top.number("execution_time"),
        leaderboard=tuple(
            _row(_Fields(row, f"leaderboard[{place}]."))
            for place, row in enumerate(top.items("leaderboard"))
        ),
        extra=results.get("extra_data") if everything else None,
    )


def _entry(
    fields: _Fields, number: int, default: Visibility, name_format: str, output_format: str
) -> PreviewTest:
    score, possible = fields.number("score"), fields.number("max_score")
    status = fields.choice("status", _Status, None)
    passed = None if score is None else possible is None or score >= possible
    return PreviewTest(
        number=fields.text("number") or str(number),
        name=Text(fields.text("name"), fields.format("name_format", name_format)),
        score=score,
        possible=possible,
        passed=passed if status is None else status is _Status.PASSED,
        output=Text(fields.text("output"), fields.format("output_format", output_format)),
        visibility=fields.choice("visibility", Visibility, default),
        tags=tuple(str(tag) for tag in fields.items("tags")),
        extra=fields.get("extra_data"),
    )


def _row(fields: _Fields) -> tuple[str, str]:
    value = fields.get("value")
    return fields.text("name"), f"{value:g}" if isinstance(value, int | float) else str(value)


class _Status(enum.StrEnum):
    PASSED = "passed"
    FAILED = "failed"


class _Fields:
    """A JSON object that names the field that is wrong."""

    def __init__(self, data: Any, place: str) -> None:
        if not isinstance(data, Mapping):
            raise UsageError(
                f"results.json: {place.rstrip('.')} must be an object, not {data!r:.60}"
            )
        self._data = data
        self._place = place

    def get(self, key: str) -> Any:
        return self._data.get(key)

    def text(self, key: str) -> str:
        value = self.get(key)
        if value is None:
            return ""
        if not isinstance(value, str | int | float):
            raise self._wrong(key, "must be text")
        return str(value)

    def number(self, key: str) -> float | None:
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "must be a number")
        return float(value)

    def items(self, key: str) -> list[Any]:
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(key, "must be an array")
        return value

    def format(self, key: str, default: str) -> str:
        value = self.get(key)
        if value is None:
            return default
        if value not in _FORMATS:
            raise self._wrong(key, f"must be one of {', '.join(_FORMATS)}")
        return str(value)

    def choice(self, key: str, kinds: type[Any], default: Any) -> Any:
        value = self.get(key)
        if value is None:
            return default
        known = [str(kind) for kind in kinds]
        if value not in known:
            raise self._wrong(key, f"must be one of {', '.join(known)}")
        return kinds(value)

    def _wrong(self, key: str, rule: str) -> UsageError:
        return UsageError(f"results.json: {self._place}{key} {rule}, not {self._data[key]!r:.60}")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
