"""What the template of the page is filled with: rows, cards, plots and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.model import Outcome
from autograder.staff.insight import figures, plots
from autograder.staff.insight.findings import Findings, PartFindings
from autograder.staff.insight.model import Class, GradedSubmission, State
from autograder.staff.insight.plots import counted
from autograder.staff.insight.statistics import FAR

SECTIONS = {
    "misconceptions": "Not understood",
    "parts": "Parts",
    "scores": "Scores",
    "clusters": "Same wrong values",
    "open": "Not graded",
    "cost": "Time and memory",
    "submissions": "All submissions",
}
"""What the page holds, in the order in which an instructor needs it."""

STRIPS = {
    "full": "all points of the part",
    "some": "some",
    "none": "none",
    "open": "not graded",
}

_MOST_GROUPS = 100
_STACK = 170
_WORTH = 5


def context(findings: Findings) -> dict[str, Any]:
    """Everything that the template needs in addition to the findings themselves."""
    whole = findings.graded_class
    return {
        "size": len(whole.submissions),
        "cards": list(_cards(findings)),
        "sections": SECTIONS,
        "kinds": plots.KINDS,
        "strips": STRIPS,
        "stacks": [_stack(part) for part in findings.parts],
        "parts_plot": figures.parts_plot(findings),
        "hardest": sorted(
            (part for part in findings.parts if part.difficulty is not None),
            key=lambda part: part.difficulty or 0.0,
        )[:_WORTH],
        "flat": [part for part in findings.parts if figures.is_flat(part)],
        "scores_plot": figures.scores_plot(findings),
        "cost_plot": figures.cost_plot(findings),
        "cost_words": " ".join(figures.cost_words(whole)),
        "open": list(_open(findings)),
        "rows": list(_rows(findings)),
        "stack_width": _STACK,
        "most": _MOST_GROUPS,
        "far": FAR,
    }


@dataclass(frozen=True, slots=True)
class _Card:
    what: str
    number: str
    more: str = ""


def _cards(findings: Findings) -> Iterator[_Card]:
    whole, scores = findings.graded_class, findings.scores
    judged = len(whole.judged)
    every = len(whole.submissions) + len(whole.broken)
    yield _Card(
        "Submissions", f"{every:,}", "all graded" if judged == every else f"{judged:,} graded"
    )
    if scores:
        share = f"{plots.percent(scores.median / whole.possible)}, " if whole.possible else ""
        yield _Card("Median", f"{scores.median:.4g}", f"{share}of {whole.possible:.5g} points")
        yield _Card(
            "Mean", f"{scores.mean:.4g}", f"middle half {scores.lower:.4g} to {scores.upper:.4g}"
        )
        yield _Card(
            "All points",
            f"{findings.full:,}",
            f"{plots.percent(findings.full / judged)} of those graded",
        )
    if findings.misunderstood:
        first = findings.misunderstood[0]
        yield _Card(
            "Misconceptions",
            f"{len(findings.misunderstood):,}",
            f"most common: {counted(len(first.holders), 'student')}",
        )
    refused = sum(one.state is State.REFUSED for one in whole.submissions)
    unfinished = sum(one.state is State.UNFINISHED for one in whole.submissions)
    if unfinished:
        yield _Card("Not finished", f"{unfinished:,}", "run the batch again")
    ours = sum(one.state is State.GRADER_ERROR for one in whole.submissions) + len(whole.broken)
    yield _Card(
        "Could not be graded", f"{refused:,}", "nothing readable in them" if refused else ""
    )
    yield _Card("Our own errors", f"{ours:,}", "never counted as zero" if ours else "")


@dataclass(frozen=True, slots=True)
class _Stack:
    shapes: tuple[plots.Shape, ...]
    words: str
    passed: float


def _stack(part: PartFindings) -> _Stack:
    shapes = tuple(plots.stack(part.outcomes, _STACK))
    total = sum(part.outcomes.values())
    passed = part.outcomes.get(Outcome.PASSED, 0) / total if total else 0.0
    return _Stack(shapes, "; ".join(shape.words for shape in shapes), round(passed, 4))


@dataclass(frozen=True, slots=True)
class _Open:
    id: str
    file: str
    why: str


def _open(findings: Findings) -> Iterator[_Open]:
    for one in findings.graded_class.submissions:
        skipped = findings.skipped.get(one.id, ())
        if one.state is State.REFUSED:
            yield _Open(one.id, one.file, f"{one.state}: {one.refused}")
        elif one.state is State.UNFINISHED:
            yield _Open(
                one.id, one.file, ": ".join(filter(None, (f"the grading {one.state}", one.note)))
            )
        elif skipped:
            yield _Open(
                one.id, one.file, f"skipped, because the time ran out: {', '.join(skipped)}"
            )


@dataclass(frozen=True, slots=True)
class _Row:
    one: GradedSubmission
    tokens: str
    share: float | None
    strip: Mapping[str, str]
    width: int
    words: str
    known: tuple[str, ...]


def _rows(findings: Findings) -> Iterator[_Row]:
    whole = findings.graded_class
    tokens = _tokens(findings)
    for one in whole.submissions:
        shares = [
            None if (own := one.earned.get(part.number)) is None else own / (part.possible or 1.0)
            for part in whole.parts
        ]
        if one.state is State.REFUSED:
            shares = [None] * len(shares)
        held = tokens.get(one.id, [])
        yield _Row(
            one,
            " ".join(held),
            one.score / whole.possible
            if one.judged and one.score is not None and whole.possible
            else None,
            plots.strip(shares),
            4 * len(shares) + 1,
            _strip_words(whole, shares),
            tuple(findings.misunderstood[int(token[1:])].name for token in held if token[0] == "m"),
        )


def _strip_words(whole: Class, shares: list[float | None]) -> str:
    by_kind: dict[str, list[str]] = {}
    for part, share in zip(whole.parts, shares, strict=True):
        by_kind.setdefault(plots.kind_of(share), []).append(part.number)
    pieces = []
    for kind, words in (("none", "no points in"), ("some", "some in"), ("open", "not graded")):
        if numbers := by_kind.get(kind):
            pieces.append(
                f"{words} {'every part' if len(numbers) == len(shares) else ', '.join(numbers)}"
            )
    return "; ".join(pieces) or "all points in every part"


def _tokens(findings: Findings) -> dict[str, list[str]]:
    """What each submission can be asked for: misconceptions, bars, groups, parts without points."""
    found: dict[str, list[str]] = {}
    groups = {
        "m": [one.holders for one in findings.misunderstood],
        "u": [one.holders for one in findings.unexplained[:_MOST_GROUPS]],
        "a": [one.holders for one in findings.similar[:_MOST_GROUPS]],
        "o": list(findings.grader_errors.values()),
    }
    for letter, members in groups.items():
        for place, ids in enumerate(members):
            for name in ids:
                found.setdefault(name, []).append(f"{letter}{place}")
    for one in findings.graded_class.judged:
        held = found.setdefault(one.id, [])
        held += [f"b{place}" for place in _bar(findings, one.score or 0.0)]
        held += [
            f"z{place}"
            for place, part in enumerate(findings.graded_class.parts)
            if (own := one.earned.get(part.number)) is not None and own <= 1e-6
        ]
    return found


def _bar(findings: Findings, score: float) -> Iterator[int]:
    last = len(findings.bars) - 1
    for place, bar in enumerate(findings.bars):
        if bar.low <= score < bar.high or (place == last and score == bar.high):
            yield place
