"""The search for one question: what can be drawn, what it notices, and which cases are enough."""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import torch

from autograder.course.solution import alternatives
from autograder.staff.harden import writing
from autograder.staff.harden.calibrate import calibrated
from autograder.staff.harden.choice import choose, conclude
from autograder.staff.harden.question import HardenedQuestion, open_question
from autograder.staff.harden.recipes import candidates
from autograder.staff.harden.results import CannotHarden, SearchResult
from autograder.staff.harden.tasks import Check, CheckedRecipe, ConstantAnswer, KillRow, Mutated
from autograder.staff.harden.work import CaseRunner, read_text_of_cases, with_gradients
from autograder.staff.mutants.mutant import Mutant, mutants
from autograder.staff.mutants.pool import MutantPool
from autograder.staff.mutants.program import PACKAGE, read
from autograder.staff.mutants.verdicts import FILE, Equivalent
from autograder.staff.mutants.verdicts import read as read_verdicts

Step = Callable[[str, int, int], None]

EACH: Final = 5
"""So many cases of a function are written at most, where nothing else is asked for."""


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
    conclude(found, pairs, problems, rows, reach)
    names = {one.recipe.function for one in found.candidates}
    choose(found, most or EACH * len(names))
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
    """Why candidates cannot be kept, by key; `keys` says of each whether it draws extremes."""
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
