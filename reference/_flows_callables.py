"""Divergences and objectives of any flow, given as the callables F⁻¹, F and log |det J_F|.

The base density p_U is N(0, I_D). A callable gets data as it came, and what it returns is computed
with in double precision.

Source:
    Papamakarios, Nalisnick, Rezende, Mohamed & Lakshminarayanan 2021, Normalizing Flows for
        Probabilistic Modeling and Inference, https://arxiv.org/abs/1912.02762
"""

from collections.abc import Callable

from torch import Tensor

from reference._domain import require
from reference._flows_domain import log_base, points_of, samples_of, vector

Map = Callable[[Tensor], Tensor]
"""Takes points, (N, D), and returns as many, or a number for each."""


def kl_in_data(x: Tensor, log_p_x: Tensor, inverse: Map, log_abs_det: Map) -> Tensor:
    """Estimate the forward divergence of a flow on samples of the data.

    D[P_X ‖ P_{F(U)}] ≈ mean over x of log p_X(x) - log p_U(F⁻¹(x)) + log |det J_F(F⁻¹(x))|.

    Args:
        x: samples of P_X, (N, D).
        log_p_x: log p_X at them, (N,).
        inverse: takes x and returns F⁻¹(x), (N, D).
        log_abs_det: takes points u, (N, D), and returns log |det J_F(u)|, (N,).

    Returns:
        The estimate, 0-d, in x's dtype.

    Raises:
        ValueError: if there is no sample, or a shape does not fit.

    Reference:
        Papamakarios et al. 2021, the section on the forward divergence and maximum likelihood.
    """
    log_p, u, log_det = _pulled_back(x, inverse, log_abs_det, log_p_x)
    log_flow = log_base(u) - log_det
    return (log_p - log_flow).mean().to(x.dtype)


def kl_in_base(x: Tensor, log_p_x: Tensor, inverse: Map, log_abs_det: Map) -> Tensor:
    """Estimate the divergence of ``kl_in_data`` among the base's variables.

    D[P_{F⁻¹(X)} ‖ P_U] ≈ mean over u = F⁻¹(x) of log p_{F⁻¹(X)}(u) - log p_U(u),
    with log p_{F⁻¹(X)}(u) = log p_X(x) + log |det J_F(u)|.

    Args:
        x: samples of P_X, (N, D).
        log_p_x: log p_X at them, (N,).
        inverse: takes x and returns F⁻¹(x), (N, D).
        log_abs_det: takes points u, (N, D), and returns log |det J_F(u)|, (N,).

    Returns:
        The estimate, 0-d, in x's dtype.

    Raises:
        ValueError: if there is no sample, or a shape does not fit.

    Reference:
        Papamakarios et al. 2021, the section on the relation of the two divergences.
    """
    log_p, u, log_det = _pulled_back(x, inverse, log_abs_det, log_p_x)
    log_pulled_back = log_p + log_det
    return (log_pulled_back - log_base(u)).mean().to(x.dtype)


def forward_objective(x: Tensor, inverse: Map, log_abs_det: Map) -> Tensor:
    """Return what of the forward divergence depends on the flow, from samples of the data.

    Mean over x of -log p_U(F⁻¹(x)) + log |det J_F(F⁻¹(x))|: the divergence without E log p_X.

    Args:
        x: samples of P_X, (N, D).
        inverse: takes x and returns F⁻¹(x), (N, D).
        log_abs_det: takes points u, (N, D), and returns log |det J_F(u)|, (N,).

    Returns:
        The objective to be minimised, 0-d, in x's dtype.

    Raises:
        ValueError: if there is no sample, or a shape does not fit.

    Reference:
        Papamakarios et al. 2021, the section on the forward divergence and maximum likelihood.
    """
    return kl_in_data(x, x.new_zeros(len(x)), inverse, log_abs_det)


def reverse_objective(u: Tensor, log_p_x: Map, forward: Map, log_abs_det: Map) -> Tensor:
    """Return the reverse divergence, up to a constant, from samples of the base.

    Mean over u of log p_U(u) - log |det J_F(u)| - log p_X(F(u)); p_X need not be normalised.

    Args:
        u: samples of the base, (N, D).
        log_p_x: takes points x, (N, D), and returns log p_X(x), (N,), up to a constant.
        forward: takes u and returns F(u), (N, D).
        log_abs_det: takes points u, (N, D), and returns log |det J_F(u)|, (N,).

    Returns:
        The objective to be minimised, 0-d, in u's dtype.

    Raises:
        ValueError: if there is no sample, or a shape does not fit.

    Reference:
        Papamakarios et al. 2021, the section on the reverse divergence.
    """
    points = samples_of(u, "u")
    x = _mapped(forward, "forward", u)
    log_det = _numbers(log_abs_det, "log_abs_det", u)
    log_target = _numbers(log_p_x, "log_p_x", x)
    return (log_base(points) - log_det - log_target).mean().to(u.dtype)


def _pulled_back(
    x: Tensor, inverse: Map, log_abs_det: Map, log_p_x: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return log p_X(x), u = F⁻¹(x) and log |det J_F(u)|, in double precision."""
    samples_of(x, "x")
    log_p = vector(log_p_x, "log_p_x", len(x))
    u = _mapped(inverse, "inverse", x)
    return log_p, points_of(u, "inverse"), _numbers(log_abs_det, "log_abs_det", u)


def _mapped(function: Map, argument: str, points: Tensor) -> Tensor:
    """Return the images of points under a callable, as many and of as many dimensions."""
    images = function(points)
    fits = isinstance(images, Tensor) and images.shape == points.shape
    require(fits, argument, "return points of the shape that it gets")
    return images


def _numbers(function: Map, argument: str, points: Tensor) -> Tensor:
    """Return what a callable says of each point, in double precision."""
    return vector(function(points), argument, len(points))
