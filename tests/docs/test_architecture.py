"""The map of the program: every room is on it, and what it points at is there."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from autograder.model import Limits

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")


def test_it_lists_every_room_and_no_other():
    there = {
        path.stem
        for path in (ROOT / "autograder").iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or path.suffix == ".py"
    }
    table = PAGE.partition("## The rooms")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == {
        name for name in there if not name.startswith("__")
    }


@pytest.mark.parametrize(
    ("path", "name"), re.findall(r"\| `(autograder/[\w/]+\.py)` \| `(\w+)` \|", PAGE)
)
def test_what_it_points_at_is_there(path, name):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^\s*(?:def |class )?{name}\b", text, re.MULTILINE)


def test_the_defaults_that_contributors_read_are_the_programs():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text[text.index("    [limits]") : text.index("    [permits]")]
    assert tomllib.loads(table.replace("\n    ", "\n").strip())["limits"] == asdict(Limits())
