"""`make bench`: the table of `docs/benchmarks.md`, measured anew.

python -m tests.bench [--quick]

What is compared is measured in turn in the same run: others may use the machine meanwhile, and its speed
changes. Of times the least of several rounds is told; a ratio is taken within each round, and the median
told, with the least and the greatest.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import supervisor
from autograder.sandbox.workdir import ENVIRONMENT
from tests.bench import attacks, nbgrader_course, otter, trees
from tests.support import handed_in

_PACKAGES = ("torch", "numpy", "ipython", "otter-grader")
_LIMIT = 60.0


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, what came out, and what was aimed at."""

    what: str
    found: str
    target: str = ""


def main(arguments: list[str]) -> int:
    """Measure everything and print it as Markdown."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.bench", description=__doc__
    )
    parser.add_argument(
        "--quick", action="store_true", help="once instead of five times, no attacks"
    )
    parser.add_argument(
        "--nbgrader",
        type=Path,
        metavar="COMMAND",
        help="nbgrader's, in an environment that holds this project too: it is measured as well "
        "(tests/bench/nbgrader_course.py says how to have one)",
    )
    options = parser.parse_args(arguments)
    # One thread, as in the cage; Otter is no slower with it on arrays of this size.
    environment = {
        **{name: text for name, text in ENVIRONMENT.items() if name.endswith("_NUM_THREADS")},
        "PATH": "/usr/bin:/bin",
        "AUTOGRADER_ROOT": str(handed_in.ROOT),
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        environment["HOME"] = name
        rows = list(_costs(folder, environment, 1 if options.quick else 5, options.nbgrader))
        _print("what", "found", "target", rows=[(row.what, row.found, row.target) for row in rows])
        if not options.quick:
            (folder / "attacks").mkdir()
            _print(
                *("a notebook that", "deserves", "`otter run`", "`autograder grade`"),
                rows=[
                    (
                        found.title,
                        f"{found.earned_of_otter:.0%}, {found.earned:.0%}",
                        *map(_told, both),
                    )
                    for found, *both in attacks.compare(folder / "attacks", environment, _LIMIT)
                ],
            )
    sys.stdout.write("\n".join(_machine(arguments)) + "\n")
    return 0


@dataclass(frozen=True)
class _Round:
    """What everything cost once, within two minutes: only these may be compared."""

    otter: trees.Cost
    ours: trees.Cost
    nbgrader: float
    inside: dict[str, float]
    further: float
    busy: float

    @property
    def beside(self) -> float:
        """What a further submission takes without its own work, on each of the cores."""
        return max(1e-3, self.further - self.inside["bare"] / _cores())


def _costs(
    folder: Path, environment: dict[str, str], times: int, nbgrader: Path | None
) -> Iterator[Row]:
    whole = handed_in.assignment()
    notebook, packed = folder / "right.ipynb", folder / "autograder.zip"
    notebook.write_text(handed_in.right(whole), encoding="utf-8")
    otter.write_autograder(packed, whole, handed_in.ROOT)
    rounds = []
    for number in range(times):
        theirs, share = otter.run(notebook, packed, folder, environment)
        assert share == 1, theirs.printed
        ours = _grade(folder, notebook, whole.name, environment)
        third = math.nan
        if nbgrader is not None:
            course = folder / f"course-{number}"
            nbgrader_course.write_course(course, whole, handed_in.right(whole))
            cost, share = nbgrader_course.run(nbgrader, course, environment)
            assert share == 1, cost.printed
            third = cost.seconds
        inside = _inside(notebook, whole.name, environment)
        below = folder / f"round-{number}"
        further, busy = _further(below, notebook, whole.name, environment, 2 if times == 1 else 8)
        rounds.append(_Round(theirs, ours, third, inside, further, busy))
    # Apart, because it costs time to look at.
    memory = _grade(folder, notebook, whole.name, environment, memory=True)
    theirs, _ = otter.run(notebook, packed, folder, environment, memory=True)
    yield from _rows(rounds, nbgrader=nbgrader is not None)
    yield Row("peak memory of a whole grading (sum of PSS)", f"{memory.peak_mb:.0f} MB", "≤ 600 MB")
    yield Row("peak memory of `otter run`", f"{theirs.peak_mb:.0f} MB")


def _rows(rounds: Sequence[_Round], *, nbgrader: bool) -> Iterator[Row]:
    """Of times the least, of ratios the median with the least and the greatest."""

    def least(name: str) -> float:
        return min(each.inside[name] for each in rounds)

    def of(cost: str) -> str:
        costs = [getattr(each, cost) for each in rounds]
        seconds, processor = min(c.seconds for c in costs), min(c.processor for c in costs)
        return f"{seconds:.2f} s, processor {processor:.2f} s"

    cases = f"the reference notebook, {rounds[0].inside['cases']:.0f} cases"
    yield Row(f"`otter run`, {cases}", of("otter"))
    yield Row(f"`autograder grade`, {cases}", of("ours"))
    wall = _median(each.ours.seconds / each.otter.seconds for each in rounds)
    busy = _median(each.ours.processor / each.otter.processor for each in rounds)
    yield Row("ratio of the two", f"{wall}, processor {busy}", "≤ 0.45")
    if nbgrader:
        beside = _median(each.ours.seconds / each.nbgrader for each in rounds)
        seconds = min(each.nbgrader for each in rounds)
        yield Row(
            f"`nbgrader autograde`, {cases}",
            f"{seconds:.2f} s; `autograder grade` is {beside} of it",
        )
    yield Row(
        "the student's and the cases' own work, one process, no cage", f"{least('bare'):.2f} s"
    )
    split = f"grader {least('grader_processor'):.2f} s, worker {least('worker_processor'):.2f} s"
    yield Row("the same submission in a warm grader", f"{least('warm'):.2f} s (processor: {split})")
    warm = _median(each.inside["warm"] / each.inside["bare"] for each in rounds)
    yield Row("ratio of the two", warm, "≤ 1.5")
    further, busy_seconds = min(each.further for each in rounds), min(each.busy for each in rounds)
    yield Row(
        f"a further submission in `autograder batch`, {_cores()} cores",
        f"{further:.2f} s, processor {busy_seconds:.2f} s",
    )
    whole = _median((each.otter.seconds / each.further for each in rounds), places=1)
    yield Row("against one `otter run`", f"1/{whole}")
    without = _median((each.otter.seconds / each.beside for each in rounds), places=1)
    yield Row("the same without the own work", f"1/{without}", "≤ 1/40")
    first, large = 1e3 * least("first_answer"), 1e3 * least("eight_mb")
    yield Row("a worker, from its order to its first answer", f"{first:.0f} ms")
    yield Row("a call without arguments, there and back", f"{1e6 * least('round_trip'):.0f} µs")
    yield Row("8 MB there and back", f"{large:.0f} ms")


def _median(ratios: Iterable[float], places: int = 2) -> str:
    found = sorted(ratios)
    text = f"{statistics.median(found):.{places}f}"
    if len(found) == 1:
        return text
    return f"{text} ({found[0]:.{places}f} to {found[-1]:.{places}f})"


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _inside(notebook: Path, name: str, environment: dict[str, str]) -> dict[str, float]:
    """The bare work and a warm grader, each the least of three in turn, and the cage."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.inside", str(notebook), name, "3"],
        cwd=handed_in.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(ran.stdout)
    return {key: min(value) if isinstance(value, list) else value for key, value in found.items()}


