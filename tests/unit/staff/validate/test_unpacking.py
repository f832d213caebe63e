"""The rule against bare unpacking: each way to iterate over a student's value is found, nothing else."""

import textwrap

import pytest

from autograder.staff.validate.unpacking import iterations

CASE = """
@test_case(name="pair: values", points=1, hidden=True)
def values(pair, rng):
"""


def lines(body, helpers="", drivers=""):
    """The lines that the rule names, as written."""
    case = helpers + CASE + textwrap.indent(textwrap.dedent(body).strip(), "    ")
    texts = {"hidden_cases.py": case, "drivers.py": drivers}
    return [
        texts[name].splitlines()[line - 1].strip() for name, line in iterations(texts, ["pair"])
    ]


@pytest.mark.parametrize(
    "line",
    [
        "mean, cov = pair(rng)",
        "[mean, cov] = pair(rng)",
        "mean, *rest = pair(rng)",
        "(mean, cov), other = pair(rng), 1",
        "mean, cov = via(driver, pair, rng)",
        "mean, cov = as_tensor(pair(rng))",
        "mean, cov = as_tensor(pair(rng)).double() + 1",
        "mean, cov = pair(rng)[0]",
        "mean, cov = (came := pair(rng))",
        "mean, cov = unpack(pair(rng), 2)[0]",
        "for row in pair(rng): pass",
        "for row, right in zip(pair(rng), rng): pass",
        "for place, row in enumerate(pair(rng)): pass",
        "rows = [row for row in pair(rng)]",
        "rows = {k: row for k, row in zip(rng, pair(rng))}",
        "rows = list(pair(rng))",
        "most = max(pair(rng))",
        "check(*pair(rng))",
        "rows = [1, *pair(rng)]",
        "if rng: mean, cov = pair(rng)",
        "assert all(row > 0 for row in pair(rng))",
    ],
)
def test_a_value_is_iterated_over(line):
    assert lines(line) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "mean, cov = unpack(pair(rng), 2)",
        "mean, cov = as_tensor(pair(rng), shape=(2, 3))",
        "found, expected = pair(rng), reference.pair(rng)",
        "mean, cov = reference.pair(rng)",
        "for part in unpack(pair(rng), 2): pass",
        "for part, right in zip(unpack(pair(rng), 2), rng, strict=True): pass",
        "first, second = (pair(k) for k in rng)",
        "n, k = as_tensor(pair(rng)).shape",
        "x, y = via(driver, rng)",
        "x, y = helper(rng)",
        "found = pair(*rng)",
    ],
)
def test_what_is_ours_may_be_unpacked(line):
    assert lines(line) == []


def test_a_value_is_followed_through_names_and_functions():
    assert lines("came = pair(rng)\nmean, cov = came") == ["mean, cov = came"]
    assert lines("def flow(z):\n    return pair(z)\nmean, cov = flow(rng)") == [
        "mean, cov = flow(rng)"
    ]
    assert lines("flow = lambda z: pair(z)\nmean, cov = flow(rng)") == ["mean, cov = flow(rng)"]
    nested = "def flow(z):\n    x, y = unpack(pair(z), 2)\n    return x, y\nmean, cov = flow(rng)"
    assert lines(nested) == []


def test_a_value_is_followed_into_helpers_that_stand_anywhere():
    helpers = "def check(found):\n    inner(right=found)\ndef inner(right):\n    x, y = right\n"
    assert lines("check(pair(rng))", helpers) == ["x, y = right"]
    assert lines("check(reference.pair(rng))", helpers) == []
    calls = "def check(function):\n    x, y = function(1)\n"
    assert lines("check(pair)", calls) == ["x, y = function(1)"]
    assert lines("check(reference.pair)", calls) == []
    returns = "def called(function):\n    return function(1)\n"
    assert lines("x, y = called(pair)", returns) == ["x, y = called(pair)"]


def test_drivers_are_read_too_and_may_loop():
    driver = "def driver(function, x):\n    a, b = function(x)\n"
    assert lines("via(driver, pair, rng)", drivers=driver) == ["a, b = function(x)"]
    assert lines("via(driver, reference.pair, rng)", drivers=driver) == []
    loop = "def driver(function, x):\n    return [a for a in function(x)]\n"
    assert lines("via(driver, pair, rng)", drivers=loop) == []
    index = "def driver(function, x):\n    came = function(x)\n    a, b = came[0], came[1]\n"
    assert lines("via(driver, pair, rng)", drivers=index) == []
