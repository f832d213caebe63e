"""The hand-out of 2020, answered by someone who knows nothing but the hand-out."""

import itertools
import math

import numpy as np
import torch


def field_aa():
    return [32, 42, 43, 44, 52, 53, 54, 55]


def field_ab():
    return ["32", "33", "42", "43", "44", "45", "52", "53", "54", "55"]


def field_ba():
    return [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 1, 1, 0, 0],
        [0, 1, 1, 1, 1],
        [0, 1, 1, 1, 1],
    ]


def field_bb():
    field = np.array(field_ba(), dtype=bool)
    field[2, 3] = True
    return field


def diagonal_log_density(z, mu, sigma):
    density = torch.ones(len(z), dtype=z.dtype)
    for k in range(len(mu)):
        z0 = (z[:, k] - mu[k]) / sigma[k]
        density = density * torch.exp(-(z0**2) / 2) / math.sqrt(2 * math.pi) / sigma[k]
    return torch.log(density)


def determinant_cost():
    return {"diagonal": 1, "triangular": 1}


def linear_log_density(z, mu, S):
    z0 = (z - mu) @ torch.inverse(S).T
    K = len(mu)
    q = (2 * math.pi) ** (-K / 2) * torch.exp(-(z0 * z0).sum(dim=1) / 2)
    return torch.log(q / torch.abs(torch.det(S)))


def ecll(joint, q):
    return sum(q[m] * torch.log(joint[m]) for m in range(len(q)))


def ecll_terms(joint, q):
    posterior = joint / joint.sum()
    divergence = (q * torch.log(q / posterior)).sum()
    entropy = -(q * torch.log(q)).sum()
    return torch.log(joint.sum()), divergence, entropy


def elbo(joint, q):
    return (q * torch.log(joint / q)).sum()


def amortized_and_instance_kl(joints, family):
    bounds = [[float(elbo(joint, q)) for q in family] for joint in joints]
    shared = max(range(len(family)), key=lambda f: sum(row[f] for row in bounds))
    evidence = torch.log(joints.sum(dim=1))
    first = torch.stack([elbo(joint, family[shared]) for joint in joints])
    second = torch.tensor([max(row) for row in bounds], dtype=torch.float64)
    return evidence - first, evidence - second


def bigger_gap():
    return "amortized"


def better_approach():
    return {
        "marginal_likelihood": "instance",
        "computation": "amortized",
        "memory": "amortized",
    }


def discrete_elbo(joint, q):
    return elbo(joint, q)


def discrete_iwae(joint, q, K):
    bound = 0.0
    for draws in itertools.product(range(len(q)), repeat=K):
        probability = math.prod(float(q[z]) for z in draws)
        weight = sum(float(joint[z] / q[z]) for z in draws) / K
        bound += probability * math.log(weight)
    return bound


def refined_proposal(joint, q, rest):
    w = joint / q
    others = sum((w[z] for z in rest), torch.tensor(0.0, dtype=joint.dtype))
    return joint / ((w + others) / (len(rest) + 1))


def expected_refined_proposal(joint, q, K):
    mean = torch.zeros_like(joint)
    for rest in itertools.product(range(len(q)), repeat=K - 1):
        probability = math.prod(float(q[z]) for z in rest)
        mean = mean + probability * refined_proposal(joint, q, list(rest))
    return mean


def bounds_in_order():
    return ["L_1[q]", "L_K[q]", "L_1[q_K]", "log p"]


def relu_collision(a, b, c):
    # where bz + c <= 0 the function is 0
    edge = -c / b
    return (edge - 1, edge - 2) if b > 0 else (edge + 1, edge + 2)


def sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def sigmoidal_flow(z, a, b, w):
    s = sigmoid(a * z[:, None] + b)
    total = (w * s).sum(dim=1)
    slope = (w * a * s * (1 - s)).sum(dim=1) / (total * (1 - total))
    return torch.log(total / (1 - total)), torch.log(slope)


def residual_inverse(y, f):
    low, high = torch.full_like(y, -1.0), torch.full_like(y, 1.0)
    while (low + f(low) > y).any():
        low = 2 * low
    while (high + f(high) < y).any():
        high = 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        below = middle + f(middle) < y
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return (low + high) / 2


def radial_radius(rho, alpha, beta):
    # r + beta r / (alpha + r) = rho, times alpha + r: a quadratic equation with one root >= 0
    b = alpha + beta - rho
    return (-b + torch.sqrt(b**2 + 4 * alpha * rho)) / 2


def bilinear_update_matrix(lr):
    return np.array([[1, lr], [-lr, 1]])


def bilinear_stationary_point():
    return [0, 0]


def bilinear_eigenvalues(lr):
    return np.linalg.eigvals(bilinear_update_matrix(lr))


def bilinear_behaviour(lr):
    size = max(abs(bilinear_eigenvalues(lr)))
    return "diverges" if size > 1 else "constant" if size == 1 else "converges"
