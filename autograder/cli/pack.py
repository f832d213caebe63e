"""``autograder pack``: a course's questions as a wheel that other courses use."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Builds a wheel of the course's questions and solutions. Where another course is kept, staff\n"
        'install it with pip, and a manifest uses a question by name: topic = "NAME/TOPIC".\n'
        "It holds every solution: give it to staff alone, and put it on no index."
    )
    command.add_argument("name", help="what manifests write before the question, such as bank")
    command.add_argument(
        "--release",
        default="",
        metavar="VERSION",
        help="the wheel's version (default: the program's)",
    )
    command.add_argument(
        "-o", "--output", type=Path, default=Path("dist"), help="folder (default: dist/)"
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Write the wheel and say how to use it."""
    from autograder.course.banks import topics
    from autograder.course.pack import pack
    from autograder.course.project import project_root
    from autograder.model.wording import plural
    from autograder.supervisor import atomic_write

    root = project_root()
    name, data = pack(root, options.name, options.release)
    out = options.output / name
    options.output.mkdir(parents=True, exist_ok=True)
    with atomic_write(out, private=True) as temporary:
        temporary.write_bytes(data)
    known = topics(root)
    sys.stdout.write(
        f"{out}: {len(known)} {plural(len(known), 'question')} with solutions, for staff alone\n"
        f"Where another course is kept: pip install {out}\n"
        f'and in its manifest: topic = "{options.name}/{known[0]}"\n'
    )
    return 0
