"""CI's job: the tests give right answers full marks, wrong ones what they deserve, and tell nothing.

validate(assignments, root) holds every question against its own misconceptions, measures the
margin of every case, and looks through the student's copies. What it finds is a list of problems,
empty when all is well, and the kill matrix and the margins that show how well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from autograder.course.bank import load, misconceptions
from autograder.course.bank.modules import register_reference
from autograder.course.banks import bank_of
from autograder.course.reference import reference_functions
from autograder.course.wheel import build_wheel
from autograder.model import Assignment, Case
from autograder.staff.causes import Functions, why_it_fails
from autograder.staff.processes import context
from autograder.staff.validate import (
    indistinct,
    matrix,
    misleading,
    problems,
    secrets,
    sizes,
    trivial,
    unpacking,
)
from autograder.staff.validate.alternatives import solutions
from autograder.staff.validate.derivations import Proved, prove
from autograder.staff.validate.margins import Margin, margin
from autograder.staff.validate.matrix import Kills
from autograder.staff.validate.trivial import Share
from autograder.student.template import contents, stale
from autograder.testing import Misconception

__all__ = ["Bank", "Kills", "Margin", "Proved", "Share", "TopicReport", "validate"]

_SEEDS = ("validate", "another", "a third")

Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class TopicReport:
    """What was found out about one question.

    Attributes:
        name: the topic, as manifests call it. Of a question of another course's bank (it has a slash) only
            the cases that are used here are run: the rest is validated where the bank is kept.
        cases: all of its cases that some assignment uses.
        wrong: its misconceptions.
        kills: what each of them does, in the same order.
        margins: the room that each case has.
        problems: what does not hold, in words.
        derivations: its derivations.
        broken: the cases that the reference itself fails, each with why, in several lines. Where there
            is one, nothing else is measured: all of it would follow from that.
        shares: what each part of each assignment gives to submissions without an answer.
        notes: what could be better and is not wrong, in words.
    """

    name: str
    cases: tuple[Case, ...]
    wrong: tuple[Misconception, ...]
    kills: tuple[Kills, ...]
    margins: tuple[Margin, ...]
    problems: tuple[str, ...]
    derivations: tuple[Proved, ...] = ()
    broken: tuple[str, ...] = ()
    shares: tuple[Share, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bank:
    """What was found out about a whole bank.

    Attributes:
        topics: one entry a topic.
        problems: of the assignments: leaks, stale copies.
    """

    topics: tuple[TopicReport, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems and not any(
            topic.problems or topic.broken for topic in self.topics
        )


def validate(
    every: Sequence[Assignment],
    chosen: Sequence[Assignment],
    root: Path,
    step: Step,
    *,
    workers: int = 2,
) -> Bank:
    """Validate assignments and the questions that they are made of.

    Args:
        every: all assignments of the project: a case counts if any of them uses it.
        chosen: those to validate.
        root: the project's folder.
        step: receives what is being done, how much is done, and how much there is.
        workers: how many questions are looked at side by side.

    Returns:
        What was found.
    """
    names = list(dict.fromkeys(q.topic for assignment in chosen for q in assignment.questions))
    manifests = tuple(assignment.name for assignment in every)
    topics: dict[str, TopicReport] = {}
    with ProcessPoolExecutor(
        max(1, min(workers, len(names))), context(), _load, (root, manifests)
    ) as pool:
        waiting = {pool.submit(_topic, name): name for name in names}
        for done, future in enumerate(as_completed(waiting)):
            step(f"question {waiting[future]}", done, len(names) + len(chosen))
            topics[waiting[future]] = future.result()
    problems: list[str] = []
    for done, assignment in enumerate(chosen, start=len(names)):
        step(f"assignment {assignment.name}", done, len(names) + len(chosen))
        problems += [f"{assignment.name}: {problem}" for problem in _assignment(assignment, root)]
    return Bank(tuple(topics[name] for name in names), tuple(problems))


_loaded: list[Assignment] = []
"""The assignments of a process that looks at questions."""


def _load(root: Path, manifests: Sequence[str]) -> None:
    torch.set_num_threads(1)
    _loaded.extend(load(name, root) for name in manifests)
    used = dict.fromkeys(q.course for assignment in _loaded for q in assignment.questions)
    register_reference([course / "reference" for course in dict.fromkeys([root, *used])])


def _unavailable(_names: Mapping[str, Any]) -> None:
    """Stand in for a case's function where the case has come from another process."""
    raise RuntimeError("a case that was validated in another process cannot be run")


