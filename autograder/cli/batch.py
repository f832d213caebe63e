"""``autograder batch``: a class, a table that lives while it is graded, a log where no one looks on."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.cli.arguments import add_isolation, count
from autograder.model import Isolation, UsageError

_INTERRUPTED = 130
_NOT_GRADED = 1


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Grades every submission in a folder. Writes grades.csv and, for each submission,\n"
        "results.json and the explanations for staff. The folder can be Gradescope's export\n"
        "(unpacked, with its submission_metadata.yml), a download from Canvas or Moodle, a folder\n"
        "that holds nothing but several of these, or a plain folder in which every folder and every\n"
        "file is one submission, such as the repositories of GitHub Classroom (with its\n"
        "classroom_roster.csv among them, the grades name people).\n\n"
        "You can stop with Ctrl-C at any time: the same command continues where it stopped. A\n"
        "submission is graded again only if it, the assignment or this program has changed; the\n"
        "earlier grading is kept in OUT/earlier.\n\n"
        "After a case was corrected, regrade its part, look at the changes, then accept them:\n"
        "  autograder batch class/ -o graded/ --regrade 2.3\n"
        "      grades part 2.3 again, in graded/regrade\n"
        "  autograder compare graded/ graded/regrade\n"
        "      shows who gains, who loses, and why\n"
        "  autograder batch -o graded/ --accept --never-lower\n"
        "      puts the new grades in place of the old\n\n"
        "Exit status: 0 if everyone was graded, 1 if someone could not be (grades.csv says who and\n"
        "why; the same command tries again) or a folder that was graded as one submission looks like\n"
        "a whole export, 130 if it was stopped, 2 for wrong usage, 3 if the program itself failed."
    )
    command.add_argument(
        "folder", type=Path, metavar="DIR", nargs="?", help="the submissions (not with --accept)"
    )
    command.add_argument(
        "-a",
        "--assignment",
        help="a manifest's name, such as deep_generative_models, or a path to one (default: the one "
        "that OUT was graded with)",
    )
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="the folder for the results"
    )
    command.add_argument(
        "-j",
        "--workers",
        type=count,
        metavar="N",
        help="how many submissions to grade at once (default: one per processor, if memory allows)",
    )
    command.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="grade on the workers of a Dask cluster, such as tcp://10.0.0.1:8786, instead of here",
    )
    command.add_argument(
        "--fresh",
        action="store_true",
        help="grade everything again, and start over if OUT holds another assignment; the earlier "
        "results are kept in OUT/earlier",
    )
    command.add_argument(
        "--only",
        metavar="WHO",
        action="append",
        default=[],
        help="only this submission, by its id or by the name, number or address of one of its people; "
        "repeatable",
    )
    command.add_argument(
        "--regrade",
        metavar="PART",
        action="append",
        default=[],
        help="grade this part again (or: all) on the inputs of the earlier grading, and write to "
        "OUT/regrade; repeatable. Other parts of the same question are graded again with it",
    )
    command.add_argument(
        "--accept",
        action="store_true",
        help="after --regrade: put the new grades in OUT/regrade in place of those in OUT, which are "
        "kept in OUT/earlier. Nothing is graded: give only -o OUT, and if you wish --never-lower, and -a "
        "to be sure of the assignment",
    )
    command.add_argument(
        "--never-lower",
        action="store_true",
        help="with --accept: anyone who would lose points keeps the earlier grades",
    )
    command.add_argument(
        "--parquet", action="store_true", help="also write grades.parquet (needs pyarrow)"
    )
    add_isolation(command)


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Grade a class, or replace its grades by those of a regrade."""
    from autograder.cli import batch_report
    from autograder.staff.batch import history
    from autograder.staff.batch.options import BatchOptions
    from autograder.staff.batch.run import run as grade_class

    if options.accept:
        return _accept(options)
    if options.never_lower:
        raise UsageError("--never-lower goes with --accept")
    if options.folder is None:
        raise UsageError("name the folder of submissions")
    wanted = BatchOptions(
        folder=options.folder,
        assignment=options.assignment or _graded_with(options.output),
        out=options.output,
        workers=options.workers,
        dask=options.dask,
        isolation=Isolation(options.isolation),
        fresh=options.fresh,
        only=tuple(options.only),
        regrade=tuple(options.regrade),
        parquet=options.parquet,
    )
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    try:
        with batch_report.progress() as tell:
            summary = grade_class(wanted, tell)
    except KeyboardInterrupt:  # before the first submission was handed out
        sys.stderr.write("\nautograder batch: stopped before anything was graded\n")
        return _INTERRUPTED
    out = options.output / history.REGRADE if options.regrade else options.output
    batch_report.report(summary, out, time.monotonic() - began, fresh=options.fresh)
    if options.regrade and not summary.stopped:
        batch_report.next_step(options.output)
    if summary.stopped:
        return _INTERRUPTED
    return 0 if summary.is_complete else _NOT_GRADED


def _graded_with(out: Path) -> str:
    """The assignment that a folder of results belongs to."""
    from autograder.staff.batch.table import INDEX, read_table

    if not (out / INDEX).exists():
        raise UsageError("give the assignment with -a")
    about = read_table(out).about
    return about.manifest if Path(about.manifest).is_file() else about.name


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _accept(options: argparse.Namespace) -> int:
    from autograder.cli.batch_report import report_accepted
    from autograder.staff.batch.regrade import accept

    given = {
        "DIR": options.folder,
        "-j": options.workers,
        "--dask": options.dask,
        "--regrade": options.regrade,
        "--fresh": options.fresh,
        "--only": options.only,
        "--parquet": options.parquet,
    }
    if surplus := [name for name, value in given.items() if value]:
        raise UsageError(
            f"--accept grades nothing; leave out {', '.join(surplus)}: "
            f"autograder batch -o {options.output} --accept [--never-lower]"
        )
    accepted = accept(
        options.output, never_lower=options.never_lower, assignment=options.assignment
    )
    report_accepted(accepted, options.output)
    return _NOT_GRADED if accepted.failed or accepted.changed else 0
