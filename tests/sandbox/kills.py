"""Kill −9 of each process of a grading at random moments: what is left is valid, and never wrong.

python -m tests.sandbox.kills [--times 50] [--seed 1]

The moments lie all over the life of the process that is killed: that life, as long as it is in a
grading that nobody disturbs, is cut into as many pieces as there are kills, with one at random in each.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.supervisor import withheld
from tests.sandbox import accidents
from tests.support import users
from tests.support.gradings import (
    PATIENCE,
    ROWS,
    Grading,
    Results,
    toy_graded,
    without_times,
)

TARGETS = ROWS[1:]
NAME = "toy.ipynb"
CELLS = (
    "import time\ntime.sleep(0.2)\nSCALE = 2",
    "def double(x):\n    time.sleep(0.15)\n    return SCALE * x",
    # Wrong for a matrix: an undisturbed score that is neither none nor all of it.
    "def total(x):\n    time.sleep(0.15)\n    return x.sum() + (x.ndim - 1)",
    "time.sleep(0.2)",
)
GONE_SECONDS = 1.0
_FINISHED, _HARNESS_FAILED = 0, 3


@dataclass(frozen=True)
class Plan:
    """When to kill what.

    Attributes:
        target: a name of `TARGETS`.
        share: of the life of that process that is over by then, from 0 to 1.
    """

    target: str
    share: float


@dataclass(frozen=True)
class Undisturbed:
    """A grading that nobody disturbs.

    Attributes:
        results: what it wrote, without times.
        lives: from the first moment that a process of that name was there to the last, in seconds.
    """

    results: Results
    lives: dict[str, float]


@dataclass(frozen=True)
class Killed:
    """What came of one kill.

    Attributes:
        plan: what was killed, and when.
        after: seconds since the first process of that name was there.
        status: the command's exit status.
        outcomes: of its cases; empty where it had not come to the first of them.
        score: the total that the command left, ``None`` where it is withheld from students.
        gone_seconds: from the end of the command until nothing of it was left.
        waited_seconds: how much of that the machine was too busy to run what was left, or this process.
        wrong: what must not be; empty when all is well.
    """

    plan: Plan
    after: float
    status: int
    outcomes: Counter[str]
    score: float | None
    gone_seconds: float
    waited_seconds: float
    wrong: tuple[str, ...]


def undisturbed(user: str) -> Undisturbed:
    """Grade once and look on."""
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    with toy_graded(NAME, json.dumps(accidents.notebook(CELLS)), user) as grading:
        while grading.supervisor.poll() is None:
            for name in grading.row():
                last[name] = time.monotonic()
                first.setdefault(name, last[name])
            time.sleep(0.01)
        assert grading.end() == _FINISHED
        results = without_times(grading.results)
    assert 0 < results["score"] < 4 and withheld() not in results["tests"]
    return Undisturbed(results, {name: last[name] - first[name] for name in TARGETS})


def plans(times: int, rng: np.random.Generator) -> list[Plan]:
    """So many kills, the processes in turn, each with its moments all over its life."""
    made = []
    for place, target in enumerate(TARGETS):
        count = len(range(place, times, len(TARGETS)))
        moments = (np.arange(count) + rng.uniform(size=count)) / max(1, count)
        made += [Plan(target, float(moment)) for moment in moments]
    return [made[place] for place in rng.permutation(len(made))]


def kill(plan: Plan, right: Undisturbed, user: str) -> Killed:
    """Grade once and kill; once more, and sooner, where the grading had ended before the moment came."""
    while True:
        with toy_graded(NAME, json.dumps(accidents.notebook(CELLS)), user) as grading:
            after = right.lives[plan.target] * plan.share
            life = _kill(plan.target, after, grading)
            grading.supervisor.communicate(timeout=PATIENCE)
            gone, waited = _until_gone(grading)
            wrong = [f"left behind: {what}" for what in grading.left()]
            if life is not None and not wrong:  # the machine was busier when lives were measured
                right.lives[plan.target] = max(0.9 * life, 0.5 * right.lives[plan.target])
                continue
            status, results = grading.supervisor.returncode, grading.results
            shown = withheld() not in results["tests"]
            return Killed(
                plan,
                after,
                status,
                Counter(grading.outcomes().values()),
                results["score"] if shown else None,
                gone,
                waited,
                (*wrong, *complaints(plan.target, status, results, right.results)),
            )


def _kill(target: str, after: float, grading: Grading) -> float | None:
    """Wait for the moment and send the signal; where there never was one, how long the process lived."""
    first = last = 0.0
    while grading.supervisor.poll() is None:
        if pid := grading.row().get(target):
            last = time.monotonic()
            first = first or last
            if last >= first + after:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:  # its successor is to come
                    continue
                return None
        time.sleep(0.01)
    return last - first


def _until_gone(grading: Grading) -> tuple[float, float]:
    """Wait until nothing of a grading is left.

    Returns:
        The seconds until then, and those of them in which one of its processes, or this one, was ready
        to run and no processor was free: on a busy machine they say nothing of the program.
    """
    begin, waited = time.monotonic(), 0.0
    before = {os.getpid(): _waited(os.getpid())}
    left = True
    while left and time.monotonic() < begin + PATIENCE:
        left = bool(grading.left())
        now = {pid: _waited(pid) for pid in (os.getpid(), *grading.processes())}
        waited += max(seconds - before.get(pid, seconds) for pid, seconds in now.items())
        before = now
        time.sleep(0.01 * left)
    return time.monotonic() - begin, waited


def _waited(pid: int) -> float:
    """For how many seconds of its life a process was ready to run and did not; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


