"""Linear SimSiam by automatic differentiation and einsum, in whatever dtype the data has."""

import torch


def simsiam_loss(x1, x2, W, Wp):
    prediction = torch.einsum("ij,jk,nk->ni", Wp, W, x1)
    target = torch.einsum("ik,nk->ni", W, x2).detach()
    per_element = torch.nn.functional.mse_loss(prediction, target)
    return per_element * W.shape[0] / 2


def branches(online, target, Wp, X, X_prime):
    """The objective with a separate encoder for each branch."""
    prediction = Wp @ online
    views = X + X_prime
    square = torch.einsum("ij,jk,ik->", prediction, views, prediction)
    mixed = torch.einsum("ij,jk,ik->", prediction, X, target)
    return (square - 2 * mixed + torch.einsum("ij,jk,ik->", target, views, target)) / 2


def simsiam_objective(W, Wp, X, X_prime):
    return branches(W, W, Wp, X, X_prime)


def predictor_velocity(W, Wp, X, X_prime):
    return -torch.func.grad(lambda P: branches(W, W, P, X, X_prime))(Wp)


def predictor_steady_state(W, X, X_prime):
    root = torch.linalg.cholesky(W @ (X + X_prime) @ W.T)
    return torch.cholesky_solve(W @ X @ W.T, root).T


def encoder_velocity(W, Wp, X, X_prime, stop_grad):
    def objective(V):
        return branches(V, V.detach() if stop_grad else V, Wp, X, X_prime)

    V = W.clone().requires_grad_()
    objective(V).backward()
    return -V.grad


def collapse_operator(Wp, X, X_prime):
    """Minus the velocity of every basis matrix, one column after the other."""
    n1, n2 = len(X), len(Wp)
    columns = []
    for place in range(n1 * n2):
        basis = torch.zeros(n1 * n2, dtype=Wp.dtype)
        basis[place] = 1
        velocity = encoder_velocity(basis.reshape(n1, n2).T, Wp, X, X_prime, False)
        columns.append(-velocity.T.flatten())
    return torch.stack(columns, dim=1)


def collapse_bound(W0, Wp, X, X_prime, t):
    H = collapse_operator(Wp, X, X_prime)
    slowest = torch.linalg.svdvals(torch.matrix_exp(-t * H)).max()
    return slowest * torch.linalg.matrix_norm(W0)


def collapsed_weights(W0, X_prime, t):
    n2 = W0.shape[0]
    H = torch.kron(X_prime, 2 * torch.eye(n2, dtype=W0.dtype))
    vec = torch.matrix_exp(-H * t) @ W0.T.flatten()
    return vec.unflatten(0, (-1, n2)).T


def bound_path(W0, Wps, X, X_prime, dts):
    # The Note's own bound: the smallest rate for the whole time.
    rates = torch.stack([torch.linalg.eigvalsh(collapse_operator(P, X, X_prime))[0] for P in Wps])
    return torch.exp(-rates.min() * dts.sum()) * torch.linalg.matrix_norm(W0)


def survives(stop_grad, predictor):
    """Follow the example in small steps until time 60."""
    X, X_prime = torch.diag(torch.tensor([1.0, 0.5])), torch.tensor([[0.3, 0.1], [0.1, 0.3]])
    W, Wp = torch.tensor([[1.0, 0.5], [-0.5, 1.0]]), torch.eye(2) * (0.5 if predictor else 1.0)
    for _ in range(300):
        moved = predictor_velocity(W, Wp, X, X_prime) if predictor else 0.0
        W = W + 0.2 * encoder_velocity(W, Wp, X, X_prime, stop_grad)
        Wp = Wp + 0.2 * moved
    return bool(W.norm() > 0.01)
