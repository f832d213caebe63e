"""What a batch leaves, made by hand from reports that the real writer turns into results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder import supervisor
from autograder.gradescope import results
from autograder.model import (
    Assignment,
    Case,
    CaseResult,
    Diagnosis,
    Limits,
    Outcome,
    Part,
    PartResult,
    Permits,
    Question,
    Report,
)
from autograder.staff.batch.rows import About, PartAbout, Person, Row, RowStatus
from autograder.staff.batch.store import Store
from autograder.staff.batch.table import ClassTable
from autograder.testing import Misconception

DIGEST = "d1" * 32


def case(part: str, name: str, *, hidden: bool = False, weight: float = 1.0) -> Case:
    return Case("columns", part, name, hidden, weight, ("f",), lambda namespace: None)


def part(number: str, key: str, points: float, *cases: Case, **fields: Any) -> Part:
    return Part(number, key, f"The {key}", points, fields.pop("written", 0.0), cases, **fields)


MEAN = part("1.1", "mean", 4, case("mean", "ones"), case("mean", "rows", hidden=True))
SPREAD = part("1.2", "spread", 6, case("spread", "ones"), case("spread", "rows"), written=2.0)
PROOF = part("1.3", "proof", 0, written=5.0)
EXTRA = part("1.4", "extra", 1, case("extra", "ones"), bonus=True)
PARTS = (MEAN, SPREAD, PROOF, EXTRA)

ONES, HIDDEN = (one.key for one in MEAN.cases)
SPREAD_ONES, SPREAD_ROWS = (one.key for one in SPREAD.cases)
BONUS = EXTRA.cases[0].key
KEYS = (ONES, HIDDEN, SPREAD_ONES, SPREAD_ROWS, BONUS)


def known(*caught_by: str, **sentences: str) -> dict[tuple[str, str], Misconception]:
    """Misconceptions of the columns: the sentence of each by its name."""
    return {
        ("columns", name): Misconception(name, sentence, caught_by, dict)
        for name, sentence in sentences.items()
    }


@dataclass(frozen=True)
class One:
    """A submission: what is not named is right and unremarkable."""

    id: str
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    diagnoses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    users: Sequence[str] = ()
    names: Sequence[str] = ()
    seconds: float = 2.0
    peak: float = 300.0
    note: str = ""
    refused: str = ""
    finished: bool = True


def assignment(parts: Sequence[Part] = PARTS) -> Assignment:
    question = Question("columns", 1, "Columns", Path("columns"), tuple(parts), ("f",))
    return Assignment(
        "small", "Small", (question,), Limits(), Permits(), Path("small.toml"), DIGEST
    )


def report(one: One, whole: Assignment) -> Report:
    usual = Outcome.SKIPPED if one.refused else Outcome.PASSED

    def result(case: Case) -> CaseResult:
        word = one.fingerprints.get(case.key)
        kept = None if word is None else {"fingerprint": word, "calls": []}
        return CaseResult(case, one.outcomes.get(case.key, usual), kept=kept)

    def diagnosed(part: Part) -> Iterator[Diagnosis]:
        keys = {case.key for case in part.cases} & one.diagnoses.keys()
        for name in dict.fromkeys(name for key in sorted(keys) for name in one.diagnoses[key]):
            cases = tuple(key for key in sorted(keys) if name in one.diagnoses[key])
            yield Diagnosis(name, "", ("f",), 1, 1, cases)

    parts = tuple(
        PartResult(part, tuple(map(result, part.cases)), tuple(diagnosed(part)))
        for part in whole.parts
    )
    return Report(
        whole, parts, refused=one.refused, seconds=one.seconds, seed="s", finished=one.finished
    )


def row(one: One, graded: Report) -> Row:
    """The submission's line in the batch's table."""
    status = RowStatus.ERROR if graded.grader_error else RowStatus.GRADED
    return Row(
        id=one.id,
        file=one.file or f"{one.id}.ipynb",
        users=tuple(one.users) or (f"user-{one.id}",),
        people=tuple(Person(name=name) for name in one.names),
        note=one.refused or one.note,
        status=RowStatus.REFUSED if one.refused else status,
        score=round(graded.score, 5),
        parts={part.part.number: round(part.score(), 5) for part in graded.parts},
        seconds=one.seconds,
        peak_mb=one.peak,
    )


def about(whole: Assignment) -> About:
    """What a batch says of itself."""
    return About(
        name=whole.name,
        title=whole.title,
        digest=whole.digest,
        harness="b7" * 32,
        points=whole.points,
        parts=tuple(
            PartAbout(
                part.number, part.title, part.points, part.written, part.bonus, len(part.cases)
            )
            for part in whole.parts
        ),
    )


def left(folder: Path, *ones: One, whole: Assignment | None = None, **changes: Any) -> Path:
    """Write what a batch leaves with the batch's own hands, and return the folder."""
    whole = whole or assignment()
    store = Store(folder)
    rows = []
    for one in ones:
        graded = report(one, whole)
        rows.append(row(one, graded))
        (folder / one.id).mkdir()
        supervisor.write(folder / one.id / "results.json", results(graded))
        supervisor.write(folder / one.id / "explain.json", {"refused": one.refused})
    table = ClassTable(
        replace(about(whole), **changes),
        tuple(rows),
        "2026-03-02T10:00:00+00:00",
        "2026-03-02T10:05:00+00:00",
    )
    store.finish(table, parquet=False)
    store.close()
    return folder
