"""True derivations typed from the questions alone, in other orders than the author's: none is called false.

Each file of `roads/` holds the derivations of one topic. A road is a title after ``#`` and its lines; ``!``
says why a true one misses a step. `make test` looks at a few instances, the exhaustive test at 200.
"""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from autograder.course.bank.derivations import derivation
from autograder.derivations import Unformed, UnreadableLine, check, writing
from autograder.derivations.evaluation import Evaluator
from autograder.derivations.judging import judged as compared
from autograder.derivations.lines import read_answer, read_line
from autograder.derivations.slips import LOCATED, SlipOutcome, located, slipped
from autograder.staff.validate.rewordings import padded, reworded
from tests.unit.derivations.test_proofs import DERIVATIONS

FEW = 8  # instances
MOST = 28  # of each end, so that all are lines of one derivation
FOLDER = Path(__file__).parent / "roads"


class Road(NamedTuple):
    """A true derivation, and why it misses a step where it does."""

    name: str
    title: str
    lines: tuple[str, ...]
    misses: str = ""


def roads(path):
    name, found = "", []
    for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
        if line.startswith("== "):
            name = f"{path.stem}.{line[3:]}"
        elif line.startswith("# "):
            found.append(Road(name, line[2:], ()))
        elif line.startswith("! "):
            found[-1] = found[-1]._replace(misses=line[2:])
        else:
            found[-1] = found[-1]._replace(lines=(*found[-1].lines, line))
    return found


ROADS = [road for path in sorted(FOLDER.glob("*.txt")) for road in roads(path)]
NAMES = sorted(f"{topic}.{name}" for topic, name in DERIVATIONS)
BY_NAME = pytest.mark.parametrize("name", NAMES)


def judged(name, instances):
    """The verdict on each road of a derivation; none may be called false."""
    for road in ROADS:
        if road.name == name:
            verdict = check(derivation(name), road.lines, instances=instances)
            told = [f"{line.status}: {line.explanation}" for line in verdict.lines]
            assert verdict.holds, "\n".join([road.title, *told])
            assert verdict.ends, road.title
            yield road, verdict


def test_there_are_five_or_more_roads_of_each_derivation():
    counts = Counter(road.name for road in ROADS)
    assert sorted(counts) == NAMES
    assert len(NAMES) == 21
    assert min(counts.values()) >= 5
    assert len({(road.name, road.lines) for road in ROADS}) == len(ROADS)


@BY_NAME
def test_a_true_derivation_holds_and_shows_every_step(name):
    for road, verdict in judged(name, FEW):
        assert verdict.complete is not bool(road.misses), (road.title, verdict.waypoints)


@pytest.mark.exhaustive
@BY_NAME
def test_a_true_derivation_holds_on_200_instances(name):
    assert len(list(judged(name, 200))) >= 5


@pytest.mark.exhaustive
@BY_NAME
def test_slips_of_the_lines_are_found_where_they_are(name):
    declared = derivation(name)
    fates = Counter(
        slip.fate
        for road in ROADS
        if road.name == name
        for slip in slipped(declared, read_answer(declared, road.lines))
    )
    assert fates[SlipOutcome.LOCATED] > 100
    assert located(fates) >= LOCATED


def idle(declared, given):
    """Lines that say what a given one does: reworded, or with something added and taken away again.

    What cannot be added to it, or is so much larger that digits are lost, is left out.
    """
    evaluators = [Evaluator(declared, declared.draw(index)) for index in range(FEW)]
    start = read_line(declared, given)
    found = []
    for text in (*reworded(declared, given), *padded(declared, given)):
        line = read_line(declared, text)
        try:
            for evaluator in evaluators:
                assert all(one.holds for one in compared(declared, evaluator, start, line, "="))
        except (AssertionError, Unformed, UnreadableLine):
            continue
        found.append(text if declared.equations else f"= {writing.text(line.formula)}")
    return found[:MOST]


@pytest.mark.exhaustive
@BY_NAME
def test_what_shows_nothing_reaches_no_step(name):
    """The given lines, each repeated, reworded, and with something added and taken away again."""
    declared = derivation(name)
    first, last = declared.first, declared.last
    begin, end = idle(declared, first), idle(declared, last)
    assert min(len(begin), len(end)) >= 8
    verdict = check(declared, [first, *begin, last, *end, end[-1]], instances=FEW)
    assert verdict.holds, verdict
    assert not any(verdict.waypoints)
