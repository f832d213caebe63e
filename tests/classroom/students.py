"""Who is in the class: one or two of everything that can be handed in, as many as are wanted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from autograder.model import Assignment
from tests.classroom import programs
from tests.classroom.programs import Program

FLAVOURS = ("notebook", "modules", "zip")
MALFORMED = ("empty", "cut", "words", "two notebooks", "damaged zip", "no code", "nothing")

_SHARES = {"right": 22, "misconception": 52, "several": 10, "stub": 5, "hostile": 8, "malformed": 3}
"""Of a hundred students, how many of which kind."""


@dataclass(frozen=True)
class Student:
    """One submission before it is written down.

    Attributes:
        kind: a key of the shares above.
        flavour: how it is handed in.
        programs: one a topic, in the order of the assignment; empty where nothing can be graded.
        wrong: what is wrong with it, in words.
    """

    kind: str
    flavour: str
    programs: tuple[Program, ...]
    wrong: tuple[str, ...]


def students(assignment: Assignment, count: int, seed: int) -> list[Student]:
    """A class of so many, the same for the same seed; every misconception is in a class of 1,000."""
    rng = np.random.default_rng(seed)
    kinds = np.repeat(list(_SHARES), list(_SHARES.values()))
    kinds = np.tile(kinds, -(-count // len(kinds)))
    # Spread evenly, so that a small class has all kinds too.
    order = [k for start in range(0, len(kinds), 100) for k in rng.permutation(kinds[start:][:100])]
    makers = {kind: maker(assignment, rng) for kind, maker in _MAKERS.items()}
    found = []
    for kind in order[:count]:
        made, wrong = next(makers[str(kind)])
        flavour = str(rng.choice(MALFORMED if kind == "malformed" else FLAVOURS))
        found.append(Student(str(kind), flavour, made, wrong))
    return found


Made = tuple[tuple[Program, ...], tuple[str, ...]]


def _right(assignment: Assignment, rng: np.random.Generator) -> Iterator[Made]:
    """Topics in one style or another."""
    styles = [
        [programs.right(assignment, question), *programs.alternatives(question)]
        for question in assignment.questions
    ]
    while True:
        yield tuple(choices[rng.integers(len(choices))] for choices in styles), ()


def _one_wrong(assignment: Assignment, rng: np.random.Generator) -> Iterator[Made]:
    """Every misconception once, then again in another order."""
    every = [
        (place, program)
        for place, question in enumerate(assignment.questions)
        for program in programs.wrong(question)
    ]
    while True:
        for number in rng.permutation(len(every)):
            place, program = every[number]
            yield _with(assignment, {place: program})


def _several(assignment: Assignment, rng: np.random.Generator) -> Iterator[Made]:
    """Misconceptions in some topics, others not begun."""
    every = [programs.wrong(question) for question in assignment.questions]
    while True:
        chosen = {}
        for place, question in enumerate(assignment.questions):
            match rng.integers(4):
                case 0:
                    chosen[place] = every[place][rng.integers(len(every[place]))]
                case 1:
                    chosen[place] = programs.stub(question)
        yield _with(assignment, chosen)


def _stub(assignment: Assignment, rng: np.random.Generator) -> Iterator[Made]:
    """As handed out, or begun from the front."""
    for number in itertools.count():
        begun = 0 if number % 2 == 0 else int(rng.integers(len(assignment.questions)))
        left = list(enumerate(assignment.questions))[begun:]
        yield _with(assignment, {place: programs.stub(question) for place, question in left})


def _hostile(assignment: Assignment, rng: np.random.Generator) -> Iterator[Made]:
    """One function that attacks; one in forty never ends."""
    kinds = list(programs.ATTACKS) * 5
    kinds[20] = "never ends"
    for what in itertools.cycle(kinds):
        place = int(rng.integers(len(assignment.questions)))
        question = assignment.questions[place]
        function = str(rng.choice(question.functions))
        yield _with(assignment, {place: programs.attack(question, function, what)})


def _malformed(_assignment: Assignment, _rng: np.random.Generator) -> Iterator[Made]:
    return itertools.repeat(((), ()))


def _with(assignment: Assignment, chosen: dict[int, Program]) -> Made:
    """Right answers but for some topics."""
    made = tuple(
        chosen.get(place) or programs.right(assignment, question)
        for place, question in enumerate(assignment.questions)
    )
    wrong = [f"{p.topic}: {p.kind} {p.name}".strip() for p in made if p.build is not None]
    return made, tuple(wrong)


_MAKERS: dict[str, Callable[[Assignment, np.random.Generator], Iterator[Made]]] = {
    "right": _right,
    "misconception": _one_wrong,
    "several": _several,
    "stub": _stub,
    "hostile": _hostile,
    "malformed": _malformed,
}
