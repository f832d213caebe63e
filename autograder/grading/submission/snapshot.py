"""The regular files that were handed in, as they were at that moment."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from autograder.grading.submission.archive import unpack
from autograder.grading.submission.files import (
    Room,
    Unreadable,
    fits,
    printable,
    shown,
    wanted,
)
from autograder.grading.submission.residue import is_residue

_LINKS = 5


def snapshot(
    path: Path, notices: list[str], named: Sequence[tuple[str, Path]] = ()
) -> dict[str, bytes]:
    """The regular files that were handed in, by relative name with forward slashes.

    Args:
        path: a file, a folder or a zip; the folder that the files lie in where they are named.
        notices: gets a sentence for what is left out.
        named: the files that alone were handed in, by the names that they had.

    Raises:
        Unreadable: no such path, one that may not be read, an archive that is none, too much.
    """
    if not path.exists():
        raise Unreadable(f"Nothing was handed in: there is no file or folder {path.name}.")
    room = Room()
    try:
        if named:
            files = dict(_from_names(named, room))
        elif path.is_dir():
            files = dict(_from_folder(path, room))
            notices += _links(path)
            if not files and notices:
                raise Unreadable(notices[0])
        elif path.suffix.lower() == ".zip":
            files = dict(unpack(path, room))
        else:
            files = {printable(path.name): _content(path, room)}
    except PermissionError as error:
        name = Path(error.filename or path).name
        raise Unreadable(f"{name} may not be read by the grader.") from error
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    except RecursionError as error:
        raise Unreadable(f"{path.name} holds folders that are nested too deeply.") from error
    files = _without_common_folder(files)
    for name in [name for name in files if not fits(name, files)]:
        del files[name]
        notices.append(f"{shown(name)} cannot be stored under that name and was left out.")
    return files


def _from_folder(folder: Path, room: Room) -> Iterator[tuple[str, bytes]]:
    for path in sorted(_walk(folder)):
        name = path.relative_to(folder)
        if wanted(PurePosixPath(*name.parts)) and stat.S_ISREG(path.lstat().st_mode):
            yield printable(name.as_posix()), _content(path, room)


def _links(folder: Path) -> list[str]:
    """A sentence for each of the first links, which may lead to what is not the student's."""
    found = [
        path.relative_to(folder).as_posix()
        for path in sorted(_walk(folder, folders_too=True))
        if path.is_symlink()
    ]
    return [
        f"{shown(name)} is a link, and links are not followed. Hand in the file itself."
        for name in found[:_LINKS]
    ]


def _walk(folder: Path, *, folders_too: bool = False) -> Iterator[Path]:
    """What lies in a folder; residue is not entered: an environment holds ten thousand files."""
    for root, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not is_residue(name)]
        yield from (Path(root, name) for name in (*files, *(folders if folders_too else ())))


def _raise(error: OSError) -> None:
    raise error


def _from_names(named: Sequence[tuple[str, Path]], room: Room) -> Iterator[tuple[str, bytes]]:
    for name, path in sorted(named):
        if wanted(PurePosixPath(name)):
            yield printable(name), _content(path, room)


def _content(path: Path, room: Room) -> bytes:
    room.take(path.name, path.stat().st_size)
    return path.read_bytes()


def _without_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    heads = {name.split("/", 1)[0] for name in files}
    while len(heads) == 1 and all("/" in name for name in files):
        files = {name.split("/", 1)[1]: content for name, content in files.items()}
        heads = {name.split("/", 1)[0] for name in files}
    return files
