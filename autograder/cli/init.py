"""``autograder init``: a new course with one finished example assignment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Makes a folder that is a course: an example assignment that is finished, the README with the\n"
        "commands of a semester, and what a repository needs to check it at every push."
    )
    command.add_argument("folder", type=Path, help="the new folder, such as mycourse")


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the course and say what to do next."""
    from autograder.course.init import new_course

    files = new_course(options.folder)
    listed = "\n".join(f"  {path.relative_to(options.folder)}" for path in files)
    sys.stdout.write(
        f"{options.folder}: a course with one example assignment, hw1\n{listed}\n\n"
        f"Next:\n"
        f"  cd {options.folder}\n"
        "  autograder validate hw1          are its tests sound?\n"
        "  autograder new question TOPIC    begin a question of your own\n"
        "README.md lists the commands of a semester.\n"
    )
    return 0
