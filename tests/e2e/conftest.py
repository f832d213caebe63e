"""The command line as a user runs it: a process, its exit status, the files it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.gradescope import results
from autograder.grading.pipeline import run as pipeline
from autograder.grading.request import Request
from tests.support import handed_in


@dataclass(frozen=True)
class Graded:
    """What `autograder grade` left."""

    status: int
    printed: str
    results: dict[str, Any]

    @property
    def score(self) -> float:
        return self.results["score"]

    @property
    def possible(self) -> float:
        return sum(test.get("max_score", 0) for test in self.results["tests"])

    @property
    def outcomes(self) -> dict[str, str]:
        """Outcome by case key, for staff."""
        return {
            key: outcome
            for part in self.results["extra_data"]["parts"]
            for key, outcome in part["cases"].items()
        }

    def of(self, part: str) -> set[str]:
        """The outcomes of one bank part, such as ``"masked_conv/causal_mask"``."""
        return {outcome for key, outcome in self.outcomes.items() if key.startswith(part + ":")}


def _path(what, folder: Path) -> Path:
    """A path as it is; the text of a notebook in a file of its own."""
    if not isinstance(what, str):
        return what
    path = folder / "notebook.ipynb"
    path.write_text(what, encoding="utf-8")
    return path


@pytest.fixture
def grade(tmp_path, sandbox):
    """Grade a path, or the text of a notebook, with the warm zygote."""

    def run(what, assignment=None) -> Graded:
        request = Request(_path(what, tmp_path), assignment or handed_in.small())
        report = pipeline(request, sandbox)
        text = json.dumps(results(report), allow_nan=False)
        return Graded(3 if report.grader_error else 0, "", json.loads(text))

    return run


@pytest.fixture
def command(tmp_path):
    """Grade with the installed command, as a user does."""

    def run(what, *options: str) -> Graded:
        out = tmp_path / "results" / "results.json"
        ran = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("autograder")), "grade"),
                *(str(_path(what, tmp_path)), "-a", handed_in.ASSIGNMENT, "-o", str(out)),
                *options,
            ],
            capture_output=True,
            text=True,
            cwd=handed_in.ROOT,
            check=False,
            timeout=600,
        )
        assert out.exists(), ran.stderr
        text = out.read_text(encoding="utf-8")
        assert "NaN" not in text and "Infinity" not in text
        return Graded(ran.returncode, ran.stdout + ran.stderr, json.loads(text))

    return run
