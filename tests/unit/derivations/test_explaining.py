"""What is said of a false line: each difference was worked out by hand."""

import re

import pytest

from autograder import check_derivation

FIRST = "E(log(p_x_given_z * p_z))"
TRACE = "E(norm2(Wp @ f1 - f2)) / 2"


def said(name, *lines):
    verdict = check_derivation(name, list(lines))
    assert verdict.first_false == len(lines) - 1
    return verdict.lines[-1].explanation


@pytest.mark.parametrize(
    ("name", "lines", "words"),
    [
        # E log p(x,z) = log p(x) - KL(q, p(z|x)) - H(q)
        ("vae.elbo_derivation", (FIRST, "= log(p_x) - KL(q, p_z_given_x)"), "exactly `H(q)`"),
        # with the sign of the entropy turned, twice that
        (
            "vae.elbo_derivation",
            (FIRST, "= log(p_x) - KL(q, p_z_given_x) + H(q)"),
            "larger than line 1 by exactly twice `H(q)`",
        ),
        # the mean of two densities has a half, whose logarithm is - log 2
        (
            "gan.jsd_derivation",
            (
                "sum(f1 * log(f1 / m))",
                "= sum(f1 * log(f1 / (f0 + f1)))",
            ),
            "smaller than line 1 by exactly `log(2)`",
        ),
        ("simsiam.trace_derivation", (TRACE, "= E(norm2(Wp @ f1 - f2))"), "line 1 times 2"),
        ("simsiam.trace_derivation", ("E(f1 @ f2.T @ Wp)", "= E(Wp.T @ f2 @ f1.T)"), "transpose"),
        ("simsiam.trace_derivation", ("E(Wp @ f1)", "= -E(Wp @ f1)"), "the opposite sign"),
        ("vae.elbo_derivation", ("log(p_x)", "= log(p_xz / p_z_given_x * q)"), "depends on z"),
        ("vae.elbo_derivation", ("E(log(p_x))", "= E(log(1))"), "always 0"),
        (
            "vae.elbo_derivation",
            ("KL(q, p_z) + E(log(p_x_given_z)) + p_x", "= KL(q, p_z) + p_x"),
            "`E(log(p_x_given_z))` of line 1 is missing",
        ),
        (
            "vae.gap_derivation",
            ("KL(q_i, p_z_given_x)", ">= KL(q_star, p_z_given_x)"),
            "the other way round: line 1 <= line 2",
        ),
        # true but weaker: at the equality case log p(x) alone is not the divergence
        (
            "vae.gap_derivation",
            ("log(p_x) - L(q_star)", ">= log(p_x) - L(q_i) - KL(q_star, p_z)"),
            "must be an equality where all data share",
        ),
        ("vae.elbo_derivation", ("log(p_x)", "= log(-p_x)"), "no finite value"),
        ("simsiam.trace_derivation", ("E(f1 @ f1.T)", "= E(f1.T @ f1)"), "compared with"),
        ("simsiam.trace_derivation", ("E(f1 @ f1.T)", "= E(f1 @ f1)"), "must be transposed"),
        ("simsiam.trace_derivation", ("tr(F1)", "<= tr(F1)"), "not a relation of this question"),
        (
            "ddpm.posterior_derivation",
            ("N(x, mu, btilde)", "= exp(-(x - mu)**2 / (2 * btilde))"),
            "up to a factor that does not depend on x",
        ),
    ],
)
def test_a_difference_is_named(name, lines, words):
    assert words.lower() in said(name, *lines).lower()


def test_a_repair_is_a_place_and_a_kind_and_never_the_line():
    right = "E(norm2(Wp @ f1)) / 2 - E(f1.T @ Wp.T @ f2) + E(norm2(f2)) / 2"
    wrong = right.replace("- E(f1.T", "+ E(f1.T")
    told = said("simsiam.trace_derivation", TRACE, f"= {wrong}")
    assert "sign" in told
    assert "second term" in told
    assert right not in told


def test_of_what_two_changes_of_a_kind_would_put_right_the_kind_is_told_and_no_place():
    # the sign of either term could be the slip: both lead to the same solution
    told = said("regularization.ridge_derivation", "-2 * X.T @ (y - X @ w) - 2 * lam * w = 0")
    assert told.startswith("One change in this equation makes it right: a sign. For example")


def test_of_what_changes_of_several_kinds_would_put_right_the_place_is_told():
    # p**2 is lost: a power, or a factor p, in the third term
    told = said(
        "regularization.expected_derivation",
        "norm2(y) - 2 * p * y.T @ X @ w + E(norm2((X * R) @ w))",
        "= norm2(y) - 2 * p * y.T @ X @ w + p * norm2(X @ w) + p * (1 - p) * norm2(Gamma @ w)",
    )
    assert told.startswith("One change in the third term makes line 2 right. For example")


def test_where_no_single_slip_explains_a_line_that_is_told():
    told = said("vae.elbo_derivation", "log(p_x)", "= 3 * E(log(p_xz)) / E(log(q)) + p_x**3")
    assert told.startswith(
        "None of the usual slips (a sign, a term, a factor, a symbol) alone explains line 2."
    )


def test_both_values_and_their_difference_are_told_on_one_instance():
    told = said("vae.elbo_derivation", "log(p_x)", "= log(p_x) + 1")
    found = re.search(r"line 1 is (\S+) and line 2 is (\S+) \(difference (\S+)\)", told)
    before, after, difference = map(float, found.groups())
    assert difference == 1
    assert after - before == pytest.approx(1, abs=1e-3)
