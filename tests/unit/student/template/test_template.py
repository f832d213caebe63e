"""The student's copy: what is in it, that it is the same each time, and that Otter runs it."""

import ast
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import nbformat
import pytest

import autograder
from autograder.course import wheel as wheels
from autograder.course.bank import load
from autograder.course.locks import LOCKS
from autograder.model import AssignmentError, UsageError
from autograder.student.template import archive, build, contents, stale

WHEEL = "autograder_maths-0.1.0-py3-none-any.whl"
FILES = [
    "README.md",
    "assignment.toml",
    "drivers/columns.py",
    "modules/columns.py",
    "modules/norms.py",
    "requirements.txt",
    "small.ipynb",
    "tests/1.1.py",
    "tests/1.2.py",
]


@pytest.fixture
def small(bank, harness):
    return load("small", bank.root)


@pytest.fixture
def out(small, tmp_path):
    folder = tmp_path / "student_template" / "small"
    build(small, folder)
    return folder


def cells_of(files):
    notebook = nbformat.reads(files["small.ipynb"].decode(), as_version=4)
    nbformat.validate(notebook)
    return notebook.cells


def test_the_copy_is_exactly_the_allow_list(small, tmp_path):
    folder = tmp_path / "new" / "small"
    written = build(small, folder)
    assert written == [folder / name for name in FILES]
    found = (path for path in folder.rglob("*") if path.is_file())
    assert sorted(path.relative_to(folder).as_posix() for path in found) == FILES


def test_nothing_of_the_secret_files_is_in_it(bank, small):
    text = "".join(data.decode() for data in contents(small).values())
    for name in ("columns/hidden_cases.py", "reference/columns.py", "norms/hidden_cases.py"):
        for node in ast.parse(bank.path(name).read_text()).body:
            if isinstance(node, ast.FunctionDef):
                assert ast.unparse(node.body[-1]) not in text
    assert "random rows" not in text
    assert "the smallest input" not in text


def test_building_twice_gives_the_same_bytes(bank, small):
    before = contents(small)
    again = contents(load("small", bank.root))
    assert again == before
    assert list(again) == list(before) == FILES


