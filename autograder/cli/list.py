"""``autograder list``: the assignments and questions of a project, and the parts of one of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.model import Assignment, Part


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Lists the assignments and questions of a project. With a name, lists its parts, their\n"
        "points, and the functions that they ask for."
    )
    command.add_argument("name", nargs="?", help="an assignment or a question")


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """List; exit status 0, or 1 where an assignment cannot be loaded."""
    from autograder.course.bank import load, project_root
    from autograder.course.bank.files import nearest
    from autograder.course.bank.prompts import read_prompt
    from autograder.course.banks import course_of, questions
    from autograder.model import AutograderError, UsageError

    root = project_root()
    names = sorted(path.stem for path in (root / "assignments").glob("*.toml"))
    known = questions(root)
    console = Console(highlight=False)
    if options.name in names:
        _show_assignment(console, load(options.name, root))
        return 0
    loaded: dict[str, Assignment] = {}
    broken: dict[str, str] = {}
    for name in names:
        try:
            loaded[name] = load(name, root)
        except AutograderError as error:
            broken[name] = str(error)
    if options.name is None:
        _show_all(console, loaded, known)
    elif options.name in known:
        _show_question(console, options.name, loaded)
        course, topic = course_of(root, options.name)
        prompt = read_prompt(course / "assignments" / "questions" / topic / "prompt.md")
        keys = ", ".join(part.key for part in prompt.parts)
        console.print(f"its parts, for [[question.part]] of a manifest: {keys}", markup=False)
    else:
        raise UsageError(
            f"there is no assignment and no question {options.name!r}"
            f"{nearest(options.name, [*names, *known])}"
        )
    for name, why in broken.items():
        console.print(f"[red]{escape(name)} cannot be loaded:[/] {escape(why)}")
    return 1 if broken else 0


def _show_all(console: Console, loaded: dict[str, Assignment], questions: Sequence[str]) -> None:
    from autograder.course.banks import called

    table = _table("Assignments", "name", "title", "questions", "parts", "points", "written")
    for name, assignment in loaded.items():
        written = sum(part.written for part in assignment.parts)
        table.add_row(
            name,
            escape(assignment.title),
            str(len(assignment.questions)),
            str(len(assignment.parts)),
            f"{assignment.points:g}",
            f"{written:g}" if written else "",
        )
    console.print(table)
    table = _table("Questions", "name", "in")
    for topic in questions:
        users = [
            name
            for name, assignment in loaded.items()
            if any(called(question) == topic for question in assignment.questions)
        ]
        table.add_row(topic, ", ".join(users) or "no assignment")
    console.print(table)
    console.print("autograder list NAME shows the parts of one of them")


def _show_assignment(console: Console, assignment: Assignment) -> None:
    from autograder.course.banks import called

    table = _table(assignment.title, "part", "question", "title", "points", "cases", "functions")
    for question in assignment.questions:
        for part in question.parts:
            table.add_row(part.number, called(question), *_of_part(part))
    console.print(table)
    console.print(f"{assignment.points:g} points, {assignment.manifest}", soft_wrap=True)


def _show_question(console: Console, topic: str, loaded: dict[str, Assignment]) -> None:
    from autograder.course.banks import called

    table = _table(topic, "assignment", "part", "title", "points", "cases", "functions")
    for name, assignment in loaded.items():
        for question in assignment.questions:
            if called(question) == topic:
                for part in question.parts:
                    table.add_row(name, part.number, *_of_part(part))
    console.print(table)


def _of_part(part: Part) -> tuple[str, ...]:
    points = f"{part.points:g}" + (f" + {part.written:g} written" if part.written else "")
    hidden = f" ({len(part.hidden)} hidden)" if part.hidden else ""
    functions = dict.fromkeys(
        name for case in part.cases for name in case.parameters if name not in ("rng", "env")
    )
    return escape(part.title), points, f"{len(part.cases)}{hidden}", ", ".join(functions)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=escape(title), title_justify="left", box=None, pad_edge=False)
    for name in columns:
        right = name in ("questions", "parts", "written")
        whole = name in ("name", "part", "question", "assignment")
        table.add_column(name, justify="right" if right else "left", no_wrap=whole, overflow="fold")
    return table
