"""``autograder check``: run the public cases on your own work and explain every failure."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.model import Assignment, Part, UsageError

if TYPE_CHECKING:
    from autograder.sandbox import Workers

FAILED = 1
_MANIFEST = "assignment.toml"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Runs the public cases and explains every failure. Exit status 0 if all pass, 1 if one fails.\n"
        "In the folder that you were given, plain `autograder check` is all you need."
    )
    command.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=Path(),
        help="notebook, module or folder (default: .); if there are several notebooks, name one",
    )
    command.add_argument(
        "-a",
        "--assignment",
        metavar="FOLDER",
        help="the folder that you were given, if you are not in it; or an assignment's name",
    )
    command.add_argument(
        "-q", "--part", action="append", default=[], help="only this part, such as 1.2; repeatable"
    )
    command.add_argument(
        "-w", "--watch", action="store_true", help="check again after every save, until Ctrl-C"
    )
    command.add_argument(
        "-n",
        "--dry-run",
        action="store_true",
        help="only list which files would be graded and which are ignored; run nothing",
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Check; exit status 0 if every public case passes, 1 if one fails.

    With ``--watch`` it continues until it is interrupted, and then the status is 0.
    """
    from autograder.cli import watch
    from autograder.sandbox import for_own_code

    with for_own_code() as workers:
        assignment = _public(_assignment(options), options.part)
        if options.dry_run:
            from autograder.cli import dry_run

            return 0 if dry_run.show(_submission(options.path), assignment, workers) else FAILED

        def once() -> int:
            return _check(options, assignment, workers)

        return watch.run(options.path, once) if options.watch else once()


def _check(options: argparse.Namespace, assignment: Assignment, workers: Workers) -> int:
    from autograder.cli import tables
    from autograder.gradescope import derivations
    from autograder.grading.pipeline import run as grade
    from autograder.grading.request import Progress, Request

    request = Request(_submission(options.path), assignment, isolation=workers.isolation)
    with tables.progress("Starting") as step:
        report = grade(replace(request, watch=Progress(step=step)), workers)
    tables.show_check(report, options.part, workers.caveat)
    failed = report.refused or any(
        not all(case.passed for case in result.cases)
        or any(derivations.is_wrong(one) for one in result.derivations)
        for result in report.parts
    )
    return FAILED if failed else 0


def _assignment(options: argparse.Namespace) -> Assignment:
    from autograder.course.bank import load, load_template

    if options.assignment is not None:
        named = Path(options.assignment)
        folder = named if named.is_dir() else named.parent
        if (folder / _MANIFEST).is_file() and named.name in (folder.name, _MANIFEST):
            return load_template(folder)
        return load(options.assignment, hidden=False)
    start = options.path if options.path.is_dir() else options.path.parent
    for folder in (start, *start.resolve().parents):
        if (folder / _MANIFEST).is_file():
            return load_template(folder)
    raise UsageError(
        f"there is no {_MANIFEST} in {start.resolve()} or above it; go to the folder that you were "
        "given, or name that folder with -a"
    )


def _public(assignment: Assignment, wanted: Sequence[str]) -> Assignment:
    """The assignment with the public cases of the wanted parts; its other parts have no cases.

    It still asks for all functions, so the same files are chosen as in grading.
    """
    numbers = [part.number for part in assignment.parts]
    unknown = [number for number in wanted if number not in numbers]
    if unknown:
        raise UsageError(f"there is no part {', '.join(unknown)}; give one of {', '.join(numbers)}")

    def chosen(part: Part) -> Part:
        if wanted and part.number not in wanted:
            return replace(part, cases=(), derivations=())
        return replace(part, cases=part.public)

    questions = tuple(
        replace(question, parts=tuple(map(chosen, question.parts)))
        for question in assignment.questions
    )
    return replace(assignment, questions=questions)


def _submission(path: Path) -> Path:
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder")
    return path
