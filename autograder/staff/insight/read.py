"""The folder that a batch left, as a `Class`: what is missing is missing, what is broken is listed."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.gradescope.markdown import cut, plain
from autograder.model import Outcome, UsageError
from autograder.staff.insight.model import Broken, Class, PartHeading, State, Submission

INDEX = "batch.json"
RESULTS = "results.json"
EXPLAINED = "explain.json"

_LARGEST = 64 << 20
_LONGEST = 300
_STATES = {"graded": State.GRADED, "refused": State.REFUSED, "error": State.OURS}


class _Unusable(Exception):
    """A file; the text says why, without its path."""


def read(folder: Path) -> Class:
    """Read what `autograder batch` left in a folder.

    Args:
        folder: the batch's OUT.

    Returns:
        The class. A submission whose results are missing or broken is listed as such.

    Raises:
        UsageError: the folder is not what a batch leaves, or nothing in it can be read.
    """
    index = _index(folder)
    rows = [row for row in _list(index.get("submissions")) if isinstance(row, dict)]
    headings = tuple(_headings(index))
    if not rows or not headings:
        raise UsageError(
            f"{folder / INDEX} lists no {'submissions' if headings else 'parts'}: "
            "run autograder batch again"
        )
    submissions: list[Submission] = []
    broken: list[Broken] = []
    cases: dict[str, str] = {}
    features: set[str] = set()
    for number, row in enumerate(rows, 1):
        name = _text(row.get("id")) or f"row {number}"
        try:
            extra = _extra(folder, name)
        except _Unusable as error:
            broken.append(Broken(name, _text(row.get("file")), str(error)))
            continue
        submissions.append(_submission(folder, name, row, extra))
        for part in _parts(extra):
            features |= part.keys() & {"diagnoses", "values"}
            cases.update(dict.fromkeys(map(_text, part["cases"]), _text(part.get("number"))))
    if not submissions:
        raise UsageError(
            f"{folder}: none of {len(rows)} submissions has results that can be read "
            f"(the first: {broken[0].why}); run autograder batch again"
        )
    return Class(
        assignment=_text(index.get("name")) or "assignment",
        title=_text(index.get("title")),
        digest=_text(index.get("digest")),
        harness=_text(index.get("harness")),
        started=_text(index.get("started")),
        parts=headings,
        cases=cases,
        submissions=tuple(sorted(submissions, key=lambda one: one.id)),
        broken=tuple(sorted(broken, key=lambda one: one.id)),
        diagnosed="diagnoses" in features,
        fingerprinted="values" in features,
    )


def _index(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {folder}: name the one that autograder batch wrote to"
        )
    path = folder / INDEX
    if not path.exists():
        raise UsageError(
            f"{folder} holds no {INDEX}: it is not what a batch leaves. Run "
            f"`autograder batch SUBMISSIONS -a ASSIGNMENT -o {folder}` first"
        )
    try:
        return _json(path)
    except _Unusable as error:
        raise UsageError(f"{path}: {error}; run autograder batch again, it goes on") from error


def _json(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file():
            raise _Unusable("it is no file" if path.exists() else "there is no such file")
        if path.stat().st_size > _LARGEST:
            raise _Unusable(f"it is larger than {_LARGEST >> 20} MB")
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise _Unusable(f"it cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise _Unusable("it is not JSON, or it was cut off") from error
    if not isinstance(content, dict):
        raise _Unusable("it holds no JSON object")
    return content


def _headings(index: Mapping[str, Any]) -> Iterator[PartHeading]:
    """The parts that the program gives points for."""
    for part in _list(index.get("parts")):
        number = _text(part.get("number")) if isinstance(part, dict) else ""
        if number and part.get("cases") != 0:
            points = _number(part.get("points")) or 0.0
            yield PartHeading(number, _text(part.get("title")), points, part.get("bonus") is True)


def _extra(folder: Path, name: str) -> dict[str, Any]:
    """What the results of a submission hold for staff; empty where its grading never began."""
    if name in (".", "..") or Path(name).name != name:
        raise _Unusable("its id is no name of a folder")
    try:
        results = _json(folder / name / RESULTS)
    except _Unusable as error:
        raise _Unusable(f"{RESULTS}: {error}") from error
    extra = results.get("extra_data", {})
    if "tests" not in results or not isinstance(extra, dict):
        raise _Unusable(f"{RESULTS} was not written by this program")
    return extra


def _submission(
    folder: Path, name: str, row: Mapping[str, Any], extra: Mapping[str, Any]
) -> Submission:
    parts = list(_parts(extra))
    state = _STATES.get(_text(row.get("status")), State.UNFINISHED)
    points = _mapping(row.get("parts"))
    return Submission(
        id=name,
        file=_text(row.get("file")),
        users=_texts(row.get("users")),
        names=_texts(row.get("names")),
        state=state,
        refused=_refusal(folder / name / EXPLAINED) if state is State.REFUSED else "",
        score=_number(row.get("score")),
        seconds=_positive(row.get("seconds")),
        peak=_positive(row.get("peak_mb")),
        note=_text(row.get("note")),
        earned={
            number: _number(points.get(number)) if _sound(part) else None
            for part in parts
            if (number := _text(part.get("number"))) in points
        },
        outcomes=dict(_outcomes(parts)),
        diagnoses={
            _text(key): names
            for part in parts
            for key, listed in _mapping(part.get("diagnoses")).items()
            if (names := _texts(listed))
        },
        fingerprints={
            _text(key): word
            for part in parts
            for key, value in _mapping(part.get("values")).items()
            if (word := _text(_mapping(value).get("fingerprint")))
        },
        digest=_text(extra.get("digest")),
    )


def _refusal(path: Path) -> str:
    """Why nothing could be graded, where the file that says so is whole."""
    try:
        return _text(_json(path).get("refused"))
    except _Unusable:
        return ""


def _parts(extra: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for part in _list(extra.get("parts")):
        if isinstance(part, dict) and isinstance(part.get("cases"), dict):
            yield part


def _outcomes(parts: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Outcome]]:
    known = set(Outcome)
    for part in parts:
        for key, word in part["cases"].items():
            if isinstance(word, str) and word in known:
                yield _text(key), Outcome(word)


def _sound(part: Mapping[str, Any]) -> bool:
    return Outcome.GRADER_ERROR not in part["cases"].values()


def _text(value: Any) -> str:
    """One printable line; numbers are ids too."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return _line(str(value))


@functools.lru_cache(maxsize=4096)  # the keys of cases come again with every submission
def _line(text: str) -> str:
    return cut(" ".join(plain(text).split()), _LONGEST)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in map(_text, _list(value)) if text)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _positive(value: Any) -> float | None:
    """A measure; the batch writes 0 where there is none."""
    number = _number(value)
    return number if number is not None and number > 0 else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
