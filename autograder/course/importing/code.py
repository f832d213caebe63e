"""The code of an imported assignment, taken apart: what is asked for, what is given, what a test uses."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.course.importing.model import ImportedQuestion, Master
from autograder.course.parsing import NotPythonError, parse_python
from autograder.model import Kind, UsageError

_PROGRAMS = ("otter", "nbgrader")

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass
class Code:
    """All of an assignment's code but its tests.

    Attributes:
        imports: every import, once, but those of the other program.
        given: statements that students are given, by the names that they define.
        required: what the parts' solutions define, by name.
        part_of: the part in which a name is asked for.
        reference: the text of the solution module, without what only shows something.
    """

    imports: list[ast.Import | ast.ImportFrom]
    given: dict[str, ast.stmt]
    required: dict[str, Definition]
    part_of: dict[str, ImportedQuestion]
    reference: str

    def kind(self, name: str) -> Kind:
        """Whether a name that is asked for is a function, a class or a value."""
        node = self.required[name]
        if isinstance(node, ast.FunctionDef):
            return Kind.FUNCTION
        return Kind.CLASS if isinstance(node, ast.ClassDef) else Kind.VALUE

    def packages(self) -> list[str]:
        """The top names of what is imported, sorted."""
        found = set()
        for node in self.imports:
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
            )
            found |= {name.partition(".")[0] for name in names}
        return sorted(found)

    def helpers(self, names: Iterable[str]) -> list[ast.stmt]:
        """The given statements that define these names, and what those need, in order."""
        wanted: set[str] = set()
        rest = [name for name in names if name in self.given]
        while rest:
            name = rest.pop()
            if name not in wanted:
                wanted.add(name)
                rest += [other for other in loads(self.given[name]) if other in self.given]
        return list(dict.fromkeys(node for name, node in self.given.items() if name in wanted))

    def imported(self, names: Iterable[str]) -> list[str]:
        """The imports that bind these names, as source."""
        wanted = set(names)
        return [
            ast.unparse(node)
            for node in self.imports
            if wanted & {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        ]


def split_code(master: Master) -> Code:
    """Sort the code of an assignment into imports, given statements and required definitions.

    Raises:
        UsageError: a cell cannot be read as Python.
    """
    imports: dict[str, ast.Import | ast.ImportFrom] = {}
    given: dict[str, ast.stmt] = {}
    required: dict[str, Definition] = {}
    part_of: dict[str, ImportedQuestion] = {}
    texts = []
    for part in (None, *master.parts):
        text = part.solution if part else master.provided
        where = f"the solution of {part.name}" if part else "the code outside of questions"
        tree = _parsed(text, where)
        for node in tree.body:
            if _of_other_program(node):
                continue
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports[ast.unparse(node)] = node
            elif part is None:
                given |= dict.fromkeys(stores(node), node)
            else:
                for name in _defined(node):
                    required[name] = node  # type: ignore[assignment] # `_defined` gives names of such nodes only
                    part_of.setdefault(name, part)
        texts.append(_quiet(text, tree))
    reference = "\n\n".join(text for text in texts if text.strip())
    return Code([*imports.values()], given, required, part_of, reference)


def loads(*nodes: ast.AST) -> set[str]:
    """The names that code takes from around it: what it reads and does not bind itself first."""
    read = {
        n.id
        for node in nodes
        for n in ast.walk(node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    return read - {name for node in nodes for name in bound(node)}


def bound(node: ast.AST) -> Iterator[str]:
    """Every name that code binds, anywhere in it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            yield inner.id
        elif isinstance(inner, ast.arg):
            yield inner.arg
        elif isinstance(inner, ast.FunctionDef | ast.ClassDef):
            yield inner.name
        elif isinstance(inner, ast.alias):
            yield inner.asname or inner.name.partition(".")[0]
        elif isinstance(inner, ast.ExceptHandler) and inner.name:
            yield inner.name


def stores(node: ast.stmt) -> list[str]:
    """The names that one statement of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    return [
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]


def is_builtin(name: str) -> bool:
    """Whether Python itself has the name."""
    return hasattr(builtins, name)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    flat = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple | ast.List) else [t])]
    return [target.id for target in flat if isinstance(target, ast.Name)]


def _quiet(text: str, tree: ast.Module) -> str:
    """The text without imports of the other program and expressions that only show something."""
    lines = text.split("\n")
    for node in tree.body:
        shows = isinstance(node, ast.Expr) and "seed" not in ast.unparse(node)
        if shows or _of_other_program(node):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return "\n".join(lines).strip("\n")


def _of_other_program(node: ast.stmt) -> bool:
    """Whether a statement is about the program that graded before: its import, or its notebook object."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] in _PROGRAMS
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] in _PROGRAMS for alias in node.names)
    return bool(loads(node) & {"grader", "otter"})


def without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    """The statements of a function."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def about_the_program(text: str) -> bool:
    """Whether a cell does nothing but import, set up or end the program that graded before."""
    try:
        body = parse_python(text).body
    except NotPythonError:
        return False
    return bool(body) and all(map(_of_other_program, body))


def _parsed(text: str, where: str) -> ast.Module:
    try:
        return parse_python(text)
    except NotPythonError as error:
        raise UsageError(f"{where}: Python cannot parse it: {error}") from error
