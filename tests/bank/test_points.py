"""The yearly assignments give the points of their hand-outs, sub-question by sub-question."""

import pytest

from tests.support import handed_in
from tests.tools import points

# The sums that the hand-outs' own headings give, such as "Question 1 (5-5-6)".
TOTALS = {"a3_2020": 94, "a3_2021": 66, "a3_2022": 79, "a3_2023": 65}


@pytest.mark.parametrize("assignment", TOTALS)
def test_every_sub_question_has_the_points_of_the_hand_out(assignment):
    found = points.rows(assignment)
    assert {row.number: row.differences for row in found if row.differences} == {}


@pytest.mark.parametrize("assignment", TOTALS)
def test_the_sub_questions_add_up_to_the_hand_outs_total(assignment):
    rows = points.rows(assignment)
    assert sum(row.asked.total for row in rows if not row.asked.bonus) == TOTALS[assignment]


@pytest.mark.parametrize("assignment", ["a3_2020", "a3_2021", "a3_2022", "a3_2023"])
def test_every_automatic_part_has_a_public_case(assignment):
    parts = handed_in.assignment(assignment).parts
    assert [part.number for part in parts if part.points and not part.public] == []
