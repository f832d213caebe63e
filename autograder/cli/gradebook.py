"""``autograder gradebook``: what Canvas, Moodle or Gradescope import, from their own export."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from autograder.gradescope.markdown import plain
from autograder.model import UsageError
from autograder.staff.batch.rows import read_table
from autograder.staff.gradebook.grades import Grades, grades_of
from autograder.staff.gradebook.systems import GradesFile, canvas, gradescope, moodle

_INCOMPLETE = 1


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the file; exit status 1 where somebody who handed in is not in it."""
    table = read_table(options.out)
    grades = grades_of(table, options.written, refused_as_zero=options.zero_for_refused)
    written = _write(options, grades)
    console = Console(highlight=False, soft_wrap=True)
    if options.written is None and table.about.written:
        console.print(
            f"{table.about.written:g} points for written parts are not included; add them with --written"
        )
    for title, names in (
        ("without a grade in the file", written.missing),
        ("in the course system, but no submission with a grade", written.unmatched),
        ("written points that match nobody", grades.unused),
    ):
        if names:
            console.print(f"[yellow]{title}: {len(names)}[/]")
            for name in names:
                console.print(f"  {escape(' '.join(plain(name).split()))}")
    console.print(
        f"[bold]{escape(str(written.path))}[/]: {written.count} grades out of {grades.maximum:g} points"
    )
    return _INCOMPLETE if written.missing or grades.unused else 0


def _write(options: argparse.Namespace, grades: Grades) -> GradesFile:
    def out(name: str) -> Path:
        return Path(options.output or options.out / f"gradebook-{name}.csv")

    column, scale = options.column or "", options.scale
    if options.canvas is not None:
        return canvas(grades, options.canvas, out("canvas"), column=column, scale=scale)
    if options.moodle is not None:
        return moodle(grades, options.moodle, out("moodle"), column=column, scale=scale)
    if column:
        raise UsageError("--column goes with --canvas or --moodle")
    download = Path(options.gradescope) if options.gradescope else None
    return gradescope(grades, download, out("gradescope"), scale=scale)
