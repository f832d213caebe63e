"""A class and its assignment → what an instructor should know, in the order of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.model import Outcome
from autograder.staff.insight import shared_values
from autograder.staff.insight.model import Class, GradedSubmission, PartHeading, State
from autograder.staff.insight.statistics import (
    Bar,
    Spread,
    discrimination,
    far_above,
    histogram,
    spread,
)
from autograder.testing import Misconception

KnownMisconceptions = Mapping[tuple[str, str], Misconception]
"""The misconceptions of an assignment, each by its question and its name."""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A misconception and who has it.

    Attributes:
        topic: the question.
        name: what the bank calls it.
        sentence: what a student would need to read; empty where the assignment is not at hand.
        parts: numbers of the parts where it was seen.
        holders: ids of the submissions in which it alone explains a wrong value.
        possible: ids of those in which it is one of several that would.
    """

    topic: str
    name: str
    sentence: str
    parts: tuple[str, ...]
    holders: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartFindings:
    """A part in numbers.

    Attributes:
        heading: which.
        points: five numbers and the mean; ``None`` where nobody was judged in it.
        difficulty: the mean share of its points, 1 where everyone has them all.
        discrimination: correlation with the rest of the points; ``None`` where it is not defined.
        full: how many have all its points.
        none: how many have none of them.
        outcomes: of all its cases in all submissions.
    """

    heading: PartHeading
    points: Spread | None
    difficulty: float | None
    discrimination: float | None
    full: int
    none: int
    outcomes: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class Outlier:
    """A submission that took far more than the others.

    Attributes:
        id: of the submission.
        value: how much.
        times: how many medians that is.
        far: its robust z-score.
    """

    id: str
    value: float
    times: float
    far: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What the page says.

    Attributes:
        graded_class: the class.
        title: of the assignment, or its name.
        scores: of the submissions that were judged.
        bars: their distribution.
        full: how many have all points.
        misunderstood: by frequency.
        parts: in the assignment's order.
        unexplained: wrong values that several share and nothing known explains.
        similar: submissions that share such values in several parts.
        skipped: numbers of the parts that time did not reach, by the id of the submission.
        grader_errors: ids of the submissions in which a case could not be judged, by the key of the case.
        slow: far more seconds than the others.
        large: far more memory than the others.
        notes: sentences on what the page cannot know.
    """

    graded_class: Class
    title: str
    scores: Spread | None
    bars: tuple[Bar, ...]
    full: int
    misunderstood: tuple[Misunderstood, ...]
    parts: tuple[PartFindings, ...]
    unexplained: tuple[shared_values.Shared, ...]
    similar: tuple[shared_values.Shared, ...]
    skipped: Mapping[str, tuple[str, ...]]
    grader_errors: Mapping[str, tuple[str, ...]]
    slow: tuple[Outlier, ...]
    large: tuple[Outlier, ...]
    notes: tuple[str, ...] = ()


def find(
    whole: Class, known: KnownMisconceptions | None = None, notes: tuple[str, ...] = ()
) -> Findings:
    """Work out everything that the page says.

    Args:
        whole: the class.
        known: the misconceptions of the assignment, where it is at hand.
        notes: sentences on what could not be found out.

    Returns:
        The findings.
    """
    judged = whole.judged
    points = [one.score or 0.0 for one in judged]
    return Findings(
        graded_class=whole,
        title=whole.title or whole.assignment,
        scores=spread(points),
        bars=histogram(points, whole.possible),
        full=sum(score >= whole.possible - 1e-6 for score in points),
        misunderstood=tuple(_misunderstood(whole, known or {})),
        parts=tuple(_part(whole, heading) for heading in whole.parts),
        unexplained=tuple(shared_values.unexplained(judged, whole.cases)),
        similar=tuple(shared_values.similar(judged, whole.cases)),
        skipped={one.id: parts for one in whole.submissions if (parts := _skipped(whole, one))},
        grader_errors=_grader_errors(whole),
        slow=_outliers({one.id: one.seconds for one in whole.submissions}),
        large=_outliers({one.id: one.peak for one in whole.submissions}),
        notes=(*notes, *_versions(whole)),
    )


def _part(whole: Class, heading: PartHeading) -> PartFindings:
    number = heading.number
    cases = {case for case, part in whole.cases.items() if part == number}
    pairs = [
        (own, one.score or 0.0)
        for one in whole.judged
        if (own := one.earned.get(number)) is not None
    ]
    points = [mine for mine, _ in pairs]
    numbers = spread(points)
    return PartFindings(
        heading,
        numbers,
        numbers.mean / heading.possible if numbers and heading.possible else None,
        discrimination(points, [score for _, score in pairs]),
        full=sum(mine >= heading.possible - 1e-6 for mine in points),
        none=sum(mine <= 1e-6 for mine in points),
        outcomes=Counter(
            outcome
            for one in whole.judged
            for case, outcome in one.outcomes.items()
            if case in cases
        ),
    )


def _misunderstood(whole: Class, known: KnownMisconceptions) -> Iterator[Misunderstood]:
    alone: dict[tuple[str, str], dict[str, None]] = {}
    perhaps: dict[tuple[str, str], dict[str, None]] = {}
    seen: dict[tuple[str, str], set[str]] = {}
    for one in whole.submissions:
        for case, names in _explained(one, known).items():
            topic = topic_of(case)
            for name in names:
                (alone if len(names) == 1 else perhaps).setdefault((topic, name), {})[one.id] = None
                seen.setdefault((topic, name), set()).add(whole.cases.get(case, ""))
    order = [heading.number for heading in whole.parts]
    found = [
        Misunderstood(
            *key,
            sentence=known[key].sentence if key in known else "",
            parts=tuple(number for number in order if number in parts),
            holders=tuple(alone.get(key, ())),
            possible=tuple(name for name in perhaps.get(key, ()) if name not in alone.get(key, ())),
        )
        for key, parts in seen.items()
    ]
    yield from sorted(
        found, key=lambda one: (-len(one.holders), -len(one.possible), one.topic, one.name)
    )


def _explained(one: GradedSubmission, known: KnownMisconceptions) -> dict[str, tuple[str, ...]]:
    """What explains each case. Of several candidates, those that explain another case alone.

    Where there is none, those are left that cost the submission all the cases by which they are caught.
    """
    sure = {(topic_of(case), names[0]) for case, names in one.diagnoses.items() if len(names) == 1}
    passed = {
        case.removesuffix(" [hidden]")
        for case, outcome in one.outcomes.items()
        if outcome is Outcome.PASSED
    }

    def costs(topic: str, name: str) -> bool:
        caught_by = known[topic, name].caught_by if (topic, name) in known else ()
        return passed.isdisjoint(f"{topic}/{case}" for case in caught_by)

    found = {}
    for case, names in one.diagnoses.items():
        topic = topic_of(case)
        certain = tuple(name for name in names if (topic, name) in sure)
        found[case] = certain or tuple(name for name in names if costs(topic, name)) or names
    return found


def topic_of(case: str) -> str:
    """The question of a case, by the case's key."""
    return case.partition("/")[0]


