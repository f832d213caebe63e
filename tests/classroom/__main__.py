"""The command that makes a class: see the package."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import torch
import yaml

from autograder.course.bank import load
from autograder.grading.seeds import seed_of
from autograder.model import Assignment
from autograder.staff.batch.collect import collect
from autograder.staff.batch.metadata import METADATA
from tests.classroom import files, programs
from tests.classroom.students import Student, students


def main() -> None:
    """Make a class, and say what each of its submissions is worth."""
    options = _options()
    torch.set_num_threads(1)
    assignment = load(options.assignment, programs.ROOT)
    everyone = students(assignment, options.count, options.seed)
    folder = options.out / "submissions"
    if folder.exists():
        sys.exit(f"{folder} is there already: name another folder")
    write = _export if options.layout == "gradescope" else _flat
    places = write(folder, everyone, assignment)
    expected = []
    for entry in collect(folder).entries:
        student = everyone[places[entry.path.relative_to(folder).parts[0]]]
        expected.append({"id": entry.id, **_worth(student, assignment, entry.users)})
        print(f"\r{len(expected)} of {len(everyone)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    text = json.dumps({"assignment": assignment.name, "submissions": expected}, indent=1)
    (options.out / "expected.json").write_text(text + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.classroom", description=__doc__
    )
    parser.add_argument("out", type=Path, help="a folder that is made")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-a", "--assignment", default="deep_generative_models")
    parser.add_argument("--layout", choices=("gradescope", "files"), default="gradescope")
    return parser.parse_args()


def _export(folder: Path, everyone: list[Student], assignment: Assignment) -> dict[str, int]:
    """Write what Gradescope exports; the number of the student by the name of the folder."""
    metadata, places = {}, {}
    for number, student in enumerate(everyone):
        name = f"submission_{409_000_000 + 17 * number}"
        places[name] = number
        _lay(folder / name, files.files(student, assignment))
        metadata[name] = {
            ":submitters": [
                {
                    ":name": f"Student {number:04}",
                    ":sid": f"{30_000_000 + number}",
                    ":email": f"student{number:04}@example.edu",
                }
            ],
            ":created_at": f"2026-03-{1 + number % 28:02}T12:{number % 60:02}:00+00:00",
            ":score": 0.0,
        }
    text = yaml.safe_dump(metadata, sort_keys=False)
    (folder / METADATA).write_text(text, encoding="utf-8")
    return places


def _flat(folder: Path, everyone: list[Student], assignment: Assignment) -> dict[str, int]:
    """Write each submission as one file where it is one, as a folder elsewhere."""
    places = {}
    for number, student in enumerate(everyone):
        content = files.files(student, assignment)
        name = f"student{number:04}"
        if len(content) == 1 and (ending := Path(next(iter(content))).suffix) != ".txt":
            name += ending
            _lay(folder, {name: next(iter(content.values()))})
        else:
            _lay(folder / name, content)
        places[name] = number
    return places


def _lay(folder: Path, content: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / name).write_bytes(data)


def _worth(student: Student, assignment: Assignment, users: tuple[str, ...]) -> dict[str, object]:
    """The points of each part, and the cases that pass."""
    seed = seed_of(assignment, users, "")  # not the inputs of the grading, but such as it may draw
    passed: set[str] = set()
    for program in student.programs:
        passed |= programs.passes(program, assignment, seed)
    parts = {
        part.number: part.worth(tuple(case for case in part.cases if case.key in passed))
        for part in assignment.parts
    }
    return {
        "kind": student.kind,
        "flavour": student.flavour,
        "wrong": list(student.wrong),
        "score": round(sum(parts.values()), 5),
        "parts": {number: round(points, 5) for number, points in parts.items()},
        "passed": sorted(passed),
    }


if __name__ == "__main__":
    main()
