"""What a submission's code must not read: solutions, hidden cases, the results of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from autograder.course.banks import secret_folders
from autograder.grading.request import Request
from autograder.model import Assignment
from autograder.sandbox import Secrets

_EARLIER = 20  # of a folder as many are probed: an order to a cage must fit one message


def secrets_of(assignment: Assignment, request: Request) -> Secrets:
    """The files and folders that a submission's code must not reach."""
    root = assignment.manifest.resolve().parent.parent
    hidden = (
        question.folder / name
        for question in assignment.questions
        for name in ("hidden_cases.py", "misconceptions.py", "leaderboard.py", "proofs.py")
    )
    return Secrets(
        unreadable=(
            *secret_folders(root),
            *hidden,
            *request.unreadable,
            *_earlier(request.keep_from),
        ),
        unwritable=tuple(request.keep_from),
    )


def _earlier(folders: Sequence[Path]) -> Iterator[Path]:
    """Files of earlier gradings, and this one's own."""
    for folder in folders:
        if folder.is_dir():
            yield from islice(
                (path for path in sorted(folder.iterdir()) if path.is_file()), _EARLIER
            )
