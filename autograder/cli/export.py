"""``autograder export``: the written answers of a class as documents."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.cli.arguments import add_assignment

_NOT_READ = 1
_QUIET_SECONDS = 2.0


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Writes the written answers of a class as HTML, one document per submission, for a person to\n"
        "grade. Reads what batch reads (exports of Gradescope, downloads from Canvas and Moodle,\n"
        "folders, zips), or one submission's notebook or zip. Each document names the answers that\n"
        "are missing or untouched, and what was left out. The pages work offline and run no scripts.\n\n"
        "  autograder export class/ -a a3_2020 --merged\n"
        "      also all answers, question by question\n"
        "  autograder export class/ -a a3_2020 -q 2.1 --pdf\n"
        "      one part, also printed as PDF\n\n"
        "Exit status: 0 if every submission was read, 1 if a document is incomplete (it says why), 3\n"
        "if this program failed on all of them."
    )
    command.add_argument("path", type=Path, help="a class's folder, a notebook or a zip")
    add_assignment(command)
    command.add_argument(
        "-o", "--output", type=Path, default=Path("export"), help="folder (default: export/)"
    )
    command.add_argument(
        "-q", "--part", action="append", default=[], help="only this part, such as 2.1; repeatable"
    )
    command.add_argument(
        "--merged",
        action="store_true",
        help="also write by_question.html: all answers to each part",
    )
    command.add_argument(
        "--graded",
        type=Path,
        metavar="GRADED",
        help="the folder that a batch wrote: derivations that it checked are shown below the answers",
    )
    command.add_argument(
        "--pdf",
        action="store_true",
        help="also print each document as PDF (needs Chromium or Chrome)",
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the documents, and a line for each."""
    from autograder.gradescope.markdown import plain
    from autograder.staff.export import Exported, ExportOptions
    from autograder.staff.export import run as export
    from autograder.supervisor import GRADER_ERROR_STATUS

    problems = failed = submissions = 0
    began = time.monotonic()
    live = sys.stderr.isatty()

    def tell(made: Exported, done: int, of: int) -> None:
        nonlocal problems, failed, submissions
        said, submissions = "", of
        if made.answers is not None and (made.answers.answered or not made.answers.unreadable):
            said = f"{made.answers.answered} of {len(made.answers.status)} answered"
        problems += bool(made.problem)
        failed += made.failed
        text = plain("; ".join(filter(None, (said, made.problem)))).replace("\n", " ")
        if live and time.monotonic() - began > _QUIET_SECONDS:
            sys.stderr.write(f"\r\x1b[K{done} of {of}\r")
        sys.stdout.write(f"{made.path}{f': {text}' if text else ''}\n")
        sys.stdout.flush()

    wish = ExportOptions(
        options.path,
        options.assignment,
        options.output,
        tuple(options.part),
        options.merged,
        options.pdf,
        options.graded,
    )
    export(wish, tell)
    if problems:
        sys.stdout.write(
            f"{problems} document{'s' if problems > 1 else ''} incomplete, of {submissions} "
            f"submission{'s' if submissions > 1 else ''}: each line above says why.\n"
        )
    if failed and failed == submissions:
        return GRADER_ERROR_STATUS
    return _NOT_READ if problems else 0
