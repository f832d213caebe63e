"""`autograder grade` on what students hand in: full marks, none, some, and every accident."""

from __future__ import annotations

import io
import json
import os
import zipfile

import pytest

from tests.support import handed_in
from tests.support.gradings import without_times

# No other solution calls this function, so only its own parts can be lost.
LEAF = "receptive_field"
HEAD = "def receptive_field(mask_types, pixel, size=(5, 5), kernel_size=3, rows='above'):"
WRONG = f"{HEAD}\n    return [[True] * size[1]] * size[0]\n"


def right() -> str:
    return handed_in.right(handed_in.small())


def template() -> str:
    return handed_in.template(handed_in.small())


def test_the_command_gives_the_reference_full_marks(command):
    name = "a3_2020"  # the smallest; test_assignments.py has them all, without the command
    graded = command(handed_in.right(handed_in.assignment(name)), "-a", name)
    assert graded.status == 0
    assert graded.score == graded.possible > 0
    assert set(graded.outcomes.values()) == {"passed"}
    assert {test["status"] for test in graded.results["tests"] if "score" in test} == {"passed"}


@pytest.mark.exhaustive
def test_the_command_gives_the_template_nothing_and_explains_every_part(command):
    graded = command(handed_in.template(handed_in.assignment()))
    assert (graded.status, graded.score) == (0, 0)
    assert set(graded.outcomes.values()) == {"missing"}
    public = [test for test in graded.results["tests"] if test["visibility"] == "visible"]
    assert len(public) >= 3
    for test in public:
        assert "not filled in yet" in test["output"] or "score" not in test


def test_one_wrong_function_loses_only_its_own_parts(grade):
    graded = grade(handed_in.with_cell(right(), WRONG))
    lost = [key for key, outcome in graded.outcomes.items() if outcome != "passed"]
    # The reference's receptive fields of the hand-out call it.
    assert lost and all(
        key.startswith((f"masked_conv/{LEAF}:", "masked_conv/field_")) for key in lost
    )
    assert 0 < graded.score < graded.possible


def test_modules_are_graded_like_a_notebook(grade, tmp_path):
    from autograder.course import solution

    folder = tmp_path / "handed in"
    folder.mkdir()
    for name, source in solution.modules(handed_in.small()).items():
        (folder / name).write_text(source, encoding="utf-8")
    graded = grade(folder)
    assert graded.status == 0
    assert graded.score == graded.possible


def test_a_zip_of_the_whole_folder_counts_what_is_filled_in(grade, tmp_path):
    """The template's own modules are stubs beside a notebook that is solved: the notebook counts."""
    from autograder.student.template import contents

    files = dict(contents(handed_in.small()))
    files[f"{handed_in.ASSIGNMENT}.ipynb"] = right().encode()
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"folder/{name}", data)
    graded = grade(path)
    assert graded.status == 0
    assert graded.score == graded.possible


@pytest.mark.exhaustive
def test_a_cell_that_never_ends_costs_only_itself(command):
    notebook = handed_in.right(handed_in.assignment())
    graded = command(handed_in.with_cell(notebook, handed_in.ENDLESS, place=3))
    assert graded.status == 0
    assert graded.score == graded.possible
    assert "cell 2 was skipped" in graded.results["output"]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("def broken(:\n", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
        ("import os\nos._exit(0)", "ended the process"),
        ("import sys\nsys.exit(1)", "SystemExit"),
        ("!rm -rf /", "`!rm -rf /` was skipped: shell commands are not run while grading."),
        ("import no_such_package", "no_such_package is not installed where this is graded"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_a_cell_that_fails_is_named_and_the_rest_counts(grade, cell, says):
    graded = grade(handed_in.with_cell(right(), cell, place=3))
    assert graded.status == 0
    assert graded.score == graded.possible
    assert says in graded.results["output"].replace("\\", "")


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("return torch.ones(2, 2)", "wrong"),
        ("return torch.full(size, 2j)", "wrong"),
        ("return torch.full(size, float('nan'))", "wrong"),
        ("return None", "wrong"),
        ("return object()", "bad_value"),
        ("return lambda: 0", "bad_value"),
        ("return np.array([[object()]])", "bad_value"),
        ("raise ValueError('a mistake')", "raised"),
        ("return receptive_field(mask_types, pixel, size, kernel_size, rows)", "raised"),
        ("return torch.ones(10**12)", "out_of_memory"),
        ("import os; os._exit(3)", "crashed"),
        pytest.param("import ctypes; ctypes.string_at(0)", "crashed", marks=pytest.mark.exhaustive),
    ],
)
def test_every_kind_of_wrong_value_has_its_own_outcome(grade, body, outcome):
    source = f"import numpy as np, torch\n{HEAD}\n    {body}\n"
    graded = grade(handed_in.with_cell(right(), source))
    assert graded.status == 0
    assert graded.of(f"masked_conv/{LEAF}") == {outcome}
    assert graded.of("masked_conv/causal_mask") == {"passed"}


