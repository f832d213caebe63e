"""Code that Python cannot parse, wherever a command reads it: one sentence that says where."""

from __future__ import annotations

import ast
import json
import zipfile

import pytest

from autograder.cli import main
from autograder.course.bank.source import parse
from autograder.course.importing.cells import cells_of
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


@pytest.mark.parametrize("above", ["", "\n\n", "# files\n", "# a\n\n  # b\n"])
def test_a_cell_in_another_language_is_known_below_comments_too(above):
    texts = f"{above}%%bash\nls -l", f"{above}%%time\nx = 1", f"{above}x = 1\n"
    cells = cells_of(foreign.notebook(*(("code", text) for text in texts)).encode(), "hw.ipynb")
    assert [cell.kind for cell in cells] == ["bash", "code", "code"]


def test_commands_that_a_grading_skips():
    cells = ["run_line_magic('alias', 'w wget')", "run_cell_magic('bash', '', 'ls')"]
    cells += ["run_line_magic('time', 'f()')", "system('ls')"]
    found = commands(f"get_ipython().{cell}" for cell in cells)
    assert found == ["%alias w wget", "%%bash", "!ls"]


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


SUMS = [
    ("code", "import otter\ngrader = otter.Notebook('hw.ipynb')"),
    ("markdown", "# Sums"),
    ("code", "def double(x):\n    return 2 * x"),
    ("code", 'grader.check("q1")'),
]
TESTS = "test = {'points': 1, 'suites': [{'cases': [{'code': '>>> double(2)\\n4'}]}]}"


def _imported(tmp_path, monkeypatch, *arguments):
    """Run the command in a new course; return the status and what students will be given."""
    course = _course(tmp_path)
    monkeypatch.chdir(course)
    status = main(["import", "otter", *arguments])
    known = {"questions", "f.toml", "hw.toml"}
    given = {path.name for path in (course / "assignments").iterdir()} - known
    return status, given


def test_what_finder_and_jupyter_leave_in_a_zip_or_folder_is_not_read(tmp_path, monkeypatch):
    files = {
        "hw.ipynb": foreign.notebook(*SUMS),
        "tests/q1.py": TESTS,
        "__MACOSX/._hw.ipynb": "\0\5",
        "__MACOSX/tests/._q1.py": "\0\5",
        ".ipynb_checkpoints/hw-checkpoint.ipynb": "half",
    }
    for name, text in files.items():
        (tmp_path / "f" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "f" / name).write_text(text)
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    assert _imported(tmp_path, monkeypatch, "../hw.zip") == (0, set())
    assert main(["import", "otter", "../f"]) == 0


def test_students_are_given_nothing_but_data_of_the_assignment(tmp_path, monkeypatch, capsys):
    """Not the notebook with the solutions, not a file behind a link, not what merely lies there."""
    reads = (
        "NAMES = ['hw.ipynb', 'secret.csv', 'table.csv', 'linked.csv', '\U0001d44e' * 190 + '.x']"
    )
    cells = [*SUMS[:2], ("code", f"{reads}\ndef double(x):\n    return 2 * x"), *SUMS[3:]]
    folder = tmp_path / "f"
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "q1.py").write_text(TESTS)
    (folder / "hw.ipynb").write_text(foreign.notebook(*cells))
    (folder / "table.csv").write_text("1,2\n")
    (folder / "linked.csv").symlink_to("table.csv")
    (folder / "key.txt").write_text("the answers")
    (tmp_path / "elsewhere.csv").write_text("a secret")
    (folder / "secret.csv").symlink_to("../elsewhere.csv")
    assert _imported(tmp_path, monkeypatch, "../f") == (0, {"table.csv", "linked.csv"})
    told = capsys.readouterr().out
    assert "Students will be given linked.csv, table.csv: remove" in told
    assert "  hw.ipynb: a notebook may hold the solutions" in told
    assert "  secret.csv: it is a link that leads out of the assignment's folder" in told
    assert "  key.txt: no student's folder has this file" in told


@pytest.mark.parametrize(
    ("method", "size", "says"),
    [
        (zipfile.ZIP_DEFLATED, 65 << 20, "hw.zip are larger than 64 MB"),
        (zipfile.ZIP_LZMA, 0, "a zip that can be read: Corrupt input data"),
    ],
)
def test_a_zip_that_is_a_bomb_or_damaged_is_refused(
    tmp_path, monkeypatch, capsys, method, size, says
):
    path = tmp_path / "hw.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("tests/q1.py", TESTS * 50 + "\n" * size)
    if not size:
        data = bytearray(path.read_bytes())
        data[52:56] = b"\xff\xff\xff\xff"
        path.write_bytes(data)
    assert _imported(tmp_path, monkeypatch, "../hw.zip") == (2, set())
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("configuration", "says"),
    [
        ("# BEGIN QUESTION\nname: 2020-99-99", "month must be in 1..12"),
        ("# BEGIN QUESTION\npoints: " + "9" * 5000, "4300 digits"),
        ("# BEGIN QUESTION\nname: " + "[" * 5000, "nested deeper than 20"),
        ("# ASSIGNMENT CONFIG\nfiles: 3", "cell 1: 'files' is not a list of names"),
    ],
)
def test_a_configuration_that_is_malformed_is_named(
    tmp_path, monkeypatch, capsys, configuration, says
):
    (tmp_path / "hw.ipynb").write_text(foreign.notebook(("raw", configuration)))
    assert _imported(tmp_path, monkeypatch, "../hw.ipynb") == (2, set())
    assert says in capsys.readouterr().err


def test_names_in_a_zip_do_not_reach_the_terminal_as_they_are(tmp_path, monkeypatch, capsys):
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as archive:
        archive.writestr("hw.ipynb", foreign.notebook(*SUMS))
        archive.writestr("tests/q1.py", TESTS)
        archive.writestr("tests/\x1b[2Jq2.py", TESTS)
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("\x1b]0;owned\x07bad.ipynb", "no notebook")
    assert _imported(tmp_path, monkeypatch, "../hw.zip") == (0, set())
    assert main(["import", "otter", "../bad.zip"]) == 2
    told = capsys.readouterr()
    assert "q2: no cell" in told.out and "bad.ipynb is not a notebook" in told.err
    assert "\x1b" not in told.out + told.err


def _course(tmp_path):
    (tmp_path / "course" / "assignments" / "questions").mkdir(parents=True)
    return tmp_path / "course"
