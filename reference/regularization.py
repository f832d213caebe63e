"""Dropout on the inputs of a linear regression, in expectation a ridge in the data's own units.

A mask keeps an entry of X with probability p. The regression's losses are sums over examples.

Sources:
    Srivastava et al. (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting,
    https://jmlr.org/papers/v15/srivastava14a.html
    Hoerl & Kennard (1970), Ridge Regression: Biased Estimation for Nonorthogonal Problems,
    https://doi.org/10.1080/00401706.1970.10488634
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference._domain import require

Reals = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]


def _dtype(*data: ArrayLike) -> np.dtype[np.floating[Any]]:
    """Return the floating dtype that the data share, and so the result's."""
    shared = np.result_type(*(np.asarray(values) for values in data))
    return shared if np.issubdtype(shared, np.floating) else np.dtype(np.float64)


def _doubles(values: ArrayLike, argument: str, shape: tuple[int, ...]) -> Doubles:
    """Return the data in the precision of all sums here, or refuse their shape."""
    array = np.asarray(values, dtype=np.float64)
    require(array.shape == shape, argument, f"have shape {shape}")
    require(np.isfinite(array).all(), argument, "be finite")
    return array


def _examples(X: ArrayLike, y: ArrayLike) -> tuple[Doubles, Doubles]:
    """Return the regression's inputs and targets in float64, or refuse them."""
    shape = np.shape(X)
    require(len(shape) == 2 and 0 not in shape, "X", "have shape (n, d), neither of them 0")
    return _doubles(X, "X", shape), _doubles(y, "y", shape[:1])


def _keep_probability(p: float) -> float:
    """Return the keep probability as a Python float, or refuse it."""
    require(0 < p <= 1, "p", "lie in (0, 1]")
    return float(p)


def _penalty(lam: float) -> float:
    """Return the weight of the ridge's penalty as a Python float, or refuse it."""
    require(0 <= lam < math.inf, "lam", "be finite and at least 0")
    return float(lam)


def _squared_norm(v: Doubles) -> float:
    """Return ‖v‖²."""
    return float(v @ v)


def dropout_loss(X: ArrayLike, y: ArrayLike, w: ArrayLike, mask: ArrayLike) -> np.floating[Any]:
    """Return the squared error of a linear regression whose inputs are masked.

    ‖y − (X⊙R)w‖².

    Args:
        X: ``(n, d)`` inputs.
        y: ``(n,)`` targets.
        w: ``(d,)`` weights.
        mask: ``(n, d)``, R, 1 where an input is kept and 0 where it is dropped.

    Returns:
        Scalar, the sum over the examples.

    Raises:
        ValueError: ``X``, ``y``, ``w`` or ``mask`` has another shape or a value that is not finite,
            or ``mask`` has one other than 0 and 1.

    Reference:
        Srivastava et al. (2014), section 9.1.
    """
    dtype = _dtype(X, y, w)
    X, y = _examples(X, y)
    w = _doubles(w, "w", X.shape[1:])
    mask = _doubles(mask, "mask", X.shape)
    require(((mask == 0) | (mask == 1)).all(), "mask", "consist of 0 and 1")
    return dtype.type(_squared_norm(y - (X * mask) @ w))


def expected_dropout_loss(X: ArrayLike, y: ArrayLike, w: ArrayLike, p: float) -> np.floating[Any]:
    """Return the mean of the dropout loss over the masks.

    E_R‖y − (X⊙R)w‖² = ‖y − pXw‖² + p(1 − p)‖Γw‖², Rᵢⱼ ~ Bernoulli(p), Γ² = diag(XᵀX).

    Args:
        X: ``(n, d)`` inputs.
        y: ``(n,)`` targets.
        w: ``(d,)`` weights.
        p: probability that an input is kept, in (0, 1].

    Returns:
        Scalar, the sum over the examples.

    Raises:
        ValueError: ``X``, ``y`` or ``w`` has another shape or a value that is not finite, or ``p``
            leaves (0, 1].

    Reference:
        Srivastava et al. (2014), section 9.1.
    """
    dtype = _dtype(X, y, w)
    X, y = _examples(X, y)
    w = _doubles(w, "w", X.shape[1:])
    p = _keep_probability(p)
    gamma: Doubles = np.linalg.norm(X, axis=0)
    expected = _squared_norm(y - p * (X @ w)) + p * (1 - p) * _squared_norm(gamma * w)
    return dtype.type(expected)


def dropout_lambda(p: float) -> float:
    """Return the weight of the penalty ‖Γw̃‖² that dropout puts on the scaled weights w̃ = pw.

    λ = (1 − p)/p.

    Args:
        p: probability that an input is kept, in (0, 1].

    Returns:
        λ ≥ 0, and 0 where nothing is dropped.

    Raises:
        ValueError: ``p`` leaves (0, 1].

    Reference:
        Srivastava et al. (2014), section 9.1.
    """
    p = _keep_probability(p)
    return (1 - p) / p


