"""What lies in a folder of submissions: one entry each, with an id that can be a folder's name.

Known are Gradescope's export (`submission_metadata.yml` beside a folder for each submission),
Canvas's and Moodle's downloads (who handed in stands in the names), and plain folders in which
every folder, notebook, module and zip is a submission.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from autograder.grading.submission.residue import is_residue
from autograder.model import UsageError

METADATA = "submission_metadata.yml"

_RESERVED = frozenset({"batch.json", "grades.csv", "grades.parquet", "insight.html"})
_ENDINGS = frozenset({".ipynb", ".py", ".zip"})
_LONGEST_ID = 80
_NO_NAMES = ("", ".", "..")
_CANVAS = re.compile(r"(?P<who>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_(?P<name>.+)")
_MOODLE = re.compile(
    r"(?P<who>.+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<name>.*)"
)
_EARLIER = re.compile(  # nine tenths of an export: what came of a submission before
    r"^  :(?:results|history):[^\n]*\n(?:(?:    |  - )[^\n]*\n|[ \t]*\n)*", re.MULTILINE
)
_AGAIN = re.compile(r"-\d+(?=\.\w+$)")  # Canvas numbers the files of a later attempt


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission of a class.

    Attributes:
        id: unique in the class, whatever the case of letters, and the name of a folder of results.
        path: the file or folder that was handed in; the class's folder where `files` are named.
        users: who handed in: student numbers, else addresses, else the name of the file. They pick
            the hidden inputs.
        names: the same people for a reader; empty where only files are known.
        created: when, as it was written down; empty where it is not known.
        files: the files by the names that they had, where a course system renamed them.
    """

    id: str
    path: Path
    users: tuple[str, ...]
    names: tuple[str, ...] = ()
    created: str = ""
    files: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """The submissions of a class.

    Attributes:
        entries: sorted by id.
        ignored: names of what lies there and is no submission.
    """

    entries: tuple[Entry, ...]
    ignored: tuple[str, ...] = ()


def collect(folder: Path) -> Collected:
    """Find the submissions in a folder.

    Raises:
        UsageError: there is no such folder, nothing in it, or its metadata cannot be read.
    """
    if folder.suffix.lower() == ".zip" and folder.is_file():
        raise UsageError(f"{folder} is a zip: unpack it, and name the folder that comes out")
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    folder = _exported(folder)
    metadata = folder / METADATA
    found, ignored = _gradescope(metadata) if metadata.is_file() else _plain(folder)
    if not found:
        endings = ", ".join(sorted(_ENDINGS))
        raise UsageError(
            f"{folder} holds no submission: neither a folder nor a file ending in {endings}"
        )
    return Collected(tuple(_with_ids(found)), tuple(ignored))


def _exported(folder: Path) -> Path:
    """The folder itself, or the one in it that an unpacked export consists of."""
    if (folder / METADATA).is_file():
        return folder
    inner = [path for path in _visible(folder) if (path / METADATA).is_file()]
    return inner[0] if len(inner) == 1 else folder


