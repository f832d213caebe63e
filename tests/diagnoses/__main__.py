"""``make diagnoses``: what does a student with each misconception read?"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

import torch
from rich.console import Console

from autograder.cli import tables
from autograder.course.bank import load, project_root
from autograder.gradescope import results
from autograder.model import Assignment, Feedback, PartResult, Report
from autograder.staff.mutants.work import CaseTimedOut, limited
from tests.diagnoses import students
from tests.diagnoses.mutated import SECONDS, of_mutants
from tests.diagnoses.students import Explained

ASSIGNMENT = "deep_generative_models"
FLOOR = 0.9
_WIDE = 120
_CUT = 320


def main() -> int:
    """Print the table and the figures; 0 where enough is named and nothing is contradicted."""
    options = _options()
    torch.set_num_threads(1)
    root = project_root()
    assignment = load(options.assignment, root)
    console = Console()
    console = console if console.is_terminal else Console(width=_WIDE)
    start = time.monotonic()
    found = []
    everyone = list(students.of_misconceptions(assignment, options.topics))
    with tables.progress("Diagnoses") as step:
        for done, student in enumerate(everyone):
            step(f"{student.question.topic} {student.name}", done, len(everyone))
            found.append(students.explain(student))
            if not options.brief:
                _show(console, assignment, found[-1], whole=options.whole)
    problems = _count(console, found)
    if options.mutants:
        problems += _mutants(console, assignment, options)
    for problem in problems:
        console.print(f"✗ {problem}", markup=False)
    console.print(f"{time.monotonic() - start:.0f} s; the floor is {100 * FLOOR:g} %")
    return 1 if problems else 0


def _show(console: Console, assignment: Assignment, explained: Explained, *, whole: bool) -> None:
    """What one student reads of the first part that is lost, at each level."""
    student = explained.student
    lost = explained.failed or [part for part in explained.parts if part.diagnoses]
    numbers = ", ".join(part.part.number for part in lost) or "no part"
    console.print(
        f"\n[bold]{student.question.topic}.{student.name}[/] loses {numbers}", highlight=False
    )
    for part in lost[:1]:
        for level in Feedback:
            text = said(assignment, part, level)
            text = text if whole or len(text) <= _CUT else f"{text[:_CUT]}…"
            console.print(f"  {level:8}{text}", markup=False, highlight=False)


def said(assignment: Assignment, part: PartResult, level: Feedback) -> str:
    """The hidden entry of a part as it would be shown at a level, in one line."""
    changed = replace(part, part=replace(part.part, feedback=level, feedback_after=Feedback.NONE))
    parts = tuple(
        changed.part if one.number == changed.part.number else one for one in assignment.parts
    )
    question = replace(assignment.questions[0], parts=parts)
    whole = replace(assignment, questions=(question,))
    entries = results(Report(whole, (changed,)))["tests"]
    texts = [
        e["output"] for e in entries if e["number"] == part.part.number and "(hidden" in e["name"]
    ]
    return " ".join(" ".join(texts).split())


def _count(console: Console, found: list[Explained]) -> list[str]:
    """Say how many are named, and by what; what is below the floor."""
    hidden = [one for one in found if one.failed]
    named = [one for one in hidden if one.student.name in one.names]
    alone = [one for one in named if len(one.names) == 1]
    others = [one for one in hidden if one.names and one.student.name not in one.names]
    share = len(named) / len(hidden) if hidden else 1.0
    console.print(
        f"\n{len(hidden)} misconceptions lose points in hidden cases: {len(named)} are named "
        f"({100 * share:.1f} %), {len(alone)} of them alone"
    )
    for one in hidden:
        name = f"{one.student.question.topic}.{one.student.name}"
        if one.student.name not in one.names:
            console.print(f"  {name} is not named; said: {', '.join(one.names) or 'nothing'}")
        elif len(one.names) > 1:
            console.print(
                f"  {name} reads as {', '.join(sorted(one.names - {one.student.name}))} too"
            )
    problems = [f"{one.student.name} is taken for {', '.join(one.names)}" for one in others]
    if share < FLOOR:
        problems.append("too few are named")
    return problems


def _mutants(console: Console, assignment: Assignment, options: argparse.Namespace) -> list[str]:
    """Say what is said of mutants, and what of it is not true."""
    problems: list[str] = []
    failed = named = 0
    for student in of_mutants(assignment, project_root(), options.mutants, options.seed):
        try:
            with limited(SECONDS):
                explained = students.explain(student)
                wrong = students.contradictions(explained)
        except CaseTimedOut:
            continue
        failed += any(not case.passed for part in explained.parts for case in part.cases)
        named += bool(explained.names)
        problems += wrong
        if explained.names and not options.brief:
            console.print(
                f"  {student.name} reads as {', '.join(sorted(explained.names))}", markup=False
            )
    console.print(
        f"{failed} mutants of the reference fail cases: {named} of them read as misconceptions, "
        f"{len(problems)} of these diagnoses are untrue on inputs drawn anew"
    )
    return problems


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.diagnoses", description=__doc__
    )
    parser.add_argument("topics", nargs="*", help="questions of the assignment; default: all")
    parser.add_argument("-a", "--assignment", default=ASSIGNMENT, help="whose cases are run")
    parser.add_argument("--mutants", type=int, default=3, help="how many mutants of every topic")
    parser.add_argument("--seed", type=int, default=0, help="which mutants")
    parser.add_argument("--whole", action="store_true", help="the texts uncut")
    parser.add_argument("--brief", action="store_true", help="the figures only")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
