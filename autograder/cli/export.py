"""``autograder export``: the written answers of a submission as one document."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from autograder.model import UsageError


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write one document a notebook, and say which kind it is."""
    from autograder.course.bank import load
    from autograder.staff.export import export

    assignment = load(options.assignment, hidden=False)
    path = options.path
    notebooks = sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
    if not notebooks:
        raise UsageError(f"there is no notebook in {path}")
    for notebook in notebooks:
        made = export(notebook, assignment, options.output)
        why = f" (HTML: {made.why_html})" if made.why_html else ""
        sys.stdout.write(f"{made.path}: {made.answers} written answers{why}\n")
    return 0
