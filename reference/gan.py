"""Adversarial games small enough to solve: bilinear game, Dirac-GAN and the optimal discriminator.

In every game the discriminator ascends a value V and the generator descends it, simultaneously.

Sources:
    Goodfellow et al. (2014), Generative Adversarial Nets, https://arxiv.org/abs/1406.2661
    Mescheder, Nowozin & Geiger (2017), The Numerics of GANs, https://arxiv.org/abs/1705.10461
    Mescheder, Geiger & Nowozin (2018), Which Training Methods for GANs do actually Converge?,
    https://arxiv.org/abs/1801.04406
"""

import cmath
import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reference._domain import require

Reals = NDArray[np.floating[Any]]


def _reals(*values: ArrayLike) -> list[Reals]:
    """Return the values as arrays of one floating dtype, in which Python numbers have no say."""
    dtype = np.result_type(*(v if isinstance(v, int | float) else np.asarray(v) for v in values))
    if not np.issubdtype(dtype, np.floating):
        dtype = np.dtype(np.float64)
    return [np.asarray(value, dtype=dtype) for value in values]


def _rate(lr: float) -> float:
    """Return the learning rate as a Python float, or refuse it."""
    require(math.isfinite(lr), "lr", "be finite")
    return float(lr)


def _penalty(gamma: float) -> float:
    """Return the weight of the gradient penalty as a Python float, or refuse it."""
    require(0 <= gamma < math.inf, "gamma", "be finite and at least 0")
    return float(gamma)


def bilinear_update_matrix(lr: float) -> Reals:
    """Return the matrix of one simultaneous gradient step of the game V(d, g) = d·g.

    [d, g] ← [[1, α], [−α, 1]] [d, g], from ∂V/∂d = g and ∂V/∂g = d.

    Args:
        lr: learning rate α, of either sign.

    Returns:
        ``(2, 2)`` matrix that acts on the state [d, g].

    Raises:
        ValueError: ``lr`` is not finite.

    Reference:
        Mescheder, Nowozin & Geiger (2017), simultaneous gradient ascent.
    """
    alpha = _rate(lr)
    return np.array([[1, alpha], [-alpha, 1]])


def bilinear_eigenvalues(lr: float) -> NDArray[np.complex128]:
    """Return the eigenvalues of the bilinear game's update matrix.

    λ = 1 ± iα, so |λ| = √(1 + α²).

    Args:
        lr: learning rate α, of either sign.

    Returns:
        ``(2,)`` complex.

    Raises:
        ValueError: ``lr`` is not finite.

    Reference:
        Mescheder, Nowozin & Geiger (2017), simultaneous gradient ascent.
    """
    alpha = _rate(lr)
    return np.array([complex(1, alpha), complex(1, -alpha)])


def bilinear_trajectory(d0: float, g0: float, lr: float, steps: int) -> Reals:
    """Return the states that simultaneous gradient steps visit in the bilinear game.

    d_{k+1} = d_k + α g_k,  g_{k+1} = g_k − α d_k.

    Args:
        d0: first state of the discriminator.
        g0: first state of the generator.
        lr: learning rate α, of either sign.
        steps: number of steps.

    Returns:
        ``(steps + 1, 2)``, row k the state [d, g] after k steps.

    Raises:
        ValueError: ``d0`` or ``g0`` is not a finite scalar, ``lr`` is not finite, or ``steps`` is
            negative or not whole.

    Reference:
        Mescheder, Nowozin & Geiger (2017), simultaneous gradient ascent.
    """
    d, g = _reals(d0, g0)
    require(d.ndim == 0 and np.isfinite(d), "d0", "be a finite scalar")
    require(g.ndim == 0 and np.isfinite(g), "g0", "be a finite scalar")
    require(steps >= 0 and float(steps).is_integer(), "steps", "be a whole number, at least 0")
    update = bilinear_update_matrix(lr)
    # float64 whatever the state's dtype: the error of a step is carried through all that follow.
    states = np.empty((int(steps) + 1, 2))
    states[0] = d, g
    for k in range(int(steps)):
        states[k + 1] = update @ states[k]
    return states.astype(d.dtype)


def bilinear_stationary_point() -> Reals:
    """Return the only state [d, g] at which both gradients of V(d, g) = d·g vanish.

    (∂V/∂d, ∂V/∂g) = (g, d) = 0.

    Returns:
        ``(2,)`` zeros.

    Reference:
        Mescheder, Nowozin & Geiger (2017).
    """
    return np.zeros(2)


