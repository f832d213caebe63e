"""Importance-weighted autoencoders: bounds from log-weights, and refined proposals by enumeration.

The model p(x, z) and the approximate posterior q(z|x) are those of ``reference.vae``. With a
discrete latent of M values everything is exact: ``joint`` is p(x, z=m) at the one observed x, and
w(z) = p(x, z)/q(z|x) is the importance weight.

Sources:
    Burda, Grosse & Salakhutdinov 2016, Importance Weighted Autoencoders,
        https://arxiv.org/abs/1509.00519
    Cremer, Morris & Duvenaud 2017, Reinterpreting Importance-Weighted Autoencoders,
        https://arxiv.org/abs/1704.02916
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from reference._domain import require
from reference.vae import _approximation, _model, gaussian_log_density

_MOST_VALUES, _MOST_DRAWS = 5, 5
_MOST_TERMS = 10**6


def log_importance_weights(
    x: Tensor,
    z: Tensor,
    mu: Tensor,
    log_var: Tensor,
    W: Tensor,
    b: Tensor,
    noise_var: float | Tensor,
) -> Tensor:
    """Return the log-weights of latent samples in the linear-Gaussian model.

    log w_k = log p(x|z_k) + log p(z_k) − log q(z_k|x)

    Args:
        x: examples, ``(N, D)``.
        z: K samples for every example, ``(K, N, D_z)``.
        mu: means of q, ``(N, D_z)``.
        log_var: log-variances of q, ``(N, D_z)``.
        W: loadings, ``(D, D_z)``.
        b: offset, ``(D,)``.
        noise_var: s² > 0.

    Returns:
        The log-weights, ``(K, N)``.

    Raises:
        ValueError: where a shape does not fit, ``x`` is not floating-point or s² not positive.

    Reference:
        Burda, Grosse & Salakhutdinov 2016, section 3.
    """
    residual, weight, variance = _model(x, W, b, noise_var)
    mean, log_variance = _approximation(mu, log_var, x, W)
    require(
        z.ndim == 3 and z.shape[1:] == mean.shape,
        "z",
        "have shape (K, N, D_z), N the rows of x and D_z the columns of W",
    )
    z = z.double()
    standard = z.new_zeros(())
    log_likelihood = gaussian_log_density(residual - z @ weight.T, standard, variance.log())
    log_prior = gaussian_log_density(z, standard, standard)
    log_q = gaussian_log_density(z, mean, log_variance)
    return (log_likelihood + log_prior - log_q).to(x.dtype)


def iwae_bound(log_w: Tensor) -> Tensor:
    """Return the importance-weighted bound of every example from its log-weights.

    L_K = log (1/K) Σ_k w_k

    Args:
        log_w: log-weights, ``(K, N)`` with K ≥ 1; −∞ stands for a weight of 0.

    Returns:
        The bounds, ``(N,)``; −∞ where all weights of a column are 0.

    Raises:
        ValueError: where ``log_w`` has another shape, holds +∞ or NaN, or is not floating-point.

    Reference:
        Burda, Grosse & Salakhutdinov 2016, section 3.
    """
    _require_log_weights(log_w)
    empty, filled = _split_empty(log_w)
    bound = torch.logsumexp(filled, 0) - math.log(len(log_w))
    return torch.where(empty, -math.inf, bound)


def normalized_weights(log_w: Tensor) -> Tensor:
    """Return the importance weights divided by their sum over the samples.

    w̃_k = w_k / Σ_j w_j, the weight of sample k in the gradient of L_K

    Args:
        log_w: log-weights, ``(K, N)`` with K ≥ 1; −∞ stands for a weight of 0.

    Returns:
        The normalized weights, ``(K, N)``, each column of sum 1; 1/K each where all weights of a
        column are 0.

    Raises:
        ValueError: where ``log_w`` has another shape, holds +∞ or NaN, or is not floating-point.

    Reference:
        Burda, Grosse & Salakhutdinov 2016, equation 14.
    """
    _require_log_weights(log_w)
    _, filled = _split_empty(log_w)
    return filled.softmax(0)


def discrete_elbo(joint: Tensor, q: Tensor) -> Tensor:
    """Return the evidence lower bound of a discrete latent.

    L₁ = Σ_z q(z) log(p(x, z)/q(z)), for any positive q, of sum 1 or not

    Args:
        joint: p(x, z=m) ≥ 0, ``(M,)``.
        q: proposal q(z=m|x) > 0, ``(M,)``.

    Returns:
        The bound, 0-d; −∞ where an entry of ``joint`` is 0.

    Raises:
        ValueError: where a shape or a sign is wrong or ``joint`` is not floating-point.

    Reference:
        Cremer, Morris & Duvenaud 2017.
    """
    masses, proposal = _discrete(joint, q)
    return (proposal * (masses.log() - proposal.log())).sum().to(joint.dtype)


def discrete_iwae(joint: Tensor, q: Tensor, K: int) -> Tensor:
    """Return the importance-weighted bound of a discrete latent, by enumeration of all draws.

    L_K = E_{z₁…z_K ~ q} log (1/K) Σ_k p(x, z_k)/q(z_k)

    Args:
        joint: p(x, z=m) ≥ 0, ``(M,)`` with M ≤ 5.
        q: proposal q(z=m|x) > 0, ``(M,)``.
        K: number of draws, 1 ≤ K ≤ 5.

    Returns:
        The bound, 0-d; −∞ where an entry of ``joint`` is 0.

    Raises:
        ValueError: where a shape or a sign is wrong, M or K is too large, or ``joint`` is not
            floating-point.

    Reference:
        Burda, Grosse & Salakhutdinov 2016, section 3.
    """
    masses, proposal = _discrete(joint, q)
    require(len(joint) <= _MOST_VALUES, "joint", f"have at most {_MOST_VALUES} entries")
    draws = _count(K)
    require(draws <= _MOST_DRAWS, "K", f"be at most {_MOST_DRAWS}")
    log_w = masses.log() - proposal.log()
    bounds = iwae_bound(log_w[_all_draws(log_w, draws)])
    return _expectation(bounds, proposal, draws).to(joint.dtype)


def refined_proposal(joint: Tensor, q: Tensor, rest: Sequence[int] | Tensor) -> Tensor:
    """Return the proposal that the bound of K samples refines q into, given the other K − 1.

    q̃(z) = p(x, z) / ((1/K) (w(z) + Σ_{k≥2} w(z_k))) = K q(z) w(z)/(w(z) + Σ_{k≥2} w(z_k))

    It need not sum to 1. Where w(z) and all the others are 0, the K normalized weights are taken
    as 1/K each, so that q̃(z) = q(z).

    Args:
        joint: p(x, z=m) ≥ 0, ``(M,)``.
        q: proposal q(z=m|x) > 0, ``(M,)``.
        rest: indices z₂ … z_K of the other samples, ``(K − 1,)`` with K ≥ 1, counted from 0.

    Returns:
        The refined proposal, ``(M,)``.

    Raises:
        ValueError: where a shape or a sign is wrong, an index is none of 0 … M − 1, or ``joint``
            is not floating-point.

    Reference:
        Cremer, Morris & Duvenaud 2017.
    """
    masses, proposal = _discrete(joint, q)
    indices = torch.as_tensor(rest, device=joint.device)
    require(indices.ndim == 1, "rest", "be a sequence of indices")
    if len(indices):  # an empty list has torch's default dtype
        whole = not (indices.is_floating_point() or indices.dtype == torch.bool)
        require(whole, "rest", "hold whole numbers")
        inside = ((indices >= 0) & (indices < len(joint))).all()
        require(inside, "rest", "hold indices from 0 to M − 1")
    return _refine(masses, proposal, indices.long()).to(joint.dtype)


def expected_refined_proposal(joint: Tensor, q: Tensor, K: int) -> Tensor:
    """Return the distribution of a sample that is resampled from K by its weight, by enumeration.

    q_K(z) = E_{z₂…z_K ~ q} q̃(z|x, z₂ … z_K)

    Args:
        joint: p(x, z=m) ≥ 0, ``(M,)``.
        q: proposal q(z=m|x) > 0, ``(M,)``.
        K: number of samples, K ≥ 1; Mᴷ is the cost and at most 10⁶.

    Returns:
        The expected refined proposal, ``(M,)``, of sum 1 as q is.

    Raises:
        ValueError: where a shape or a sign is wrong, Mᴷ is too large, or ``joint`` is not
            floating-point.

    Reference:
        Cremer, Morris & Duvenaud 2017.
    """
    masses, proposal = _discrete(joint, q)
    samples = _count(K)
    require(len(joint) ** samples <= _MOST_TERMS, "K", f"keep Mᴷ at most {_MOST_TERMS}")
    rest = _all_draws(joint, samples - 1)
    refined = _refine(masses, proposal, rest)
    return _expectation(refined, proposal, samples - 1).to(joint.dtype)


def bounds_in_order() -> tuple[str, str, str, str]:
    """Name the bounds of K samples and the evidence, from the least to the greatest.

    Returns:
        L₁[q] ≤ L_K[q], which averages weights before the logarithm; L_K[q] ≤ L₁[q_K], since
        −u log u is concave; and no bound exceeds log p(x).

    Reference:
        Cremer, Morris & Duvenaud 2017.
    """
    return ("L_1[q]", "L_K[q]", "L_1[q_K]", "log p")


def _refine(joint: Tensor, q: Tensor, rest: Tensor) -> Tensor:
    """Return q̃ ``(…, M)`` for the others ``rest`` ``(K − 1, …)``.

    The weights themselves, not their logarithms: q̃ is smooth in a joint entry of 0, where the
    logarithm has no derivative.
    """
    w = joint / q
    total = w + w[rest].sum(0)[..., None]
    empty = total == 0
    samples = len(rest) + 1
    # The inner where keeps 0/0, and its NaN gradient, out of the branch that is not taken.
    share = torch.where(empty, 1 / samples, w / torch.where(empty, 1, total))
    return samples * q * share


def _all_draws(values: Tensor, count: int) -> Tensor:
    """Return all Mᶜ sequences of ``count`` indices into ``values``, ``(c, Mᶜ)``, last fastest."""
    size = len(values)
    number = torch.arange(size**count, device=values.device)
    places = [number // size**place % size for place in reversed(range(count))]
    return torch.stack(places) if places else number.new_empty(0, 1)


def _expectation(values: Tensor, q: Tensor, count: int) -> Tensor:
    """Average ``values`` ``(Mᶜ, …)`` over ``count`` independent draws from q, first slowest."""
    # One draw at a time: a product of many probabilities could underflow, and 0 · −∞ is NaN.
    for _ in range(count):
        values = torch.einsum("m,m...->...", q, values.reshape(len(q), -1, *values.shape[1:]))
    return values.squeeze(0)


def _split_empty(log_w: Tensor) -> tuple[Tensor, Tensor]:
    """Tell the columns without any weight, and return ``log_w`` with equal weights in these.

    A maximum of −∞ would make NaN of the values or of the gradients there.
    """
    empty = (log_w == -math.inf).all(0)
    return empty, torch.where(empty, 0, log_w)


def _require_log_weights(log_w: Tensor) -> None:
    require(log_w.ndim == 2 and len(log_w) >= 1, "log_w", "have shape (K, N) with K ≥ 1")
    require(log_w.is_floating_point(), "log_w", "be floating-point")
    require((log_w < math.inf).all(), "log_w", "be finite or −∞")


def _discrete(joint: Tensor, q: Tensor) -> tuple[Tensor, Tensor]:
    """Check p(x, z=m) and q(z=m|x) and return them in float64."""
    require(joint.ndim == 1 and len(joint) >= 1, "joint", "have shape (M,) with M ≥ 1")
    require(joint.is_floating_point(), "joint", "be floating-point")
    require(((joint >= 0) & (joint < math.inf)).all(), "joint", "be finite and not negative")
    require(q.shape == joint.shape, "q", "have the shape of joint")
    require(((q > 0) & (q < math.inf)).all(), "q", "be finite and positive")
    return joint.double(), q.double()


def _count(K: int) -> int:
    """Check that K is a whole number of at least 1 and return it as an int."""
    require(K >= 1 and K % 1 == 0, "K", "be a whole number of at least 1")
    return int(K)
