"""How small the counterexamples of the bank's misconceptions are.

python -m tests.diagnoses.smallest [TOPIC ...] [--hidden] [--texts]

Every misconception is judged as a student's work, and the failed cases are shrunk as in a grading. Those
count that return a wrong value to a call with data; those that only raise, differ by precision alone or are
called through a driver cannot be shown. `--hidden`: from hidden calls alone. Prints the numbers shown, and
every miss with its cause.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from autograder.course.bank import load, misconceptions, project_root
from autograder.course.reference import reference_functions
from autograder.grading.calls import InProcess
from autograder.grading.smallest import search
from autograder.grading.smallest.inputs import MOST_SHOWN
from autograder.grading.smallest.script import scripts
from autograder.model import Call, Outcome
from autograder.testing import Misconception
from tests.diagnoses.students import Student, judged, of_misconceptions

ASSIGNMENT = "deep_generative_models"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one misconception.

    Attributes:
        name: topic and misconception.
        size: numbers in the smallest input; 0 where none is shown.
        text: the sentence, or why there is none.
        calls: of the student's function.
        counts: whether it returns a wrong value that could be shown.
    """

    name: str
    size: int
    text: str
    calls: int = 0
    counts: bool = True


def shown(student: Student, wrong: Sequence[Misconception], *, hidden: bool) -> Shown:
    """The first example of a student, as a grading finds it."""
    name = f"{student.question.topic}.{student.name}"
    functions, caller = reference_functions(student.question.topic), InProcess(student.functions)
    causes: Counter[str] = Counter()
    for calls in _failed(student, hidden=hidden):
        plain = list(scripts(calls, functions))
        if not plain:
            causes["no call with data alone"] += 1
            continue
        for script in plain:
            one = search._Search(script, caller, functions, wrong)
            if not one.is_wrong:
                causes["no clear wrong value"] += 1
                continue
            one = one.shortest()
            found = one.run()
            if found is not None and one.best is not None and (found.is_new or not hidden):
                return Shown(name, one.best.inputs.size(), found.text, found.calls)
            size = one.best.inputs.size() if one.best else 0
            what = f"{size} numbers are left" if size > MOST_SHOWN else "unsteady"
            causes["left as it was" if found else what] += 1
            break
    cause = ", ".join(f"{cause} ({count})" for cause, count in causes.items())
    counts = any("left" in cause or "unsteady" in cause for cause in causes)
    return Shown(name, 0, cause or "nothing fails", counts=counts)


def _failed(student: Student, *, hidden: bool) -> Iterator[Sequence[Call]]:
    for case in (case for part in student.question.parts for case in part.cases):
        if not case.form and (case.hidden or not hidden):
            result = judged(case, student)
            if result.outcome is Outcome.WRONG and result.calls:
                yield result.calls


def main() -> int:
    """Print the figures; 0 where enough are shown."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("topics", nargs="*")
    parser.add_argument("--hidden", action="store_true")
    parser.add_argument("--texts", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    assignment = load(ASSIGNMENT, project_root())
    wrong = {q.topic: misconceptions(q) for q in assignment.questions}
    found = []
    for student in of_misconceptions(assignment, options.topics):
        one = shown(student, wrong[student.question.topic], hidden=options.hidden)
        found.append(one)
        if options.texts or not one.size:
            print(f"{one.name}: {one.size}, {one.calls} calls: {one.text}", flush=True)
    counted = [one for one in found if one.counts]
    sizes = np.array([one.size for one in counted])
    for most in (8, MOST_SHOWN):
        share = np.mean((sizes > 0) & (sizes <= most))
        print(f"{100 * share:.1f} % of {len(counted)} are shown in {most} numbers or fewer")
    calls = [one.calls for one in counted if one.size]
    print(
        f"calls: {np.median(calls):g} at the median, {np.quantile(calls, 0.9):g} at the ninth decile"
    )
    print(f"{len(found) - len(counted)} of {len(found)} return no wrong value that could be shown")
    return 0


if __name__ == "__main__":
    sys.exit(main())
