"""A Report as `results.json`: what each reader may see, in the entries that Gradescope shows.

The student sees the public entries, the hidden cases' entries once their visibility allows it and
as far as their level of feedback goes, and the text above them. What is for staff alone stands in
``extra_data``, which Gradescope keeps and does not show.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder import supervisor
from autograder.gradescope import derivations
from autograder.gradescope.hidden import NOT_JUDGED, cases_of, count, hidden
from autograder.gradescope.markdown import LIMIT, cut, document, passage, plain, prose
from autograder.model import (
    CaseResult,
    Feedback,
    Outcome,
    Part,
    PartResult,
    Report,
    Visibility,
)
from autograder.model.wording import plural
from autograder.verdicts import failures, names_of

SCHEMA = 1

_DIGITS = 5
_STANDING_DIGITS = 5
_OUTPUT = 8 << 10
_TRACE = 4 << 10
_FORM = "The form of the answer is right. The answer itself is judged by the hidden cases."
_NOT_REACHED = "not reached"


def results(report: Report) -> dict[str, Any]:
    """What Gradescope reads.

    Args:
        report: of a grading that ended, or of one that is under way.

    Returns:
        A JSON object: finite numbers, printable text, every text of bounded length.
    """
    parts = _all_parts(report)
    tests = [entry for result in parts for entry in _entries(report, result)]
    judged = [
        earned
        for result in parts
        for hidden in (False, True)
        if (earned := _earned(result, hidden=hidden)) is not None
    ]
    judged += [result.derived for result in parts if not derivations.has_grader_error(result)]
    unjudged = any(
        _is_unjudged(result, hidden=hidden) for result in parts for hidden in (False, True)
    )
    unjudged = unjudged or any(
        result.part.earns_by_derivation and derivations.has_grader_error(result) for result in parts
    )
    if unjudged or not report.finished:
        tests.append(supervisor.withheld())
    whole = {
        "score": round(math.fsum(judged), _DIGITS),
        "execution_time": _seconds(report.seconds),
        "output": document(_heading(report, parts, unjudged=unjudged)),
        "output_format": "md",
        "visibility": str(Visibility.VISIBLE),
        "stdout_visibility": str(Visibility.HIDDEN),
        "tests": tests,
        **_standing(report),
        "extra_data": _for_staff(report, parts),
    }
    return {key: _data(value) for key, value in whole.items()}


def _standing(report: Report) -> dict[str, Any]:
    """The entry of Gradescope's leaderboard, for those who are on it."""
    board = report.assignment.leaderboard
    if board is None or report.standing is None:
        return {}
    order = "asc" if board.ascending else "desc"
    value = float(f"{report.standing:.{_STANDING_DIGITS}g}")
    return {"leaderboard": [{"name": board.name, "value": value, "order": order}]}


def _all_parts(report: Report) -> tuple[PartResult, ...]:
    """A result for every part of the assignment: what the report lacks was not reached."""
    known = {result.part.number: result for result in report.parts}
    return tuple(
        known.get(part.number)
        or PartResult(
            part, tuple(CaseResult(case, Outcome.SKIPPED, _NOT_REACHED) for case in part.cases)
        )
        for part in report.assignment.parts
    )


def _entries(report: Report, result: PartResult) -> Iterator[dict[str, Any]]:
    part = result.part
    title = part.title + (" (bonus)" if part.bonus else "")  # Gradescope puts the number before it
    if part.public:
        yield _entry(part, title, Visibility.VISIBLE) | {
            **_verdict(result, hidden=False),
            "output": document(_public(report, result)),
        }
    if derivations.has_entry(result, refused=report.refused):
        yield _entry(part, f"{title} (line by line)", Visibility.VISIBLE) | {
            **derivations.score(result, _DIGITS),
            "output": document(derivations.blocks(result, refused=report.refused)),
        }
    if part.hidden:
        yield _entry(part, f"{title} (hidden cases)", part.visibility) | {
            **_verdict(result, hidden=True),
            "output": document(hidden(report, part.feedback, result)),
        }
    if part.hidden and part.feedback_after is not Feedback.NONE:
        # Without a score: Gradescope adds up what it is given, and this is the same cases again.
        name = f"{title} (hidden cases, after the due date)"
        yield _entry(part, name, Visibility.AFTER_DUE_DATE) | {
            "output": document(hidden(report, part.feedback_after, result)),
        }
    if part.written:
        worth = f"{part.written:g} {plural(part.written, 'point')}"
        yield _entry(part, "Written answer: graded by a person", Visibility.VISIBLE) | {
            "output": f"{worth}, given by a person."
        }
    elif not part.cases:
        yield _entry(part, title, Visibility.VISIBLE) | {"output": "No points are given here."}


def _entry(part: Part, name: str, visibility: Visibility) -> dict[str, Any]:
    return {
        "name": name,
        "number": part.number,
        "visibility": str(visibility),
        "output_format": "md",
    }


