"""What lies in a folder of submissions: one entry each, with an id that can be a folder's name.

It knows Gradescope's export (`submission_metadata.yml` and a folder for each submission),
Canvas's and Moodle's downloads (the names say who handed in), folders of several of these, and
plain folders in which every folder and every file is a submission, such as the repositories of GitHub
Classroom (`classroom_roster.csv` among them says whose they are). A file of another kind than
notebook, module or zip is an entry too: somebody may have handed it in, and should read why it could
not be graded.

What lies in a student's folder is the student's choice, a `submission_metadata.yml` that names somebody
else too. So a folder next to a single submission is never taken for an export, whatever it contains.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from autograder.grading.submission.residue import is_in_residue, is_residue
from autograder.model import UsageError
from autograder.staff.batch.classroom import ROSTER, owners, roster
from autograder.staff.batch.metadata import METADATA, exported
from autograder.staff.batch.rows import Person

RESERVED = frozenset(
    {
        *("batch.json", "grades.csv", "grades.parquet", "times.csv", "insight.html"),
        *(
            "compare.html",
            "gradebook-canvas.csv",
            "gradebook-moodle.csv",
            "gradebook-gradescope.csv",
        ),
        *("earlier", "regrade", "by_question"),  # the last is `export`'s by_question.html
    }
)
"""The entries of a folder of results that are not the submissions' own folders."""

_ENDINGS = frozenset({".ipynb", ".py", ".zip"})
_LONGEST_ID = 80
_NO_NAMES = ("", ".", "..")
_CANVAS = re.compile(r"(?P<who>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_\d+_(?P<name>.+)")
_MOODLE = re.compile(  # the first such number is Moodle's, what comes later the student's choice
    r"(?P<who>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<name>.*)"
)
_AGAIN = re.compile(r"-(\d+)(?=\.\w+$)")  # Canvas numbers the files of a later attempt


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission of a class.

    Attributes:
        id: unique in the class, whatever the case of letters, and the name of a folder of results.
        path: the file or folder that was handed in; the class's folder where `files` are named.
        users: who handed in: student numbers, else addresses, else the name of the file. They pick
            the hidden inputs.
        people: the same people for a reader; empty where only files are known.
        created: when, as it was written down; empty where it is not known.
        files: the files by the names that they had, where a course system renamed them.
        late: whether the course system marks it as late.
        note: what staff should know of how it was found; empty where there is nothing.
        like_an_export: whether it looks like a whole export, so that it may be many people's work.
    """

    id: str
    path: Path
    users: tuple[str, ...]
    people: tuple[Person, ...] = ()
    created: str = ""
    files: tuple[tuple[str, Path], ...] = ()
    late: bool = False
    note: str = ""
    like_an_export: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the people."""
        return tuple(person.name for person in self.people if person.name)

    @property
    def file(self) -> str:
        """What was handed in, by name."""
        return ", ".join(name for name, _ in self.files) or self.path.name


@dataclass(frozen=True, slots=True)
class Collected:
    """The submissions of a class.

    Attributes:
        entries: sorted by id.
    """

    entries: tuple[Entry, ...]


def collect(folder: Path) -> Collected:
    """Find the submissions in a folder. Whatever lies in it belongs to one of them.

    Args:
        folder: an export, a download, a folder of several of either, or a plain folder.

    Raises:
        UsageError: there is no such folder, nothing in it, or its metadata cannot be read.
    """
    if folder.suffix == ".zip" and folder.is_file():
        raise UsageError(f"{folder} is a zip file; unpack it and give the folder instead")
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    found = _entries(folder)
    if not any(_gradable(entry) for entry in found):
        endings = ", ".join(sorted(_ENDINGS))
        raise UsageError(
            f"{folder} contains no submission: neither a folder nor a file ending in {endings}"
        )
    return Collected(tuple(_with_ids(found)))


def single(path: Path) -> Collected:
    """One submission's file, called as `collect` would call it.

    Raises:
        UsageError: there is no such file.
    """
    if not path.is_file():
        raise UsageError(f"there is no file or folder {path}")
    return Collected(tuple(_with_ids([_alone(path)])))


def _entries(folder: Path) -> list[Entry]:
    metadata = folder / METADATA
    if metadata.is_file():
        return _gradescope(metadata)
    people = roster(folder)
    paths = [path for path in _visible(folder) if not (people and path.name == ROSTER)]
    exports = [path for path in paths if _is_export(path)]
    beside = [path for path in paths if path not in exports]
    if exports and (one := _a_single_submission(beside, exports)):
        note = (
            f"taken for one submission, as {one.name} next to it is one; if it is a whole export, move it "
            "to another folder"
        )
        alike = [replace(_alone(path), note=note, like_an_export=True) for path in exports]
        return _with_owners([*_plain(folder, beside), *alike], people)
    entries = _with_owners(_plain(folder, beside), people)
    return [*entries, *(entry for path in exports for entry in _entries(path))]


def _with_owners(entries: Sequence[Entry], people: Mapping[str, Person]) -> list[Entry]:
    """The entries, with whom a roster says that they belong to."""
    found = zip(entries, owners([entry.id for entry in entries], people), strict=True)
    return [
        entry
        if entry.people
        else replace(
            entry,
            people=(whose,) if whose else (),
            note="; ".join(filter(None, (entry.note, note))),
        )
        for entry, (whose, note) in found
    ]


def _a_single_submission(paths: Sequence[Path], exports: Sequence[Path]) -> Path | None:
    """The first path that is somebody's submission; the zip that an export was unpacked from is none."""
    unpacked = {path.name for path in exports}
    for path in paths:
        if path.is_dir() or (path.suffix.lower() in _ENDINGS and path.stem not in unpacked):
            return path
    return None


