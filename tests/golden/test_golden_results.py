"""results.json of three gradings: one judged, one refused, one that is under way."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.gradescope import results
from autograder.model import (
    Assignment,
    Case,
    CaseResult,
    Feedback,
    Limits,
    Outcome,
    Part,
    PartResult,
    Permits,
    Question,
    Report,
    Visibility,
)

TABLE = """\
The result: 2 of 6 entries are wrong. Worst at [1, 0]: yours 3, expected 4.

    yours         expected
     1   2   3    1  2  3
    *3  *4   6    4  5  6"""
TRACE = """\
`spread` raised ValueError: <b>shapes</b> (3,) and (4,) do not match
    cell 7, line 3, in spread
        return *rows - column_mean(rows)"""


def case(key: str, name: str, weight: float = 1.0, *, hidden: bool = False) -> Case:
    return Case("columns", key, name, hidden, weight, (key,), lambda namespace: None)


MEAN = Part(
    "1.1", "mean", "The mean", 4.0, 0.5,
    (case("mean", "two rows"), case("mean", "all ones", 2.0),
     case("mean", "float32", 3.0, hidden=True), case("mean", "no rows", hidden=True)),
)  # fmt: skip
SPREAD = Part(
    "1.2", "spread", "The spread", 2.0, 0.0,
    (case("spread", "one row"), case("spread", "negative entries", hidden=True)),
    bonus=True, feedback=Feedback.DIFF, visibility=Visibility.AFTER_DUE_DATE,
)  # fmt: skip
PROOF = Part("1.3", "proof", "A proof", 0.0, 3.0, ())
NORM = Part(
    "2.1",
    "norm",
    "The norm",
    1.0,
    0.0,
    (case("norm", "extremes", hidden=True),),
    feedback=Feedback.NONE,
)
SCALE = Part("2.2", "scale", "Scaling", 1.0, 0.0, (case("scale", "by two"),))


def question(topic: str, number: int, *parts: Part) -> Question:
    return Question(topic, number, topic.title(), Path(topic), parts, ())


ASSIGNMENT = Assignment(
    "small", "Small statistics",
    (question("columns", 1, MEAN, SPREAD, PROOF), question("norms", 2, NORM, SCALE)),
    Limits(), Permits(), Path("small.toml"), "0" * 64,
)  # fmt: skip
WRONG = "a value is wrong"
VERDICTS = {
    "two rows": (Outcome.PASSED, "", "", ""),
    "all ones": (Outcome.WRONG, WRONG, TABLE, ""),
    "float32": (Outcome.PASSED, "", "", ""),
    "no rows": (Outcome.RAISED, "`mean` raised ZeroDivisionError.", "x", ""),
    "one row": (Outcome.RAISED, "`spread` raised ValueError.", TRACE, ""),
    "negative entries": (Outcome.WRONG, WRONG, TABLE, ""),
    "extremes": (Outcome.TIMED_OUT, "`norm` did not end within 10 seconds.", "", ""),
    "by two": (Outcome.GRADER_ERROR, "This case could not be judged.", "", "a traceback"),
}  # fmt: skip


def judged(part: Part) -> PartResult:
    return PartResult(
        part,
        tuple(
            CaseResult(one, *verdict, seconds=0.25, diff=verdict[2] if verdict[1] == WRONG else "")
            for one in part.cases
            for verdict in [VERDICTS[one.name]]
        ),
    )


def skipped(part: Part) -> PartResult:
    results = (CaseResult(one, Outcome.SKIPPED, "nothing could be graded") for one in part.cases)
    return PartResult(part, tuple(results))


COMMON = {"seed": "5eed", "seconds": 75.5, "versions": {"python": "3.11.7", "torch": "2.13.0"}}
REPORTS = {
    "judged": Report(
        ASSIGNMENT,
        tuple(map(judged, ASSIGNMENT.parts)),
        notices=(
            "cell 3 failed: NameError: name '_x' is not defined\n    cell 3, line 1\n        _x",
        ),
        staff=("numpy.py has the name of a library and was ignored: the library itself is used",),
        handed_in="notebook my_work.ipynb (9 code cells)",
        output="training…\n",
        isolation={"level": "strict", "landlock": True, "findings": []},
        **COMMON,
    ),
    "refused": Report(
        ASSIGNMENT,
        tuple(map(skipped, ASSIGNMENT.parts)),
        refused="Two or more notebooks were handed in (a.ipynb, b.ipynb). Hand in exactly one.",
        **COMMON,
    ),
    "under_way": Report(ASSIGNMENT, (judged(MEAN),), finished=False, **COMMON),
}


@pytest.mark.parametrize("name", REPORTS)
def test_results(name: str, golden: Callable[[str, str], None]) -> None:
    text = json.dumps(results(REPORTS[name]), indent=2, ensure_ascii=False) + "\n"
    golden(f"gradescope/{name}.json", text)
