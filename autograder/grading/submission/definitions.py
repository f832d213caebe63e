"""The code of a submission, and what it defines by its syntax alone: functions, and stubs of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

PARSED_OF_ONE = 100_000
"""Characters of one source that are looked at; honest ones have a tenth of them."""

_PARSED_OF_ALL = 500_000


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of source that runs as one: a code cell or a module.

    Attributes:
        space: the namespace it belongs to: empty for the notebook's, else the module's name.
        label: what a traceback and a notice call it, such as ``"cell 3"`` or ``"ddpm.py"``.
        source: its text.
    """

    space: str
    label: str
    source: str


def definitions(
    units: Sequence[Unit], wanted: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, list[str]]]:
    """Which namespaces hold only a stub of a name, and which define it for real.

    Args:
        units: the code, in the order in which it runs.
        wanted: the names that are looked for.

    Returns:
        By namespace the names of which it holds only a stub; by name the namespaces that define it.
    """
    names = set(wanted)
    stubs: dict[str, set[str]] = {}
    definers: dict[str, list[str]] = {}
    room = _PARSED_OF_ALL
    for unit in units:
        if len(unit.source) > min(PARSED_OF_ONE, room):
            continue
        room -= len(unit.source)
        for name, filled in _functions(unit.source):
            if name not in names:
                continue
            if not filled:
                stubs.setdefault(unit.space, set()).add(name)
            elif unit.space not in definers.setdefault(name, []):
                definers[name].append(unit.space)
    for name, spaces in definers.items():
        for space in spaces:
            stubs.get(space, set()).discard(name)
    return {space: tuple(sorted(found)) for space, found in stubs.items()}, definers


def _functions(source: str) -> Iterator[tuple[str, bool]]:
    """Top-level functions of a source and whether they are filled in; nothing where it is no Python."""
    try:
        tree = ast.parse(re.sub(r"^([ \t]*)[%!?].*", r"\1pass", source, flags=re.MULTILINE))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, not _is_stub(node.body)


def _is_stub(body: list[ast.stmt]) -> bool:
    match body:
        case [ast.Expr(value=ast.Constant()), *rest] | rest:
            pass
    match rest:
        case []:
            return True
        case [ast.Pass() | ast.Expr(value=ast.Constant())]:
            return True
        case [ast.Raise(exc=ast.Name(id="NotImplementedError"))]:
            return True
        case [ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError")))]:
            return True
    return False
