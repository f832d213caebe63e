"""``autograder insight``: what a graded class looks like, as one page."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.staff.insight import Class, Findings
    from autograder.staff.insight.findings import KnownMisconceptions

_COLUMNS = 100


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Makes one HTML page from what `autograder batch` wrote: what the class did not understand,\n"
        "how hard each part was and whether it separates strong submissions from weak ones, the\n"
        "scores, wrong values that several submissions share, what was not graded, and what took\n"
        "long. The page works offline. It names hidden cases, so it is for staff only.\n\n"
        "  autograder insight graded/\n"
        "      writes graded/insight.html\n"
        "  autograder insight graded/ --no-names -o class.html\n"
        "      to show to others: labels instead of people"
    )
    command.add_argument("out", type=Path, help="the folder that autograder batch wrote to")
    command.add_argument(
        "-o", "--output", type=Path, help="where to write the page (default: OUT/insight.html)"
    )
    command.add_argument(
        "--no-names",
        action="store_true",
        help="leave out people, files and ids; each submission gets a stable label. Points are still "
        "shown: anyone who knows a student's points can find the row",
    )
    command.add_argument(
        "-a",
        "--assignment",
        help="the assignment that describes the misconceptions (default: the one of the batch)",
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the page and say in a paragraph what is on it."""
    from autograder.staff.batch.table import read_table
    from autograder.staff.insight import find, read, without_names, write

    whole = read(options.out)
    manifest = read_table(options.out).about.manifest
    known, notes = _bank(whole, options.assignment, manifest if Path(manifest).is_file() else "")
    if options.no_names:
        whole = without_names(whole)
    findings = find(whole, known, notes)
    path = options.output or options.out / "insight.html"
    size = write(findings, path)
    said = " ".join(_summary_lines(findings))
    sys.stdout.write(
        f"{textwrap.fill(said, _COLUMNS)}\n{path}: open it in a browser ({size:,} bytes)\n"
    )
    return 0


def _bank(
    whole: Class, named: str | None, manifest: str
) -> tuple[KnownMisconceptions, tuple[str, ...]]:
    """The misconceptions of the assignment; where it is not at hand, why."""
    from autograder.course.bank import load, misconceptions
    from autograder.model import AutograderError

    try:
        assignment = load(named or manifest or whole.assignment)
        known = {
            (question.topic, wrong.name): wrong
            for question in assignment.questions
            for wrong in misconceptions(question)
        }
    except AutograderError as error:
        if named:
            raise
        note = (
            f"The assignment {whole.assignment} cannot be loaded, so misconceptions are named "
            f"but not described: run this in the project's folder, or name it with -a ({error})"
        )
        return {}, (note,)
    if whole.digest in ("", assignment.digest):
        return known, ()
    note = (
        "The assignment has changed since this class was graded; the descriptions of mistakes are those "
        "of the current version."
    )
    return known, (note,)


def _summary_lines(findings: Findings) -> Iterator[str]:
    from autograder.staff.insight.plots import counted, percent

    whole, scores = findings.graded_class, findings.scores
    every = len(whole.submissions) + len(whole.broken)
    yield f"{findings.title}: {counted(every, 'submission')}, {len(whole.judged):,} graded."
    if scores:
        yield (
            f"The median is {scores.median:.4g} of {whole.possible:.5g} points, the middle half lies "
            f"between {scores.lower:.4g} and {scores.upper:.4g}; {findings.full:,} have full marks."
        )
    for one in findings.misunderstood[:1]:
        words = one.sentence.rstrip(".") or one.name
        yield f"Most often not understood ({counted(len(one.holders), 'student')}): {words}."
    hardest = min(
        (part for part in findings.parts if part.difficulty is not None),
        key=lambda part: part.difficulty or 0.0,
        default=None,
    )
    if hardest is not None:
        share = percent(hardest.difficulty or 0.0)
        name = f"{hardest.heading.number} {hardest.heading.title}"
        yield f"The hardest part is {name}: {share} of its points."
    if len(whole.judged) < every:
        left = every - len(whole.judged)
        yield f"{left:,} {'was' if left == 1 else 'were'} not graded; the page says why."
