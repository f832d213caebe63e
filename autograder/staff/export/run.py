"""A class's written answers: one document a submission, and on request all answers by question."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from autograder import supervisor
from autograder.course.bank import load
from autograder.model import Assignment, Isolation, Part, UsageError
from autograder.sandbox import Workers, for_own_code
from autograder.staff.batch.collect import Entry, collect, single
from autograder.staff.export import page, pdf
from autograder.staff.export.derived import checked, derivations_html, derived
from autograder.staff.export.handout import handout
from autograder.staff.export.reading import Answers, read

MERGED = "by_question.html"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is wanted.

    Attributes:
        path: a class's folder as `batch` reads it, or one submission's file.
        assignment: a manifest's name or a path to one.
        out: the folder that the documents go to.
        parts: numbers of the only parts to show; empty for all.
        merged: whether one more document has all answers by question.
        pdf: whether each document is printed as PDF too.
        graded: a batch's folder, whose derivations are shown below the written answers.
    """

    path: Path
    assignment: str
    out: Path
    parts: tuple[str, ...] = ()
    merged: bool = False
    pdf: bool = False
    graded: Path | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of one submission, or of the document by question (without `entry`).

    Attributes:
        path: the document.
        of: how many written parts there are.
        entry: the submission.
        answers: its answers.
        problem: why something of it is missing; else empty.
        failed: whether this program failed on it; its document says so, and has no answers.
    """

    path: Path
    of: int
    entry: Entry | None = None
    answers: Answers | None = None
    problem: str = ""
    failed: bool = False


def run(wish: ExportOptions, tell: Callable[[Exported, int, int], None]) -> None:
    """Write the documents.

    Args:
        wish: what is wanted.
        tell: called with each document, how many submissions are done, and how many there are.

    Raises:
        UsageError: a path, a part or the assignment is not as it must be; says how.
        GraderError: the harness itself failed.
    """
    program = pdf.browser() if wish.pdf else ""
    checked(wish.graded)
    if wish.path.is_dir() and wish.out.resolve().is_relative_to(wish.path.resolve()):
        raise UsageError(
            f"{wish.out} lies in {wish.path}, where it would be read as a submission; name a folder "
            "outside of it with -o"
        )
    collected = collect(wish.path) if wish.path.is_dir() else single(wish.path)
    with _workers() as workers:
        assignment = load(wish.assignment, hidden=False)
        parts = _parts(assignment, wish.parts)
        try:
            wish.out.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory() as spool:
                _write(
                    wish, collected.entries, assignment, parts, workers, program, Path(spool), tell
                )
        except OSError as error:
            raise UsageError(
                f"{wish.out} cannot be written to: {error.strerror or error}"
            ) from error


def _workers() -> Workers:
    """Workers that read: nothing of a student's is run, and where there is a cage, it reads in one."""
    try:
        from autograder.sandbox import Sandbox

        return Sandbox(Isolation.BEST_EFFORT, more=["autograder.untrusted.written.answers"])
    except (ImportError, UsageError):
        return for_own_code(plain=True)


def _parts(assignment: Assignment, wanted: tuple[str, ...]) -> list[Part]:
    written = [part for part in assignment.parts if part.written]
    if not written:
        raise UsageError(f"{assignment.name} has no written parts, so there is nothing to export")
    known = [part.number for part in written]
    if unknown := [number for number in wanted if number not in known]:
        raise UsageError(
            f"{', '.join(unknown)} is not a written part of {assignment.name}; its written parts are "
            f"{', '.join(known)}"
        )
    return [part for part in written if not wanted or part.number in wanted]


