"""Submissions that know nothing of the question: constants, arguments handed back, other shapes.

Each part of an assignment is given the best of them that it lets pass, function by function. What a part
then gives is the weight of the cases that it passes, and at most `ALLOWED` of the part.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from autograder.model import Assignment, Case, Part, Question
from autograder.staff.causes import Functions
from autograder.staff.validate import changes, matrix
from autograder.staff.validate.changes import Change
from autograder.staff.validate.declared import declared
from autograder.staff.validate.sizes import arrays, loose

ALLOWED: Final = 0.02
"""The share of a part's points that a submission may earn without an answer."""

KINDS: Final = ("constant", "identity", "broadcast", "squeezed")

_OTHER_SEED = "constants are recorded"
_KEPT_A_CASE = 2


@dataclass(frozen=True, slots=True)
class Share:
    """What one part gives to the best trivial submission of one kind.

    Attributes:
        kind: one of `KINDS`.
        assignment: its name.
        part: the part.
        earned: the share of its automatic points that the submission earns.
        unearned: of that, what it earns without an answer; the words and constants that a part asks for
            are answers.
        passed: the cases that make up the unearned share.
    """

    kind: str
    assignment: str
    part: Part
    earned: float
    unearned: float
    passed: tuple[str, ...] = field(default=())


class Trivial:
    """The trivial submissions of one topic."""

    def __init__(self, question: Question, cases: Sequence[Case], right: Functions) -> None:
        self._right = right
        self._cases = cases
        self._answers = declared(question, "CONSTANT", "PART: FUNCTION")
        self._loose = loose(question)
        self._outcomes: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}

    def shares(self, assignment: str, part: Part) -> Iterator[Share]:
        """The best submission of each kind for one part.

        Args:
            assignment: the name of the assignment that the part belongs to.
            part: a part of this topic.

        Yields:
            One entry a kind.
        """
        for kind in KINDS:
            found = self._best(kind, part)
            unearned = {case: earns for case, earns in found.items() if not self._is_answer(case)}
            total = sum(case.weight for case in part.cases) or 1.0
            earned, without = (_weighed(cases) / total for cases in (found, unearned))
            yield Share(kind, assignment, part, earned, without, tuple(c.key for c in unearned))

    def unknown(self) -> Iterator[str]:
        """The entries of ``CONSTANT`` that name nothing, in words."""
        known = {
            f"{case.part}: {name}" for case in self._cases for name in self._required_names(case)
        }
        for key in self._answers:
            if key not in known:
                yield f"CONSTANT names no part and function that its cases ask for: {key!r}"

    def unsqueezed(self, functions: Sequence[str]) -> Iterator[str]:
        """Of these functions, those whose results may lose their axes of size 1 unnoticed."""
        for name in functions:
            graded = [c for c in self._cases if name in c.parameters and c.weight]
            if graded and all(self._earned(case, {name: "squeezed"}) == 1 for case in graded):
                yield name

    def _best(self, kind: str, part: Part) -> dict[Case, float]:
        """The cases that earn something, each with the share of its points, of the best submission."""
        names = list(dict.fromkeys(n for c in part.cases for n in c.parameters if n in self._right))
        choices = {name: list(self._changes(name, kind)) for name in names}
        alone = {
            name: max(choices[name], key=lambda label: self._alone(part, name, label))
            for name in names
        }
        common = [label for label in ("zeros", "ones") if kind == "constant"]
        submissions = [alone, *(dict.fromkeys(names, label) for label in common)]
        found = [
            {c: earns for c in part.cases if c.weight and (earns := self._earned(c, s))}
            for s in submissions
        ]
        return max(found, key=_weighed)

    def _alone(self, part: Part, name: str, label: str) -> float:
        """What one change of this function earns in the cases of it alone."""
        return sum(
            case.weight * self._earned(case, {name: label})
            for case in part.cases
            if self._required_names(case) == [name]
        )

    def _earned(self, case: Case, submission: Mapping[str, str]) -> float:
        asked = {
            name: submission[name] for name in self._required_names(case) if name in submission
        }
        key = case.key, tuple(sorted(asked.items()))
        if key not in self._outcomes:
            changed = {
                name: self._every[name][label](self._right[name]) for name, label in asked.items()
            }
            self._outcomes[key] = matrix.earned(case, {**self._right, **changed})
        return self._outcomes[key]

    def _required_names(self, case: Case) -> list[str]:
        return [name for name in case.parameters if name in self._right]

    def _changes(self, name: str, kind: str) -> Iterator[str]:
        for label in self._every[name]:
            if label == kind or (label.partition(" ")[0], kind) in _KIND_OF_LABEL:
                yield label

    def _is_answer(self, case: Case) -> bool:
        """Whether a case passes by an answer: all that it asks for are words, or one fixed value."""
        return all(
            self._chosen.get(name, False) or f"{case.part}: {name}" in self._answers
            for name in self._required_names(case)
        )

    @cached_property
    def _reference_values(self) -> dict[str, list[Any]]:
        """What the reference returns in the cases, with inputs of another seed."""
        seen: dict[str, list[Any]] = {}
        for case in self._cases:
            here: dict[str, list[Any]] = {}
            noted = {
                name: changes.noting(self._right[name], here, name)
                for name in self._required_names(case)
                if inspect.isroutine(self._right[name])
            }
            matrix.ratio(case, {**self._right, **noted}, _OTHER_SEED)
            for name, values in here.items():
                seen.setdefault(name, []).extend(values[:_KEPT_A_CASE])
        return seen

    @cached_property
    def _chosen(self) -> dict[str, bool]:
        """Whether a function takes no argument, or returns words or truth values only; every value."""
        return {
            name: not callable(function)
            or not inspect.signature(function).parameters
            or (
                name in self._reference_values
                and all(map(changes.is_word, self._reference_values[name]))
            )
            for name, function in self._right.items()
            if inspect.isfunction(function) or not callable(function)
        }

    @cached_property
    def _every(self) -> dict[str, dict[str, Change]]:
        """By function, the changes that make a trivial one of it, by their labels."""
        names = {name for case in self._cases for name in self._required_names(case)}
        return {name: dict(self._of(name)) for name in names}

    def _of(self, name: str) -> Iterator[tuple[str, Change]]:
        if not callable(self._right[name]):
            labels = ("zeros", "ones", "argument none", "broadcast", "squeezed")
            yield from ((label, changes.same) for label in labels)
            return
        yield "zeros", changes.mapped(lambda value: value * 0)
        yield "ones", changes.mapped(lambda value: value * 0 + 1)
        more = (None, None) if name in self._loose else (None,)
        yield "broadcast", changes.mapped(lambda value: value[(..., *more)])
        yield "squeezed", changes.mapped(lambda value: value.squeeze())
        if isinstance(self._right[name], type):
            yield "argument 0", changes.instead(changes.of_methods(changes.argument(0)))
            return
        for place, value in enumerate(changes.distinct(self._reference_values.get(name, []))):
            yield f"value {place}", changes.instead(changes.constant(value))
        count = len(inspect.signature(self._right[name]).parameters)
        for place in range(count):
            yield f"argument {place}", changes.instead(changes.argument(place))
        if not count:
            yield "argument none", changes.instead(changes.constant(None))


