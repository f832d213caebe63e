"""Item 22: where a container runs out of memory the kernel kills the worker, and the grader goes on."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import hostile, toy

GROUPS = Path("/sys/fs/cgroup/memory")
CONTAINER_MB = 900
_LIMITS = "memory_mb = 4000; call_seconds = 60; cell_seconds = 60; total_seconds = 240"
SUBMISSION = """
import mmap

def double(x):
    return 2 * x

def total(x):
    held = mmap.mmap(-1, 2 << 30)
    for place in range(0, 2 << 30, 4096):
        held[place] = 1
    return x.sum()
"""


@contextmanager
def bounded(megabytes: int) -> Iterator[Path]:
    """A control group that holds no more memory than that."""
    folder = GROUPS / f"autograder-{secrets.token_hex(4)}"
    try:
        folder.mkdir()
        (folder / "memory.limit_in_bytes").write_text(str(megabytes << 20))
    except OSError as error:
        pytest.skip(f"no group with a bound on memory can be made here: {error}")
    try:
        yield folder
    finally:
        while (folder / "cgroup.procs").read_text().strip():
            time.sleep(0.1)
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes control groups")
@pytest.mark.exhaustive
def test_the_worker_dies_first(tmp_path):
    """It may have more than the container has, so that its own bound is not what ends it."""
    project = toy.make(tmp_path / "project", limits=_LIMITS)
    (tmp_path / "toy.py").write_text(SUBMISSION)
    with bounded(CONTAINER_MB) as group:
        module = [sys.executable, "-m", "tests.support.grade_many"]
        places = ["strict", str(project.root), "toy", str(project.results)]
        ran = subprocess.run(
            [
                *("sh", "-c", 'echo $$ > "$0"; exec "$@"', str(group / "cgroup.procs")),
                *(*module, *places, str(tmp_path / "toy.py")),
            ],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(hostile.REPOSITORY)},
            capture_output=True,
            text=True,
            check=False,
        )
        killed = int((group / "memory.oom_control").read_text().split("oom_kill ")[1])
    assert ran.returncode == 0, ran.stderr
    assert killed >= 1
    record = json.loads((project.results / "toy.py.json").read_text())
    found = hostile.outcomes(record)
    assert found == {"double": {"passed"}, "total": {"crashed"}}
    assert "SIGKILL" in json.dumps(record["explanations"])
