"""Odd but honest submissions: the same right work, each with one oddity of real notebooks."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

IMPORTS = "import numpy as np\nimport torch\n"
WORK = """\
def bilinear_update_matrix(lr):
    return np.array([[1, lr], [-lr, 1]], dtype=float)


def bilinear_trajectory(d0, g0, lr, steps):
    states = [np.array([d0, g0], dtype=float)]
    for _ in range(steps):
        states.append(bilinear_update_matrix(lr) @ states[-1])
    return np.array(states)


def bilinear_stationary_point():
    return np.zeros(2)
"""
MODULE = f"{IMPORTS}\n\n{WORK}".encode()
STUBS = "".join(
    f"def {name}({parameters}):\n    raise NotImplementedError\n\n\n"
    for name, parameters in (
        ("bilinear_update_matrix", "lr"),
        ("bilinear_trajectory", "d0, g0, lr, steps"),
        ("bilinear_stationary_point", ""),
    )
)
FULL = 5.0
SKIPPED = "shell commands are not run while grading"
ABSENT = "not installed where this is graded"


Files = Mapping[str, bytes | str]


@dataclass(frozen=True)
class Odd:
    """One input.

    Attributes:
        files: what is handed in, by name; a text is a link to what it names. A function where another
            program makes them.
        points: what it deserves, of `FULL`.
        says: words that its notices, the reason of a refusal or the explanation of a case must hold.
        silent: whether the student must read nothing about it.
    """

    files: Files | Callable[[], Files]
    points: float = FULL
    says: tuple[str, ...] = ()
    silent: bool = False


def cell(source: str | tuple[str, str]) -> dict[str, Any]:
    """A code cell, or one of another type with its source."""
    if isinstance(source, tuple):
        return {"cell_type": source[0], "metadata": {}, "source": source[1]}
    parts = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    return {**parts, "source": source}


def notebook(*sources: str | tuple[str, str], **metadata: Any) -> bytes:
    """A notebook of code cells, and of cells of another type with their source."""
    whole = {
        "cells": [cell(source) for source in sources],
        "metadata": metadata or {"kernelspec": {"name": "python3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def one(
    *sources: str | tuple[str, str],
    says: str | tuple[str, ...] = (),
    points: float = FULL,
    silent: bool = False,
    **metadata: Any,
) -> Odd:
    """A single notebook."""
    words = (says,) if isinstance(says, str) else says
    return Odd({"hw.ipynb": notebook(*sources, **metadata)}, points, words, silent)


def quiet(line: str) -> Odd:
    """Lines at the top of the import cell that lose nothing, so that nothing is said."""
    return one(f"{line}\n{IMPORTS}", WORK, silent=True)


def above(line: str, *says: str) -> Odd:
    """Lines at the top of the import cell, the commonest place of all, of which something is said."""
    return one(f"{line}\n{IMPORTS}", WORK, says=says)


PLAIN = notebook(IMPORTS, WORK)
