"""`grader.check` in a real kernel: what the output cells of a student's notebook hold."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course.bank import load
from autograder.student.template import build
from tests.support import registered, toy

CELLS = {
    "imports": "import autograder\nimport torch\ngrader = autograder.Notebook()",
    "helper": "def helper(x):\n    scale = [2]\n    return scale[x.dim()] * x",
    "raises": "def double(x):\n    y = helper(x)\n    return y",
    "raised": 'grader.check("1.1")',
    "missing": 'grader.check("1.2")',
    "broken": "def total(x:\n    return x.sum()",
    "wrong": "def double(x):\n    return 3 * x\ndef total(x):\n    return x.max()",
    "all": "grader.check_all()",
    "right": "def double(x):\n    return 2 * x\ndef total(x):\n    return x.sum()",
    "passed": "grader.check_all()",
    "stub": "def total(x):\n    raise NotImplementedError",
    "unfilled": 'grader.check("1.2")',
    "typo": 'grader.check("9.9")',
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> dict[str, str]:
    """What each cell shows, as text, after one run from top to bottom in a kernel."""
    project = toy.make(tmp_path_factory.mktemp("project"))
    folder: Path = tmp_path_factory.mktemp("student") / "toy"
    with registered.forgotten():
        build(load("toy", project.root), folder)
    book = nbformat.read(folder / "toy.ipynb", 4)
    book.cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    NotebookClient(book, timeout=120, allow_errors=True, kernel_name="python3").execute(
        cwd=str(folder)
    )
    return {
        name: "\n".join(map(_shown, cell.outputs))
        for name, cell in zip(CELLS, book.cells, strict=True)
    }


def _shown(output) -> str:
    data = output.get("data", {})
    if page := data.get("text/html"):
        return html.unescape(re.sub(r"<[^>]+>", "", page))
    return json.dumps(output, ensure_ascii=False)


def test_an_error_in_a_helpers_cell_has_the_cells_own_number_and_line(outputs):
    shown = outputs["raised"]
    assert "! raised" in shown and "IndexError: list index out of range" in shown.replace("\\", "")
    assert "Cell In[3], line 2, in double" in shown
    assert "Cell In[2], line 3, in helper" in shown
    assert "scale[x.dim()] * x" in shown
    for ours in ("site-packages", "autograder/", "otter", "ipykernel", "calls.py"):
        assert ours not in shown


def test_missing_unfilled_wrong_and_right_look_different(outputs):
    assert "? missing" in outputs["missing"]
    assert "○ not filled in" in outputs["unfilled"]
    assert outputs["all"].count("✗ wrong") == 4  # of two parts, in the head and above each reason
    assert outputs["passed"].count("✓ passed") == 2


def test_the_reason_is_the_terminals(outputs):
    assert "The result: yours 2, expected 3." in outputs["all"]


def test_a_typo_is_a_sentence_and_no_traceback(outputs):
    shown = json.loads(outputs["typo"])
    assert shown["output_type"] == "error"
    assert shown["traceback"] == ["There is no part 9.9; there are 1.1, 1.2."]
