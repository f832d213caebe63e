"""The shapes that docstrings give, and which of their axes may have the size 1."""

import textwrap

import pytest

from autograder.staff.validate.sizes import callables, documented


def source(*entries):
    lines = ["def f(x):", '    """Do.', "", "    Args:"]
    lines += [
        f"        {line}" for entry in entries for line in textwrap.dedent(entry).splitlines()
    ]
    return "\n".join([*lines, "", "    Returns:", "        A tensor (Q,).", '    """']) + "\n"


@pytest.mark.parametrize(
    ("entry", "axes"),
    [
        ("x: examples, a tensor (N, D).", ("N", "D")),
        ("x: a tensor (N,), of positive numbers.", ("N",)),
        ("x: images, a tensor (N, ...).", ("N", "...")),
        ("x: a matrix,\n    as an array (n, d).", ("n", "d")),
        ("x: states, (steps + 1, 2).", ("steps + 1", "2")),
    ],
)
def test_a_shape_is_read_from_the_docstring(entry, axes):
    assert documented(source(entry)) == [("x", axes)]


@pytest.mark.parametrize(
    "entry",
    [
        "x: a number (above 0).",
        "x: what model(x, t) returns.",
        "x: a number (or two, if you like).",
    ],
)
def test_what_is_no_shape_is_not_taken_for_one(entry):
    assert documented(source(entry)) == []


def test_every_argument_has_its_own():
    entries = ("x: rows, a tensor (N, D).", "y: a number.", "z: weights, a tensor (D,).")
    assert documented(source(*entries)) == [("x", ("N", "D")), ("z", ("D",))]


CLASS = '''
class Model:
    """A model."""

    def fit(self, x, y):
        """Fit.

        Args:
            x: rows, a tensor (N, D).
        """

    def loss(self, y, weights=None):
        """The loss of targets y (N, K) and weights (K,), as `of(y (N,))` gives it."""

    def size(self):
        """A pair (2, 3)."""
'''


def test_methods_are_looked_at_one_by_one_and_a_sentence_may_give_shapes():
    found = {name: documented(source) for name, source in callables("Model", CLASS)}
    assert found == {
        "Model.fit": [("x", ("N", "D"))],
        "Model.loss": [("y", ("N", "K")), ("weights", ("K",))],
        "Model.size": [],
    }


def test_a_value_has_no_arguments():
    assert list(callables("answer", "answer = ...")) == []
