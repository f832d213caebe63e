"""GitHub Classroom: who owns each repository, from the roster that its teachers download.

The roster, `classroom_roster.csv`, has the columns `identifier`, `github_username`, `github_id` and `name`.
An identifier is whatever the teacher entered: an address, a number or a name. A repository is called
after the assignment and the user, with a hyphen between them.
Source: https://abc-classroom.readthedocs.io/en/latest/get-started/classroom-roster.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from autograder.model import UsageError
from autograder.staff.batch.rows import Person

ROSTER = "classroom_roster.csv"


def roster(folder: Path) -> dict[str, Person]:
    """The people of a class by their user names in lower case; empty where there is no roster.

    Args:
        folder: the repositories of a class, with the roster among them.

    Raises:
        UsageError: the roster cannot be read, or is not one of GitHub Classroom's.
    """
    path = folder / ROSTER
    if not path.is_file():
        return {}
    try:
        lines = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), restval="")
        missing = {"identifier", "github_username"}.difference(lines.fieldnames or ())
        if missing:
            raise UsageError(
                f"{path} is not GitHub Classroom's roster: it has no column {min(missing)!r}"
            )
        return {
            user: _person(line["identifier"].strip(), (line.get("name") or "").strip())
            for line in lines
            if (user := line["github_username"].strip().casefold())
        }
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def owner(repository: str, people: Mapping[str, Person]) -> Person | None:
    """Who owns a repository; ``None`` where its name ends in no user of the roster.

    Args:
        repository: the name of its folder.
        people: as `roster` gives them.
    """
    name = repository.casefold()
    users = [user for user in people if name == user or name.endswith(f"-{user}")]
    return people[max(users, key=len)] if users else None


def _person(identifier: str, name: str) -> Person:
    if "@" in identifier:
        return Person(name=name, email=identifier)
    if any(char.isdigit() for char in identifier):
        return Person(number=identifier, name=name)
    return Person(name=identifier or name)
