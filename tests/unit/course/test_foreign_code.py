"""Code that Python cannot parse, wherever a command reads it: one sentence that says where."""

from __future__ import annotations

import ast
import json
import zipfile

import pytest

from autograder.cli import main
from autograder.course.bank.source import parse
from autograder.course.parsing import NotPythonError, literal, parse_python
from autograder.model import AssignmentError
from autograder.student.notebook.commands import commands
from tests.support import foreign

UNPARSABLE = {
    "syntax": ("x = (", "never closed"),
    "indented": ("  x = 1", "unexpected indent"),
    "null": ("x = '\0'", "null bytes"),
    "surrogate": ("x = '\ud83d'", r"half a character \(\\ud83d\)"),
    "operators": ("x = " + "-" * 9000 + "1", "more than 100 deep"),
    "parentheses": ("x = " + "(" * 9000 + ")" * 9000, "too many nested parentheses"),
    "sum": ("x = 1" + " + 1" * 5000, "more than 100 deep"),
    "attributes": ("x = a" + ".b" * 9000, "more than 100 deep"),
    "calls": ("x = " + "f(" * 150 + ")" * 150, "more than 100 deep"),
    "blocks": ("\n".join(" " * n + "if x:" for n in range(101)), "too many levels|expected an"),
}
kinds = pytest.mark.parametrize(("code", "says"), UNPARSABLE.values(), ids=UNPARSABLE)
SETUP = ("code", "def double(x):\n    return 2 * x")
PLACES = {
    "otter": {
        "given": lambda code: [("code", code), ("raw", "# BEGIN QUESTION\nname: q1")],
        "solution": lambda code: [("raw", "# BEGIN QUESTION\nname: q1"), SETUP, ("code", code)],
        "tests": lambda code: [
            ("raw", "# BEGIN QUESTION\nname: q1"),
            SETUP,
            ("raw", "# BEGIN TESTS"),
            ("code", code),
        ],
    },
    "nbgrader": {
        "given": lambda code: [("code", code), SETUP],
        "solution": lambda code: [("code", code, {"solution": True})],
        "tests": lambda code: [SETUP, ("code", code, {"grade": True, "points": 1})],
    },
}


@kinds
def test_a_text_that_cannot_be_parsed_is_one_kind_of_error(tmp_path, code, says):
    with pytest.raises(NotPythonError, match=says):
        parse_python(code)
    with pytest.raises(AssignmentError, match=rf"stub\.py.*({says})"):
        parse(tmp_path / "stub.py", code)
    assert commands(["get_ipython().system('ls')", f"get_ipython()\n{code}"]) == ["!ls"]


def test_ordinary_code_is_parsed():
    branches = "if a == 0:\n    b\n" + "".join(f"elif a == {n}:\n    b\n" for n in range(60))
    for code in ("x = 1" + " + 1" * 80, branches, "x = " + "[" * 60 + "]" * 60, ""):
        assert ast.dump(parse_python(code)) == ast.dump(ast.parse(code))


@pytest.mark.parametrize("text", ["{[]: 1}", "f(1)", "1 + x", "{**a}"])
def test_what_is_not_a_literal_is_a_value_error(text):
    with pytest.raises(ValueError):
        literal(ast.parse(text, mode="eval").body)


@kinds
@pytest.mark.parametrize("place", ["given", "solution", "tests"])
@pytest.mark.parametrize("program", ["otter", "nbgrader"])
def test_import_names_the_notebook_and_the_cell(
    tmp_path, monkeypatch, capsys, program, place, code, says
):
    cells = PLACES[program][place](code)
    number = 1 + next(n for n, cell in enumerate(cells) if cell[1] == code)
    monkeypatch.chdir(_course(tmp_path))
    (tmp_path / "hw.ipynb").write_text(foreign.notebook(*cells))
    assert main(["import", program, "../hw.ipynb"]) == 2
    told = capsys.readouterr().err
    assert f"hw.ipynb, cell {number}: " in told and "Traceback" not in told
    assert not (tmp_path / "course" / "reference").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"source": None}, "cell 2: it is not a cell of Jupyter's format 4"),
        ({"cell_type": "markdown", "source": "# \ud800"}, "cell 2: it holds half a character"),
        ({"metadata": {"nbgrader": "solution"}}, "no cell that nbgrader grades"),
        ({"metadata": {"nbgrader": {"grade": True, "points": "a"}}}, "cell 2: invalid points 'a'"),
        ({"metadata": {"nbgrader": {"grade": True, "points": -1}}}, "cell 2: invalid points -1"),
        (
            {"metadata": {"nbgrader": {"grade": True, "points": float("nan")}}},
            "cell 2: invalid points nan",
        ),
    ],
)
def test_malformed_cells_are_named(tmp_path, monkeypatch, capsys, change, says):
    notebook = json.loads(foreign.notebook(SETUP, ("code", "assert double(1) == 2")))
    notebook["cells"][1] |= change
    monkeypatch.chdir(_course(tmp_path))
    (tmp_path / "hw.ipynb").write_text(json.dumps(notebook))
    assert main(["import", "nbgrader", "../hw.ipynb"]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("tests", [5, {"suites": 3}, {"suites": [{"cases": [1]}]}, {"points": "x"}])
def test_malformed_tests_of_the_ok_format_are_named(tmp_path, monkeypatch, capsys, tests):
    notebook = json.loads(foreign.notebook(SETUP, ("code", 'grader.check("q1")')))
    notebook["metadata"]["otter"] = {"tests": {"q1": tests}}
    monkeypatch.chdir(_course(tmp_path))
    (tmp_path / "hw.ipynb").write_text(json.dumps(notebook))
    assert main(["import", "otter", "../hw.ipynb"]) == 2
    assert "q1: " in capsys.readouterr().err


def test_a_solution_that_is_nested_too_deep_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(_course(tmp_path))
    (tmp_path / "double.py").write_text(UNPARSABLE["operators"][0])
    assert main(["new", "question", "mine", "--from", "../double.py"]) == 2
    assert "double.py: is not valid Python: code nested" in capsys.readouterr().err


@pytest.mark.parametrize(("place", "value"), [(6, 1), (8, 99)], ids=["encrypted", "method"])
def test_a_zip_that_cannot_be_unpacked_is_named(tmp_path, monkeypatch, capsys, place, value):
    """One byte in the header of its only member: flags stand at 6, the method of compression at 8."""
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as archive:
        archive.writestr("tests/q1.py", "test = {}")
    data = bytearray((tmp_path / "hw.zip").read_bytes())
    data[place] = value
    data[data.index(b"PK\x01\x02") + place + 2] = value
    (tmp_path / "hw.zip").write_bytes(data)
    monkeypatch.chdir(_course(tmp_path))
    assert main(["import", "otter", "../hw.zip"]) == 2
    assert "hw.zip is not a notebook, a folder or a zip that can be read: " in (
        capsys.readouterr().err
    )


def test_a_folder_that_is_called_like_a_notebook_is_read_as_a_folder(tmp_path, monkeypatch, capsys):
    (tmp_path / "hw.ipynb").mkdir()
    monkeypatch.chdir(_course(tmp_path))
    assert main(["import", "otter", "../hw.ipynb"]) == 2
    assert "no notebook with BEGIN QUESTION" in capsys.readouterr().err


def _course(tmp_path):
    (tmp_path / "course" / "assignments" / "questions").mkdir(parents=True)
    return tmp_path / "course"
