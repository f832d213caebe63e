"""A copy of the regular files that were handed in, as they were at that moment."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from autograder.grading.submission.archive import is_zip, unpack, unpack_inner
from autograder.grading.submission.files import (
    Allowance,
    UnreadableSubmission,
    fits,
    is_submission_file,
    printable,
    shorten,
)
from autograder.grading.submission.kinds import is_code
from autograder.grading.submission.residue import is_residue

_LINKS = 5
_ZIPS, _ZIPS_DEEP = 5, 2


def snapshot(
    path: Path, notices: list[str], named: Sequence[tuple[str, Path]] = ()
) -> dict[str, bytes]:
    """The regular files that were handed in, by relative name with forward slashes.

    Args:
        path: a file, a folder or a zip; the folder that the files lie in where they are named.
        notices: gets a sentence for what is left out.
        named: the files that alone were handed in, by the names that they had.

    Raises:
        UnreadableSubmission: no such path, one that may not be read, an archive that is none, too much.
    """
    if path.is_symlink() and not path.exists():
        raise UnreadableSubmission(_link(path.name))
    if not path.exists():
        raise UnreadableSubmission(
            f"Nothing was handed in: there is no file or folder {path.name}."
        )
    room = Allowance()
    try:
        if named:
            files = dict(_from_names(named, room))
        elif path.is_dir():
            files = dict(_from_folder(path, room))
            notices += _links(path)
            if not files and notices:
                raise UnreadableSubmission(notices[0])
        elif is_zip(path.name, _begin(path)):
            files = dict(unpack(path, room))
        else:
            files = {printable(path.name): _content(path, room)}
    except PermissionError as error:
        name = Path(error.filename or path).name
        raise UnreadableSubmission(
            f"{name} cannot be read: the grader has no permission."
        ) from error
    except OSError as error:
        raise UnreadableSubmission(f"{path.name} cannot be read: {error.strerror}.") from error
    except RecursionError as error:
        raise UnreadableSubmission(
            f"{path.name} contains folders that are nested too deeply."
        ) from error
    files = _without_common_folder(_opened(files, room))
    for name in [name for name in files if not fits(name, files)]:
        del files[name]
        notices.append(f"{shorten(name)} cannot be stored under that name and was left out.")
    return files


def _begin(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        return b""
    with path.open("rb") as file:
        return file.read(4)


def _opened(files: dict[str, bytes], room: Allowance) -> dict[str, bytes]:
    """The files; zips are replaced by their contents if there is no code next to them."""
    for _ in range(_ZIPS_DEEP):
        zips = [name for name, content in files.items() if is_zip(name, content[:4])]
        if not zips or any(is_code(name, content) for name, content in files.items()):
            break
        for name in zips[:_ZIPS]:
            folder = PurePosixPath(name).with_suffix("")
            inner = unpack_inner(name, files.pop(name), room)
            files |= {str(folder / one): content for one, content in inner}
    return files


def _from_folder(folder: Path, room: Allowance) -> Iterator[tuple[str, bytes]]:
    for path in sorted(_walk(folder)):
        name = path.relative_to(folder)
        if is_submission_file(PurePosixPath(*name.parts)) and stat.S_ISREG(path.lstat().st_mode):
            yield printable(name.as_posix()), _content(path, room)


def _links(folder: Path) -> list[str]:
    """A sentence for each of the first links, which may lead to what is not the student's."""
    found = [
        path.relative_to(folder).as_posix()
        for path in sorted(_walk(folder, folders_too=True))
        if path.is_symlink()
    ]
    return [_link(name) for name in found[:_LINKS]]


def _link(name: str) -> str:
    return f"{shorten(name)} is a link, and links are not followed. Hand in the file itself."


def _walk(folder: Path, *, folders_too: bool = False) -> Iterator[Path]:
    """What lies in a folder; residue is not entered: an environment holds ten thousand files."""
    for root, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not is_residue(name)]
        yield from (Path(root, name) for name in (*files, *(folders if folders_too else ())))


def _raise(error: OSError) -> None:
    raise error


def _from_names(named: Sequence[tuple[str, Path]], room: Allowance) -> Iterator[tuple[str, bytes]]:
    for name, path in sorted(named):
        if is_submission_file(PurePosixPath(name)):
            yield printable(name), _content(path, room)


def _content(path: Path, room: Allowance) -> bytes:
    room.take(path.name, path.stat().st_size)
    return path.read_bytes()


def _without_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files by their names below the folder in which all of them lie."""
    begin = os.path.commonprefix([*files]).rfind("/") + 1  # noqa: RUF071 - cut at a separator
    return {name[begin:]: content for name, content in files.items()}
