"""Submissions of students who know nothing but a hand-out, and what real students got wrong in theirs.

``a3_2020.py`` … ``a3_2023.py`` answer one hand-out each, plainly: no extremes, no float32, none of the
care that only the practice assignment asks for.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

from tests.support import handed_in

ASSIGNMENTS = ("a3_2020", "a3_2021", "a3_2022", "a3_2023")


def source(assignment: str) -> str:
    """The answers to a hand-out, as a module."""
    return (Path(__file__).parent / f"{assignment}.py").read_text(encoding="utf-8")


def submission(assignment: str) -> str:
    """A hand-out's notebook with an answer in place of each stub; helpers stand in a cell above them."""
    whole = handed_in.assignment(assignment)
    text = source(assignment)
    answers, rest = {}, []
    for node in ast.parse(text).body:
        piece = ast.get_source_segment(text, node) or ""
        if isinstance(node, ast.FunctionDef) and node.name in whole.functions:
            answers[node.name] = piece
        else:
            rest.append(piece)
    notebook = json.loads(handed_in.template(whole))
    for cell in notebook["cells"]:
        name = "".join(cell["source"]).partition("(")[0].removeprefix("def ")
        if cell["cell_type"] == "code" and name in answers:
            cell["source"] = answers.pop(name)
    if answers:
        raise ValueError(f"{assignment} has no cell for {', '.join(answers)}")
    return handed_in.with_cell(json.dumps(notebook), "\n".join(rest), place=3)
