"""Imported assignments: what is moved, what is listed, and that they grade their own solution full."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course.bank import load
from autograder.course.importing import otter_master
from autograder.course.importing.model import weights
from autograder.course.importing.nbgrader import read_nbgrader
from autograder.course.importing.otter import read_otter
from autograder.course.importing.writing import write
from autograder.grading import pipeline
from autograder.grading.request import Request
from autograder.model import UsageError
from autograder.staff import selftest
from autograder.student.template import build
from tests.support import foreign


@pytest.fixture
def root(tmp_path):
    (tmp_path / "course" / "assignments" / "questions").mkdir(parents=True)
    return tmp_path / "course"


def statistics(folder: Path):
    (folder / "lab3.ipynb").write_text(foreign.STATISTICS)
    return read_otter(folder / "lab3.ipynb")


def objects(folder: Path):
    (folder / "hw5.ipynb").write_text(foreign.OBJECTS)
    (folder / "cities.csv").write_text(foreign.CITIES)
    return read_otter(folder / "hw5.ipynb")


def project(folder: Path):
    return read_otter(foreign.otter_folder(folder / "dist"))


def newton(folder: Path):
    (folder / "ps1.ipynb").write_text(foreign.NBGRADER)
    return read_nbgrader(folder / "ps1.ipynb")


def points(folder: Path):
    (folder / "hw.ipynb").write_text(foreign.POINTS)
    (folder / "table.csv").write_text("1,2\n3,4\n")
    return read_otter(folder / "hw.ipynb")


def assigned(folder: Path):
    master = read_otter(foreign.assigned_folder(folder / "dist"))
    (folder / "words.txt").write_bytes((folder / "dist" / "autograder" / "words.txt").read_bytes())
    return master


def locked(folder: Path):
    (folder / "ps2.ipynb").write_text(foreign.LOCKED)
    return read_nbgrader(folder / "ps2.ipynb")


ALL = {
    "points": (points, [("q1", 4, 0), ("q2", 4, 0)], 5, 0),
    "assigned": (assigned, [("q1", 4, 0), ("written_1", 0, 1), ("q2", 1, 0)], 3, 0),
    "locked": (
        locked,
        [("test_area", 2, 0), ("test_half", 3, 0), ("by_hand", 0, 4), ("sketch", 0, 5)],
        2,
        0,
    ),
    "statistics": (statistics, [("q1", 5, 0), ("q2", 1, 0), ("q3", 0, 4)], 6, 1),
    "objects": (objects, [("q1_1", 0, 0), ("q1_2", 1, 0), ("q2", 2, 0)], 6, 2),
    "project": (project, [("q1", 2, 0), ("q2", 3, 0)], 5, 0),
    "newton": (newton, [("test_newton", 5, 0), ("why", 0, 2)], 2, 2),
}
LISTED = {
    "points": [
        "cell 13: it is in bash, and only Python can be moved",
        "q2, test 2: it earned nothing",
        "gone.csv: the assignment names this file, and it is not in its folder",
    ],
    "assigned": [
        "q1: its tests earned all of its points or none",
        "written 1: the notebook does not say what this answer is worth",
        "q1, test 3: its expected output 'Traceback",
    ],
    "locked": [],
    "statistics": ["q1, test 5: what it prints"],
    "objects": [
        *[f"1.1, test {n}: it looks at cities, which is a DataFrame" for n in (1, 2, 3)],
        "2, test 4: it uses nothing that students write",
        "1.1: no test of it was moved, so its 3 points are gone",
    ],
    "project": [],
    "newton": [],
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ALL)
def test_an_imported_assignment_grades_its_solution_full_and_its_template_nothing(
    root, tmp_path, harness, sandbox, name
):
    read, parts, cases, drivers = ALL[name]
    done = write(read(tmp_path), name, root, tmp_path)
    assignment = load(name, root)
    assert [(part.key, part.points, part.written) for part in assignment.parts] == parts
    assert (done.cases, done.drivers) == (cases, drivers)
    assert len(done.listed) == len(LISTED[name])
    for line, begins in zip(done.listed, LISTED[name], strict=True):
        assert line.startswith(begins)
    assert [failure.cause for failure in selftest.failures(assignment, lambda *_: None)] == []
    build(assignment, tmp_path / "copy")
    with tempfile.TemporaryDirectory() as folder:
        notebook = tmp_path / "copy" / f"{name}.ipynb"
        Path(folder, notebook.name).write_bytes(notebook.read_bytes())
        request = Request(Path(folder), assignment, isolation=sandbox.isolation)
        assert pipeline.run(request, sandbox).score == 0


def test_points_are_those_that_otter_gives():
    """Cases that say nothing share what is left; where no case says anything, one point is shared."""
    assert weights(4, [None, None], "q1") == ([2, 2], 4)
    assert weights(4, [1, None, None, 0], "q1") == ([1, 1.5, 1.5, 0], 4)
    assert weights([1, 0, 3], [None, 2, None], "q1") == ([1, 0, 3], 4)
    assert weights(None, [None, None], "q1") == ([0.5, 0.5], 1)
    assert weights(None, [2, None], "q1") == ([2, 0], 2)


def test_only_hidden_tests_of_the_instructors_notebook_are_hidden(root, tmp_path):
    """`otter assign` writes the tests into both notebooks, the hidden ones into one of them."""
    write(assigned(tmp_path), "sums", root, tmp_path)
    folder = root / "assignments" / "questions" / "sums"
    assert "plus(base, -10)" in (folder / "hidden_cases.py").read_text()
    prompt = (folder / "prompt.md").read_text()
    assert "def times(x)" in prompt and "Why is addition commutative?" in prompt
    assert "Secret" not in prompt and "Initialize" not in (root / "reference/sums.py").read_text()
    assert (root / "assignments" / "words.txt").read_text() == "one two\n"


def test_hidden_tests_are_not_in_the_students_copy(root, tmp_path, harness):
    write(objects(tmp_path), "objects", root, tmp_path)
    build(load("objects", root), tmp_path / "copy")
    text = "".join(
        path.read_text()
        for path in (tmp_path / "copy").rglob("*")
        if path.suffix in (".py", ".ipynb")
    )
    assert "['y', 'y']" in text and "secret" not in text and "read_csv" not in text


def test_what_is_given_stands_in_the_prompt_and_in_the_cases(root, tmp_path):
    write(statistics(tmp_path), "statistics", root, tmp_path)
    folder = root / "assignments" / "questions" / "statistics"
    prompt = (folder / "prompt.md").read_text()
    assert prompt.startswith(
        "# Lab 3\n\nRead chapter 2 first.\n\nYou are given:\n\n```python\nSAMPLE"
    )
    assert "## Question 1\n<!-- part: q1 -->" in prompt and "Write `variance`." in prompt
    assert "SAMPLE = np.array" in (folder / "public_cases.py").read_text()
    assert "matplotlib" not in (root / "reference" / "statistics.py").read_text()


def test_the_command_says_what_was_moved_and_what_was_not(root, tmp_path, monkeypatch, capsys):
    objects(tmp_path)
    monkeypatch.chdir(root)
    assert main(["import", "otter", "../hw5.ipynb"]) == 0
    told = capsys.readouterr().out
    for words in (
        "reference/hw5.py\n",
        "assignments/cities.csv\n",
        "3 parts, 3 points by tests. 6 tests became cases, 2 of them with a driver.",
        "It imports pandas:",
        "Not moved:\n  1.1, test 1: it looks at cities",
        "2, test 4: it uses nothing that students write",
        "autograder validate hw5",
    ):
        assert words in told, told
    assert main(["import", "otter", "../hw5.ipynb"]) == 2
    assert "exists already; choose another name with --name" in capsys.readouterr().err


def test_a_zip_needs_the_solutions_and_lists_the_tests_that_they_do_not_name(root, tmp_path):
    path = foreign.otter_zip(tmp_path / "autograder.zip")
    with pytest.raises(UsageError, match="no notebook with the solutions; name it with --solution"):
        read_otter(path)
    (tmp_path / "solved.ipynb").write_text(foreign.STUDENT_STYLE)
    master = read_otter(path, tmp_path / "solved.ipynb")
    assert [part.name for part in master.parts] == ["q1", "q2"]
    assert master.listed[0].startswith("q9: no cell of the notebook says grader.check('q9')")
    assert write(master, "project", root, tmp_path).cases == 5


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (read_otter, "no notebook", "is not a notebook"),
        (read_otter, foreign.notebook(("code", "1")), "no raw cell that says # BEGIN QUESTION"),
        (read_nbgrader, foreign.notebook(("code", "1")), "no cell that nbgrader grades"),
        (read_otter, json.dumps({"cells": 3}), "is not a notebook"),
        (
            read_otter,
            foreign.notebook(("code", "x <- 1"), metadata={"kernelspec": {"name": "ir"}}),
            "is a notebook in R; only Python can be imported",
        ),
        (
            read_nbgrader,
            foreign.notebook(metadata={"language_info": {"name": "julia"}}),
            "is a notebook in julia",
        ),
        (
            read_otter,
            foreign.notebook(("markdown", "```\nBEGIN QUESTION\nname: q1\n```")),
            "marks in Markdown cells, as Otter's first version",
        ),
    ],
)
def test_what_is_no_assignment_is_refused(tmp_path, read, text, says):
    (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(UsageError, match=says):
        read(tmp_path / "x.ipynb")


def test_nothing_is_written_where_no_test_can_be_moved(root, tmp_path):
    text = foreign.STATISTICS.replace("BEGIN TESTS", "BEGIN PROMPT")
    (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(UsageError, match="none of the tests can be moved"):
        write(read_otter(tmp_path / "x.ipynb"), "x", root, tmp_path)
    assert not (root / "reference").exists()


def test_a_configuration_without_end_is_refused():
    """Eight lines of aliases stand for forty million words."""
    text = "a: &a [x, x]\nb: [*a, *a]\nname: q1\n"
    with pytest.raises(UsageError, match="YAML aliases; write values out: 'a: &a"):
        otter_master._yaml(text)
    assert otter_master._yaml("name: q1\npoints: [1, 2]\n") == {"name": "q1", "points": [1, 2]}
