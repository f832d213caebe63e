"""``make mutants``: do the graded cases notice small faults in the reference?"""

from __future__ import annotations

import argparse
import sys
import time

from rich.console import Console

from autograder.cli import tables
from autograder.course.bank import load, project_root
from autograder.staff.validate.matrix import SEED
from tests.mutants import bank, equivalent, pool, report

ASSIGNMENT = "deep_generative_models"
_WIDE = 150


def main() -> int:
    """Run the mutants; 0 where every topic's figure is high enough and every entry true."""
    options = _options()
    root = project_root()
    names = [q.topic for q in load(options.assignment, root).questions]
    console = Console()
    console = console if console.is_terminal else Console(width=_WIDE)
    topics = list(dict.fromkeys(options.topics or names))
    if unknown := [name for name in topics if name not in names]:
        console.print(f"{options.assignment} has no question {', '.join(unknown)}")
        return 2
    start = time.monotonic()
    try:
        entries = equivalent.read()
        with tables.progress("Mutants") as step:
            found = bank.run(
                root,
                options.assignment,
                topics,
                entries,
                step,
                seed=options.seed,
                workers=options.workers,
            )
    except (bank.Unsound, pool.Broken, equivalent.Malformed) as error:
        console.print(f"[red]✗[/] {error}", markup=True)
        return 1
    report.show(found, console, equivalents=options.equivalents)
    mutants = {topic.name: [result.mutant for result in topic.results] for topic in found}
    problems = [*equivalent.stale(entries, mutants), *report.contradicted(found)]
    for problem in problems:
        console.print(f"✗ {problem}", markup=False)
    console.print(f"{time.monotonic() - start:.0f} s; the floor is {100 * report.FLOOR:g} %")
    return 1 if problems or report.below(found) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("topics", nargs="*", help="questions of the assignment; default: all")
    parser.add_argument("-a", "--assignment", default=ASSIGNMENT, help="whose cases are run")
    parser.add_argument("--seed", default=SEED, help="what the cases' inputs are drawn from")
    parser.add_argument("-j", "--workers", type=int, default=2, help="how many processes")
    parser.add_argument(
        "--equivalents", action="store_true", help="list the mutants that are no mistakes too"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
