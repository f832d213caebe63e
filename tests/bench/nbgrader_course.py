"""An assignment as a course of nbgrader: the same cases on the same notebook, for `nbgrader autograde`.

nbgrader brings the whole of Jupyter with it, so it has an environment of its own, in which its notebooks
find this project and the same torch. From the project's folder:

    make setup VENV=../nbgrader
    ../nbgrader/bin/pip install nbgrader==0.9.6 -c requirements-torch.lock -c requirements.lock
    .venv/bin/python -m tests.bench --nbgrader ../nbgrader/bin/nbgrader
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.model import Assignment
from tests.bench import trees

# nbgrader gives a cell its points where it runs without an error.
_JUDGE = """\
import numpy
from autograder.course.bank import load

_cases = {{part.number: part.cases for part in load("{name}").parts}}

def _judge(number):
    for case in _cases[number]:
        case.run({{**globals(), "rng": numpy.random.default_rng(0)}})
"""
_STUDENT = "ada"


def write_course(folder: Path, assignment: Assignment, notebook: str) -> None:
    """Lay out a course with one assignment, and one submission of it.

    Args:
        folder: of the course.
        assignment: what is graded.
        notebook: the text of what was handed in.
    """
    whole = json.loads(notebook)
    cells = [_code("judge", _JUDGE.format(name=assignment.name))]
    cells += [cell for cell in whole["cells"] if "grader" not in "".join(cell["source"])]
    for place, part in enumerate(part for part in assignment.parts if part.cases):
        graded = {"grade": True, "locked": True, "points": part.points or 1.0}
        cell = _code(f"part-{place}", f'_judge("{part.number}")')
        kind = {"solution": False, "task": False, "schema_version": 3, "cell_type": "code"}
        cell["metadata"] = {"nbgrader": {**graded, **kind, "grade_id": f"part-{place}"}}
        cells.append(cell)
    text = json.dumps({**whole, "cells": cells})
    for name in ("source/class", f"submitted/{_STUDENT}/class"):
        path = folder / name / "work.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "course"\nc.ExecutePreprocessor.timeout = 600\n',
        encoding="utf-8",
    )


def run(command: Path, folder: Path, environment: Mapping[str, str]) -> tuple[trees.Cost, float]:
    """Release the assignment, then grade the submission, which alone is measured.

    Args:
        command: nbgrader's, in an environment that holds this project too.
        folder: the course.
        environment: its whole environment.

    Returns:
        What grading took, and the share of the points that was given.
    """
    own = {**environment, "PATH": f"{command.parent}:{environment['PATH']}"}
    released = trees.run(
        [str(command), "generate_assignment", "class", "--force", "--create"],
        folder=folder,
        environment=own,
    )
    assert released.status == 0, released.printed
    cost = trees.run(
        [str(command), "autograde", "class", "--force"], folder=folder, environment=own
    )
    assert cost.status == 0, cost.printed
    return cost, _share(folder / "gradebook.db")


def _share(gradebook: Path) -> float:
    with sqlite3.connect(gradebook) as database:
        (earned,) = database.execute("select sum(auto_score) from grade").fetchone()
        (possible,) = database.execute("select sum(max_score) from grade_cells").fetchone()
    database.close()
    return float(earned or 0) / float(possible)


def _code(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }
