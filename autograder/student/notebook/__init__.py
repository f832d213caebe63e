"""`grader` in a student's notebook: Otter's own, whose checks say what ``autograder check`` says.

    import autograder
    grader = autograder.Notebook()
    grader.check("1.2")

The public cases run here, in the kernel, on the functions as they stand; values are read as the
grader reads them. Nothing limits their time: *Kernel → Interrupt* does.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.course.bank import load_template
from autograder.course.bank.student import FILE
from autograder.grading.derive import derive
from autograder.grading.judging import judge
from autograder.grading.names import Namespace
from autograder.grading.python_differences import newer_syntax, other_versions
from autograder.grading.seeds import generator
from autograder.grading.submission import Unit
from autograder.grading.submission.packages import not_promised
from autograder.model import Assignment, Kind, Part, PartResult, UsageError
from autograder.sandbox import offered
from autograder.student.notebook.commands import commands, notice
from autograder.student.notebook.display import Checked, progress
from autograder.student.notebook.live import Live

with warnings.catch_warnings():
    # ipylab, which Otter imports, uses what traitlets has deprecated: not for our users.
    warnings.simplefilter("ignore")
    import otter

__all__ = ["Checked", "Mistake", "Notebook"]

_SETUP = (
    "The files of the assignment are not in this notebook's folder: there is no {file} in {folder}. "
    "Start Jupyter in the folder that you were given. In Colab, upload its zip and run the cell that "
    "README.md shows."
)


_AS_IT_IS = (
    "`grader.check` uses this kernel as it is: its variables, files and packages, without a time limit. "
    "Before you hand in, run `autograder check` in a terminal: it runs the saved notebook from the top, "
    "with the grader's limits."
)


class Mistake(UsageError):
    """An error that the user can correct; a notebook shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Notebook(otter.Notebook):  # type: ignore[misc] # Otter is untyped
    """Otter's notebook class with explanations.

    Under ``otter check``, which does its own counting, it behaves exactly like Otter's.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Find the files of the assignment.

        Args:
            *arguments: of Otter's notebook.
            **options: of Otter's notebook.

        Raises:
            Mistake: they are not in the current folder.
        """
        self._folder = Path.cwd()
        self._assignment: Assignment | None = None
        self._told: set[str] = set()
        if not self._grading_mode and not (self._folder / FILE).is_file():
            raise Mistake(_SETUP.format(file=FILE, folder=self._folder))
        super().__init__(*arguments, **options)

    def check(self, question: str, global_env: dict[str, Any] | None = None) -> Any:
        """Run the public cases of a part, and explain what does not pass.

        Args:
            question: the part's number, such as ``"1.2"``.
            global_env: the namespace with the functions; by default, the caller's globals.

        Raises:
            Mistake: there is no such part.
        """
        names = _callers(inspect.currentframe()) if global_env is None else global_env
        if self._grading_mode:
            return super().check(question, names)
        parts = {part.number: part for part in self._parts()}
        if question not in parts:
            raise Mistake(f"There is no part {question}; there are {', '.join(parts)}.")
        results = (self._check(parts[question], names),)
        return Checked(results, self._notices(names, results, again=False))

    def check_all(self) -> Any:
        """Run the public cases of every part."""
        names = _callers(inspect.currentframe())
        if self._grading_mode:
            return None
        parts = self._parts()
        with progress(len(parts)) as step:
            results = []
            for part in parts:
                step(part.number)
                results.append(self._check(part, names))
        return Checked(tuple(results), self._notices(names, results, again=True))

    def _notices(
        self, names: Mapping[str, Any], results: Sequence[PartResult], *, again: bool
    ) -> tuple[str, ...]:
        """What will differ when the notebook is graded; for one part, only what is new."""
        assignment = self._assignment
        if assignment is None or not any(part.cases for part in results):
            return ()
        ran = names.get("In")
        cells = [cell if type(cell) is str else "" for cell in ran] if type(ran) is list else []
        found = [one for one in commands(cells) if again or one not in self._told]
        units = [Unit("", f"Cell In[{number}]", cell) for number, cell in enumerate(cells)]
        files = [path.name for path in self._folder.iterdir()]
        told = (
            *not_promised(units, offered(assignment.permits.packages), files),
            *newer_syntax(units, assignment.graded_with),
        )
        once = (*other_versions(assignment.graded_with), _AS_IT_IS)
        chosen = [
            *filter(None, [notice(found)]),
            *(one for one in told if again or one not in self._told),
            *(one for one in once if one not in self._told),
        ]
        self._told.update(found, told, once)
        return tuple(chosen)

    def _parts(self) -> list[Part]:
        if self._assignment is None:
            self._assignment = load_template(self._folder)
        return [*self._assignment.parts]

    def _check(self, part: Part, names: Mapping[str, Any]) -> PartResult:
        functions = self._assignment.functions if self._assignment else ()
        kinds = self._assignment.kinds if self._assignment else {}
        values = [name for name, kind in kinds.items() if kind is Kind.VALUE]
        live = Live(names, functions, self._folder, values)
        return PartResult(
            part,
            tuple(
                judge(case, Namespace(live, generator("notebook", case.key), case.kinds))
                for case in part.public
            ),
            derivations=tuple(derive(task, Namespace(live, None)) for task in part.derivations),
        )


def _callers(frame: Any) -> dict[str, Any]:
    """The globals of the code that called a method of this class."""
    names: dict[str, Any] = frame.f_back.f_globals
    return names
