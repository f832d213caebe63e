"""Importance-weighted bounds by other routes: p(x, z) as p(x) p(z|x), draws counted as multisets."""

import itertools
import math
from collections import Counter

import torch
from torch.distributions import Categorical, Independent, MultivariateNormal, Normal, kl_divergence


def log_importance_weights(x, z, mu, log_var, W, b, noise_var):
    D, D_z = W.shape
    evidence = MultivariateNormal(b, W @ W.T + noise_var * torch.eye(D, dtype=x.dtype))
    precision = torch.eye(D_z, dtype=x.dtype) + W.T @ W / noise_var
    mean = torch.linalg.solve(precision, W.T @ (x - b).T / noise_var).T
    posterior = MultivariateNormal(mean, precision_matrix=precision)
    q = Independent(Normal(mu, torch.exp(log_var / 2)), 1)
    return evidence.log_prob(x) + posterior.log_prob(z) - q.log_prob(z)


def iwae_bound(log_w):
    K = torch.tensor(len(log_w), dtype=log_w.dtype)
    return torch.logcumsumexp(log_w, dim=0)[-1] - torch.log(K)


def normalized_weights(log_w):
    return torch.exp(log_w - torch.logsumexp(log_w, dim=0))


def discrete_elbo(joint, q):
    evidence, mass = joint.sum(), q.sum()
    divergence = kl_divergence(Categorical(q / mass), Categorical(joint / evidence))
    return mass * (torch.log(evidence) - torch.log(mass) - divergence)


def multisets(q, count):
    """How often each value may occur in so many draws, and how probable that is."""
    for drawn in itertools.combinations_with_replacement(range(len(q)), count):
        often = torch.tensor([Counter(drawn)[m] for m in range(len(q))])
        ways = math.factorial(count) / math.prod(math.factorial(n) for n in often.tolist())
        yield often.to(q), ways * torch.prod(q**often)


def discrete_iwae(joint, q, K):
    w = joint / q
    return sum(p * torch.log(often @ w / K) for often, p in multisets(q, K))


def refined_proposal(joint, q, rest):
    log_w = torch.log(joint / q)
    columns = torch.stack([torch.cat([value[None], log_w[list(rest)]]) for value in log_w], dim=1)
    share = torch.softmax(columns, dim=0)[0]
    return len(columns) * q * torch.where(share.isnan(), torch.ones_like(q) / len(columns), share)


def expected_refined_proposal(joint, q, K):
    # Of K samples together, each value is kept in proportion to its weight and to how often it occurs.
    w, total = joint / q, torch.zeros_like(q)
    for often, p in multisets(q, K):
        kept = often * w
        total = total + p * (kept / kept.sum() if kept.sum() > 0 else often / K)
    return total


def bounds_in_order():
    bounds = {"log p": 3, "L_1[q]": 0, "L_1[q_K]": 2, "L_K[q]": 1}
    return sorted(bounds, key=bounds.get)
