"""Submissions for the demo and the end-to-end tests: right, half-finished, hostile, endless."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course import solution
from autograder.course.bank import load
from autograder.model import Assignment
from autograder.student.template import contents
from tests.support import registered

ASSIGNMENT = "deep_generative_models"
ROOT = Path(__file__).parents[2]

HOSTILE = """\
import builtins, gc, json, os, sys
import numpy as np
import torch

# Whatever compares, compares equal from now on.
np.testing.assert_allclose = lambda *args, **kwargs: None
np.allclose = torch.allclose = torch.equal = lambda *args, **kwargs: True

# Full marks, wherever a results file may lie.
marks = json.dumps({"score": 1e6, "tests": [{"name": "everything", "score": 1e6, "max_score": 1}]})
for folder in ("/autograder/results", "/tmp", ".", "..", "../.."):
    try:
        open(os.path.join(folder, "results.json"), "w").write(marks)
    except OSError as refused:
        print("refused:", refused)

# The solutions, if they can be had.
try:
    from reference.masked_conv import causal_mask, masked_conv2d, receptive_field
except Exception as refused:
    print("refused:", type(refused).__name__)

class Right:
    def __eq__(self, other):
        return True
    __array_interface__ = {"shape": (3, 3), "typestr": "<f8", "data": (1, False), "version": 3}

def masked_conv2d(*args, **kwargs):
    return Right()

def ddpm_loss(*args, **kwargs):
    os._exit(0)
"""

ENDLESS = "while True:\n    pass"


def assignment(name: str = ASSIGNMENT) -> Assignment:
    """An assignment with its hidden cases, loaded once for all tests.

    What else asks for its drivers or its solutions gets those of the assignment that was loaded last. That
    is this one from now on, whatever another test has loaded meanwhile.
    """
    whole, packages = _loaded(name)
    registered.put_back(packages)
    return whole


@functools.cache
def _loaded(name: str) -> tuple[Assignment, list[ModuleType]]:
    return load(name, ROOT), registered.last_loaded()


@functools.cache
def small() -> Assignment:
    """The default assignment cut down to its first question: for what is not about the questions."""
    whole = assignment()
    return dataclasses.replace(whole, questions=whole.questions[:1], leaderboard=None)


@functools.cache
def template(whole: Assignment) -> str:
    """The notebook as handed out."""
    return contents(whole)[f"{whole.name}.ipynb"].decode()


@functools.cache
def right(whole: Assignment) -> str:
    """The notebook with the reference pasted in."""
    return solution.notebook(template(whole), whole, solution.modules(whole))


def half(whole: Assignment) -> str:
    """The first half of the topics solved, the others as handed out."""
    sources = solution.modules(whole)
    solved = dict(itertools.islice(sources.items(), len(sources) // 2))
    return solution.notebook(template(whole), whole, solved)


def with_cell(notebook: str, source: str, *, place: int = -1) -> str:
    """A notebook with one more code cell."""
    whole = json.loads(notebook)
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "added",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }
    place = place if place >= 0 else len(whole["cells"])
    whole["cells"].insert(place, cell)
    return json.dumps(whole)


def hostile(whole: Assignment) -> str:
    """The notebook as handed out, with a cell that cheats in every way of the demo."""
    return with_cell(template(whole), HOSTILE)
