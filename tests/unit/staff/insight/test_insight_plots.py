"""How shares are said on the page of a class."""

import pytest

from autograder.staff.insight.plots import percent


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [(0, 1000, "0%"), (1, 1000, "<1%"), (5, 1000, "<1%"), (9, 1000, "<1%"), (10, 1000, "1%"),
     (990, 1000, "99%"), (995, 1000, ">99%"), (999, 1000, ">99%"), (1000, 1000, "100%")],
)  # fmt: skip
def test_something_is_never_nothing_and_less_than_all_is_never_all(count, of, said):
    assert percent(count / of) == said
