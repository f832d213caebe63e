"""The reference of `regularization`, derived again: masks enumerated, autograd, mpmath."""

import inspect
import itertools
import math

import mpmath
import numpy as np
import pytest
import torch

from reference import regularization

KEEP = [1e-3, 0.2, 0.5, 0.9, 1.0]
LAMBDAS = [0.0, 1e-6, 0.3, 7.0, 1e6]


def problem(n, d, seed):
    """Inputs whose columns and means differ, targets, and weights that fit nothing."""
    rng = np.random.default_rng(seed)
    X = rng.normal(0.4, 1, (n, d)) * np.linspace(0.5, 2, d)
    return X, rng.normal(0, 2, n), rng.normal(0, 1, d)


def assert_close(actual, expected, rtol=1e-11, atol=0):
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


def every_mask(shape, p):
    """All masks of a shape, each with its probability."""
    for bits in itertools.product((0.0, 1.0), repeat=math.prod(shape)):
        kept = sum(bits)
        yield np.reshape(bits, shape), p**kept * (1 - p) ** (len(bits) - kept)


# Losses -----------------------------------------------------------------------------------------


def looped_loss(X, y, w, mask):
    """The masked regression's squared error, entry by entry."""
    total = 0.0
    for i in range(len(y)):
        prediction = 0.0
        for j in range(len(w)):
            if mask[i][j]:
                prediction += X[i][j] * w[j]
        total += (y[i] - prediction) ** 2
    return total


def test_dropout_loss_is_the_loop_over_entries():
    X, y, w = problem(5, 3, seed=0)
    for mask in np.random.default_rng(1).integers(0, 2, (6, 5, 3)):
        loss = regularization.dropout_loss(X, y, w, mask)
        assert np.shape(loss) == ()
        assert_close(loss, looped_loss(X, y, w, mask))


def test_dropout_loss_by_hand():
    # Residuals: 1 − 2·3 = −5, 2 − 4·(−1) = 6, 3 − 0 = 3.
    X, y, w = [[2, 5], [7, 4], [1, 1]], [1, 2, 3], [3, -1]
    mask = [[1, 0], [0, 1], [0, 0]]
    assert regularization.dropout_loss(X, y, w, mask) == 25 + 36 + 9


def test_dropout_loss_takes_masks_of_any_dtype():
    X, y, w = problem(4, 3, seed=2)
    mask = np.random.default_rng(3).integers(0, 2, (4, 3))
    expected = looped_loss(X, y, w, mask)
    for dtype in (bool, np.uint8, np.int64, np.float32, np.float64):
        loss = regularization.dropout_loss(X, y, w, mask.astype(dtype))
        assert loss.dtype == np.float64
        assert_close(loss, expected)


@pytest.mark.parametrize("p", [1e-3, 0.3, 0.8, 1.0])
def test_expected_dropout_loss_is_the_mean_over_all_masks(p):
    X, y, w = problem(4, 3, seed=4)
    expected = sum(
        probability * ((y - (X * mask) @ w) ** 2).sum()
        for mask, probability in every_mask(X.shape, p)
    )
    loss = regularization.expected_dropout_loss(X, y, w, p)
    assert np.shape(loss) == ()
    assert_close(loss, expected)


def test_expected_dropout_loss_by_hand():
    # One example: 2w₁ + w₂ with w = (1, 3) is 5, 2, 3 or 0, each a quarter of the time.
    loss = regularization.expected_dropout_loss([[2, 1]], [4], [1, 3], 0.5)
    assert_close(loss, (1 + 4 + 1 + 16) / 4)


def test_expected_dropout_loss_where_nothing_is_dropped():
    X, y, w = problem(5, 3, seed=5)
    expected = torch.nn.functional.mse_loss(
        torch.from_numpy(X @ w), torch.from_numpy(y), reduction="sum"
    )
    assert_close(regularization.expected_dropout_loss(X, y, w, 1.0), expected.numpy())


@pytest.mark.parametrize("lam", LAMBDAS)
def test_ridge_loss_is_the_loop_over_entries(lam):
    X, y, w = problem(5, 3, seed=6)
    expected = looped_loss(X, y, w, np.ones((5, 3))) + lam * sum(v * v for v in w)
    loss = regularization.ridge_loss(X, y, w, lam)
    assert np.shape(loss) == ()
    assert_close(loss, expected)


def test_ridge_loss_by_hand():
    # Residuals 1 − 5 and 2 + 7, and a penalty of ½(9 + 1).
    assert regularization.ridge_loss([[2, 1], [-3, -2]], [1, 2], [3, -1], 0.5) == 16 + 81 + 5


