"""Reading a bank's files: regular, small, UTF-8; and the errors that name a file and a line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from autograder.course.project import nearest as nearest
from autograder.model import AssignmentError

MAX_TEXT = 1 << 20
MAX_DATA = 64 << 20


def assignment_error(path: Path, message: str, line: int | None = None) -> AssignmentError:
    """An error about a place: ``path:line: message``, with the shortest form of the path.

    Args:
        path: the file.
        message: what is wrong and what to do.
        line: counted from 1, where there is one.

    Returns:
        The error, to be raised by the caller.
    """
    here = Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    place = f"{shown}:{line}" if line else f"{shown}"
    return AssignmentError(f"{place}: {message}")


def read_bytes(path: Path, cap: int = MAX_DATA) -> bytes:
    """The bytes of a regular file.

    Args:
        path: the file.
        cap: the greatest size in bytes.

    Returns:
        All of them.

    Raises:
        AssignmentError: there is no such file, it cannot be read, or it is too large.
    """
    if not path.is_file():
        raise assignment_error(
            path, "is not a regular file" if path.exists() else "there is no such file"
        )
    try:
        with path.open("rb") as stream:
            data = stream.read(cap + 1)
    except OSError as error:
        raise assignment_error(path, f"cannot be read: {error.strerror}") from error
    if len(data) > cap:
        raise assignment_error(path, f"is larger than {cap} bytes")
    return data


def read_text(path: Path, cap: int = MAX_TEXT) -> str:
    r"""The text of a file: UTF-8, a byte order mark dropped, every line ended by ``\n``.

    Args:
        path: the file.
        cap: the greatest size in bytes.

    Returns:
        The text.

    Raises:
        AssignmentError: what `read_bytes` raises, and where the bytes are not UTF-8.
    """
    data = read_bytes(path, cap)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise assignment_error(path, "is not UTF-8; save it in that encoding", line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def digest(files: Mapping[str, bytes | str]) -> str:
    """One hash of many files, whatever machine and order they come from.

    Args:
        files: what each holds, by a name that does not depend on the machine.

    Returns:
        Hex SHA-256 over names and contents; texts are hashed as `read_text` gives them.
    """
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        data = content.encode() if isinstance(content, str) else content
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()