def bilinear_behaviour(lr: float) -> str:
    """Return what simultaneous gradient steps do to a state other than the stationary point.

    ‖[d, g]‖ grows by the factor |λ| = √(1 + α²) a step.

    Args:
        lr: learning rate α, of either sign.

    Returns:
        ``"diverges"`` for α ≠ 0, ``"constant"`` for α = 0.

    Raises:
        ValueError: ``lr`` is not finite.

    Reference:
        Mescheder, Nowozin & Geiger (2017), simultaneous gradient ascent.
    """
    # The rate itself is asked, not |λ|, which rounds to 1 where α² is below the machine's epsilon.
    return "diverges" if _rate(lr) != 0 else "constant"


def _sigmoid(x: Reals) -> Reals:
    """Return σ(x) = e^min(x, 0)/(1 + e^−|x|), in which no exponential overflows."""
    probability: Reals = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
    return probability


def _sigmoid_difference(a: Reals, b: Reals) -> Reals:
    """Return σ(a) − σ(b) = tanh((a − b)/2) (σ(a)σ(−b) + σ(−a)σ(b)), which does not cancel."""
    overlap = _sigmoid(a) * _sigmoid(-b) + _sigmoid(-a) * _sigmoid(b)
    return np.tanh((a - b) / 2) * overlap


def _dirac_state(state: ArrayLike) -> Reals:
    """Return the state (ψ₀, ψ₁, θ) as an array of floats, or refuse it."""
    (array,) = _reals(state)
    require(array.shape == (3,), "state", "have shape (3,)")
    require(np.isfinite(array).all(), "state", "be finite")
    return array


# A logit that overflows saturates σ and a probability that underflows is 0: both are the answer.
@np.errstate(over="ignore", under="ignore")
def dirac_velocity(state: ArrayLike, gamma: float = 0.0) -> Reals:
    """Return the gradient vector field of the Dirac-GAN whose linear discriminator has a bias.

    V = log σ(ψ₁) + log σ(−C) − (γ/2)ψ₀² with C = ψ₀θ + ψ₁: the data sit at 0, the generator at θ.
    v = (∂V/∂ψ₀, ∂V/∂ψ₁, −∂V/∂θ) = (−θσ(C) − γψ₀, σ(−ψ₁) − σ(C), ψ₀σ(C)).

    Args:
        state: ``(3,)``, the parameters (ψ₀, ψ₁, θ).
        gamma: weight γ of the gradient penalty, at least 0.

    Returns:
        ``(3,)`` velocity of (ψ₀, ψ₁, θ).

    Raises:
        ValueError: ``state`` is not three finite numbers, or ``gamma`` is negative or not finite.

    Reference:
        Mescheder, Geiger & Nowozin (2018), Definition 2.1 and the zero-centered gradient penalties.
    """
    state = _dirac_state(state)
    gamma = _penalty(gamma)
    psi0, psi1, theta = state
    c = psi0 * theta + psi1
    s = _sigmoid(c)
    v = [-theta * s - gamma * psi0, _sigmoid_difference(-psi1, c), psi0 * s]
    return np.array(v, dtype=state.dtype)


def dirac_stationary_point(gamma: float = 0.0) -> Reals:
    """Return the state at which the Dirac-GAN's generator sits on the data and D is undecided.

    (ψ₀, ψ₁, θ) = 0 gives v = (0, σ(0) − σ(0), 0) = 0, whatever the weight of the penalty.

    Args:
        gamma: weight γ of the gradient penalty, at least 0.

    Returns:
        ``(3,)`` zeros.

    Raises:
        ValueError: ``gamma`` is negative or not finite.

    Reference:
        Mescheder, Geiger & Nowozin (2018), the Dirac-GAN.
    """
    _penalty(gamma)
    return np.zeros(3)


