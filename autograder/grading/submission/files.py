"""How large what is handed in may be, how its files may be called, and the error where it is not so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

from autograder.grading.submission.residue import is_in_residue

MEGABYTE: Final = 1 << 20
FILE_MB: Final = 128
TOTAL_MB: Final = 128  # all of it is in the grader's memory at once
FILES: Final = 500

_NAME_BYTES, _DEPTH = 255, 12
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f]")
_SHOWN = 80
_GRADERS_OWN = "tests"  # the folder of public cases in the student's copy


class UnreadableSubmission(Exception):
    """Nothing can be graded; the text says why, to the student."""


def is_submission_file(path: PurePosixPath) -> bool:
    """Whether a file may have been put there on purpose and is not the grader's own."""
    own = _GRADERS_OWN in path.parts and path.suffix.lower() != ".ipynb"
    return not own and not is_in_residue(path)


def printable(name: str) -> str:
    """A file's name as it can be shown: terminals obey control characters, and JSON has no bytes."""
    return _UNPRINTABLE.sub("?", name.encode(errors="replace").decode())


def fits(name: str, files: Mapping[str, bytes]) -> bool:
    """Whether a file of that name can be laid into a folder together with the others."""
    path = PurePosixPath(name)
    return (
        len(path.parts) <= _DEPTH
        and all(len(part.encode()) <= _NAME_BYTES for part in path.parts)
        and not any(str(folder) in files for folder in path.parents)
    )


def shorten(name: str) -> str:
    """A file's name in a sentence: printable, and no longer than a reader wants it."""
    name = "".join(letter if letter.isprintable() else "?" for letter in name)
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"


def listed(names: Iterable[str]) -> str:
    """Some names in a sentence, the first five and how many there are."""
    names = [shorten(name) for name in names]
    first = ", ".join(names[:5])
    return f"{first}, … ({len(names)} in all)" if len(names) > 5 else first


class Allowance:
    """What may still be handed in; asked before a file is read, so that no more is ever held."""

    def __init__(self) -> None:
        self._files = self._bytes = 0

    def take(self, name: str, size: int) -> None:
        """Take room for one file.

        Raises:
            UnreadableSubmission: it is too large, or there are too many.
        """
        if size > FILE_MB * MEGABYTE:
            raise UnreadableSubmission(
                f"{shorten(name)} is larger than {FILE_MB} MB. Clear its outputs and try again."
            )
        self._files += 1
        self._bytes += size
        if self._files > FILES or self._bytes > TOTAL_MB * MEGABYTE:
            raise UnreadableSubmission(
                f"More than {FILES} files or {TOTAL_MB} MB were handed in. Leave out data, "
                "environments and checkpoints, and hand in the notebook or the modules."
            )
