"""Points of the best submissions that know nothing of the questions, and of right ones that were squeezed.

python -m tests.tools.trivial [ASSIGNMENT ...]     all by default

The table that `autograder validate` prints, without the rest of it: the best constant for each function,
the best argument handed back, right results with an axis too many, and without their axes of size 1. In
brackets: without what is an answer, the words and fixed values that a part asks for. Then every function
whose squeezed results lose nothing. Exit status 1 where there is one, or where a part gives too much.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict

import torch

from autograder.course.bank import load, project_root
from autograder.course.reference import reference_functions
from autograder.model import Question
from autograder.staff.validate import trivial


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("assignments", nargs="*")
    names = parser.parse_args().assignments
    torch.set_num_threads(1)
    root = project_root()
    names = names or sorted(path.stem for path in (root / "assignments").glob("*.toml"))
    loaded = [load(name, root) for name in names]
    questions: dict[str, list[Question]] = defaultdict(list)
    for one in loaded:
        for question in one.questions:
            questions[question.topic].append(question)
    points: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    lost: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    wrong = []
    for topic, some in questions.items():
        cases = {case.key: case for q in some for part in q.parts for case in part.cases}
        shares, found = trivial.judged(
            loaded, some[0], list(cases.values()), reference_functions(topic)
        )
        wrong += found
        for share in shares:
            points[share.assignment, share.kind][0] += share.earned * share.part.points
            points[share.assignment, share.kind][1] += share.unearned * share.part.points
            if share.kind == "squeezed":
                lost[share.assignment][0] += share.earned < 1
                lost[share.assignment][1] += 1
        print(f"{topic}: done", file=sys.stderr, flush=True)
    print(
        "| assignment | points | " + " | ".join(trivial.KINDS) + " | parts that lose if squeezed |"
    )
    print("|" + " --- |" * (3 + len(trivial.KINDS)))
    for one in loaded:
        row = ["{:.2f} ({:.2f})".format(*points[one.name, kind]) for kind in trivial.KINDS]
        total = sum(part.points for part in one.parts)
        told = "{} of {}".format(*lost[one.name])
        print(f"| {one.name} | {total:g} | " + " | ".join(row) + f" | {told} |")
    for problem in wrong:
        print(problem)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
