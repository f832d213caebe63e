"""Dropout and ridge regression: losses, means over masks, minimisers, and laws that they obey."""

import numpy as np
from drivers.regularization import answer, mean_over_masks
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, assert_equal, via
from reference import regularization as reference

OK_FORMAT = False

name = "regularization"

SCALES = np.array([1e4, 1.0, 30.0, 1e2])


def regression(rng, n=9, d=4, dtype=np.float64):
    """Inputs, and targets that follow weights between 0.5 and 1.5 in size, with noise."""
    X = rng.standard_normal((n, d)) + 0.3
    weights = rng.uniform(0.5, 1.5, d) * np.where(np.arange(d) % 2, -1, 1)
    y = X @ weights + 0.5 * rng.standard_normal(n)
    return X.astype(dtype), y.astype(dtype)


def weighted(rng, n=7, d=4, dtype=np.float64):
    """A regression, and weights that are not its solution."""
    X, y = regression(rng, n, d, dtype)
    return X, y, rng.uniform(0.5, 2.0, d).astype(dtype)


def probabilities(rng):
    """A keep probability well below a half, and one well above."""
    return [float(rng.uniform(0.15, 0.4)), float(rng.uniform(0.6, 0.85))]


@test_case(name="dropout_loss: a random mask", points=2, hidden=True)
def random_mask(dropout_loss, rng):
    X, y, w = weighted(rng)
    mask = (rng.permuted(np.arange(28) % 3).reshape(7, 4) > 0).astype(float)
    expected = reference.dropout_loss(X, y, w, mask)
    assert_close(dropout_loss(X, y, w, mask), expected, what="the loss")


@test_case(name="dropout_loss: everything kept, everything dropped", points=1, hidden=True)
def extreme_masks(dropout_loss, rng):
    X, y, w = weighted(rng)
    found = dropout_loss(X, y, w, np.ones((7, 4)))
    assert_close(found, np.sum((y - X @ w) ** 2), what="the loss with everything kept")
    found = dropout_loss(X, y, w, np.zeros((7, 4)))
    assert_close(found, np.sum(y**2), what="the loss with everything dropped")


@test_case(name="dropout_loss: the mean for two probabilities", points=2, hidden=True)
def means(expected_dropout_loss, rng):
    X, y, w = weighted(rng)
    for p in probabilities(rng):
        expected = reference.expected_dropout_loss(X, y, w, p)
        found = expected_dropout_loss(X, y, w, p)
        assert_close(found, expected, what=f"the mean for p = {p}")


@test_case(name="dropout_loss: the mean over all masks, one by one", points=2, hidden=True)
def mean_by_enumeration(dropout_loss, expected_dropout_loss, rng):
    """Of the 256 masks of four examples with two inputs, each counts with its probability."""
    X, y, w = weighted(rng, 4, 2)
    p = probabilities(rng)[0]
    mean = as_array(via(mean_over_masks, dropout_loss, X, y, w, p), shape=(), what="the mean")
    exact = reference.expected_dropout_loss(X, y, w, p)
    assert_close(mean, exact, what="the mean of the loss, mask by mask,")
    assert_close(expected_dropout_loss(X, y, w, p), mean, what=f"the mean for p = {p}")


@test_case(name="dropout_loss: the mean where p is 1 or 0.001", points=0.5, hidden=True)
def extreme_means(expected_dropout_loss, rng):
    X, y, w = weighted(rng)
    found = expected_dropout_loss(X, y, w, 1.0)
    assert_close(found, np.sum((y - X @ w) ** 2), what="the mean for p = 1")
    expected = reference.expected_dropout_loss(X, y, w, 1e-3)
    assert_close(expected_dropout_loss(X, y, w, 1e-3), expected, what="the mean for p = 0.001")


@test_case(name="dropout_loss: sizes of 1", points=0.5, hidden=True)
def small_losses(dropout_loss, expected_dropout_loss, rng):
    for n, d in ((1, 4), (5, 1)):
        X, y, w = weighted(rng, n, d)
        mask = (rng.permuted(np.arange(n * d) % 3).reshape(n, d) > 0).astype(float)
        expected = reference.dropout_loss(X, y, w, mask)
        what = f"the loss of inputs of the shape ({n}, {d})"
        assert_close(dropout_loss(X, y, w, mask), expected, what=what)
        expected = reference.expected_dropout_loss(X, y, w, 0.6)
        what = f"the mean for inputs of the shape ({n}, {d})"
        assert_close(expected_dropout_loss(X, y, w, 0.6), expected, what=what)


@test_case(name="dropout_loss: float32", points=0.5, hidden=True)
def single_means(dropout_loss, expected_dropout_loss, rng):
    X, y, w = weighted(rng, dtype=np.float32)
    mask = (rng.permuted(np.arange(28) % 3).reshape(7, 4) > 0).astype(np.float32)
    expected = reference.dropout_loss(X, y, w, mask)
    assert_close(dropout_loss(X, y, w, mask), expected, what="the loss")
    expected = reference.expected_dropout_loss(X, y, w, 0.3)
    assert_close(expected_dropout_loss(X, y, w, 0.3), expected, what="the mean for p = 0.3")


