"""``autograder gradebook``: what Canvas, Moodle or Gradescope import, from their own export."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from autograder.gradescope.markdown import plain
from autograder.model import UsageError
from autograder.staff.batch.table import read_table
from autograder.staff.gradebook.grades import Grades, grades_of
from autograder.staff.gradebook.systems import GradesFile, canvas, gradescope, moodle

_INCOMPLETE = 1


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Fills the grades of a class into a file that the course system exported, so that it can be\n"
        "imported again. People are matched by number, then address, then name. Nothing is guessed:\n"
        "those who could not be matched are listed, in both directions.\n\n"
        "  autograder gradebook graded/ --canvas roster.csv\n"
        "      Canvas: Grades, Export\n"
        "  autograder gradebook graded/ --moodle worksheet.csv\n"
        "      Moodle: Download grading worksheet\n"
        "  autograder gradebook graded/ --gradescope\n"
        "      the columns of Gradescope's Download Grades\n\n"
        "Exit status: 0, or 1 if someone who handed in is not in the file."
    )
    command.add_argument("out", type=Path, metavar="OUT", help="the folder that a batch wrote to")
    system = command.add_mutually_exclusive_group(required=True)
    system.add_argument("--canvas", type=Path, metavar="CSV", help="the gradebook, from Canvas")
    system.add_argument("--moodle", type=Path, metavar="CSV", help="the worksheet, from Moodle")
    system.add_argument(
        "--gradescope",
        nargs="?",
        const="",
        metavar="CSV",
        help="Gradescope's Download Grades file; without CSV, the people are those of the graded export",
    )
    command.add_argument(
        "--written",
        type=Path,
        metavar="CSV",
        help="points to add for written parts: a column id, number, email or name, and a column for each "
        "written part, such as 1.2",
    )
    command.add_argument("--column", metavar="NAME", help="the column that the points go into")
    command.add_argument(
        "--scale", action="store_true", help="convert the points to the maximum in the file"
    )
    command.add_argument(
        "--zero-for-refused",
        action="store_true",
        help="give 0 points for submissions that cannot be graded (default: leave them out and list them)",
    )
    command.add_argument("-o", "--output", type=Path, help="where to write (default: in OUT)")


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
