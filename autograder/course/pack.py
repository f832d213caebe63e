"""A course as a wheel, which other courses install to use its questions by name.

It holds solutions and hidden cases, so it is for staff alone. No index should have it, and its metadata
says so: PyPI refuses what is classified "Private :: Do Not Upload".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.course import banks
from autograder.course.bank.files import assignment_error, read_bytes, read_text
from autograder.course.bank.prompts import KEY
from autograder.course.bank.source import parse
from autograder.course.wheel import DISTRIBUTION, packed, version
from autograder.model import UsageError

_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.(post|dev)[0-9]+)?")
_LEFT_OUT = ("__pycache__",)
_WHEEL = """\
Wheel-Version: 1.0
Generator: autograder pack
Root-Is-Purelib: true
Tag: py3-none-any
"""


def pack(root: Path, name: str, release: str = "") -> tuple[str, bytes]:
    """The wheel of a course's questions and solutions.

    Args:
        root: the course's folder.
        name: what other courses write before the question: ``topic = "NAME/ddpm"``.
        release: the wheel's version; that of the program by default.

    Returns:
        Its file name and its bytes, the same from the same files.

    Raises:
        UsageError: the name or the version cannot be one, or the course has no question.
        AssignmentError: a file cannot be read, or code stands where using courses would not run it.
    """
    release = release or version()
    if not KEY.fullmatch(name):
        raise UsageError(
            f"invalid name {name!r} for a bank; use lower-case letters, digits and underscores"
        )
    if not _VERSION.fullmatch(release):
        raise UsageError(f"invalid version {release!r}; give one such as 2026.1 or 1.0.2")
    if not banks.topics(root):
        raise UsageError(f"{root} has no question in assignments/questions/")
    _check_start(root / "reference" / "__init__.py")
    stem = f"{DISTRIBUTION}-{name}".replace("-", "_")
    info = f"{stem}-{release}.dist-info"
    files = {f"{banks.FOLDER}/{name}/{inside}": data for inside, data in _files(root)}
    files |= {
        f"{info}/METADATA": _metadata(name, release).encode(),
        f"{info}/WHEEL": _WHEEL.encode(),
    }
    if (licence := root / "LICENSE").is_file():
        files[f"{info}/licenses/LICENSE"] = read_bytes(licence)
    return f"{stem}-{release}-py3-none-any.whl", packed(files, info)


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    """The files of the questions and of the reference, by name."""
    folders = [root / "assignments" / "questions" / topic for topic in banks.topics(root)]
    for path in (path for folder in (*folders, root / "reference") for path in folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if hidden or not {*path.parts}.isdisjoint(_LEFT_OUT):
            continue
        _check_links(root, path)
        if path.is_file():
            yield path.relative_to(root).as_posix(), read_bytes(path)


def _check_links(root: Path, path: Path) -> None:
    """Refuse links whose files another course would not have, or must not have."""
    linked = path.is_symlink()
    if linked and path.is_dir():
        raise assignment_error(
            path, "is a link to a folder, which a wheel cannot hold; copy the files"
        )
    if linked and not path.is_file():
        raise assignment_error(path, "is a link to a file that is not there; remove it")
    if not path.resolve().is_relative_to(root.resolve()):
        what = "is" if linked else "lies behind"
        raise assignment_error(
            path, f"{what} a link that leads out of the course; copy the file instead"
        )


def _metadata(name: str, release: str) -> str:
    return (
        "Metadata-Version: 2.1\n"
        f"Name: {DISTRIBUTION}-{name}\n"
        f"Version: {release}\n"
        f'Summary: Questions and solutions for autograder, for staff: topic = "{name}/TOPIC"\n'
        "Classifier: Private :: Do Not Upload\n"
        f"Requires-Dist: {DISTRIBUTION}>={version()}\n"
    )


def _check_start(path: Path) -> None:
    """Refuse code in the reference's `__init__.py`: a course that uses the bank runs its own."""
    if not path.exists():
        return
    for node in parse(path, read_text(path)).body:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            message = "a bank's __init__.py may hold a docstring alone; move the code to a module"
            raise assignment_error(path, message, node.lineno)