def _topic(name: str) -> TopicReport:
    questions = [q for a in _loaded for q in a.questions if q.topic == name]
    bank = bank_of(questions[0])
    cases = tuple(
        {case.key: case for q in questions for part in q.parts for case in part.cases}.values()
    )
    wrong = misconceptions(questions[0])
    functions = reference_functions(name)
    called = f"{bank}/{name}" if bank else name
    if broken := tuple(_broken(functions, cases)):
        return TopicReport(called, (), (), (), (), (), broken=broken)
    others = dict(solutions(questions[0].course, name))
    if bank:
        shares, unearned = trivial.judged(_loaded, questions[0], cases, functions, own=False)
        found = [*problems.right_answers(name, functions, others, cases), *unearned]
        names = {case.key: replace(case, run=_unavailable) for case in cases}
        return TopicReport(called, tuple(names.values()), (), (), (), tuple(found), shares=shares)
    kills = tuple(matrix.measure(m.name, matrix.wrong(m, name), cases) for m in wrong)
    margins = tuple(margin(case, functions, others, wrong, kills) for case in cases)
    shares, unearned = trivial.judged(_loaded, questions[0], cases, functions)
    proved = prove(questions[0].folder)
    found = [
        *problems.unwritten(questions[0]),
        *problems.right_answers(name, functions, others, cases),
        *problems.unanswered(questions[0], cases),
        *problems.catchers(wrong, kills, cases),
        *problems.idle(cases, kills),
        *problems.tight(margins),
        *misleading.problems(questions[0], cases, wrong, functions),
        *unearned,
        *sizes.problems(questions[0], cases, functions),
        *unpacking.problems(questions[0]),
        *problems.signatures(questions[0], functions),
        *problems.prompts(questions),
        *problems.blanks(questions[0]),
        *(problem for derivation in proved for problem in derivation.problems),
    ]
    names = {case.key: replace(case, run=_unavailable) for case in cases}
    return TopicReport(
        name,
        tuple(names.values()),
        tuple(replace(m, build=dict, others=()) for m in wrong),
        kills,
        tuple(replace(one, case=names[one.case.key]) for one in margins),
        tuple(found),
        proved,
        shares=shares,
        notes=tuple(indistinct.notes(name, cases, wrong, kills, functions)),
    )


def _broken(functions: Functions, cases: Sequence[Case]) -> Iterator[str]:
    """The cases that the reference fails, and why; each with the first seed with which it does."""
    for case in cases:
        for seed in _SEEDS:
            if why := why_it_fails(case, functions, seed):
                yield f"{case.key} (seed {seed!r})\n{why}"
                break


def _assignment(assignment: Assignment, root: Path) -> Iterator[str]:
    yield from problems.packages(assignment)
    secret = secrets.secret_lines(assignment)
    wheel, built = build_wheel()
    copy = contents(assignment)
    yield from secrets.leaks({**copy, wheel: built}, secret)
    yield from secrets.private_comments(copy)
    folder = root / "student_template" / assignment.name
    if not folder.parent.is_dir():  # the course keeps no students' copies
        return
    if not folder.is_dir():
        yield f"there is no {folder.relative_to(root)}: run `autograder template {assignment.name}`"
        return
    for name in stale(assignment, folder):
        yield f"{folder.relative_to(root)}/{name} is stale: run `autograder template {assignment.name}`"
