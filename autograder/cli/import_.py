"""``autograder import``: an assignment of Otter's or nbgrader's as a question of this course, once."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Reads solutions, prompts, tests and points once, and writes a question and a manifest. Lists\n"
        "each test that it could not move, and why. Later changes of the original are not followed. The\n"
        "solutions are run on your machine: import only what you would run yourself.\n\n"
        "  autograder import otter hw03.ipynb  the master notebook of otter assign\n"
        "  autograder import otter dist/       a folder or zip: tests/ and solutions\n"
        "  autograder import nbgrader source/ps1.ipynb"
    )
    command.add_argument("program", choices=("otter", "nbgrader"), help="whose assignment it is")
    command.add_argument("path", type=Path, help="a notebook; for Otter a folder or a zip too")
    command.add_argument(
        "--name", help="of the question and the manifest (default: the file's name)"
    )
    command.add_argument(
        "--solution", type=Path, help="the notebook with the solutions, for a zip that has none"
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the question, say what was moved, and list what was not."""
    from autograder.course.bank import load, project_root
    from autograder.course.importing.nbgrader import read_nbgrader
    from autograder.course.importing.otter import read_otter
    from autograder.course.importing.writing import write
    from autograder.gradescope.markdown import plain
    from autograder.model import UsageError

    root = project_root()
    path: Path = options.path
    if not path.exists():
        raise UsageError(f"{path} does not exist")
    otter = options.program == "otter"
    master = read_otter(path, options.solution) if otter else read_nbgrader(path)
    topic = options.name or re.sub(r"[^a-z0-9]+", "_", path.resolve().stem.lower()).strip("_")
    data_folder = master.folder or (path if path.is_dir() else path.parent)
    done = write(master, topic, root, data_folder)
    sys.stdout.write(
        "Written:\n" + "".join(f"  {file.relative_to(root)}\n" for file in done.files) + "\n"
    )
    if done.data:
        sys.stdout.write(
            f"Students will be given {plain(', '.join(done.data))}: remove from [permits] files what they "
            "must not have.\n\n"
        )
    if done.listed:
        lines = "".join(f"  {plain(line)}\n" for line in done.listed)
        sys.stdout.write(f"Not moved:\n{lines}\n")
    assignment = load(topic, root)
    points = f"{assignment.points:g}"
    given = sum(part.written for part in assignment.parts)
    written = f" and {given:g} for written answers" if given else ""
    sys.stdout.write(
        f"{len(master.parts)} parts, {points} points by tests{written}. {done.cases} tests became cases, "
        f"{done.drivers} of them with a driver.\n"
    )
    if done.packages:
        sys.stdout.write(
            f"It imports {', '.join(done.packages)}: name what is not installed in requirements.txt "
            "and run `autograder lock`.\n"
        )
    sys.stdout.write(f"Next: autograder validate {topic} (it asks for misconceptions too)\n")
    return 0
