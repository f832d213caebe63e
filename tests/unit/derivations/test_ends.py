"""The given lines may be spelt in any way, and nothing else may stand in their place."""

import pytest

from autograder import check_derivation

ECLL = [
    "E(log(p_x_given_z * p_z))",
    "= E(log(p_z_given_x * p_x))",
    "~ log(p_x) - KL(q, p_z_given_x)",
]
MEAN = [
    "sqrt(abar1) * beta / (1 - abar) * x0 + sqrt(alpha) * (1 - abar1) / (1 - abar) * xt",
    "= (xt - beta / sqrt(1 - abar) * eps) / sqrt(alpha)",
]


def ends(name, lines):
    verdict = check_derivation(name, lines)
    assert verdict.holds, verdict
    return verdict.ends


@pytest.mark.parametrize(
    "last",
    [
        "~ log(p_x) - KL(q, p_z_given_x)",
        "~ -KL(q, p_z_given_x) + log(p_x)",
        "~ (log(p_x) - KL(q, p_z_given_x))",
        "~ 2 * log(p_x) / 2 - KL(q, p_z_given_x)",
    ],
)
def test_the_last_line_may_be_spelt_in_any_way(last):
    assert ends("vae.ecll_derivation", [*ECLL[:2], last])


def test_the_first_line_may_be_spelt_in_any_way():
    assert ends("vae.ecll_derivation", ["E(log(p_z * p_x_given_z))", *ECLL[1:]])
    first = "(sqrt(abar1) * beta * x0 + sqrt(alpha) * (1 - abar1) * xt) / (1 - abar)"
    assert not ends("ddpm.mean_derivation", [first, MEAN[1]])  # abar is written once only
    first = "beta * sqrt(abar1) * x0 / (1 - abar) + xt * (1 - abar1) * sqrt(alpha) / (1 - abar)"
    assert ends("ddpm.mean_derivation", [first, MEAN[1]])
    assert ends("ddpm.mean_derivation", [MEAN[1].removeprefix("= "), f"= {first}"])


@pytest.mark.parametrize(
    "last",
    [
        "~ E(log(p_xz))",
        "~ log(p_x) - KL(q, p_z_given_x) + H(q) - H(q)",
        "~ log(p_x) + E(log(p_z_given_x))",
    ],
)
def test_another_line_of_the_same_value_is_not_the_last_one(last):
    assert not ends("vae.ecll_derivation", [*ECLL[:2], last])


@pytest.mark.parametrize(
    ("last", "right"),
    [
        ("f1 = f0 * D / (1 - D)", True),
        ("f1 = D * f0 / (1 - D)", True),
        ("D / (1 - D) * f0 = f1", True),
        ("f0 = f1 * (1 - D) / D", False),
        ("f1 / f0 = D / (1 - D)", False),
    ],
)
def test_the_sides_of_an_equation_may_change_places(last, right):
    lines = ["grad(f1 * log(D) + f0 * log(1 - D), D) = 0", "D = f1 / (f0 + f1)", last]
    assert ends("gan.discriminator_derivation", lines) is right


def test_equal_matrices_do_not_stand_for_each_other_in_the_given_lines():
    """F1 = F2 in the question; the last line is printed with both."""
    first = "E(norm2(Wp @ f1 - f2)) / 2"
    last = "= (tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(F12 @ Wp) + tr(F{})) / 2"
    assert ends("simsiam.trace_derivation", [first, last.format(2)])
    assert not ends("simsiam.trace_derivation", [first, last.format(1)])


@pytest.mark.parametrize(
    "last",
    [
        "w = (X.T @ X + lam * I)**-1 @ X.T @ y",
        "inv(X.T @ X + lam * I) @ X.T @ y = w",
        "(X.T @ X + lam * I) @ w - X.T @ y = 0",
    ],
)
def test_an_inverse_may_be_written_as_a_power(last):
    lines = ["grad(norm2(y - X @ w) + lam * norm2(w), w) = 0", last]
    assert ends("regularization.ridge_derivation", lines) is ("0" not in last)


def test_an_equation_of_several_sides_says_what_any_two_of_them_say():
    first = "grad(norm2(y - X @ w) + lam * norm2(w), w)"
    slope = "2 * (X.T @ X + lam * I) @ w - 2 * X.T @ y"
    last = "w = inv(X.T @ X + lam * I) @ X.T @ y"
    verdict = check_derivation("regularization.ridge_derivation", [f"{first} = {slope} = 0", last])
    assert verdict.complete  # the gradient stands in `slope = 0`
    assert not ends("regularization.ridge_derivation", [f"{first} = {slope}", last])