def _grade(
    folder: Path, notebook: Path, name: str, environment: dict[str, str], *, memory: bool = False
) -> trees.Cost:
    results = folder / "results" / "results.json"
    command = [sys.executable, "-m", "autograder", "grade", str(notebook), "-a", name]
    cost = trees.run(
        [*command, "-o", str(results)], folder=folder, environment=environment, memory=memory
    )
    assert otter.share(results) == 1, cost.printed
    assert supervisor.withheld() not in json.loads(results.read_text(encoding="utf-8"))["tests"]
    return cost


def _further(
    folder: Path, notebook: Path, name: str, environment: dict[str, str], rounds: int
) -> tuple[float, float]:
    """What one submission more takes in a class, a grader on each core: seconds, processor seconds."""
    folder.mkdir()
    cores = _cores()
    found = []
    for count in (cores, cores * (1 + rounds)):
        students = folder / f"class-{count}"
        students.mkdir()
        for number in range(count):
            shutil.copy(notebook, students / f"student-{number}.ipynb")
        command = [sys.executable, "-m", "autograder", "batch", str(students), "-a", name]
        options = ["-o", str(folder / f"graded-{count}"), "-j", str(cores)]
        cost = trees.run([*command, *options], folder=folder, environment=environment)
        assert cost.status == 0, cost.printed
        found.append(cost)
    few, many = found
    more = cores * rounds
    return (many.seconds - few.seconds) / more, (many.processor - few.processor) / more


def _told(graded: attacks.Graded) -> str:
    share = "no results.json" if graded.share is None else f"{graded.share:.0%}"
    words = [share, f"{graded.seconds:.0f} s" + (", killed" if graded.killed else "")]
    if graded.left:
        words.append(f"{graded.left} process{'es' if graded.left > 1 else ''} left")
    return "; ".join(words)


def _print(*heads: str, rows: list[tuple[str, ...]]) -> None:
    lines = [heads, tuple("---" for _ in heads), *rows]
    sys.stdout.write("".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n")
    sys.stdout.flush()


def _machine(arguments: list[str]) -> Iterator[str]:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    model = next(
        (line.split(":")[1].strip() for line in lines if line.startswith("model name")), ""
    )
    cores = _cores()
    yield f"{model}, {cores} cores, load {os.getloadavg()[0]:.1f}; Linux {platform.release()}."
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    yield f"Python {platform.python_version()}, {', '.join(versions)}."
    today = datetime.datetime.now(tz=datetime.UTC).date()
    yield f"{today}, `{' '.join(['python -m tests.bench', *arguments])}`."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
