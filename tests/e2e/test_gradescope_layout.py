"""The zip as Gradescope uses it: unpacked, its own setup.sh into a new environment, run_autograder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.gradescope.bundle import build
from tests.support import handed_in

METADATA = {
    "id": 12345,
    "created_at": "2026-03-01T12:00:00.000000-05:00",
    "assignment": {
        "due_date": "2026-03-02T23:59:00.000000-05:00",
        "late_due_date": None,
        "group_size": None,
        "group_submission": False,
        "id": 77,
        "course_id": 88,
        "release_date": "2026-02-01T00:00:00.000000-05:00",
        "title": "Deep generative models",
        "total_points": "20.0",
    },
    "submission_method": "upload",
    "users": [{"email": "ada@example.edu", "id": 4711, "name": "Ada"}],
    "previous_submissions": [],
}


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The root that stands for /autograder, with the environment that setup.sh has made."""
    root = tmp_path_factory.mktemp("gradescope") / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    packed = root.parent / "autograder.zip"
    build(handed_in.assignment(), packed)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(root / "source")
    for name in ("setup.sh", "run_autograder"):
        (root / "source" / name).chmod(0o755)
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    set_up = bash(root, "source/setup.sh", PYTHON=sys.executable)
    assert set_up.returncode == 0, set_up.stdout + set_up.stderr
    assert "gets full marks" in set_up.stderr
    return root


def bash(root: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name in ("PATH", "HOME", "SSL_CERT_FILE")
    }
    return subprocess.run(
        ["/bin/bash", str(root / script)],
        cwd=root,
        env={**kept, "AUTOGRADER_HOME": str(root), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def without_times(results):
    plain = json.loads(json.dumps(results))
    plain.pop("execution_time")
    for part in plain["extra_data"]["parts"]:
        part.pop("seconds")
    plain["extra_data"]["isolation"].pop("uid")
    return plain


@pytest.mark.exhaustive
@pytest.mark.parametrize("metadata", [None, METADATA], ids=["no metadata", "metadata"])
def test_run_autograder_writes_what_grade_writes(image, command, tmp_path, metadata):
    (image / "submission" / "work.ipynb").write_text(
        handed_in.half(handed_in.assignment()), encoding="utf-8"
    )
    told = image / "submission_metadata.json"
    told.unlink(missing_ok=True)
    if metadata is not None:
        told.write_text(json.dumps(metadata), encoding="utf-8")
    ran = bash(image, "run_autograder")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    on_gradescope = json.loads((image / "results" / "results.json").read_text(encoding="utf-8"))
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "work.ipynb").write_text(handed_in.half(handed_in.assignment()), encoding="utf-8")
    here = command(folder, "--metadata", str(told))
    assert 0 < here.score < here.possible
    assert without_times(on_gradescope) == without_times(here.results)


@pytest.mark.exhaustive
def test_the_hidden_inputs_depend_on_who_handed_in(image):
    (image / "submission" / "work.ipynb").write_text(
        handed_in.template(handed_in.assignment()), encoding="utf-8"
    )
    seeds = set()
    for user in (1, 2):
        metadata = {**METADATA, "users": [{"email": "", "id": user, "name": ""}]}
        (image / "submission_metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
        assert bash(image, "run_autograder").returncode == 0
        results = json.loads((image / "results" / "results.json").read_text(encoding="utf-8"))
        seeds.add(results["extra_data"]["seed"])
    assert len(seeds) == 2


def test_the_zip_is_the_same_twice(tmp_path):
    build(handed_in.assignment(), tmp_path / "a.zip")
    build(handed_in.assignment(), tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
