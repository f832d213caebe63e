"""Misconceptions that no case distinguishes: a student who has one reads the sentences of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder import wire
from autograder.grading.calls import InProcess, Recorder
from autograder.grading.diagnose import equal_up_to_rounding
from autograder.grading.judging import judge
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from autograder.model import Call, Case, StudentError
from autograder.staff.causes import Functions, undisturbed
from autograder.staff.validate import matrix
from autograder.staff.validate.matrix import Kills
from autograder.testing import Misconception


def notes(
    topic: str,
    cases: Sequence[Case],
    wrong: Sequence[Misconception],
    kills: Sequence[Kills],
    right: Functions,
) -> Iterator[str]:
    """The misconceptions that fail the same cases and answer every call of these alike, in words.

    Args:
        topic: its name.
        cases: all cases of the topic.
        wrong: its misconceptions.
        kills: what each of them does to the cases, in the same order.
        right: the reference's functions.

    Yields:
        One sentence for each group of them.
    """
    by_cases: dict[tuple[str, ...], list[Misconception]] = {}
    for one, kill in zip(wrong, kills, strict=True):
        failed = tuple(case.key for case in cases if kill.fails(case))
        by_cases.setdefault(failed, []).append(one)
    for failed, some in by_cases.items():
        for names in _groups([case for case in cases if case.key in failed], some, right):
            yield (
                f"{topic}: {', '.join(names[:-1])} and {names[-1]} answer every call of the cases that "
                "they fail alike: a student who makes one of these mistakes reads about all of them. Draw "
                "an input on which they differ, or make one of them"
            )


def _groups(
    cases: Sequence[Case], wrong: Sequence[Misconception], right: Functions
) -> Iterator[list[str]]:
    """The names of those that answer alike, two or more."""
    left = [*wrong]
    while cases and len(left) > 1:
        first, *left = left
        recorded = [_calls(case, {**right, **first.build()}) for case in cases]
        same = [one for one in left if all(_answers(calls, one, right) for calls in recorded)]
        if same:
            yield [first.name, *(one.name for one in same)]
        left = [one for one in left if one not in same]


def _calls(case: Case, functions: Functions) -> list[Call]:
    recorder = Recorder(InProcess(functions))
    with undisturbed():
        judge(case, Namespace(recorder, generator(matrix.SEED, case.key), case.kinds))
    return recorder.calls


def _answers(calls: Sequence[Call], wrong: Misconception, right: Functions) -> bool:
    """Whether a misconception answers these calls as they were answered."""
    functions = InProcess({**right, **wrong.build()})
    return all(_answers_one(call, functions) for call in calls)


def _answers_one(call: Call, functions: InProcess) -> bool:
    try:
        with undisturbed():
            value = functions.answer(call).value
    except StudentError as error:
        return call.value is None and error.raised == call.raised
    return call.value is not None and equal_up_to_rounding(value, wire.decode(call.value))
