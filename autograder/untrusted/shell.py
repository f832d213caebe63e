"""The IPython shell in which a notebook's cells run: as in Jupyter, but silent about errors."""

from __future__ import annotations

import ast
import contextlib
import importlib
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

# What a shell imports when it is made: once here, for the forks of this process to share.
for _name in ("application", "completerlib", "logger", "magics", "oinspect"):
    with contextlib.suppress(ImportError):  # releases of IPython differ in their modules
        importlib.import_module(f"IPython.core.{_name}")


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


class Shell(InteractiveShell):  # type: ignore[misc] # IPython is untyped
    """A shell for one notebook, run once from top to bottom."""

    compiler_class = Type(Compiler)

    def transform_cell(self, raw_cell: str) -> str:
        """The cell as Python; most cells are, and looking for magics takes longer than to run them.

        What parses as Python has no magic, no shell command and no help in it, and IPython leaves it as it
        is, but for its own prompt, which reads as an annotation. Cells may add transformations.
        """
        if self._transforms == _transforms(self) and "In [" not in raw_cell:
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                cell = raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
                self.compile.parsed = cell, self.compile.flags, self.compile.ast_parse(cell)
                return cell
        transformed: str = super().transform_cell(raw_cell)
        return transformed

    def should_run_async(self, raw_cell: str, **options: Any) -> bool:
        """Whether the cell awaits something at its top; to find that out takes a compilation."""
        text = options.get("transformed_cell") or raw_cell
        if "await" not in text and "async" not in text:
            return False
        return bool(super().should_run_async(raw_cell, **options))

    def showtraceback(self, *_arguments: Any, **_keywords: Any) -> None:
        """Print nothing: the grader words errors."""

    def showsyntaxerror(self, *_arguments: Any, **_keywords: Any) -> None:
        """Print nothing: the grader words errors."""

    def ask_exit(self) -> None:
        """End the cell: a kernel would end here."""
        raise SystemExit("exit() or quit() was called")

    def system(self, cmd: str) -> None:
        """Refuse shell commands, as the cage would."""
        raise PermissionError(f"shell commands are not run while grading: {cmd.strip()[:80]}")

    getoutput = system
    _transforms: tuple[int, ...] = ()


def _transforms(shell: Shell) -> tuple[int, ...]:
    """How many transformations of each kind there are."""
    manager = shell.input_transformer_manager
    return (
        len(shell.input_transformers_post),
        len(manager.cleanup_transforms),
        len(manager.line_transforms),
        len(manager.token_transformers),
    )


def make_shell() -> Shell:
    """A shell without history and without colours, showing plain text only.

    It must be made after the fork: IPython starts a thread where it keeps a history.
    """
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell: Shell = Shell.instance(config=config)
    shell._transforms = _transforms(shell)
    shell.display_formatter.active_types = ["text/plain"]
    return shell
