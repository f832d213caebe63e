"""Linear SimSiam in numpy, with loops; torch only where a gradient is asked for."""

import numpy as np
import torch


def simsiam_loss(x1, x2, W, Wp):
    total = 0
    for first, second in zip(x1, x2):
        prediction = Wp @ (W @ first)
        with torch.no_grad():
            target = W @ second
        total = total + ((prediction - target) ** 2).sum()
    return 0.5 * total / len(x1)


def simsiam_objective(W, Wp, X, X_prime):
    # tr(A F) is the sum of the entries of A times those of F, because F is symmetric.
    F1 = W @ (X + X_prime) @ W.T
    F12 = W @ X @ W.T
    square = ((Wp.T @ Wp) * F1).sum()
    mixed = (Wp * F12).sum()
    return 0.5 * (square - 2 * mixed + torch.diagonal(F1).sum())


def arrays(*tensors):
    return [np.asarray(tensor, dtype=np.float64) for tensor in tensors]


def predictor_velocity(W, Wp, X, X_prime):
    W, Wp, X, X_prime = arrays(W, Wp, X, X_prime)
    velocity = np.zeros_like(Wp)
    F1 = W @ (X + X_prime) @ W.T
    F12 = W @ X @ W.T
    for i in range(len(Wp)):
        for j in range(len(Wp)):
            velocity[i, j] = F12[j, i] - sum(Wp[i, k] * F1[k, j] for k in range(len(Wp)))
    return velocity


def predictor_steady_state(W, X, X_prime):
    W, X, X_prime = arrays(W, X, X_prime)
    F1 = W @ (X + X_prime) @ W.T
    return (W @ X @ W.T) @ np.linalg.inv(F1)


def encoder_velocity(W, Wp, X, X_prime, stop_grad):
    W, Wp, X, X_prime = arrays(W, Wp, X, X_prime)
    online = Wp.T @ Wp @ W @ (X + X_prime) - Wp.T @ W @ X
    if stop_grad:
        return (-online).tolist()
    target = W @ (X + X_prime) - Wp @ W @ X
    return (-online - target).tolist()


def collapse_operator(Wp, X, X_prime):
    Wp, X, X_prime = arrays(Wp, X, X_prime)
    n1, n2 = len(X), len(Wp)
    H = np.zeros((n1 * n2, n1 * n2))
    identity = np.eye(n2)
    for i in range(n1):
        for j in range(n1):
            block = X_prime[i, j] * (Wp.T @ Wp + identity)
            block = block + X[i, j] * (Wp - identity).T @ (Wp - identity)
            H[i * n2 : (i + 1) * n2, j * n2 : (j + 1) * n2] = block
    return H


def collapse_bound(W0, Wp, X, X_prime, t):
    rates = np.linalg.eigvals(collapse_operator(Wp, X, X_prime)).real
    return float(np.exp(-min(rates) * t) * np.sqrt(np.sum(np.asarray(W0) ** 2)))


def collapsed_weights(W0, X_prime, t):
    W0, X_prime = arrays(W0, X_prime)
    rates, axes = np.linalg.eigh(X_prime)
    return W0 @ axes @ np.diag(np.exp(-2 * rates * t)) @ axes.T


def bound_path(W0, Wps, X, X_prime, dts):
    log_bound = np.log(np.linalg.norm(np.asarray(W0)))
    for Wp, dt in zip(Wps, np.asarray(dts)):
        log_bound -= dt * np.linalg.eigvalsh(collapse_operator(Wp, X, X_prime)).min()
    return np.exp(log_bound)


def survives(stop_grad, predictor):
    return {(True, True): True}.get((stop_grad, predictor), False)
