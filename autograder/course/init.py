"""A new course: a folder with one finished example assignment, and what a repository needs around it."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.course.wheel import DISTRIBUTION, version
from autograder.model import UsageError

EXAMPLE = Path(__file__).with_name("example")

SCHEMA = Path(__file__).with_name("manifest.schema.json")
"""What a manifest may hold, for editors."""

_DOT = "dot-"  # how the names of hidden files are written in the example
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def new_course(folder: Path) -> list[Path]:
    """Write a course.

    Args:
        folder: where; it must not exist yet, or be empty but for `.git`.

    Returns:
        The files, sorted.

    Raises:
        UsageError: the folder holds something, or its name cannot stand in a file; nothing is written then.
    """
    name = folder.resolve().name
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"invalid course name {name!r}; use letters, digits, dots, dashes and underscores"
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder that is new or empty")
    if folder.is_dir() and (
        present := sorted(p.name for p in folder.iterdir() if p.name != ".git")
    ):
        raise UsageError(
            f"{folder} is not empty: it holds {', '.join(present[:5])}; name a folder that is new or empty"
        )
    words = {
        "@COURSE@": name,
        "@PROGRAM@": f"{DISTRIBUTION}{required_version()}",
        "@VERSION@": required_version(),
    }
    written = []
    for source in sorted(path for path in EXAMPLE.rglob("*") if path.is_file()):
        if "__pycache__" in source.parts:
            continue
        text = source.read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        parts = source.relative_to(EXAMPLE).parts
        target = folder.joinpath(*(re.sub(f"^{_DOT}", ".", part) for part in parts))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    schema = folder / "assignments" / SCHEMA.name
    schema.write_bytes(SCHEMA.read_bytes())
    return sorted([*written, schema])


def required_version() -> str:
    """The versions of the program that a new manifest asks for: this one or a newer one."""
    release = version().split(".")[:2]
    return f">={'.'.join(release)}"
