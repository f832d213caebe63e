"""Variational inference where the latent takes M values: every expectation is a finite sum.

``joint`` holds p(x, z=m) > 0 at one observed x, so that its sum is the evidence p(x) and
``joint``/p(x) the posterior; ``q`` holds a distribution over the same M values.

Sources:
    Kingma & Welling 2014, Auto-Encoding Variational Bayes, https://arxiv.org/abs/1312.6114
    Cremer, Li & Duvenaud 2018, Inference Suboptimality in Variational Autoencoders,
        https://arxiv.org/abs/1801.03558
    Bishop 2006, Pattern Recognition and Machine Learning, sections 9.4 and 10.1
"""

import math

from torch import Tensor

from reference._domain import require

# Probabilities that were rounded to float32 still count as a distribution.
_SUM_TOLERANCE = 1e-4


def ecll(joint: Tensor, q: Tensor) -> Tensor:
    """Return the expected complete-data log-likelihood of a discrete latent.

    E_q log p(x|z) p(z) = Σ_z q(z) log p(x, z)

    Args:
        joint: p(x, z=m) > 0, ``(M,)``.
        q: a distribution over z, positive, ``(M,)``.

    Returns:
        The expectation, 0-d.

    Raises:
        ValueError: where a shape or a sign is wrong, ``q`` does not sum to 1, or ``joint`` is not
            floating-point.

    Reference:
        Bishop 2006, section 9.4.
    """
    masses, weights = _table(joint, q)
    return (weights * masses.log()).sum().to(joint.dtype)


def ecll_terms(joint: Tensor, q: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the three terms that make up the expected complete-data log-likelihood.

    E_q log p(x|z) p(z) = log p(x) − KL(q‖p(z|x)) − H(q)

    Args:
        joint: p(x, z=m) > 0, ``(M,)``.
        q: a distribution over z, positive, ``(M,)``.

    Returns:
        log p(x), KL(q‖p(z|x)) and H(q) = −Σ q log q, each 0-d.

    Raises:
        ValueError: where a shape or a sign is wrong, ``q`` does not sum to 1, or ``joint`` is not
            floating-point.

    Reference:
        Bishop 2006, section 9.4.
    """
    masses, weights = _table(joint, q)
    log_joint, log_q = masses.log(), weights.log()
    evidence = log_joint.logsumexp(0)
    divergence = (weights * (log_q - (log_joint - evidence))).sum()
    entropy = -(weights * log_q).sum()
    return evidence.to(joint.dtype), divergence.to(joint.dtype), entropy.to(joint.dtype)


def elbo_and_kl(joint: Tensor, q: Tensor) -> tuple[Tensor, Tensor]:
    """Return the two terms that make up the evidence.

    log p(x) = Σ_z q(z) log(p(x, z)/q(z)) + KL(q‖p(z|x))

    Args:
        joint: p(x, z=m) > 0, ``(M,)``.
        q: a distribution over z, positive, ``(M,)``.

    Returns:
        The evidence lower bound and the divergence, each 0-d.

    Raises:
        ValueError: where a shape or a sign is wrong, ``q`` does not sum to 1, or ``joint`` is not
            floating-point.

    Reference:
        Kingma & Welling 2014, section 2.2.
    """
    masses, weights = _table(joint, q)
    log_w = masses.log() - weights.log()
    bound = (weights * log_w).sum()
    divergence = (weights * (masses.log().logsumexp(0) - log_w)).sum()
    return bound.to(joint.dtype), divergence.to(joint.dtype)


def elbo_gradient(joint: Tensor, logits: Tensor) -> Tensor:
    """Return the gradient of the evidence lower bound in the parameters of q.

    ∂/∂φ_m Σ_z q(z) log w(z) = q(m) (log w(m) − Σ_z q(z) log w(z)),  q = softmax(φ),  w = p(x, z)/q

    Args:
        joint: p(x, z=m) > 0, ``(M,)``.
        logits: the parameters φ, ``(M,)``.

    Returns:
        The gradient, ``(M,)``.

    Raises:
        ValueError: where a shape or a sign is wrong, or an argument is not floating-point or finite.

    Reference:
        Kingma & Welling 2014, section 2.2.
    """
    masses = _masses(joint, "joint", 1)
    require(logits.shape == joint.shape, "logits", "have the shape of joint")
    require(logits.is_floating_point() and logits.isfinite().all(), "logits", "be finite numbers")
    log_q = logits.double().log_softmax(0)
    q, log_w = log_q.exp(), masses.log() - log_q
    return (q * (log_w - (q * log_w).sum())).to(joint.dtype)


def kl_gradient(joint: Tensor, logits: Tensor) -> Tensor:
    """Return the gradient of KL(q‖p(z|x)) in the parameters of q.

    The evidence does not depend on q: this is the negative of the bound's gradient.

    Args:
        joint: p(x, z=m) > 0, ``(M,)``.
        logits: the parameters φ, ``(M,)``, with q = softmax(φ).

    Returns:
        The gradient, ``(M,)``.

    Raises:
        ValueError: where a shape or a sign is wrong, or an argument is not floating-point or finite.

    Reference:
        Kingma & Welling 2014, section 2.2.
    """
    return -elbo_gradient(joint, logits)


def amortized_and_instance_kl(joints: Tensor, family: Tensor) -> tuple[Tensor, Tensor]:
    """Return how far the best shared and the best individual distributions are from each posterior.

    q* is the candidate with the greatest Σ_i ELBO_i, q_i* the one with the greatest ELBO_i.
    Since log p(x_i) − ELBO_i = KL(q‖p(z|x_i)), these are the candidates of the least divergence.

    Args:
        joints: p(x_i, z=m) > 0 with a row for each example, ``(n, M)``, n ≥ 1.
        family: the candidates, a distribution over z in each row, positive, ``(F, M)``, F ≥ 1.

    Returns:
        KL(q*‖p(z|x_i)) and KL(q_i*‖p(z|x_i)), each ``(n,)``.

    Raises:
        ValueError: where a shape or a sign is wrong, a row of ``family`` does not sum to 1, or
            ``joints`` is not floating-point.

    Reference:
        Cremer, Li & Duvenaud 2018.
    """
    masses = _masses(joints, "joints", 2)
    candidates = _masses(family, "family", 2)
    require(family.shape[1] == joints.shape[1], "family", "have as many columns as joints")
    _require_distributions(candidates, "family")
    log_posterior = masses.log().log_softmax(1)
    log_ratio = candidates.log()[:, None] - log_posterior
    divergences = (candidates[:, None] * log_ratio).sum(2)
    shared = divergences.sum(1).argmin()
    return divergences[shared].to(joints.dtype), divergences.amin(0).to(joints.dtype)


def _table(joint: Tensor, q: Tensor) -> tuple[Tensor, Tensor]:
    """Check p(x, z=m) and q and return them in float64."""
    masses, weights = _masses(joint, "joint", 1), _masses(q, "q", 1)
    require(q.shape == joint.shape, "q", "have the shape of joint")
    _require_distributions(weights, "q")
    return masses, weights


def _masses(value: Tensor, argument: str, axes: int) -> Tensor:
    """Check that a table holds positive numbers and return it in float64."""
    require(value.ndim == axes and value.numel() >= 1, argument, f"be a table with {axes} axes")
    require(value.is_floating_point(), argument, "be floating-point")
    require(((value > 0) & (value < math.inf)).all(), argument, "be positive and finite")
    return value.double()


def _require_distributions(weights: Tensor, argument: str) -> None:
    sums = weights.sum(-1)
    require(((sums - 1).abs() <= _SUM_TOLERANCE).all(), argument, "sum to 1")
