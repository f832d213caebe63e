"""Earlier gradings, which are kept: the folder of results as it was before it was replaced.

Every file of a folder of results is replaced whole, never changed. So a second name for it (a hard
link) keeps what it held, and costs no room until it is replaced.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from autograder.staff.batch.collect import RESERVED

EARLIER = "earlier"
REGRADE = "regrade"

_TABLES = ("batch.json", "grades.csv", "times.csv", "grades.parquet")
_OF_SUBMISSION = ("results.json", "explain.json", "row.json")


def snapshot(folder: Path, finished: str) -> Path:
    """Keep a folder of results as it is.

    Args:
        folder: of a batch.
        finished: when its grading ended, in ISO 8601; now where it is empty.

    Returns:
        Where it is kept: a separate folder of results.

    Raises:
        OSError: it cannot be written.
    """
    kept = _unused(folder / EARLIER, finished)
    copy(folder, kept)
    return kept


def archive(folder: Path, finished: str) -> Path:
    """Move everything that a batch left out of the way, so that another one begins in an empty folder.

    Args:
        folder: of a batch.
        finished: when its grading ended, in ISO 8601; now where it is empty.

    Returns:
        Where it is now: a separate folder of results.

    Raises:
        OSError: it cannot be moved.
    """
    kept = _unused(folder / EARLIER, finished)
    kept.mkdir(parents=True, mode=0o700)
    for path in sorted(folder.iterdir()):
        ours = path.name in RESERVED and path.name != EARLIER
        if ours or (path / "row.json").is_file():
            path.rename(kept / path.name)
    return kept


def copy(folder: Path, to: Path) -> None:
    """Hard-link every result of a batch into another folder.

    Args:
        folder: the results of a batch.
        to: the other folder, made where it is missing; files of the same names are replaced, others stay.

    Raises:
        OSError: it cannot be written.
    """
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in _TABLES:
        link(folder / name, to / name)
    for path in sorted(folder.iterdir()):
        if (path / "row.json").is_file():
            copy_submission(path, to / path.name)


def copy_submission(folder: Path, to: Path) -> None:
    """Give the results of one submission a second name, the row last.

    Raises:
        OSError: it cannot be written.
    """
    to.mkdir(exist_ok=True)
    for name in _OF_SUBMISSION:
        link(folder / name, to / name)


def link(path: Path, to: Path) -> None:
    """Give a file a second name, or a copy where the file system knows no second names.

    What bore the name before is replaced; a file that is not there is left out.

    Raises:
        OSError: it cannot be written.
    """
    if not path.is_file():
        return
    beside = to.with_name(f".{to.name}.link")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    try:
        os.link(path, beside)
    except OSError:
        shutil.copyfile(path, beside)
    beside.replace(to)


def _unused(folder: Path, finished: str) -> Path:
    """A name after a moment that nothing has yet."""
    moment = finished or datetime.now(UTC).isoformat(timespec="seconds")
    name = re.sub(r"[^0-9A-Za-z-]+", "-", moment.replace("+00:00", "Z"))
    place, number = folder / name, 2
    while place.exists():
        place, number = folder / f"{name}-{number}", number + 1
    return place
