"""From a folder of submissions to the page: what was planted in a class is on it, with its count."""

from __future__ import annotations

import csv

import pytest

from autograder.cli import main
from tests.classroom import planted
from tests.support import registered, toy, toy_class

MISCONCEPTIONS = '''\
"""Wrong answers."""
import torch
from autograder.testing import misconception

@misconception("Twice is not three times.", caught_by=("double: of 3",))
def tripled():
    return {"double": lambda x: 3 * x}

@misconception("The sum is not the mean.", caught_by=("total: of 1 and 2",))
def averaged():
    return {"total": lambda x: x.mean()}
'''
TRIPLED = "def double(x):\n    return 3 * x\n"
AVERAGED = "def total(x):\n    return x.mean()\n"
ODD = "def double(x):\n    return x + 5\ndef total(x):\n    return x.sum() - 1\n"
CLASS = {
    "right": toy_class.RIGHT,
    "tripled1": TRIPLED + toy_class.TOTAL,
    "tripled2": TRIPLED + toy_class.TOTAL,
    "averaged": toy_class.DOUBLE + AVERAGED,
    "both": TRIPLED + AVERAGED,
    "copy1": ODD,
    "copy2": ODD,
    "broken": "def double(:\n",
    "nothing": "# later\n",
    "untouched": "\n".join(
        f"def {name}(x):\n    raise NotImplementedError\n" for name in ("double", "total")
    ),
}
NOTES = {
    "broken": "toy.py failed: SyntaxError: invalid syntax",
    "nothing": "none of the required functions is defined",
    "untouched": "as handed out: nothing is filled in",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A project with two misconceptions, and what `autograder batch` makes of a class in it."""
    home = tmp_path_factory.mktemp("class")
    project = toy.make(home / "project")
    bank = project.root / "assignments" / "questions" / "toy"
    (bank / "misconceptions.py").write_text(MISCONCEPTIONS)
    for name, source in CLASS.items():
        (home / "class" / name).mkdir(parents=True)
        (home / "class" / name / "toy.py").write_text(source)
    made = toy_class.Class(project, home / "class", {})
    ran = made.batch(home / "out", "-j", "2")
    assert ran.returncode == 0, ran.stderr
    return project, home / "out"


@pytest.fixture
def insight(graded, capsys, monkeypatch):
    """The page that `autograder insight` makes in this process, and what it prints."""
    project, out = graded
    monkeypatch.chdir(project.root)

    def made(*options):
        page = out / "page.html"
        with registered.forgotten():
            assert main(["insight", str(out), "-o", str(page), *options]) == 0
        return page.read_text("utf-8"), capsys.readouterr().out

    return made


def test_every_misconception_is_on_the_page_with_its_count(insight):
    page, said = insight()
    counts, listed = planted.on_page(page)
    assert listed == set(CLASS)
    assert counts == {("toy", "tripled"): 3, ("toy", "averaged"): 2}
    assert "Twice is not three times." in page
    assert "Most often not understood (3 students): Twice is not three times." in " ".join(
        said.split()
    )


def test_what_was_not_tried_does_not_look_like_what_could_not_be_run(graded, insight):
    _, out = graded
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert {rows[name]["score"] for name in NOTES} == {"0"}
    assert {name: row["note"] for name, row in rows.items() if row["note"]} == NOTES
    page, _ = insight()
    every = planted.BeautifulSoup(page, "html.parser").select("#every tbody tr")
    said = {row.select_one("bdi").get_text(): row.get_text(" ") for row in every}
    for name, note in NOTES.items():
        assert note in said[name]


def test_who_shares_wrong_values_that_nothing_explains_is_on_the_page(insight):
    page, _ = insight()
    alike = planted.BeautifulSoup(page, "html.parser").select("#alike tbody tr")
    assert len(alike) == 1
    words = alike[0].get_text(" ")
    assert "copy1" in words and "copy2" in words and "1.1, 1.2" in words


def test_without_names_the_counts_are_the_same(insight):
    counts, listed = planted.on_page(insight("--no-names")[0])
    assert counts == {("toy", "tripled"): 3, ("toy", "averaged"): 2}
    assert len(listed) == len(CLASS)
    assert not listed & set(CLASS)
