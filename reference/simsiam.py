"""Linear SimSiam: its loss, the flow of encoder and predictor, and why it collapses without help.

Two views x₁, x₂ of one example pass the same encoder, f₁ = W x₁ and f₂ = W x₂; a linear predictor
W_p follows on the first branch. With X the second moment of an example's mean view and X′ the mean
covariance of its views, E f₁f₁ᵀ = E f₂f₂ᵀ = F₁ = W(X + X′)Wᵀ and E f₁f₂ᵀ = F₁₂ = W X Wᵀ.
Velocities are those of gradient descent in continuous time; vec stacks columns.

Everything is computed in float64 and returned in the dtype of the first argument.

Sources:
    Tian, Chen & Ganguli 2021, Understanding Self-Supervised Learning Dynamics without Contrastive
    Pairs, https://arxiv.org/abs/2102.06810
    Chen & He 2021, Exploring Simple Siamese Representation Learning,
    https://arxiv.org/abs/2011.10566
"""

import torch
from torch import Tensor

from reference._domain import require


def _check_matrix(argument: str, matrix: Tensor) -> None:
    require(matrix.is_floating_point(), argument, "be of a floating dtype")
    require(matrix.ndim == 2 and matrix.numel() > 0, argument, "be a matrix")


def _check_moment(argument: str, moment: Tensor, size: int) -> None:
    _check_matrix(argument, moment)
    require(moment.shape == (size, size), argument, f"have shape {(size, size)}")
    # Loose, so that rounding and finite differences pass and only another matrix is refused.
    asymmetry = (moment - moment.mT).abs().max()
    require(asymmetry <= 1e-3 * moment.abs().max(), argument, "be symmetric")


def _check_predictor(Wp: Tensor, size: int) -> None:
    _check_matrix("Wp", Wp)
    require(Wp.shape == (size, size), "Wp", f"have shape {(size, size)}")


def _check_time(t: float | Tensor) -> None:
    require(not isinstance(t, Tensor) or t.ndim == 0, "t", "be a number")


def _features(W: Tensor, X: Tensor, X_prime: Tensor) -> tuple[Tensor, Tensor]:
    """F₁ and F₁₂ in float64."""
    _check_matrix("W", W)
    _check_moment("X", X, W.shape[1])
    _check_moment("X_prime", X_prime, W.shape[1])
    W, X, X_prime = W.double(), X.double(), X_prime.double()
    return W @ (X + X_prime) @ W.mT, W @ X @ W.mT


def simsiam_loss(x1: Tensor, x2: Tensor, W: Tensor, Wp: Tensor) -> Tensor:
    """Return the loss on a batch of pairs; its second branch is a constant of differentiation.

    ½ mean_n ‖W_p W x₁ − stopgrad(W x₂)‖²

    Args:
        x1: views of the online branch, ``(N, n1)``.
        x2: views of the target branch, ``(N, n1)``; no gradient flows to it.
        W: encoder, ``(n2, n1)``; gradient flows to it through ``x1`` only.
        Wp: predictor, ``(n2, n2)``.

    Returns:
        A scalar.

    Raises:
        ValueError: shapes that do not fit, or a dtype that is not floating.

    Reference:
        Tian et al. 2021, the objective of linear BYOL with the target's weights equal to the
        online ones; Chen & He 2021, Algorithm 1, for the stop-gradient.
    """
    _check_matrix("x1", x1)
    _check_matrix("x2", x2)
    _check_matrix("W", W)
    require(x2.shape == x1.shape, "x2", "have the shape of x1")
    require(W.shape[1] == x1.shape[1], "W", "have one column per column of x1")
    _check_predictor(Wp, W.shape[0])
    f1, f2 = x1.double() @ W.double().mT, x2.double() @ W.double().mT
    error = f1 @ Wp.double().mT - f2.detach()
    return (error.square().sum(1).mean() / 2).to(x1.dtype)


