"""The submissions that are meant by what somebody typed: an id, a name, a number, an address."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Sequence

from autograder.model import UsageError
from autograder.staff.batch.collect import Entry


def choose(entries: Sequence[Entry], wanted: Sequence[str]) -> list[Entry]:
    """The submissions that are meant.

    Args:
        entries: those of the class.
        wanted: each an id, or a name, number or address of somebody who handed in; letter case does
            not count.

    Returns:
        Each of them once, in the order asked for; all where nothing is wanted.

    Raises:
        UsageError: nothing goes by a name, or several submissions do.
    """
    chosen = {entry.id: entry for word in wanted for entry in (_one(entries, word),)}
    return [*chosen.values()] or [*entries]


def _one(entries: Sequence[Entry], word: str) -> Entry:
    by_id = [entry for entry in entries if entry.id == word]
    found = by_id or [entry for entry in entries if _fold(word) in set(_words(entry))]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(entry.id for entry in found)
        raise UsageError(f"{word!r} is the name of several submissions; name one of {ids}")
    known = [word for entry in entries for word in (entry.id, *entry.names)]
    near = difflib.get_close_matches(word, known, n=1)
    close = f"; did you mean {near[0]!r}?" if near else ""
    raise UsageError(
        f"there is no submission {word!r}{close or '.'} Name it by its id (the first column of "
        "grades.csv) or by the name, number or address of one of its people"
    )


def _words(entry: Entry) -> Iterator[str]:
    yield _fold(entry.id)
    yield from map(_fold, entry.users)
    for person in entry.people:
        yield from (_fold(one) for one in (person.number, person.name, person.email) if one)


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
