"""``autograder template``: the student's copy of an assignment, and a zip of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Writes student_template/ASSIGNMENT, which holds only what students may have, and a zip of it\n"
        "to hand out. Do not edit the folder by hand: edit the question and run this command again."
    )
    command.add_argument("assignment", help="a manifest's name, such as deep_generative_models")
    command.add_argument(
        "-o", "--output", type=Path, help="another folder (default: student_template/ASSIGNMENT)"
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Build the folder and the zip, and say where they are."""
    from autograder.course.bank import load, project_root
    from autograder.model import UsageError
    from autograder.staff.validate.problems import blanks
    from autograder.student.template import archive, build

    root = project_root()
    assignment = load(options.assignment, root)
    folder = options.output or root / "student_template" / assignment.name
    zipped = root / "dist" / f"{assignment.name}-student.zip"
    try:
        files = build(assignment, folder)
        zipped.parent.mkdir(exist_ok=True)
        archive(folder, zipped)
    except OSError as error:
        where = error.filename or folder
        raise UsageError(f"{where} cannot be written: {error.strerror or error}") from error
    sys.stdout.write(f"{folder}: {len(files)} files\n{zipped}: the same, to hand out\n")
    for problem in dict.fromkeys(
        line for question in assignment.questions for line in blanks(question)
    ):
        sys.stderr.write(f"not ready to hand out: {problem}\n")
    return 0