@np.errstate(over="ignore", under="ignore")
def dirac_jacobian(state: ArrayLike, gamma: float = 0.0) -> Reals:
    """Return the Jacobian of the Dirac-GAN's gradient vector field.

    ∂v/∂state = [[−θ²s′ − γ, −θs′, −m], [−θs′, −σ′(ψ₁) − s′, −ψ₀s′], [m, ψ₀s′, ψ₀²s′]] with
    s′ = σ′(C) = σ(C)σ(−C), C = ψ₀θ + ψ₁ and m = σ(C) + ψ₀θs′.

    Args:
        state: ``(3,)``, the parameters (ψ₀, ψ₁, θ).
        gamma: weight γ of the gradient penalty, at least 0.

    Returns:
        ``(3, 3)``, row i the gradient of vᵢ.

    Raises:
        ValueError: ``state`` is not three finite numbers, or ``gamma`` is negative or not finite.

    Reference:
        Mescheder, Geiger & Nowozin (2018), the Dirac-GAN.
    """
    state = _dirac_state(state)
    gamma = _penalty(gamma)
    psi0, psi1, theta = state
    c = psi0 * theta + psi1
    slope = _sigmoid(c) * _sigmoid(-c)
    slope_real = _sigmoid(psi1) * _sigmoid(-psi1)
    # s′ stands between its factors, so that a vanishing slope meets them before they overflow.
    mixed = _sigmoid(c) + psi0 * slope * theta
    rows = [
        [-theta * slope * theta - gamma, -theta * slope, -mixed],
        [-theta * slope, -slope_real - slope, -psi0 * slope],
        [mixed, psi0 * slope, psi0 * slope * psi0],
    ]
    return np.array(rows, dtype=state.dtype)


def dirac_rest_jacobian(gamma: float = 0.0) -> Reals:
    """Return the Jacobian of the Dirac-GAN's gradient vector field at the stationary point.

    [[−γ, 0, −½], [0, −½, 0], [½, 0, 0]], where σ(0) = ½ and σ′(0) = ¼.

    Args:
        gamma: weight γ of the gradient penalty, at least 0.

    Returns:
        ``(3, 3)``, row i the gradient of vᵢ.

    Raises:
        ValueError: ``gamma`` is negative or not finite.

    Reference:
        Mescheder, Geiger & Nowozin (2018), the Dirac-GAN.
    """
    return np.array([[-_penalty(gamma), 0, -0.5], [0, -0.5, 0], [0.5, 0, 0]])


def dirac_eigenvalues(gamma: float = 0.0) -> NDArray[np.complex128]:
    """Return the eigenvalues of the Dirac-GAN's Jacobian at the stationary point.

    λ = −½ and λ = (−γ ± √(γ² − 1))/2, the roots of λ² + γλ + ¼.

    Args:
        gamma: weight γ of the gradient penalty, at least 0.

    Returns:
        ``(3,)`` complex.

    Raises:
        ValueError: ``gamma`` is negative or not finite.

    Reference:
        Mescheder, Geiger & Nowozin (2018), eigenvalues of the Dirac-GAN with gradient penalty.
    """
    gamma = _penalty(gamma)
    root = cmath.sqrt(gamma - 1) * math.sqrt(gamma + 1)
    fast = -(gamma / 2 + root / 2)
    # The product of the two is ¼; their sum −γ + √(γ² − 1) would cancel for a large γ.
    slow = 0.25 / fast
    return np.array([-0.5, fast, slow])


def dirac_is_stable(gamma: float = 0.0) -> bool:
    """Return whether the Dirac-GAN's stationary point attracts the states around it.

    Re λ < 0 for all three λ: λ² + γλ + ¼ has both its roots on the left exactly where γ > 0.

    Args:
        gamma: weight γ of the gradient penalty, at least 0.

    Returns:
        ``False`` for γ = 0, where two λ are imaginary; ``True`` for γ > 0.

    Raises:
        ValueError: ``gamma`` is negative or not finite.

    Reference:
        Mescheder, Geiger & Nowozin (2018), convergence of the Dirac-GAN with gradient penalty.
    """
    return _penalty(gamma) > 0


def dirac_stability(gamma: float = 0.0) -> str:
    """Return what the eigenvalues at the Dirac-GAN's stationary point say about its stability.

    All Re λ < 0: stable; one Re λ > 0: unstable; otherwise the linearization does not decide.

    Args:
        gamma: weight γ of the gradient penalty, at least 0.

    Returns:
        ``"undecided"`` for γ = 0, where λ = ±i/2; ``"stable"`` for γ > 0.

    Raises:
        ValueError: ``gamma`` is negative or not finite.

    Reference:
        Mescheder, Geiger & Nowozin (2018), convergence of the Dirac-GAN with gradient penalty.
    """
    return "stable" if dirac_is_stable(gamma) else "undecided"


