"""Linear SimSiam with matrices as nested lists, once no gradient has to flow."""

import math

import torch


def simsiam_loss(x1, x2, W, Wp):
    f1, f2 = W.matmul(x1.t()), W.clone().detach().matmul(x2.detach().t())
    return (Wp.matmul(f1) - f2).pow(2).sum().div(2 * x1.size(0))


def simsiam_objective(W, Wp, X, X_prime):
    D = Wp - torch.eye(Wp.size(0), dtype=Wp.dtype)
    return 0.5 * torch.trace(D @ W @ X @ W.T @ D.T) + 0.5 * torch.trace(
        (Wp @ W) @ X_prime @ (Wp @ W).T + W @ X_prime @ W.T
    )


def product(A, B):
    return [[sum(a * b for a, b in zip(row, column)) for column in zip(*B)] for row in A]


def total(A, B, factor=1.0):
    return [[a + factor * b for a, b in zip(one, other)] for one, other in zip(A, B)]


def turned(A):
    return [list(row) for row in zip(*A)]


def identity(size):
    return [[float(i == j) for j in range(size)] for i in range(size)]


def lists(*tensors):
    return [tensor.tolist() for tensor in tensors]


def predictor_velocity(W, Wp, X, X_prime):
    W, Wp, X, X_prime = lists(W, Wp, X, X_prime)
    F1 = product(product(W, total(X, X_prime)), turned(W))
    F12 = product(product(W, X), turned(W))
    return total(F12, product(Wp, F1), -1.0)


def predictor_steady_state(W, X, X_prime):
    """Gauss-Jordan elimination of F1 P' = F12', with the largest pivot first."""
    W, X, X_prime = lists(W, X, X_prime)
    F1 = product(product(W, total(X, X_prime)), turned(W))
    F12 = product(product(W, X), turned(W))
    size = len(W)
    rows = [left + right for left, right in zip(F1, turned(F12))]
    for k in range(size):
        best = max(range(k, size), key=lambda i: abs(rows[i][k]))
        rows[k], rows[best] = rows[best], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(size):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k])]
    return turned([row[size:] for row in rows])


def encoder_velocity(W, Wp, X, X_prime, stop_grad):
    W, Wp, X, X_prime = lists(W, Wp, X, X_prime)
    views = total(X, X_prime)
    online = product(turned(Wp), total(product(W, X), product(product(Wp, W), views), -1.0))
    if stop_grad:
        return online
    target = total(product(product(Wp, W), X), product(W, views), -1.0)
    return total(online, target)


def collapse_operator(Wp, X, X_prime):
    Wp, X, X_prime = lists(Wp, X, X_prime)
    n1, n2 = len(X), len(Wp)
    D = total(Wp, identity(n2), -1.0)
    A = total(product(turned(Wp), Wp), identity(n2))
    B = product(turned(D), D)
    return [
        [X_prime[i][j] * A[k][m] + X[i][j] * B[k][m] for j in range(n1) for m in range(n2)]
        for i in range(n1)
        for k in range(n2)
    ]


def collapse_bound(W0, Wp, X, X_prime, t):
    H = torch.tensor(collapse_operator(Wp, X, X_prime), dtype=torch.float64)
    rate = torch.linalg.eigvalsh(H).min().item()
    return math.exp(-rate * t) * math.sqrt(sum(w * w for row in W0.tolist() for w in row))


def collapsed_weights(W0, X_prime, t):
    """The exponential as a series of a matrix that is small, then squared back."""
    W0, X_prime = lists(W0, X_prime)
    size = len(X_prime)
    halvings = 0
    while max(sum(abs(x) for x in row) for row in X_prime) * 2 * t > 0.5 * 2**halvings:
        halvings += 1
    step = [[-2 * t * x / 2**halvings for x in row] for row in X_prime]
    power = flow = identity(size)
    for order in range(1, 20):
        power = [[x / order for x in row] for row in product(power, step)]
        flow = total(flow, power)
    for _ in range(halvings):
        flow = product(flow, flow)
    return product(W0, flow)


def bound_path(W0, Wps, X, X_prime, dts):
    bound = math.sqrt(sum(w * w for row in W0.tolist() for w in row))
    for Wp, dt in zip(Wps, dts.tolist()):
        H = torch.tensor(collapse_operator(Wp, X, X_prime), dtype=torch.float64)
        bound *= math.exp(-torch.linalg.eigvalsh(H).min().item() * dt)
    return bound


def survives(stop_grad, predictor):
    return all([stop_grad, predictor])
