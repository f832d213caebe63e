"""The commands: who needs each, what it does in a line, and the module that runs it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Protocol

COMMANDS = {
    "for students": {
        "check": "run the public cases on your own work",
    },
    "for instructors": {
        "grade": "grade one submission, public and hidden cases",
        "batch": "grade a class: a folder of submissions",
        "gradebook": "write grades for Canvas, Moodle or Gradescope",
        "compare": "compare two gradings of a class",
        "insight": "see on one page what a class understood",
        "explain": "explain the failed cases of a graded submission",
        "export": "turn the written answers into documents",
        "preview": "show what Gradescope will show to whom",
        "doctor": "show which isolation layers this machine offers",
    },
    "for authors of assignments": {
        "init": "begin a course",
        "import": "take over an assignment of Otter or nbgrader",
        "list": "list assignments, questions and parts",
        "new": "begin a new question",
        "lock": "fix the versions of a course's packages",
        "template": "make the student's copy and its zip",
        "validate": "check questions against their own misconceptions",
        "mutants": "find small faults in a solution that no graded case notices",
        "harden": "write a question's hidden cases by search",
        "bundle": "build the zip for Gradescope",
        "pack": "share a course's questions with other courses",
    },
}
NAMES = tuple(name for group in COMMANDS.values() for name in group)


class Command(Protocol):
    """What the module of a command offers."""

    def add_arguments(self, command: argparse.ArgumentParser, /) -> None:
        """Describe the command and its options."""

    def run(self, options: argparse.Namespace, line: Sequence[str], /) -> int:
        """Run the command and return the program's exit status."""


def named(line: Sequence[str]) -> str:
    """The command that a command line names; empty where it names none."""
    first = next((word for word in line if not word.startswith("-")), "")
    return first if first in NAMES else ""


def module(name: str) -> Command:
    """The module of a command.

    Only that one is imported: a command is not slowed down by the others, and the supervisor of
    `grade` holds nothing that a grader must keep secret.
    """
    match name:
        case "check":
            from autograder.cli import check

            return check
        case "grade":
            from autograder.cli import grade

            return grade
        case "batch":
            from autograder.cli import batch

            return batch
        case "gradebook":
            from autograder.cli import gradebook

            return gradebook
        case "compare":
            from autograder.cli import compare

            return compare
        case "insight":
            from autograder.cli import insight

            return insight
        case "explain":
            from autograder.cli import explain

            return explain
        case "export":
            from autograder.cli import export

            return export
        case "preview":
            from autograder.cli import preview

            return preview
        case "doctor":
            from autograder.cli import doctor

            return doctor
        case "init":
            from autograder.cli import init

            return init
        case "import":
            from autograder.cli import import_

            return import_
        case "list":
            from autograder.cli import list as list_

            return list_
        case "new":
            from autograder.cli import new

            return new
        case "lock":
            from autograder.cli import lock

            return lock
        case "template":
            from autograder.cli import template

            return template
        case "validate":
            from autograder.cli import validate

            return validate
        case "mutants":
            from autograder.cli import mutants

            return mutants
        case "harden":
            from autograder.cli import harden

            return harden
        case "bundle":
            from autograder.cli import bundle

            return bundle
        case "pack":
            from autograder.cli import pack

            return pack
    raise AssertionError(f"no module for the command {name!r}")
