"""`make bench`: the table of `docs/benchmarks.md`, measured anew.

python -m tests.bench [--quick]

What is compared is measured in turn in the same run, and the least of several counts: others may use
the machine meanwhile.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder import supervisor
from autograder.sandbox.work import ENVIRONMENT
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
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
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


def _costs(
    folder: Path, environment: dict[str, str], times: int, nbgrader: Path | None
) -> Iterator[Row]:
    whole = handed_in.assignment()
    notebook, packed = folder / "right.ipynb", folder / "autograder.zip"
    notebook.write_text(handed_in.right(whole), encoding="utf-8")
    otter.write_autograder(packed, whole, handed_in.ROOT)
    theirs, ours, third = [], [], []
    for number in range(times + 1):  # the last time for memory, which costs time to look at
        memory = number == times
        cost, share = otter.run(notebook, packed, folder, environment, memory=memory)
        theirs.append(cost)
        assert share == 1, cost.printed
        ours.append(_grade(folder, notebook, whole.name, environment, memory=memory))
        if nbgrader is not None and not memory:
            course = folder / f"course-{number}"
            nbgrader_course.write_course(course, whole, handed_in.right(whole))
            cost, share = nbgrader_course.run(nbgrader, course, environment)
            assert share == 1, cost.printed
            third.append(cost.seconds)
    inside = json.loads(
        subprocess.run(
            [sys.executable, "-m", "tests.bench.inside", str(notebook), whole.name, str(times + 1)],
            cwd=handed_in.ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
    )
    one, two = min(cost.seconds for cost in theirs[:-1]), min(cost.seconds for cost in ours[:-1])
    first = min(cost.processor for cost in theirs[:-1])
    second = min(cost.processor for cost in ours[:-1])
    warm, bare = min(inside["warm"]), min(inside["bare"])
    cases = f"the reference notebook, {inside['cases']} cases"
    yield Row(f"`otter run`, {cases}", f"{one:.2f} s, processor {first:.2f} s")
    yield Row(f"`autograder grade`, {cases}", f"{two:.2f} s, processor {second:.2f} s")
    yield Row("ratio of the two", f"{two / one:.2f}, processor {second / first:.2f}", "≤ 0.45")
    if third:
        yield Row(
            f"`nbgrader autograde`, {cases}",
            f"{min(third):.2f} s; `autograder grade` is {two / min(third):.2f} of it",
        )
    yield Row("the student's and the cases' own work, one process, no cage", f"{bare:.2f} s")
    split = f"grader {inside['grader_processor']:.2f} s, worker {inside['worker_processor']:.2f} s"
    yield Row("the same submission in a warm grader", f"{warm:.2f} s (processor: {split})")
    yield Row("ratio of the two", f"{warm / bare:.2f}", "≤ 1.5")
    cores = len(os.sched_getaffinity(0))
    further, busy = _further(folder, notebook, whole.name, environment, 2 if times == 1 else 8)
    yield Row(
        f"a further submission in `autograder batch`, {cores} cores",
        f"{further:.2f} s, processor {busy:.2f} s",
    )
    yield Row("against one `otter run`", f"1/{one / further:.0f}")
    beside = max(1e-3, further - bare / cores)
    yield Row("the same without the own work", f"1/{one / beside:.0f}", "≤ 1/40")
    yield Row(
        "peak memory of a whole grading (sum of PSS)", f"{ours[-1].peak_mb:.0f} MB", "≤ 600 MB"
    )
    yield Row("peak memory of `otter run`", f"{theirs[-1].peak_mb:.0f} MB")
    yield Row(
        "a worker, from its order to its first answer", f"{1e3 * inside['first_answer']:.0f} ms"
    )
    yield Row("a call without arguments, there and back", f"{1e6 * inside['round_trip']:.0f} µs")
    yield Row("8 MB there and back", f"{1e3 * inside['eight_mb']:.0f} ms")


def _grade(
    folder: Path, notebook: Path, name: str, environment: dict[str, str], *, memory: bool
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
    cores = len(os.sched_getaffinity(0))
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
        words.append(f"{graded.left} processes left")
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
    cores = len(os.sched_getaffinity(0))
    yield f"{model}, {cores} cores, load {os.getloadavg()[0]:.1f}; Linux {platform.release()}."
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    yield f"Python {platform.python_version()}, {', '.join(versions)}."
    today = datetime.datetime.now(tz=datetime.UTC).date()
    yield f"{today}, `{' '.join(['python -m tests.bench', *arguments])}`."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
