"""GitHub Classroom: who owns each repository, from the roster that its teachers download.

The roster, `classroom_roster.csv`, has the columns `identifier`, `github_username`, `github_id` and `name`.
An identifier is whatever the teacher entered: an address, a number or a name. A repository is called
after the assignment and the user, with a hyphen between them.
Source: https://abc-classroom.readthedocs.io/en/latest/get-started/classroom-roster.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autograder.model import UsageError
from autograder.staff.batch.rows import Person
from autograder.staff.sheets import read_sheet

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
    names = "identifier", "github_username"
    sheet = read_sheet(path, *((name,) for name in names))
    identifier, username = (sheet.need("GitHub Classroom's roster", name) for name in names)
    named = sheet.place("name")
    found: dict[str, Person] = {}
    for line in sheet.lines:
        user = line[username].strip().casefold()
        name = "" if named is None else line[named].strip()
        person = _person(line[identifier].strip(), name)
        if user and found.setdefault(user, person) != person:
            raise UsageError(f"{path} gives the GitHub user {user!r} to two people; remove one")
    return found


def owners(
    repositories: Iterable[str], people: Mapping[str, Person]
) -> Iterator[tuple[Person | None, str]]:
    """Who owns each repository of a class.

    A name alone does not say where the assignment's ends and the user's begins: `hw-ann-lee` may be
    `lee`'s or `ann-lee`'s, who need not be in the roster. The other repositories show it, for the
    assignment's name is the same in all of them.

    Args:
        repositories: the names of all folders of the class.
        people: as `roster` gives them.

    Yields:
        For each repository its owner, ``None`` where its name does not say, and what staff should know
        of that; empty where there is nothing.
    """
    split = [[*_splits(name.casefold())] for name in repositories]
    in_roster = Counter(start for one in split for start, user in one if user in people)
    alike = Counter(start for one in split for start, _ in one)
    for one in split:
        readings = [(start, user) for start, user in one if user in people]
        if not readings:
            yield None, ""
            continue
        most = max(in_roster[start] for start, _ in one)
        likely = [(start, user) for start, user in one if in_roster[start] == most]
        shared = alike[likely[0][0]]
        if most == 1:
            # Only what is shared with others, in the roster or not, shows the assignment's name.
            likely += [(start, user) for start, user in one if start and alike[start] > shared]
        user = likely[0][1]
        if len(likely) > 1 or user not in people:
            named = " or ".join(repr(user) for _, user in dict.fromkeys([*likely, *readings]))
            yield None, f"the GitHub user may be {named}, so no name was taken from {ROSTER}"
        elif most == shared == 1:
            yield people[user], f"matched to {user!r} in {ROSTER} only by the end of its name"
        else:
            yield people[user], ""


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """A repository's name as a beginning, which ends in a hyphen or is empty, and a user's name."""
    yield "", name
    for place, letter in enumerate(name, 1):
        if letter == "-":
            yield name[:place], name[place:]


def _person(identifier: str, name: str) -> Person:
    if "@" in identifier:
        return Person(name=name, email=identifier)
    if any(char.isdigit() for char in identifier):
        return Person(number=identifier, name=name)
    return Person(name=identifier or name)
