"""``autograder preview``: what Gradescope will show to whom, in the browser."""

from __future__ import annotations

import argparse
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from autograder import supervisor
from autograder.cli.results import results_file
from autograder.model import UsageError


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Makes one page from a results.json, as a student or staff would see it on Gradescope: with\n"
        "the visibility of every entry applied and the total shown or withheld. Opens it in a\n"
        "browser."
    )
    command.add_argument("results", type=Path, help="a results.json, or the folder it is in")
    command.add_argument(
        "--as",
        dest="reader",
        choices=("student", "staff"),
        default="student",
        help="who is looking (default: student)",
    )
    command.add_argument(
        "--when",
        choices=("now", "after-due", "after-published"),
        default="now",
        help="before the due date (default), after it, or once the grades are published",
    )
    command.add_argument("-o", "--output", type=Path, help="where to write the page")
    command.add_argument(
        "--no-open", dest="open", action="store_false", help="do not open it in a browser"
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the page, and open it; exit status 0."""
    from autograder.gradescope.preview import Moment, Reader, page, read, view

    reader, moment = Reader(options.reader), Moment(options.when)
    results = results_file(options.results)
    shown = view(read(results), reader, moment)
    out = options.output or _temporary_page(results, reader)
    try:
        with supervisor.atomic_write(out) as temporary:
            temporary.write_text(page(shown, results.name), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error
    opened = options.open and webbrowser.open(out.resolve().as_uri())
    sys.stdout.write(f"{out}{': opened in your browser' if opened else ''}\n")
    return 0


def _temporary_page(results: Path, reader: str) -> Path:
    """A page with a recognisable name, in the folder for temporary files."""
    return Path(tempfile.mkdtemp(prefix="autograder-")) / f"{results.stem}-{reader}.html"
