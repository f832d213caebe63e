"""Gradescope's `submission_metadata.yml`: who handed in each folder of an export, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from autograder.model import UsageError
from autograder.staff.batch.rows import Person

METADATA = "submission_metadata.yml"

_NO_NAMES = ("", ".", "..")
_EARLIER = re.compile(  # nine tenths of an export: earlier results of a submission
    r"^  :(?:results|history):[^\n]*\n(?:(?:    |  - )[^\n]*\n|[ \t]*\n)*", re.MULTILINE
)


class ListedSubmission(NamedTuple):
    """A submission as the export lists it.

    Attributes:
        name: of its folder.
        users: student numbers, else addresses, else the name of the folder.
        people: who handed in.
        created: when, as it is written there; empty where it is not.
    """

    name: str
    users: tuple[str, ...]
    people: tuple[Person, ...]
    created: str


def exported(metadata: Path) -> list[ListedSubmission]:
    """What an export lists.

    Args:
        metadata: the file.

    Raises:
        UsageError: it cannot be read, is not Gradescope's, or names a folder elsewhere.
    """
    try:
        text = _EARLIER.sub("", f"{metadata.read_text(encoding='utf-8-sig')}\n")
        content = yaml.load(text, _Ruby)  # noqa: S506 - a safe loader, which makes data only
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{metadata} cannot be read: {error}") from error
    if not isinstance(content, Mapping):
        raise UsageError(f"{metadata} is not Gradescope's: it does not list submissions by name")
    return [
        _exported(metadata, str(name), about if isinstance(about, Mapping) else {})
        for name, about in content.items()
    ]


def _exported(metadata: Path, name: str, about: Mapping[str, Any]) -> ListedSubmission:
    path = metadata.parent / name
    if path.parent != metadata.parent or name in _NO_NAMES:
        raise UsageError(f"{metadata} names {name!r}, which is not the name of a folder next to it")
    listed = about.get(":submitters")
    listed = listed if isinstance(listed, list) else []
    people = [_person(one, about) for one in listed if isinstance(one, Mapping)]
    users = tuple(sorted(person.handle for person in people if person.handle))
    created = about.get(":created_at", "")
    when = created.isoformat() if isinstance(created, date) else str(created or "")
    return ListedSubmission(name, users or (name,), tuple(people), when)


def _person(about: Mapping[str, Any], submission: Mapping[str, Any]) -> Person:
    def text(key: str) -> str:
        return str(about.get(key) or "").strip()

    sections = about.get(":sections") or about.get(":section") or submission.get(":sections") or ""
    section = ", ".join(map(str, sections)) if isinstance(sections, list) else str(sections)
    return Person(text(":sid"), text(":name"), text(":email"), section)


class _Ruby(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # compiled where libyaml is there
    """YAML as Gradescope's Ruby writes it: symbols are words with a colon, its objects plain data."""


def _plain_data(loader: Any, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Ruby.add_multi_constructor("!ruby/", _plain_data)
