"""TOML tables that hand out values by type; their errors name the table and the key."""

from __future__ import annotations

import enum
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, TypeVar

from autograder.course.bank.files import assignment_error, nearest, read_text
from autograder.model import AssignmentError

MAX_TOML = 1 << 16  # bytes; some texts take the parser a time that is quadratic in their length
_DOTS = 100  # in a line: the parser's memory is quadratic in the dots of one key
GREATEST = 1e9  # no points and no limit are larger; a slip of the keyboard is

_KINDS = {
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "a table",
}

_Choice = TypeVar("_Choice", bound=enum.StrEnum)


def read_toml(path: Path) -> Any:
    """What a TOML file holds.

    Args:
        path: the file.

    Returns:
        The top table, as `tomllib` gives it.

    Raises:
        AssignmentError: where it cannot be read, or is not TOML.
    """
    text = read_text(path, MAX_TOML)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _DOTS:
            raise assignment_error(path, f"a line has more than {_DOTS} dots", number)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise assignment_error(path, f"is not valid TOML: {error}") from error


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "a date or a time")


class TomlTable:
    """A TOML table that knows its place and hands out values of the type asked for."""

    def __init__(self, path: Path, place: str, data: Any, known: Collection[str]) -> None:
        """Take a table apart.

        Args:
            path: the file.
            place: which table of it, for messages; ``""`` for the top.
            data: what the TOML parser gave.
            known: the keys that may stand in it.

        Raises:
            AssignmentError: where it is not a table, or has another key.
        """
        self.path = path
        self.place = place
        if not isinstance(data, dict):
            raise self.wrong(f"must be a table, not {_kind(data)}")
        self._data: dict[str, Any] = data
        for key in data:
            if key not in known:
                raise self.wrong(f"unknown key {key[:80]!r}{nearest(key, known)}")

    def wrong(self, message: str) -> AssignmentError:
        """An error about this table, to be raised by the caller."""
        return assignment_error(self.path, f"{self.place}: {message}" if self.place else message)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._data

    def _get(self, key: str, *kinds: type) -> Any:
        if key not in self._data:
            raise self.wrong(f"{key!r} is missing")
        value = self._data[key]
        if type(value) not in kinds:
            raise self.wrong(f"{key!r} must be {_KINDS[kinds[0]]}, not {_kind(value)}")
        return value

    def text(self, key: str) -> str:
        """One line of printable text, not empty."""
        value: str = self._get(key, str)
        if not value.strip() or not value.isprintable():
            raise self.wrong(f"{key!r} must be one line of printable text")
        return value.strip()

    def word(self, key: str, form: re.Pattern[str], rule: str) -> str:
        """Text that a pattern matches as a whole."""
        value: str = self._get(key, str)
        if not form.fullmatch(value):
            raise self.wrong(f"{key!r} must be {rule}, not {value[:80]!r}")
        return value

    def number(self, key: str, *, whole: bool = False, positive: bool = False) -> float:
        """A finite number, zero or more."""
        value = self._get(key, int) if whole else self._get(key, float, int)
        if not 0 <= value <= GREATEST or (positive and not value):
            low = "above 0" if positive else "from 0"
            raise self.wrong(f"{key!r} must be finite, {low} and at most {GREATEST:g}")
        return value if whole else float(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        return bool(self._get(key, bool))

    def words(self, key: str) -> tuple[str, ...]:
        """An array of strings that are not empty."""
        values: list[Any] = self._get(key, list)
        if not all(isinstance(value, str) and value for value in values):
            raise self.wrong(f"{key!r} must be an array of strings that are not empty")
        return tuple(values)

    def choice(self, key: str, values: type[_Choice]) -> _Choice:
        """One of the values of an enumeration."""
        value: str = self._get(key, str)
        known = [member.value for member in values]
        if value not in known:
            raise self.wrong(f"{key!r} cannot be {value[:80]!r}{nearest(value, known)}")
        return values(value)

    def table(self, key: str, known: Collection[str]) -> TomlTable:
        """The table under a key; an empty one where there is none."""
        place = f"[{key}]"
        return TomlTable(self.path, place, self._data.get(key, {}), known)

    def tables(self, key: str, known: Collection[str]) -> tuple[TomlTable, ...]:
        """The tables of an array that has at least one."""
        if isinstance(self._data.get(key), dict):
            name = f"{self.place.partition(' ')[0]}.{key}".lstrip(".")
            raise self.wrong(f"write [[{name}]] with two brackets, not [{name}]")
        values: list[Any] = self._get(key, list)
        if not values:
            raise self.wrong(f"{key!r} is empty")
        above = f"{self.place}, " if self.place else ""
        return tuple(
            TomlTable(self.path, f"{above}{key} {index}", value, known)
            for index, value in enumerate(values, start=1)
        )
