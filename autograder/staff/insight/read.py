"""The folder that a batch left, as a `Class`: what is missing is missing, what is broken is listed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.gradescope.markdown import cut, plain
from autograder.model import Outcome, UsageError
from autograder.staff.batch.rows import About, Row, RowStatus
from autograder.staff.batch.table import INDEX, UnusableTable, read_json, read_table
from autograder.staff.insight.model import (
    BrokenResults,
    Class,
    GradedSubmission,
    PartHeading,
    State,
)
from autograder.staff.json_values import mapping, text

RESULTS = "results.json"

_LONGEST = 300
_STATES = {
    RowStatus.GRADED: State.GRADED,
    RowStatus.REFUSED: State.REFUSED,
    RowStatus.ERROR: State.GRADER_ERROR,
    RowStatus.UNFINISHED: State.UNFINISHED,
    RowStatus.NOT_GRADED: State.UNFINISHED,
}


def read(folder: Path) -> Class:
    """Read what `autograder batch` left in a folder.

    Args:
        folder: the batch's OUT.

    Returns:
        The class. A submission whose results are missing or broken is listed as such.

    Raises:
        UsageError: the folder is not what a batch leaves, or nothing in it can be read.
    """
    table = read_table(folder)
    headings = tuple(_headings(table.about))
    if not (table.rows or table.unreadable) or not headings:
        raise UsageError(
            f"{folder / INDEX} lists no {'submissions' if headings else 'parts'}; "
            "run autograder batch again"
        )
    submissions: list[GradedSubmission] = []
    broken = [BrokenResults(f"row {number}", "", "it has no id") for number in table.unreadable]
    cases: dict[str, str] = {}
    features: set[str] = set()
    for row in table.rows:
        try:
            extra = {} if row.status is RowStatus.NOT_GRADED else _extra(folder, row.id)
        except UnusableTable as error:
            broken.append(BrokenResults(_line(row.id), _line(row.file), str(error)))
            continue
        submissions.append(_submission(row, extra))
        for part in _parts(extra):
            features |= part.keys() & {"diagnoses", "values"}
            cases.update(dict.fromkeys(map(_text, part["cases"]), _text(part.get("number"))))
    if not submissions:
        raise UsageError(
            f"{folder}: none of {len(broken)} submissions has results that can be read "
            f"(the first: {broken[0].why}); run autograder batch again"
        )
    return Class(
        assignment=_line(table.about.name) or "assignment",
        title=_line(table.about.title),
        digest=_line(table.about.digest),
        harness=_line(table.about.harness),
        started=_line(table.started),
        parts=headings,
        cases=cases,
        submissions=tuple(sorted(submissions, key=lambda one: one.id)),
        broken=tuple(sorted(broken, key=lambda one: one.id)),
        diagnosed="diagnoses" in features,
        fingerprinted="values" in features,
    )


def _headings(about: About) -> Iterator[PartHeading]:
    """The parts that the program gives points for."""
    for part in about.parts:
        if part.cases != 0:
            yield PartHeading(_line(part.number), _line(part.title), part.points, part.bonus)


def _extra(folder: Path, name: str) -> dict[str, Any]:
    """What the results of a submission hold for staff; empty where its grading never began."""
    if name in (".", "..") or Path(name).name != name:
        raise UnusableTable("its id is not the name of a folder")
    try:
        results = read_json(folder / name / RESULTS)
    except UnusableTable as error:
        raise UnusableTable(f"{RESULTS}: {error}") from error
    extra = results.get("extra_data", {})
    if "tests" not in results or not isinstance(extra, dict):
        raise UnusableTable(f"{RESULTS} was not written by this program")
    return extra


def _submission(row: Row, extra: Mapping[str, Any]) -> GradedSubmission:
    parts = list(_parts(extra))
    state = _STATES[row.status]
    note = _line(row.note)
    return GradedSubmission(
        id=_line(row.id),
        file=_line(row.file),
        users=tuple(map(_line, row.users)),
        names=tuple(map(_line, row.names)),
        state=state,
        refused=note if state is State.REFUSED else "",
        score=row.grade,
        seconds=row.seconds or None,
        peak=row.peak_mb or None,
        note=note,
        earned={
            number: row.parts[number] if _sound(part) else None
            for part in parts
            if (number := _text(part.get("number"))) in row.parts
        },
        outcomes=dict(_outcomes(parts)),
        diagnoses={
            _text(key): names
            for part in parts
            for key, listed in mapping(part.get("diagnoses")).items()
            if (names := _texts(listed))
        },
        fingerprints={
            _text(key): word
            for part in parts
            for key, value in mapping(part.get("values")).items()
            if (word := _text(mapping(value).get("fingerprint")))
        },
        digest=_text(extra.get("digest")),
    )


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
    return _line(text(value))


@functools.lru_cache(maxsize=4096)  # the keys of cases come again with every submission
def _line(text: str) -> str:
    return cut(" ".join(plain(text).split()), _LONGEST)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in map(_text, _list(value)) if text)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
