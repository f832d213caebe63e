"""The value by which a leaderboard ranks a submission."""

from __future__ import annotations

import math

from autograder.grading.environment import Environment
from autograder.grading.judging import trace_of
from autograder.grading.limit import JudgingTimedOut, judging
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator, seed_of
from autograder.model import Assignment, Leaderboard, Outcome, StudentError
from autograder.testing import Mismatch


def measure(
    board: Leaderboard, assignment: Assignment, environment: Environment
) -> tuple[float | None, str]:
    """Measure a submission; why it is not on the board is noted for its student.

    Args:
        board: how it is measured.
        assignment: what all of its submissions are drawn for alike.
        environment: the submission's.

    Returns:
        The value, ``None`` for one that is not on the board; and what failed, for staff.
    """
    # A board compares students: they are measured on the same draws, which nobody can make.
    draws = generator(seed_of(assignment, (), ""), board.name)
    try:
        with judging():
            value = board.measure(Namespace(environment, draws))
    except StudentError as error:
        if error.outcome is not Outcome.MISSING:
            environment.note(f"Not on the leaderboard: {error.detail}")
    except Mismatch as mismatch:
        environment.note(f"Not on the leaderboard: {mismatch.detail}")
    except (Exception, JudgingTimedOut) as error:  # a board must not cost a grading
        return None, f"The leaderboard could not be measured: {trace_of(error)}"
    else:
        if math.isfinite(value):
            return value, ""
        environment.note(f"Not on the leaderboard: the value is {value}.")
    return None, ""
