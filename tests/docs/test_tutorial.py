"""The tutorial is what happens: its files are written, its commands run, their output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def steps(text: str) -> Iterator[tuple[str, str]]:
    """A file's path and text, or a command (after ``$ ``) and what it prints, in the page's order."""
    for _, title, block in _BLOCK.findall(text):
        if title:
            yield title, block
            continue
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def pattern(printed: str) -> re.Pattern[str]:
    """What output may be: `…` on a line of its own is any number of lines, elsewhere any text."""
    lines = [
        r"(?:.*\n)*?"
        if line.strip() == "…"
        else ".*".join(map(re.escape, line.split("…"))) + r" *\n"
        for line in printed.splitlines()
    ]
    return re.compile("".join(lines))


@pytest.mark.exhaustive  # a minute: a course is validated, bundled, graded and graded again
def test_the_tutorial_is_what_happens(tmp_path):
    folder = tmp_path
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(tmp_path), "COLUMNS": "100", "LANG": "C.UTF-8"}
    ran = 0
    for what, text in steps(TUTORIAL.read_text(encoding="utf-8")):
        if not what.startswith("$ "):
            file = folder / what
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif what.startswith("$ cd "):
            folder /= what.removeprefix("$ cd ")
        else:
            done = subprocess.run(
                what.removeprefix("$ "),
                shell=True,
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=600,
                check=False,
            )
            assert pattern(text).fullmatch(done.stdout), (
                f"{what}\n{done.stdout}\nbut the page says\n{text}"
            )
            ran += 1
    assert ran == 12


def test_dots_stand_for_what_differs():
    assert pattern("a\n…\nb … c\n").fullmatch("a\nx\ny\nb 1 c\n")
    assert pattern("…\nb\n").fullmatch("b\n")
    assert not pattern("a\n…\nb\n").fullmatch("a\nx\n")
    assert not pattern("a\n").fullmatch("a\nb\n")
