"""``autograder new question``: the files of a new question, with blanks to fill in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the files and say what to do next."""
    from autograder.course.bank import project_root
    from autograder.course.scaffold import new_question

    root = project_root()
    files, manifest = new_question(options.name, root)
    listed = "\n".join(f"  {path.relative_to(root)}" for path in files)
    sys.stdout.write(
        f"Written, with blanks marked FILL:\n{listed}\n\n"
        f'1. Fill the blanks, the reference first (CONTRIBUTING.md, "A new question").\n'
        f"2. Add to a manifest, assignments/NAME.toml:\n\n{manifest}\n"
        "3. autograder template NAME, then autograder validate NAME, until all is sound.\n"
    )
    return 0
