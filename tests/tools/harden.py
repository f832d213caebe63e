"""What `autograder harden` rebuilds where a topic's hidden cases are deleted, beside what was deleted.

python -m tests.tools.harden [TOPIC ...] [-o FOLDER] [--seeds N] [--sample N] [-j N]

The search sees the reference, the stub, the public cases and the question's `harden.py`; no hidden case and
no misconception; of the small changes of the reference one half, or as many as `--sample`. It writes at
most as many cases as the topic has hidden ones. Then, in draws that the search did not see, by the cases
that were written, by as many that were taken without looking ("unsearched"), and by the deleted ones:

- changes of the reference that the search did not see, noticed by some case by more than ten tolerances in
  every draw;
- changes of other right solutions, none of which the search saw, likewise;
- misconceptions that lose points in every draw.

Other right solutions must pass every case that was written in every draw.

A topic whose file is there already is not run again. Exit status 1 where a right solution fails.
"""

from __future__ import annotations

import argparse
import ast
import functools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.course.bank import load, misconceptions, project_root
from autograder.course.solution import alternatives
from autograder.model import Case
from autograder.staff.harden import cover, search, work, writing
from autograder.staff.harden.question import open_question
from autograder.staff.harden.results import SearchResult
from autograder.staff.mutants.mutant import Mutant, mutants
from autograder.staff.mutants.pool import MutantPool
from autograder.staff.mutants.program import PACKAGE, Program, read
from autograder.staff.mutants.work import CaseTimedOut, TopicRunner, limited
from autograder.staff.validate import matrix
from autograder.staff.validate.alternatives import solutions

SETS = WRITTEN, UNSEARCHED, DELETED = "written", "unsearched", "deleted"
MOST_OF_OTHERS = 150
LOOKED = 2
"""In so many draws is a mutant tried by every set, to see whether it differs at all."""


@dataclass(frozen=True, slots=True)
class Task:
    """A mutant, to be noticed by some case of each set.

    Attributes:
        mutant: the mutant.
        functions: those that reach the place that was changed.
        style: which other right solution was changed; ``""`` for the reference.
    """

    mutant: Mutant
    functions: tuple[str, ...]
    style: str = ""

    def lost(self, how: str) -> dict[str, list[bool]]:
        """A mutant that ends its process is noticed: it is in no row."""
        del how
        return {}


@dataclass
class Measured(work.CaseRunner):
    """A question with sets of cases, each of which goes first to the cases that noticed much."""

    sets: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def answer(self, task: Any) -> Any:
        """In which draws each set notices a mutant; nothing for a mutant that does not run."""
        runner = self._styles[task.style]
        try:
            with limited(10):
                functions = runner.loaded(task.mutant)
        except (Exception, CaseTimedOut):
            return {}
        by_set = {name: self._asked(name, task, functions) for name in (*self.sets, DELETED)}
        known: dict[tuple[int, str], bool] = {}
        found: dict[str, list[bool]] = {name: [] for name in by_set}
        for number, seed in enumerate(self.seeds):
            if number == LOOKED and not any(map(any, found.values())):
                break  # nobody ever notices it
            for name, cases in by_set.items():
                # What is missed in one draw is missed.
                if number < LOOKED or all(found[name]):
                    found[name].append(self._any(name, cases, functions, seed, known))
        return found

    def _asked(self, name: str, task: Task, functions: Mapping[str, Any]) -> list[Case]:
        cases = self._today if name == DELETED else self._cases
        keys = self.sets.get(name) or [key for key, case in cases.items() if case.hidden]
        return [
            case
            for case in (cases[key] for key in keys)
            if set(case.parameters) & set(task.functions)
            and set(case.parameters) <= {*functions, "rng"}
        ]

    def _any(
        self,
        name: str,
        cases: list[Case],
        functions: Mapping[str, Any],
        seed: str,
        known: dict[tuple[int, str], bool],
    ) -> bool:
        """Whether some case notices a fault; first those that did in other draws, or with other faults."""
        before = {place for (place, _), noticed in known.items() if noticed}
        wins = self._wins
        for case in sorted(cases, key=lambda c: (id(c) not in before, wins.get((name, c.key), 0))):
            if (id(case), seed) not in known:
                known[id(case), seed] = self._notices(case, functions, seed)
            if known[id(case), seed]:
                wins[name, case.key] = wins.get((name, case.key), 0) - 1
                return True
        return False

    def _notices(self, case: Case, functions: Mapping[str, Any], seed: str) -> bool:
        try:
            with limited(2 + 20 * self._seconds[case.key]):
                return matrix.ratio(case, functions, seed) > work.FAR
        except CaseTimedOut:
            return True

    @functools.cached_property
    def _wins(self) -> dict[tuple[str, str], int]:
        return {}

    @functools.cached_property
    def _styles(self) -> dict[str, TopicRunner]:
        every = {**self._today, **self._cases}
        found = {"": self._program}
        for style, program, functions in others(self.root, self.topic, self._functions):
            found[style] = TopicRunner(style, functions, every, program, {}, self.seeds[0])
        return found


