"""Where in a statement a mutation may be made that no single expression tells: by position and use."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_ATOMS = (
    ast.Name,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.Pass,
)
_OPERATIONS = (ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Starred)


def words(tree: ast.AST) -> dict[str, list[str]]:
    """For each string, those that are with it in a tuple, a list or a dict.

    They are alternatives to it: ``"above"`` to ``"below"``, in a check of the argument or elsewhere.
    """
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        for row in _rows(node):
            values = [n.value for n in row if isinstance(n, ast.Constant)]
            texts = [value for value in values if isinstance(value, str)]
            for text in texts:
                found.setdefault(text, []).extend(t for t in dict.fromkeys(texts) if t != text)
    return {text: list(dict.fromkeys(others)) or [""] for text, others in found.items()}


def results(statement: ast.stmt) -> set[int]:
    """The expressions that are assigned or returned, each of several by itself."""
    found: set[int] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Return) and node.value:
            value = node.value
            parts = value.elts if isinstance(value, ast.Tuple) else [value]
            found.update(map(id, parts))
    return found


def deletable(statement: ast.stmt) -> set[int]:
    """The statements without which every name still has a value, if another one."""
    found: set[int] = set()
    for function in ast.walk(statement):
        if isinstance(function, ast.FunctionDef):
            spec = function.args
            every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
            bound = {a.arg for a in every if a is not None}
            for node in _statements(function):
                match node:
                    case ast.AugAssign() | ast.For() | ast.Expr():
                        found.add(id(node))
                    case ast.Assign(targets=targets):
                        names = {
                            n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)
                        }
                        if names <= bound:
                            found.add(id(node))
                        bound |= names
                    case ast.AnnAssign(target=ast.Name(id=name)):
                        bound.add(name)
    return found


def lines(node: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, for one that holds others of its head."""
    match node:
        case ast.If(test=last) | ast.While(test=last) | ast.For(iter=last):
            pass
        case ast.With(items=items):
            last = items[-1].context_expr
        case _:
            return node.lineno, node.end_lineno or node.lineno
    return node.lineno, last.end_lineno or node.lineno


def short(node: ast.AST, text: str) -> str:
    """The text of a node in one line; of a statement that holds others, its head."""
    if hasattr(node, "body") and isinstance(node, ast.stmt):
        return text.split("\n", 1)[0].strip() + " …"
    return " ".join(text.split())


def bound(node: ast.AST, parent: ast.AST, new: ast.AST) -> bool:
    """Whether a new expression needs parentheses in the place of an old one."""
    if isinstance(new, _ATOMS):
        return isinstance(new, ast.Constant) and isinstance(parent, ast.Attribute)
    if isinstance(parent, ast.Call):
        return node is parent.func
    if isinstance(parent, ast.Attribute | ast.Subscript):
        return node is parent.value
    return isinstance(parent, _OPERATIONS)


def _statements(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    """The statements of a function in the order of the text, without those of inner functions."""
    waiting: list[ast.AST] = [*reversed(function.body)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, ast.FunctionDef):
            waiting.extend(reversed([*ast.iter_child_nodes(node)]))


def _rows(node: ast.AST) -> list[list[ast.expr]]:
    match node:
        case ast.Tuple(elts=row) | ast.List(elts=row) | ast.Set(elts=row):
            return [row]
        case ast.Dict(keys=keys, values=values):
            return [[key for key in keys if key], values]
    return []
