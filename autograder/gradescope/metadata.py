"""`submission_metadata.json`: who handed in, when, and earlier results.

Gradescope writes the file; on a test run by hand it is missing or empty. Grading continues whatever
it contains: what cannot be used is left out, with a note for staff.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier submission of the same student or group.

    Attributes:
        submitted: when, with its time zone.
        score: what it earned; ``None`` where it was not scored.
        failed: whether the autograder failed on it.
        results: its `results.json`; Gradescope gives that of the latest only.
    """

    submitted: datetime
    score: float | None = None
    failed: bool = False
    results: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a submission in addition to its files.

    Attributes:
        users: ids of the submitters, sorted.
        created: when it was handed in, with its time zone; grading it again does not change it.
        previous: earlier submissions, oldest first.
        staff: sentences for staff: what of the file could not be used.
    """

    users: tuple[str, ...] = ()
    created: datetime | None = None
    previous: tuple[Previous, ...] = ()
    staff: tuple[str, ...] = ()


def read_metadata(path: Path | None) -> Metadata:
    """Read what Gradescope says about a submission.

    Args:
        path: its `submission_metadata.json`; ``None`` where grading is not for Gradescope.

    Returns:
        Whatever of it can be used; nothing that is wrong with the file is an error.
    """
    if path is None:
        return Metadata()
    try:
        content = _parse(path)
    except _Unusable as error:
        return Metadata(staff=(f"{path.name} was not used: {error}.",))
    wrong: list[str] = []
    users = _users(content.get("users"), wrong)
    created = _moment(content.get("created_at"))
    if created is None:
        wrong.append("created_at")
    previous = _previous(content.get("previous_submissions", []), wrong)
    staff = (f"{path.name}: not usable and left out: {', '.join(wrong)}.",) if wrong else ()
    return Metadata(users, created, previous, staff)


class _Unusable(Exception):
    """The file as a whole; the text says why."""


def _parse(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file():
            raise _Unusable("it is not a file" if path.exists() else "there is no such file")
        if path.stat().st_size > _LARGEST:
            raise _Unusable(f"it is larger than {_LARGEST >> 20} MB")
        text = path.read_text(encoding="utf-8-sig")
        if not text.strip():
            raise _Unusable("it is empty")
        # NaN and infinities have no place in the results that earlier ones are merged into.
        content = json.loads(text, parse_float=_finite, parse_constant=lambda _: None)
    except OSError as error:
        raise _Unusable(f"it cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise _Unusable(f"it is not JSON ({error})") from error
    if not isinstance(content, dict):
        raise _Unusable("it is not a JSON object")
    return content


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _users(listed: Any, wrong: list[str]) -> tuple[str, ...]:
    found = list(map(_user, listed if isinstance(listed, list) else [None]))
    known = {user for user in found if user}
    if not all(found):
        wrong.append("users")
    return tuple(sorted(known))


def _user(entry: Any) -> str:
    user = entry.get("id") if isinstance(entry, dict) else None
    return str(user) if type(user) in (int, str) else ""


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _previous(listed: Any, wrong: list[str]) -> tuple[Previous, ...]:
    found = list(map(_one_previous, listed if isinstance(listed, list) else [None]))
    known = [entry for entry in found if entry is not None]
    if len(known) < len(found):
        wrong.append("previous_submissions")
    return tuple(sorted(known, key=lambda entry: entry.submitted))


def _one_previous(entry: Any) -> Previous | None:
    submitted = _moment(entry.get("submission_time")) if isinstance(entry, dict) else None
    if submitted is None:
        return None
    results = entry.get("results")
    return Previous(
        submitted,
        score=_score(entry.get("score")),
        failed=entry.get("autograder_error") is True,
        results=results if isinstance(results, dict) else {},
    )


def _score(value: Any) -> float | None:
    """A number, which Gradescope also writes as a string (``"20.0"``)."""
    try:
        return _finite(value) if isinstance(value, str) else _finite(str(float(value)))
    except (TypeError, ValueError, OverflowError):
        return None
