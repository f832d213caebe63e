"""``autograder grade``: the supervisor of a grader, and then, in a clean process, the grader."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder import supervisor
from autograder.cli.arguments import add_assignment, add_isolation
from autograder.model import GraderError, Isolation, Report

_LONGEST_SECONDS = 2400.0
_REPORT_SECONDS = 1.0


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Runs a submission in a sandbox and writes Gradescope's results.json. Exit status 0 whenever\n"
        "a report was written, 2 for wrong usage, 3 if the program itself failed."
    )
    command.add_argument("path", type=Path, help="a notebook, a module, a folder of either, a zip")
    add_assignment(command)
    command.add_argument("-o", "--output", type=Path, help="where to write results.json")
    command.add_argument(
        "--metadata", type=Path, help="Gradescope's submission_metadata.json, where there is one"
    )
    add_isolation(command)


def run(options: argparse.Namespace, argv: Sequence[str]) -> int:
    """Grade, under supervision."""
    from autograder.sandbox import require_linux

    require_linux()
    from autograder.sandbox.zygote import BASE, CLEAN

    if CLEAN not in os.environ:
        _check_assignment(options.assignment)
        environment = supervisor.clean_environment(BASE, CLEAN)
        try:
            return supervisor.supervise(argv, environment, options.output, _LONGEST_SECONDS)
        except OSError as error:
            sys.stderr.write(f"autograder grade: {options.output} cannot be written: {error}\n")
            return 2
    return _grade(options)


def _check_assignment(named: str) -> None:
    """Refuse a mistyped assignment before anything is written; nothing of it is loaded here.

    Raises:
        UsageError: the assignment does not exist.
    """
    from autograder.course.project import locate

    locate(named)


def _grade(options: argparse.Namespace) -> int:
    from autograder.cli import tables
    from autograder.grading.grader import Grader

    with (
        tables.progress("Grading") as step,
        Grader(
            options.assignment,
            isolation=Isolation(options.isolation),
            keep_from=_folders(options.output),
            unreadable=() if options.metadata is None else (options.metadata,),
        ) as grader,
    ):
        # Imported only now: the zygote stands and has inherited nothing of it.
        from autograder.gradescope import read_metadata, results
        from autograder.grading.request import Progress

        metadata = read_metadata(options.metadata)

        def write(report: Report) -> None:
            if options.output is not None:
                supervisor.write(options.output, results(report))

        try:
            report = grader.grade(
                options.path,
                users=metadata.users,
                staff=metadata.staff,
                watch=Progress(write, step, every=_REPORT_SECONDS),
            )
        except GraderError as error:
            sys.stderr.write(f"autograder grade: the program failed: {error}\n")
            return supervisor.GRADER_ERROR_STATUS
    tables.show(report, options.output)
    return supervisor.GRADER_ERROR_STATUS if report.grader_error else 0


def _folders(output: Path | None) -> tuple[Path, ...]:
    return () if output is None else (output.resolve().parent,)
