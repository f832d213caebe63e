"""A case file is read by Otter's own reader; the rest of Otter is neither needed nor harmed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
HEAVY = ("pandas", "pyarrow", "nbconvert", "jupyter_client", "ipywidgets")

FILE = """\
from otter.test_files import {what}

OK_FORMAT = False
name = "norms"


@test_case(name="mean: one", points=2.5, hidden=True)
def test_one(mean):
    assert mean([1.0]) == 1.0


@test_case(points=1)
def test_two(mean, rng):
    pass
"""

READ = """
import ast, sys
from pathlib import Path
from autograder.course.bank import otter_files

def read():
    text = Path(sys.argv[1]).read_text()
    found = otter_files.test_cases(Path(sys.argv[1]), text, ast.parse(text))
    return [(c.name, c.points, c.hidden, c.test_func.__name__) for c in found]
"""


def said(script: str, *arguments: str) -> str:
    """What a script prints in a new interpreter."""
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


@pytest.fixture(name="path")
def written(tmp_path: Path) -> Path:
    """A file of cases as courses write them."""
    path = tmp_path / "cases.py"
    path.write_text(FILE.format(what="test_case"), encoding="utf-8")
    return path


@pytest.mark.exhaustive
def test_loading_an_assignment_imports_no_more_of_otter_than_reads_cases() -> None:
    script = f"""
import sys
from autograder.course.bank import load
assert load("deep_generative_models", {str(ROOT)!r}).parts
print([name for name in sys.modules if name.partition(".")[0] in {("otter", *HEAVY)!r}])
"""
    assert said(script) == "[]"


@pytest.mark.exhaustive
def test_the_cases_are_those_that_the_whole_of_otter_finds(path: Path) -> None:
    alone = said(f"{READ}\nassert 'otter' not in sys.modules\nprint(read())", str(path))
    whole = said(f"{READ}\nimport otter\nprint(read())", str(path))
    assert alone == whole
    assert "('mean: one', 2.5, True, 'test_one')" in alone


@pytest.mark.exhaustive
def test_importing_otter_afterwards_gives_all_of_it(path: Path) -> None:
    script = (
        f"{READ}\nfirst = read()\nimport otter\nprint(otter.Notebook.__name__, read() == first)"
    )
    assert said(script, str(path)) == "Notebook True"


@pytest.mark.exhaustive
def test_a_file_that_imports_more_of_otter_gets_it(path: Path) -> None:
    path.write_text(FILE.format(what="create_test_file, test_case"), encoding="utf-8")
    assert "test_one" in said(f"{READ}\nprint(read())", str(path))


@pytest.mark.exhaustive
def test_a_file_that_raises_leaves_nothing_behind(path: Path) -> None:
    path.write_text("from otter.test_files import test_case\n1 / 0\n", encoding="utf-8")
    script = f"""{READ}
try:
    read()
except ZeroDivisionError:
    print([name for name in sys.modules if name.startswith("otter")])
"""
    assert said(script, str(path)) == "[]"
