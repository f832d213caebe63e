"""A public class's name says which it is: no two modules of the program have one in common."""

import ast
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
