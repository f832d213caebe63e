"""The IPython shell in which a notebook's cells run: as in Jupyter, but silent about errors."""

from __future__ import annotations

from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config


class Compiler(CachingCompiler):  # type: ignore[misc] # IPython is untyped
    """Names code by its cell, so that a traceback says "cell 3"."""

    label = ""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """The label of the cell that is being run."""
        return self.label


class Shell(InteractiveShell):  # type: ignore[misc] # IPython is untyped
    """A shell for one notebook, run once from top to bottom."""

    compiler_class = Type(Compiler)

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


def make_shell() -> Shell:
    """A shell without history and without colours, showing plain text only.

    It must be made after the fork: IPython starts a thread where it keeps a history.
    """
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell: Shell = Shell.instance(config=config)
    shell.display_formatter.active_types = ["text/plain"]
    return shell
