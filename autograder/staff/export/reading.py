"""One submission's written answers: its files are read here, its notebooks by a worker."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from autograder.course.banks import secret_folders
from autograder.grading.submission import UnreadableSubmission, kinds, snapshot
from autograder.grading.submission.files import listed, shorten
from autograder.model import Assignment, Limits, Permits
from autograder.sandbox import Died, Raised, Secrets, Session, Value, Workers
from autograder.staff.batch.collect import Entry
from autograder.staff.export import safe

_LIMITS = Limits(cell_seconds=60, call_seconds=60, total_seconds=120, memory_mb=1024, disk_mb=320)
_SECONDS = 60.0
_NOTEBOOKS = 5
_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif")
_SIBLING_BYTES, _SIBLINGS = 32 << 20, 200
_PICTURES_BYTES = 64 << 20
_NOTES = 200
_STATUSES = ("answered", "untouched", "empty", "missing")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an answer.

    Attributes:
        where: the cell, and what is unusual about its place.
        html: what it says, as `safe.rewritten` wrote it.
    """

    where: str
    html: str


@dataclass(slots=True)
class Answers:
    """The written answers of one submission.

    Attributes:
        pieces: by the part's number; empty where there is no answer.
        status: by the part's number: ``answered``, ``untouched``, ``empty`` or ``missing``.
        other: text that belongs to no written part.
        changed: lines in place of the hand-out's own.
        notes: what was left out or stands elsewhere, in sentences.
        files: names of all files that were handed in.
        unreadable: why nothing, or not everything, could be read; else empty.
    """

    pieces: dict[str, list[Piece]]
    status: dict[str, str]
    other: list[Piece] = field(default_factory=list)
    changed: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: tuple[str, ...] = ()
    unreadable: str = ""

    @property
    def answered(self) -> int:
        """How many parts have an answer."""
        return sum(status == "answered" for status in self.status.values())


def read(
    entry: Entry, assignment: Assignment, handout: Mapping[str, Any], workers: Workers
) -> Answers:
    """Read one submission.

    Args:
        entry: what was handed in.
        assignment: whose written parts are looked for.
        handout: as `handout.handout` makes it.
        workers: where the worker that reads comes from.

    Returns:
        The answers; they say what could not be read.

    Raises:
        GraderError: no worker can be had.
    """
    numbers = [part.number for part in assignment.parts if part.written]
    answers = Answers({n: [] for n in numbers}, dict.fromkeys(numbers, "missing"))
    try:
        files = snapshot(entry.path, answers.notes, entry.files)
    except UnreadableSubmission as reason:
        answers.unreadable = str(reason)
        return answers
    answers.files = tuple(sorted(files))
    notebooks = [name for name, content in files.items() if kinds.is_notebook(name, content)]
    if not notebooks:
        answers.unreadable = _nothing(entry, files)
        return answers
    files |= {name: data for name, data in _sibling_files(entry).items() if name not in files}
    root = assignment.manifest.resolve().parent.parent
    secrets = Secrets(unreadable=secret_folders(root))
    failures = []
    if len(notebooks) > _NOTEBOOKS:
        failures.append(
            f"only the first {_NOTEBOOKS} of {len(notebooks)} notebooks are shown; if this is a whole "
            "class, unpack it and name its folder"
        )
    for name in notebooks[:_NOTEBOOKS]:
        label = name if len(notebooks) > 1 else ""
        why = ""
        for plain in (False, True):
            laid = {
                "notebook": files[name],
                "handout.json": json.dumps(dict(handout)).encode(),
            }
            with workers.session(
                limits=_LIMITS, permits=Permits(), secrets=secrets, files=laid
            ) as session:
                why, again = _taken(session, answers, name, files, label, plain=plain)
            if not again:
                break
        if why:
            failures.append(f"{shorten(name)}: {why}")
        elif plain:
            answers.notes.append(
                f"{shorten(name)} could not be rendered: its text is shown as it was typed, without "
                "outputs and pasted pictures"
            )
    answers.unreadable = "; ".join(failures)
    return answers


def _nothing(entry: Entry, files: Mapping[str, bytes]) -> str:
    """Why there is no notebook, and what to ask the student for."""
    if not files:
        return f"{shorten(entry.path.name)} is empty: nothing was handed in"
    todo = kinds.how_to_convert(files, files) or kinds.what_to_do(files)
    return f"there is no notebook in the submission ({listed(sorted(files))}). {todo}".strip()