def _skipped(whole: Class, one: GradedSubmission) -> tuple[str, ...]:
    """Numbers of parts with a case that was not reached; none where nothing could be graded at all."""
    if one.state is State.REFUSED:
        return ()
    numbers = [
        whole.cases.get(case, "")
        for case, outcome in one.outcomes.items()
        if outcome is Outcome.SKIPPED
    ]
    return tuple(dict.fromkeys(number for number in numbers if number))


def _grader_errors(whole: Class) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in whole.submissions:
        for case, outcome in one.outcomes.items():
            if outcome is Outcome.GRADER_ERROR:
                found.setdefault(case, []).append(one.id)
    return {case: tuple(ids) for case, ids in found.items()}


def _outliers(values: Mapping[str, float | None]) -> tuple[Outlier, ...]:
    known = [(name, float(value)) for name, value in values.items() if value is not None]
    numbers = [value for _, value in known]
    middle = spread(numbers)
    if middle is None:
        return ()
    return tuple(
        Outlier(known[place][0], numbers[place], numbers[place] / (middle.median or 1.0), far)
        for place, far in far_above(numbers)
    )


def _versions(whole: Class) -> Iterator[str]:
    other = sum(bool(one.digest) and one.digest != whole.digest for one in whole.submissions)
    if whole.digest and other:
        yield (
            f"{other} of the results come from another version of the assignment than the batch names: "
            "run autograder batch again, it grades them again."
        )
