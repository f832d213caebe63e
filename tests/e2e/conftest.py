"""The command line as a user runs it: a process, its exit status, the files it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture
def grade(tmp_path):
    """Grade a path, or the text of a notebook, with the installed command."""

    def run(what, *options: str, assignment: str = handed_in.ASSIGNMENT) -> Graded:
        path = what
        if isinstance(what, str):
            path = tmp_path / "notebook.ipynb"
            path.write_text(what, encoding="utf-8")
        out = tmp_path / "results" / "results.json"
        ran = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("autograder")), "grade", str(path)),
                *("-a", assignment, "-o", str(out), *options),
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
