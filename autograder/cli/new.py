"""``autograder new question``: the files of a new question, with blanks to fill in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Writes the folder of a question, its reference and the lines for a manifest, with blanks to\n"
        "fill in. With --from, a solution that exists becomes the reference, and the stub takes its\n"
        "signature and docstring."
    )
    command.add_argument("what", choices=("question",), help="what to begin")
    command.add_argument("name", help="the topic: lower-case letters, digits and underscores")
    command.add_argument(
        "--from",
        dest="source",
        metavar="FILE.py[:FUNCTION]",
        help="a solution that exists (default function: the one called like the topic, or the only one)",
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the files and say what to do next."""
    from autograder.course.bank import project_root
    from autograder.course.scaffold import new_question

    root = project_root()
    files, manifest = new_question(options.name, root, options.source or "")
    listed = "\n".join(f"  {path.relative_to(root)}" for path in files)
    first = "Look through the reference, then fill" if options.source else "Fill"
    sys.stdout.write(
        f"Written, with blanks marked FILL:\n{listed}\n\n"
        f"1. {first} the blanks, in this order: reference, prompt.md, stub.py, public_cases.py.\n"
        "   hidden_cases.py and misconceptions.py can wait: delete them, and write them before\n"
        "   you give the question to students.\n"
        f"2. Add to a manifest, assignments/NAME.toml:\n\n{manifest}\n"
        "3. Run `autograder validate NAME` until it says that all is sound.\n"
    )
    return 0
