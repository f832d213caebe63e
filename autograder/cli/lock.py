"""``autograder lock``: exact versions of the packages that a course needs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Resolves the packages that requirements.txt of the course names together with those of this\n"
        "program, and writes requirements.lock: what students install and what Gradescope's image gets.\n"
        "Uses uv where it is installed, else pip-tools."
    )


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
