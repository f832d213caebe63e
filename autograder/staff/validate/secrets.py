"""Nothing secret in the student's copy: searched as text in every file, and as bytes in every zip.

A secret line is a line of the hidden cases, the misconceptions or the reference that is long
enough to be telling and stands in nothing that the student is meant to have. The copy is taken
apart to the last member: a wheel is a zip, and so is what is handed out.
"""

from __future__ import annotations

import io
import re
import tokenize
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autograder.course.bank.files import read_text
from autograder.model import Assignment

_TELLING = 24
_SOURCES = {
    "modules": "stub.py",
    "tests": "public_cases.py",
    "drivers": "drivers.py",
    "derivations": "derivations.py",
}
_PRIVATE = re.compile(
    r"""\b(?:FIXME|XXX|HACK)\b
       |(?i:\bhidden[ ](?:case|test|check|input)s?\b)  # "hidden" alone is a word of the field
       |(?i:\b(?:misconceptions?|grader(?!\.check)|regrade|cheat(?:ing|ers?)?)\b)
       |(?i:\b(?:reference|model|sample)[ ](?:solution|answer)s?\b)
    """,
    re.VERBOSE,
)
_IN_STUB = re.compile(
    r"\b(?:solution|answer)s?[ ]*[:=]", re.IGNORECASE
)  # a case's answer is public
_IN_OTHERS = re.compile(r"\bTODO\b")  # in a stub, it says what the student has to do
_PUNCTUATION = " \"'()[]{},:"
_SECRET = ("hidden_cases.py", "misconceptions.py", "leaderboard.py", "proofs.py", "mutants.toml")
_PUBLIC = (
    "prompt.md",
    "stub.py",
    "drivers.py",
    "public_cases.py",
    "leaderboard.md",
    "derivations.py",
)


def secret_lines(assignment: Assignment) -> set[str]:
    """The telling lines of everything secret, stripped, without what is public anyway."""
    secret: set[str] = set()
    public: list[str] = []
    for question in assignment.questions:
        for name in _SECRET:
            secret |= _lines(question.folder / name)
        public += [
            read_text(question.folder / name)
            for name in (*_PUBLIC, question.prompt)
            if (question.folder / name).exists()
        ]
    courses = {assignment.manifest.parents[1], *(one.course for one in assignment.questions)}
    for path in sorted(path for course in courses for path in course.glob("reference/*.py")):
        secret |= _lines(path)
    public += [read_text(path) for path in sorted(Path(__file__).parents[2].rglob("*.py"))]
    known = "\n".join(public)
    return {
        line
        for line in secret
        if not line.startswith(("import ", "from ")) and line.strip(_PUNCTUATION) not in known
    }


def leaks(files: Mapping[str, bytes], secret: Iterable[str]) -> list[str]:
    """Which secret lines stand in which files, in words.

    Args:
        files: the student's copy, by name.
        secret: what must not be in it.

    Returns:
        One sentence for each; empty where nothing leaks.
    """
    needles = [(line, line.encode()) for line in sorted(secret)]
    return [
        f"{name} holds a line that is secret: {line[:60]!r}"
        for name, data in members(files)
        for line, needle in needles
        if needle in data
    ]


def private_comments(files: Mapping[str, bytes]) -> Iterator[str]:
    """The comments in a student's copy that look as if they were for staff, in words.

    Args:
        files: the student's copy, by name.
    """
    for name, data in files.items():
        source = _SOURCES.get(name.partition("/")[0], "")
        if not source or not name.endswith(".py"):
            continue
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type != tokenize.COMMENT:
                continue
            here = _IN_STUB if source == "stub.py" else _IN_OTHERS
            if _PRIVATE.search(token.string) or here.search(token.string):
                yield (
                    f"{name} has the comment {token.string[:60]!r}, which looks private and students can "
                    f"read; remove it from the question's {source}"
                )


def members(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Every file, and every member of every zip among them, to the last."""
    for name, data in files.items():
        yield name, data
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                inner = {f"{name}/{entry}": archive.read(entry) for entry in archive.namelist()}
            yield from members(inner)


def _lines(path: Path) -> set[str]:
    if not path.exists():
        return set()
    stripped = (line.strip() for line in read_text(path).splitlines())
    return {line for line in stripped if len(line) >= _TELLING}
