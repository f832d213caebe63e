"""What a student reads about hidden cases: as much as the level of feedback allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.gradescope.markdown import passage, prose
from autograder.model import (
    CaseResult,
    Diagnosis,
    Feedback,
    Outcome,
    PartResult,
    Report,
)
from autograder.model.wording import joined, plural
from autograder.verdicts import verdict

_HINTS = 4
NOT_JUDGED = (
    "Some of this could not be judged, through no fault of yours: it counts neither as right nor "
    "as wrong until staff have looked at it."
)


def cases_of(result: PartResult, *, hidden: bool) -> tuple[CaseResult, ...]:
    """The hidden cases of a part, or the public ones."""
    return tuple(case for case in result.cases if case.case.hidden is hidden)


def hidden(report: Report, level: Feedback, result: PartResult) -> Iterator[str]:
    """As much as a level of feedback allows; never a case's name, which may reveal an input.

    Text that a submission wrote, such as that of its exceptions, is shown at no level: the submission
    could use it to reveal its inputs.
    """
    cases = cases_of(result, hidden=True)
    if report.refused:
        yield passage(f"Nothing could be graded. {report.refused}")
        return
    if any(case.outcome is Outcome.GRADER_ERROR for case in cases):
        yield NOT_JUDGED
    if level is Feedback.NONE:
        yield "This part has hidden cases."
        return
    yield f"{count(cases, 'hidden case')}."
    yield from _followed(result)
    yield from _partly(result)
    if level in (Feedback.HINT, Feedback.DIFF):
        if not all(case.passed for case in cases):
            yield from map(str, result.uses)
        yield from _hints(result)
    told: dict[tuple[str, str], list[int]] = {}
    for number, case in enumerate(cases, start=1):
        if not case.passed:
            told.setdefault((verdict(case).word, _feedback_text(case, level)), []).append(number)
    for (word, said), numbers in told.items():
        which = f"{plural(len(numbers), 'Case')} {joined(map(str, numbers))}"
        if level is Feedback.DIFF:
            yield f"**{which}**: {word}"
            if said != word:
                yield passage(said)
        else:
            yield f"{which}: {prose(said or word)}"


def _followed(result: PartResult) -> Iterator[str]:
    """A sentence if cases earn points though they failed."""
    part = result.part
    numbers = [
        number
        for number, case in enumerate(cases_of(result, hidden=True), start=1)
        if case.followed
    ]
    if numbers:
        which = f"{plural(len(numbers), 'case')} {joined(map(str, numbers))}"
        which += plural(len(numbers), " is", " are")
        names = " or ".join(f"`{name}`" for name in part.follows)
        share = "in full" if part.follow_share == 1 else f"as {part.follow_share:.0%}"
        yield f"Judged again with your own {names}, {which} right and counted {share}."


def _partly(result: PartResult) -> Iterator[str]:
    """A sentence for each case whose score earns a share of its points."""
    for number, case in enumerate(cases_of(result, hidden=True), start=1):
        if case.share:
            yield f"Case {number} earns {case.share:.0%} of its points."


def _feedback_text(case: CaseResult, level: Feedback) -> str:
    """What a level of feedback says about a hidden case that failed."""
    if level is Feedback.DIFF:
        return case.diff or case.public
    if level is Feedback.HINT and case.hint:
        return f"{case.public.removesuffix('.')}. {case.hint}"
    return case.public


def _hints(result: PartResult) -> Iterator[str]:
    """The explanations of the hidden cases that failed, each once, for all of its cases."""
    hidden = {case.case.key for case in cases_of(result, hidden=True)}
    told: dict[tuple[tuple[str, ...], int, int], list[Diagnosis]] = {}
    for one in result.diagnoses:
        if hidden.intersection(one.cases):
            told.setdefault((one.functions, one.agreed, one.calls), []).append(one)
    for (functions, agreed, calls), several in told.items():
        names = " and ".join(f"`{name}`" for name in functions)
        sentences = list(dict.fromkeys(prose(one.sentence) for one in several))[:_HINTS]
        mistake = "this mistake" if len(sentences) == 1 else "one of these mistakes"
        yield f"In {agreed} of {calls} calls {names} returned what {mistake} would give:"
        yield "\n".join(f"- {sentence}" for sentence in sentences)


def count(cases: Sequence[CaseResult], what: str) -> str:
    """How many cases passed, as "2 of 3 cases passed"."""
    passed = sum(case.passed for case in cases)
    return f"{passed} of {len(cases)} {plural(len(cases), what)} passed"
