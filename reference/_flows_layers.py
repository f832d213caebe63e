"""Flow layers on D dimensions, radial and planar: map, log-determinant, inverse.

Source:
    Rezende & Mohamed 2015, Variational Inference with Normalizing Flows,
        https://arxiv.org/abs/1505.05770
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from reference._domain import require
from reference._flows_domain import Scalar, double, points_of, scalar, vector


class Radial(NamedTuple):
    """A radial layer in double precision."""

    z0: Tensor
    alpha: Tensor
    beta: Tensor

    @classmethod
    def checked(cls, z0: Tensor, alpha: Scalar, beta: Scalar, size: int, of: str = "") -> "Radial":
        """Return the layer if it acts on ``size`` dimensions and α > 0, β ≥ -α.

        Errors write ``of`` before the name of the argument that is wrong.
        """
        return cls(vector(z0, f"{of}z0", size), *_coefficients(alpha, beta, of))

    def push(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return x = g(z) and log |det J| at z."""
        z0, alpha, beta = self
        r = _norm(z - z0)
        x = _towards(z0, z, -beta / (alpha + r), (alpha + beta + r) / (alpha + r))
        return x, self._log_det(r, z.shape[1])

    def pull(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return z = g⁻¹(x) and log |det J| at z."""
        z0, alpha, beta = self
        r = _radius(_norm(x - z0), alpha, beta)
        # This is 0 only in z₀ where β = -α, and any factor leaves z₀ fixed.
        total = _nonzero(alpha + beta + r)
        z = _towards(z0, x, beta / total, (alpha + r) / total)
        return z, self._log_det(r, x.shape[1])

    def _log_det(self, r: Tensor, dimensions: int) -> Tensor:
        """Return log |det J| at distance r from z₀, from quotients of sums that do not cancel."""
        _, alpha, beta = self
        near = alpha / (alpha + r)
        across = (alpha + beta + r) / (alpha + r)
        along = (near * (alpha + beta) + (1 + near) * r) / (alpha + r)
        return torch.xlogy(dimensions - 1, across) + along.log()


def radial_flow(z: Tensor, z0: Tensor, alpha: Scalar, beta: Scalar) -> tuple[Tensor, Tensor]:
    """Push points away from a centre, or pull them towards it.

    x = z + β(z - z₀)/(α + r) with r = ‖z - z₀‖, and
    log |det J| = (D - 1) log(1 + β/(α + r)) + log(1 + αβ/(α + r)²).

    Args:
        z: points, (N, D).
        z0: centre, (D,).
        alpha: α > 0.
        beta: β ≥ -α; at -α itself the log-determinant is -∞ in z₀, and nowhere else.

    Returns:
        x, (N, D), and log |det J|, (N,), in z's dtype.

    Raises:
        ValueError: if a shape does not fit, or ``alpha`` or ``beta`` lies outside its domain.

    Reference:
        Rezende & Mohamed 2015, section 4.1 and the appendix on invertibility.
    """
    points = points_of(z, "z")
    x, log_det = Radial.checked(z0, alpha, beta, points.shape[1]).push(points)
    return x.to(z.dtype), log_det.to(z.dtype)


def radial_flow_inverse(x: Tensor, z0: Tensor, alpha: Scalar, beta: Scalar) -> Tensor:
    """Invert ``radial_flow``.

    z = z₀ + (x - z₀)(α + r)/(α + β + r) with ρ = ‖x - z₀‖ and
    r = ½(ρ - α - β + √((ρ - α - β)² + 4αρ)).

    Args:
        x: images, (N, D).
        z0: centre, (D,).
        alpha: α > 0.
        beta: β ≥ -α.

    Returns:
        z, (N, D), in x's dtype.

    Raises:
        ValueError: if a shape does not fit, or ``alpha`` or ``beta`` lies outside its domain.

    Reference:
        Rezende & Mohamed 2015, the appendix on invertibility.
    """
    points = points_of(x, "x")
    z, _ = Radial.checked(z0, alpha, beta, points.shape[1]).pull(points)
    return z.to(x.dtype)


def radial_radius(rho: Tensor, alpha: Scalar, beta: Scalar) -> Tensor:
    """Return the distance from the centre that a radial layer turns into a given one.

    r + βr/(α + r) = ρ, and so r = ½(ρ - α - β + √((ρ - α - β)² + 4αρ)), the root that is not
    negative.

    Args:
        rho: distances after the layer, (N,), not negative.
        alpha: α > 0.
        beta: β ≥ -α, for which the root is unique.

    Returns:
        r, (N,), in rho's dtype.

    Raises:
        ValueError: if ``rho`` is not a floating-point vector or negative somewhere, or ``alpha`` or
            ``beta`` lies outside its domain.

    Reference:
        Rezende & Mohamed 2015, the appendix on invertibility.
    """
    distances = double(rho, "rho", "N")
    require(((distances >= 0) & distances.isfinite()).all(), "rho", "be finite and not negative")
    return _radius(distances, *_coefficients(alpha, beta)).to(rho.dtype)


def planar_flow(z: Tensor, u: Tensor, w: Tensor, b: Scalar) -> tuple[Tensor, Tensor]:
    """Move points along one direction, by an amount that depends on another.

    x = z + u tanh(wᵀz + b), and log |det J| = log |1 + uᵀψ| with ψ = (1 - tanh²(wᵀz + b)) w.

    Args:
        z: points, (N, D).
        u: direction of the movement, (D,); the map is invertible if wᵀu ≥ -1.
        w: normal of the hyperplane, (D,).
        b: its offset.

    Returns:
        x, (N, D), and log |det J|, (N,), in z's dtype.

    Raises:
        ValueError: if a shape does not fit, or ``b`` is not one finite number.

    Reference:
        Rezende & Mohamed 2015, section 4.1.
    """
    points = points_of(z, "z")
    u, w = vector(u, "u", points.shape[1]), vector(w, "w", points.shape[1])
    activation = points @ w + scalar(b, "b")
    h, slope = torch.tanh(activation), _sech2(activation)
    x = points + h[:, None] * u
    # 1 + uᵀψ with the smaller of h² and 1 - h², either of which may be lost in the other.
    wu = u @ w
    det = torch.where(h**2 < slope, (1.0 + wu) - wu * h**2, 1.0 + wu * slope)
    return x.to(z.dtype), det.abs().log().to(z.dtype)


def planar_constrain(u: Tensor, w: Tensor) -> Tensor:
    """Move u along w until the planar flow with it is invertible.

    û = u + (m(wᵀu) - wᵀu) w/‖w‖² with m(a) = -1 + log(1 + eᵃ), so that wᵀû = m(wᵀu) > -1.

    Args:
        u: direction of the movement, (D,).
        w: normal of the hyperplane, (D,), not 0.

    Returns:
        û, (D,), in u's dtype.

    Raises:
        ValueError: if a shape does not fit or ``w`` is 0.

    Reference:
        Rezende & Mohamed 2015, the appendix on invertibility.
    """
    free = double(u, "u", "D")
    normal = vector(w, "w", len(u))
    require((normal != 0).any(), "w", "not be 0")
    length = _norm(normal)
    # m(a) - a = -1 + log(1 + e⁻ᵃ)
    shift = -1.0 - logsigmoid(free @ normal)
    return (free + shift * (normal / length / length)).to(u.dtype)


def _coefficients(alpha: Scalar, beta: Scalar, of: str = "") -> tuple[Tensor, Tensor]:
    """Return α and β of a radial layer in double precision if α > 0, β ≥ -α."""
    a, b = scalar(alpha, f"{of}alpha"), scalar(beta, f"{of}beta")
    require(a > 0, f"{of}alpha", "be positive")
    require(b >= -a, f"{of}beta", "be at least -alpha")
    return a, b


def _radius(rho: Tensor, alpha: Tensor, beta: Tensor) -> Tensor:
    """Return the distance from z₀ before a radial layer of points whose distance after it is ρ."""
    gap = rho - (alpha + beta)
    # r² - gap·r - αρ = 0 has two roots with product -αρ. The greater in size comes without
    # cancellation, and the other from the product.
    size = torch.where(gap < 0, -gap, gap)
    greater = (size + torch.hypot(gap, 2 * alpha.sqrt() * rho.sqrt())) / 2
    return torch.where(gap < 0, alpha * (rho / _nonzero(greater)), greater)


def _towards(center: Tensor, point: Tensor, share: Tensor, rest: Tensor) -> Tensor:
    """Return point + share·(center - point), also where rest = 1 - share is tiny."""
    share, rest = share[:, None], rest[:, None]
    return torch.where(share > 0, rest * point + share * center, point + share * (center - point))


def _sech2(t: Tensor) -> Tensor:
    """Return 1 - tanh²(t), also where tanh(t) rounds to ±1."""
    return 4 * torch.sigmoid(2 * t) * torch.sigmoid(-2 * t)


def _norm(offset: Tensor) -> Tensor:
    """Return ‖offset‖ over the last axis, with no square out of range, and gradient 0 at 0."""
    largest = offset.detach().abs().amax(-1)
    unit = _nonzero(largest)
    length = unit * torch.linalg.vector_norm(offset / unit[..., None], dim=-1)
    return torch.where(largest > 0, length, 0.0)


def _nonzero(value: Tensor) -> Tensor:
    return torch.where(value == 0, 1.0, value)
