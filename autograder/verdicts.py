"""The word, sign and colour of each verdict, wherever a person reads one.

Colour is never the only difference: each has its own word and sign, and the sign has an ASCII form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.model import CaseResult, DerivationResult, Outcome, Part


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one outcome is shown.

    Attributes:
        word: what it is called.
        sign: one character.
        plain: the same where only ASCII can be shown.
        colour: a colour's name, for terminals and pages.
    """

    word: str
    sign: str
    plain: str
    colour: str


VERDICTS = {
    Outcome.PASSED: Verdict("passed", "✓", "+", "green"),
    Outcome.WRONG: Verdict("wrong", "✗", "x", "red"),
    Outcome.RAISED: Verdict("raised", "!", "!", "magenta"),
    Outcome.MISSING: Verdict("missing", "?", "?", "yellow"),
    Outcome.TIMED_OUT: Verdict("timed out", "∞", "&", "red"),
    Outcome.OUT_OF_MEMORY: Verdict("out of memory", "▲", "^", "red"),
    Outcome.CRASHED: Verdict("crashed", "#", "#", "red"),
    Outcome.BAD_VALUE: Verdict("no usable value", "≠", "=", "red"),
    Outcome.SKIPPED: Verdict("not reached", "…", "~", "yellow"),
    Outcome.GRADER_ERROR: Verdict("grader error", "§", "%", "cyan"),
}

UNFILLED = Verdict("not filled in", "○", "o", "blue")
"""A function that is still the stub: nothing is wrong with it yet."""

PARTLY = Verdict("partly right", "◐", "/", "yellow")
"""A score that earns a share of the points."""

FORM = "The form is right; the answer is judged when you hand in."
"""What a student reads where the cases that passed check only the form of an answer."""

HIDDEN_ONLY = "hidden cases only"
WRITTEN_ONLY = "written answer"
_UNCHECKED = {
    HIDDEN_ONLY: "It has hidden cases only, which run when you hand in.",
    WRITTEN_ONLY: "A person grades the written answer.",
}


def verdict(case: CaseResult) -> Verdict:
    """How a case's outcome is shown."""
    if case.unfilled:
        return UNFILLED
    return PARTLY if case.share else VERDICTS[case.outcome]


LINES = {
    "holds": Verdict("holds", "✓", "+", "green"),
    "repeated": Verdict("repeated", "=", "=", "yellow"),
    "false": Verdict("false", "✗", "x", "red"),
    "cannot be read": Verdict("cannot be read", "?", "?", "yellow"),
    "not reached": Verdict("not reached", "…", "~", "yellow"),
}
"""What became of a line of a derivation, by its status."""

_FALSE = Verdict("a line is false", "✗", "x", "red")
_UNREADABLE = Verdict("cannot be read", "?", "?", "yellow")
_INCOMPLETE = Verdict("not complete", "…", "~", "yellow")
_COMPLETE = Verdict("every line holds", "✓", "+", "green")


def derivation_verdict(result: DerivationResult) -> Verdict:
    """How what became of a derivation is shown."""
    if result.unfilled:
        return UNFILLED
    if result.outcome is Outcome.PASSED:
        return _COMPLETE
    if result.outcome is not Outcome.WRONG:
        return VERDICTS[result.outcome]
    statuses = {line.status for line in result.lines}
    if "false" in statuses:
        return _FALSE
    return _UNREADABLE if "cannot be read" in statuses or not statuses else _INCOMPLETE


def unchecked(part: Part) -> tuple[str, str]:
    """Why a part has no cases that a student can run: in two or three words, and in a sentence.

    Args:
        part: one without public cases.
    """
    words = HIDDEN_ONLY if part.points or part.hidden else WRITTEN_ONLY
    return words, _UNCHECKED[words]


def failures(cases: Iterable[CaseResult]) -> Iterator[tuple[Verdict, str, list[CaseResult]]]:
    """Each explanation of cases that did not pass once, with the cases it holds for."""
    said: dict[tuple[Verdict, str], list[CaseResult]] = {}
    for case in cases:
        if not case.passed:
            words = case.detail or case.public
            said.setdefault((verdict(case), words), []).append(case)
    for (kind, words), failed in said.items():
        yield kind, words, failed


def names_of(cases: Iterable[CaseResult]) -> str:
    """The names of some cases as a title."""
    return "; ".join(case.case.name for case in cases)


def title_of(cases: Sequence[CaseResult], words: str) -> str:
    """The names of some cases as a title, with the functions they call where nothing else names one.

    Args:
        cases: those that one explanation holds for.
        words: the explanation.
    """
    title = names_of(cases)
    functions = dict.fromkeys(name for case in cases for name in case.case.parameters)
    named = set(re.findall(r"\w+", f"{title} {words}"))
    if not functions or named.intersection(functions):
        return title
    return f"{title} ({', '.join(functions)})"


def form_only(cases: Iterable[CaseResult]) -> bool:
    """Whether all of some cases passed and none of them looks at more than the form of an answer."""
    found = [*cases]
    return bool(found) and all(case.passed and case.case.form for case in found)