def _visible(folder: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from error
    return [path for path in paths if not is_residue(path.name)]


class _Ruby(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # compiled where libyaml is there
    """YAML as Gradescope's Ruby writes it: symbols are words with a colon, its objects plain data."""


def _plain_data(loader: Any, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Ruby.add_multi_constructor("!ruby/", _plain_data)


def _gradescope(metadata: Path) -> tuple[list[Entry], list[str]]:
    try:
        text = _EARLIER.sub("", f"{metadata.read_text(encoding='utf-8-sig')}\n")
        content = yaml.load(text, _Ruby)  # noqa: S506 - a safe loader, which makes data only
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{metadata} cannot be read: {error}") from error
    if not isinstance(content, Mapping):
        raise UsageError(f"{metadata} is not Gradescope's: it does not list submissions by name")
    entries = [
        _exported_entry(metadata, str(name), about if isinstance(about, Mapping) else {})
        for name, about in content.items()
    ]
    listed = {str(name) for name in content}
    beside = [path for path in _visible(metadata.parent) if path.name not in {*listed, METADATA}]
    entries += [_alone(path) for path in beside if path.is_dir()]
    return entries, [path.name for path in beside if not path.is_dir()]


def _exported_entry(metadata: Path, name: str, about: Mapping[str, Any]) -> Entry:
    path = metadata.parent / name
    if path.parent != metadata.parent or name in _NO_NAMES:
        raise UsageError(f"{metadata} names {name!r}, which is no name of a folder beside it")
    people = about.get(":submitters")
    people = [one for one in people if isinstance(one, Mapping)] if isinstance(people, list) else []
    users = tuple(sorted(filter(None, map(_user, people))))
    names = tuple(str(one[":name"]) for one in people if one.get(":name"))
    created = about.get(":created_at", "")
    when = created.isoformat() if isinstance(created, date) else str(created or "")
    return Entry(name, _within(path), users or (name,), names, when)


def _within(path: Path) -> Path:
    """The zip that is all that a folder holds, else the path itself."""
    inside = _visible(path) if path.is_dir() else []
    return inside[0] if len(inside) == 1 and inside[0].suffix.lower() == ".zip" else path


def _user(person: Mapping[str, Any]) -> str:
    return next((str(person[k]) for k in (":sid", ":email", ":name") if person.get(k)), "")


def _plain(folder: Path) -> tuple[list[Entry], list[str]]:
    """Folders and files; those that a course system named for a student belong together."""
    entries: list[Entry] = []
    ignored: list[str] = []
    together: dict[tuple[str, str], list[tuple[str, Path]]] = {}
    for path in _visible(folder):
        named = _CANVAS.fullmatch(path.name) or _MOODLE.fullmatch(path.name)
        if path.is_file() and named and named["name"] not in _NO_NAMES:
            name = _AGAIN.sub("", named["name"])
            if is_residue(name):
                continue
            together.setdefault((named["who"], named["number"]), []).append((name, path))
        elif path.is_dir() or (path.is_file() and path.suffix.lower() in _ENDINGS):
            entries.append(_alone(path))
        else:
            ignored.append(path.name)
    for (who, number), files in together.items():
        entries.append(_together(folder, who, number, files))
    return entries, ignored


def _alone(path: Path) -> Entry:
    named = _MOODLE.fullmatch(path.name)
    name = path.name if path.is_dir() else path.stem
    if named is None:
        return Entry(name, _within(path), (name,))
    return Entry(
        f"{named['who']}_{named['number']}", _within(path), (named["number"],), (named["who"],)
    )


def _together(folder: Path, who: str, number: str, files: list[tuple[str, Path]]) -> Entry:
    of_its_name = dict(files)  # of two attempts, the one that sorts last
    whole = Entry(f"{who}_{number}", folder, (number,), (who,), files=tuple(of_its_name.items()))
    if len(whole.files) > 1 or whole.files[0][0].lower().endswith(".py"):
        return whole
    return Entry(whole.id, whole.files[0][1], whole.users, whole.names)


def _with_ids(entries: Iterable[Entry]) -> Iterator[Entry]:
    taken = set(_RESERVED)
    for entry in sorted(entries, key=lambda entry: (entry.id, str(entry.path))):
        for more in itertools.count(1):
            name = _safe(entry.id) + (f"-{more}" if more > 1 else "")
            if name.casefold() not in taken:
                break
        taken.add(name.casefold())
        yield Entry(name, entry.path, entry.users, entry.names, entry.created, entry.files)


def _safe(name: str) -> str:
    """A name of letters, digits, dots, hyphens and underscores that does not begin with a dot."""
    text = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    text = re.sub(r"[^\w.-]+", "-", text).strip("-.")
    return text.encode()[:_LONGEST_ID].decode(errors="ignore") or "submission"