def others(
    root: Path, topic: str, functions: Sequence[str]
) -> Iterator[tuple[str, Program, tuple[str, ...]]]:
    """Every other right solution by its name, with those of the topic's functions that it has."""
    for path in alternatives(root, topic):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        some = tuple(name for name in functions if name in defined)
        yield path.stem, read(path.parent, path.stem, some), some


def _measured(
    root: Path, _names: Sequence[str], _seed: str, *, topic: str, text: str, seeds: Any, sets: Any
) -> Measured:
    return Measured(root, topic, text, seeds, sets=sets)


@dataclass
class Line:
    """One topic of the table; counts are those of the worst draw."""

    topic: str
    deleted: int = 0
    written: int = 0
    mutants: int = 0
    noticed: dict[str, int] = field(default_factory=dict)
    missed: dict[str, list[str]] = field(default_factory=dict)
    of_others: int = 0
    noticed_of_others: dict[str, int] = field(default_factory=dict)
    missed_of_others: dict[str, list[str]] = field(default_factory=dict)
    misconceptions: int = 0
    caught: dict[str, int] = field(default_factory=dict)
    uncaught: dict[str, list[str]] = field(default_factory=dict)
    solutions: int = 0
    wronged: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    seeds: int = 0
    seconds: float = 0.0


def measure(
    root: Path, topic: str, seeds: int, sample: int, folder: Path, workers: int = 1
) -> Line:
    """Rebuild a topic's cases from some changes, and measure them on others, in other draws."""
    start = time.monotonic()
    load("deep_generative_models", root)

    def step(what: str, done: int, of: int) -> None:
        if done == of or done % 50 == 0:
            sys.stderr.write(f"{time.monotonic() - start:6.0f} s  {what}: {done} of {of}\n")

    most = len(open_question(root, topic).hidden)
    shown = _some(root, topic, sample, 0)
    found = search.search(
        root,
        topic,
        step,
        most=most,
        today=False,
        minutes=24 * 60,
        draws=2,
        workers=workers,
        only=shown.__contains__,
    )
    (folder / f"{topic}_hidden_cases.py").write_text(found.text, encoding="utf-8")
    good = {one.key: one for one in found.candidates if not one.problem}
    groups = {key: (one.part, one.recipe.function) for key, one in good.items()}
    some = cover.unsearched(groups, len(found.chosen), np.random.default_rng(0))
    sets = {WRITTEN: [one.key for one in found.chosen], UNSEARCHED: some}
    text = writing.module(found.question, [(one.part, one.recipe) for one in found.candidates])
    names = tuple(f"table {number}" for number in range(seeds))
    make = functools.partial(_measured, topic=topic, text=text, seeds=names, sets=sets)
    functions = [name for name in found.question.stub.names if name in found.question.right]
    tasks = [
        *_of_reference(root, topic, functions, sample),
        *_of_others(root, topic, functions, sample),
    ]
    rows: dict[Task, dict[str, list[bool]]] = {}
    with MutantPool(workers, root, (), names[0], make=make) as pool:
        for task, answer in pool.results(iter(tasks)):
            rows[task] = answer  # type: ignore[index] # there are no topics to profile
            step(f"mutants of {topic}", len(rows), len(tasks))
    line = Line(topic, most, len(found.chosen), seeds=seeds, problems=found.problems)
    line.dropped = [f"{one.key}: {one.problem}" for one in found.candidates if one.problem]
    different = [task for task, row in rows.items() if not row or any(map(any, row.values()))]
    of_reference = [task for task in different if not task.style]
    of_others = [task for task in different if task.style]
    line.mutants, line.of_others = len(of_reference), len(of_others)
    for name in SETS:
        line.missed[name] = _missed(of_reference, rows, name)
        line.noticed[name] = line.mutants - len(line.missed[name])
        line.missed_of_others[name] = _missed(of_others, rows, name)
        line.noticed_of_others[name] = line.of_others - len(line.missed_of_others[name])
    _others(root, topic, found, text, sets, names, line)
    line.seconds = time.monotonic() - start
    return line


