"""The reparameterization trick for one row, mapped over the batch; float64 inside, QR for S."""

import numpy as np
import torch
from torch.func import vmap


def diagonal_sample(mu, sigma, z0):
    return linear_sample(mu, torch.diag(sigma), z0)


def diagonal_log_density(z, mu, sigma):
    inverse, log_det = 1 / sigma.double(), diagonal_log_abs_det(sigma)
    return vmap(lambda row: base((row - mu) * inverse) - log_det)(z.double())


def diagonal_log_abs_det(sigma):
    return 0.5 * torch.log2(sigma.double() ** 2).sum() / np.log2(np.e)


def linear_sample(mu, S, z0):
    return vmap(lambda row: mu.double() + S.double() @ row)(z0.double())


def linear_log_density(z, mu, S):
    Q, R = torch.linalg.qr(S.double())

    def one_row(row):
        turned = Q.T @ (row - mu)
        return base(torch.linalg.solve_triangular(R, turned[:, None], upper=True)[:, 0])

    return vmap(one_row)(z.double()) - R.diagonal().abs().log().sum()


def triangular_log_abs_det(S):
    L = torch.linalg.cholesky(S.double() @ S.double().T)
    return torch.einsum("kk->k", L).log().sum()


def determinant_cost():
    return {"diagonal": np.int64(1), "triangular": torch.tensor(1)}


def base(z0):
    log_2pi = torch.log(torch.tensor(2 * torch.pi, dtype=torch.float64))
    return -(z0 @ z0 + len(z0) * log_2pi) / 2