def _is_unjudged(result: PartResult, *, hidden: bool) -> bool:
    """Whether these cases of a part have no score through a fault of ours."""
    cases = cases_of(result, hidden=hidden)
    return any(case.outcome is Outcome.GRADER_ERROR for case in cases) or not math.isfinite(
        result.score(hidden=hidden) + result.part.points
    )


def _earned(result: PartResult, *, hidden: bool) -> float | None:
    return None if _is_unjudged(result, hidden=hidden) else result.score(hidden=hidden)


def _verdict(result: PartResult, *, hidden: bool) -> dict[str, Any]:
    """Score and status; neither where the fault is ours, which must not look like a zero."""
    earned = _earned(result, hidden=hidden)
    if earned is None:
        return {}
    part = result.part
    cases = part.hidden if hidden else part.public
    passed = all(case.passed for case in cases_of(result, hidden=hidden))
    status = {"status": "passed" if passed else "failed"}
    worth = round(part.worth(cases), _DIGITS)
    if not worth:
        return status  # cases of form earn nothing: "0 of 0 points" would say nothing
    return {"score": round(earned, _DIGITS), "max_score": worth, **status}


def _public(report: Report, result: PartResult) -> Iterator[str]:
    """The passed cases in one line, then every other one with its explanation."""
    cases = cases_of(result, hidden=False)
    if report.refused:
        yield passage(f"Nothing could be graded. {report.refused}")
        return
    passed = [case for case in cases if case.passed]
    names = "; ".join(case.case.name for case in passed)
    yield f"{count(cases, 'case')}{': ' if passed else ''}{prose(names)}."
    if any(case.case.form for case in passed):
        yield _FORM
    if not all(case.passed for case in cases):
        yield from (str(use) for use in result.uses if use.public)
    for kind, words, failed in failures(cases):
        yield f"**{prose(names_of(failed))}**: {kind.word}"
        if words != kind.word:
            yield passage(words)


def _heading(report: Report, parts: Sequence[PartResult], *, unjudged: bool) -> Iterator[str]:
    """The text above the entries; it is shown at once, so it tells nothing of hidden cases."""
    if not report.finished:
        yield "**This grading has not finished.** Cases that have not run yet have no result."
    if unjudged:
        yield NOT_JUDGED
    if report.handed_in:
        yield f"**Handed in:** {prose(report.handed_in)}"
    if report.refused:
        yield passage(f"Nothing could be graded. {report.refused}")
    else:
        yield from _skipped(parts)
    yield _time_used(report)
    yield from map(passage, report.notices)


def _skipped(parts: Sequence[PartResult]) -> Iterator[str]:
    numbers: dict[str, list[str]] = {}
    for result in parts:
        for case in cases_of(result, hidden=False):
            if case.outcome is Outcome.SKIPPED:
                numbers.setdefault(result.part.number, []).append(case.public)
    if numbers:
        reason = next(iter(numbers.values()))[0]
        yield f"**Skipped in {prose(', '.join(numbers))}:** {prose(reason)}"


def _time_used(report: Report) -> str:
    """In whole minutes: how long a call on a hidden input sleeps must not tell the input."""
    minutes = math.floor(_seconds(report.seconds) / 60) + 1
    limit = report.assignment.limits.total_seconds / 60
    return f"Time used: under {minutes} min (limit {limit:g} min)."


def _for_staff(report: Report, parts: Sequence[PartResult]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "assignment": report.assignment.name,
        "digest": report.assignment.digest,
        "seed": report.seed,
        "finished": report.finished,
        "isolation": report.isolation,
        "versions": report.versions,
        "staff": report.staff,
        "parts": [
            {
                "number": result.part.number,
                "seconds": _seconds(math.fsum(case.seconds for case in result.cases)),
                "cases": {case.case.key: str(case.outcome) for case in result.cases},
                "traces": {
                    case.case.key: cut(plain(case.staff), _TRACE)
                    for case in result.cases
                    if case.staff
                },
                "explanations": {
                    case.case.key: cut(plain(case.detail), _TRACE)
                    for case in result.cases
                    if case.calls or case.kept is not None  # kept where it was judged before
                },
                "diagnoses": _diagnoses(result),
                "values": {
                    case.case.key: case.kept for case in result.cases if case.kept is not None
                },
                **derivations.for_staff(result),
            }
            for result in parts
        ],
        "output": cut(plain(report.output), _OUTPUT),
    }


def _diagnoses(result: PartResult) -> dict[str, list[str]]:
    """By the key of a case, the misconceptions that explain it."""
    found: dict[str, list[str]] = {}
    for one in result.diagnoses:
        for key in one.cases:
            found.setdefault(key, []).append(one.name)
    return found


def _seconds(value: float) -> float:
    return round(value, 3) if math.isfinite(value) else 0.0


def _data(value: Any) -> Any:
    """The same as JSON can say it and a page can show it, wherever it came from."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {cut(plain(str(key)), LIMIT): _data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_data(item) for item in value]
    return cut(plain(str(value)), LIMIT)
