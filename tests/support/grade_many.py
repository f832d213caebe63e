"""Grade many submissions with one zygote and write what became of each.

python -m tests.support.grade_many ISOLATION ROOT ASSIGNMENT RESULTS SUBMISSION... [+ ROOT ...]

ISOLATION is a level, or "without LAYER": best effort where that layer is missing. After a "+" comes
another project with its submissions.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Any

from autograder.gradescope import results
from autograder.grading import pipeline as grade
from autograder.grading.request import Request
from autograder.model import GraderError, Isolation
from autograder.sandbox import Sandbox
from autograder.supervisor import write
from tests.support.sessions import Weakened


def main(isolation: str, *projects: str) -> None:
    """Grade, one after the other."""
    with sandbox_of(isolation) as sandbox:
        for other, project in itertools.groupby(projects, "+".__eq__):
            if not other:
                _grade(sandbox, *project)


def _grade(sandbox: Sandbox, root: str, assignment: str, out: str, *submissions: str) -> None:
    """Grade the submissions of a project."""
    from autograder.course.bank import load  # late: the zygote must not have it

    loaded = load(assignment, root)
    for submission in map(Path, submissions):
        request = Request(
            submission,
            loaded,
            isolation=sandbox.isolation,
            keep_from=(Path(out),),
        )
        record: dict[str, Any]
        try:
            report = grade.run(request, sandbox)
        except GraderError as error:
            record = {"error": str(error)}
        else:
            record = {
                "score": report.score,
                "outcomes": {
                    case.case.key: str(case.outcome) for part in report.parts for case in part.cases
                },
                "explanations": [
                    f"{case.public}\n{case.detail}" for part in report.parts for case in part.cases
                ],
                "notices": list(report.notices),
                "staff": list(report.staff),
                "refused": report.refused,
                "output": report.output,
                "isolation": dict(report.isolation),
                "results": results(report),
            }
        write(Path(out) / f"{submission.name}.json", record)


def sandbox_of(isolation: str) -> Sandbox:
    """A sandbox of a level, or one that lacks a layer."""
    if not isolation.startswith("without "):
        return Sandbox(Isolation(isolation))
    if isolation == "without private":
        return Sandbox(Isolation.STRICT, private=False)
    sandbox = Weakened()
    sandbox.changes = {isolation.removeprefix("without "): False}
    return sandbox


if __name__ == "__main__":
    main(*sys.argv[1:])
