"""What a notebook looked like when it was handed out, for the worker that looks for answers in it."""

from __future__ import annotations

import json
from typing import Any

from autograder.model import Assignment
from autograder.student.template.notebook import ANSWER, notebook


def handout(assignment: Assignment) -> dict[str, Any]:
    """The template's cells and the parts, as `untrusted.written` takes them.

    Args:
        assignment: loaded; hidden cases are not needed.
    """
    cells = []
    for cell in json.loads(notebook(assignment))["cells"]:
        kept = {"id": cell["id"], "kind": cell["cell_type"], "text": "".join(cell["source"])}
        cells.append(kept)
    known = {cell["id"]: cell for cell in cells}
    for question in assignment.questions:
        known[f"q{question.number}"]["question"] = True
        for index, part in enumerate(question.parts, start=1):
            place = f"q{question.number}-p{index}"
            known[place]["part"] = part.number
            for what in ("begin", "answer", "figure", "end"):
                if f"{place}-{what}" in known:
                    known[f"{place}-{what}"]["answer"] = part.number
    return {
        "cells": cells,
        "answer": ANSWER,
        "functions": list(assignment.functions),
        "parts": [
            {
                "number": part.number,
                "title": part.title,
                "written": part.written,
                "figure": part.figure,
            }
            for part in assignment.parts
        ],
    }
