"""What a cell's source is as plain Python, and which names it would define; nothing is run."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final

from autograder.untrusted.magics import PYTHON_BELOW

_ESCAPE: Final = re.compile(
    r"""^(?P<indent>[ \t]*+)
        (?P<target>[\w., \t\[\]*]+=[ \t]*)?  # files = !ls
        [%!?].*(?:\\\n.*)*                  # a magic, a command, help; a command may go on
    """,
    re.MULTILINE | re.VERBOSE,
)
_HELP: Final = re.compile(r"^([ \t]*)[\w.]+\?{1,2}[ \t]*$", re.MULTILINE)
_CELL_MAGIC: Final = re.compile(
    r"""(?:[^\S\n]*(?:\#[^\n]*)?\n)*+[^\S\n]*  # comments too, which IPython refuses here
        (?P<magic>%%(?P<name>[!\w.]+)[^\n]*\n?)
    """,
    re.VERBOSE,
)
_DEFINING: Final = re.compile(
    r"""^(?:(?:async[ ]+)?def|class)[ ]+(?P<defined>\w+)
       |^(?P<assigned>\w+)[ \t]*(?::[^=\n]+)?=(?!=)
       |^(?:from[ ]+\S+[ ]+)?import[ ]+(?P<imported>[^#\n]+)
    """,
    re.MULTILINE | re.VERBOSE,
)


def magic_first(source: str) -> str:
    """A cell with the comments above its cell magic made empty lines.

    IPython refuses comments there, but nobody can mean anything else by them.
    """
    found = _CELL_MAGIC.match(source)
    if found is None:
        return source
    start = found.start("magic")
    return "\n" * source.count("\n", 0, start) + source[start:]


def empty_lines_above(cell: str) -> str:
    """The empty lines at the top of a cell: IPython drops them, and lines would have other numbers."""
    lines = itertools.takewhile(lambda line: not line.strip(), cell.splitlines())
    return "\n" * len([*lines])


def as_python(source: str) -> str:
    """A cell with every magic, shell command and question replaced, on the same lines.

    A cell whose magic gives it to another program or writes it to a file defines nothing here.
    """
    if magic := _CELL_MAGIC.match(source):
        if magic["name"] not in PYTHON_BELOW:
            return ""
        source = "\n" * magic[0].count("\n") + source[magic.end() :]
    return _HELP.sub(r"\1pass", _ESCAPE.sub(_replaced, source))


def _replaced(escape: re.Match[str]) -> str:
    value = f"{escape['target']}None" if escape["target"] else "pass"
    return escape["indent"] + value + "\n" * escape[0].count("\n")


def parsed(source: str) -> ast.Module | None:
    """The tree of a cell as plain Python; `None` where it is none, or more than can be parsed."""
    for text in (source, as_python(source)):  # most cells are Python as they are
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def one_import_each(nodes: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The same statements, with ``import a, b`` split into one statement for each module."""
    for node in nodes:
        if isinstance(node, ast.Import) and len(node.names) > 1:
            yield from (ast.copy_location(ast.Import([name]), node) for name in node.names)
        else:
            yield node


def imports(nodes: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements among some that only import."""
    return (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def chooses_backend(statement: ast.stmt) -> bool:
    """Whether a statement only chooses how matplotlib shows figures, which may need a window."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("matplotlib" | "mpl"), "use"))):
            return True
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("plt" | "pyplot"), "switch_backend"))):
            return True
    return False


def annotate_lazily(statement: ast.stmt, name: str) -> bool:
    """Turn the annotations of a statement into strings if one of them uses an undefined name.

    Python 3.14 does not evaluate annotations either.

    Args:
        statement: changed in place.
        name: the undefined name.

    Returns:
        Whether it was changed.
    """
    hints = [
        (node, field, hint)
        for node in ast.walk(statement)
        for field in ("annotation", "returns")
        if isinstance(hint := getattr(node, field, None), ast.expr)
    ]
    used = (one for _, _, hint in hints for one in ast.walk(hint))
    if not any(isinstance(one, ast.Name) and one.id == name for one in used):
        return False
    for node, field, hint in hints:
        if not isinstance(hint, ast.Constant):
            setattr(node, field, ast.copy_location(ast.Constant(ast.unparse(hint)), hint))
    return True


def bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that statements bind in the namespace they run in, in order; stars are unknown.

    Statements are walked in a loop and not by recursion: a sum of a thousand terms is a tree of a
    thousand levels.
    """
    ahead = [iter(nodes)]
    while ahead:
        node = next(ahead[-1], None)
        match node:
            case None:
                ahead.pop()
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case (
                ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp()
            ):
                continue
            case _:
                ahead.append(ast.iter_child_nodes(node))


def would_define(source: str) -> list[str]:
    """The names that a cell would define if it ran to its end, also where it is not Python here."""
    tree = parsed(source)
    if tree is not None:
        return [*dict.fromkeys(bound(tree.body))]
    names: dict[str, None] = {}
    for found in _DEFINING.finditer(source):
        if found["imported"]:
            parts = (part.split() for part in found["imported"].strip("() \t\r").split(","))
            names |= dict.fromkeys(part[-1].partition(".")[0] for part in parts if part)
        else:
            names[found["defined"] or found["assigned"]] = None
    return [*names]