def test_the_wheel_has_the_same_bytes_whenever_it_is_built(harness):
    before = wheels.build_wheel()
    os.utime(harness / "autograder" / "__init__.py", (2e9, 2e9))
    (harness / "autograder" / "__pycache__").mkdir()
    (harness / "autograder" / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(b"compiled")
    assert wheels.build_wheel() == before
    assert before[0] == wheels.wheel_name() == WHEEL


@pytest.mark.exhaustive
def test_the_wheel_is_the_program_that_runs_and_pip_can_install_it(tmp_path):
    """What is installed from it has every file of this package, and builds the same wheel again."""
    name, data = wheels.build_wheel()
    (tmp_path / name).write_bytes(data)
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", site, tmp_path / name], check=True, timeout=120)
    package = Path(autograder.__file__).parent
    files = {
        path.relative_to(package.parent)
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {path for path in files if not (site / path).is_file()} == set()
    script = (
        "import sys; from autograder.course import wheel; "
        "sys.stdout.buffer.write(wheel.build_wheel()[1])"
    )
    again = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(site), "PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert again.stdout == data


def test_the_notebook_goes_through_the_assignment_in_order(small):
    cells = cells_of(contents(small))
    assert [cell.id for cell in cells] == [
        "title",
        "how-to",
        "imports",
        "q1",
        "q1-imports",
        "q1-p1",
        "q1-p1-function1",
        "q1-p1-check",
        "q1-p1-begin",
        "q1-p1-answer",
        "q1-p1-end",
        "q1-p2",
        "q1-p2-function1",
        "q1-p2-check",
        "q1-p3",
        "q1-p3-begin",
        "q1-p3-answer",
        "q1-p3-end",
        "q2",
        "q2-p1",
        "q2-p1-function1",
        "all",
        "check-all",
    ]
    text = {cell.id: cell.source for cell in cells}
    assert text["title"] == "# Small statistics"
    assert "grader = autograder.Notebook()" in text["imports"]
    assert text["q1"] == "## 1. Column statistics\n\nLet $x$ be `(N, D)`."
    assert text["q1-imports"] == "from __future__ import annotations\nimport math"
    assert text["q1-p1"].startswith(
        "### 1.1 The mean\n\n*4.5 points: 4 for the code, 0.5 for the written answer*\n\nCompute"
    )
    assert "part: mean" not in text["q1-p1"]
    assert text["q1-p2"].startswith("### 1.2 Range\n\n*bonus, 2 points*\n\nThe greatest")
    assert "*3 points for the written answer*" in text["q1-p3"]
    assert text["q2-p1"].startswith("### 2.1 The norm\n\n*1 point*")
    assert text["q1-p1-function1"].startswith("# Columns are the last axis.\ndef column_mean(x):")
    assert text["q1-p1-check"] == 'grader.check("1.1")'
    assert text["check-all"] == "grader.check_all()"


def test_a_figure_has_a_code_cell_between_the_marks_of_its_answer(bank, harness):
    bank.change("small.toml", "written = 0.5", "written = 0.5\nfigure = true")
    cells = cells_of(contents(load("small", bank.root)))
    place = next(index for index, cell in enumerate(cells) if cell.id == "q1-p1-figure")
    kinds = [(cell.id, cell.cell_type) for cell in cells[place - 2 : place + 2]]
    assert kinds == [
        ("q1-p1-begin", "markdown"),
        ("q1-p1-answer", "markdown"),
        ("q1-p1-figure", "code"),
        ("q1-p1-end", "markdown"),
    ]
    assert all(line.startswith("#") for line in cells[place].source.splitlines())


def test_a_topic_that_comes_twice_brings_its_imports_once_and_one_module(bank, harness):
    bank.change(
        "small.toml",
        '[[question.part]]\npart = "spread"',
        '[[question]]\ntopic = "columns"\n\n[[question.part]]\npart = "spread"',
    )
    files = contents(load("small", bank.root))
    ids = [cell.id for cell in cells_of(files)]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if name.endswith("-imports")] == ["q1-imports"]
    assert {name for name in files if name.startswith("tests/")} == {"tests/1.1.py", "tests/2.1.py"}
    module = files["modules/columns.py"].decode()
    assert re.findall(r"^def (\w+)", module, re.MULTILINE) == ["column_mean", "spread"]


def test_modules_hold_what_is_asked_for(small):
    files = contents(small)
    module = files["modules/columns.py"].decode()
    assert re.findall(r"^def (\w+)", module, re.MULTILINE) == ["column_mean", "spread"]
    assert module.startswith('"""Statistics of columns."""\n')


def test_a_question_without_functions_has_no_module(bank, harness):
    bank.change("small.toml", 'part = "norm"\npoints = 1', 'part = "norm"\npoints = 0\ncases = []')
    assert "modules/norms.py" not in contents(load("small", bank.root))


def test_a_test_file_holds_one_part_in_ascii(bank, small):
    files = contents(small)
    first, second = (files[f"tests/1.{index}.py"].decode("ascii") for index in (1, 2))
    assert re.findall(r"^def (\w+)", first, re.MULTILINE) == ["same", "test_two_rows", "test_ones"]
    assert re.findall(r"^def (\w+)", second, re.MULTILINE) == ["same", "test_spread"]
    assert 'name = "1.1"' in first
    assert "# The mean comes first." in first
    assert "# The mean comes first." not in second
    assert "mean: ones, \\u03bc = 1" in first
    whole = ast.parse(bank.path("columns/public_cases.py").read_text(encoding="utf-8"))
    kept = [ast.unparse(node) for node in ast.parse(first).body]
    assert set(kept) - {"name = '1.1'"} <= {ast.unparse(node) for node in whole.body}


def test_a_letter_that_cannot_be_escaped_is_refused(bank, harness):
    bank.change("columns/public_cases.py", "ROWS = ", 'MARK = r"μ"\nROWS = MARK and ')
    with pytest.raises(AssignmentError, match=r"public_cases\.py: a letter beyond ASCII"):
        contents(load("small", bank.root))
    bank.change("columns/public_cases.py", 'MARK = r"μ"', 'MARK = μ = "\N{GRINNING FACE}"  # ρ')
    with pytest.raises(AssignmentError, match="a letter beyond ASCII"):
        contents(load("small", bank.root))
    bank.change("columns/public_cases.py", 'μ = "', 'mark = "')
    assert b'"\\U0001f600"  # \\u03c1' in contents(load("small", bank.root))["tests/1.1.py"]


def test_the_readme_says_what_to_do(small):
    text = contents(small)["README.md"].decode()
    assert "| 1.2 | Range | bonus, 2 points |" in text
    assert "| `drivers/` |" in text
    assert f"./{WHEEL}" in text
    assert "--index-url https://download.pytorch.org/whl/cpu" in text
    for words in ("**Linux**", "**macOS**", "**Windows**", "**Colab**"):
        assert words in text
    for words in ("otter check small.ipynb", "otter check -q 1.1 modules/columns.py"):
        assert words in text
    assert "`autograder check`" in text
    assert "Written answers are read from the notebook." in text
    assert "{" not in text


def test_readme_and_notebook_say_what_the_work_is_graded_on(bank, harness):
    (bank.root / "requirements-torch.lock").write_text("torch==2.9.1+cpu\n")
    (bank.root / "requirements.lock").write_text("numpy==2.3.0\n")
    bank.change(
        "small.toml",
        "memory_mb = 400\n\n[feedback]",
        "memory_mb = 640\ncall_seconds = 7\ntotal_seconds = 300\n\n"
        '[permits]\nprocesses = true\npackages = ["yaml"]\n\n[feedback]',
    )
    files = contents(load("small", bank.root))
    (how_to,) = (cell.source for cell in cells_of(files) if cell.id == "how-to")
    for text in (files["README.md"].decode(), how_to):
        assert "with torch 2.9.1, numpy 2.3.0, matplotlib, tqdm and yaml." in text
        assert "640 MB of memory" in text
        assert "7 s for each call of a function, 30 s for each cell, 5 min for everything." in text
        assert "No network, no shell commands" in text and "num_workers" not in text


def test_without_permits_there_are_no_processes(small):
    assert "no other processes (use `num_workers=0`)" in contents(small)["README.md"].decode()


def test_requirements_are_the_lock_files(bank, small):
    (bank.root / "requirements-torch.lock").write_text("torch==2.9.1+cpu\n")
    (bank.root / "requirements.lock").write_text(
        "# a lock\ntorch==2.9.1+cpu\nnumpy==2.3.0 \\\n    --hash=sha256:00\n"
        "otter_grader[grading]==7.1.0\nipykernel==7.0.0\njupyterlab==4.4.0\nhypothesis==6.1.0\n"
        "matplotlib==3.10.0\ntqdm==4.67.0\n"
    )
    assert contents(small)["requirements.txt"].decode().split() == [
        "torch==2.9.1",
        "numpy==2.3.0",
        *("matplotlib==3.10.0", "tqdm==4.67.0"),
        "otter-grader==7.1.0",
        "ipykernel==7.0.0",
        "jupyterlab==4.4.0",
        f"./{WHEEL}",
    ]


def test_what_no_lock_names_is_what_is_installed(bank, harness, monkeypatch):
    installed = {"torch": "2.9.1+cpu", "numpy": "2.3.0", "PyYAML": "6.0"}
    for name in LOCKS:
        (bank.root / name).write_text("# nothing is locked\n")

    def version(name):
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr("importlib.metadata.version", version)
    monkeypatch.setattr("importlib.metadata.packages_distributions", lambda: {"yaml": ["PyYAML"]})
    bank.change("small.toml", "[feedback]", '[permits]\npackages = ["yaml"]\n\n[feedback]')
    assert contents(load("small", bank.root))["requirements.txt"].decode().split() == [
        "torch==2.9.1",
        "numpy==2.3.0",
        *("matplotlib", "tqdm"),
        "otter-grader",
        "ipykernel",
        "jupyterlab",
        "PyYAML==6.0",
        f"./{WHEEL}",
    ]


def test_permitted_files_are_copied(bank, harness):
    bank.change("small.toml", "[feedback]", '[permits]\nfiles = ["data/x.bin"]\n\n[feedback]')
    data = bank.root / "assignments" / "data" / "x.bin"
    data.parent.mkdir()
    data.write_bytes(b"\xff\x00")
    files = contents(load("small", bank.root))
    assert files["data/x.bin"] == b"\xff\x00"
    assert "| `data/x.bin` |" in files["README.md"].decode()
    bank.change("small.toml", "data/x.bin", "README.md")
    (bank.root / "assignments" / "README.md").write_text("mine")
    with pytest.raises(AssignmentError, match=r"the copy has its own file 'README\.md'"):
        contents(load("small", bank.root))


def test_a_fresh_copy_is_not_stale_and_any_change_is(small, out):
    assert stale(small, out) == []
    (out / "tests" / "1.1.py").unlink()
    (out / "README.md").write_text("changed")
    (out / "solution.py").write_text("x = 1")
    assert stale(small, out) == ["README.md", "solution.py", "tests/1.1.py"]
    assert "small.ipynb" in stale(small, out / "none")


def test_what_running_leaves_behind_is_neither_stale_nor_archived(small, out, tmp_path):
    archive(out, tmp_path / "before.zip")
    (out / ".OTTER_LOG").write_bytes(b"log")
    for name in ("__pycache__", "drivers/__pycache__", ".ipynb_checkpoints"):
        (out / name).mkdir()
        (out / name / "x.pyc").write_bytes(b"")
    assert stale(small, out) == []
    archive(out, tmp_path / "after.zip")
    assert (tmp_path / "after.zip").read_bytes() == (tmp_path / "before.zip").read_bytes()


def test_building_again_replaces_what_an_earlier_build_left(bank, small, out):
    (out / "tests" / "9.9.py").write_text("x = 1")
    bank.change(
        "small.toml", 'part = "spread"\npoints = 2', 'part = "spread"\nnumber = "7"\npoints = 2'
    )
    again = load("small", bank.root)
    build(again, out)
    assert stale(again, out) == []
    assert not (out / "tests" / "1.2.py").exists()
    assert (out / "tests" / "7.py").exists()


def test_building_deletes_nothing_of_anyone_elses(small, out, tmp_path):
    (out / "notes.md").write_text("mine")
    (out / "tests" / "9.9.py").write_text("x = 1")
    (out / "README.md").write_text("changed")
    with pytest.raises(
        UsageError, match=r"holds files that are not part of the student's copy: notes\.md;"
    ):
        build(small, out)
    assert (out / "tests" / "9.9.py").exists()
    assert (out / "README.md").read_text() == "changed"
    mine = tmp_path / "mine"
    (mine / "modules").mkdir(parents=True)
    (mine / "modules" / "gan.py").write_text("mine")
    with pytest.raises(UsageError, match=r"modules/gan\.py"):
        build(small, mine)
    assert (mine / "modules" / "gan.py").read_text() == "mine"


def test_an_archive_depends_on_names_and_bytes_alone(small, out, tmp_path):
    archive(out, tmp_path / "one.zip")
    for path in out.rglob("*"):
        os.utime(path, (1e9, 1e9))
        if path.is_file():
            path.chmod(0o600)
    archive(out, tmp_path / "deep" / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "deep" / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as found:
        assert found.namelist() == sorted(f"small/{name}" for name in [*FILES, WHEEL])
        with zipfile.ZipFile(io.BytesIO(found.read(f"small/{WHEEL}"))) as wheel:
            assert "autograder/__init__.py" in wheel.namelist()
        assert found.read("small/README.md") == (out / "README.md").read_bytes()
        assert {info.external_attr >> 16 for info in found.infolist()} == {0o100644}
    with pytest.raises(UsageError, match=r"not a student's copy: it contains no assignment\.toml"):
        archive(tmp_path / "deep", tmp_path / "three.zip")


def test_a_program_that_is_not_installed_says_so(harness, monkeypatch):
    def distribution(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.distribution", distribution)
    with pytest.raises(UsageError, match="without being installed"):
        wheels.build_wheel()


SOLUTIONS = {
    "column_mean": "def column_mean(x):\n    return [sum(c) / len(x) for c in zip(*x)]\n",
    "spread": "def spread(x):\n    return [max(c) - min(c) for c in zip(*x)]\n",
}

KERNEL = """
import json, otter, sys
names = {"__name__": "__main__"}
sys.path.insert(0, "")
for cell in json.load(open("small.ipynb", encoding="utf-8"))["cells"]:
    source = "".join(cell["source"])
    if source == "grader.check_all()":
        print("all", eval(source, names).percent)
    elif source.startswith("grader.check("):
        print(eval(source, names).name, eval(source, names).passed_all)
    elif cell["cell_type"] == "code":
        exec(compile(source, "cell", "exec"), names)
    if "grader = " in source:
        names["grader"] = otter.Notebook()
"""


@pytest.mark.parametrize(
    ("filled", "printed"),
    [
        pytest.param([], "1.1 False\n1.2 False\nall 0.0\n", marks=pytest.mark.exhaustive),
        (["column_mean"], "1.1 True\n1.2 False\nall 0.75\n"),
        pytest.param(
            ["column_mean", "spread"], "1.1 True\n1.2 True\nall 1.0\n", marks=pytest.mark.exhaustive
        ),
    ],
)
def test_otter_runs_the_checks_in_the_folder(out, filled, printed):
    path = out / "small.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for name in filled:
            if f"def {name}(" in "".join(cell["source"]):
                cell["source"] = SOLUTIONS[name]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    # An ASCII locale stands for every platform on which Otter does not read UTF-8.
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    ran = subprocess.run(
        [sys.executable, "-c", KERNEL],
        cwd=out,
        env={**os.environ, **plain},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.stdout == printed, ran.stderr


# Importing Otter warns of what its own dependencies do, in whichever test is the first to do it.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_pdf_of_otter_holds_the_written_answers_alone(out):
    from otter.export.exporters.base_exporter import BaseExporter

    kept = BaseExporter.load_notebook(str(out / "small.ipynb"), filtering=True).cells
    assert [cell.id for cell in kept] == [
        f"q1-p{index}-{place}" for index in (1, 3) for place in ("begin", "answer", "end")
    ]
