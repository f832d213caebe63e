"""Answers that mean harm are bounded: each takes less than a second and 200 MB, in a child of its own."""

import json
import os
import subprocess
import sys

import pytest

from autograder.course.project import project_root
from tests.support.hostile_derivations import answers

WHAT = [hostile.what for hostile in answers()]


@pytest.fixture(scope="module")
def costs():
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.hostile_derivations"],
        cwd=project_root(),
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return {found["what"]: found for found in map(json.loads, done.stdout.splitlines())}


def test_each_answer_has_a_name():
    assert len(set(WHAT)) == len(WHAT) > 140


@pytest.mark.parametrize("what", WHAT)
def test_a_hostile_answer_costs_little_and_gets_a_verdict(costs, what):
    found = costs[what]
    assert found["seconds"] < 1
    assert found["megabytes"] < 200
    assert found["said"]
    assert "raised" not in found["said"]