def _missed(
    tasks: Sequence[Task], rows: Mapping[Task, Mapping[str, Sequence[bool]]], name: str
) -> list[str]:
    """The mutants that a set does not notice in every draw, in words; one that does not run is noticed."""
    return [
        f"{task.style} {task.mutant.function}: {task.mutant.line}: {task.mutant.change}".strip()
        for task in tasks
        if rows[task] and not all(rows[task][name])
    ]


def _of_reference(root: Path, topic: str, functions: Sequence[str], sample: int) -> Iterator[Task]:
    """Changes of the reference that the search does not see."""
    reached = search.reached(root, topic, functions)
    for one in _some(root, topic, sample, 1):
        names = [name for name in functions if (one.module, one.owner) in reached[name]]
        yield Task(one, tuple(names))


def _of_others(root: Path, topic: str, functions: Sequence[str], sample: int) -> Iterator[Task]:
    """As many changes of all other right solutions together."""
    every = [
        Task(one, tuple(n for n in some if (one.module, one.owner) in uses[n]), style)
        for style, program, some in others(root, topic, functions)
        for uses in [{name: _used(program, style, name) for name in some}]
        for one in mutants(program)
    ]
    order = np.random.default_rng(2).permutation(len(every))[: min(sample, MOST_OF_OTHERS)]
    return (every[place] for place in sorted(order))


def _used(program: Program, style: str, name: str) -> set[tuple[str, int]]:
    """The statements that a function uses: a module and a place among its statements."""
    folder = next(iter(program.modules.values())).path.parent
    whole = read(folder, style, (name,))
    return {(m.name, m.tree.body.index(statement)) for m, statement in whole.statements()}