def _sibling_files(entry: Entry) -> dict[str, bytes]:
    """Pictures in the folder of a notebook that was handed in as a loose file; no link is followed.

    In a course system's download, the files next to a student's are other students'.
    """
    found: dict[str, bytes] = {}
    if entry.files or entry.people or not entry.path.is_file():
        return found
    if entry.path.suffix.lower() == ".zip":
        return found
    room = _SIBLING_BYTES
    with suppress(OSError):
        for path in sorted(entry.path.parent.iterdir()):
            if path.suffix.lower() not in _ENDINGS or len(found) >= _SIBLINGS:
                continue
            content = _regular(path, room)
            if content and safe.kind_of(content):
                room -= len(content)
                found[path.name] = content
    return found


def _regular(path: Path, room: int) -> bytes:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(file.fileno())
            if stat.S_ISREG(about.st_mode) and about.st_size <= room:
                return file.read()
    return b""


def _taken(
    session: Session,
    answers: Answers,
    name: str,
    files: Mapping[str, bytes],
    label: str,
    *,
    plain: bool,
) -> tuple[str, bool]:
    """Take what a worker makes of a notebook; why it could not, and whether plain text may be had."""
    folder = PurePosixPath(name).parent
    near = {_relative(other, folder): other for other in files if other != name}
    request = {
        "op": "written",
        "notebook": "notebook",
        "handout": "handout.json",
        "names": list(near),
        "plain": plain,
    }
    match session.ask(request, _SECONDS):
        case Value(value):
            pass
        case Raised(kind="NotebookError", text=text) if plain:
            return kinds.foreign(files[name]) or text, False
        case Raised(kind="MemoryError" | "RecursionError") | Died(why="memory" | "time"):
            return "it is too large or too deeply nested to be read", not plain
        case Raised(kind=kind, text=text):
            return f"this program failed on it ({kind}: {text[:200]}); please report it", not plain
        case Died(sentence=sentence):
            return f"the process that read it ended: {sentence}", not plain
        case _:
            return "it cannot be read", not plain

    room, left_out = _PICTURES_BYTES, 0

    def bytes_of(what: str, which: str) -> bytes | None:
        if what == "file":
            return files.get(near.get(which, ""))
        if not re.fullmatch("[0-9]{1,6}", which):
            return None
        match session.ask({"op": "picture", "number": int(which)}, _SECONDS):
            case Value(np.ndarray() as data) if data.dtype == np.uint8:
                return data.tobytes()
            case Died(sentence=sentence):  # nothing more can be asked: the text alone is left
                raise ValueError(sentence)
        return None

    def picture(what: str, which: str) -> bytes | None:
        """The bytes of a picture; a notebook may show the same one a million times."""
        nonlocal room, left_out
        found = bytes_of(what, which) if room else None
        if found is None or len(found) > room:
            left_out += found is not None or not room
            room = room if found is None else 0
            return None
        room -= len(found)
        return found

    try:
        _merge(answers, value, picture, label)
    except (safe.Unsafe, KeyError, TypeError, AttributeError, ValueError):
        return "its rendering has the wrong form", not plain
    if left_out:
        size = f"{_PICTURES_BYTES >> 20} MB"
        answers.notes.append(
            f"only the first {size} of pictures are shown; {left_out} more are left out"
        )
    return "", False


def _relative(name: str, folder: PurePosixPath) -> str:
    """A file's name as a notebook in a folder would write it."""
    path = PurePosixPath(name)
    ups = 0
    while not path.is_relative_to(folder):
        folder, ups = folder.parent, ups + 1
    return "../" * ups + str(path.relative_to(folder))


def _merge(answers: Answers, value: Any, picture: safe.Picture, label: str) -> None:
    """Add one notebook's answers; nothing is added where something of them is not as it must be."""
    pieces = {
        number: [_piece(piece, picture, label) for piece in value["parts"][number]["pieces"]]
        for number in answers.pieces
    }
    statuses = {number: value["parts"][number]["status"] for number in answers.pieces}
    other = [_piece(piece, picture, label) for piece in value["other"]]
    changed = [_piece(piece, picture, label) for piece in value["changed"]]
    notes = ["".join(note)[:500] for note in value["notes"][:_NOTES]]
    if not all(status in _STATUSES for status in statuses.values()):
        raise ValueError("an unknown status")
    if any((statuses[number] == "answered") != bool(pieces[number]) for number in pieces):
        raise ValueError("an answer without text, or text without an answer")
    for number in pieces:
        answers.pieces[number] += pieces[number]
        ranked = min(answers.status[number], statuses[number], key=_STATUSES.index)
        answers.status[number] = ranked
    answers.other += other
    answers.changed += changed
    answers.notes += [f"{label}: {note}" if label else note for note in notes]


def _piece(piece: Any, picture: safe.Picture, label: str) -> Piece:
    match piece:
        case {"cell": int(cell), "where": str(place), "html": list(chunks)}:
            where = f"cell {cell}, {place[:200]}" if place else f"cell {cell}"
            text = "".join(chunks)
            return Piece(f"{label}, {where}" if label else where, safe.rewritten(text, picture))
    raise ValueError("a piece of another form")
