"""The search for one question: what can be drawn, what it notices, and which cases are enough."""

from __future__ import annotations

import functools
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import torch

from autograder.course.solution import alternatives
from autograder.staff.harden import cover, writing
from autograder.staff.harden.calibrate import calibrated
from autograder.staff.harden.question import HardenedQuestion, open_question
from autograder.staff.harden.recipes import Recipe, candidates
from autograder.staff.harden.work import (
    CONSTANT,
    DETACHED,
    OTHER,
    SQUEEZED,
    CaseRunner,
    Check,
    CheckedRecipe,
    ConstantAnswer,
    KillRow,
    Mutated,
    read_text_of_cases,
    with_gradients,
)
from autograder.staff.mutants.mutant import Mutant, mutants
from autograder.staff.mutants.pool import MutantPool
from autograder.staff.mutants.program import PACKAGE, Program, read
from autograder.staff.mutants.verdicts import FILE, Equivalent
from autograder.staff.mutants.verdicts import read as read_verdicts

Step = Callable[[str, int, int], None]

_OF_RESULTS: Final = (SQUEEZED, DETACHED)
"""Faults of every function's results, each to be noticed by a case of that function."""

EACH: Final = 5
"""So many cases of a function are written at most, where nothing else is asked for."""


class CannotHarden(Exception):
    """A question for which nothing can be drawn, with the reasons."""


@dataclass(frozen=True)
class Candidate:
    """A case that may be written.

    Attributes:
        key: the case's.
        part: where it belongs.
        recipe: how it is drawn.
        problem: why it cannot be kept; ``""`` where it can.
        noticed: faults with the number of the draw, each with the function that is asked.
    """

    key: str
    part: str
    recipe: Recipe
    problem: str = ""
    noticed: frozenset[tuple[str, int, int]] = frozenset()


@dataclass(frozen=True)
class Survivor:
    """A change of the reference that today's cases do not notice.

    Attributes:
        mutant: the change.
        difference: an input on which it differs, with both values; ``""`` where none was found.
        noticed: whether a candidate notices it.
    """

    mutant: Mutant
    difference: str
    noticed: bool


@dataclass
class SearchResult:
    """What the search found.

    Attributes:
        question: the question.
        program: the reference's modules.
        candidates: all cases that were tried.
        chosen: the cases to write, in the order of the file.
        mutants: all changes of the reference, without those that a verdict excuses.
        killed: of these, the places of those that some candidate notices in every draw.
        covered: the places of those that the chosen ones notice in every draw.
        different: the places of those that differ from the reference on some input that was drawn.
        survivors: what today's cases do not notice, where that was asked for.
        problems: what could not be drawn and what to do about it, in words.
        draws: how many draws each candidate was tried in.
        untried: how many changes there was no time for.
    """

    question: HardenedQuestion
    program: Program
    candidates: list[Candidate] = field(default_factory=list)
    chosen: list[Candidate] = field(default_factory=list)
    mutants: list[Mutant] = field(default_factory=list)
    killed: set[int] = field(default_factory=set)
    covered: set[int] = field(default_factory=set)
    different: set[int] = field(default_factory=set)
    survivors: list[Survivor] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    draws: int = 0
    untried: int = 0

    @property
    def text(self) -> str:
        """The file of hidden cases that is proposed."""
        return writing.module(self.question, [(one.part, one.recipe) for one in self.chosen])

    @property
    def needs_driver(self) -> bool:
        """Whether the file calls the driver for gradients."""
        return any(one.recipe.gradient for one in self.chosen)


