"""``autograder bundle``: the zip for Gradescope."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Build the zip and say where it is."""
    from autograder.course.bank import load, project_root
    from autograder.gradescope.bundle import build

    assignment = load(options.assignment, project_root())
    out = options.output
    if out.suffix != ".zip":
        out = out / f"{assignment.name}-gradescope.zip"
    out.parent.mkdir(parents=True, exist_ok=True)
    build(assignment, out)
    sys.stdout.write(
        f"{out}: upload it under Configure Autograder ({out.stat().st_size:,} bytes)\n"
    )
    return 0