def _require_densities(density: Reals, argument: str) -> None:
    """Refuse values that no density takes."""
    require(((density >= 0) & (density < np.inf)).all(), argument, "be finite and at least 0")


def _require_probabilities(d: Reals, argument: str) -> None:
    """Refuse outputs that a discriminator does not have."""
    require(((d > 0) & (d < 1)).all(), argument, "lie strictly between 0 and 1")


def _require_pointwise(other: Reals, f: Reals, argument: str, partner: str) -> None:
    """Refuse shapes that would pair values at different points."""
    paired = other.shape == f.shape or other.ndim == 0 or f.ndim == 0
    require(paired, argument, f"have the shape of {partner}, unless one of them is a scalar")


def optimal_discriminator(f1: ArrayLike, f0: ArrayLike) -> Reals:
    """Return the discriminator that maximises E_{p₁}[log D] + E_{p₀}[log(1 − D)].

    D*(x) = f₁(x)/(f₀(x) + f₁(x)).

    Args:
        f1: density of the real data at some points, any shape.
        f0: density of the generator at the same points; either may be a scalar.

    Returns:
        D* at the points, in their shape.

    Raises:
        ValueError: ``f1`` or ``f0`` is negative or not finite, both vanish at a point, or their
            shapes differ.

    Reference:
        Goodfellow et al. (2014), Proposition 1.
    """
    f1, f0 = _reals(f1, f0)
    _require_densities(f1, "f1")
    _require_densities(f0, "f0")
    _require_pointwise(f0, f1, "f0", "f1")
    larger = np.maximum(f0, f1)
    require((larger > 0).all(), "f0", "be positive where f1 is 0")
    # In units of the larger one, the sum of two densities neither overflows nor loses bits. A
    # ratio that underflows is 0 beside the 1.
    with np.errstate(under="ignore"):
        return (f1 / larger) / (f0 / larger + f1 / larger)


def jsd_from_discriminator(d_real: ArrayLike, d_fake: ArrayLike) -> np.floating[Any]:
    """Return the Jensen–Shannon divergence that a discriminator's outputs on samples estimate.

    log 2 + ½(mean log D(x₁) + mean log(1 − D(x₀))) = ½(mean log 2D(x₁) + mean log 2(1 − D(x₀))).

    The discriminator D* makes it an estimate of JSD(p₁, p₀); any other, of a lower bound.

    Args:
        d_real: outputs D(x₁) on samples of p₁, any shape.
        d_fake: outputs D(x₀) on samples of p₀, any shape, which may differ from that of ``d_real``.

    Returns:
        Scalar, in nats.

    Raises:
        ValueError: ``d_real`` or ``d_fake`` is empty or leaves (0, 1).

    Reference:
        Goodfellow et al. (2014), Theorem 1.
    """
    d_real, d_fake = _reals(d_real, d_fake)
    for d, argument in ((d_real, "d_real"), (d_fake, "d_fake")):
        require(d.size > 0, argument, "hold at least one output")
        _require_probabilities(d, argument)
    # Doubling is exact, and so is 1 − 2D wherever log 2(1 − D) is small: nothing cancels at D ≈ ½.
    divergence = (np.log(2 * d_real).mean() + np.log1p(1 - 2 * d_fake).mean()) / 2
    return d_real.dtype.type(divergence)


def density_from_discriminator(f0: ArrayLike, d: ArrayLike) -> Reals:
    """Return the density of the real data that makes a discriminator optimal.

    f₁(x) = f₀(x) D(x)/(1 − D(x)).

    Args:
        f0: density of the generator at some points, any shape.
        d: outputs D(x) of the discriminator at the same points; either may be a scalar.

    Returns:
        f₁ at the points, in their shape.

    Raises:
        ValueError: ``f0`` is negative or not finite, ``d`` leaves (0, 1), or their shapes differ.

    Reference:
        Goodfellow et al. (2014), Proposition 1 solved for the data's density.
    """
    f0, d = _reals(f0, d)
    _require_densities(f0, "f0")
    _require_probabilities(d, "d")
    _require_pointwise(d, f0, "d", "f0")
    return f0 * d / (1 - d)
