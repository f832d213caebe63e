"""Domains and sizes with which the reference takes what is drawn."""

from dataclasses import replace

import pytest

from autograder.staff.harden import domains
from autograder.staff.harden.calibrate import calibrated
from autograder.staff.harden.question import open_question
from autograder.staff.harden.recipes import candidates
from autograder.staff.harden.trees import Fixed, Group, Leaf, Repeated, leaves
from tests.unit.staff.harden.conftest import write

STUB = "assignments/questions/scales/stub.py"
PUBLIC = "assignments/questions/scales/public_cases.py"
REFERENCE = "reference/scales.py"


@pytest.fixture
def fitted(project, files):
    """The one call of log_ratio, in a question some of whose files say something else."""

    def fit(changes):
        texts = dict(files)
        for path, old, new in changes:
            assert old in texts[path]
            texts[path] = texts[path].replace(old, new)
            write(project, {path: texts[path]})
        (one,) = calibrated(open_question(project, "scales")).templates["scaling", "log_ratio"]
        return one

    return fit


def of(one, name):
    """What is drawn for an argument."""
    (leaf,) = leaves(one.nodes[name])
    return leaf


def test_a_refusal_that_speaks_of_sizes_changes_the_sizes(fitted):
    """The docstring says "positive": another kind of numbers is no way out."""
    line = "            logs = x.double"
    few = (
        "            if len(x) > 4:\n"
        '                raise ValueError("x must have at most 4 rows")\n'
    )
    one = fitted([(REFERENCE, line, few + line)])
    assert one.order == "small"
    assert of(one, "x").domain is domains.POSITIVE


def test_what_the_reference_refuses_of_one_argument_is_drawn_for_others(fitted):
    """A table with zeros as x, but no zero among the scales."""
    one = fitted(
        [
            (STUB, "x: positive numbers,", "x: a table, each row of sum 1,"),
            (REFERENCE, "(x > 0).all()", "(x >= 0).all()"),
        ]
    )
    assert of(one, "x").domain is domains.SIMPLEX_WITH_ZEROS and not of(one, "x").refused
    assert of(one, "scale").domain is domains.POSITIVE
    (zeros,) = (r for r in candidates([one]) if r.title == "zeros among the numbers")
    body = "\n".join(zeros.body())
    assert (
        "x = simplex_with_zeros(rng, N, D)" in body and "scale = uniform(rng, 0.3, 2.5, D)" in body
    )


def test_zeros_are_not_drawn_where_the_reference_refuses_them(fitted):
    one = fitted([(STUB, "x: positive numbers,", "x: a table, each row of sum 1,")])
    assert of(one, "x").refused == ("zeros",)
    assert "zeros among the numbers" not in {recipe.title for recipe in candidates([one])}


def test_lines_of_nothing_are_an_extreme(fitted):
    """Whether a right answer takes them is seen from another one only."""
    one = fitted(
        [
            (STUB, "x: positive numbers,", "x: numbers of at least 0,"),
            (REFERENCE, "(x > 0).all()", "(x >= 0).all()"),
        ]
    )
    assert "lines of zeros" in {recipe.title for recipe in candidates([one])}
    assert "lines of zeros" not in {recipe.title for recipe in candidates([one], wide=False)}


def test_a_line_of_one_argument_is_another_argument(fitted):
    """Where both are any real numbers, and the one has the last axes of the other."""
    one = fitted(
        [
            (STUB, "x: positive numbers,", "x: numbers,"),
            (PUBLIC, "1.3862943611198906", "3.0"),
            (REFERENCE, " or not (x > 0).all()", ""),
            (REFERENCE, " or not (scale > 0).all()", ""),
            (REFERENCE, "x.double().log() - scale.double().log()", "x.double() - scale.double()"),
        ]
    )
    (edges,) = (r for r in candidates([one]) if r.title == "edges and equal lines")
    assert "scale = met(rng, x, D)" in "\n".join(edges.body())
    assert edges.extreme and edges.special
    assert edges.title not in {recipe.title for recipe in candidates([one], wide=False)}


def test_gradients_are_compared_in_lists_and_through_a_driver(fitted):
    """Only in what the docstring names, and not in the words that a driver takes."""
    one = fitted([])
    x, scale = (Leaf(name, "tensor", ("D",), (domains.POSITIVE,)) for name in ("x", "scale"))
    layers = Repeated(
        Group([x, Leaf("b", "float", (), (domains.REAL,))], is_tuple=True), empty=True
    )
    nodes = {"function": None, "layers": layers, "kind": Fixed('"cube"'), "scale": scale}
    some = replace(one, driver=driven, nodes=nodes, positional=4, differentiable=("layers",))
    (recipe,) = (r for r in candidates([some]) if r.gradient)
    body = "\n".join(recipe.body())
    assert 'given = [layers, "cube", scale]' in body
    assert 'via(result_gradients, log_ratio, given, [0], "driven")' in body


def driven(function, layers, kind, scale):
    """A driver of a question."""
    return function(layers, scale)
