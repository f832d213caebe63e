"""Each operator on a function of one line: all of its mutants, and no others."""

import math

import pytest

from autograder.staff.mutants.mutant import mutants

# In an assertion an expression is nothing but itself: no condition, no result, not to be deleted.
EXPRESSIONS = {
    "x + y": {"x + y → x - y", "x + y → x", "x + y → y"},
    "x - y": {"x - y → x + y", "x - y → x", "x - y → -y"},
    "x * y": {"x * y → x / y", "x * y → x", "x * y → y"},
    "x / y": {"x / y → x * y", "x / y → x", "x / y → 1 / y"},
    "x // y": {"x // y → x / y", "x // y → x", "x // y → y"},
    "x ** y": {"x ** y → x * y", "x ** y → x"},
    "x & y": {"x & y → x | y", "x & y → x", "x & y → y"},
    "x @ y": {
        "x @ y → x",
        "x @ y → y",
        "x @ y → x.swapaxes(-2, -1) @ y",
        "x @ y → x @ y.swapaxes(-2, -1)",
    },
    "x.T @ y.mT": {
        "x.T @ y.mT → x.T",
        "x.T @ y.mT → y.mT",
        "x.T → x",
        "y.mT → y",
    },
    "x < y": {"x < y → x <= y", "x < y → x > y"},
    "x >= y": {"x >= y → x > y", "x >= y → x <= y"},
    "x == y": {"x == y → x != y"},
    "x is not y": {"x is not y → x is y"},
    "x in y": {"x in y → x not in y"},
    "x < y < k": {
        "x < y < k → x <= y < k",
        "x < y < k → x > y < k",
        "x < y < k → x < y <= k",
        "x < y < k → x < y > k",
    },
    "x and y": {"x and y → x or y", "x and y → x", "x and y → y"},
    "x or y or k": {
        "x or y or k → x and y and k",
        "x or y or k → y or k",
        "x or y or k → x or k",
        "x or y or k → x or y",
    },
    "not x": {"not x → x"},
    "~x": {"~x → x"},
    "-x": {"-x → x"},
    "x.sum(-1)": {"x.sum → x.mean", "-1 → 0", "-1 → -2"},
    "x.amax(dim=1)": {
        "x.amax → x.amin",
        "x.amax(dim=1) → x.amax()",
        "1 → 2",
        "1 → 0",
    },
    "max(x, y)": {"max(x, y) → min(x, y)"},
    "torch.exp(x)": {"torch.exp(x) → x", "torch.exp(x) → torch.exp(-x)"},
    "x.exp()": {"x.exp() → x", "x.exp() → (-x).exp()"},
    "torch.log1p(x)": {
        "torch.log1p(x) → x",
        "torch.log1p(x) → torch.log1p(-x)",
        "torch.log1p → torch.log",
    },
    "x.detach()": {"x.detach() → x"},
    "torch.where(x, y, k)": {
        "torch.where(x, y, k) → y",
        "torch.where(x, y, k) → k",
    },
    "x if y else k": {"x if y else k → x", "x if y else k → k"},
    "x[k]": {"x[k] → x[k + 1]", "x[k] → x[k - 1]"},
    "x[k - 1]": {"k - 1 → k + 1", "k - 1 → k", "k - 1 → -1", "1 → 2", "1 → 0"},
    "x[k:]": {
        "x[k:] → x[:k]",
        "x[k:] → x[:]",
        "x[k:] → x[k + 1:]",
        "x[k:] → x[k - 1:]",
    },
    "x[:, None]": {"x[:, None] → x[None, :]"},
    "f(x, k=True)": {"f(x, k=True) → f(x)", "True → False"},
    "reversed(x)": {"reversed(x) → x"},
}


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS.items())
def test_what_an_expression_may_become(changes, expression, expected):
    assert changes(f"assert {expression}") == expected


def test_a_condition_is_forced_to_either_side_and_a_loop_is_not_begun(changes):
    assert changes("if x: pass") == {"x → False", "x → True"}
    assert changes("while x: pass") == {"x → False"}


@pytest.mark.parametrize(
    ("literal", "others"),
    [
        ("0", {"1", "-1"}),
        ("1", {"2", "0"}),
        ("3", {"4", "2"}),
        ("0.5", {"1.0", "0.25"}),
        ("1.0", {"2.0", "0.5", "0.0"}),
        ("0.0", {"1.0"}),
        ("-0.5", {"-1.0", "-0.25", "1.5", "0.5"}),
        ("True", {"False"}),
    ],
)
def test_literals(changes, literal, others):
    assert changes(f"return {literal}") == {f"{literal} → {other}" for other in others}


def test_a_string_becomes_one_of_its_kind_wherever_they_stand_together(found):
    source = """
        ROWS = ("above", "below")

        def f(x, rows="above"):
            return rows == "below"
    """
    came = {mutant.change for mutant in found(source)}
    assert {"\"above\" → 'below'", "\"below\" → 'above'"} <= came


def test_what_is_returned_or_assigned_changes_its_sign(changes):
    assert "x → -x" in changes("return x")
    assert {"x → -x", "y → -y"} <= changes("return x, y")
    assert "f(x) → -f(x)" in changes("return y", before="y = f(x)")
    assert not any("--" in change for change in changes("return -x"))


def test_statements_that_leave_every_name_a_value_are_deleted(changes):
    assert "x = x + 1 → pass" in changes("return x", before="x = x + 1")
    assert "x += 1 → pass" in changes("return x", before="x += 1")
    assert "x.append(y) → pass" in changes("return x", before="x.append(y)")
    assert "for k in x: … → pass" in changes("return y", before="for k in x:\n    y += k")
    assert "z = x → pass" not in changes("return z", before="z = x")


FORMULA = """
    def f(x, y):
        return x * (y + 3) ** 2 - -x / (y - 1)
"""


def test_a_change_leaves_the_rest_of_the_formula_as_it_was(program):
    """Where an operator binds more weakly than the one before it, parentheses keep it together."""
    formula = program(FORMULA)
    x, y = 3.0, 5.0
    expected = {
        "y + 3 → y - 3": x * (y - 3) ** 2 + x / (y - 1),
        "(y + 3) ** 2 → (y + 3) * 2": x * ((y + 3) * 2) + x / (y - 1),
        "x * (y + 3) ** 2 → x / (y + 3) ** 2": x / (y + 3) ** 2 + x / (y - 1),
        "-x / (y - 1) → 1 / (y - 1)": x * (y + 3) ** 2 - 1 / (y - 1),
        "-x / (y - 1) → -x * (y - 1)": x * (y + 3) ** 2 + x * (y - 1),
        "-x → x": x * (y + 3) ** 2 - x / (y - 1),
        "y - 1 → -1": x * (y + 3) ** 2 - x,
        "y - 1 → y + 1": x * (y + 3) ** 2 + x / (y + 1),
        "2 → 3": x * (y + 3) ** 3 + x / (y - 1),
    }
    came = {mutant.change: mutant for mutant in mutants(formula)}
    for change, value in expected.items():
        names = {}
        exec(came[change].apply(formula.modules["topic"].text), names)
        assert math.isclose(names["f"](x, y), value), change
