"""Hostile submissions, one file each: what must come out stands in the file, and comes out.

All files are graded in one run as root and in one run as an ordinary user, each with a project of its own
whose reference and hidden cases hold a canary. Every submission is told the exact paths of what it wants.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support import toy, users

HOSTILE = Path(__file__).parent / "hostile"
FILES = sorted(HOSTILE.glob("*.py"))
REPOSITORY = Path(__file__).parents[2]


class Expectation:
    """The words of a hostile file about itself."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8").split('"""')[1]

    def all(self, key: str) -> list[str]:
        return re.findall(rf"^{key}: (.+)$", self.text, re.MULTILINE)

    @property
    def outcomes(self) -> dict[str, str]:
        pairs = [pair.split() for line in self.all("expect") for pair in line.split(", ")]
        return {name: outcome for name, outcome in pairs}


@pytest.fixture(scope="module", params=users.USERS)
def graded(request):
    """Every hostile file, graded by one zygote that ran as the user; by file name."""
    if why := users.why_not(request.param):
        pytest.skip(why)
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        home = Path(name)
        home.chmod(0o755)
        project = toy.make(home / "project")
        handed_in = []
        for path in FILES:
            folder = home / "handed_in" / path.name
            folder.mkdir(parents=True)
            shutil.copy(path, folder / "toy.py")
            (folder / "targets.json").write_text(project.targets())
            handed_in.append(str(folder))
        users.give(home, request.param)
        ran = users.run(
            request.param,
            [
                *(sys.executable, "-m", "tests.support.grade_many"),
                *(str(project.root), "toy", str(project.results), "strict", *handed_in),
            ],
            home=home,
            PYTHONPATH=str(REPOSITORY),
            SECRET_OF_THE_ENVIRONMENT=project.canary,
        )
        assert ran.returncode == 0, ran.stderr
        found = {path.stem[: -len(".py")]: path for path in project.results.glob("*.json")}
        yield (
            project,
            {stem: json.loads(path.read_text(encoding="utf-8")) for stem, path in found.items()},
            {path.name for path in project.results.iterdir()},
        )


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_outcome(graded, path):
    project, records, _ = graded
    record, expected = records[path.stem], Expectation(path)
    outcomes = defaultdict(set)
    for key, outcome in record["outcomes"].items():
        outcomes[key.split("/")[1].split(":")[0]].add(outcome)
    for function, outcome in expected.outcomes.items():
        assert outcomes[function] <= set(outcome.split("|")), record
    assert record["isolation"]["findings"] == []
    for words in expected.all("prints"):
        assert words in record["output"]
    for words in expected.all("notice"):
        assert any(words in notice for notice in record["notices"]), record["notices"]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_nothing_is_learnt(graded, path):
    project, records, _ = graded
    assert project.canary not in json.dumps(records[path.stem])


def test_the_results_folder_holds_what_the_grader_wrote(graded):
    _, records, names = graded
    assert names == {f"{path.name}.json" for path in FILES}
    assert set(records) == {path.stem for path in FILES}
