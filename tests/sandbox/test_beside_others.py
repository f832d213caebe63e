"""A grading beside seven others at once gives the same JSON as alone, but for times."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import users
from tests.support.gradings import begun, lay_out, without_times

USER = users.PRESENT
OTHERS = 7
# One right, one wrong value that is explained, printed text, and numbers from a global generator.
SUBMISSION = """
import numpy as np

print("begun with", np.random.default_rng(0).integers(100), np.random.rand())

def double(x):
    return 2 * x

def total(x):
    return x.sum() + np.random.rand()
"""
LOAD = """
import numpy as np

def double(x):
    return np.linalg.svd(np.ones((300, 300)))[1][:1] * 2

def total(x):
    raise ValueError("of another submission")
"""


@pytest.mark.exhaustive  # a quarter of a minute or more
def test_a_grading_beside_seven_others():
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="beside-") as name, ExitStack() as stack:
        found = []
        for crowd in ([SUBMISSION], [SUBMISSION, *[LOAD] * OTHERS]):
            running = []
            for number, submission in enumerate(crowd):
                home = Path(name, f"{len(crowd)}-{number}")
                home.mkdir()
                lay_out(home, "toy.py", submission)
                running.append(stack.enter_context(begun(home, "toy.py", USER)))
            assert [grading.end() for grading in running] == [0] * len(crowd)
            found.append(without_times(running[0].results))
            assert all("of another" in str(other.results) for other in running[1:])
        alone, beside = found
        assert alone == beside
        assert 0 < alone["score"] < 4 and "begun with" in str(alone)
        assert "of another" not in str(beside)