def search(
    root: Path,
    topic: str,
    step: Step,
    *,
    most: int = 0,
    draws: int = 3,
    seed: str = "harden",
    workers: int = 2,
    wide: bool = False,
    today: bool = True,
    minutes: float = 30.0,
    only: Callable[[Mutant], bool] = lambda _mutant: True,
) -> SearchResult:
    """Look for the cases of a question.

    Args:
        root: the project's folder.
        topic: the question.
        step: receives what is being done, how much is done, and how much there is.
        most: so many cases at most; 0 for `EACH` a function.
        draws: how often each candidate is drawn; right answers must pass in each of them.
        seed: what the inputs are drawn from.
        workers: how many processes run candidates.
        wide: whether extremes are drawn although no other right solution shows that they are fair.
        today: whether the changes are looked for that today's cases do not notice.
        minutes: when that many have passed, no further change is tried.
        only: which changes of the reference are tried.

    Raises:
        CannotHarden: the reference refuses inputs without naming an argument, or nothing can be drawn.
        AssignmentError: a file does not hold together.
    """
    deadline = time.monotonic() + 60 * minutes
    torch.set_num_threads(1)  # arrays are small: threads would only wait for each other
    step(f"calls of {topic}", 0, 1)
    question = open_question(root, topic)
    fit = calibrated(question)
    if fit.unnamed:
        raise CannotHarden("\n".join(fit.unnamed))
    if not fit.templates:
        raise CannotHarden("\n".join(fit.problems or [f"{topic}: no public case calls a function"]))
    recipes = [
        (part, recipe)
        for (part, _), templates in fit.templates.items()
        for recipe in candidates(templates, wide=wide or bool(alternatives(root, topic)))
    ]
    text = writing.module(question, recipes)
    with_gradients(question)
    keys = list(read_text_of_cases(question, text))
    pairs = [(key, part, recipe) for key, (part, recipe) in zip(keys, recipes, strict=True)]
    functions = tuple(name for name in question.stub.names if name in question.right)
    program = read(root / PACKAGE, topic, functions)
    excused = list(excuses(question))
    found = SearchResult(question, program, problems=fit.problems, draws=draws)
    found.mutants = [
        one
        for one in mutants(program)
        if only(one) and not any(excuse.holds(one, topic) for excuse in excused)
    ]
    seeds = tuple(f"{seed} {number}" for number in range(draws))
    make = functools.partial(_bench, topic=topic, text=text, seeds=seeds)
    with MutantPool(workers, root, (), seeds[0], make=make) as pool:
        extreme = {key: recipe.extreme for key, _, recipe in pairs}
        problems = _checked(pool, extreme, topic, step, deadline)
        reach = reached(root, topic, functions)
        asked = {recipe.function for _, _, recipe in pairs}
        dropped = frozenset(key for key, problem in problems.items() if problem)
        rows = _rows(pool, found, reach, asked, step, dropped, today=today, deadline=deadline)
    _conclude(found, pairs, problems, rows, reach)
    names = {one.recipe.function for one in found.candidates}
    _choose(found, most or EACH * len(names))
    return found


def _bench(
    root: Path,
    _assignments: Sequence[str],
    _seed: str,
    *,
    topic: str,
    text: str,
    seeds: tuple[str, ...],
) -> CaseRunner:
    return CaseRunner(root, topic, text, seeds)


def excuses(question: HardenedQuestion) -> Iterator[Equivalent]:
    """The verdicts of the bank's authors on changes that are no mistakes."""
    for path in sorted(question.folder.parent.glob(f"*/{FILE}")):
        yield from read_verdicts(path)


def reached(root: Path, topic: str, functions: Iterable[str]) -> dict[str, set[tuple[str, int]]]:
    """By function, the statements that it uses: a module and a place among its statements."""
    found = {}
    for name in functions:
        program = read(root / PACKAGE, topic, (name,))
        found[name] = {
            (module.name, module.tree.body.index(statement))
            for module, statement in program.statements()
        }
    return found


def _checked(
    pool: MutantPool, keys: Mapping[str, bool], topic: str, step: Step, deadline: float
) -> dict[str, str]:
    """Why candidates cannot be kept, by their keys; these come with whether extremes are drawn."""
    problems: dict[str, str] = {}
    in_time = itertools.takewhile(lambda _: time.monotonic() < deadline, keys.items())
    for task, answer in pool.results(Check(key, extreme) for key, extreme in in_time):
        if isinstance(task, Check) and isinstance(answer, CheckedRecipe):
            problems[task.key] = answer.problem
        step(f"right answers of {topic}", len(problems), len(keys))
    return {key: problems.get(key, "there was no time to try it") for key in keys}


def _rows(
    pool: MutantPool,
    found: SearchResult,
    reached: dict[str, set[tuple[str, int]]],
    asked: set[str],
    step: Step,
    dropped: frozenset[str],
    *,
    today: bool,
    deadline: float,
) -> dict[int | str, KillRow]:
    """What the candidates notice of each mutant, by its place, and of trivial functions, by name."""
    tasks: list[Mutated | ConstantAnswer] = [ConstantAnswer(name) for name in sorted(asked)]
    places: dict[Mutant, int] = {}
    for place, mutant in enumerate(found.mutants):
        names = [name for name, used in reached.items() if (mutant.module, mutant.owner) in used]
        places[mutant] = place
        tasks.append(Mutated(mutant, tuple(names), dropped, today))
    rows: dict[int | str, KillRow] = {}
    in_time = itertools.takewhile(lambda _task: time.monotonic() < deadline, tasks)
    for task, answer in pool.results(in_time):
        if not isinstance(answer, KillRow):
            raise TypeError(f"{task!r} was not answered with a row")
        if isinstance(task, Mutated):
            rows[places[task.mutant]] = answer
        elif isinstance(task, ConstantAnswer):
            rows[task.function] = answer
        step(f"faults of {found.question.topic}", len(rows), len(tasks))
    found.untried = len(tasks) - len(rows)
    return rows


