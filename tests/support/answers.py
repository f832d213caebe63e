"""The course of docs/kinds-of-answers.md, whose files stand in the page."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "kinds-of-answers.md"
_FILE = re.compile(r'^```\w+ title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """The files of the page, by their names."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def make(root: Path) -> Path:
    """Write them below a folder, with what makes it a project, and return that."""
    for name, text in {"reference/__init__.py": '"""Solutions."""\n', **files()}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
