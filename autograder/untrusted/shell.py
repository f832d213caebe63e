"""The IPython shell in which a notebook's cells run: as in Jupyter, but silent about errors."""

from __future__ import annotations

import ast
import contextlib
import importlib
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.utils.text import SList
from traitlets import Type
from traitlets.config import Config

from autograder.untrusted.compiler import Compiler, Hook
from autograder.untrusted.magics import CELL, LINE, Act
from autograder.untrusted.python import (
    chooses_backend,
    empty_lines_above,
    imports,
    magic_first,
    one_import_each,
    would_define,
)
from autograder.untrusted.unit_report import UnitReport

# What a shell imports when it is made: once here, for the forks of this process to share.
for _name in ("application", "completerlib", "logger", "magics", "oinspect"):
    with contextlib.suppress(ImportError):  # releases of IPython differ in their modules
        importlib.import_module(f"IPython.core.{_name}")

_NOT_RUN: Final = 126  # what a Unix shell says of a command that it may not run
_LISTS: Final = frozenset({"sc", "sx", "system", "!"})  # magics with what a command prints as value
_KEPT: Final = frozenset({"_dh", "_ih", "_oh"})  # where IPython keeps folders, inputs and values
_MISPLACED: Final = re.compile(
    r"run_line_magic\('%(\w+)'"
)  # what IPython makes of `%%name` in mid-cell