def simsiam_objective(W: Tensor, Wp: Tensor, X: Tensor, X_prime: Tensor) -> Tensor:
    """Return the expected loss, from the moments of the views.

    ½[tr(W_pᵀW_p F₁) − tr(W_p F₁₂) − tr(F₁₂ W_p) + tr F₂]

    Args:
        W: encoder, ``(n2, n1)``.
        Wp: predictor, ``(n2, n2)``.
        X: second moment of the mean view, ``(n1, n1)``, symmetric.
        X_prime: mean covariance of the views, ``(n1, n1)``, symmetric.

    Returns:
        A scalar; nothing is held constant in it.

    Raises:
        ValueError: shapes that do not fit, an asymmetric moment or a dtype that is not floating.

    Reference:
        Tian et al. 2021, the expectation of the objective.
    """
    F1, F12 = _features(W, X, X_prime)
    _check_predictor(Wp, W.shape[0])
    P = Wp.double()
    objective = (P.mT @ P @ F1).trace() - (P @ F12).trace() - (F12 @ P).trace() + F1.trace()
    return (objective / 2).to(W.dtype)


def predictor_velocity(W: Tensor, Wp: Tensor, X: Tensor, X_prime: Tensor) -> Tensor:
    """Return the velocity of the predictor, with or without stop-gradient.

    Ẇ_p = −W_p F₁ + F₁₂ᵀ

    Args:
        W: encoder, ``(n2, n1)``.
        Wp: predictor, ``(n2, n2)``.
        X: second moment of the mean view, ``(n1, n1)``, symmetric.
        X_prime: mean covariance of the views, ``(n1, n1)``, symmetric.

    Returns:
        ``(n2, n2)``.

    Raises:
        ValueError: shapes that do not fit, an asymmetric moment or a dtype that is not floating.

    Reference:
        Tian et al. 2021, the dynamics of linear BYOL, without weight decay.
    """
    F1, F12 = _features(W, X, X_prime)
    _check_predictor(Wp, W.shape[0])
    return (-Wp.double() @ F1 + F12.mT).to(W.dtype)


def encoder_velocity(W: Tensor, Wp: Tensor, X: Tensor, X_prime: Tensor, stop_grad: bool) -> Tensor:
    """Return the velocity of the encoder.

    with stop-gradient: Ẇ = W_pᵀ(−W_p W(X + X′) + W X);
    without: Ẇ = −(W_pᵀW_p + I) W X′ − (W_p − I)ᵀ(W_p − I) W X

    Args:
        W: encoder, ``(n2, n1)``.
        Wp: predictor, ``(n2, n2)``.
        X: second moment of the mean view, ``(n1, n1)``, symmetric.
        X_prime: mean covariance of the views, ``(n1, n1)``, symmetric.
        stop_grad: whether the target branch is held constant.

    Returns:
        ``(n2, n1)``.

    Raises:
        ValueError: shapes that do not fit, an asymmetric moment or a dtype that is not floating.

    Reference:
        Tian et al. 2021, the dynamics of linear BYOL and its variant without stop-gradient.
    """
    _check_matrix("W", W)
    _check_moment("X", X, W.shape[1])
    _check_moment("X_prime", X_prime, W.shape[1])
    _check_predictor(Wp, W.shape[0])
    V, P, S, C = W.double(), Wp.double(), X.double(), X_prime.double()
    if stop_grad:
        velocity = P.mT @ (-P @ V @ (S + C) + V @ S)
    else:
        identity = torch.eye(len(P), dtype=P.dtype, device=P.device)
        distance = P - identity
        velocity = -(P.mT @ P + identity) @ V @ C - distance.mT @ distance @ V @ S
    return velocity.to(W.dtype)