def _is_export(path: Path) -> bool:
    """Whether a folder is a whole export or download, which itself holds submissions.

    Every name in a download by a course system is that system's, and holds two students at least, each
    with one number: one student's folder may hold files that happen to be named so.
    """
    if not path.is_dir() or path.is_symlink() or _MOODLE.fullmatch(path.name):
        return False
    if (path / METADATA).is_file():
        return True
    named = [_CANVAS.fullmatch(one.name) or _MOODLE.fullmatch(one.name) for one in _visible(path)]
    students = {(one["who"], one["number"]) for one in named if one}
    names, numbers = map(set, zip(*students, strict=True)) if students else (set(), set())
    return all(named) and len(names) > 1 and len(students) == len(numbers)


def _gradable(entry: Entry) -> bool:
    return bool(entry.files) or entry.path.is_dir() or entry.path.suffix.lower() in _ENDINGS


def _visible(folder: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from error
    return [path for path in paths if not is_residue(path.name)]


def _gradescope(metadata: Path) -> list[Entry]:
    """The submissions that an export lists, and whatever else is in its folder."""
    folder = metadata.parent
    listed = exported(metadata)
    entries = [
        Entry(one.name, _within(folder / one.name), one.users, one.people, one.created)
        for one in listed
    ]
    names = {one.name for one in listed} | {metadata.name}
    return entries + [_alone(path) for path in _visible(folder) if path.name not in names]


def _within(path: Path) -> Path:
    """The zip that is all that a folder holds, else the path itself.

    A link that is called so is none: it may lead to what somebody else handed in.
    """
    inside = _visible(path) if path.is_dir() else []
    if len(inside) == 1 and inside[0].suffix.lower() == ".zip" and not inside[0].is_symlink():
        return inside[0]
    return path


def _plain(folder: Path, paths: Iterable[Path]) -> list[Entry]:
    """Folders and files; those that a course system named for a student belong together."""
    entries: list[Entry] = []
    together: dict[tuple[str, str], list[re.Match[str]]] = {}
    for path in paths:
        named = _MOODLE.fullmatch(path.name)
        if path.is_file():
            named = _CANVAS.fullmatch(path.name) or named
            if named and named["name"] in _NO_NAMES:
                named = None
            if named and is_residue(named["name"]):
                continue
        if named is None:
            entries.append(_alone(path))
        else:
            together.setdefault((named["who"], named["number"]), []).append(named)
    entries += [_together(folder, who, number, named) for (who, number), named in together.items()]
    return entries


def _alone(path: Path) -> Entry:
    """A separate folder or file, called by its name; a file that is not a submission, by its full name."""
    known = path.suffix.lower() in _ENDINGS and path.is_file()
    name = path.stem if known else path.name
    return Entry(name, _within(path), (name,))


def _together(folder: Path, who: str, number: str, named: Sequence[re.Match[str]]) -> Entry:
    """What a course system stored for one student: files, and folders of them."""
    paths = [folder / one.string for one in named]
    late = any(one.groupdict().get("late") for one in named)
    identity = (f"{who}_{number}", (number,), (Person(number, who),))
    if len(paths) == 1 and paths[0].is_dir():
        return Entry(identity[0], _within(paths[0]), *identity[1:], late=late)
    files: dict[str, Path] = {}
    for path in filter(Path.is_dir, paths):
        files |= dict(_files_in(path))
    alone = [
        (one["name"], path) for one, path in zip(named, paths, strict=True) if not path.is_dir()
    ]
    files |= dict(_last_attempts(alone))
    (first, place), *more = files.items() or [("", paths[0])]
    if more or first.lower().endswith(".py"):
        return Entry(identity[0], folder, *identity[1:], files=tuple(files.items()), late=late)
    return Entry(identity[0], place, *identity[1:], late=late)


def _last_attempts(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    """Files by the names that they had, of several attempts at one file the last.

    `hw.ipynb` and `hw-1.ipynb` are two attempts. `part-1.ipynb` and `part-2.ipynb` without a `part.ipynb`
    were called so by the student.
    """
    same: dict[str, list[tuple[int, str, Path]]] = {}
    for name, path in files:
        again = _AGAIN.search(name)
        attempt = int(again[1]) if again else 0
        same.setdefault(_AGAIN.sub("", name), []).append((attempt, name, path))
    for name, attempts in same.items():
        if len(attempts) > 1 and all(attempt for attempt, *_ in attempts):
            yield from ((own, path) for _, own, path in attempts)
        else:
            yield name, max(attempts)[2]


def _files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        name = PurePosixPath(path.relative_to(folder).as_posix())
        if not path.is_symlink() and path.is_file() and not is_in_residue(name):
            yield str(name), path


def _with_ids(entries: Iterable[Entry]) -> Iterator[Entry]:
    taken = set(RESERVED)
    for entry in sorted(entries, key=lambda entry: (entry.id, str(entry.path))):
        for more in itertools.count(1):
            name = _safe(entry.id) + (f"-{more}" if more > 1 else "")
            if name.casefold() not in taken:
                break
        taken.add(name.casefold())
        yield replace(entry, id=name)


def _safe(name: str) -> str:
    """A name of letters, digits, dots, hyphens and underscores that does not begin with a dot."""
    text = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    text = re.sub(r"[^\w.-]+", "-", text).strip("-.")
    return text.encode()[:_LONGEST_ID].decode(errors="ignore") or "submission"
