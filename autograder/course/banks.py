"""Banks: courses whose questions other courses use by name, ``topic = "bank/ddpm"``.

A bank is a course's folder, with `assignments/questions/` and `reference/`, that lies in a folder
`autograder_banks`: in the course that uses it, or on Python's import path, where pip installs the wheel
of `autograder pack`. Nothing here imports it, and no student's process may read it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from autograder.course.project import nearest
from autograder.model import Question, UsageError

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


def called(question: Question) -> str:
    """The question's name in a manifest, after that of its bank if it has one: ``"bank/ddpm"``."""
    bank = bank_of(question)
    return f"{bank}/{question.topic}" if bank else question.topic


def course_of(root: Path, name: str) -> tuple[Path, str]:
    """The folder of the course or bank that has a question, and the question's topic.

    Args:
        root: the folder of the course that uses it.
        name: as a manifest says it, ``"ddpm"`` or ``"bank/ddpm"``.

    Raises:
        UsageError: there is no such bank, or it has no such question.
    """
    bank, _, topic = name.rpartition("/")
    course = course_called(root, bank)
    if topic not in topics(course):
        raise UsageError(f"there is no question {name!r}{nearest(name, questions(root))}")
    return course, topic


def course_called(root: Path, bank: str) -> Path:
    """The folder of a bank.

    Args:
        root: the folder of the course that uses it.
        bank: its name; empty for the course itself.

    Raises:
        UsageError: there is no such bank.
    """
    others = banks(root)
    if bank and bank not in others:
        where = nearest(bank, others) if others else "; install its wheel with pip"
        raise UsageError(f"there is no bank {bank!r} here{where}")
    return others[bank] if bank else root


def questions(root: Path) -> list[str]:
    """The questions that the manifests of a course can name: its own, then those of banks.

    Args:
        root: the course's folder.
    """
    named = [f"{bank}/{topic}" for bank, folder in banks(root).items() for topic in topics(folder)]
    return [*topics(root), *named]


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
