"""``autograder check``: the public cases on one's own work, every failure explained."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from autograder.model import Assignment, Isolation, UsageError

FAILED = 1


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Check; exit status 0 where every public case passes, 1 where one does not."""
    from autograder.cli import tables
    from autograder.grade import Request, Watch
    from autograder.grade import run as grade
    from autograder.sandbox import Sandbox

    # One's own code, on one's own machine: no cage, but still a process of its own.
    with tables.progress("Checking") as step, Sandbox(Isolation.NONE) as sandbox:
        assignment = _public(_assignment(options), options.part)
        request = Request(
            path=_submission(options.path),
            assignment=assignment,
            isolation=Isolation.NONE,
            watch=Watch(step=step),
        )
        report = grade(request, sandbox)
    tables.show(report, explain=True)
    passed = not report.refused and all(
        case.passed for result in report.parts for case in result.cases
    )
    return 0 if passed else FAILED


def _assignment(options: argparse.Namespace) -> Assignment:
    from autograder.assignment import load, load_template

    if options.assignment is not None:
        return load(options.assignment, hidden=False)
    start = options.path if options.path.is_dir() else options.path.parent
    for folder in (start, *start.resolve().parents):
        if (folder / "assignment.toml").is_file():
            return load_template(folder)
    raise UsageError(
        f"there is no assignment.toml in {start.resolve()} or above it: go to the folder that you "
        "were given, or name the assignment with -a"
    )


def _public(assignment: Assignment, wanted: Sequence[str]) -> Assignment:
    """The assignment with its public cases only, their worth being the part's whole."""
    numbers = [part.number for part in assignment.parts]
    unknown = [number for number in wanted if number not in numbers]
    if unknown:
        raise UsageError(f"there is no part {', '.join(unknown)}; there are {', '.join(numbers)}")
    questions = []
    for question in assignment.questions:
        parts = tuple(
            dataclasses.replace(part, cases=part.public)
            for part in question.parts
            if part.public and (not wanted or part.number in wanted)
        )
        if parts:
            questions.append(dataclasses.replace(question, parts=parts))
    return dataclasses.replace(assignment, questions=tuple(questions))


def _submission(path: Path) -> Path:
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder")
    return path