@pytest.mark.parametrize("p", KEEP)
def test_losses_with_badly_scaled_columns(p):
    X, y, w = problem(6, 4, seed=7)
    X *= [1e4, 1, 1e2, 1e-2]
    rows = [[mpmath.mpf(v) for v in row] for row in X]
    with mpmath.workdps(50):
        fit = sum(
            (mpmath.mpf(t) - mpmath.mpf(p) * mpmath.fdot(row, w)) ** 2
            for row, t in zip(rows, y, strict=True)
        )
        # The variance of a sum of independent masked terms, term by term.
        noise = sum(
            mpmath.mpf(p) * (1 - mpmath.mpf(p)) * (row[j] * w[j]) ** 2
            for row in rows
            for j in range(4)
        )
        expected = float(fit + noise)
    assert_close(regularization.expected_dropout_loss(X, y, w, p), expected, rtol=1e-12)


# The penalty ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "lam"), [(1.0, 0), (0.5, 1), (0.8, 0.25), (0.2, 4), (1e-3, 999), (1 - 2**-40, 2**-40)]
)
def test_dropout_lambda_by_hand(p, lam):
    assert regularization.dropout_lambda(p) == pytest.approx(lam, rel=2e-12)


@pytest.mark.parametrize("p", [0.1, 0.35, 0.5, 0.85])
def test_dropout_lambda_weighs_the_penalty_on_the_scaled_weights(p):
    # λ read off the enumerated mean: what it has beyond the fit of w̃ = pw, over Σ (xᵢⱼw̃ⱼ)².
    X, y, w = problem(3, 4, seed=8)
    mean = sum(q * ((y - (X * mask) @ w) ** 2).sum() for mask, q in every_mask(X.shape, p))
    scaled = p * w
    excess = mean - ((y - X @ scaled) ** 2).sum()
    assert_close(regularization.dropout_lambda(p), excess / ((X * scaled) ** 2).sum())


def test_shrinks_evenly_is_what_the_losses_do():
    # Without targets and with a fit of 0 in expectation, a loss is its penalty: take the fit away.
    X, _, _ = problem(6, 3, seed=9)
    directions = np.linalg.qr(np.random.default_rng(10).normal(size=(3, 3)))[0]
    penalties = {
        "dropout": [
            regularization.expected_dropout_loss(X, np.zeros(6), v, 0.6)
            - ((0.6 * X @ v) ** 2).sum()
            for v in directions
        ],
        "ridge": [
            regularization.ridge_loss(X, np.zeros(6), v, 0.6) - ((X @ v) ** 2).sum()
            for v in directions
        ],
    }
    found = {name: bool(np.ptp(values) < 1e-10) for name, values in penalties.items()}
    answer = regularization.shrinks_evenly()
    assert answer == found
    assert all(type(value) is bool for value in answer.values())


# Solutions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "d"), [(6, 3), (3, 5)])
@pytest.mark.parametrize("p", [0.05, 0.4, 0.7, 0.95])
def test_dropout_solution_is_least_squares_over_all_masked_examples(n, d, p):
    # An example masked in every way, each way weighted by its probability, is one regression.
    X, y, _ = problem(n, d, seed=11)
    rows, targets = [], []
    for mask, probability in every_mask((d,), p):
        rows.append(math.sqrt(probability) * X * mask)
        targets.append(math.sqrt(probability) * y)
    expected = np.linalg.lstsq(np.concatenate(rows), np.concatenate(targets), rcond=None)[0]
    assert_close(regularization.dropout_solution(X, y, p), expected)


def test_dropout_solution_by_hand():
    # One column (3, 4): p·w = 25⁻¹·(1 + λ)⁻¹·11 with 1 + λ = 1/p, so w = 11/25 whatever p is.
    for p in KEEP:
        assert_close(regularization.dropout_solution([[3.0], [4.0]], [1.0, 2.0], p), [11 / 25])
    # Orthogonal columns do not see each other either; dependent ones share their target.
    assert_close(regularization.dropout_solution([[2.0, 0], [0, 4]], [6.0, 2], 0.3), [3, 0.5])
    assert_close(regularization.dropout_solution([[1.0, 1.0]], [3.0], 0.5), [2, 2])


def test_ridge_solution_by_hand():
    assert_close(regularization.ridge_solution([[3.0], [4.0]], [1.0, 2.0], 5.0), [11 / 30])
    assert_close(regularization.ridge_solution([[2.0, 0], [0, 4]], [6.0, 2], 2.0), [2, 8 / 18])
    assert_close(regularization.ridge_solution([[1.0, 1.0]], [3.0], 1.0), [1, 1])


