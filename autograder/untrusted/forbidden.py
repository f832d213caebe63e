"""Where a submission uses what its question asks not to use, by its syntax alone.

It is a hint for a person, not a proof: a call can be hidden. It runs in a separate worker, because
parsing a stranger's source may cost any amount of memory. Names are followed through imports
and their aliases (``F.kl_div``), through a plain assignment of one name to another, through
``getattr`` with a literal, and from a function into the functions of the same namespace that it names.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence

from autograder.untrusted.python import parsed

Use = tuple[str, str, int, str]
"""The question's function, the label of the source, the line, and what is used."""

_MOST = 50


def uses(
    units: Sequence[tuple[str, str, str]], functions: Collection[str], forbidden: Collection[str]
) -> list[Use]:
    """Every place where a function, or one that it names, uses something forbidden.

    Args:
        units: namespace, label and source of each piece of code, in the order in which it runs.
        functions: what to look at.
        forbidden: dotted names, which stand for everything below them too; with a leading dot a method
            of any object.

    Returns:
        At most 50, each place once.
    """
    found: dict[Use, None] = {}
    for space in dict.fromkeys(space for space, _, _ in units):
        namespace = _Namespace()
        for name, label, source in units:
            if name == space:
                namespace.read(label, source)
        for function in functions:
            for use in namespace.uses(function, forbidden):
                found.setdefault((function, *use))
    return list(found)[:_MOST]


class _Namespace:
    """The top-level functions and the names of libraries of one namespace."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._starred: list[str] = []
        self._functions: dict[str, tuple[str, ast.stmt]] = {}

    def read(self, label: str, source: str) -> None:
        """Take a source in; one that is not Python is left out, for it does not run either."""
        tree = parsed(source)
        for statement in tree.body if tree is not None else ():
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._functions[statement.name] = (label, statement)
            else:
                self._learn(statement, self._known)

    def uses(self, function: str, forbidden: Collection[str]) -> Iterator[tuple[str, int, str]]:
        """Label, line and name of each use in a function and in the functions that it names."""
        ahead, seen = [function], {function}
        while ahead:
            label, body = self._functions.get(ahead.pop(), ("", None))
            if body is None:
                continue
            known = dict(self._known)
            for node in ast.walk(body):
                self._learn(node, known)
            for node in ast.walk(body):
                for name in self._names(node, known):
                    if match := _match(name, forbidden):
                        yield label, getattr(node, "lineno", 0), match
                if isinstance(node, ast.Name) and node.id not in seen:
                    seen.add(node.id)
                    ahead.append(node.id)

    def _learn(self, node: ast.AST, known: dict[str, str]) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    known[alias.asname or top] = alias.name if alias.asname else top
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    if alias.name == "*":
                        self._starred.append(module)
                    else:
                        known[alias.asname or alias.name] = f"{module}.{alias.name}"
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Name() | ast.Attribute() as value
            ):
                if dotted := _dotted(value, known):
                    known[name] = dotted

    def _names(self, node: ast.AST, known: Mapping[str, str]) -> Iterator[str]:
        match node:
            case ast.Attribute(attr=attribute):
                yield f".{attribute}"
                if dotted := _dotted(node, known):
                    yield dotted
            case ast.Name(id=name):
                yield known.get(name, "")
                yield from (f"{module}.{name}" for module in self._starred)
            case ast.Call(
                func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(last)), *_]
            ):
                yield f".{last}"
                if dotted := _dotted(value, known):
                    yield f"{dotted}.{last}"
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


def _dotted(node: ast.expr, known: Mapping[str, str]) -> str:
    """The full name of an attribute of a library, or nothing."""
    steps: list[str] = []
    while isinstance(node, ast.Attribute):
        steps.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in known:
        return ""
    return ".".join([known[node.id], *reversed(steps)])


def _match(name: str, forbidden: Collection[str]) -> str:
    """Which of the forbidden names a name is or lies below."""
    for one in forbidden:
        if name == one or name.startswith(f"{one}."):
            return one
    return ""
