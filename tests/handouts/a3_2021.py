"""The hand-out of 2021, answered by someone who knows nothing but the hand-out."""

import math

import numpy as np


def dropout_loss(X, y, w, mask):
    return np.sum((y - (X * mask) @ w) ** 2)


def gamma_squared(X):
    return np.diag(np.diag(X.T @ X))


def expected_dropout_loss(X, y, w, p):
    return np.sum((y - p * X @ w) ** 2) + p * (1 - p) * w @ gamma_squared(X) @ w


def dropout_solution(X, y, p):
    return np.linalg.inv(X.T @ X + (1 - p) / p * gamma_squared(X)) @ X.T @ y / p


def dropout_lambda(p):
    return (1 - p) / p


def ridge_loss(X, y, w, lam):
    return np.linalg.norm(y - X @ w) ** 2 + lam * np.linalg.norm(w) ** 2


def ridge_solution(X, y, lam):
    return np.linalg.inv(X.T @ X + lam * np.eye(X.shape[1])) @ X.T @ y


def shrinks_evenly():
    return {"dropout": False, "ridge": True}


def ecll(joint, q):
    return float(np.dot(np.asarray(q), np.log(np.asarray(joint))))


def ecll_terms(joint, q):
    joint, q = np.asarray(joint), np.asarray(q)
    log_p = np.log(joint.sum())
    divergence = np.sum(q * (np.log(q) - np.log(joint) + log_p))
    return [log_p, divergence, np.sum(-q * np.log(q))]


def amortized_and_instance_kl(joints, family):
    joints, family = np.asarray(joints), np.asarray(family)
    posteriors = joints / joints.sum(axis=1, keepdims=True)
    kl = np.array([[np.sum(q * np.log(q / posterior)) for q in family] for posterior in posteriors])
    # the ELBO of an example is its log p(x) minus its divergence
    shared = np.argmin(kl.sum(axis=0))
    return kl[:, shared], kl.min(axis=1)


def bigger_gap():
    return "amortized"


def better_approach():
    return {"marginal_likelihood": "instance", "computation": "amortized", "memory": "amortized"}


def log_normal(u):
    return -0.5 * (u**2).sum(dim=1) - u.shape[1] / 2 * math.log(2 * math.pi)


def kl_in_data(x, log_p_x, inverse, log_abs_det):
    u = inverse(x)
    log_flow = log_normal(u) - log_abs_det(u)
    return (log_p_x - log_flow).mean()


def kl_in_base(x, log_p_x, inverse, log_abs_det):
    u = inverse(x)
    log_pulled_back = log_p_x + log_abs_det(u)
    return (log_pulled_back - log_normal(u)).mean()


def kl_objective(scenario):
    return {"density": "reverse", "samples": "forward"}[scenario]


def forward_objective(x, inverse, log_abs_det):
    u = inverse(x)
    return -(log_normal(u) - log_abs_det(u)).mean()


def reverse_objective(u, log_p_x, forward, log_abs_det):
    return (log_normal(u) - log_abs_det(u) - log_p_x(forward(u))).mean()


def jsd_from_discriminator(d_real, d_fake):
    return math.log(2) + 0.5 * (np.mean(np.log(d_real)) + np.mean(np.log(1 - d_fake)))


def optimal_discriminator(f1, f0):
    return f1 / (f0 + f1)


def density_from_discriminator(f0, d):
    return f0 * d / (1 - d)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def dirac_velocity(state, gamma=0.0):
    psi_0, psi_1, theta = state
    s = sigmoid(psi_0 * theta + psi_1)
    return [-theta * s - gamma * psi_0, sigmoid(-psi_1) - s, psi_0 * s]


def dirac_stationary_point(gamma=0.0):
    return (0, 0, 0)


def dirac_rest_jacobian(gamma=0.0):
    return [[-gamma, 0, -1 / 2], [0, -1 / 2, 0], [1 / 2, 0, 0]]


def dirac_eigenvalues(gamma=0.0):
    root = np.sqrt(complex(gamma**2 - 1))
    return np.array([-1 / 2, (-gamma + root) / 2, (-gamma - root) / 2])


def dirac_stability(gamma=0.0):
    return "stable" if gamma > 0 else "undecided"