@pytest.mark.parametrize(("n", "d"), [(7, 4), (3, 5)])
@pytest.mark.parametrize("lam", [1e-3, 0.3, 7.0, 1e6])
def test_ridge_solution_is_least_squares_with_examples_of_zero(n, d, lam):
    # d more examples, √λ along each axis with target 0.
    X, y, _ = problem(n, d, seed=12)
    more = np.concatenate([X, math.sqrt(lam) * np.eye(d)])
    expected = np.linalg.lstsq(more, np.concatenate([y, np.zeros(d)]), rcond=None)[0]
    # The stacked rows lose 1/√λ of their digits where the penalty is far above the data.
    assert_close(regularization.ridge_solution(X, y, lam), expected, rtol=1e-10)


@pytest.mark.parametrize("p", [1e-3, 0.5, 1.0])
def test_dropout_solution_has_no_gradient_of_the_enumerated_mean(p):
    X, y, _ = problem(4, 3, seed=13)
    w = torch.tensor(regularization.dropout_solution(X, y, p), requires_grad=True)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(y)
    mean = sum(
        q * ((targets - (inputs * torch.from_numpy(mask)) @ w) ** 2).sum()
        for mask, q in every_mask(X.shape, p)
    )
    (gradient,) = torch.autograd.grad(mean, w)
    assert_close(gradient.numpy(), np.zeros(3), atol=1e-12)


@pytest.mark.parametrize("lam", LAMBDAS)
def test_ridge_solution_has_no_gradient(lam):
    X, y, _ = problem(6, 4, seed=14)
    w = torch.tensor(regularization.ridge_solution(X, y, lam), requires_grad=True)
    loss = ((torch.from_numpy(y) - torch.from_numpy(X) @ w) ** 2).sum() + lam * (w**2).sum()
    (gradient,) = torch.autograd.grad(loss, w)
    assert_close(gradient.numpy(), np.zeros(4), atol=1e-12)


def test_solutions_minimise_their_losses():
    X, y, _ = problem(6, 4, seed=15)
    for loss, solution, weight in [
        (regularization.expected_dropout_loss, regularization.dropout_solution, 0.6),
        (regularization.ridge_loss, regularization.ridge_solution, 0.8),
    ]:
        best = solution(X, y, weight)
        for step in np.random.default_rng(16).normal(0, 1e-2, (8, 4)):
            assert loss(X, y, best, weight) < loss(X, y, best + step, weight)


def test_solutions_without_a_penalty_are_least_squares():
    X, y, _ = problem(8, 5, seed=17)
    expected = np.linalg.lstsq(X, y, rcond=None)[0]
    assert_close(regularization.dropout_solution(X, y, 1.0), expected)
    assert_close(regularization.ridge_solution(X, y, 0.0), expected)


def mp_solution(X, y, p, penalty):
    """Solve p(XᵀX + diag(penalty))w = Xᵀy in mpmath by elimination."""
    X, y = mpmath.matrix(X.tolist()), mpmath.matrix(y.tolist())
    gram = X.T * X + mpmath.diag(penalty)
    return [float(v) for v in mpmath.lu_solve(mpmath.mpf(p) * gram, X.T * y)]


SCALES = {
    "even": np.ones(4),
    "uneven": np.array([1e4, 1, 1e-1, 1e2]),
    "wide": np.array([1e4, 1e-4, 1, 1e2]),
}


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("n", [7, 3])
@pytest.mark.parametrize("p", [1e-300, 1e-3, 0.5, 1 - 1e-9, 1.0])
def test_dropout_solution_at_the_extremes(scales, n, p):
    if n < 4 and p == 1:
        n = 4  # fewer examples than columns are singular without a penalty
    X, y, _ = problem(n, 4, seed=18)
    X *= SCALES[scales]
    with mpmath.workdps(700):
        lam = (1 - mpmath.mpf(p)) / mpmath.mpf(p)
        squares = [lam * sum(mpmath.mpf(v) ** 2 for v in column) for column in X.T]
        expected = mp_solution(X, y, p, squares)
    assert_close(regularization.dropout_solution(X, y, p), expected, rtol=1e-10)


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("n", [7, 3])
@pytest.mark.parametrize("lam", [0.0, 1e-9, 1e-3, 1.0, 1e3, 1e12])
def test_ridge_solution_at_the_extremes(scales, n, lam):
    if n < 4 and lam == 0:
        n = 4
    X, y, _ = problem(n, 4, seed=19)
    X *= SCALES[scales]
    with mpmath.workdps(100):
        expected = mp_solution(X, y, 1, [mpmath.mpf(lam)] * 4)
    assert_close(regularization.ridge_solution(X, y, lam), expected, rtol=1e-9)


