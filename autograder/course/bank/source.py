"""Python files of a bank as text: parsed, cut into segments, their imports checked."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from autograder.course.bank.files import assignment_error, read_text
from autograder.course.parsing import NotPythonError, parse_python
from autograder.model import AssignmentError


def parse(path: Path, text: str) -> ast.Module:
    """The syntax tree of a file.

    Args:
        path: where the text came from, for the error.
        text: the source.

    Returns:
        The tree.

    Raises:
        AssignmentError: naming the line, where Python cannot read it.
    """
    try:
        return parse_python(text)
    except NotPythonError as error:
        raise assignment_error(path, f"syntax error: {error.reason}", error.line) from error


def failure(path: Path, error: BaseException) -> AssignmentError:
    """An error for a file that raised while it was run, at the innermost line of the project's that did.

    Args:
        path: the file, as its code objects name it.
        error: what it raised.

    Returns:
        The error, to be raised by the caller.
    """
    project = next((one for one in path.parents if (one / "assignments").is_dir()), path.parent)
    ours = (project / "assignments", project / "reference")
    places = []
    step = error.__traceback__
    while step is not None:
        file = Path(step.tb_frame.f_code.co_filename)
        if file == path or any(map(file.is_relative_to, ours)):
            places.append((file, step.tb_lineno))
        step = step.tb_next
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        places.append((Path(error.filename), error.lineno or 1))
        said = f"Python cannot parse it: {error.msg}"
    inner, line = next(reversed(places), (path, None))
    outer = next((number for file, number in reversed(places) if file == path), None)
    if inner != path and outer is not None:
        said += f" (used by {path.name}, line {outer})"
    return assignment_error(inner, said, line)


def span(lines: list[str], node: ast.stmt) -> tuple[int, int]:
    """Where a top-level statement stands, with its decorators and the comments that touch it.

    Args:
        lines: the lines of the file.
        node: the statement.

    Returns:
        Its first line and the line after its last, counted from 0.
    """
    decorators = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while start > 0 and lines[start - 1].startswith("#"):
        start -= 1
    return start, node.end_lineno or node.lineno


def segment(lines: list[str], node: ast.stmt) -> str:
    """The source of a top-level statement, with what `span` counts as part of it."""
    start, stop = span(lines, node)
    return "\n".join(lines[start:stop])


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it.

    Args:
        tree: the file.

    Yields:
        The dotted name and the line. ``from a import b`` gives ``a.b``: what is needed may be
        a module of that name.
    """
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from ((f"{start}.{alias.name}", node.lineno) for alias in node.names)


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Every statement, at any depth. `ast.walk` would also visit expressions: ten times as many nodes."""
    for block in ("body", "handlers", "cases", "orelse", "finalbody"):
        for node in getattr(tree, block, ()):
            if isinstance(node, ast.stmt):
                yield node
            yield from _statements(node)


def check_imports(path: Path, packages: Collection[str]) -> None:
    """Hold a file that is copied to the student to what the student's machine has.

    Args:
        path: the file.
        packages: import names allowed beyond torch, numpy and the standard library.

    Raises:
        AssignmentError: at the first import of anything else.
    """
    allowed = {"torch", "numpy", *packages, *sys.stdlib_module_names}
    for name, line in imports(parse(path, read_text(path))):
        if name.split(".")[0] not in allowed:
            message = (
                f"imports {name!r}; this file may import torch, numpy, the standard library and "
                "what the manifest's [permits] names as packages"
            )
            raise assignment_error(path, message, line)


def constants(tree: ast.Module) -> dict[str, ast.Assign | ast.AnnAssign]:
    """The assignments to a plain name at the top of a file, by that name."""
    found: dict[str, ast.Assign | ast.AnnAssign] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = node
    return found
