"""Importance-weighted bounds number by number: plain loops and recursion, results as lists."""

import math


def log_normal(value, mean, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (value - mean) ** 2 * math.exp(-log_var))


def log_importance_weights(x, z, mu, log_var, W, b, noise_var):
    rows = []
    for samples in z:
        row = []
        for n in range(len(x)):
            total = 0.0
            for d in range(len(b)):
                mean = (W[d] * samples[n]).sum() + b[d]
                total = total + log_normal(x[n, d], mean, math.log(noise_var))
            for i in range(len(samples[n])):
                total = total + log_normal(samples[n, i], 0.0, 0.0)
                square = (samples[n, i] - mu[n, i]) ** 2 / log_var[n, i].exp()
                total = total + 0.5 * (math.log(2 * math.pi) + log_var[n, i] + square)
            row.append(total)
        rows.append(row)
    return rows


def iwae_bound(log_w):
    total = log_w[0]
    for row in log_w[1:]:
        total = total.logaddexp(row)
    return [bound - math.log(len(log_w)) for bound in total]


def normalized_weights(log_w):
    columns = []
    for column in log_w.T.tolist():
        top = max(column)
        w = [math.exp(value - top) for value in column]
        columns.append([value / math.fsum(w) for value in w])
    return [list(row) for row in zip(*columns)]


def discrete_elbo(joint, q):
    total = 0.0
    for p, proposed in zip(joint.tolist(), q.tolist()):
        if p == 0:
            return -math.inf
        total += proposed * math.log(p / proposed)
    return total


def discrete_iwae(joint, q, K):
    joint, q = joint.tolist(), q.tolist()

    def expected(draws_left, sum_of_weights):
        if draws_left == 0:
            return math.log(sum_of_weights / K) if sum_of_weights > 0 else -math.inf
        return sum(q[m] * expected(draws_left - 1, sum_of_weights + joint[m] / q[m]) for m in range(len(q)))

    return expected(K, 0.0)


def refine(joint, q, others, K):
    refined = []
    for p, proposed in zip(joint, q):
        mean = (p / proposed + others) / K
        refined.append(p / mean if mean > 0 else proposed)
    return refined


def refined_proposal(joint, q, rest):
    joint, q = joint.tolist(), q.tolist()
    return refine(joint, q, sum(joint[m] / q[m] for m in rest), len(rest) + 1)


def expected_refined_proposal(joint, q, K):
    joint, q = joint.tolist(), q.tolist()
    total = [0.0] * len(q)

    def add(draws_left, probability, others):
        if draws_left == 0:
            for m, value in enumerate(refine(joint, q, others, K)):
                total[m] += probability * value
            return
        for m in range(len(q)):
            add(draws_left - 1, probability * q[m], others + joint[m] / q[m])

    add(K - 1, 1.0, 0.0)
    return total


def bounds_in_order():
    return ("L_1[q]", "L_K[q]", "L_1[q_K]", "log p")
