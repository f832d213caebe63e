"""Answers that mean harm are bounded: each takes about a second and 200 MB at most, in its own child."""

import json
import os
import subprocess
import sys

import pytest

from autograder.course.project import project_root
from tests.support.hostile_derivations import answers

WHAT = [hostile.what for hostile in answers()]
DRAWN_BY_MAKE_TEST = {*WHAT[::6]}


@pytest.fixture(scope="module")
def cost():
    """What an answer costs, measured below a process that has loaded everything."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.hostile_derivations"],
        cwd=project_root(),
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as measuring:

        def of(what):
            measuring.stdin.write(f"{what}\n")
            measuring.stdin.flush()
            return json.loads(measuring.stdout.readline())

        yield of


def test_each_answer_has_a_name():
    assert len(set(WHAT)) == len(WHAT) > 140


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(what, marks=() if what in DRAWN_BY_MAKE_TEST else pytest.mark.exhaustive)
        for what in WHAT
    ],
)
def test_a_hostile_answer_costs_little_and_gets_a_verdict(cost, what):
    found = cost(what)
    assert found["seconds"] < 3  # of processor time; the dearest takes one on a quiet machine
    assert found["megabytes"] < 200
    assert found["said"]
    assert "raised" not in found["said"]
