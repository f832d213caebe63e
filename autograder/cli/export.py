"""``autograder export``: the written answers of a class as documents."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

_NOT_READ = 1
_QUIET_SECONDS = 2.0


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
