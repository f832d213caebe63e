"""Words in sentences: nouns with their numbers, and lists."""

from __future__ import annotations

from collections.abc import Iterable


def plural(count: float, one: str, many: str = "") -> str:
    """A noun, or a verb, for so many things.

    Args:
        count: how many.
        one: the word for one of them.
        many: the word for any other number, where it is not `one` with an s.
    """
    return one if count == 1 else many or f"{one}s"


def joined(names: Iterable[str], word: str = "and") -> str:
    """Names in a sentence: ``"a, b and c"``."""
    *others, last = names
    return f"{', '.join(others)} {word} {last}" if others else last