def _some(root: Path, topic: str, count: int, which: int) -> list[Mutant]:
    """Changes of the reference that no verdict excuses: for the search (0), or others to measure on (1)."""
    question = open_question(root, topic)
    functions = [name for name in question.stub.names if name in question.right]
    excused = list(search.excuses(question))
    every = [
        one
        for one in mutants(read(root / PACKAGE, topic, functions))
        if not any(excuse.holds(one, topic) for excuse in excused)
    ]
    order = np.random.default_rng(1).permutation(len(every))
    half = min(count, len(every) // 2)
    return [every[place] for place in sorted(order[which * half : (which + 1) * half])]


def _others(
    root: Path,
    topic: str,
    found: SearchResult,
    text: str,
    sets: Mapping[str, Sequence[str]],
    seeds: Sequence[str],
    line: Line,
) -> None:
    """Misconceptions, and right solutions in other styles."""
    work.with_gradients(found.question)
    cases = work.read_text_of_cases(found.question, text)
    by_set = {name: [cases[key] for key in keys] for name, keys in sets.items()}
    by_set[DELETED] = list(found.question.hidden)
    (question,) = (q for q in load("deep_generative_models", root).questions if q.topic == topic)
    work.with_gradients(found.question)
    wrong = misconceptions(question)
    line.misconceptions = len(wrong)
    line.uncaught = {name: [] for name in by_set}
    wins: Counter[Case] = Counter()
    for one in wrong:
        replaced = one.build()
        fails = functools.cache(
            functools.partial(_fails, functions={**found.question.right, **replaced})
        )
        for name, some in by_set.items():
            asked = [case for case in some if set(case.parameters) & set(replaced)]
            for seed in seeds:
                # Those first that noticed something in other draws, or of other mistakes.
                asked.sort(key=lambda case: -wins[case])
                first = next((case for case in asked if fails(case, seed=seed)), None)
                if first is None:
                    line.uncaught[name].append(one.name)
                    break
                wins[first] += 1
    line.caught = {name: len(wrong) - len(missed) for name, missed in line.uncaught.items()}
    right = dict(solutions(root, topic))
    line.solutions = len(right)
    for style, theirs in right.items():
        for case in by_set[WRITTEN]:
            if all(name in theirs or name == "rng" for name in case.parameters):
                ratios = [matrix.ratio(case, theirs, seed) for seed in seeds]
                if max(ratios) > 1:
                    line.wronged.append(f"{style}: {case.key}: {max(ratios):.3g} tolerances")


def _fails(case: Case, *, functions: Mapping[str, Any], seed: str) -> bool:
    try:
        with limited(10):
            return matrix.ratio(case, functions, seed) > 1
    except CaseTimedOut:
        return True


def show(lines: Sequence[Line], console: Console) -> None:
    """Print the table, in Markdown where it is not a terminal."""
    head = ["topic", "cases deleted, written", "changes", *SETS, "changes of others", *SETS]
    head += ["misconceptions", *SETS, "right solutions wronged"]
    rows = [_row(line) for line in lines] + [_row(_sum(lines))]
    if not console.is_terminal:
        print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
        for row in rows:
            print("| " + " | ".join(row) + " |")
        return
    table = Table(*head)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _row(line: Line) -> list[str]:
    def share(count: int, of: int) -> str:
        return f"{100 * count / of:.1f} %" if of else "–"

    return [
        line.topic,
        f"{line.deleted}, {line.written}",
        str(line.mutants),
        *(share(line.noticed[name], line.mutants) for name in SETS),
        str(line.of_others),
        *(share(line.noticed_of_others[name], line.of_others) for name in SETS),
        str(line.misconceptions),
        *(str(line.caught[name]) for name in SETS),
        f"{len({text.partition(':')[0] for text in line.wronged})} of {line.solutions}",
    ]


def _sum(lines: Sequence[Line]) -> Line:
    whole = Line("in all")
    for one in lines:
        whole.deleted += one.deleted
        whole.written += one.written
        whole.mutants += one.mutants
        whole.of_others += one.of_others
        whole.misconceptions += one.misconceptions
        whole.solutions += one.solutions
        whole.wronged += one.wronged
        for name in SETS:
            whole.noticed_of_others[name] = (
                whole.noticed_of_others.get(name, 0) + one.noticed_of_others[name]
            )
            whole.noticed[name] = whole.noticed.get(name, 0) + one.noticed[name]
            whole.caught[name] = whole.caught.get(name, 0) + one.caught[name]
    return whole


def main() -> int:
    """Run the topics that have no file yet, and show all."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("topics", nargs="*")
    parser.add_argument("-o", "--output", type=Path, default=Path("/tmp/harden"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=1000)
    parser.add_argument("-j", "--workers", type=int, default=1)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    root = project_root()
    known = [q.topic for q in load("deep_generative_models", root).questions]
    lines = []
    for topic in options.topics or known:
        path = options.output / f"{topic}.json"
        if not path.exists():
            given = options.seeds, options.sample, options.output, options.workers
            line = measure(root, topic, *given)
            path.write_text(json.dumps(asdict(line), indent=1, default=str), encoding="utf-8")
        lines.append(Line(**json.loads(path.read_text(encoding="utf-8"))))
    show(lines, Console())
    for line in lines:
        for text in line.wronged:
            print(f"wronged: {text}")
    return int(any(line.wronged for line in lines))


if __name__ == "__main__":
    sys.exit(main())