def test_ridge_solution_with_more_columns_than_examples_tends_to_the_shortest_fit():
    X, y, _ = problem(3, 6, seed=20)
    shortest = np.linalg.pinv(X) @ y
    assert_close(regularization.ridge_solution(X, y, 1e-13), shortest, rtol=1e-10)


def test_dropout_follows_the_units_of_a_column_and_ridge_does_not():
    X, y, _ = problem(6, 4, seed=21)
    units = np.array([1e4, 1e-3, 1, 60])
    weights = regularization.dropout_solution(X, y, 0.4)
    assert_close(regularization.dropout_solution(X * units, y, 0.4), weights / units)
    ridge = regularization.ridge_solution(X, y, 0.4)
    moved = regularization.ridge_solution(X * units, y, 0.4) * units
    assert np.abs(moved / ridge - 1).max() > 1e-2


def test_dropout_on_columns_of_one_norm_is_ridge():
    X, y, _ = problem(6, 4, seed=22)
    X *= 3 / np.sqrt((X**2).sum(axis=0))
    lam = 9 * 0.3 / 0.7
    scaled = 0.7 * regularization.dropout_solution(X, y, 0.7)
    assert_close(regularization.ridge_solution(X, y, lam), scaled)


def test_a_penalised_column_of_zeros_has_no_weight():
    X, y, _ = problem(5, 3, seed=23)
    with_zeros = np.insert(X, 1, 0.0, axis=1)
    expected = np.insert(regularization.ridge_solution(X, y, 0.2), 1, 0.0)
    assert_close(regularization.ridge_solution(with_zeros, y, 0.2), expected, atol=1e-15)


def test_equal_columns_share_a_penalised_weight():
    X, y, _ = problem(5, 2, seed=24)
    doubled = X[:, [0, 1, 1]]
    for weights in (
        regularization.ridge_solution(doubled, y, 0.2),
        regularization.dropout_solution(doubled, y, 0.8),
    ):
        assert weights.shape == (3,)
        assert_close(weights[1], weights[2])


# Dtypes and domain ------------------------------------------------------------------------------


def test_float32_data():
    X, y, w = (v.astype(np.float32) for v in problem(7, 4, seed=25))
    X *= np.float32([1e4, 1, 10, 1e-1])
    mask = np.random.default_rng(26).integers(0, 2, X.shape).astype(float)
    double = [v.astype(float) for v in (X, y, w)]
    for function, arguments in [
        (regularization.dropout_loss, (2, mask)),
        (regularization.expected_dropout_loss, (2, np.float64(0.3))),
        (regularization.ridge_loss, (2, np.float64(0.3))),
        (regularization.dropout_solution, (1, np.float64(0.3))),
        (regularization.ridge_solution, (1, np.float64(0.3))),
    ]:
        last, constant = arguments
        single = function(*(X, y, w)[: last + 1], constant)
        exact = function(*double[: last + 1], constant)
        assert single.dtype == np.float32
        assert exact.dtype == np.float64
        assert_close(single, exact, rtol=2e-7)


def test_lists_and_integers_become_float64():
    X, y = [[1, 2], [3, 4], [5, 7]], [1, 0, 2]
    assert regularization.ridge_solution(X, y, 1).dtype == np.float64
    assert regularization.dropout_solution(np.array(X), np.array(y), 1).dtype == np.float64
    assert regularization.ridge_loss(X, y, [1, 2], 1).dtype == np.float64
    mixed = regularization.ridge_solution(np.float32(X), np.float64(y), 1)
    assert mixed.dtype == np.float64


def test_scalars_may_be_zero_dimensional():
    X, y, w = problem(5, 3, seed=27)
    half = torch.tensor(0.5, dtype=torch.float64)
    assert regularization.dropout_lambda(np.array(0.5)) == 1
    assert regularization.ridge_loss(X, y, w, half) == regularization.ridge_loss(X, y, w, 0.5)
    expected = regularization.dropout_solution(X, y, 0.5)
    assert_close(regularization.dropout_solution(X, y, half), expected)


def spoiled(values, entry):
    """A copy in which one entry is no number to reckon with."""
    copy = values.copy()
    copy.flat[1] = entry
    return copy


X0, Y0, W0 = problem(4, 3, seed=28)
M0 = np.ones((4, 3))
WITH_W = [
    (regularization.dropout_loss, M0),
    (regularization.expected_dropout_loss, 0.5),
    (regularization.ridge_loss, 0.5),
]