@test_case(name="dropout_solution: the coefficient for two probabilities", points=1, hidden=True)
def coefficients(dropout_lambda, rng):
    for p in probabilities(rng):
        expected = reference.dropout_lambda(p)
        assert_close(dropout_lambda(p), expected, what=f"lambda for p = {p}")


@test_case(name="dropout_solution: the coefficient at the extremes", points=0.5, hidden=True)
def extreme_coefficients(dropout_lambda, rng):
    for p in (1e-3, 1.0, float(rng.uniform(0.01, 0.05))):
        expected = reference.dropout_lambda(p)
        assert_close(dropout_lambda(p), expected, what=f"lambda for p = {p}")


@test_case(name="dropout_solution: kept and dropped exchanged", points=0.5, hidden=True)
def exchanged(dropout_lambda, rng):
    """With p and 1 − p exchanged, λ turns into its inverse."""
    for p in probabilities(rng):
        one = as_array(dropout_lambda(p), shape=(), what=f"lambda for p = {p}")
        other = as_array(dropout_lambda(1 - p), shape=(), what=f"lambda for p = {1 - p}")
        assert_close(one * other, 1.0, what="the product of both")
        assert_all((one > other) == (p < 0.5), "the rarer entries are kept, the greater is lambda")


@test_case(name="dropout_solution: the solution for two probabilities", points=2, hidden=True)
def dropout_solutions(dropout_solution, rng):
    X, y = regression(rng)
    for p in probabilities(rng):
        expected = reference.dropout_solution(X, y, p)
        found = dropout_solution(X, y, p)
        assert_close(found, expected, what=f"the solution for p = {p}")


@test_case(name="dropout_solution: no other weights do better", points=1, hidden=True)
def stationary(dropout_solution, rng):
    """The mean of the loss is stationary: p XᵀX w + (1 − p) Γ² w = Xᵀy."""
    X, y = regression(rng, 11, 5)
    p = probabilities(rng)[1]
    w = as_array(dropout_solution(X, y, p), shape=(5,), what="the solution")
    pulled = p * X.T @ (X @ w) + (1 - p) * np.sum(X**2, axis=0) * w
    assert_close(pulled, X.T @ y, what="the part of the derivative that depends on the solution")


@test_case(name="dropout_solution: columns in other units", points=1, hidden=True)
def other_units(dropout_solution, rng):
    """A column in units that make it ten times as large has a weight a tenth as large."""
    X, y = regression(rng)
    units = rng.uniform(0.1, 10.0, 4)
    w = as_array(dropout_solution(X, y, 0.3), shape=(4,), what="the solution")
    scaled = as_array(dropout_solution(X * units, y, 0.3), shape=(4,), what="the solution")
    assert_all(np.isfinite(w) & (w != 0), "no weight is 0, and every weight is finite")
    assert_close(scaled * units, w, what="the solution in the first units")


@test_case(name="dropout_solution: nothing dropped", points=0.5, hidden=True)
def nothing_dropped(dropout_solution, rng):
    X, y = regression(rng, 12)
    expected = np.linalg.lstsq(X, y)[0]
    assert_close(dropout_solution(X, y, 1.0), expected, what="the solution for p = 1")


@test_case(name="dropout_solution: almost everything dropped", points=0.5, hidden=True)
def almost_all_dropped(dropout_solution, rng):
    X, y = regression(rng)
    expected = reference.dropout_solution(X, y, 1e-3)
    assert_close(dropout_solution(X, y, 1e-3), expected, what="the solution for p = 0.001")


@test_case(name="dropout_solution: more columns than examples", points=1, hidden=True)
def wide_dropout(dropout_solution, rng):
    X, y = regression(rng, 3, 5)
    expected = reference.dropout_solution(X, y, 0.7)
    assert_close(dropout_solution(X, y, 0.7), expected, what="the solution for p = 0.7")


@test_case(name="dropout_solution: columns from 1 to 10000", points=0.5, hidden=True)
def scaled_dropout(dropout_solution, rng):
    X, y = regression(rng, 12)
    expected = reference.dropout_solution(X * SCALES, y, 0.8)
    assert_close(dropout_solution(X * SCALES, y, 0.8), expected, what="the solution for p = 0.8")


@test_case(name="dropout_solution: sizes of 1", points=0.5, hidden=True)
def small_solutions(dropout_solution, rng):
    for n, d in ((1, 3), (6, 1)):
        X, y = regression(rng, n, d)
        expected = reference.dropout_solution(X, y, 0.6)
        what = f"the solution for inputs of the shape ({n}, {d})"
        assert_close(dropout_solution(X, y, 0.6), expected, what=what)


@test_case(name="dropout_solution: float32", points=0.5, hidden=True)
def single_dropout(dropout_solution, rng):
    X, y = regression(rng, 30, dtype=np.float32)
    expected = reference.dropout_solution(X, y, 0.6)
    assert_close(dropout_solution(X, y, 0.6), expected, what="the solution for p = 0.6")


