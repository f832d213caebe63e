"""Titles are shown in terminals, tables and pages as they stand: none holds a formula."""

import re
import tomllib

import pytest

from tests.support import handed_in

BANK = handed_in.ROOT / "assignments"


def titles(value):
    """All titles of a manifest, wherever they stand in it."""
    if isinstance(value, list):
        return [title for item in value for title in titles(item)]
    if not isinstance(value, dict):
        return []
    own = [value["title"]] if isinstance(value.get("title"), str) else []
    return own + [title for item in value.values() for title in titles(item)]


def headings(text):
    """The headings of a prompt; comments in its code are none."""
    return re.findall("^#+ (.*)", re.sub("(?ms)^```.*?^```", "", text), re.MULTILINE)


@pytest.mark.parametrize("path", sorted(BANK.glob("*.toml")), ids=lambda path: path.stem)
def test_of_a_manifest(path):
    found = titles(tomllib.loads(path.read_text(encoding="utf-8")))
    assert found and not [title for title in found if "$" in title]


@pytest.mark.parametrize(
    "path",
    sorted(BANK.glob("questions/*/prompt*.md")),
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_of_a_prompt(path):
    found = headings(path.read_text(encoding="utf-8"))
    assert found and not [title for title in found if "$" in title]
