"""What is written: lines of readable length, and the driver for gradients."""

import ast

import numpy as np
import pytest
import torch

from autograder.staff.harden.domains import EDGES, POSITIVE, REAL, floats
from autograder.staff.harden.drivers import GRADIENTS, with_driver
from autograder.staff.harden.helpers import space_of_helpers
from autograder.staff.harden.recipes import candidates
from autograder.staff.harden.template import Template
from autograder.staff.harden.trees import Fixed, Group, Leaf, Manner, Repeated
from autograder.staff.harden.writing import wrapped

LONG = [
    'f(alpha, beta, "a text with, commas (and brackets", [1, 2, 3], key=(gamma, delta)) '
    + "+ 1" * 5,
    "layers = [(normal(rng, D), uniform(rng, 0.3, 2.5).item(), uniform(rng, 0.1, 2.5).item()) "
    "for _ in range(rng.integers(0, 4))]",
    "assert_close(via(solve, inverse, y, kind, scale, another, more), expected_value, "
    'what="the result of it")',
    "for first, second in ((1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16), "
    "(17, 18)): pass",
    "from a.module import one_long_name, another_long_name, a_third_long_name, a_fourth_long_name, fifth",
]


@pytest.mark.parametrize("line", LONG)
def test_a_long_line_is_broken_and_means_the_same(line):
    text = wrapped(line)
    assert max(map(len, text.splitlines())) <= 100 < len(line) + 5
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(line))


def test_the_driver_is_added_once_with_what_it_imports():
    for before in (
        "",
        '"""Helpers."""\n\nimport math\n',
        '"""Helpers."""\n\nimport torch\n\n\nx = 1\n',
    ):
        once = with_driver(before, "scales")
        assert with_driver(once, "scales") == once
        assert once.count("import torch") == 1 and GRADIENTS in once
        ast.parse(once)


def test_the_driver_returns_the_gradient_of_a_weighted_sum():
    """The weights are cos(0.3) and cos(2): of x² at 1 and 2 the gradient is twice 1 and 2 times these."""
    space = {"torch": torch}
    exec(GRADIENTS, space)
    x, y = torch.tensor([1.0, 2.0], dtype=torch.float64), torch.tensor(5.0, dtype=torch.float64)
    weights = torch.tensor([0.3, 2.0], dtype=torch.float64).cos()
    by_x, by_y = space["result_gradients"](lambda x, y: x**2, [x, y], [0, 1])
    torch.testing.assert_close(by_x, 2 * x * weights)
    assert by_y == 0
    (none,) = space["result_gradients"](lambda x, y: x.detach(), [x, y], [0])
    assert not none.any()


def test_the_driver_looks_into_lists_and_calls_another_driver_by_its_name():
    """Of 3x² + y the gradients are 6x and 1; a Python float keeps its digits."""
    space = {"torch": torch}
    exec(GRADIENTS, space)
    space["scaled"] = lambda function, x, scale: scale * function(x)
    weight = torch.tensor(0.3, dtype=torch.float64).cos()
    pairs = [(torch.tensor([1.0, 2.0], dtype=torch.float64), 0.1)]
    (found,) = space["result_gradients"](
        lambda pairs: 3 * (pairs[0][0] ** 2).sum() + pairs[0][1], [pairs], [0]
    )
    torch.testing.assert_close(found, weight * torch.tensor([6.0, 12.0, 1.0]).double())
    (found,) = space["result_gradients"](lambda x: x**2, [0.1, 3], [0], "scaled")
    assert abs(found - weight * 0.6) < 1e-15
    (found,) = space["result_gradients"](lambda pairs: torch.ones(()), [[]], [0])
    assert found.shape == (0,)


def test_a_bound_in_a_list_is_drawn_before_what_it_bounds():
    high = Leaf("high", "float", (), (POSITIVE,))
    low = Leaf("low", "float", (), floats("at least -high.", square=False))
    pair = Repeated(Group([high, low], is_tuple=True), empty=False)
    space = {**space_of_helpers(), "rng": np.random.default_rng(0)}
    drawn = [p for _ in range(30) for p in eval(pair.text(Manner(EDGES)), space)]
    assert all(low >= -high for high, low in drawn) and any(low == -high for high, low in drawn)
    assert ":=" not in pair.text(Manner())


def names(part, **calls):
    """The names of the plainest cases of a function `f`, by what each of its calls is given."""
    drawn = Leaf("x", "tensor", ("N",), (REAL,))
    some = [
        Template("f", part, None, {"x": drawn, **given}, 1, None, "topic")
        for given in calls.values()
    ]
    return [r.name(part) for r in candidates(some) if r.title.startswith("drawn values")]


def test_the_name_of_a_case_says_what_tells_its_call_from_others():
    scale = Leaf("scale", "tensor", ("N",), (REAL,))
    assert names("f", one={}) == ["f: drawn values"]
    assert names("part", one={}) == ["part: f, drawn values"]
    assert names("f", one={}, two={"scale": scale}) == [
        "f: drawn values",
        "f: drawn values (with scale)",
    ]
    assert names("f", one={"scale": scale}, two={"scale": Fixed("None")}) == [
        "f: drawn values",
        "f: drawn values (without scale)",
    ]
    assert names("f", one={"kind": Fixed('"cube"')}, two={"kind": Fixed('"sine"')}) == [
        "f: drawn values (cube)",
        "f: drawn values (sine)",
    ]


def test_calls_that_nothing_tells_apart_are_numbered():
    assert names("f", one={}, two={}) == ["f: drawn values (1)", "f: drawn values (2)"]
