"""Importance-weighted bounds in numpy; torch only where a gradient is asked for."""

import itertools
import math

import numpy as np
import torch


def log_importance_weights(x, z, mu, log_var, W, b, noise_var):
    residual = x - b - torch.einsum("kni,di->knd", z, W)
    log_likelihood = (residual**2).sum(2) / float(noise_var)
    log_likelihood = log_likelihood + x.shape[1] * math.log(2 * math.pi * float(noise_var))
    log_prior_over_q = z**2 - (z - mu) ** 2 / log_var.exp() - log_var
    return -0.5 * (log_likelihood + log_prior_over_q.sum(2))


def iwae_bound(log_w):
    top = log_w.max(dim=0).values
    top = torch.where(torch.isinf(top), torch.zeros_like(top), top)
    return top + torch.log(torch.mean(torch.exp(log_w - top), dim=0))


def normalized_weights(log_w):
    log_w = log_w.numpy()
    w = np.exp(log_w - log_w.max(axis=0))
    return w / w.sum(axis=0, keepdims=True)


def discrete_elbo(joint, q):
    joint, q = np.asarray(joint), np.asarray(q)
    with np.errstate(divide="ignore"):
        return np.dot(q, np.log(joint / q))


def discrete_iwae(joint, q, K):
    joint, q = np.asarray(joint), np.asarray(q)
    # One axis for each draw: the mean weight and the probability of every sequence at once.
    draws = np.indices((len(q),) * K).reshape(K, -1)
    with np.errstate(divide="ignore"):
        return np.sum(q[draws].prod(axis=0) * np.log((joint / q)[draws].mean(axis=0)))


def refined_proposal(joint, q, rest):
    joint, q = np.asarray(joint), np.asarray(q)
    w = joint / q
    mean = (w + w[np.array(rest, dtype=int)].sum()) / (len(rest) + 1)
    return np.divide(joint, mean, out=q.copy(), where=mean > 0)


def expected_refined_proposal(joint, q, K):
    q = np.asarray(q)
    total = np.zeros(len(q))
    for rest in itertools.product(range(len(q)), repeat=K - 1):
        total += np.prod(q[list(rest)]) * refined_proposal(joint, q, rest)
    return total


def bounds_in_order():
    return ["L_1[q]", "L_K[q]", "L_1[q_K]", "log p"]
