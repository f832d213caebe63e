"""``autograder lock``: exact versions of the packages that a course needs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def run(_options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the lock file and say what is new in it."""
    from autograder.course.locks.compile import lock
    from autograder.course.project import project_root

    path, added = lock(project_root())
    listed = "".join(f"  {line}\n" for line in added) or "  nothing\n"
    sys.stdout.write(
        f"{path}, beyond the program's own packages:\n{listed}"
        f"Install them here too: pip install -r {path.name}\n"
        'An assignment that uses one says so: [permits] packages = ["IMPORT_NAME"]\n'
    )
    return 0
