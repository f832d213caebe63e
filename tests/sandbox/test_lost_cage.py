"""A worker whose cage is gone is never graded: not while it is set up, nor on an older kernel."""

from __future__ import annotations

import json
import sys

import pytest

from autograder.sandbox.zygote import BASE, CLEAN
from tests.support import hostile, lost_cage, old_kernel, users


@pytest.mark.parametrize(
    "missing",
    ["", pytest.param(",".join(old_kernel.NEWER), marks=pytest.mark.exhaustive)],
    ids=["", "old kernel"],
)
def test_a_worker_ends_with_a_cage_that_is_killed_during_its_setup(missing, tmp_path):
    if why := users.why_not("root"):
        pytest.skip(why)
    older = [sys.executable, old_kernel.__file__, missing] if missing else []
    ran = users.run(
        "root",
        [*older, sys.executable, "-m", "tests.support.lost_cage"],
        home=tmp_path,
        **{**BASE, CLEAN: "1", "PYTHONPATH": str(hostile.REPOSITORY), "TMPDIR": str(tmp_path)},
    )
    assert ran.returncode == 0, ran.stderr
    came = json.loads(ran.stdout)
    assert came.keys() == lost_cage.STEPS.keys()
    for step, what in came.items():
        assert what["said"].startswith("refused: "), step
        assert not what["alive"], step
    assert list(tmp_path.iterdir()) == []
