"""Students made of functions: judged as in a grading, but in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder import wire
from autograder.course.bank import misconceptions
from autograder.course.reference import reference_functions
from autograder.grading.calls import InProcess, Recorder
from autograder.grading.diagnose import diagnose, equal_up_to_rounding
from autograder.grading.judging import judge
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from autograder.model import (
    Assignment,
    Call,
    Case,
    CaseResult,
    Diagnosis,
    Outcome,
    PartResult,
    Question,
    StudentError,
)
from autograder.testing import Misconception

Functions = Mapping[str, Callable[..., Any]]

SEED = "diagnoses"
HELD_OUT = "held out"


@dataclass(frozen=True, slots=True)
class Student:
    """Someone who gets functions of one topic wrong.

    Attributes:
        question: the topic, as one assignment uses it.
        name: of the misconception or the mutant.
        functions: all of the topic's functions.
        changed: the names of those that are wrong.
    """

    question: Question
    name: str
    functions: Functions
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Explained:
    """What became of a student: the parts, judged and with their diagnoses."""

    student: Student
    parts: tuple[PartResult, ...]

    @property
    def names(self) -> set[str]:
        """Every misconception that is named."""
        return {one.name for part in self.parts for one in part.diagnoses}

    @property
    def failed(self) -> list[PartResult]:
        """The parts that lose points in hidden cases."""
        return [
            part
            for part in self.parts
            if any(case.case.hidden and not case.passed for case in part.cases)
        ]


def of_misconceptions(assignment: Assignment, topics: Sequence[str] = ()) -> Iterator[Student]:
    """A student for every misconception, all else being right."""
    for question in assignment.questions:
        if topics and question.topic not in topics:
            continue
        for one in misconceptions(question):
            wrong = one.build()
            functions = {**reference_functions(question.topic), **wrong}
            yield Student(question, one.name, functions, frozenset(wrong))


def explain(student: Student, wrong: Sequence[Misconception] | None = None) -> Explained:
    """Judge a student, and diagnose what is wrong.

    Args:
        student: whoever it is. Cases that ask for no changed function are passed unseen.
        wrong: the topic's misconceptions, where they are at hand.
    """
    parts = tuple(
        PartResult(part, tuple(judged(case, student) for case in part.cases))
        for part in student.question.parts
    )
    wrong = misconceptions(student.question) if wrong is None else wrong
    found = diagnose(parts, wrong, draw)
    return Explained(
        student,
        tuple(replace(part, diagnoses=found.get(part.part.number, ())) for part in parts),
    )


def draw(case: Case) -> np.random.Generator:
    """The inputs of a case."""
    return generator(SEED, case.key)


def judged(case: Case, student: Student) -> CaseResult:
    """What becomes of one case, with its calls where it fails."""
    if not student.changed.intersection(case.parameters):
        return CaseResult(case, Outcome.PASSED)
    recorder = Recorder(InProcess(student.functions))
    result = judge(case, Namespace(recorder, draw(case)))
    return result if result.passed else replace(result, calls=tuple(recorder.calls))


def contradictions(explained: Explained) -> list[str]:
    """The diagnoses that are not true of the student on inputs that nobody has looked at.

    All cases that ask for a diagnosed function are drawn anew and recorded; the misconception must
    answer every call as the student does. Where more than one answer is right, both may pass a case
    with different ones.
    """
    student = explained.student
    built = {one.name: one for one in misconceptions(student.question)}
    found = []
    for diagnosis in dict.fromkeys(one for part in explained.parts for one in part.diagnoses):
        wrong = built[diagnosis.name].build()
        theirs = InProcess(
            {**student.functions, **{name: wrong[name] for name in diagnosis.functions}}
        )
        for call, both_right in _fresh_calls(student, diagnosis, theirs):
            if not both_right and not _same(call, theirs):
                found.append(f"{student.name}: {diagnosis.name} is not what `{call.name}` does")
                break
    return found


def _fresh_calls(
    student: Student, diagnosis: Diagnosis, theirs: InProcess
) -> Iterator[tuple[Call, bool]]:
    """The student's calls, and whether the student and `theirs` both pass the case."""
    for case in _cases(student.question):
        if set(diagnosis.functions).intersection(case.parameters):
            recorder = Recorder(InProcess(student.functions))
            passed = [
                judge(case, Namespace(who, generator(HELD_OUT, case.key))).passed
                for who in (recorder, Recorder(theirs))
            ]
            for call in recorder.calls:
                if set(call.functions) <= set(diagnosis.functions):
                    yield call, all(passed)


def _same(call: Call, functions: InProcess) -> bool:
    try:
        value = functions.answer(call).value
    except StudentError as error:
        return error.raised == call.raised
    return call.value is not None and equal_up_to_rounding(value, wire.decode(call.value))


def _cases(question: Question) -> Iterable[Case]:
    return [case for part in question.parts for case in part.cases]