def _write(
    wish: ExportOptions,
    entries: tuple[Entry, ...],
    assignment: Assignment,
    parts: list[Part],
    workers: Workers,
    program: str,
    spool: Path,
    tell: Callable[[Exported, int, int], None],
) -> None:
    given = handout(assignment)
    for done, entry in enumerate(entries, start=1):
        made = _render(wish, entry, assignment, given, parts, workers)
        path = wish.out / f"{entry.id}.html"
        with supervisor.atomic_write(path) as temporary:
            temporary.write_text(made.document, encoding="utf-8", errors="replace")
        for name, text in made.merged.items():
            _append(spool / name, text)
        doubt = entry.note if entry.like_an_export else ""
        problem = "; ".join(filter(None, (made.problem, doubt, _print(program, path))))
        tell(
            Exported(path, len(parts), entry, made.answers, problem, made.answers is None),
            done,
            len(entries),
        )
    if wish.merged:
        path = wish.out / MERGED
        with (
            supervisor.atomic_write(path) as temporary,
            temporary.open("w", encoding="utf-8", errors="replace") as file,
        ):
            file.write(page.head(f"{assignment.title}: all answers by question"))
            for part in parts:
                file.write(f"<h2>{escape(page.heading(part))}</h2>\n")
                file.write((spool / part.number).read_text(encoding="utf-8"))
                if none := (spool / f"{part.number} none").read_text(encoding="utf-8"):
                    file.write(
                        f'<section class="none"><h3>No answer</h3>\n<ul>{none}</ul></section>\n'
                    )
            if rest := (spool / "others").read_text(encoding="utf-8"):
                file.write(f"<h2>Notices, and text in no written part</h2>\n{rest}")
            file.write(page.FOOT)
        tell(Exported(path, len(parts), problem=_print(program, path)), len(entries), len(entries))


@dataclass(frozen=True, slots=True)
class _Rendered:
    """What is to be written about one submission.

    Attributes:
        document: its own document.
        merged: its pieces of the document by question, by the names of their files in the spool.
        problem: why something of it is missing; else empty.
        answers: its answers; ``None`` where this program failed on it.
    """

    document: str
    merged: Mapping[str, str]
    problem: str
    answers: Answers | None = None


def _render(
    wish: ExportOptions,
    entry: Entry,
    assignment: Assignment,
    given: Mapping[str, Any],
    parts: list[Part],
    workers: Workers,
) -> _Rendered:
    """Read and render one submission; a fault of this program costs that submission alone."""
    merged: dict[str, str] = {}
    try:
        answers = read(entry, assignment, given, workers)
        lines, unjudged = _derived(wish.graded, entry)
        if wish.merged:
            for part in parts:
                merged[part.number] = page.part_answer(entry, answers, part, lines)
                merged[f"{part.number} none"] = page.no_answer(entry, answers, part)
            merged["others"] = page.others(entry, answers)
        document = page.document(entry, answers, assignment, parts, lines)
    except Exception as error:  # whatever it is, the others' documents are made
        why = _our_error(error)
        if wish.merged:
            for part in parts:
                merged |= {part.number: "", f"{part.number} none": page.failed_item(entry)}
            merged["others"] = page.failed_section(entry, why)
        return _Rendered(page.failed(entry, assignment, why), merged, why)
    return _Rendered(
        document, merged, "; ".join(filter(None, (answers.unreadable, unjudged))), answers
    )


def _our_error(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    what = f"{type(error).__name__}: {error}"[:300]
    return f"grader error, no fault of the student's: {what}{where}; please report it"


def _derived(graded: Path | None, entry: Entry) -> tuple[Mapping[str, str], str]:
    """The derivations of a submission that a batch judged, by part, or why there is nothing."""
    try:
        found = derived(graded, entry.id)
        return {number: derivations_html(results) for number, results in found.items()}, ""
    except UsageError as error:
        return {}, f"its derivations are not shown: {error}"
    except Exception as error:  # the written answers are shown all the same
        return {}, f"its derivations are not shown: {_our_error(error)}"


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(text)


def _print(program: str, path: Path) -> str:
    if not program:
        return ""
    try:
        pdf.printed(program, path)
    except OSError as error:
        return f"no PDF: {error}"
    except Exception as error:  # the HTML is there
        return f"no PDF: {_our_error(error)}"
    return ""
