"""Two folders of results → what differs: points by person and part, outcomes by case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.model import UsageError
from autograder.staff.batch.rows import About, Row
from autograder.staff.batch.table import ClassTable, UnusableTable, read_json, read_table

_SAME = 1e-4


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that ends otherwise.

    Attributes:
        key: the case's key.
        old: its outcome before; empty where there was no such case.
        new: its outcome now; empty where there is no such case.
    """

    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part in which something differs.

    Attributes:
        number: the part's number.
        old: points before; ``None`` where there was no such part.
        new: points now; ``None`` where there is no such part.
        cases: those that end otherwise.
    """

    number: str
    old: float | None
    new: float | None
    cases: tuple[CaseChange, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A submission in which something differs.

    Attributes:
        old: its row before.
        new: its row now.
        parts: those in which something differs.
        known: whether both gradings say how each case ended.
    """

    old: Row
    new: Row
    parts: tuple[PartChange, ...]
    known: bool

    @property
    def gain(self) -> float:
        """Points gained; below zero where points are lost."""
        gain = self.new.score - self.old.score
        return gain if abs(gain) > _SAME else 0.0


@dataclass(frozen=True, slots=True)
class BatchComparison:
    """Two gradings of a class.

    Attributes:
        old: the assignment as it was graded before.
        new: the assignment as it was graded now.
        moved: the submissions in which something differs: the greatest loss first, then by gain.
        same: how many submissions do not differ.
        only_old: ids of the submissions that only the first grading has.
        only_new: ids of those that only the second has.
    """

    old: About
    new: About
    moved: tuple[Moved, ...]
    same: int
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]

    @property
    def gaining(self) -> tuple[Moved, ...]:
        """Those with more points than before, the greatest gain first."""
        return tuple(sorted((m for m in self.moved if m.gain > 0), key=lambda m: -m.gain))

    @property
    def losing(self) -> tuple[Moved, ...]:
        """Those with fewer points than before, the greatest loss first."""
        return tuple(sorted((m for m in self.moved if m.gain < 0), key=lambda m: m.gain))

    @property
    def level(self) -> tuple[Moved, ...]:
        """Those in which something differs and the points do not."""
        return tuple(m for m in self.moved if m.gain == 0)

    @property
    def summary(self) -> str:
        """How many submissions moved, and which way."""
        return (
            f"Points lost: {len(self.losing)}, gained: {len(self.gaining)}, the same with other outcomes: "
            f"{len(self.level)}, nothing changed: {self.same}"
        )


def compare(old: Path, new: Path) -> BatchComparison:
    """Compare two folders that batches wrote to.

    Args:
        old: the first grading.
        new: the second.

    Returns:
        What differs.

    Raises:
        UsageError: one of them is not what a batch leaves, or nobody is in both.
    """
    before, after = read_table(old), read_table(new)
    rows, others = _by_id(before), _by_id(after)
    shared = [name for name in rows if name in others]
    if rows and others and not shared:
        raise UsageError(f"{old} and {new} hold two different classes: no submission is in both")
    moved = [
        one
        for name in shared
        if (one := _moved(rows[name], others[name], old / name, new / name)) is not None
    ]
    moved.sort(key=lambda one: (one.gain, one.new.id))
    return BatchComparison(
        before.about,
        after.about,
        tuple(moved),
        len(shared) - len(moved),
        tuple(name for name in rows if name not in others),
        tuple(name for name in others if name not in rows),
    )


def _by_id(table: ClassTable) -> dict[str, Row]:
    return {row.id: row for row in table.rows}


def _moved(old: Row, new: Row, before: Path, after: Path) -> Moved | None:
    cases, others = _outcomes(before), _outcomes(after)
    known = cases is not None and others is not None
    parts = tuple(_parts(old, new, cases or {}, others or {}, known=known))
    if not parts and old.status is new.status and abs(old.score - new.score) <= _SAME:
        return None
    return Moved(old, new, parts, known)


Outcomes = Mapping[str, Mapping[str, str]]


def _parts(
    old: Row, new: Row, cases: Outcomes, others: Outcomes, *, known: bool
) -> Iterator[PartChange]:
    for number in dict.fromkeys([*old.parts, *new.parts]):
        before, after = old.parts.get(number), new.parts.get(number)
        changed = tuple(_cases(cases.get(number, {}), others.get(number, {}))) if known else ()
        same = before is not None and after is not None and abs(before - after) <= _SAME
        if changed or not (same or before == after):
            yield PartChange(number, before, after, changed)


def _cases(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[CaseChange]:
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield CaseChange(key, old.get(key, ""), new.get(key, ""))


def _outcomes(folder: Path) -> Outcomes | None:
    """How each case of each part ended; ``None`` where the file does not say."""
    try:
        explained = read_json(folder / "explain.json")
        return {
            str(number): {str(key): str(case["outcome"]) for key, case in part["cases"].items()}
            for number, part in explained["parts"].items()
        }
    except (UnusableTable, KeyError, TypeError, AttributeError):
        return None
