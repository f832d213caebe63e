"""Banks: courses whose questions other courses use by name, ``topic = "bank/ddpm"``.

A bank is a course's folder, with `assignments/questions/` and `reference/`, that lies in a folder
`autograder_banks`: in the course that uses it, or on Python's import path, where pip installs the wheel
of `autograder pack`. Nothing here imports it, and no student's process may read it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from autograder.model import Question

FOLDER = "autograder_banks"

ALTERNATIVES = "alternatives"
"""The folder of right answers in other styles, in `reference/`."""


def banks(root: Path) -> dict[str, Path]:
    """The banks that a course can use: their folders by name, its own copies before installed ones.

    Args:
        root: the course's folder.
    """
    found: dict[str, Path] = {}
    for place in (root / FOLDER, *installed()):
        for questions in sorted(place.glob("*/assignments/questions")):
            course = questions.parents[1]
            found.setdefault(course.name, course)
    return found


def installed() -> list[Path]:
    """The folders of installed banks, one for each place that Python imports from and that has any."""
    places = (Path(entry) / FOLDER for entry in dict.fromkeys(sys.path) if entry)
    return [place for place in places if place.is_dir()]


def bank_of(question: Question) -> str:
    """The name of the bank that a question is from; empty where it is the course's own."""
    return question.course.name if question.course.parent.name == FOLDER else ""


def place(root: Path, course: Path) -> str:
    """Where the files of a course or a bank lie in a copy of a course: the start of their names.

    Args:
        root: the folder of the course that is copied.
        course: the same, or that of a bank that it uses.
    """
    return "" if course == root else f"{FOLDER}/{course.name}/"


def topics(course: Path) -> list[str]:
    """The questions of a course or a bank, sorted.

    Args:
        course: its folder.
    """
    return sorted(path.parent.name for path in course.glob("assignments/questions/*/prompt.md"))


def secret_folders(root: Path) -> tuple[Path, ...]:
    """Folders that no submission may read, whatever the assignment uses: solutions, and banks.

    Args:
        root: the course's folder.
    """
    found = [root / FOLDER, *installed()]
    return (root / "reference", *(folder for folder in found if folder.is_dir()))


def solutions(course: Path) -> list[Path]:
    """The modules of a course's or a bank's reference, without right answers in other styles, sorted.

    Args:
        course: its folder.
    """
    folder = course / "reference"
    aside = folder / ALTERNATIVES
    return sorted(path for path in folder.rglob("*.py") if not path.is_relative_to(aside))
