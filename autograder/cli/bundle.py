"""``autograder bundle``: the zip for Gradescope."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

REFUSED = 1


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Builds the zip that you upload to Gradescope under Configure Autograder. Writes no zip if a\n"
        "question has blanks left or the reference does not get full marks. The same sources always\n"
        "give the same bytes."
    )
    command.add_argument("assignment", help="a manifest's name, such as deep_generative_models")
    command.add_argument(
        "-o", "--output", type=Path, default=Path("dist"), help="folder or file (default: dist/)"
    )
    command.add_argument(
        "--ubuntu",
        choices=("22.04", "24.04"),
        default="22.04",
        help="Gradescope's base image (default: 22.04, with Python 3.11; 24.04 has 3.12)",
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Look for blanks, run the self-test and build the zip; exit status 1 where one of the first fails."""
    from autograder.cli import tables
    from autograder.course.bank import load, project_root
    from autograder.gradescope.bundle import build
    from autograder.model import UsageError
    from autograder.staff.selftest import failures
    from autograder.staff.validate.problems import blanks
    from autograder.staff.validate.report import failed

    assignment = load(options.assignment, project_root())
    blank = dict.fromkeys(line for one in assignment.questions for line in blanks(one))
    if blank:
        for line in blank:
            sys.stderr.write(f"autograder bundle: {line}\n")
        sys.stderr.write("autograder bundle: no zip was written; fill in the blanks first\n")
        return REFUSED
    with tables.progress("Self-test") as step:
        found = failures(assignment, step)
    if found:
        cases = [f"{one.case.key if one.case else assignment.name}\n{one.cause}" for one in found]
        failed(Console(), f"the reference of {assignment.name}", cases)
        sys.stderr.write(
            f"autograder bundle: no zip was written, because the reference of {assignment.name} does not "
            "get full marks; fix it or its cases\n"
        )
        return REFUSED
    out = options.output
    if out.suffix != ".zip":
        out = out / f"{assignment.name}-gradescope.zip"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        build(assignment, out, options.ubuntu)
    except OSError as error:
        raise UsageError(
            f"{error.filename or out} cannot be written: {error.strerror or error}"
        ) from error
    sys.stdout.write(
        f"self-test: the reference of {assignment.name} gets all {assignment.points:g} points\n"
        f"{out}: upload it under Configure Autograder ({out.stat().st_size:,} bytes), "
        f"base image Ubuntu {options.ubuntu}\n"
    )
    return 0