class Shell(InteractiveShell):  # type: ignore[misc] # IPython is untyped
    """A shell for one notebook, run once from top to bottom.

    Attributes:
        report: records what happens in the cell that is being run.
    """

    compiler_class = Type(Compiler)
    displayhook_class = Type(Hook)
    report = UnitReport((), {})
    user_module: Any
    user_ns: Any
    _transforms: tuple[int, ...] = ()
    _above = 0

    def __init__(self, **options: Any) -> None:
        self._shown: list[BaseException] = []
        self._misplaced: list[str] = []
        super().__init__(**options)

    def run_unit(self, label: str, source: str, report: UnitReport) -> None:
        """Run one cell.

        Args:
            label: what a traceback calls it.
            source: its text.
            report: records what happens.
        """
        with self._telling(label, report):
            self.run_cell(source, store_history=False)
        if report.failed:
            report.lose(name for name in would_define(source) if name not in self.user_ns)

    @contextlib.contextmanager
    def inside(self, module: types.ModuleType, label: str, report: UnitReport) -> Iterator[None]:
        """Run in a module's namespace what it asks of the shell: a script may hold a notebook's magics.

        Args:
            module: the module.
            label: what a traceback calls the cells that it runs.
            report: records what happens.
        """
        own = self.user_module, self.user_ns
        names = vars(module)
        for name in _KEPT & self.user_ns.keys():
            names.setdefault(name, self.user_ns[name])
        self.user_module, self.user_ns = module, names
        try:
            with self._telling(label, report):
                yield
        finally:
            self.user_module, self.user_ns = own

    @contextlib.contextmanager
    def _telling(self, label: str, report: UnitReport) -> Iterator[None]:
        self.report, self.compile.label, self._shown, self._misplaced = report, label, [], []
        yield
        for error in self._shown:
            report.error(error)
        for name in self._misplaced:
            report.skip(f"%%{name}", "place")

    def run_cell(self, raw_cell: str, *arguments: Any, **options: Any) -> ExecutionResult:
        """Run a cell, or what stands below a cell magic; its errors are kept for `run_unit`."""
        result = super().run_cell(magic_first(raw_cell), *arguments, **options)
        errors = (result.error_before_exec, result.error_in_exec)
        self._shown += [error for error in errors if error is not None]
        return result

    def transform_cell(self, raw_cell: str) -> str:
        """The cell as Python; most cells are, and looking for magics takes longer than to run them.

        What parses as Python has no magic, no shell command and no help in it, and IPython leaves it as it
        is, but for its own prompt, which reads as an annotation, and for a single word, which may be
        the name of a magic. Cells may add transformations.
        """
        self._above = 0
        plain = self._transforms == _transforms(self) and "In [" not in raw_cell
        if plain and not raw_cell.strip().isidentifier():
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                cell = raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
                self.compile.parsed = cell, self.compile.flags, self.compile.ast_parse(cell)
                return cell
        transformed: str = super().transform_cell(raw_cell)
        above = empty_lines_above(raw_cell)
        self._above = len(above)
        self._misplaced += _MISPLACED.findall(transformed)
        return above + transformed

    def should_run_async(self, raw_cell: str, **options: Any) -> bool:
        """Whether the cell awaits something at its top; to find that out takes a compilation."""
        text = options.get("transformed_cell") or raw_cell
        if "await" not in text and "async" not in text:
            return False
        return bool(super().should_run_async(raw_cell, **options))

    async def run_ast_nodes(
        self,
        nodelist: list[ast.stmt],
        cell_name: str,
        interactivity: str = "last_expr",
        compiler: Callable[..., Any] = compile,
        result: Any = None,
    ) -> bool:
        """Run statements one by one, and go on after those that lack only what is not here.

        Returns:
            Whether one of them raised and the rest was not run.
        """
        statements = [one for one in one_import_each(nodelist) if not chooses_backend(one)]
        for place, statement in enumerate(statements, start=1):
            shown = interactivity if interactivity == "all" or place == len(statements) else "none"
            failed = await super().run_ast_nodes(
                [statement], cell_name, interactivity=shown, compiler=compiler, result=result
            )
            error = getattr(result, "error_in_exec", None)
            if failed and error is not None and self.report.runs_again(statement, error):
                result.error_in_exec = None
                failed = await super().run_ast_nodes(
                    [statement], cell_name, interactivity=shown, compiler=compiler, result=result
                )
                error = result.error_in_exec
            if not failed:
                self.report.succeeded(statement)
            else:
                if error is None or not self.report.continues_after(statement, error):
                    if isinstance(error, Exception):
                        await self._import(statements[place:], cell_name, compiler)
                    return True
                result.error_in_exec = None
        return False

    async def _import(
        self, statements: list[ast.stmt], cell_name: str, compiler: Callable[..., Any]
    ) -> None:
        """Run the imports among statements below one that raised: other cells need them."""
        for statement in imports(statements):
            result = ExecutionResult(None)
            failed = await super().run_ast_nodes(
                [statement], cell_name, interactivity="none", compiler=compiler, result=result
            )
            if failed and result.error_in_exec is not None:
                self.report.continues_after(statement, result.error_in_exec)

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no window to draw in, and `plt.ion()` asks for one."""

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """What the table of magics says of a line magic."""
        if magic_name.startswith("%"):  # a misplaced cell magic; `transform_cell` has noted it
            return None
        aliased = self.alias_manager.is_alias(magic_name)
        act = Act.SKIPPED if aliased else LINE.get(magic_name)
        command = f"%{magic_name} {line}"
        match act:
            case Act.NOTHING:
                return None
            case Act.AGG | Act.PYLAB:
                return self._draw_by_agg(names=act is Act.PYLAB)
            case Act.SKIPPED:
                return self._skip(command, as_list=magic_name in _LISTS)
            case Act.ALIAS if line.strip():
                self._skip(command)
            case Act.FORCE:
                line = f"-f {line}"
            case None if self.find_line_magic(magic_name) is None:
                return self._skip(command, "magic")
        try:
            return super().run_line_magic(magic_name, line, _stack_depth + 1)
        except Exception:
            if act in (Act.QUIET, Act.ALIAS):
                return None
            raise

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """What the table of magics says of a cell magic."""
        act = CELL.get(magic_name)
        below = "\n" * (self._above + 1) + cell  # the lines of the cell keep their numbers
        match act:
            case Act.NOTHING:
                return None
            case Act.CELL:
                self.run_cell(below)
                return None
            case Act.SKIPPED:
                return self._skip(f"%%{magic_name} {line}", as_list=magic_name in _LISTS)
            case None if self.find_cell_magic(magic_name) is None:
                return self._skip(f"%%{magic_name} {line}", "magic")
        return super().run_cell_magic(magic_name, line, below if magic_name == "capture" else cell)

    def _draw_by_agg(self, *, names: bool) -> None:
        if names:
            from IPython.core.pylabtools import import_pylab

            import_pylab(self.user_ns)
        if matplotlib := sys.modules.get("matplotlib"):  # where it is not, the environment says so
            matplotlib.use("agg")

    def _skip(self, command: str, why: str = "shell", *, as_list: bool = False) -> Any:
        """Do not run a command; its value is what a command that prints nothing has."""
        self.report.skip(command, why)
        self.user_ns["_exit_code"] = _NOT_RUN
        return SList([]) if as_list else None

    def showtraceback(
        self, exc_tuple: tuple[Any, Any, Any] | None = None, *_arguments: Any, **_keywords: Any
    ) -> None:
        """Print nothing: the grader words errors, also those that IPython shows and goes on."""
        error = (exc_tuple or sys.exc_info())[1]
        if isinstance(error, BaseException):
            self._shown.append(error)

    def showsyntaxerror(self, *_arguments: Any, **_keywords: Any) -> None:
        """Print nothing: the grader words errors."""
        self.showtraceback()

    def ask_exit(self) -> None:
        """End the cell: a kernel would end here."""
        raise SystemExit("exit() or quit() was called")

    def system(self, cmd: str) -> None:
        """Skip a shell command, as the cage would refuse it; in Jupyter a failing one raises nothing."""
        self._skip(f"!{cmd}")

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Skip a shell command; it printed nothing."""
        output = self._skip(f"!{cmd}", as_list=True)
        return output if split else ""

    def magic(self, arg_s: str) -> Any:
        """Run a line magic, in the form that old scripts of nbconvert have."""
        name, _, line = arg_s.lstrip("%").partition(" ")
        return self.run_line_magic(name, line.strip(), _stack_depth=2)


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
    for name in LINE.keys() - shell.magics_manager.magics["line"].keys():
        if (
            LINE[name] is not Act.RUN
        ):  # a cell of one word is a magic where there is one of that name
            shell.register_magic_function(_nothing, "line", name)
    return shell


def _nothing(_line: str) -> None:
    """Stand for a magic of a front end; what is done instead, the table says."""
