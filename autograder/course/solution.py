"""Right answers: a submission made of the reference, for CI, image and demo, and those in other styles.

The reference is a package, which a worker may not import. So each topic becomes one text: the
modules it is made of, one after the other, with private names made distinct by module.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from autograder.course.bank import stub
from autograder.course.bank.files import assignment_error, read_text
from autograder.course.bank.source import parse
from autograder.course.banks import ALTERNATIVES
from autograder.model import Assignment

_FUTURE = "from __future__ import annotations\n"
_STUB = re.compile(r"^(?:(?:def|class) (\w+)\b|(\w+)(?:: [^=\n]+)? = \.\.\.)", re.MULTILINE)


def modules(assignment: Assignment) -> dict[str, str]:
    """The reference as a submission in modules.

    Args:
        assignment: whose topics are wanted; loaded from its course.

    Returns:
        Source by file name, such as ``{"ddpm.py": …}``.

    Raises:
        AssignmentError: a module of the reference is missing or cannot be laid into one text.
    """
    courses = {question.topic: question.course for question in assignment.questions}
    return {
        f"{topic}.py": _FUTURE + _text(course / "reference", topic, set())
        for topic, course in courses.items()
    }


def alternatives(course: Path, topic: str) -> list[Path]:
    """The right answers in other styles that a course keeps: ``reference/alternatives/<topic>/*.py``.

    Args:
        course: its folder, or a bank's.
        topic: one of its questions.

    Returns:
        The files, sorted.
    """
    return sorted((course / "reference" / ALTERNATIVES / topic).glob("*.py"))


def notebook(template: str, assignment: Assignment, sources: dict[str, str]) -> str:
    """A handed-out notebook with solutions pasted into it.

    Args:
        template: the notebook's text, as handed out.
        assignment: whose stubs are to be replaced.
        sources: solutions by file name, as `modules` gives them; topics left out stay stubs.

    Returns:
        The notebook's text: the first stub of each topic became the solution, the others are gone.
    """
    cells = []
    pasted: set[str] = set()
    owners = {
        function.name: question.topic
        for question in assignment.questions
        for function in stub(question).functions
        if f"{question.topic}.py" in sources
    }
    whole = json.loads(template)
    for cell in whole["cells"]:
        found = _STUB.search("".join(cell["source"]))
        name = (found[1] or found[2]) if found and cell["cell_type"] == "code" else ""
        topic = owners.get(name)
        if topic is not None:
            if topic in pasted:
                continue
            pasted.add(topic)
            cell = {**cell, "source": sources[f"{topic}.py"]}
        cells.append(cell)
    return json.dumps({**whole, "cells": cells}, indent=1) + "\n"


def _text(folder: Path, name: str, done: set[str]) -> str:
    """One module of the reference with those it imports in front of it, each of them once."""
    path = folder / f"{name}.py"
    source = read_text(path)
    tree = parse(path, source)
    lines = source.splitlines(keepends=True)
    before = []
    done.add(name)
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) or not _must_not_stay(node):
            continue
        if not isinstance(node, ast.ImportFrom) or not _plain(node):
            raise assignment_error(
                path, "imports of the reference are plain and absolute", node.lineno
            )
        inner = (node.module or "").removeprefix("reference.")
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = ""
        if node.module != "__future__":
            names = [alias.name for alias in node.names if alias.name.startswith("_")]
            lines = [_renamed(line, inner, names) for line in lines]
            if inner not in done:
                before.append(_text(folder, inner, done))
    return "".join([*before, *(_renamed(line, name, _private(tree)) for line in lines)])


def _must_not_stay(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether an import must not stay: one of the reference, or of the future, which begins the text."""
    if isinstance(node, ast.ImportFrom):
        top = (node.module or "").partition(".")[0]
        return bool(node.level) or top in ("reference", "__future__")
    return any(alias.name.partition(".")[0] == "reference" for alias in node.names)


def _plain(node: ast.ImportFrom) -> bool:
    """Whether an import says names of one module: ``from reference.flows import logdet``."""
    return not node.level and node.module != "reference" and not any(a.asname for a in node.names)


def _private(tree: ast.Module) -> list[str]:
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if name.startswith("_")]


def _renamed(line: str, module: str, names: list[str]) -> str:
    for name in names:
        line = re.sub(rf"(?<![\w.]){name}\b", f"_{module.strip('_')}{name}", line)
    return line
