"""Normalizing flows: likelihood, and the two divergences that train a flow.

The maps themselves lie one floor below: of one variable in ``reference._flows_monotone``, on D
dimensions in ``reference._flows_layers``; and so do the divergences of flows that are given as
callables, in ``reference._flows_callables``. The base density p_U is N(0, I_D), and F composes radial
layers, the first of them nearest to the base.

Source:
    Papamakarios, Nalisnick, Rezende, Mohamed & Lakshminarayanan 2021, Normalizing Flows for
        Probabilistic Modeling and Inference, https://arxiv.org/abs/1912.02762
"""

from collections.abc import Callable, Sequence

from torch import Tensor

from reference._domain import require
from reference._flows_callables import (
    forward_objective,
    kl_in_base,
    kl_in_data,
    reverse_objective,
)
from reference._flows_domain import Scalar, log_base, points_of, samples_of, vector
from reference._flows_layers import (
    Radial,
    planar_constrain,
    planar_flow,
    radial_flow,
    radial_flow_inverse,
    radial_radius,
)
from reference._flows_monotone import (
    relu_collision,
    residual_inverse,
    residual_log_det,
    sigmoidal_flow,
    sigmoidal_flow_inverse,
)

__all__ = [
    "flow_log_likelihood",
    "forward_kl",
    "forward_kl_in_base",
    "forward_objective",
    "kl_in_base",
    "kl_in_data",
    "kl_objective",
    "planar_constrain",
    "planar_flow",
    "radial_flow",
    "radial_flow_inverse",
    "radial_radius",
    "relu_collision",
    "residual_inverse",
    "residual_log_det",
    "reverse_kl",
    "reverse_objective",
    "sigmoidal_flow",
    "sigmoidal_flow_inverse",
]

Layers = Sequence[tuple[Tensor, Scalar, Scalar]]


def flow_log_likelihood(x: Tensor, layers: Layers) -> Tensor:
    """Return the log-density of a radial flow.

    log p_{F(U)}(x) = log p_U(u) - log |det J_F(u)| with u = F⁻¹(x).

    Args:
        x: points, (N, D).
        layers: (z₀, α, β) of each radial layer, nearest to the base first; may be empty.

    Returns:
        The log-density, (N,), in x's dtype.

    Raises:
        ValueError: if ``x`` is not a floating-point matrix, or one of the ``layers`` is not valid.

    Reference:
        Papamakarios et al. 2021, the section on definition and basics.
    """
    u, log_det = _to_base(points_of(x, "x"), layers)
    return (log_base(u) - log_det).to(x.dtype)


def forward_kl(x: Tensor, log_p_x: Tensor, layers: Layers) -> Tensor:
    """Estimate the forward divergence on samples of the data.

    D[P_X ‖ P_{F(U)}] ≈ mean over x of log p_X(x) - log p_{F(U)}(x).

    Args:
        x: samples of P_X, (N, D).
        log_p_x: log p_X at them, (N,).
        layers: (z₀, α, β) of each radial layer, nearest to the base first; may be empty.

    Returns:
        The estimate, 0-d, in x's dtype.

    Raises:
        ValueError: if there is no sample, a shape does not fit, or a layer is not valid.

    Reference:
        Papamakarios et al. 2021, the section on the forward divergence and maximum likelihood.
    """
    points = samples_of(x, "x")
    u, log_det = _to_base(points, layers)
    log_flow = log_base(u) - log_det
    return (vector(log_p_x, "log_p_x", len(x)) - log_flow).mean().to(x.dtype)


def forward_kl_in_base(x: Tensor, log_p_x: Tensor, layers: Layers) -> Tensor:
    """Estimate the divergence of ``forward_kl`` among the base's variables.

    D[P_{F⁻¹(X)} ‖ P_U] ≈ mean over u = F⁻¹(x) of log p_{F⁻¹(X)}(u) - log p_U(u),
    with log p_{F⁻¹(X)}(u) = log p_X(x) + log |det J_F(u)|.

    Args:
        x: samples of P_X, (N, D).
        log_p_x: log p_X at them, (N,).
        layers: (z₀, α, β) of each radial layer, nearest to the base first; may be empty.

    Returns:
        The estimate, 0-d, in x's dtype.

    Raises:
        ValueError: if there is no sample, a shape does not fit, or a layer is not valid.

    Reference:
        Papamakarios et al. 2021, the section on the relation of the two divergences.
    """
    points = samples_of(x, "x")
    u, log_det = _to_base(points, layers)
    log_pulled_back = vector(log_p_x, "log_p_x", len(x)) + log_det
    return (log_pulled_back - log_base(u)).mean().to(x.dtype)


def reverse_kl(u: Tensor, layers: Layers, log_p_x: Callable[[Tensor], Tensor]) -> Tensor:
    """Estimate the reverse divergence on samples of the base.

    D[P_{F(U)} ‖ P_X] ≈ mean over u of log p_U(u) - log |det J_F(u)| - log p_X(F(u)).

    Args:
        u: samples of the base, (N, D).
        layers: (z₀, α, β) of each radial layer, nearest to the base first; may be empty.
        log_p_x: takes points, (N, D), in u's dtype and returns their log-density, (N,).

    Returns:
        The estimate, 0-d, in u's dtype; its gradient reaches the layers through log_p_x too.

    Raises:
        ValueError: if there is no sample, a shape does not fit, or a layer is not valid.

    Reference:
        Papamakarios et al. 2021, the section on the reverse divergence.
    """
    points = samples_of(u, "u")
    x, log_det = points, points.new_zeros(len(points))
    for layer in _radial_layers(layers, points.shape[1]):
        x, step = layer.push(x)
        log_det = log_det + step
    log_target = vector(log_p_x(x.to(u.dtype)), "log_p_x", len(u))
    return (log_base(points) - log_det - log_target).mean().to(u.dtype)


def kl_objective(scenario: str) -> str:
    """Name the divergence that can be minimised with what is known of P_X.

    D[P_{F(U)} ‖ P_X] takes p_X at points of the flow's choice; D[P_X ‖ P_{F(U)}] takes samples of
    P_X, and its log p_X(x) depends on no parameter.

    Args:
        scenario: ``"density"`` if p_X can be evaluated, not sampled; ``"samples"`` if the opposite.

    Returns:
        ``"reverse"`` for ``"density"``, ``"forward"`` for ``"samples"``.

    Raises:
        ValueError: if ``scenario`` is neither of the two.

    Reference:
        Papamakarios et al. 2021, the sections on the forward and on the reverse divergence.
    """
    objectives = {"density": "reverse", "samples": "forward"}
    require(scenario in objectives, "scenario", "be 'density' or 'samples'")
    return objectives[scenario]


def _radial_layers(layers: Layers, size: int) -> list[Radial]:
    require(all(len(layer) == 3 for layer in layers), "layers", "be triples (z0, alpha, beta)")
    return [Radial.checked(*layer, size, of=f"layers[{i}]: ") for i, layer in enumerate(layers)]


def _to_base(x: Tensor, layers: Layers) -> tuple[Tensor, Tensor]:
    """Return u = F⁻¹(x) and log |det J_F(u)|."""
    u, log_det = x, x.new_zeros(len(x))
    for layer in reversed(_radial_layers(layers, x.shape[1])):
        u, step = layer.pull(u)
        log_det = log_det + step
    return u, log_det
