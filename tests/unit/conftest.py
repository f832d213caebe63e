"""A small bank in a temporary project, for whoever needs an assignment that is not the real one."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import registered

# How long one example takes says more of the machine than of the program.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

PROMPT = """\
# Column statistics

Let $x$ be `(N, D)`.

## The mean
<!-- part: mean -->
Compute $\\frac1N\\sum_n x_n$.

```
## not a heading
```

## The spread
<!-- part: spread -->
The greatest minus the least of each column.

## A proof
<!-- part: proof -->
Prove that the mean is linear.
"""

STUB = '''\
"""Statistics of columns."""

from __future__ import annotations

import math


# Columns are the last axis.
def column_mean(x):
    """Mean of each column: (N, D) to (D,)."""
    raise NotImplementedError


def spread(x, *, scale=1.0):
    """Range of each column, times scale."""
    raise NotImplementedError


def unasked(x):
    """No case asks for this."""
    raise NotImplementedError
'''

DRIVERS = '''\
"""Helpers that run beside the student's code."""

import numpy as np


def on_ones(function, rows):
    return function(np.ones((rows, 2)))
'''

PUBLIC = '''\
"""Public cases of the columns."""

from drivers.columns import on_ones
from otter.test_files import test_case

OK_FORMAT = False

name = "columns"

ROWS = [[1.0, 2.0], [3.0, 6.0]]


def same(actual, expected):
    assert [float(a) for a in actual] == expected, "the result \u2260 what is expected"


# The mean comes first.
@test_case(name="mean: two rows", points=1, hidden=False)
def test_two_rows(column_mean):
    same(column_mean(ROWS), [2.0, 4.0])


@test_case(
    name="mean: ones, \u03bc = 1",
    points=2,
    hidden=False,
)
def test_ones(column_mean):
    same(on_ones(column_mean, 3), [1.0, 1.0])


@test_case(name="spread: two rows", points=1, hidden=False)
def test_spread(spread):
    same(spread(ROWS), [2.0, 4.0])
'''

HIDDEN = '''\
"""Hidden cases of the columns."""

from otter.test_files import test_case

from reference import columns as solution

OK_FORMAT = False

name = "columns"

STANDS = {"mean: one row": "the smallest input there is"}


@test_case(name="mean: random rows", points=3, hidden=True)
def test_random_rows(column_mean, rng):
    x = rng.normal(size=(3, 2)).tolist()
    assert list(column_mean(x)) == list(solution.column_mean(x))


@test_case(name="mean: one row", points=1.5, hidden=True)
def test_one_row(column_mean):
    assert list(column_mean([[5.0]])) == [5.0]


@test_case(name="spread: mean and spread agree", points=1, hidden=True)
def test_agree(spread, column_mean):
    assert list(spread([[1.0]])) == [0.0]
    assert list(column_mean([[1.0]])) == [1.0]
'''

REFERENCE = '''\
"""Statistics of columns."""

from reference._sums import total


def column_mean(x):
    return [total(column) / len(x) for column in zip(*x, strict=True)]


def spread(x, *, scale=1.0):
    return [scale * (max(column) - min(column)) for column in zip(*x, strict=True)]
'''

MANIFEST = """\
title = "Small statistics"

[limits]
cell_seconds = 30
memory_mb = 400

[feedback]
hidden = "hint"

[[question]]
topic = "columns"

[[question.part]]
part = "mean"
points = 4
written = 0.5

[[question.part]]
part = "spread"
points = 2
title = "Range"
bonus = true
feedback = "none"
visibility = "hidden"

[[question.part]]
part = "proof"
points = 0
written = 3

[[question]]
topic = "norms"

[[question.part]]
part = "norm"
points = 1
"""

COLUMNS = {
    "assignments/questions/columns/prompt.md": PROMPT,
    "assignments/questions/columns/stub.py": STUB,
    "assignments/questions/columns/drivers.py": DRIVERS,
    "assignments/questions/columns/public_cases.py": PUBLIC,
    "assignments/questions/columns/hidden_cases.py": HIDDEN,
    "assignments/questions/columns/misconceptions.py": '"""Wrong answers."""\n',
    "reference/__init__.py": '"""The reference."""\n',
    "reference/_sums.py": "total = sum\n",
    "reference/columns.py": REFERENCE,
}

NORMS = {
    "assignments/questions/norms/prompt.md": (
        "# Norms\n\n## The norm\n<!-- part: norm -->\nCompute $\\|x\\|$.\n"
    ),
    "assignments/questions/norms/stub.py": (
        '"""Norms."""\n\n\ndef norm(x):\n    """Euclidean norm."""\n    raise NotImplementedError\n'
    ),
    "assignments/questions/norms/public_cases.py": (
        'from otter.test_files import test_case\n\nOK_FORMAT = False\nname = "norms"\n'
    ),
    "assignments/questions/norms/hidden_cases.py": (
        "from otter.test_files import test_case\n\n"
        'OK_FORMAT = False\nname = "norms"\n\n\n'
        '@test_case(name="norm: three and four", points=1, hidden=True)\n'
        "def test_norm(norm):\n    assert norm([3.0, 4.0]) == 5.0\n"
    ),
    "assignments/questions/norms/misconceptions.py": "",
    "reference/norms.py": '"""Norms."""\n',
}


@dataclass(frozen=True)
class Bank:
    """A project folder with two questions and one manifest, ``small``."""

    root: Path

    def path(self, name: str) -> Path:
        """A file by its short name: ``small.toml``, ``columns/stub.py``, ``reference/…``."""
        if name.endswith(".toml"):
            return self.root / "assignments" / name
        if name.startswith("reference/"):
            return self.root / name
        return self.root / "assignments" / "questions" / name

    def write(self, name: str, text: str) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(text.encode())

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the one place where the old text stands."""
        text = self.path(name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds {old!r} {text.count(old)} times"
        self.write(name, text.replace(old, new))


@pytest.fixture
def bank(tmp_path, monkeypatch):
    """A bank that is sound; a test changes one thing of it."""
    monkeypatch.delenv("AUTOGRADER_ROOT", raising=False)
    found = Bank(tmp_path / "project")
    for name, text in {**COLUMNS, **NORMS, "assignments/small.toml": MANIFEST}.items():
        path = found.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    with registered.forgotten():
        yield found


@pytest.fixture
def harness(tmp_path, monkeypatch):
    """A package of one file that stands for the program wherever its wheel is built."""
    project = tmp_path / "harness"
    (project / "autograder").mkdir(parents=True)
    (project / "autograder" / "__init__.py").write_bytes(b'"""A harness."""\n')
    monkeypatch.setattr("autograder.course.wheel.PACKAGE", project / "autograder")
    return project
