"""Names say which thing they are: public classes, and the errors that docstrings promise."""

import ast
import builtins
import re
from collections import defaultdict
from pathlib import Path

import autograder

PACKAGE = Path(autograder.__file__).parent
# What a notebook imports from Otter: here its own subclass, and what stands for it while grading.
SHARED = {"Notebook"}


def test_no_public_class_has_the_name_of_another():
    where = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(str(path.relative_to(PACKAGE)))
    assert len(where) > 100
    twice = {name: paths for name, paths in where.items() if len(paths) > 1}
    assert twice.keys() == SHARED, twice


def test_every_error_that_a_docstring_promises_exists():
    known, promised = {*dir(builtins)}, []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                known.add(node.name)
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                section = (ast.get_docstring(node) or "").partition("Raises:\n")[2]
                errors = re.findall(r"^    ([\w.]+): ", section, re.MULTILINE)
                promised += [(path.name, node.name, one.rpartition(".")[2]) for one in errors]
    assert len(promised) > 100
    assert [one for one in promised if one[2] not in known] == []
