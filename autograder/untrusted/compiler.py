"""How the shell compiles a notebook's cells and shows their values."""

from __future__ import annotations

import ast
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook

from autograder.untrusted.stand_in import Nothing


class Compiler(CachingCompiler):  # type: ignore[misc] # IPython is untyped
    """Names code by its cell, so that a traceback says "cell 3"."""

    label = ""
    parsed: tuple[str, int, ast.AST] | None = None

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        """The tree of a cell; it was made a moment ago, to see whether the cell is Python already."""
        parsed, self.parsed = self.parsed, None
        if parsed is not None and parsed[:2] == (source, self.flags) and symbol == "exec":
            return parsed[2]
        tree: ast.AST = super().ast_parse(source, filename, symbol)
        return tree

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """The label of the cell that is being run."""
        return self.label


class Hook(DisplayHook):  # type: ignore[misc] # IPython is untyped
    """Shows the value of a cell's last line, but for what a stand-in answers."""

    def __call__(self, result: Any = None) -> None:
        """Show a value."""
        if not isinstance(result, Nothing):
            super().__call__(result)
