"""A zip from a stranger: its regular files, none outside its folder, within bounds that hold beforehand.

Nothing is written to disk. The lengths that a zip states are not trusted: they are checked before and
while a file is unpacked.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final, cast

from autograder.grading.submission.files import (
    Allowance,
    UnreadableSubmission,
    is_submission_file,
    printable,
    shorten,
)

_RATIO, _SMALL = 200, 1 << 17  # bytes that may unpack to 200 times as many, whatever they hold
_CHUNK: Final = 1 << 20
_DIRECTORY: Final = 4 << 20  # bytes; some 30,000 files, of a `.venv` that is left out
_SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_ZIPS: Final = frozenset(
    {
        *(".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".pages", ".numbers", ".key", ".epub"),
        *(".whl", ".jar", ".egg", ".npz", ".pt", ".pth", ".ckpt", ".keras", ".safetensors", ".mlx"),
    }
)
_ENCRYPTED: Final = 1  # the bit of an entry's flags
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What `zipfile` raises of bytes that are no zip; the last where it believes a number.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
)


class _Sips(io.BufferedReader):
    """A file of which nothing large can be read at once.

    `zipfile` reads the whole directory at the end of a zip in one go and makes an object of every
    entry, six hundred bytes of 46: this is where that has a bound, whatever the zip says.
    """

    title = ""

    def read(self, size: int | None = -1, /) -> bytes:
        """At most so many bytes.

        Raises:
            UnreadableSubmission: more than a directory may have were asked for, and are there.
        """
        if size is None or not 0 <= size <= _DIRECTORY:
            size = _DIRECTORY + 1
        content = super().read(size)
        if len(content) > _DIRECTORY:
            raise UnreadableSubmission(
                f"{shorten(self.title)} contains too many files to be read. Leave out data and "
                "environments, and hand in the notebook or the modules."
            )
        return content


def is_zip(name: str, begin: bytes) -> bool:
    """Whether a file is a zip archive of a submission, by its ending or its first bytes.

    Documents, wheels and weights are zip files too; their endings exclude them.
    """
    suffix = PurePosixPath(name).suffix.lower()
    return suffix == ".zip" or (begin[:4] in _SIGNATURES and suffix not in _OTHER_ZIPS)


def unpack(path: Path, room: Allowance) -> Iterator[tuple[str, bytes]]:
    """The regular files of a zip, by the names that they have in it.

    Args:
        path: the zip.
        room: what may still be handed in.

    Yields:
        Name, with forward slashes, and bytes of one after the other.

    Raises:
        UnreadableSubmission: it is not a zip, is damaged, or holds more than it may.
    """
    Allowance().take(
        path.name, path.stat().st_size
    )  # it is read from the disk, and takes no room itself
    with path.open("rb", buffering=0) as raw:
        yield from _unpacked(path.name, raw, room)


def unpack_inner(name: str, content: bytes, room: Allowance) -> Iterator[tuple[str, bytes]]:
    """The same for a zip inside another zip, or in a folder."""
    yield from _unpacked(name, cast(io.RawIOBase, io.BytesIO(content)), room)


def _unpacked(title: str, raw: io.RawIOBase, room: Allowance) -> Iterator[tuple[str, bytes]]:
    with _Sips(raw) as file:
        file.title = title
        try:
            with zipfile.ZipFile(file) as archive:
                for entry in archive.infolist():
                    name = _name(entry)
                    if name:
                        room.take(name, entry.file_size)
                        yield name, _content(title, archive, entry, name)
        except _BROKEN as error:
            reason = shorten(str(error).removesuffix(".")) or type(error).__name__
            raise UnreadableSubmission(
                f"{shorten(title)} is not a zip file that can be read: {reason}. Create it again, or "
                "hand in the notebook itself."
            ) from error


def _name(entry: zipfile.ZipInfo) -> str:
    """The path of an entry's file inside the submission; empty if the entry is not a file to read.

    Some programs write absolute paths, or paths that lead out of the folder. As in `unzip`, the parts
    that do so are left out.
    """
    # Some programs on Windows write its separator, which the format does not allow.
    text = printable(entry.filename.replace("\\", "/"))
    inside = text.removeprefix(PureWindowsPath(text).drive).lstrip("/")
    name = PurePosixPath(*(part for part in PurePosixPath(inside).parts if part != ".."))
    if text.endswith("/") or not name.parts or not is_submission_file(name):
        return ""
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return ""
    return str(name)


def _content(title: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableSubmission(
            f"{shorten(name)} in {shorten(title)} is protected by a password. Create the zip without one."
        )
    if entry.compress_type not in _METHODS:
        raise UnreadableSubmission(
            f"{shorten(name)} in {shorten(title)} uses a compression method that is not supported here. "
            "Create the zip again with the program that comes with your system."
        )
    if entry.file_size > _RATIO * max(entry.compress_size, _SMALL):
        raise UnreadableSubmission(
            f"{shorten(name)} in {shorten(title)} unpacks to far more than it should (a zip bomb)."
        )
    content = io.BytesIO()  # grows in place, where joined pieces would be there twice
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            content.write(chunk)
    return content.getvalue()
