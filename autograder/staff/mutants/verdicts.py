"""The author's verdicts on mutants: `mutants.toml` in a question's folder says which are not mistakes.

[[equal]]
module = "vae"
function = "gaussian_log_density"   # "Class.method"; "" at the top level
line = "the text of the line where the change begins"
changes = ["old → new", "…"]        # as the report spells them
topics = ["iwae"]                   # optional: in these topics alone, where modules are shared
reason = "why no case could reject it without rejecting right answers"
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.staff.mutants.mutant import Identity, Mutant

FILE = "mutants.toml"

_TEXTS = ("module", "function", "line", "reason")


class Malformed(Exception):
    """An entry that is not of the form."""


@dataclass(frozen=True, slots=True)
class Equivalent:
    """One mutant that is not a mistake.

    Attributes:
        identity: which one.
        reason: why.
        topics: where; everywhere if there are none.
    """

    identity: Identity
    reason: str
    topics: tuple[str, ...] = ()

    def holds(self, mutant: Mutant, topic: str) -> bool:
        """Whether this is about that mutant of a topic."""
        return mutant.identity == self.identity and (not self.topics or topic in self.topics)

    def __str__(self) -> str:
        module, function, line, change = self.identity
        return f"{module}.{function}: {line!r}: {change}"


def read_all(root: Path) -> list[Equivalent]:
    """The verdicts of all questions of a project.

    Raises:
        Malformed: an entry is not of the form, or comes twice.
    """
    files = sorted((root / "assignments" / "questions").glob(f"*/{FILE}"))
    return [one for path in files for one in read(path)]


def read(path: Path) -> list[Equivalent]:
    """All entries of a file, one for each change.

    Raises:
        Malformed: an entry lacks a key, has an unknown one, or stands there twice.
    """
    found: list[Equivalent] = []
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Malformed(f"{path}: {error}") from error
    if unknown := set(content) - {"equal"}:
        raise Malformed(f"{path}: {sorted(unknown)} means nothing here; entries are [[equal]]")
    for entry in content.get("equal", []):
        found += _entries(entry)
    seen: set[tuple[Identity, tuple[str, ...]]] = set()
    for one in found:
        if (one.identity, one.topics) in seen:
            raise Malformed(f"{path}: {one} stands twice")
        seen.add((one.identity, one.topics))
    return found


def stale(
    entries: Iterable[Equivalent],
    mutants: Mapping[str, list[Mutant]],
    unreached: Collection[tuple[str, str]] = (),
) -> list[str]:
    """The entries that match no mutant, in words.

    Args:
        entries: all of them.
        mutants: by topic. Modules of which there are none are not judged.
        unreached: modules with a name at their top level that no case of the topics asks for; an
            entry about one of these is not judged.
    """
    modules = {mutant.module for found in mutants.values() for mutant in found}
    there = {(topic, m.identity) for topic, found in mutants.items() for m in found}
    complaints = []
    for one in entries:
        topics = one.topics or tuple(mutants)
        asked = [topic for topic in topics if topic in mutants]
        module, function = one.identity[:2]
        asked_for = (module, function.partition(".")[0]) not in unreached
        judged = module in modules and asked and asked_for
        if judged and not any((topic, one.identity) in there for topic in asked):
            complaints.append(f"{FILE}: no mutant matches {one}")
    return complaints


def _entries(entry: Mapping[str, Any]) -> list[Equivalent]:
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or (key != "function" and not entry[key].strip()):
            raise Malformed(f"an entry of {FILE} needs a text {key!r}: {dict(entry)}")
    for key in ("changes", "topics"):
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Malformed(f"{key!r} must be a list of texts: {dict(entry)}")
    if unknown := set(entry) - {*_TEXTS, "changes", "topics"}:
        raise Malformed(f"{sorted(unknown)} means nothing here: {dict(entry)}")
    if not entry.get("changes"):
        raise Malformed(f"an entry without changes: {dict(entry)}")
    place = entry["module"], entry["function"], entry["line"]
    topics = tuple(entry.get("topics", ()))
    return [Equivalent((*place, change), entry["reason"], topics) for change in entry["changes"]]
