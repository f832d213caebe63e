"""`stub.py`: what the student fills in, cut into its header and its functions, classes and values."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.bank.files import assignment_error, read_text
from autograder.course.bank.source import parse, segment, span
from autograder.model import Kind

RESERVED = {
    "env": "Otter gives a case its whole namespace under that name",
    "rng": "a hidden case asks for its random generator by that name",
}


@dataclass(frozen=True, slots=True)
class StubFunction:
    """One function, class or value that a student is asked for.

    Attributes:
        name: its name.
        source: signature, docstring and ``raise NotImplementedError``, as they are written; of a class
            with all its methods; of a value ``name = ...``.
        line: where it begins in the file, from 1.
        kind: which of the three it is.
    """

    name: str
    source: str
    line: int
    kind: Kind = Kind.FUNCTION


@dataclass(frozen=True, slots=True)
class Stub:
    """A question's stub.

    Attributes:
        header: everything before the first function: docstring, imports, comments.
        imports: the source of each import of the header.
        functions: in the order of the file; classes and values are among them.
    """

    header: str
    imports: tuple[str, ...]
    functions: tuple[StubFunction, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the functions, in order."""
        return tuple(function.name for function in self.functions)

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kinds of those names that are not functions."""
        return {one.name: one.kind for one in self.functions if one.kind is not Kind.FUNCTION}

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
        AssignmentError: where it holds anything but a docstring, imports, and functions, classes and values
            that are not written yet.
    """
    text = read_text(path)
    tree = parse(path, text)
    if ast.get_docstring(tree) is None:
        raise assignment_error(path, "must begin with a module docstring", 1)
    lines = text.split("\n")
    imports: list[str] = []
    functions: dict[str, StubFunction] = {}
    for node in tree.body[1:]:
        asked = _required(node)
        if asked is not None:
            name, kind = asked
            _check(path, node, name, functions)
            functions[name] = StubFunction(name, segment(lines, node), node.lineno, kind)
        elif isinstance(node, ast.Import | ast.ImportFrom) and not functions:
            imports.append(segment(lines, node))
        else:
            message = (
                "a stub holds its docstring, then imports, then functions, classes and values "
                "(name = ...), and nothing else"
            )
            raise assignment_error(path, message, node.lineno)
    nodes = [node for node in tree.body if _required(node) is not None]
    end = span(lines, nodes[0])[0] if nodes else len(lines)
    header = "\n".join(lines[:end]).rstrip()
    return Stub(header, tuple(imports), tuple(functions.values()))


def _required(node: ast.stmt) -> tuple[str, Kind] | None:
    """The name that a statement leaves to the student, and its kind; ``None`` where it leaves none."""
    match node:
        case ast.FunctionDef():
            return node.name, Kind.FUNCTION
        case ast.ClassDef():
            return node.name, Kind.CLASS
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value))
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=value))
        ) if value is ...:
            return name, Kind.VALUE
    return None


def _check(path: Path, node: ast.stmt, name: str, known: Collection[str]) -> None:
    """Refuse what is not a plain, documented, unwritten function, class or value."""
    if name in known:
        raise assignment_error(path, f"a second function is called {name!r}", node.lineno)
    if name in RESERVED:
        message = f"no function may be called {name!r}: {RESERVED[name]}"
        raise assignment_error(path, message, node.lineno)
    match node:
        case ast.FunctionDef():
            _check_function(path, node, node.name)
        case ast.ClassDef():
            _check_class(path, node)


def _check_function(path: Path, node: ast.FunctionDef, name: str) -> None:
    if node.decorator_list:
        raise assignment_error(path, f"{name} has a decorator; a stub has none", node.lineno)
    if ast.get_docstring(node) is None:
        raise assignment_error(path, f"{name} has no docstring", node.lineno)
    _check_unwritten(path, node, name, node.body[1:])


def _check_unwritten(
    path: Path, node: ast.FunctionDef, name: str, body: Sequence[ast.stmt]
) -> None:
    match body:
        case [ast.Raise(exc=ast.Name(id="NotImplementedError"), cause=None)]:
            return
    message = f"the body of {name} must be its docstring and 'raise NotImplementedError'"
    raise assignment_error(path, message, node.lineno)


def _check_class(path: Path, node: ast.ClassDef) -> None:
    """Refuse a class that is not documented, or has anything but unwritten methods and constants."""
    if node.decorator_list or node.keywords:
        message = f"{node.name} has a decorator or a metaclass; a stub has none"
        raise assignment_error(path, message, node.lineno)
    if ast.get_docstring(node) is None:
        raise assignment_error(path, f"{node.name} has no docstring", node.lineno)
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
    for method in methods:
        name = f"{node.name}.{method.name}"
        if method.name == "__init__" and _begins_with_super(method):
            _check_unwritten(path, method, name, method.body[2:])
        else:
            _check_function(path, method, name)
    for item in node.body[1:]:
        if not isinstance(item, ast.FunctionDef | ast.Assign | ast.AnnAssign):
            message = f"{node.name} may hold constants and methods, and nothing else"
            raise assignment_error(path, message, item.lineno)
    if not methods:
        raise assignment_error(path, f"{node.name} has no method to fill in", node.lineno)


def _begins_with_super(method: ast.FunctionDef) -> bool:
    """Whether a constructor is documented and first calls that of its base, as a torch module must."""
    if ast.get_docstring(method) is None or len(method.body) < 2:
        return False
    return ast.unparse(method.body[1]).startswith("super().__init__(")
