"""The reparameterized Gaussian: samples, log-determinants and densities of z = g(z0), z0 ~ N(0, I).

Sources: D. P. Kingma & M. Welling, "Auto-Encoding Variational Bayes", 2014,
https://arxiv.org/abs/1312.6114; the change of variables as in D. J. Rezende & S. Mohamed,
"Variational Inference with Normalizing Flows", 2015, https://arxiv.org/abs/1505.05770.

Whatever the dtype of the arguments, the arithmetic is done in float64: thousands of terms of both
signs are summed, and matrices inverted, where float32 would keep few digits.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reference._domain import require

_LOG_2PI = math.log(2 * math.pi)


def diagonal_sample(mu: Tensor, sigma: Tensor, z0: Tensor) -> Tensor:
    """Turn standard normal draws into draws from N(mu, diag sigma²).

        g(z0) = mu + sigma ⊙ z0

    Args:
        mu: mean ``(K,)``.
        sigma: standard deviations ``(K,)``, positive.
        z0: draws from N(0, I), ``(N, K)``.

    Returns:
        ``(N, K)`` of z0's dtype.

    Raises:
        ValueError: shapes that do not fit, a ``sigma`` that is not positive, a ``z0`` that is not
            of a floating-point dtype.

    Reference:
        Kingma & Welling 2014, section 2.4.
    """
    _require_shapes(mu, "sigma", sigma, "z0", z0)
    _require_positive(sigma)
    return (mu.double() + sigma.double() * z0.double()).to(z0.dtype)


def diagonal_log_abs_det(sigma: Tensor) -> Tensor:
    """Compute the log-determinant of the Jacobian of `diagonal_sample`.

        log |det ∂g/∂z0| = Σ_k log sigma_k

    Args:
        sigma: standard deviations ``(K,)``, positive.

    Returns:
        0-d, of sigma's dtype.

    Raises:
        ValueError: a ``sigma`` that is not a vector of positive floating-point numbers.

    Reference:
        Rezende & Mohamed 2015, section 3.1.
    """
    require(sigma.ndim == 1, "sigma", "have shape (K,)")
    require(sigma.is_floating_point(), "sigma", "have a floating-point dtype")
    _require_positive(sigma)
    return sigma.double().log().sum().to(sigma.dtype)


def diagonal_log_density(z: Tensor, mu: Tensor, sigma: Tensor) -> Tensor:
    """Compute the log-density of N(mu, diag sigma²) by the change of variables.

        log q(z) = log N(z0; 0, I) − Σ_k log sigma_k,   z0 = (z − mu) / sigma

    Args:
        z: points ``(N, K)``.
        mu: mean ``(K,)``.
        sigma: standard deviations ``(K,)``, positive.

    Returns:
        ``(N,)`` of z's dtype.

    Raises:
        ValueError: shapes that do not fit, a ``sigma`` that is not positive, a ``z`` that is not
            of a floating-point dtype.

    Reference:
        Kingma & Welling 2014, section 2.4; Rezende & Mohamed 2015, section 3.1.
    """
    _require_shapes(mu, "sigma", sigma, "z", z)
    _require_positive(sigma)
    z0 = (z.double() - mu.double()) / sigma.double()
    log_abs_det = sigma.double().log().sum()
    return (_standard_log_density(z0) - log_abs_det).to(z.dtype)


def linear_sample(mu: Tensor, S: Tensor, z0: Tensor) -> Tensor:
    """Turn standard normal draws into draws from N(mu, S Sᵀ).

        g(z0) = mu + S z0   for each row z0

    Args:
        mu: mean ``(K,)``.
        S: square root of the covariance ``(K, K)``, non-singular.
        z0: draws from N(0, I), ``(N, K)``.

    Returns:
        ``(N, K)`` of z0's dtype.

    Raises:
        ValueError: shapes that do not fit, an ``S`` that elimination finds exactly singular, or
            a ``z0`` that is not of a floating-point dtype.

    Reference:
        Kingma & Welling 2014, section 2.4.
    """
    _require_shapes(mu, "S", S, "z0", z0)
    _balance(S.detach().double())  # refuses a singular S
    return (mu.double() + z0.double() @ S.double().T).to(z0.dtype)


def linear_log_density(z: Tensor, mu: Tensor, S: Tensor) -> Tensor:
    """Compute the log-density of N(mu, S Sᵀ) by the change of variables.

        log q(z) = log N(z0; 0, I) − log |det S|,   z0 = S⁻¹ (z − mu)

    Args:
        z: points ``(N, K)``.
        mu: mean ``(K,)``.
        S: square root of the covariance ``(K, K)``, non-singular: triangular or not.

    Returns:
        ``(N,)`` of z's dtype.

    Raises:
        ValueError: shapes that do not fit, an ``S`` that elimination finds exactly singular, or
            a ``z`` that is not of a floating-point dtype.

    Reference:
        Rezende & Mohamed 2015, section 3.1.
    """
    _require_shapes(mu, "S", S, "z", z)
    balanced, scale, log_abs_det = _balance(S.double())
    # As rows, z − mu = z0 Sᵀ.
    z0 = torch.linalg.solve(balanced, z.double() - mu.double(), left=False) / scale
    return (_standard_log_density(z0) - log_abs_det).to(z.dtype)


def triangular_log_abs_det(S: Tensor) -> Tensor:
    """Compute the log-determinant of a triangular S, from its diagonal alone.

        log |det S| = Σ_k log S_kk

    Args:
        S: lower triangular ``(K, K)`` with a positive diagonal.

    Returns:
        0-d, of S's dtype.

    Raises:
        ValueError: an ``S`` that is not a floating-point square matrix, has an entry above its
            diagonal, or has one on its diagonal that is not positive.

    Reference:
        Rezende & Mohamed 2015, section 3.1.
    """
    require(S.ndim == 2 and S.shape[0] == S.shape[1], "S", "have shape (K, K)")
    require(S.is_floating_point(), "S", "have a floating-point dtype")
    require((S.triu(1) == 0).all(), "S", "be lower triangular")
    require((S.diagonal() > 0).all(), "S", "have a positive diagonal")
    return S.double().diagonal().log().sum().to(S.dtype)


def determinant_cost() -> dict[str, int]:
    """State what a determinant costs: the p of O(Kᵖ) for diagonal and for triangular matrices.

    Both are products of the K diagonal entries, where a dense matrix takes O(K³) to eliminate.

    Returns:
        ``{"diagonal": 1, "triangular": 1}``.

    Reference:
        Rezende & Mohamed 2015, section 4.1, on the O(K³) that structure avoids.
    """
    return {"diagonal": 1, "triangular": 1}


def _standard_log_density(z0: Tensor) -> Tensor:
    """Compute log N(z0; 0, I) of each row: ``(N, K)`` → ``(N,)``."""
    return -0.5 * (z0.square() + _LOG_2PI).sum(-1)


def _balance(S: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Divide every column of S by its largest entry, transpose, and find log |det S| on the way.

    Without the division a product of two small entries may underflow to a pivot of 0. Of the
    transpose, because elimination leaves that of a lower triangular S as it is: solving with it is
    substitution, which keeps its digits where pivoting an ill-conditioned S would lose them.

    Returns:
        The balanced transpose ``(K, K)``, the divisors ``(K,)``, log |det S| (0-d). Autograd may
        take the divisors for constants, since no result depends on them.

    Raises:
        ValueError: S is exactly singular.
    """
    scale = S.detach().abs().amax(dim=0)
    # slogdet eliminates the transpose of a matrix that lies in memory by rows: this one must not.
    balanced = (S / scale).contiguous().T
    log_abs_det = torch.linalg.slogdet(balanced).logabsdet  # NaN where a column of S is 0
    require(log_abs_det > -math.inf, "S", "be non-singular")
    return balanced, scale, log_abs_det + scale.log().sum()


def _require_shapes(
    mu: Tensor, spread_name: str, spread: Tensor, points_name: str, points: Tensor
) -> None:
    """Refuse all shapes but mu ``(K,)``, sigma ``(K,)`` or S ``(K, K)``, and points ``(N, K)``.

    K is what two of the three agree on, so that the error names the third.
    """
    K = sorted(v.shape[-1:] for v in (mu, spread, points))[1]
    require(mu.shape == K, "mu", "have shape (K,)")
    if spread_name == "sigma":
        require(spread.shape == K, "sigma", "have shape (K,)")
    else:
        require(spread.shape == K + K, "S", "have shape (K, K)")
    require(points.shape[1:] == K, points_name, "have shape (N, K)")
    require(points.is_floating_point(), points_name, "have a floating-point dtype")


def _require_positive(sigma: Tensor) -> None:
    require((sigma > 0).all(), "sigma", "be positive")
