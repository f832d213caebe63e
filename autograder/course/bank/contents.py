"""What else the files of a loaded assignment hold: small answers for the floors above."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from autograder.course.bank.files import read_bytes, read_text
from autograder.course.bank.prompts import Prompt, read_prompt
from autograder.course.bank.stubs import Stub, read_stub
from autograder.course.bank.tasks import stubs
from autograder.model import Assignment, Question

Result = TypeVar("Result")


def prompt(question: Question) -> Prompt:
    """What the student reads of a question of the bank: its introduction and its parts."""
    return read_prompt(question.folder / question.prompt)


def stub(question: Question) -> Stub:
    """What the student fills in of a question of the bank, with the source of each function."""
    return read_stub(question.folder / "stub.py")


def functions(question: Question) -> dict[str, str]:
    """The source of every function that a student may be given of a question of the bank, by name."""
    found = {function.name: function.source for function in stub(question).functions}
    return {**found, **stubs(question)}


def drivers(assignment: Assignment) -> dict[str, str]:
    """The source of the drivers by topic; topics without drivers are left out.

    Args:
        assignment: from the bank or from a student's folder.
    """
    found = {}
    for question in assignment.questions:
        bank = question.folder / "drivers.py"
        student = question.folder / "drivers" / f"{question.topic}.py"
        for path in (bank, student):
            if path.exists():
                found[question.topic] = read_text(path)
    return found


def provided_files(assignment: Assignment) -> dict[str, bytes]:
    """The files that the assignment puts into the folder of the student's code, by name.

    Args:
        assignment: from the bank or from a student's folder.

    Raises:
        AssignmentError: where one of them is missing.
    """
    folder = assignment.manifest.parent
    return {name: read_bytes(folder / name) for name in assignment.permits.files}


def finding_files(assignment: Assignment) -> Assignment:
    """The same assignment, whose cases find the files that it permits from every working folder.

    Args:
        assignment: as it was read.
    """
    if not assignment.permits.files:
        return assignment

    def there(run: Callable[[Mapping[str, Any]], Result]) -> Callable[[Mapping[str, Any]], Result]:
        def running(names: Mapping[str, Any]) -> Result:
            with at_the_files(assignment):
                return run(names)

        return running

    board = assignment.leaderboard
    return replace(
        assignment,
        questions=tuple(
            replace(
                question,
                parts=tuple(
                    replace(
                        part,
                        cases=tuple(replace(case, run=there(case.run)) for case in part.cases),
                    )
                    for part in question.parts
                ),
            )
            for question in assignment.questions
        ),
        leaderboard=board and replace(board, measure=there(board.measure)),
    )


@contextlib.contextmanager
def at_the_files(assignment: Assignment) -> Iterator[None]:
    """Work in the manifest's folder where an assignment permits files, which are named from there.

    Args:
        assignment: one without such files leaves the working folder as it is.
    """
    folder = assignment.manifest.parent
    with contextlib.chdir(folder) if assignment.permits.files else contextlib.nullcontext():
        yield


def introduced(assignment: Assignment) -> dict[str, tuple[str, ...]]:
    """Which functions each part introduces: those that no earlier part asks for.

    Args:
        assignment: loaded with its hidden cases, which ask for functions too.

    Returns:
        The names by the part's number, in the order of the stub; every part is there.
    """
    seen: set[str] = set()
    found = {}
    for question in assignment.questions:
        for part in question.parts:
            asked = {name for case in part.cases for name in case.parameters}
            asked |= {task.name for task in part.derivations}
            asked -= seen
            found[part.number] = tuple(name for name in question.functions if name in asked)
            seen |= asked
    return found