@pytest.mark.parametrize(("function", "last"), WITH_W)
@pytest.mark.parametrize(
    ("data", "name"),
    [
        ((X0[0], Y0, W0), "X"),
        ((X0[:0], Y0[:0], W0), "X"),
        ((spoiled(X0, np.nan), Y0, W0), "X"),
        ((X0, Y0[:3], W0), "y"),
        ((X0, Y0[:, None], W0), "y"),
        ((X0, spoiled(Y0, np.inf), W0), "y"),
        ((X0, Y0, W0[:2]), "w"),
        ((X0, Y0, W0[:, None]), "w"),
        ((X0, Y0, spoiled(W0, np.nan)), "w"),
    ],
)
def test_losses_refuse_data_of_another_shape(function, last, data, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        function(*data, last)


@pytest.mark.parametrize(
    "function", [regularization.dropout_solution, regularization.ridge_solution]
)
@pytest.mark.parametrize(
    ("data", "name"),
    [
        ((X0[0], Y0), "X"),
        ((X0[:, :0], Y0), "X"),
        ((spoiled(X0, np.inf), Y0), "X"),
        ((X0, Y0[:3]), "y"),
        ((X0, Y0[:, None]), "y"),
        ((X0, spoiled(Y0, np.nan)), "y"),
    ],
)
def test_solutions_refuse_data_of_another_shape(function, data, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        function(*data, 0.5)


@pytest.mark.parametrize("mask", [M0[0], M0.T, 0.5 * M0, 2 * M0, np.nan * M0])
def test_refuses_what_is_no_mask(mask):
    with pytest.raises(ValueError, match=r"^mask must"):
        regularization.dropout_loss(X0, Y0, W0, mask)


@pytest.mark.parametrize("p", [0.0, -0.1, 1.0000001, math.nan, math.inf])
def test_refuses_a_keep_probability_outside_its_range(p):
    for call in (
        lambda: regularization.expected_dropout_loss(X0, Y0, W0, p),
        lambda: regularization.dropout_lambda(p),
        lambda: regularization.dropout_solution(X0, Y0, p),
    ):
        with pytest.raises(ValueError, match=r"^p must"):
            call()


@pytest.mark.parametrize("lam", [-1e-12, math.nan, math.inf])
def test_refuses_a_negative_penalty(lam):
    for call in (
        lambda: regularization.ridge_loss(X0, Y0, W0, lam),
        lambda: regularization.ridge_solution(X0, Y0, lam),
    ):
        with pytest.raises(ValueError, match=r"^lam must"):
            call()


def test_refuses_a_singular_matrix():
    zero_column = X0 * [1, 0, 1]
    for p in (0.5, 1.0):
        with pytest.raises(ValueError, match=r"^X must have no column of zeros"):
            regularization.dropout_solution(zero_column, Y0, p)
    equal_columns = X0[:, [0, 1, 1]]
    for X in (X0[:2], equal_columns, 1e-6 * equal_columns):
        with pytest.raises(ValueError, match=r"^p must be below 1 where"):
            regularization.dropout_solution(X, Y0[: len(X)], 1.0)
    for X in (X0[:2], equal_columns, 1e-6 * equal_columns, zero_column, 0 * X0):
        with pytest.raises(ValueError, match=r"^lam must be positive where"):
            regularization.ridge_solution(X, Y0[: len(X)], 0.0)


def test_inputs_are_left_alone():
    X, y, w = problem(5, 3, seed=29)
    mask = np.random.default_rng(30).integers(0, 2, (5, 3)).astype(float)
    before = [v.copy() for v in (X, y, w, mask)]
    regularization.dropout_loss(X, y, w, mask)
    regularization.expected_dropout_loss(X, y, w, 0.5)
    regularization.dropout_solution(X, y, 0.5)
    regularization.ridge_loss(X, y, w, 0.5)
    regularization.ridge_solution(X, y, 0.5)
    for now, then in zip((X, y, w, mask), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_keep_probability_left_in_the_ridge_loss_cannot_be_written():
    """One hand-in kept p in the derivative of the ridge loss; its solution was right all the same.

    The functions know no p, so no value can show it: it is a line of a derivation. What they can
    show, p in place of 1, would be the solution for other inputs.
    """
    for function in (regularization.ridge_loss, regularization.ridge_solution):
        assert "p" not in inspect.signature(function).parameters
    X, y, w = problem(6, 3, seed=31)
    for p in (0.3, 0.8):
        assert not np.allclose(
            regularization.ridge_loss(p * X, y, w, 0.5), regularization.ridge_loss(X, y, w, 0.5)
        )