def _conclude(
    found: SearchResult,
    pairs: Sequence[tuple[str, str, Recipe]],
    problems: dict[str, str],
    rows: dict[int | str, KillRow],
    reached: dict[str, set[tuple[str, int]]],
) -> None:
    """Give every candidate what it notices, and drop those that a constant passes."""
    draws = range(found.draws)
    noticed: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
    earned: dict[str, str] = {}
    formal: dict[str, str] = {}
    for place, row in rows.items():
        if isinstance(place, str):
            for (label, key), some in row.kills.items():
                if label.startswith(CONSTANT) and len(some) < found.draws:
                    earned[key] = f"a function that ignores its arguments passes it ({label})"
                elif label == OTHER and len(some) < found.draws:
                    formal[key] = "it looks at the form of the answer alone"
                elif label in _OF_RESULTS:
                    fault = _OF_RESULTS.index(label) - len(_OF_RESULTS)
                    noticed[key].update((place, fault, draw) for draw in some)
            continue
        mutant = found.mutants[place]
        for key, _, recipe in pairs:
            if (mutant.module, mutant.owner) not in reached[recipe.function]:
                continue
            some = frozenset(draws) if row.everywhere else row.kills.get(("", key), frozenset())
            noticed[key].update((recipe.function, place, draw) for draw in some)
            if some or row.everywhere:
                found.different.add(place)
        if row.difference or row.today:
            found.different.add(place)
    for key, part, recipe in pairs:
        drawn = bool(recipe.template.drawn or recipe.template.declared)
        problem = problems.get(key, "") or (earned if drawn else formal).get(key, "")
        found.candidates.append(Candidate(key, part, recipe, problem, frozenset(noticed[key])))
    good = [one for one in found.candidates if not one.problem]
    found.killed = noticed_by(good, found.draws)
    for place, row in rows.items():
        if isinstance(place, str) or row.everywhere or row.today or place not in found.different:
            continue
        found.survivors.append(
            Survivor(found.mutants[place], row.difference, place in found.killed)
        )


def noticed_by(some: Iterable[Candidate], draws: int) -> set[int]:
    """The places of the mutants that some of these cases notice in every draw."""
    seen: dict[int, set[int]] = defaultdict(set)
    for one in some:
        for _, place, draw in one.noticed:
            if place >= 0:
                seen[place].add(draw)
    return {place for place, found in seen.items() if len(found) == draws}


def _choose(found: SearchResult, most: int) -> None:
    good = {one.key: one for one in found.candidates if not one.problem}
    if not good:
        reasons = dict.fromkeys(one.problem for one in found.candidates)
        raise CannotHarden("no case was kept: " + "; ".join(reasons))
    groups = {key: (one.part, one.recipe.function) for key, one in good.items()}
    for part, name in dict.fromkeys((one.part, one.recipe.function) for one in found.candidates):
        if (part, name) not in groups.values():
            some = [o for o in found.candidates if (o.part, o.recipe.function) == (part, name)]
            reasons = dict.fromkeys(one.problem for one in some)
            found.problems.append(f"{part}: no case of {name} was kept: {'; '.join(reasons)}")
    better = {groups[key] for key, one in good.items() if not one.recipe.resort}
    first = {k: one for k, one in good.items() if not one.recipe.resort or groups[k] not in better}
    done = frozenset().union(*(one.noticed for one in first.values()))
    resorts = [key for key, one in good.items() if key not in first and one.noticed - done]
    keys = resorts + cover.cover(
        {key: _reasons(one) for key, one in first.items()},
        most - len(resorts),
        groups=groups,
        kinds={key: one.recipe.kind for key, one in first.items()},
    )
    found.chosen = [one for key, one in good.items() if key in keys]
    found.covered = noticed_by(found.chosen, found.draws)


def _reasons(one: Candidate) -> frozenset[Hashable]:
    """Why a case is wanted: what it notices, and special numbers that its function is said to allow."""
    special = one.recipe.special
    return one.noticed | {(one.recipe.function, special)} if special else one.noticed
