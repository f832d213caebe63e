"""A JSON Schema for manifests, by which editors complete and check them.

It is not written by hand: the code that reads a manifest reads a table that notes what it is asked for.
So a key that the code learns is in the schema, with the type that the code wants.
"""

from __future__ import annotations

import enum
import functools
import json
import re
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from autograder.course.bank.entries import BoardEntry, PartEntry, QuestionEntry
from autograder.course.bank.manifest import TOP, manifest_in
from autograder.course.bank.tables import GREATEST, TomlTable
from autograder.model import Leaderboard, Limits, Permits

NAME = "manifest.schema.json"

_Choice = TypeVar("_Choice", bound=enum.StrEnum)
_ATTRIBUTE = re.compile(r"^ {4,8}(\w+): (.+(?:\n {9,}.+)*)", re.MULTILINE)
_WORD = "x"
_DESCRIBED = {
    "": {
        "title": "the assignment's title",
        "program": "versions of the program that may grade it, such as '>=0.2,<0.3'",
        "limits": "how much a submission may use",
        "permits": "what widens the cage; default: nothing",
        "feedback": "what students read of hidden cases, where a part says nothing",
        "leaderboard": "a board on which students compare a number",
        "question": "questions of the bank, in order",
    },
    "feedback": {
        "hidden": "of a hidden case that fails, before the due date",
        "hidden_after": "the same after the due date, in a separate entry; must say more",
        "visibility": "when students see the entries of hidden cases",
    },
    "leaderboard": {"order": "whether the largest value (desc) or the smallest (asc) is the best"},
}
_DOCUMENTED: dict[str, tuple[type, ...]] = {
    "limits": (Limits,),
    "permits": (Permits,),
    "leaderboard": (Leaderboard, BoardEntry),
    "question": (QuestionEntry,),
    "part": (PartEntry,),
}
_PLAIN = (  # keys of a part whose default does not depend on other tables
    "written",
    "bonus",
    "figure",
    "derivations",
    "derivation_points",
    "follows",
    "follow_share",
)
_RENAMED = {"key": "part", "parts": "part"}


def manifest_schema() -> dict[str, Any]:
    """The schema, of JSON Schema draft 2020-12."""
    top = _Noted("", TOP)
    manifest_in(top)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A manifest of autograder: assignments/NAME.toml",
        **top.schema(),
    }


def text() -> str:
    """The schema as the text of a file."""
    return json.dumps(manifest_schema(), indent=2, ensure_ascii=False) + "\n"


class _Noted(TomlTable):
    """A table that has every key, with some value that is allowed, and notes what each must be."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        super().__init__(Path(NAME), name, {}, known)
        self._known = [*known]
        self._name = name
        self._read: dict[str, dict[str, Any]] = {}
        self._optional: set[str] = set()
        self._inner: dict[str, tuple[_Noted, bool]] = {}

    def schema(self) -> dict[str, Any]:
        """What was noted.

        Raises:
            KeyError: a key may stand in the table and nothing reads it.
        """
        for key, (table, many) in self._inner.items():
            inner = table.schema()
            self._read[key] = {"type": "array", "minItems": 1, "items": inner} if many else inner
        if self._known == [_WORD]:  # the keys are words of another array: any word may be one
            return {"type": "object", "additionalProperties": self._read[_WORD]}
        said, without = _descriptions(self._name), _defaults().get(self._name, {})
        properties = {
            key: ({"description": said[key]} if key in said else {})
            | self._read[key]
            | ({"default": without[key]} if key in without else {})
            for key in self._known
        }
        required = [key for key in self._known if key not in self._optional]
        found: dict[str, Any] = {"type": "object", "additionalProperties": False}
        return found | ({"required": required} if required else {}) | {"properties": properties}

    def has(self, key: str) -> bool:
        """Always; who asks can do without."""
        self._optional.add(key)
        return True

    def text(self, key: str) -> str:
        """A line of text."""
        self._read[key] = {"type": "string", "pattern": r"\S"}
        return ""

    def word(self, key: str, form: re.Pattern[str], rule: str) -> str:
        """A word of this form; one letter is of every form that there is."""
        self._read[key] = {"type": "string", "pattern": f"^(?:{form.pattern})$"}
        return _WORD

    def number(self, key: str, *, whole: bool = False, positive: bool = False) -> float:
        """A number."""
        low = {"exclusiveMinimum": 0} if positive else {"minimum": 0}
        kind = "integer" if whole else "number"
        self._read[key] = {"type": kind, **low, "maximum": GREATEST}
        return int(positive) if whole else float(positive)

    def flag(self, key: str) -> bool:
        """A boolean."""
        self._read[key] = {"type": "boolean"}
        return False

    def words(self, key: str) -> tuple[str, ...]:
        """One word."""
        self._read[key] = {"type": "array", "items": {"type": "string", "minLength": 1}}
        return (_WORD,)

    def choice(self, key: str, values: type[_Choice]) -> _Choice:
        """The first of the values."""
        self._read[key] = {"enum": [member.value for member in values]}
        return next(iter(values))

    def table(self, key: str, known: Collection[str]) -> TomlTable:
        """A table inside this one; without it, its keys have their defaults."""
        self._optional.add(key)
        self._inner[key] = (inner := _Noted(key, known)), False
        return inner

    def tables(self, key: str, known: Collection[str]) -> tuple[TomlTable, ...]:
        """One table of an array."""
        self._inner[key] = (inner := _Noted(key, known)), True
        return (inner,)


@functools.cache
def _defaults() -> dict[str, dict[str, Any]]:
    """What holds where a table does not say it, by table and key, read from a manifest that says little."""
    part = {"part": _WORD, "points": 1}
    board = {"topic": _WORD, "name": _WORD}
    little = {"title": _WORD, "leaderboard": board, "question": [{"topic": _WORD, "part": [part]}]}
    found = manifest_in(TomlTable(Path(NAME), "", little, TOP))
    read = found.questions[0].parts[0]
    said = {
        "limits": asdict(found.limits),
        "permits": asdict(found.permits),
        "feedback": {
            "hidden": read.feedback,
            "hidden_after": read.feedback_after,
            "visibility": read.visibility,
        },
        "leaderboard": {
            "order": "asc" if found.leaderboard and found.leaderboard.ascending else "desc"
        },
        "part": {key: getattr(read, key) for key in _PLAIN},
    }
    return {name: {key: _json(one) for key, one in keys.items()} for name, keys in said.items()}


def _json(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return [*value] if isinstance(value, tuple) else value


def _descriptions(name: str) -> dict[str, str]:
    """What the keys of a table mean, from the docstrings of the classes that hold them."""
    found: dict[str, str] = {}
    for one in _DOCUMENTED.get(name, ()):
        attributes = (one.__doc__ or "").partition("Attributes:")[2]
        for match in _ATTRIBUTE.finditer(attributes):
            key, words = match.groups()
            found[_RENAMED.get(key, key)] = " ".join(words.split())
    return {**found, **_DESCRIBED.get(name, {})}
