"""Mutants of a question's derivations: every line of the author's true ones, changed in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course.bank.derivations import FILE, derivations, proofs
from autograder.derivations.lines import read_answer
from autograder.derivations.slips import LOCATED, SlipOutcome, located, slipped
from autograder.derivations.writing import text


@dataclass(frozen=True, slots=True)
class Derived:
    """What became of the mutants of one derivation's lines.

    Attributes:
        name: topic and function.
        fates: how many had each fate.
        unseen: those that change a value and are not found at their line, in words.
    """

    name: str
    fates: Counter[SlipOutcome]
    unseen: tuple[str, ...]

    @property
    def problem(self) -> str:
        """What is wrong; empty where enough mutants are found at their line."""
        share = located(self.fates)
        if share >= LOCATED:
            return ""
        return (
            f"{self.name}: {100 * share:.2f} % of the mutants of its lines are found at their line, "
            f"the floor is {100 * LOCATED:g} %"
        )


def run(folder: Path) -> tuple[Derived, ...]:
    """Mutate the true derivations of a question; nothing where it has none.

    Args:
        folder: the question's.
    """
    declared = derivations(folder / FILE, folder.name)
    written = proofs(folder) if declared else {}
    found = []
    for name, derivation in declared.items():
        fates: Counter[SlipOutcome] = Counter()
        unseen = []
        for number, lines in enumerate(written.get(name, []), start=1):
            for slip in slipped(derivation, read_answer(derivation, lines)):
                fates[slip.fate] += 1
                if slip.fate is SlipOutcome.UNSEEN:
                    sides = " = ".join(map(text, slip.line.sides))
                    where = f"true derivation {number}, line {slip.line.index + 1}"
                    unseen.append(f"{where} ({slip.kind}): {slip.line.relation} {sides}")
        found.append(Derived(derivation.name, fates, tuple(unseen)))
    return tuple(found)


def show(found: Sequence[Derived], console: Console) -> None:
    """A row for each derivation, and below it each mutant that is not found at its line."""
    if not found:
        return
    table = Table(title="Mutants of the true derivations' lines")
    table.add_column("derivation", overflow="fold")
    for column in ("mutants", "equal in value", "unreadable", "at their line", "share"):
        table.add_column(column, justify="right")
    for one in found:
        fates = one.fates
        table.add_row(
            one.name,
            str(fates.total()),
            str(fates[SlipOutcome.EQUAL]),
            str(fates[SlipOutcome.UNREADABLE]),
            str(fates[SlipOutcome.LOCATED]),
            f"{100 * located(fates):.1f} %",
        )
    console.print(table)
    for one in found:
        for line in one.unseen:
            console.print(f"  {one.name}, {line}", markup=False, highlight=False, soft_wrap=True)
