"""Who answers a hand-out rightly gets full automatic marks; a wrong answer costs its own part alone."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from autograder.course.reference import reference_functions
from autograder.grading.pipeline import run
from autograder.grading.request import Request
from tests import handouts
from tests.diagnoses import students
from tests.handouts.mistakes import MISTAKES, Functions
from tests.support import handed_in


def _explained(assignment: str, functions: Functions) -> students.Explained:
    """Judge someone who hands in these functions, all of one question, and everything else right."""
    question = next(
        q for q in handed_in.assignment(assignment).questions if functions.keys() <= {*q.functions}
    )
    whole = {**reference_functions(question.topic), **functions}
    return students.explain(students.Student(question, "", whole, frozenset(functions)))


def _lost_points(explained: students.Explained) -> dict[str, float]:
    return {
        part.part.number: part.part.points - part.score()
        for part in explained.parts
        if part.score() < part.part.points
    }


def _lost(assignment: str, name: str, function: Callable[..., object]) -> dict[str, float]:
    return _lost_points(_explained(assignment, {name: function}))


@pytest.mark.parametrize("assignment", handouts.ASSIGNMENTS)
def test_who_knows_nothing_but_the_hand_out_gets_full_automatic_marks(
    sandbox, tmp_path, assignment
):
    path = tmp_path / f"{assignment}.ipynb"
    path.write_text(handouts.submission(assignment), encoding="utf-8")
    whole = handed_in.assignment(assignment)
    report = run(Request(path, whole, isolation=sandbox.isolation), sandbox)
    failed = {
        f"{part.part.number} {case.case.name}": case.detail or case.public
        for part in report.parts
        for case in part.cases
        if not case.passed
    }
    assert failed == {}
    found = {part.part.number: part.score() for part in report.parts}
    assert found == pytest.approx({part.number: part.points for part in whole.parts})


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_wrong_answer_of_the_hand_outs_costs_its_part_alone_and_is_named(mistake):
    explained = _explained(mistake.assignment, mistake.functions)
    lost = _lost_points(explained)
    expected = {mistake.number: mistake.lost} if mistake.lost else {}
    assert lost == pytest.approx(expected, abs=0.02)
    named = {one.name: one.sentence for part in explained.parts for one in part.diagnoses}
    assert (mistake.named in named) if mistake.named else (named == {})
    assert bool(mistake.named) == bool(mistake.lost) != bool(mistake.why)


WORDS = {"marginal_likelihood": "instance", "computation": "amortized", "memory": "amortized"}
TRAINED = {"VAE": {"encoder", "decoder"}, "DDPM": {"decoder"}}


@pytest.mark.parametrize(
    ("assignment", "function", "answer", "key", "wrong", "lost"),
    [
        *(("a3_2020", "better_approach", WORDS, key, "neither", {"3.3": 4 / 3}) for key in WORDS),
        *(("a3_2023", "better_approach", WORDS, key, "neither", {"1.4": 1 / 3}) for key in WORDS),
        (
            "a3_2020",
            "determinant_cost",
            {"diagonal": 1, "triangular": 1},
            "diagonal",
            2,
            {"2.2": 3},
        ),
        (
            "a3_2020",
            "determinant_cost",
            {"diagonal": 1, "triangular": 1},
            "triangular",
            2,
            {"2.4": 3},
        ),
        (
            "a3_2021",
            "shrinks_evenly",
            {"dropout": False, "ridge": True},
            "dropout",
            True,
            {"1.4": 0.5},
        ),
        (
            "a3_2021",
            "shrinks_evenly",
            {"dropout": False, "ridge": True},
            "ridge",
            False,
            {"1.4": 0.5},
        ),
        *(("a3_2023", "trained_parts", TRAINED, key, {"encoder"}, {"2.5": 0.5}) for key in TRAINED),
    ],
)
def test_a_wrong_entry_costs_that_entry_alone(assignment, function, answer, key, wrong, lost):
    assert _lost(assignment, function, lambda: {**answer, key: wrong}) == pytest.approx(
        lost, abs=0.01
    )


@pytest.mark.parametrize("scenario", ["density", "samples"])
def test_a_wrong_objective_costs_its_scenario_alone(scenario):
    right = {"density": "reverse", "samples": "forward"}
    other = {"reverse": "forward", "forward": "reverse"}
    answer = {**right, scenario: other[right[scenario]]}
    assert _lost("a3_2021", "kl_objective", answer.get) == pytest.approx({"3.2": 1})


@pytest.mark.parametrize("function", ["field_aa", "field_ab", "field_ba", "field_bb"])
@pytest.mark.parametrize(
    ("assignment", "question", "points"), [("a3_2020", 1, 4), ("a3_2022", 2, 5)]
)
def test_a_wrong_grid_costs_that_grid_alone(assignment, question, points, function):
    place = ["field_aa", "field_ab", "field_ba", "field_bb"].index(function) + 1
    assert _lost(assignment, function, lambda: [54]) == {f"{question}.{place}": points}


RIGHT = [32, 42, 43, 44, 52, 53, 54, 55]
GRID = [[int(10 * row + column in RIGHT) for column in range(1, 6)] for row in range(1, 6)]


@pytest.mark.parametrize(
    "answer",
    [
        RIGHT,
        tuple(reversed(RIGHT)),
        [str(label) for label in RIGHT],
        [float(label) for label in RIGHT],
        [torch.tensor(label) for label in RIGHT],
        np.array(RIGHT),
        GRID,
        [[value == 1 for value in row] for row in GRID],
        np.array(GRID, dtype=bool),
        torch.tensor(GRID, dtype=torch.float32),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_a_receptive_field_may_be_handed_in_as_a_map_or_as_numbers_of_pixels(answer):
    assert _lost("a3_2020", "field_aa", lambda: answer) == {}
