"""Submissions that are no source: broken, huge and misleading files, written when they are needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef total(x):\n    return x.sum()\n"

Builder = Callable[[Path], Path]
BUILDERS: dict[str, Builder] = {}


def accident(build: Builder) -> Builder:
    """Enter a builder into the list; its name is ``a`` and the attack's."""
    BUILDERS[build.__name__.removeprefix("a")] = build
    return build


def notebook(cells: Sequence[str], **changes: Any) -> dict[str, Any]:
    """A notebook as Jupyter writes it, with some of its entries replaced."""
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": source.strip("\n"),
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
        **changes,
    }


def write_notebook(path: Path, cells: Sequence[str], **changes: Any) -> None:
    """Write such a notebook."""
    path.write_text(json.dumps(notebook(cells, **changes)), encoding="utf-8")


def _folder(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir()
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@accident
def a077_malformed_json(folder: Path) -> Path:
    """77. A notebook whose download was cut short.

    expect: double skipped, total skipped
    refused: its JSON is broken
    """
    return _folder(folder, toy_dot_ipynb=json.dumps(notebook([RIGHT]))[:-20])
