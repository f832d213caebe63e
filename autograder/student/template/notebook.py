"""The student's notebook: prompts, stubs and check cells, in the order of the assignment."""

from __future__ import annotations

import json
from typing import Any

from autograder.course.bank import board_notice, functions, introduced, prompt, stub
from autograder.model import Assignment, Part, Question
from autograder.model.wording import plural
from autograder.student.template.derivations import page
from autograder.student.template.versions import graded_on

_HOW_TO = """\
{worth}

Fill in what is asked for below: replace each `raise NotImplementedError`, and each `...`, with your
code. Keep all names and parameters. All cells share one namespace, and you may define helpers in cells of
your own. Where the arguments are in float64, numbers must agree to about eight digits. float32, torch's
default, has only seven: compute in float64 there, and give every tensor that you make
`dtype=torch.float64`. Where the arguments are in float32, about four digits are enough.

`grader.check("{number}")` runs the public cases of one part. When you hand in, hidden cases run
too: they call the same functions with other inputs. Before you hand in, run the notebook once from the top
(*Kernel → Restart Kernel and Run All Cells*) and save it.

`README.md` says how to install what this notebook needs, and what to hand in.

Your work is graded on:

{graded_on}"""

_IMPORTS = ("import autograder", "import numpy as np", "import torch")
_BEGIN = "<!-- BEGIN QUESTION -->"  # Otter's PDF holds what stands between these two
_END = "<!-- END QUESTION -->"
ANSWER = "*Write your answer here, in place of this line.*"
_FIGURE = "# Draw the figure in this cell. Its code and its output belong to your answer."


def notebook(assignment: Assignment) -> str:
    """The notebook, nbformat 4.5, as JSON.

    Args:
        assignment: loaded with its hidden cases.

    Returns:
        The file's text; a cell's id depends on its place alone.
    """
    checked = [part.number for part in assignment.parts if part.public or part.derivations]
    how_to = _HOW_TO.format(
        worth=_worth(assignment),
        number=checked[0] if checked else "1.1",
        graded_on=graded_on(assignment),
    )
    cells = [
        _markdown("title", f"# {assignment.title}"),
        _markdown("how-to", how_to),
        _code("imports", "\n".join([*_IMPORTS, "", "grader = autograder.Notebook()"])),
    ]
    names = introduced(assignment)
    seen: set[str] = set()
    rules: dict[str, str] = {}
    for question in assignment.questions:
        cells += _question(question, names, seen, rules)
    if assignment.leaderboard:
        heading = f"## Leaderboard: {assignment.leaderboard.name}\n\n*optional, no points*"
        cells.append(_markdown("leaderboard", f"{heading}\n\n{board_notice(assignment)}"))
    cells += [
        _markdown("all", "## All public cases"),
        _code("check-all", "grader.check_all()"),
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    whole = {
        "cells": cells,
        # Without its file extension nbconvert writes a script as .txt.
        "metadata": {
            "kernelspec": kernel,
            "language_info": {"file_extension": ".py", "name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def points_line(part: Part) -> str:
    """What a part is worth, in words: ``"6 points: 4 for the code, 2 for the written answer"``."""
    words = _points(part.points + part.written)
    if part.points and part.written:
        words += f": {part.points:g} for the code, {part.written:g} for the written answer"
    elif part.written:
        words += " for the written answer"
    return f"bonus, {words}" if part.bonus else words


def _worth(assignment: Assignment) -> str:
    """What the whole assignment is worth, in a line."""
    parts = assignment.parts
    total = sum(part.points + part.written for part in parts if not part.bonus)
    bonus = sum(part.points + part.written for part in parts if part.bonus)
    words = f"{_points(total)}, and a bonus of {_points(bonus)}" if bonus else _points(total)
    work = " In written answers, show your work." if any(part.written for part in parts) else ""
    return f"The assignment is worth {words}.{work}"


def _points(value: float) -> str:
    return f"{value:g} {plural(value, 'point')}"


def _question(
    question: Question, names: dict[str, tuple[str, ...]], seen: set[str], rules: dict[str, str]
) -> list[dict[str, Any]]:
    """The cells of one question; above stand the imports of `seen` and what `rules` says of derivations."""
    words = prompt(question)
    source = stub(question)
    number = f"q{question.number}"
    heading = f"## {question.number}. {question.title}"
    cells = [_markdown(number, f"{heading}\n\n{words.introduction}".strip())]
    imports = [line for line in source.imports if line not in _IMPORTS]
    if imports and question.topic not in seen and question.functions:
        cells.append(_code(f"{number}-imports", "\n".join(imports)))
    seen.add(question.topic)
    sources = functions(question)
    told: dict[str, str] = {}
    for index, part in enumerate(question.parts, start=1):
        text = next(other.text for other in words.parts if other.key == part.key)
        if part.key in told:
            text = f"The task is described in {told[part.key]}; this part adds tests."
        told.setdefault(part.key, part.number)
        if part.derivations:
            text = f"{text}\n\n{page(question, part, rules)}"
        cells += _part(f"{number}-p{index}", part, text, [sources[n] for n in names[part.number]])
    return cells


def _part(place: str, part: Part, text: str, functions: list[str]) -> list[dict[str, Any]]:
    """The cells of one part: its text, its functions, its check, its written answer."""
    heading = f"### {part.number} {part.title}\n\n*{points_line(part)}*"
    cells = [_markdown(place, f"{heading}\n\n{text}".strip())]
    cells += [
        _code(f"{place}-function{index}", source) for index, source in enumerate(functions, start=1)
    ]
    if part.public or part.derivations:
        cells.append(_code(f"{place}-check", f'grader.check("{part.number}")'))
    if part.written:
        begin = f"{_BEGIN}\n\n**{part.number} {part.title}: written answer**"
        cells += [
            _markdown(f"{place}-begin", begin),
            _markdown(f"{place}-answer", ANSWER),
        ]
        if part.figure:
            cells.append(_code(f"{place}-figure", _FIGURE))
        cells.append(_markdown(f"{place}-end", _END))
    return cells


def _markdown(name: str, source: str) -> dict[str, Any]:
    lines = source.splitlines(keepends=True)
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": lines}


def _code(name: str, source: str) -> dict[str, Any]:
    lines = source.splitlines(keepends=True)
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
    }
    return {**cell, "outputs": [], "source": lines}