def _penalised_solution(
    X: Doubles, y: Doubles, fit: float, penalty: float, argument: str, rule: str
) -> Doubles:
    """Return (fit·XᵀX + penalty·I)⁻¹Xᵀy, and refuse ``argument`` where that matrix is singular."""
    # With X = U diag(s) Vᵀ this is V diag(s/(fit·s² + penalty)) Uᵀy. XᵀX, whose condition number is
    # the square of that of X, is never formed, and directions without data (d > n) stay at 0.
    u, s, vt = np.linalg.svd(X, full_matrices=False)
    n, d = X.shape
    independent = n >= d and s[-1] > np.finfo(s.dtype).eps * n * s[0]
    require(penalty > 0 or independent, argument, rule)
    solution: Doubles = vt.T @ (s / (fit * s**2 + penalty) * (u.T @ y))
    return solution


def dropout_solution(X: ArrayLike, y: ArrayLike, p: float) -> Reals:
    """Return the weights that minimise the expected dropout loss.

    p·w = (XᵀX + λΓ²)⁻¹Xᵀy with λ = (1 − p)/p and Γ² = diag(XᵀX).

    Args:
        X: ``(n, d)`` inputs.
        y: ``(n,)`` targets.
        p: probability that an input is kept, in (0, 1].

    Returns:
        ``(d,)`` weights w of the training network, which prediction multiplies by p.

    Raises:
        ValueError: ``X`` or ``y`` has another shape or a value that is not finite, ``X`` has a
            column of zeros, ``p`` leaves (0, 1], or ``p`` is 1 where the columns of ``X`` are
            linearly dependent.

    Reference:
        Srivastava et al. (2014), section 9.1.
    """
    dtype = _dtype(X, y)
    X, y = _examples(X, y)
    p = _keep_probability(p)
    gamma: Doubles = np.linalg.norm(X, axis=0)
    require((gamma > 0).all(), "X", "have no column of zeros")
    # Γw solves the problem of unit columns X̃ = XΓ⁻¹ with p(X̃ᵀX̃ + λI) = pX̃ᵀX̃ + (1 − p)I: the
    # columns' scales drop out, and a small p is not divided by.
    rule = "be below 1 where the columns of X are linearly dependent"
    return (_penalised_solution(X / gamma, y, p, 1 - p, "p", rule) / gamma).astype(dtype)


def ridge_loss(X: ArrayLike, y: ArrayLike, w: ArrayLike, lam: float) -> np.floating[Any]:
    """Return the ridge regression's squared error with its penalty.

    ‖y − Xw‖² + λ‖w‖².

    Args:
        X: ``(n, d)`` inputs.
        y: ``(n,)`` targets.
        w: ``(d,)`` weights.
        lam: weight λ of the penalty, at least 0.

    Returns:
        Scalar, the sum over the examples.

    Raises:
        ValueError: ``X``, ``y`` or ``w`` has another shape or a value that is not finite, or
            ``lam`` is negative or not finite.

    Reference:
        Hoerl & Kennard (1970).
    """
    dtype = _dtype(X, y, w)
    X, y = _examples(X, y)
    w = _doubles(w, "w", X.shape[1:])
    penalised = _squared_norm(y - X @ w) + _penalty(lam) * _squared_norm(w)
    return dtype.type(penalised)


def ridge_solution(X: ArrayLike, y: ArrayLike, lam: float) -> Reals:
    """Return the weights that minimise the ridge loss.

    w = (XᵀX + λI)⁻¹Xᵀy.

    Args:
        X: ``(n, d)`` inputs.
        y: ``(n,)`` targets.
        lam: weight λ of the penalty, at least 0.

    Returns:
        ``(d,)`` weights.

    Raises:
        ValueError: ``X`` or ``y`` has another shape or a value that is not finite, ``lam`` is
            negative or not finite, or ``lam`` is 0 where the columns of ``X`` are linearly
            dependent.

    Reference:
        Hoerl & Kennard (1970).
    """
    dtype = _dtype(X, y)
    X, y = _examples(X, y)
    rule = "be positive where the columns of X are linearly dependent"
    return _penalised_solution(X, y, 1.0, _penalty(lam), "lam", rule).astype(dtype)


def shrinks_evenly() -> dict[str, bool]:
    """Return which penalty weighs every direction of w alike, whatever the data's variance there.

    Ridge adds λ‖w‖²; dropout adds λ‖Γw̃‖², which weighs a column of X by its own sum of squares.

    Returns:
        ``{"dropout": False, "ridge": True}``.

    Reference:
        Srivastava et al. (2014), section 9.1.
    """
    return {"dropout": False, "ridge": True}
