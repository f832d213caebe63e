"""Draws are judged by their distribution: right ones pass at every seed, wrong ones fail."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.testing import Mismatch, assert_same_distribution

N = 8_000


def drawn(seed, *shape):
    return np.random.default_rng(seed).standard_normal((N, *shape))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("shape", [(), (1,), (3, 2)])
def test_draws_of_one_distribution_pass(seed, shape):
    assert_same_distribution(torch.as_tensor(drawn(seed, *shape)), drawn(1_000 + seed, *shape))


def test_a_distribution_that_is_not_normal_is_compared_by_its_own():
    one, other = np.exp(3 * drawn(1)), np.exp(3 * drawn(2))
    assert_same_distribution(one, other)
    with pytest.raises(Mismatch):
        assert_same_distribution(-one, other)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x: x + 0.3, "mean 0.[23]"),
        (lambda x: 1.5 * x, "standard deviation 1.[45]"),
        (lambda x: x**2, "wrong distribution"),
        (lambda x: x[:, :1] + 0 * x, "all of them together do not"),
        (lambda x: np.zeros_like(x), "standard deviation 0"),
        (lambda x: x[:, None], "shape"),
        (lambda x: x[:500], "500 draws"),
        (lambda x: x / (x > 0), "finite"),
    ],
)
def test_other_draws_fail_and_are_described(wrong, words):
    with np.errstate(all="ignore"), pytest.raises(Mismatch, match=words):
        assert_same_distribution(wrong(drawn(1, 4)), drawn(2, 4))


def test_too_few_of_ours_is_the_author_s_mistake():
    with pytest.raises(ValueError, match="at least 1000"):
        assert_same_distribution(drawn(1), drawn(2)[:10])


def test_the_bound_holds_at_the_rate_that_it_states():
    """With 2·exp(-2n·e²) per sample, e for 1e-9 of 17 comparisons of 8000 draws is 0.0394 each."""
    from autograder.testing.distribution import _allowed

    each = _allowed(N, N, 17) / 2
    assert 2 * 2 * 17 * np.exp(-2 * N * each**2) == pytest.approx(1e-9)