def test_a_function_that_is_not_there_is_missing(grade):
    graded = grade(handed_in.with_cell(right(), f"del {LEAF}"))
    assert graded.of(f"masked_conv/{LEAF}") == {"missing"}
    assert any("is not defined" in test["output"] for test in graded.results["tests"])


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notebook.ipynb", b"0" * (100 << 20))
    return packed.getvalue()


NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
CODE = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
ACCIDENTS = {
    "empty.ipynb": (b"", "is empty"),
    "cut.ipynb": (b'{"cells": [{"cell_type": "co', "JSON is broken"),
    "text.ipynb": (b"just some words", "JSON is broken"),
    "deep.ipynb": (b'{"cells": ' + b"[" * 200_000, "too large to be read"),
    "other.ipynb": (b"[1, 2]", "not a notebook"),
    "binary.ipynb": (bytes(range(128, 256)), "not text in UTF-8"),
    "no_code.ipynb": (NOTEBOOK.encode(), "no cells"),
    "r.ipynb": (
        json.dumps(
            {
                "cells": [{**CODE, "source": "f <- function(x) { x }"}],
                "metadata": {"kernelspec": {"language": "R"}},
            }
        ).encode(),
        "notebook in R",
    ),
    "damaged.zip": (b"PK\x03\x04 and nothing else", "not a zip file"),
    "bomb.zip": (bomb, "zip bomb"),
    "notes.txt": (b"my solution is in the other file", "no notebook and no module"),
}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_what_cannot_be_read_is_a_zero_with_the_reason(grade, tmp_path, name):
    content, says = ACCIDENTS[name]
    path = tmp_path / name
    path.write_bytes(content() if callable(content) else content)
    graded = grade(path)
    assert (graded.status, graded.score) == (0, 0)
    assert says in graded.results["output"].replace("\\", "")


def test_nothing_handed_in_is_said(grade, tmp_path):
    graded = grade(tmp_path / "nowhere.ipynb")
    assert (graded.status, graded.score) == (0, 0)
    assert "Nothing was handed in" in graded.results["output"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "is empty" in grade(empty).results["output"]


def test_two_notebooks_are_named(grade, tmp_path):
    for name in ("first.ipynb", "second.ipynb"):
        (tmp_path / name).write_text(template(), encoding="utf-8")
    (tmp_path / "x").mkdir()
    for name in ("first.ipynb", "second.ipynb"):
        (tmp_path / name).rename(tmp_path / "x" / name)
    graded = grade(tmp_path / "x")
    assert (graded.status, graded.score) == (0, 0)
    told = graded.results["output"].replace("\\", "")
    assert "first.ipynb" in told and "second.ipynb" in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_said(grade, tmp_path):
    path = tmp_path / "mine.ipynb"
    path.write_text(template(), encoding="utf-8")
    path.chmod(0)
    assert "may not be read" in grade(path).results["output"]


def test_the_same_submission_gives_the_same_results_but_for_times(grade):
    text = handed_in.with_cell(right(), WRONG)
    first, second = grade(text), grade(text)
    assert first.score == second.score > 0
    assert without_times(first.results) == without_times(second.results)
