"""The shell commands of a running notebook, which are skipped where it is graded."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from autograder.untrusted.magics import CELL, LINE, Act
from autograder.untrusted.python import parsed

_CUT = 60
_SHOWN = 3


def commands(cells: Iterable[str]) -> list[str]:
    """What a grading will skip of some cells, as it was typed.

    Args:
        cells: their sources as IPython has transformed them into Python, as in ``In``.

    Returns:
        Each command once, such as ``"!pip install x"``, in the order of the cells.
    """
    return list(dict.fromkeys(command for cell in cells for command in _of(cell)))


def notice(found: list[str]) -> str:
    """That some commands will be skipped, in a sentence; nothing where there are none."""
    if not found:
        return ""
    shown = ", ".join(f"`{command}`" for command in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return (
        f"When you hand in, {shown}{more} will be skipped: shell commands are not run while grading. "
        "Your functions must not depend on such commands."
    )


def _of(cell: str) -> Iterator[str]:
    if "get_ipython()" not in cell:
        return
    tree = parsed(cell)
    if tree is None:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name("get_ipython")), attr=method),
                args=[ast.Constant(str(first)), *rest],
            ):
                command = _command(method, first, rest)
                if command:
                    yield _cut(command)


def _command(method: str, first: str, rest: list[ast.expr]) -> str:
    match method:
        case "system" | "getoutput":
            return f"!{first}"
        case "run_line_magic" if LINE.get(first) in (Act.SKIPPED, Act.ALIAS):
            return f"%{first} {_text(rest)}".strip()
        case "run_cell_magic" if CELL.get(first) is Act.SKIPPED:
            return f"%%{first} {_text(rest)}".strip()
    return ""


def _text(arguments: list[ast.expr]) -> str:
    match arguments:
        case [ast.Constant(str(text)), *_]:
            return text
    return ""


def _cut(command: str) -> str:
    line = command.splitlines()[0].replace("`", "'")
    return line if len(line) <= _CUT else f"{line[:_CUT].rstrip()} …"
