"""Python that somebody else wrote, parsed: whatever is wrong with it is one kind of error."""

from __future__ import annotations

import ast
from typing import Any

_DEEPEST = 100  # copying a tree takes six calls a level, and Python allows 1000


class NotPythonError(ValueError):
    """Why a text cannot be parsed.

    Attributes:
        line: counted from 1; ``None`` where no line is to blame.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"{reason} (line {line})" if line else reason)
        self.reason = reason
        self.line = line


def parse_python(text: str) -> ast.Module:
    """The syntax tree of a text.

    Args:
        text: the source.

    Raises:
        NotPythonError: it cannot be parsed, or is nested so deep that its tree cannot be worked on.
    """
    try:
        text.encode()
        tree = ast.parse(text)
    except SyntaxError as error:
        raise NotPythonError(error.msg, error.lineno) from error
    except UnicodeEncodeError as error:
        half = ascii(text[error.start])[1:-1]
        raise NotPythonError(
            f"it holds half a character ({half}); retype it", text.count("\n", 0, error.start) + 1
        ) from error
    except ValueError as error:
        raise NotPythonError(str(error)) from error
    except (RecursionError, MemoryError) as error:
        raise NotPythonError(_too_deep()) from error
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree
    line = next((node.lineno for node in level if isinstance(node, ast.stmt | ast.expr)), None)
    raise NotPythonError(_too_deep(), line)


def literal(node: ast.expr) -> Any:
    """The value of a literal.

    Raises:
        ValueError: the expression is not a literal.
    """
    try:
        return ast.literal_eval(node)
    except (TypeError, SyntaxError, RecursionError, MemoryError) as error:  # {[]: 1}, 1 + 1j + …
        raise ValueError(str(error)) from error


def _too_deep() -> str:
    return (
        f"code nested more than {_DEEPEST} deep, or a chain of as many operators or branches; "
        "split it up"
    )
