"""The public assertions about a student's values, for graded cases, for authors and for notebooks.

    from autograder.testing import assert_close

    @test_case(name="mean: of three rows", points=1)
    def test_mean(column_mean):
        assert_close(column_mean([[1.0, 2.0], [3.0, 4.0]]), [2.0, 3.0])

A student's value is read as data and never trusted: none of its methods is called. A difference raises a
`Mismatch`: its ``public`` sentence reveals nothing about the data, its ``detail`` says everything.
"""

from autograder.testing.assertions import (
    as_array,
    as_tensor,
    assert_all,
    assert_close,
    assert_same_set,
    unpack,
)
from autograder.testing.distribution import assert_same_distribution
from autograder.testing.draws import integers, normal, uniform
from autograder.testing.driver import via
from autograder.testing.equality import assert_equal, assert_one_of
from autograder.testing.figures import AxesData, CurveData, FigureData, figure_data
from autograder.testing.frames import assert_frame_close
from autograder.testing.misconception import Misconception, misconception
from autograder.testing.mismatch import Mismatch
from autograder.testing.scores import assert_score

__all__ = [
    "AxesData",
    "CurveData",
    "FigureData",
    "Misconception",
    "Mismatch",
    "as_array",
    "as_tensor",
    "assert_all",
    "assert_close",
    "assert_equal",
    "assert_frame_close",
    "assert_one_of",
    "assert_same_distribution",
    "assert_same_set",
    "assert_score",
    "figure_data",
    "integers",
    "misconception",
    "normal",
    "uniform",
    "unpack",
    "via",
]