def collapse_operator(Wp: Tensor, X: Tensor, X_prime: Tensor) -> Tensor:
    """Return the matrix that shrinks the encoder where nothing stops the gradient.

    H = X′ ⊗ (W_pᵀW_p + I) + X ⊗ ((W_p − I)ᵀ(W_p − I)), so that vec Ẇ = −H vec W

    Args:
        Wp: predictor, ``(n2, n2)``.
        X: second moment of the mean view, ``(n1, n1)``, symmetric.
        X_prime: mean covariance of the views, ``(n1, n1)``, symmetric.

    Returns:
        ``(n1·n2, n1·n2)``, for vec stacking the columns of the ``(n2, n1)`` encoder.

    Raises:
        ValueError: shapes that do not fit, an asymmetric moment or a dtype that is not floating.

    Reference:
        Tian et al. 2021, the theorem on training without stop-gradient.
    """
    _check_matrix("Wp", Wp)
    _check_predictor(Wp, len(Wp))
    _check_matrix("X", X)
    _check_moment("X", X, len(X))
    _check_moment("X_prime", X_prime, len(X))
    P, identity = Wp.double(), torch.eye(len(Wp), dtype=torch.float64, device=Wp.device)
    distance = P - identity
    # torch.kron views its result, which fails where an operand lies transposed in memory.
    operator = torch.kron(X_prime.double().contiguous(), P.mT @ P + identity)
    operator = operator + torch.kron(X.double().contiguous(), distance.mT @ distance)
    return operator.to(Wp.dtype)


def collapse_bound(W0: Tensor, Wp: Tensor, X: Tensor, X_prime: Tensor, t: float | Tensor) -> Tensor:
    """Bound the norm of the encoder at time t where nothing stops the gradient.

    ‖vec W(t)‖ ≤ e^{−λ_min(H) t} ‖vec W₀‖ for a constant predictor

    Args:
        W0: encoder at time 0, ``(n2, n1)``.
        Wp: predictor, ``(n2, n2)``.
        X: second moment of the mean view, ``(n1, n1)``, symmetric.
        X_prime: mean covariance of the views, ``(n1, n1)``, symmetric.
        t: time.

    Returns:
        A scalar.

    Raises:
        ValueError: shapes that do not fit, an asymmetric moment or a dtype that is not floating.

    Reference:
        Tian et al. 2021, the theorem on training without stop-gradient.
    """
    _check_matrix("W0", W0)
    _check_predictor(Wp, W0.shape[0])
    _check_moment("X", X, W0.shape[1])
    _check_moment("X_prime", X_prime, W0.shape[1])
    _check_time(t)
    H = collapse_operator(Wp.double(), X, X_prime)
    # eigvalsh reads one triangle; the symmetric part gives both their share of the gradient.
    rate: Tensor = torch.linalg.eigvalsh((H + H.mT) / 2)[0]
    bound: Tensor = torch.exp(-rate * t) * torch.linalg.vector_norm(W0.double())
    return bound.to(W0.dtype)


def bound_path(W0: Tensor, Wps: Tensor, X: Tensor, X_prime: Tensor, dts: Tensor) -> Tensor:
    """Bound the norm of the encoder where nothing stops the gradient and the predictor changes.

    ‖vec W‖ ≤ exp(−Σ_i λ_min(H_i) Δt_i) ‖vec W₀‖ after times Δt_i with the predictors W_p,i

    Args:
        W0: encoder at time 0, ``(n2, n1)``.
        Wps: the predictors, one after the other, ``(P, n2, n2)``, P ≥ 1.
        X: second moment of the mean view, ``(n1, n1)``, symmetric.
        X_prime: mean covariance of the views, ``(n1, n1)``, symmetric.
        dts: how long each predictor lasts, ``(P,)``, positive.

    Returns:
        A scalar.

    Raises:
        ValueError: shapes that do not fit, an asymmetric moment, a time that is not positive or a
            dtype that is not floating.

    Reference:
        Tian et al. 2021, the theorem on training without stop-gradient.
    """
    _check_matrix("W0", W0)
    require(Wps.ndim == 3 and len(Wps) > 0, "Wps", "have shape (P, n2, n2) with P ≥ 1")
    require(Wps.is_floating_point(), "Wps", "be of a floating dtype")
    require(Wps.shape[1:] == (len(W0), len(W0)), "Wps", "hold matrices of the size of W0's rows")
    _check_moment("X", X, W0.shape[1])
    _check_moment("X_prime", X_prime, W0.shape[1])
    require(dts.shape == Wps.shape[:1], "dts", "hold one time per predictor")
    require((dts > 0).all(), "dts", "be positive")
    operators = torch.stack([collapse_operator(Wp, X, X_prime) for Wp in Wps.double()])
    rates = torch.linalg.eigvalsh(operators)[:, 0]
    bound: Tensor = torch.exp(-(rates @ dts.double())) * torch.linalg.vector_norm(W0.double())
    return bound.to(W0.dtype)


