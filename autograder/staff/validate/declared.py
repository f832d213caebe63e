"""What an author declares of a question's cases in `hidden_cases.py`: literals with a reason each."""

from __future__ import annotations

import ast

from autograder.course.bank.files import assignment_error, read_text
from autograder.course.bank.source import parse
from autograder.course.parsing import literal
from autograder.model import Question


def declared(question: Question, constant: str, key: str) -> dict[str, str]:
    """The entries of a constant of the question's hidden file.

    Args:
        question: where to look.
        constant: the constant's name, such as ``"CONSTANT"``.
        key: what an entry is called, in words, such as ``"PART: FUNCTION"``.

    Returns:
        Reasons by name; empty where the file or the constant is missing.

    Raises:
        AssignmentError: the constant is not a literal of that form.
    """
    path = question.folder / "hidden_cases.py"
    if not path.exists():
        return {}
    for node in parse(path, read_text(path)).body:
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == [constant]:
            try:
                found = literal(node.value)
            except ValueError:
                found = None
            if isinstance(found, dict) and all(
                isinstance(w, str) and w for p in found.items() for w in p
            ):
                return found
            form = f'{constant} must be a literal {{"{key}": "reason"}}'
            raise assignment_error(path, form, node.lineno)
    return {}
