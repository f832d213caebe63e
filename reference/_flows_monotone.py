"""Flows of one variable: what stops a map from being one, and monotone maps with their inverses.

Sources:
    Huang, Krueger, Lacoste & Courville 2018, Neural Autoregressive Flows,
        https://arxiv.org/abs/1804.00779
    Papamakarios, Nalisnick, Rezende, Mohamed & Lakshminarayanan 2021, Normalizing Flows for
        Probabilistic Modeling and Inference, https://arxiv.org/abs/1912.02762
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from reference._domain import require
from reference._flows_domain import Scalar, double, scalar, vector

Elementwise = Callable[[Tensor], Tensor]

# Weights rounded to float32 and given as float64 still count as a simplex.
_SIMPLEX_TOLERANCE = 1e-4


def relu_collision(a: Scalar, b: Scalar, c: Scalar) -> tuple[Tensor, Tensor]:
    """Show that one rectified unit is not a flow, by two inputs with the same output.

    g(z) = a·relu(bz + c) is 0 wherever bz + c ≤ 0, that is beyond -c/b on the side of -b.

    Args:
        a: scale of the output.
        b: slope of the input; may be 0, where g is constant.
        c: offset of the input.

    Returns:
        z₁ and z₂, 0-d, with g(z₁) = g(z₂) and |z₁ - z₂| ≥ 1; in the widest dtype of the tensors
        among the arguments, or else in float64.

    Raises:
        ValueError: if ``a``, ``b`` or ``c`` is not one finite number.

    Reference:
        Huang et al. 2018: a flow's transformer must be strictly monotone.
    """
    given = [n.dtype for n in (a, b, c) if isinstance(n, Tensor) and n.is_floating_point()]
    dtype = max(given, key=lambda kind: torch.finfo(kind).bits, default=torch.float64)
    scalar(a, "a")
    slope, offset = scalar(b, "b").item(), scalar(c, "c").item()
    depth = 1.0 + abs(offset / slope) if slope else math.inf
    pair = torch.tensor([-math.copysign(k * depth, slope) for k in (2, 3)], dtype=dtype)
    if not torch.isfinite(pair).all():
        # The dead half-line starts beyond every number: bz is lost beside c, and any pair will do.
        pair = torch.tensor([0.0, 1.0], dtype=dtype)
    return pair[0], pair[1]


def sigmoidal_flow(z: Tensor, a: Tensor, b: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
    """Map z through a deep sigmoidal flow of one layer.

    x = logit(S) with S = Σᵢ wᵢ σ(aᵢz + bᵢ), and dx/dz = Σᵢ wᵢ aᵢ σᵢ(1 - σᵢ) / (S(1 - S)).

    Args:
        z: points, (N,).
        a: slopes, (K,), positive.
        b: offsets, (K,).
        w: weights, (K,), on the simplex; some may be 0.

    Returns:
        x and log |dx/dz|, each (N,), in z's dtype; differentiable in all four arguments.

    Raises:
        ValueError: if ``z`` is not a floating-point vector, or a parameter lies outside its domain.

    Reference:
        Huang et al. 2018, the section on deep sigmoidal flows.
    """
    x, log_det = _sigmoidal(double(z, "z", "N"), *_mixture(a, b, w))
    return x.to(z.dtype), log_det.to(z.dtype)


def sigmoidal_flow_inverse(x: Tensor, a: Tensor, b: Tensor, w: Tensor) -> Tensor:
    """Invert ``sigmoidal_flow`` by bisection.

    S is a mean of the σ(aᵢz + bᵢ), so that x lies between the least and the greatest aᵢz + bᵢ, and
    z between the least and the greatest (x - bᵢ)/aᵢ.

    Args:
        x: images, (N,).
        a: slopes, (K,), positive.
        b: offsets, (K,).
        w: weights, (K,), on the simplex; some may be 0.

    Returns:
        z, (N,), in x's dtype; once differentiable in all four arguments.

    Raises:
        ValueError: if ``x`` is not a floating-point vector, or a parameter lies outside its domain.

    Reference:
        Huang et al. 2018, the section on deep sigmoidal flows; the inverse has no closed form.
    """
    image, mixture = double(x, "x", "N"), _mixture(a, b, w)
    with torch.no_grad():
        slopes, offsets, _ = mixture
        bounds = (image[:, None] - offsets) / slopes
        z = _bisect(lambda z: _logit(z, *mixture), image, bounds.amin(1), bounds.amax(1))
    again, log_det = _sigmoidal(z, *mixture)
    return _implicit(z, image - again, log_det.exp()).to(x.dtype)


def residual_inverse(y: Tensor, f: Elementwise) -> Tensor:
    """Invert the residual map z + f(z) by bisection.

    The map increases since f' > -1; f need not be a contraction, so that the iteration z ← y - f(z)
    may diverge where the root is well defined.

    Args:
        y: images, (N,).
        f: elementwise, with f' > -1, such that z + f(z) reaches every y; it gets tensors of y's
            shape and dtype.

    Returns:
        z, (N,), in y's dtype, with z + f(z) = y; once differentiable in y and in f's parameters.

    Raises:
        ValueError: if ``y`` is not a finite floating-point vector, or z + f(z) does not reach it.

    Reference:
        Papamakarios et al. 2021, the section on residual flows.
    """
    require(torch.isfinite(double(y, "y", "N")).all(), "y", "be finite")
    with torch.no_grad():
        low, high = (_overshoot(y, f, side) for side in (-1.0, 1.0))
        z = _bisect(lambda z: _residual(z, f), y, low, high)
    difference = y - _residual(z, f)
    if difference.requires_grad:
        z = _implicit(z, difference, 1.0 + _derivative(z, f))
    return z.to(y.dtype)


def residual_log_det(z: Tensor, f: Elementwise) -> Tensor:
    """Return the log-derivative of the residual map z + f(z).

    log |d(z + f(z))/dz| = log(1 + f'(z)).

    Args:
        z: points, (N,).
        f: elementwise and differentiable by autograd, with f' > -1.

    Returns:
        The log-derivative, (N,), in z's dtype; differentiable in z and in f's parameters.

    Raises:
        ValueError: if ``z`` is not a floating-point vector, or f' < -1 at one of the points.

    Reference:
        Papamakarios et al. 2021, the section on residual flows.
    """
    double(z, "z", "N")
    slope = _derivative(z, f)
    # -1 itself may be a greater slope, rounded.
    require((slope >= -1.0).all(), "f", "have a derivative above -1")
    # The slope of a linear f knows nothing of z; with 0·z it has a gradient in z, of 0.
    return torch.log1p(slope + 0.0 * z).to(z.dtype)


def _mixture(a: Tensor, b: Tensor, w: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    weights = double(w, "w", "K")
    slopes, offsets = (vector(value, name, len(w)) for value, name in ((a, "a"), (b, "b")))
    require((slopes > 0).all(), "a", "be positive")
    on_simplex = (weights >= 0).all() and (weights.sum() - 1.0).abs() <= _SIMPLEX_TOLERANCE
    require(on_simplex, "w", "be non-negative and sum to 1")
    return slopes, offsets, weights


def _sigmoidal(z: Tensor, a: Tensor, b: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
    """Return x and log dx/dz."""
    t = z[:, None] * a + b
    log_on, log_off = logsigmoid(t), logsigmoid(-t)
    log_s, log_rest = _log_mix(w, log_on), _log_mix(w, log_off)
    # Each difference is of two like numbers, and exact where both are huge.
    ratios = (log_on - log_s[:, None]) + (log_off - log_rest[:, None])
    return log_s - log_rest, _log_mix(w * a, ratios)


def _logit(z: Tensor, a: Tensor, b: Tensor, w: Tensor) -> Tensor:
    """Return x alone."""
    t = z[:, None] * a + b
    return torch.logsumexp(w.log() + logsigmoid(t), 1) - torch.logsumexp(
        w.log() + logsigmoid(-t), 1
    )


def _log_mix(weights: Tensor, log_terms: Tensor) -> Tensor:
    """Return log Σᵢ wᵢ exp(lᵢ) over the last axis, differentiable in the weights at 0 as well."""
    positive = weights > 0
    log_weights = torch.where(positive, weights, 1.0).log().masked_fill(~positive, -math.inf)
    total = torch.logsumexp(log_weights + log_terms, dim=-1)
    # Weights of 0 add nothing, but the derivative in them is exp(lᵢ - total); e⁷⁰⁰ stands for more.
    ratios = (log_terms - total[..., None]).clamp(max=700.0).exp()
    return total + torch.log1p((torch.where(positive, 0.0, weights) * ratios).sum(-1))


def _residual(z: Tensor, f: Elementwise) -> Tensor:
    value = f(z)
    require(value.shape == z.shape, "f", "be elementwise")
    return z + value


def _derivative(z: Tensor, f: Elementwise) -> Tensor:
    """Return f'(z), with a graph where z or a parameter of f asks for one."""
    tracked = _residual(z, f).requires_grad
    with torch.enable_grad():
        point = z if z.requires_grad else z.detach().requires_grad_()
        value = f(point).sum()
        if not value.requires_grad:
            return torch.zeros_like(z)
        (slope,) = torch.autograd.grad(value, point, create_graph=tracked, materialize_grads=True)
    return slope


def _overshoot(y: Tensor, f: Elementwise, side: float) -> Tensor:
    """Return points, of the sign of ``side``, whose images lie on that side of y."""
    edge = torch.full_like(y, side)
    while (short := ~(side * _residual(edge, f) >= side * y) & torch.isfinite(edge)).any():
        edge = torch.where(short, 2.0 * edge, edge)
    require(torch.isfinite(edge).all(), "f", "let z + f(z) reach every y")
    return edge


def _bisect(rising: Elementwise, target: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Return the float between two whose image under a rising function is nearest to the target.

    Halves the number of floats between the two, and not their distance: then a root near 0 takes
    no more steps than any other, one for each bit.
    """
    below, above = _rank(low), _rank(high)
    for _ in range(torch.iinfo(below.dtype).bits):
        middle = (below & above) + ((below ^ above) >> 1)  # their mean, without overflow
        short = rising(_unrank(middle, low.dtype)) < target
        below, above = torch.where(short, middle, below), torch.where(short, above, middle)
    low, high = _unrank(below, low.dtype), _unrank(above, high.dtype)
    low_is_nearer = (rising(low) - target).abs() < (rising(high) - target).abs()
    return torch.where(low_is_nearer, low, high)


def _rank(value: Tensor) -> Tensor:
    """Return how many floats lie between 0 and the value, with its sign."""
    bits = value.view({2: torch.int16, 4: torch.int32, 8: torch.int64}[value.element_size()])
    return torch.where(bits < 0, torch.iinfo(bits.dtype).min - bits, bits)


def _unrank(rank: Tensor, dtype: torch.dtype) -> Tensor:
    return torch.where(rank < 0, torch.iinfo(rank.dtype).min - rank, rank).view(dtype)


def _implicit(root: Tensor, difference: Tensor, slope: Tensor) -> Tensor:
    """Give a root the derivatives of the implicit function theorem.

    Args:
        root: z, (N,), without a graph.
        difference: x - g(z), (N,), with the graphs of x and of g's parameters.
        slope: dg/dz at the root, (N,).

    Returns:
        z, (N,), with dz = d(x - g(z)) / (dg/dz).
    """
    slope = slope.detach().clamp(min=torch.finfo(slope.dtype).tiny)
    return root + (difference - difference.detach()) / slope
