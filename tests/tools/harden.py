"""What `autograder harden` rebuilds where a topic's hidden cases are deleted, beside what was deleted.

python -m tests.tools.harden [TOPIC ...] [-o FOLDER] [--seeds N] [--sample N]

The search sees the reference, the stub, the public cases and the question's `harden.py`; no hidden case and
no misconception; of the small changes of the reference one half, or as many as `--sample`. It writes at
most as many cases as the topic has hidden ones. Then, in draws that the search did not see:

- changes that the search did not see either, noticed by some case by more than ten tolerances in every
  draw: by the cases that were written, by as many that were taken without looking ("unsearched"), by the
  deleted ones;
- misconceptions that lose points in every draw;
- other right solutions, all of which must pass every case in every draw.

A topic whose file is there already is not run again. Exit status 1 where a right solution fails.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.course.bank import load, misconceptions, project_root
from autograder.model import Case
from autograder.staff.harden import cover, search, work, writing
from autograder.staff.mutants.mutant import Mutant, mutants
from autograder.staff.mutants.pool import MutantPool
from autograder.staff.mutants.program import PACKAGE, read
from autograder.staff.mutants.work import CaseTimedOut, limited
from autograder.staff.validate import matrix
from autograder.staff.validate.alternatives import solutions

WRITTEN, UNSEARCHED, DELETED = "written", "unsearched", "deleted"


@dataclass(frozen=True, slots=True)
class Task:
    """A mutant, to be noticed by some case of each set."""

    mutant: Mutant
    functions: tuple[str, ...]

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
        try:
            with limited(10):
                functions = self._program.loaded(task.mutant)
        except (Exception, CaseTimedOut):
            return {}
        found = {}
        for name in (*self.sets, DELETED):
            cases = self._today if name == DELETED else self._cases
            keys = self.sets.get(name) or [key for key, case in cases.items() if case.hidden]
            some = [cases[key] for key in keys if set(cases[key].parameters) & set(task.functions)]
            found[name] = [self._any(name, some, functions, seed) for seed in self.seeds]
        return found

    def _any(self, name: str, cases: list[Case], functions: Mapping[str, Any], seed: str) -> bool:
        for case in sorted(cases, key=lambda case: self._wins.get((name, case.key), 0.0)):
            try:
                with limited(2 + 20 * self._seconds[case.key]):
                    noticed = matrix.ratio(case, functions, seed) > work.FAR
            except CaseTimedOut:
                noticed = True
            if noticed:
                self._wins[name, case.key] = self._wins.get((name, case.key), 0.0) - 1
                return True
        return False

    @functools.cached_property
    def _wins(self) -> dict[tuple[str, str], float]:
        return {}


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
    misconceptions: int = 0
    caught: dict[str, int] = field(default_factory=dict)
    uncaught: dict[str, list[str]] = field(default_factory=dict)
    solutions: int = 0
    wronged: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    seeds: int = 0
    seconds: float = 0.0


def measure(root: Path, topic: str, seeds: int, sample: int, folder: Path) -> Line:
    """Rebuild a topic's cases from some changes, and measure them on others, in other draws."""
    start = time.monotonic()
    load("deep_generative_models", root)

    def step(what: str, done: int, of: int) -> None:
        if done == of or done % 50 == 0:
            sys.stderr.write(f"{time.monotonic() - start:6.0f} s  {what}: {done} of {of}\n")

    most = len(search.open_question(root, topic).hidden)
    shown = _some(root, topic, sample, 0)
    found = search.search(
        root,
        topic,
        step,
        most=most,
        today=False,
        minutes=60,
        draws=2,
        workers=1,
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
    reached = search.reached(root, topic, functions)
    tasks = [
        Task(one, tuple(name for name in functions if (one.module, one.owner) in reached[name]))
        for one in _some(root, topic, sample, 1)
    ]
    rows: dict[Mutant, dict[str, list[bool]]] = {}
    with MutantPool(1, root, (), names[0], make=make) as pool:
        for task, answer in pool.results(iter(tasks)):
            rows[task.mutant] = answer  # type: ignore[union-attr] # there are no topics to profile
            step(f"mutants of {topic}", len(rows), len(tasks))
    line = Line(topic, most, len(found.chosen), seeds=seeds, problems=found.problems)
    line.dropped = [f"{one.key}: {one.problem}" for one in found.candidates if one.problem]
    different = [m for m, row in rows.items() if not row or any(map(any, row.values()))]
    line.mutants = len(different)
    for name in (WRITTEN, UNSEARCHED, DELETED):
        missed = [m for m in different if not all(rows[m].get(name, ()))]
        line.noticed[name] = len(different) - len(missed)
        line.missed[name] = [f"{m.function}: {m.line}: {m.change}" for m in missed]
    _others(root, topic, found, text, sets, names, line)
    line.seconds = time.monotonic() - start
    return line


def _some(root: Path, topic: str, count: int, which: int) -> list[Mutant]:
    """Changes of the reference that no verdict excuses: for the search (0), or others to measure on (1)."""
    question = search.open_question(root, topic)
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
    found: search.SearchResult,
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
    for name, some in by_set.items():
        uncaught = []
        for one in wrong:
            replaced = one.build()
            functions = {**found.question.right, **replaced}
            asked = [case for case in some if set(case.parameters) & set(replaced)]
            if not all(any(_fails(c, functions, seed) for c in asked) for seed in seeds):
                uncaught.append(one.name)
        line.caught[name] = len(wrong) - len(uncaught)
        line.uncaught[name] = uncaught
    others = dict(solutions(root, topic))
    line.solutions = len(others)
    for style, functions in others.items():
        for case in by_set[WRITTEN]:
            if all(name in functions or name == "rng" for name in case.parameters):
                ratios = [matrix.ratio(case, functions, seed) for seed in seeds]
                if max(ratios) > 1:
                    line.wronged.append(f"{style}: {case.key}: {max(ratios):.3g} tolerances")


def _fails(case: Case, functions: Mapping[str, Any], seed: str) -> bool:
    try:
        with limited(20):
            return matrix.ratio(case, functions, seed) > 1
    except CaseTimedOut:
        return True


def show(lines: Sequence[Line], console: Console) -> None:
    """Print the table, in Markdown where it is not a terminal."""
    head = ["topic", "cases deleted, written", "changes", *(WRITTEN, UNSEARCHED, DELETED)]
    head += ["misconceptions", WRITTEN, UNSEARCHED, DELETED, "right solutions wronged"]
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

    names = (WRITTEN, UNSEARCHED, DELETED)
    return [
        line.topic,
        f"{line.deleted}, {line.written}",
        str(line.mutants),
        *(share(line.noticed[name], line.mutants) for name in names),
        str(line.misconceptions),
        *(str(line.caught[name]) for name in names),
        f"{len({text.partition(':')[0] for text in line.wronged})} of {line.solutions}",
    ]


def _sum(lines: Sequence[Line]) -> Line:
    whole = Line("in all")
    for one in lines:
        whole.deleted += one.deleted
        whole.written += one.written
        whole.mutants += one.mutants
        whole.misconceptions += one.misconceptions
        whole.solutions += one.solutions
        whole.wronged += one.wronged
        for name in (WRITTEN, UNSEARCHED, DELETED):
            whole.noticed[name] = whole.noticed.get(name, 0) + one.noticed[name]
            whole.caught[name] = whole.caught.get(name, 0) + one.caught[name]
    return whole


def main() -> int:
    """Run the topics that have no file yet, and show all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("topics", nargs="*")
    parser.add_argument("-o", "--output", type=Path, default=Path("/tmp/harden"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=1000)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    root = project_root()
    known = [q.topic for q in load("deep_generative_models", root).questions]
    lines = []
    for topic in options.topics or known:
        path = options.output / f"{topic}.json"
        if not path.exists():
            line = measure(root, topic, options.seeds, options.sample, options.output)
            path.write_text(json.dumps(asdict(line), indent=1, default=str), encoding="utf-8")
        lines.append(Line(**json.loads(path.read_text(encoding="utf-8"))))
    show(lines, Console())
    for line in lines:
        for text in line.wronged:
            print(f"wronged: {text}")
    return int(any(line.wronged for line in lines))


if __name__ == "__main__":
    sys.exit(main())