def _weighed(cases: Mapping[Case, float]) -> float:
    """What cases earn together, in units of their weights."""
    return sum(case.weight * earns for case, earns in cases.items())


_KIND_OF_LABEL: Final = {
    ("zeros", "constant"),
    ("ones", "constant"),
    ("value", "constant"),
    ("argument", "identity"),
}


def judged(
    assignments: Sequence[Assignment],
    question: Question,
    cases: Sequence[Case],
    right: Functions,
    *,
    own: bool = True,
) -> tuple[tuple[Share, ...], list[str]]:
    """What each part of a topic gives without an answer.

    Args:
        assignments: all that may use the topic.
        question: one of the topic.
        cases: all cases of the topic.
        right: the reference's functions.
        own: whether the question is the course's own. For a bank's, findings about its cases as a whole are
            left out: the assignments may use few of them.

    Returns:
        The shares, whose parts have lost their cases, and what should not be, in words.
    """
    topic, without = question.topic, Trivial(question, cases, right)
    shares = [
        share
        for assignment in assignments
        for one in assignment.questions
        if one.topic == topic
        for part in one.parts
        for share in without.shares(assignment.name, part)
    ]
    found = [*_unearned(topic, shares)]
    if own:
        found += [
            *(f"{topic}: {problem}" for problem in without.unknown()),
            *(
                f"{topic}: a result of {name} that has lost its axes of size 1 passes every graded case; "
                "compare one that has such an axis"
                for name in without.unsqueezed(arrays(question))
            ),
        ]
    return tuple(replace(share, part=replace(share.part, cases=())) for share in shares), found


def _unearned(topic: str, shares: Sequence[Share]) -> Iterator[str]:
    """What parts give without an answer and should not, in words."""
    words = {
        "constant": "functions that ignore their arguments",
        "identity": "functions that return one of their arguments",
        "broadcast": "right results with an axis too many",
    }
    for share in shares:
        if share.kind in words and share.unearned > ALLOWED:
            yield (
                f"{topic}: {words[share.kind]} earn {share.unearned:.0%} of part {share.part.number} "
                f"({share.part.key}) of {share.assignment}, at most {ALLOWED:.0%} is allowed; they pass "
                f"{'; '.join(share.passed)}"
            )
