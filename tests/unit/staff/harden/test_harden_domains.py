"""Domains of arguments: what docstrings say, and that what is drawn lies in them."""

import inspect

import numpy as np
import pytest
import torch

from autograder.staff.harden import domains
from autograder.staff.harden.helpers import HELPERS, space_of_helpers

HOLDS = {
    domains.POSITIVE: lambda x: (x > 0).all(),
    domains.NONNEGATIVE: lambda x: (x >= 0).all(),
    domains.BETWEEN: lambda x: ((x > 0) & (x < 1)).all(),
    domains.AT_MOST_ONE: lambda x: ((x > 0) & (x <= 1)).all(),
    domains.FROM_0_TO_1: lambda x: ((x >= 0) & (x <= 1)).all(),
    domains.BINARY: lambda x: ((x == 0) | (x == 1)).all(),
    domains.SIMPLEX: lambda x: (x > 0).all() and torch.allclose(x.sum(-1), torch.ones(4).double()),
    domains.SIMPLEX_WITH_ZEROS: lambda x: (
        (x >= 0).all() and torch.allclose(x.sum(-1), torch.ones(4).double())
    ),
    domains.LOG_WEIGHTS: lambda x: (x < torch.inf).all(),
    domains.COVARIANCE: lambda x: torch.equal(x, x.mT),
    domains.TRIANGULAR: lambda x: not x.triu(1).any() and (x.diagonal(dim1=-2, dim2=-1) > 0).all(),
    domains.INVERTIBLE: lambda x: torch.linalg.cond(x) < 4.01,
}


@pytest.mark.parametrize("domain", HOLDS, ids=lambda domain: domain.name)
@pytest.mark.parametrize("manner", domains.MANNERS)
def test_what_is_drawn_lies_in_its_domain(domain, manner):
    shape = (3, 3) if domain.axes == 2 else (4, 5)
    text = domain.text(manner).format(s="".join(f", {size}" for size in shape))
    rng = np.random.default_rng(0)
    for _ in range(5):
        drawn = eval(text, {**space_of_helpers(), "rng": rng})
        assert drawn.shape == shape and drawn.is_floating_point()
        assert HOLDS[domain](drawn)


@pytest.mark.parametrize(
    "domain", [domains.REAL, domains.NONNEGATIVE, domains.LOG_WEIGHTS, domains.SIMPLEX_WITH_ZEROS]
)
def test_zeros_stand_among_numbers_that_are_none(domain):
    """A table of nothing but zeros is an input of its own, which right solutions may refuse."""
    zero = -torch.inf if domain is domains.LOG_WEIGHTS else 0
    space = {**space_of_helpers(), "rng": np.random.default_rng(0)}
    drawn = [eval(domain.text(domains.ZEROS).format(s=", 2"), space) for _ in range(40)]
    assert any((one == zero).any() for one in drawn)
    assert not any((one == zero).all() for one in drawn)


@pytest.mark.parametrize("domain", [domains.REAL, domains.NONNEGATIVE, domains.LOG_WEIGHTS])
def test_empty_lines_run_along_every_axis(domain):
    zero = -torch.inf if domain is domains.LOG_WEIGHTS else 0
    space = {**space_of_helpers(), "rng": np.random.default_rng(0)}
    drawn = [eval(domain.text(domains.EMPTY).format(s=", 4, 5"), space) for _ in range(20)]
    for axis in range(2):
        assert any(
            0 < (one == zero).all(axis).sum() < (one == zero).shape[1 - axis] for one in drawn
        )


def test_numbers_stand_at_a_bound_that_is_another_argument_next_to_it_and_above_it():
    text = domains.floats("a number, at least -alpha.", square=False)[0].text(domains.EDGES)
    space = {**space_of_helpers(), "rng": np.random.default_rng(0), "alpha": 1.5}
    drawn = torch.stack([eval(text.format(s=""), space) for _ in range(100)]) + 1.5
    assert (drawn >= 0).all() and 20 < (drawn == 0).sum() < 80
    assert ((drawn > 0) & (drawn < 1e-3)).any() and (drawn > 0.1).any()