@test_case(name="ridge: the loss for two penalties", points=1, hidden=True)
def ridge_losses(ridge_loss, rng):
    X, y, w = weighted(rng)
    for lam in (float(rng.uniform(0.2, 0.8)), float(rng.uniform(2.0, 9.0))):
        expected = reference.ridge_loss(X, y, w, lam)
        assert_close(ridge_loss(X, y, w, lam), expected, what=f"the loss for lam = {lam}")


@test_case(name="ridge: the solution for two penalties", points=2, hidden=True)
def ridge_solutions(ridge_solution, rng):
    X, y = regression(rng)
    for lam in (float(rng.uniform(0.2, 0.8)), float(rng.uniform(2.0, 9.0))):
        expected = reference.ridge_solution(X, y, lam)
        assert_close(ridge_solution(X, y, lam), expected, what=f"the solution for lam = {lam}")


@test_case(name="ridge: the loss around the solution", points=1, hidden=True)
def around_the_solution(ridge_loss, ridge_solution, rng):
    """The loss is a paraboloid: a move by δ from its least value costs ‖Xδ‖² + λ‖δ‖²."""
    X, y = regression(rng, 8, 3)
    lam, move = 1.5, rng.uniform(0.5, 1.0, 3)
    least = as_array(ridge_solution(X, y, lam), shape=(3,), what="the solution")
    before = as_array(ridge_loss(X, y, least, lam), shape=(), what="the least loss")
    after = as_array(ridge_loss(X, y, least + move, lam), shape=(), what="the loss nearby")
    cost = np.sum((X @ move) ** 2) + lam * np.sum(move**2)
    assert_close(after - before, cost, what="the difference of both losses")


@test_case(name="ridge: inputs that are turned", points=1, hidden=True)
def turned(ridge_solution, rng):
    """Inputs in turned coordinates have the weights in turned coordinates: no axis is special."""
    X, y = regression(rng)
    turn, _ = np.linalg.qr(rng.standard_normal((4, 4)))
    w = as_array(ridge_solution(X, y, 2.0), shape=(4,), what="the solution")
    found = as_array(ridge_solution(X @ turn, y, 2.0), shape=(4,), what="the solution")
    assert_all(np.isfinite(w) & (w != 0), "no weight is 0, and every weight is finite")
    assert_close(turn @ found, w, what="the solution in the first coordinates")


@test_case(name="ridge: no penalty", points=0.5, hidden=True)
def no_penalty(ridge_loss, ridge_solution, rng):
    X, y = regression(rng, 12)
    expected = np.linalg.lstsq(X, y)[0]
    assert_close(ridge_solution(X, y, 0.0), expected, what="the solution for lam = 0")
    loss = np.sum((y - X @ expected) ** 2)
    assert_close(ridge_loss(X, y, expected, 0.0), loss, what="its loss")


@test_case(name="ridge: more columns than examples", points=1, hidden=True)
def wide_ridge(ridge_solution, rng):
    X, y = regression(rng, 3, 5)
    expected = reference.ridge_solution(X, y, 0.4)
    assert_close(ridge_solution(X, y, 0.4), expected, what="the solution for lam = 0.4")


@test_case(name="ridge: columns from 1 to 10000", points=0.5, hidden=True)
def scaled_ridge(ridge_solution, rng):
    X, y = regression(rng, 12)
    expected = reference.ridge_solution(X * SCALES, y, 3.0)
    assert_close(ridge_solution(X * SCALES, y, 3.0), expected, what="the solution for lam = 3")


@test_case(name="ridge: sizes of 1", points=0.5, hidden=True)
def small_ridges(ridge_loss, ridge_solution, rng):
    for n, d in ((1, 3), (6, 1)):
        X, y, w = weighted(rng, n, d)
        what = f"the loss of inputs of the shape ({n}, {d})"
        assert_close(ridge_loss(X, y, w, 0.9), reference.ridge_loss(X, y, w, 0.9), what=what)
        what = f"the solution for inputs of the shape ({n}, {d})"
        assert_close(ridge_solution(X, y, 0.9), reference.ridge_solution(X, y, 0.9), what=what)


@test_case(name="ridge: float32", points=0.5, hidden=True)
def single_ridge(ridge_loss, ridge_solution, rng):
    X, y = regression(rng, 30, dtype=np.float32)
    w = reference.ridge_solution(X, y, 2.0)
    assert_close(ridge_solution(X, y, 2.0), w, what="the solution for lam = 2")
    expected = reference.ridge_loss(X, y, w, 2.0)
    assert_close(ridge_loss(X, y, w, 2.0), expected, what="its loss")


@test_case(name="comparison: dropout", points=1, hidden=True)
def dropout_evenly(shrinks_evenly):
    expected = reference.shrinks_evenly()["dropout"]
    assert_equal(via(answer, shrinks_evenly, "dropout"), expected, what="the answer for dropout")


@test_case(name="comparison: ridge regression", points=1, hidden=True)
def ridge_evenly(shrinks_evenly):
    expected = reference.shrinks_evenly()["ridge"]
    assert_equal(via(answer, shrinks_evenly, "ridge"), expected, what="the answer for ridge")
