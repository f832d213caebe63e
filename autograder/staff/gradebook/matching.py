"""People and the lines of a file: by number, then address, then name. Nothing is guessed."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from autograder.staff.batch.rows import Person

NOT_FOUND = "not found in the file"

_WAYS = ("number", "address", "name")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a line of a file says of the person that it is about.

    Attributes:
        numbers: every number or login of the person.
        emails: the addresses.
        names: the name, in one order of its words or another.
        label: the line for a reader.
    """

    numbers: frozenset[str]
    emails: frozenset[str]
    names: frozenset[str]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Who belongs to which line.

    Attributes:
        pairs: places in both lists.
        people: places of people without a line, and why they have none.
        lines: places of lines without a person.
    """

    pairs: tuple[tuple[int, int], ...]
    people: tuple[tuple[int, str], ...]
    lines: tuple[int, ...]


def match(people: Sequence[Person], lines: Sequence[Identity]) -> Matched:
    """Find the line of each person.

    Args:
        people: each with what is known.
        lines: of a course system's file.

    Returns:
        Who was found. Where a number, an address or a name belongs to several lines, where a line
        contradicts the person it goes by, or where two people go by one line in the same way, nobody is
        matched. Where one of them goes by the number and the other by the name, the number decides.
    """
    indexes = [
        _index(lines, lambda one: map(_exact, one.numbers)),
        _index(lines, lambda one: map(str.casefold, one.emails)),
        _index(lines, lambda one: map(folded, one.names)),
    ]
    found: dict[int, int] = {}
    ways: dict[int, int] = {}  # 0 by the number, 1 by the address, 2 by the name
    missing: dict[int, str] = {}
    for place, person in enumerate(people):
        keys = (_exact(person.number), person.email.casefold(), folded(person.name))
        for way, (key, index) in enumerate(zip(keys, indexes, strict=True)):
            candidates = index.get(key, []) if key else []
            if len(candidates) > 1:
                labels = ", ".join(lines[one].label for one in candidates)
                missing[place] = f"{key!r} matches several lines: {labels}"
                break
            if candidates:
                line = lines[candidates[0]]
                if _contradicts(person, line):
                    missing[place] = f"{key!r} is in another person's line: {line.label}"
                else:
                    found[place], ways[place] = candidates[0], way
                break
        else:
            missing[place] = NOT_FOUND
    best = Counter((where, ways[place]) for place, where in found.items())
    taken = {where: min(way for line, way in best if line == where) for where in found.values()}
    for place, where in [*found.items()]:
        if ways[place] > taken[where]:
            missing[place] = (
                f"{lines[where].label} already matches somebody by {_WAYS[taken[where]]}"
            )
            del found[place]
        elif best[where, ways[place]] > 1:
            missing[place] = f"several submissions match one line: {lines[where].label}"
            del found[place]
    return Matched(
        tuple(found.items()),
        tuple(sorted(missing.items())),
        tuple(place for place in range(len(lines)) if place not in taken),
    )


def _index(
    lines: Sequence[Identity], keys: Callable[[Identity], Iterable[str]]
) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        for key in set(keys(line)) - {""}:
            index.setdefault(key, []).append(place)
    return index


def _contradicts(person: Person, line: Identity) -> bool:
    """Whether neither address nor name are those of the line, though both sides have both."""
    if not (person.email and line.emails and person.name and line.names):
        return False
    emails = {email.casefold() for email in line.emails}
    names = {folded(name) for name in line.names}
    return person.email.casefold() not in emails and folded(person.name) not in names


def _exact(text: str) -> str:
    return text.strip().casefold()


def folded(name: str) -> str:
    """A name without regard to case, spaces, or whether the last name stands first."""
    last, comma, first = unicodedata.normalize("NFC", name).partition(",")
    ordered = f"{first} {last}" if comma else last
    return " ".join(ordered.casefold().split())