def test_arrays_meet_in_whole_lines():
    """A smaller array is a line of the larger; of two of one shape, some lines are the same."""
    space = {**space_of_helpers(), "rng": np.random.default_rng(0)}
    space["x"] = torch.arange(12.0).double().reshape(3, 4)
    rows = [eval("met(rng, x, 4)", space) for _ in range(20)]
    assert all((space["x"] == row).all(1).any() for row in rows)
    assert len({row[0].item() for row in rows}) == 3
    same = torch.stack([eval("met(rng, x, 3, 4)", space) == space["x"] for _ in range(20)])
    assert torch.equal(same.all(-1), same.any(-1)) and 10 < same.all(-1).sum() < 50


def test_invertible_matrices_have_determinants_of_either_sign():
    """The Q of a QR decomposition by reflections has a sign that the size settles."""
    space = {**space_of_helpers(), "rng": np.random.default_rng(0)}
    signs = {
        float(torch.linalg.det(eval("invertible(rng, 3, 3)", space)).sign()) for _ in range(20)
    }
    assert signs == {-1.0, 1.0}


@pytest.mark.parametrize(
    ("words", "domain"),
    [
        ("positive standard deviations, a tensor (K,).", domains.POSITIVE),
        ("weights, non-negative with the sum 1.", domains.SIMPLEX_WITH_ZEROS),
        ("the proposal, positive numbers of sum 1.", domains.SIMPLEX),
        ("the proposal, positive numbers, of sum 1 or not.", domains.POSITIVE),
        ("log-probabilities (−∞ allowed).", domains.LOG_WEIGHTS),
        ("the probability that an entry is kept, above 0 and at most 1.", domains.AT_MOST_ONE),
        ("values between 0 and 1, both included.", domains.FROM_0_TO_1),
        ("1 where an entry is kept and 0 where it is dropped.", domains.BINARY),
        ("log-weights; minus infinity stands for a weight of 0.", domains.LOG_WEIGHTS),
        ("the weight of the penalty, at least 0.", domains.NONNEGATIVE),
        ("points, one a row.", domains.REAL),
    ],
)
def test_a_docstring_says_which_numbers_are_allowed(words, domain):
    assert domains.floats(words, square=False)[0] is domain


@pytest.mark.parametrize(
    ("words", "domain"),
    [
        ("a lower triangular matrix with a positive diagonal", domains.TRIANGULAR),
        ("second moment, a symmetric tensor", domains.COVARIANCE),
        ("a non-singular matrix", domains.INVERTIBLE),
    ],
)
def test_a_square_matrix_may_have_a_kind_of_its_own(words, domain):
    assert domains.floats(words, square=True)[0] is domain
    assert domains.floats(words, square=False)[0] is not domain


def test_whole_numbers_keep_to_the_sizes_that_their_docstring_names():
    first = domains.whole_numbers("steps, from 1 to T.", {"T": "T"})[0]
    assert first.text(domains.BASE) == "integers(rng, 1, T{s})"
    first = domains.whole_numbers("indices from 0 to M - 1.", {"M": "M_size"})[0]
    assert first.text(domains.BASE) == "integers(rng, 0, M_size - 1{s})"
    assert domains.whole_numbers("an odd integer.", {})[0].name == "odd"


def test_words_in_quotation_marks_are_a_choice_where_there_are_several():
    assert domains.choices('"above" or "below".') == ("above", "below")
    assert domains.choices('such as "AB".') == ()
    assert domains.letters('one character a layer, such as "ABA".') == "AB"


@pytest.mark.parametrize("name", HELPERS)
def test_a_helper_stands_in_the_file_as_one_documented_function(name):
    helper = space_of_helpers()[name]
    assert inspect.getdoc(helper)
    assert HELPERS[name].startswith(f"def {name}(rng, ")
