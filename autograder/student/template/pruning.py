"""What of a Python file its wanted names need: the rest does not go into the student's copy."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from autograder.course.bank.source import parse, span


def pruned(path: Path, text: str, wanted: Collection[str]) -> str:
    """A file without the definitions and imported names that the wanted names do not use.

    Args:
        path: where the text came from, for errors.
        text: the source.
        wanted: names that the file defines.

    Returns:
        The source: its docstring, what is wanted, what that uses in its turn, and every statement
        that defines no name.
    """
    tree = parse(path, text)
    lines = text.split("\n")
    needed = _needed(tree.body, wanted)
    kept: list[str | None] = [*lines]
    for node in tree.body:
        names = _defined(node)
        if not names or names.issubset(needed):
            continue
        start, stop = span(lines, node)
        written: list[str] = []
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [one for one in node.names if _bound(one) in needed]
            written = _written(node) if node.names else []
        kept[start:stop] = [*written, *[None] * (stop - start - len(written))]
        if not written:
            _close(kept, start, stop)
    return "\n".join(line for line in kept if line is not None).rstrip() + "\n"


def _close(kept: list[str | None], start: int, stop: int) -> None:
    """Of the empty lines on both sides of what was taken out, leave those of the wider side."""
    before = list(itertools.takewhile(lambda place: not kept[place], range(start - 1, -1, -1)))
    after = list(itertools.takewhile(lambda place: not kept[place], range(stop, len(kept))))
    sides = [[place for place in side if kept[place] is not None] for side in (before, after)]
    for place in min(sides, key=len):
        kept[place] = None


def rewritten(path: Path, text: str, changes: Mapping[str, Mapping[str, str]]) -> str:
    """A file in which some names are assigned a call with other keyword arguments.

    Args:
        path: where the text came from, for errors.
        text: the source.
        changes: by the assigned name and the argument's name, what stands there instead; ``""`` for
            nothing at all.
    """
    data = text.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    cuts = []
    for node in parse(path, text).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                end = data.index(b"(", _end(starts, call.func)) + 1
                for argument in call.keywords:
                    start, end = end, _end(starts, argument)
                    end += data[end : end + 1] == b","
                    if (new := changes.get(name, {}).get(argument.arg or "")) is not None:
                        cuts.append((start, end, f"\n    {argument.arg}={new}," if new else ""))
    for start, end, new in sorted(cuts, reverse=True):
        data = data[:start] + new.encode() + data[end:]
    return data.decode()


def _end(starts: Sequence[int], node: ast.expr | ast.keyword) -> int:
    """Where a node ends, in bytes from the start of its file."""
    return starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)


def _needed(body: Iterable[ast.stmt], wanted: Collection[str]) -> set[str]:
    """The wanted names, and what their definitions use in their turn."""
    uses: dict[str, set[str]] = {}
    waiting = [*wanted]
    for node in body:
        used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        defined = _defined(node)
        if not defined:
            waiting += used
        for name in defined:
            uses.setdefault(name, set()).update(used)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in uses and name not in found:
            found.add(name)
            waiting += uses[name]
    return found


def _defined(node: ast.stmt) -> set[str]:
    """The names that a statement at the top of a file defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            leaves = [leaf for target in targets for leaf in ast.walk(target)]
            return {leaf.id for leaf in leaves if isinstance(leaf, ast.Name)}
        case ast.ImportFrom(module="__future__"):
            return set()
        case ast.Import() | ast.ImportFrom():
            return {_bound(one) for one in node.names}
    return set()


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _written(node: ast.Import | ast.ImportFrom) -> list[str]:
    """An import as the formatter writes it."""
    text = ast.unparse(node)
    if len(text) <= 100 or not isinstance(node, ast.ImportFrom):
        return [text]
    head, _, names = text.partition(" import ")
    return [f"{head} import (", *(f"    {name}," for name in names.split(", ")), ")"]
