"""``autograder mutants``: do a question's graded cases notice small faults in its solution?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from autograder.cli.arguments import count, percent

SURVIVED = 1

_WIDE = 150


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Changes one operator, constant, axis or term of the reference at a time and runs the graded\n"
        "cases on it. Shows each change that no case notices, with an input on which the values differ.\n"
        "Changes that differ on no input are skipped. If a change is not a mistake, say why in\n"
        "mutants.toml in the question's folder (the manual's page Writing a question). Exit\n"
        "status: 0 if enough are noticed, 1 if not, or if an entry of mutants.toml does not hold."
    )
    command.add_argument(
        "questions",
        nargs="*",
        metavar="QUESTION",
        help="topics, or BANK/TOPIC (default: all of this course's own)",
    )
    command.add_argument(
        "-a", "--assignment", metavar="NAME", help="run only its cases (default: those of all)"
    )
    command.add_argument(
        "--floor",
        type=percent,
        default=97.0,
        metavar="PERCENT",
        help="how many of the changes that differ must be noticed (default: 97)",
    )
    command.add_argument("--all", action="store_true", help="list what was skipped or excused too")
    command.add_argument("--seed", default="validate", help="what the cases' inputs are drawn from")
    command.add_argument(
        "-j", "--workers", type=count, default=2, metavar="N", help="processes (default: 2)"
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Run the mutants; 0 where every question's share is high enough and every verdict holds."""
    from autograder.cli import tables
    from autograder.course.bank import load, project_root
    from autograder.course.bank.files import nearest
    from autograder.course.banks import called
    from autograder.model import UsageError
    from autograder.staff.mutants import bank, derived, pool, report, verdicts

    root = project_root()
    manifests = sorted(path.stem for path in (root / "assignments").glob("*.toml"))
    if options.assignment and options.assignment not in manifests:
        near = nearest(options.assignment, manifests)
        raise UsageError(f"there is no assignment {options.assignment!r}{near}")
    chosen = [options.assignment] if options.assignment else manifests
    asked = {name: {called(q): q.course for q in load(name, root).questions} for name in chosen}
    known = dict(sorted(pair for found in asked.values() for pair in found.items()))
    for name in options.questions:
        if name not in known:
            where = options.assignment or "any assignment"
            raise UsageError(f"no question {name!r} in {where}{nearest(name, known)}")
    own = [name for name, course in known.items() if course == root]
    if not (options.questions or own):
        others = f"; name some of its banks' questions: {', '.join(known)}" if known else ""
        raise UsageError(
            f"{options.assignment or root} asks for no question of this course{others}"
        )
    names = options.questions or own
    used = [name for name in chosen if asked[name].keys() & {*names}]
    topics = {_topic(name): known[name] for name in names}
    for assignment in used:
        for name, course in asked[assignment].items():
            if topics.get(_topic(name), course) != course:
                raise UsageError(
                    f"{name} of {assignment} has the name of another bank's question; run the two apart, "
                    "each with -a ASSIGNMENT"
                )
    console = Console()
    console = console if console.is_terminal else Console(width=_WIDE)
    try:
        courses = dict.fromkeys(topics.values())
        entries = [one for course in courses for one in verdicts.read_all(course)]
        with tables.progress("Mutants") as step:
            found = bank.run(
                root, used, topics, entries, step, seed=options.seed, workers=options.workers
            )
    except (bank.Unsound, pool.ProcessLost, verdicts.Malformed) as error:
        sys.stderr.write(f"autograder: {error}\n")
        return SURVIVED
    floor = options.floor / 100
    report.show(found, console, every=options.all, floor=floor)
    lines = [
        one
        for topic, course in topics.items()
        for one in derived.run(course / "assignments" / "questions" / topic)
    ]
    derived.show(lines, console)
    mutants = {topic.name: [result.mutant for result in topic.results] for topic in found}
    reached = set().union(*(topic.program.reached for topic in found))
    unreached = set().union(*(topic.program.defined for topic in found)) - reached
    problems = [*verdicts.stale(entries, mutants, unreached), *report.contradicted(found)]
    problems += [
        f"{topic.name}: {100 * topic.figure:.2f} % of the mutants that differ are killed; "
        f"the floor is {options.floor:g} %"
        for topic in report.below(found, floor)
    ]
    problems += [one.problem for one in lines if one.problem]
    for problem in problems:
        console.print(f"✗ {problem}", markup=False, highlight=False, soft_wrap=True)
    return SURVIVED if problems else 0


def _topic(name: str) -> str:
    """The topic of a question that a manifest names, without its bank."""
    return name.rpartition("/")[2]