def complaints(target: str, status: int, results: Results, right: Results) -> Iterator[str]:
    """What is wrong with results after a kill; they are compared with what nobody disturbed."""
    json.dumps(results, allow_nan=False)
    shown = withheld() not in results["tests"]
    if shown is not (status == _FINISHED) or status not in (_FINISHED, _HARNESS_FAILED):
        yield f"status {status}, and the total is {'shown' if shown else 'withheld'}"
    found, expected = outcomes(results), outcomes(right)
    lost = {key: outcome for key, outcome in found.items() if outcome != expected[key]}
    allowed = {"skipped", "grader_error"} if not shown else set()
    crashed = [key for key, outcome in lost.items() if outcome == "crashed"]
    if target == "worker" and len(crashed) == 1:  # its death costs one call, and its author is told
        allowed.add("crashed")
    yield from (f"{key}: {what}" for key, what in lost.items() if what not in allowed)
    if shown and not lost and without_times(results) != right:
        yield "not what an undisturbed grading gives"
    entries = {test["name"]: test for test in right["tests"]}
    for test in results["tests"]:
        if test == withheld():
            continue
        undisturbed = entries[test["name"]]
        if test.get("score", 0) > undisturbed.get("score", 0):
            yield f"{test['name']}: more points than it earns"
        if shown and not any(_of(key, test) for key in lost) and test != undisturbed:
            yield f"{test['name']}: not what an undisturbed grading gives"


def outcomes(results: Results) -> dict[str, str]:
    """The outcome of every case; empty where no report was written."""
    parts = results.get("extra_data", {}).get("parts", ())
    return {key: outcome for part in parts for key, outcome in part["cases"].items()}


def _of(key: str, test: dict[str, Any]) -> bool:
    """Whether a case belongs to an entry, which the toy names after its parts."""
    part = key.split("/")[1].split(":")[0]
    hidden = key.endswith("[hidden]")
    return part in test["name"].lower() and hidden is ("hidden cases" in test["name"])


def main(arguments: list[str]) -> int:
    """Kill as often as asked for and print what came of it."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.sandbox.kills", description=__doc__
    )
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    user = users.PRESENT
    right = undisturbed(user)
    chosen = plans(options.times, np.random.default_rng(options.seed))
    table = Table("killed", "moment", "status", "cases", "score", "gone after", "verdict")
    failed = 0
    for number, plan in enumerate(chosen, 1):
        killed = kill(plan, right, user)
        wrong = list(killed.wrong)
        if killed.gone_seconds - killed.waited_seconds > GONE_SECONDS:
            wrong.append(f"there for more than {GONE_SECONDS:g} s")
        failed += bool(wrong)
        verdict = "; ".join(wrong) or "as it must be"
        table.add_row(
            plan.target,
            f"{plan.share:.0%}, {killed.after:.2f} s",
            str(killed.status),
            ", ".join(f"{count} {name}" for name, count in sorted(killed.outcomes.items())) or "–",
            "withheld" if killed.score is None else f"{killed.score:g}",
            f"{killed.gone_seconds:.2f} s, {killed.waited_seconds:.2f} s waiting",
            verdict,
        )
        sys.stderr.write(f"{number} of {len(chosen)}: {plan.target}: {verdict}\n")
    console = Console(width=None if sys.stdout.isatty() else 160, markup=False, emoji=False)
    console.print(table)
    lives = ", ".join(f"{name} {right.lives[name]:.2f} s" for name in TARGETS)
    console.print(f"Undisturbed: score {right.results['score']:g}; lives: {lives}.")
    console.print(f"{len(chosen)} kills, seed {options.seed}, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
