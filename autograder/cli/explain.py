"""``autograder explain``: what failed cases asked, what came back, what is right, and how to see it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.results import manifest_of, results_file
from autograder.model import Assignment, UsageError

if TYPE_CHECKING:
    from autograder.staff.explain import Record


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Draws the inputs of failed cases again from the seed in results.json. For each case, shows\n"
        "what the student's code returned, the right value, the difference, the misconception that\n"
        "explains it, and Python that reproduces it in a notebook. Runs nothing of the student's.\n\n"
        "  autograder explain results.json --part 2.3\n"
        '  autograder explain results.json --case "float32"\n\n'
        "It shows hidden inputs and right values, so it is for staff only."
    )
    command.add_argument("results", type=Path, help="a results.json, or the folder it is in")
    command.add_argument(
        "-q", "--part", action="append", default=[], help="only this part, such as 2.3; repeatable"
    )
    command.add_argument(
        "--case", action="append", default=[], help="only cases with this in their name; repeatable"
    )
    command.add_argument(
        "-a", "--assignment", help="a manifest (default: the one named in the results)"
    )
    command.add_argument(
        "--anyway",
        action="store_true",
        help="only warn if the assignment has changed since the grading",
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Explain; exit status 0 whenever the file could be read."""
    from rich.console import Console

    from autograder.course.bank import load
    from autograder.staff.explain import read
    from autograder.staff.explain.report import show

    results = results_file(options.results)
    record = read(results)
    assignment = load(options.assignment or manifest_of(results) or record.assignment)
    if unknown := [number for number in options.part if number not in record.parts]:
        raise UsageError(
            f"the results have no part {', '.join(unknown)}; there are {', '.join(record.parts)}"
        )
    _check_cases(options.case, assignment)
    _check(record, assignment, anyway=options.anyway)
    show(record, assignment, options.part, options.case, Console())
    return 0


def _check_cases(words: Sequence[str], assignment: Assignment) -> None:
    """Refuse words that are in the name of no case."""
    from autograder.course.bank.files import nearest

    cases = [case for part in assignment.parts for case in part.cases]
    for word in words:
        if not any(word in case.key for case in cases):
            close = nearest(word, {case.name for case in cases}).partition("; known")[0]
            raise UsageError(
                f"no case of {assignment.name} has {word!r} in its name{close}; `autograder explain` "
                "without --case shows every failed one"
            )


def _check(record: Record, assignment: Assignment, *, anyway: bool) -> None:
    """Refuse another assignment than the one that was graded, unless that is wanted."""
    if record.digest == assignment.digest:
        return
    changed = (
        f"{assignment.name} has changed since the grading: its questions, its reference or its "
        f"manifest differ (digest {record.digest[:12]} then, {assignment.digest[:12]} now), so inputs "
        "and right values may differ too"
    )
    if not anyway:
        raise UsageError(
            f"{changed}. Check out the version that graded it, or add --anyway to go on"
        )
    sys.stderr.write(f"autograder explain: {changed}.\n")
