"""The hash of everything of an assignment that can change a score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.course import banks
from autograder.course.bank.board import MEASURE, NOTICE
from autograder.course.bank.derivations import FILE as DERIVATIONS
from autograder.course.bank.entries import Manifest
from autograder.course.bank.files import digest, read_bytes, read_text
from autograder.course.bank.prompts import Prompt

_PUBLIC = ("stub.py", "public_cases.py")
_SECRET = ("hidden_cases.py", "misconceptions.py")


def assignment_digest(
    folders: Mapping[str, Path],
    path: Path,
    manifest: Manifest,
    prompts: Mapping[str, Mapping[str, Prompt]],
    *,
    hidden: bool,
) -> str:
    """The hash of everything that can change a score; texts are hashed as they are read."""
    base = path.parent.parent
    found = [path]
    courses = {base: ""} | {
        course: banks.place(base, course) for course in (f.parents[2] for f in folders.values())
    }
    for topic, files in prompts.items():
        folder = folders[topic]
        found += [folder / name for name in (*files, *_PUBLIC)]
        if hidden:
            found += [file for name in _SECRET if (file := folder / name).exists()]
        found += folder.glob("drivers.py")
        if any(
            part.derivations
            for one in manifest.questions
            if one.topic == topic
            for part in one.parts
        ):
            found.append(folder / DERIVATIONS)
        if hidden:
            reference = folder.parents[2] / "reference"
            found += reference.glob(f"{topic}.py")
            found += reference.glob(f"{topic}/**/*.py")
    if hidden:
        found += [file for course in courses for file in (course / "reference").glob("_*.py")]
    if hidden and manifest.leaderboard:
        found += [folders[manifest.leaderboard.topic] / name for name in (MEASURE, NOTICE)]
    contents: dict[str, str | bytes] = {
        f"{start}{file.relative_to(course).as_posix()}": read_text(file)
        for file in found
        for course, start in courses.items()
        if file.is_relative_to(course / "assignments") or file.is_relative_to(course / "reference")
    }
    for name in manifest.permits.files:
        contents[f"assignments/{name}"] = read_bytes(path.parent / name)
    return digest(contents)
