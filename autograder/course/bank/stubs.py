"""`stub.py`: what the student fills in, cut into its header and its functions."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from autograder.course.bank.files import mistake, read_text
from autograder.course.bank.source import parse, segment, span

RESERVED = {
    "env": "Otter gives a case its whole namespace under that name",
    "rng": "a hidden case asks for its random generator by that name",
}


@dataclass(frozen=True, slots=True)
class StubFunction:
    """One function that a student is asked for.

    Attributes:
        name: its name.
        source: signature, docstring and ``raise NotImplementedError``, as they are written.
        line: where it begins in the file, from 1.
    """

    name: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Stub:
    """A question's stub.

    Attributes:
        header: everything before the first function: docstring, imports, comments.
        imports: the source of each import of the header.
        functions: in the order of the file.
    """

    header: str
    imports: tuple[str, ...]
    functions: tuple[StubFunction, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the functions, in order."""
        return tuple(function.name for function in self.functions)

    def restricted(self, names: Collection[str]) -> str:
        """The source of a stub that holds only the functions of these names."""
        kept = [function.source for function in self.functions if function.name in names]
        return "\n\n\n".join([self.header, *kept]) + "\n"


def read_stub(path: Path) -> Stub:
    """A question's `stub.py`.

    Args:
        path: the file.

    Returns:
        Its header and functions.

    Raises:
        AssignmentError: where it holds anything but a docstring, imports and unwritten functions.
    """
    text = read_text(path)
    tree = parse(path, text)
    if ast.get_docstring(tree) is None:
        raise mistake(path, "must begin with a module docstring", 1)
    lines = text.split("\n")
    imports: list[str] = []
    functions: dict[str, StubFunction] = {}
    for node in tree.body[1:]:
        if isinstance(node, ast.FunctionDef):
            _check(path, node, functions)
            functions[node.name] = StubFunction(node.name, segment(lines, node), node.lineno)
        elif isinstance(node, ast.Import | ast.ImportFrom) and not functions:
            imports.append(segment(lines, node))
        else:
            message = "a stub holds its docstring, then imports, then functions, and nothing else"
            raise mistake(path, message, node.lineno)
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    end = span(lines, nodes[0])[0] if nodes else len(lines)
    header = "\n".join(lines[:end]).rstrip()
    return Stub(header, tuple(imports), tuple(functions.values()))


def _check(path: Path, node: ast.FunctionDef, known: Collection[str]) -> None:
    """Refuse a function that is not a plain, documented, unwritten one."""
    if node.name in known:
        raise mistake(path, f"a second function is called {node.name!r}", node.lineno)
    if node.name in RESERVED:
        message = f"no function may be called {node.name!r}: {RESERVED[node.name]}"
        raise mistake(path, message, node.lineno)
    if node.decorator_list:
        raise mistake(path, f"{node.name} has a decorator; a stub has none", node.lineno)
    if ast.get_docstring(node) is None:
        raise mistake(path, f"{node.name} has no docstring", node.lineno)
    match node.body[1:]:
        case [ast.Raise(exc=ast.Name(id="NotImplementedError"), cause=None)]:
            return
    message = f"the body of {node.name} must be its docstring and 'raise NotImplementedError'"
    raise mistake(path, message, node.lineno)
