"""Whether a question's derivations are sound: true ones pass, wrong lines are caught, gaming earns nothing.

The author's true derivations stand in `proofs.py` of the question, which no student gets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.course.bank.derivations import FILE, derivations, proofs
from autograder.derivations import Derivation, Wrong, check
from autograder.derivations.lines import read_answer, read_formula, read_line
from autograder.derivations.slips import LOCATED, SlipOutcome, located, slipped
from autograder.derivations.writing import text
from autograder.staff.validate.rewordings import padded, reworded

INSTANCES: Final = 200
MIN_PROOFS: Final = 3
"""Fewer proofs show little: each takes another road."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What was found out about one derivation.

    Attributes:
        name: topic and function.
        proofs: how many true derivations of the author's hold.
        wrong: how many wrong lines are caught.
        fates: how many mechanical slips of the proofs' lines had each fate.
        problems: what does not hold, in words.
    """

    name: str
    proofs: int
    wrong: int
    fates: Mapping[SlipOutcome, int]
    problems: tuple[str, ...]

    @property
    def located(self) -> float:
        """The share of the slips that change a line's value and are found at that line."""
        return located(self.fates)


def prove(folder: Path, *, instances: int = INSTANCES) -> tuple[Proved, ...]:
    """Prove the derivations of a question.

    Args:
        folder: the question's.
        instances: how many random instances the proofs must hold on.

    Returns:
        One entry a derivation; none where the question has none.
    """
    declared = derivations(folder / FILE, folder.name)
    written = proofs(folder) if declared else {}
    found = []
    for name, derivation in declared.items():
        found.append(_proved(derivation, written.get(name, []), instances))
    for name in written:
        if name not in declared:
            problem = f"{folder.name}: proofs.py proves {name!r}, which {FILE} does not declare"
            found.append(
                Proved(f"{folder.name}.{name}", 0, 0, dict.fromkeys(SlipOutcome, 0), (problem,))
            )
    return tuple(found)


def _proved(derivation: Derivation, written: Sequence[Sequence[str]], instances: int) -> Proved:
    name = derivation.name
    false = list(_false_proofs(derivation, written, instances))
    missed = [problem for wrong in derivation.wrong for problem in _wrong(derivation, wrong)]
    problems = [*_declared(derivation), *false, *missed, *_gaming(derivation)]
    if len(written) < MIN_PROOFS:
        problems.append(
            f"proofs.py has {len(written)} true derivations, wanted {MIN_PROOFS} or more"
        )
    fates = dict.fromkeys(SlipOutcome, 0)
    if not false:
        for proof in written:
            for slip in slipped(derivation, read_answer(derivation, proof)):
                fates[slip.fate] += 1
    found = Proved(name, len(written) - len(false), len(derivation.wrong) - len(missed), fates, ())
    if found.located < LOCATED:
        problems.append(
            f"{found.located:.1%} of the slips that change a line are found at that line, "
            f"wanted {LOCATED:.0%}"
        )
    told = tuple(f"{name}: {problem}" for problem in problems)
    return Proved(name, found.proofs, found.wrong, fates, told)


def _declared(derivation: Derivation) -> Iterator[str]:
    """What the declaration itself lacks."""
    bounds = {"<=", ">="}.intersection(derivation.relations)
    if bounds and not derivation.tight:
        yield f"it allows {' and '.join(sorted(bounds))} and names no equality case (tight)"
    if derivation.tight and not bounds:
        yield "it names an equality case (tight) and allows no inequality"
    if ("~" in derivation.relations) != (derivation.up_to is not None):
        yield "'~' is a relation exactly where up_to says what it means"
    for quantity in derivation.quantities:
        read_formula(derivation, quantity)


def _false_proofs(
    derivation: Derivation, written: Sequence[Sequence[str]], instances: int
) -> Iterator[str]:
    for number, lines in enumerate(written, start=1):
        verdict = check(derivation, lines, instances=instances)
        what = f"true derivation {number}"
        if verdict.refused is not None:
            yield f"{what} cannot be read: {verdict.refused[1]}"
        elif verdict.first_false is not None:
            line = verdict.first_false
            yield f"{what} is called false in line {line + 1}: {verdict.lines[line].explanation}"
        elif not verdict.ends:
            yield f"{what} does not begin and end with the given lines"
        elif not verdict.complete:
            pairs = zip(derivation.waypoints, verdict.waypoints, strict=True)
            missing = [waypoint.sentence for waypoint, reached in pairs if not reached]
            yield f"{what} misses the waypoint {missing[0]!r}"


def _wrong(derivation: Derivation, wrong: Wrong) -> Iterator[str]:
    lines = [line for line in (wrong.after, wrong.line) if line]
    verdict = check(derivation, lines)
    place = len(lines) - 1
    if verdict.first_false != place:
        yield f"the wrong line {wrong.name!r} is not caught"
    elif wrong.sentence not in verdict.lines[place].explanation:
        yield f"the wrong line {wrong.name!r} is caught without its sentence"


def _gaming(derivation: Derivation) -> Iterator[str]:
    """Waypoints that a line meets which shows nothing: each once, with the first such line."""
    first, last = derivation.first, derivation.last
    met: dict[str, list[str]] = {}
    for lines in _tricks(derivation):
        verdict = check(derivation, lines, instances=4, explained=False)
        for waypoint, shown in zip(derivation.waypoints, verdict.waypoints, strict=True):
            if shown:
                between = lines[1] if len(lines) > 2 else f"{first}, {last}"
                met.setdefault(waypoint.sentence, []).append(between)
    for sentence, found in met.items():
        more = f", and {len(found) - 1} more such lines" if len(found) > 1 else ""
        yield f"a line that shows nothing meets the waypoint {sentence!r}: {found[0]}{more}"


def _tricks(derivation: Derivation) -> Iterator[list[str]]:
    """The given lines alone, and with a line between that says the same as one of them."""
    if not derivation.waypoints:
        return
    first, last = derivation.first, derivation.last
    yield [first, last]
    yield [first, _again(derivation, first), last]
    yield [first, last, last]
    for given in (first, last):
        for line in (*padded(derivation, given), *reworded(derivation, given)):
            yield [first, line, last]


def _again(derivation: Derivation, first: str) -> str:
    if derivation.equations:
        return first
    return f"= {text(read_line(derivation, first).formula)}"
