"""Public cases on which a mistake looks like another one: their numbers are too round, or symmetric.

In their own copy students read patterns ("every entry is log 2 too large"). A pattern misleads where it
fits what a misconception returns in a public case, is what the case then says, and fits in no hidden case
of at least that size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from autograder import wire
from autograder.grading.calls import InProcess, Recorder
from autograder.grading.judging import judge
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from autograder.model import Case, Question, StudentError
from autograder.staff.causes import Functions, undisturbed
from autograder.staff.validate import matrix
from autograder.staff.validate.declared import declared
from autograder.testing import Misconception, pattern
from autograder.testing.compare import compare
from autograder.testing.pattern import Pattern
from autograder.testing.values import UnreadableValue, read

_ALIKE: Final = {"count": "factor", "log count": "offset", "gaussian": "offset"}
"""Patterns that are special cases of others."""

Wrong = tuple[str, int, Pattern | None]
"""A wrong value: the function's name, the number of entries, and the pattern."""


def problems(
    question: Question, cases: Sequence[Case], wrong: Sequence[Misconception], right: Functions
) -> Iterator[str]:
    """The public cases that mislead, unless the author says why they may, in words.

    Args:
        question: one of the topic.
        cases: all cases of the topic.
        wrong: its misconceptions.
        right: the reference's functions.

    Yields:
        One sentence for each public case and misconception, and one for each reason that is not needed.
    """
    reasons = declared(question, "SYMMETRIC", "MISCONCEPTION: PART: CASE")
    seen: set[str] = set()
    for one in (form for several in wrong for form in several.forms()):
        for case, text in misleading(cases, one.build(), right):
            name = f"{one.name}: {case.part}: {case.name}"
            new = name not in seen
            seen.add(name)
            if new and name not in reasons:
                yield (
                    f"public case {case.key} is symmetric under the misconception {one.name}: it reads as "
                    f"'{text}' (no hidden case bears this out); change its numbers, or say in SYMMETRIC "
                    "why they stand"
                )
    for name in reasons:
        if name not in seen:
            yield f"{question.topic}: SYMMETRIC excuses a case that does not mislead: {name!r}"


def misleading(
    cases: Sequence[Case], wrong: Functions, right: Functions
) -> Iterator[tuple[Case, str]]:
    """The public cases that mislead about one mistake, each with what it is taken for.

    Args:
        cases: all cases of the topic.
        wrong: the functions that have the mistake.
        right: the reference's functions.

    Yields:
        A case once, with the text of the first pattern that no hidden case bears out.
    """
    asked = [case for case in cases if set(case.parameters) & set(wrong) and not case.form]
    hidden: list[Wrong] | None = None
    for case in asked:
        if case.hidden:
            continue
        said, values = _wrong_values(case, wrong, right)
        for name, size, found in values:
            if found is None or found.shown == "precision" or found.text[1:] not in said:
                continue  # in the middle of a sentence, it begins with a small letter
            if hidden is None:
                hidden = [w for o in asked if o.hidden for w in _wrong_values(o, wrong, right)[1]]
            others = [p for other, n, p in hidden if other == name and n >= size]
            if others and not any(p is not None and _like(p) == _like(found) for p in others):
                yield case, found.text
                break


def _like(found: Pattern) -> str:
    return _ALIKE.get(found.shown, found.shown)


def _wrong_values(case: Case, wrong: Functions, right: Functions) -> tuple[str, list[Wrong]]:
    """What the case says of the mistake, and the wrong values, as long as they have the right form."""
    functions: dict[str, Any] = {**right, **wrong}
    recorder, answers = Recorder(InProcess(functions)), InProcess(right)
    values: list[Wrong] = []
    with undisturbed():
        namespace = Namespace(recorder, generator(matrix.SEED, case.key), case.kinds)
        said = judge(case, namespace).detail
        for call in recorder.calls:
            if call.value is None or call.objects or not set(call.functions) & set(wrong):
                continue
            try:
                expected = answers.answer(call).value
                comparison = compare(read(wire.decode(call.value)), read(expected))
            except (StudentError, UnreadableValue):
                continue
            if comparison.fault == "value":
                size = comparison.expected.array.size
                values.append((call.name, size, pattern.find(comparison)))
    return said, values