def collapsed_weights(W0: Tensor, X_prime: Tensor, t: float | Tensor) -> Tensor:
    """Return the encoder at time t with neither stop-gradient nor predictor.

    W(t) = W₀ expm(−2 X′ t), the 2 being W_pᵀW_p + I at W_p = I, where X drops out of H

    Args:
        W0: encoder at time 0, ``(n2, n1)``.
        X_prime: mean covariance of the views, ``(n1, n1)``, symmetric.
        t: time.

    Returns:
        ``(n2, n1)``.

    Raises:
        ValueError: shapes that do not fit, an asymmetric moment or a dtype that is not floating.

    Reference:
        Tian et al. 2021, the theorem on training without stop-gradient, at W_p = I.
    """
    _check_matrix("W0", W0)
    _check_moment("X_prime", X_prime, W0.shape[1])
    _check_time(t)
    return (W0.double() @ torch.matrix_exp(-2 * X_prime.double() * t)).to(W0.dtype)


def predictor_steady_state(W: Tensor, X: Tensor, X_prime: Tensor) -> Tensor:
    """Return the predictor that no longer moves.

    W_p = F₁₂ F₁⁻¹, which does not depend on the scale of W

    Args:
        W: encoder, ``(n2, n1)``, such that F₁ is invertible; hence n2 ≤ n1.
        X: second moment of the mean view, ``(n1, n1)``, symmetric.
        X_prime: mean covariance of the views, ``(n1, n1)``, symmetric.

    Returns:
        ``(n2, n2)``.

    Raises:
        ValueError: F₁ is singular, shapes that do not fit, an asymmetric moment or a dtype that is
            not floating.

    Reference:
        Tian et al. 2021, the dynamics of linear BYOL at Ẇ_p = 0.
    """
    F1, F12 = _features(W, X, X_prime)
    # Relative to the greatest eigenvalue: a small encoder is no singular one.
    sizes = torch.linalg.eigvalsh(F1.detach()).abs()
    invertible = len(W) <= W.shape[1] and sizes.min() > 1e-14 * sizes.max()
    require(invertible, "W", "make W(X + X′)Wᵀ invertible")
    steady: Tensor = torch.linalg.solve(F1, F12, left=False)
    return steady.to(W.dtype)


def survives(stop_grad: bool, predictor: bool) -> bool:
    """Return whether the encoder keeps away from 0 in a small example.

    X = diag(1, ½), X′ = [[0.3, 0.1], [0.1, 0.3]], W(0) = [[1, ½], [−½, 1]], and W_p(0) = ½I that
    moves, or W_p = I for good; collapsed means ‖W(60)‖ < 0.01. From other starts it may collapse
    with both: W Wᵀ − W_pᵀW_p is conserved.

    Args:
        stop_grad: whether the target branch is held constant.
        predictor: whether there is a predictor, which follows its own velocity.

    Returns:
        ``True`` with both and ``False`` otherwise.

    Reference:
        Tian et al. 2021, why both the predictor and the stop-gradient are needed.
    """
    return bool(stop_grad) and bool(predictor)
