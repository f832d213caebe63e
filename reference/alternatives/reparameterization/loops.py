"""The reparameterization trick entry by entry: plain loops, results as lists, in the data's dtype."""

import math


def diagonal_sample(mu, sigma, z0):
    return [[m + s * e for m, s, e in zip(mu, sigma, row)] for row in z0]


def diagonal_log_density(z, mu, sigma):
    log_det = diagonal_log_abs_det(sigma)
    densities = []
    for row in z:
        total = -log_det
        for x, m, s in zip(row, mu, sigma):
            total = total - 0.5 * ((x - m) / s) ** 2 - 0.5 * math.log(2 * math.pi)
        densities.append(total)
    return densities


def diagonal_log_abs_det(sigma):
    return sum(s.log() for s in sigma)


def linear_sample(mu, S, z0):
    K = len(mu)
    return [[mu[i] + sum(S[i, j] * row[j] for j in range(K)) for i in range(K)] for row in z0]


def linear_log_density(z, mu, S):
    # Gaussian elimination with pivoting, of S beside all right-hand sides at once.
    K = len(S)
    left = [S[i] for i in range(K)]
    sides = [(z - mu).T[i] for i in range(K)]
    log_det = 0.0
    for k in range(K):
        best = max(range(k, K), key=lambda i: abs(left[i][k].item()))
        left[k], left[best] = left[best], left[k]
        sides[k], sides[best] = sides[best], sides[k]
        log_det = log_det + left[k][k].abs().log()
        for i in range(k + 1, K):
            factor = left[i][k] / left[k][k]
            left[i] = left[i] - factor * left[k]
            sides[i] = sides[i] - factor * sides[k]
    z0 = [None] * K
    for k in reversed(range(K)):
        known = sum(left[k][j] * z0[j] for j in range(k + 1, K))
        z0[k] = (sides[k] - known) / left[k][k]
    square = sum(e**2 for e in z0)
    return -0.5 * (square + K * math.log(2 * math.pi)) - log_det


def triangular_log_abs_det(S):
    total = 0.0
    for k in range(len(S)):
        total = total + S[k, k].log()
    return total


def determinant_cost():
    return {"diagonal": 1, "triangular": 1}
