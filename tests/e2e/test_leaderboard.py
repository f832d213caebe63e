"""The leaderboard from a notebook to results.json: optional, honest, and worth no points."""

import dataclasses
import html

import pytest

from tests.support import handed_in

FIT = """\
from drivers.flows import fit_radial_flow

def fit_flow(x):
    return fit_radial_flow(flow_log_likelihood, x, layers=2, steps=20)
"""
# Layers that say what a hidden case has given: the board's value is shown to students at once.
TELLTALE = """\
heard = []
_causal_mask = causal_mask

def causal_mask(*arguments):
    heard.append(arguments)
    return _causal_mask(*arguments)

def fit_flow(x):
    return [([0.0, 0.0], 1.0, float(len(heard)))]
"""


@pytest.fixture(scope="module")
def whole():
    """The flows and the masks only: what the board needs, and something to hear in hidden cases."""
    full = handed_in.assignment()
    kept = tuple(q for q in full.questions if q.topic in ("masked_conv", "flows"))
    return dataclasses.replace(full, questions=kept)


def test_who_fits_a_flow_is_on_the_board(grade, whole):
    right = handed_in.right(whole)
    without = grade(right, whole).results
    on_board = grade(handed_in.with_cell(right, FIT), whole).results
    assert "leaderboard" not in without
    (entry,) = on_board["leaderboard"]
    assert entry["name"] == whole.leaderboard.name
    assert entry["order"] == "desc"
    assert -2.35 < entry["value"] < -1.5  # above the standard normal's, below the best known
    assert on_board["score"] == without["score"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return [([0.0, 0.0], -1.0, 0.0)]", "alpha > 0"),
        ("raise ValueError('no flow today')", "no flow today"),
        ("return float('nan')", "list of layers"),
    ],
)
@pytest.mark.exhaustive
def test_a_flow_that_is_none_says_why_and_costs_nothing(grade, whole, body, words):
    source = f"def fit_flow(x):\n    {body}\n"
    results = grade(handed_in.with_cell(handed_in.right(whole), source), whole).results
    assert "leaderboard" not in results
    assert "Not on the leaderboard" in results["output"]
    assert words in html.unescape(results["output"])
    assert results["score"] == sum(test.get("max_score", 0) for test in results["tests"])


def test_the_board_cannot_tell_what_hidden_cases_have_given(grade, whole):
    telling = handed_in.with_cell(handed_in.right(whole), TELLTALE)
    without_hidden = dataclasses.replace(
        whole,
        questions=tuple(
            dataclasses.replace(
                question,
                parts=tuple(
                    dataclasses.replace(part, cases=part.public) for part in question.parts
                ),
            )
            for question in whole.questions
        ),
    )
    (heard,) = grade(telling, whole).results["leaderboard"]
    (heard_in_public,) = grade(telling, without_hidden).results["leaderboard"]
    assert heard == heard_in_public
