"""Flows in numpy and plain Python, point by point; torch where gradients are asked, in loops too."""

import math

import numpy as np
import torch


def relu_collision(a, b, c):
    if b == 0:
        return -1, 1
    edge = -c / b
    return [edge, edge - b / abs(b)]


def log_sigmoid(t):
    return -math.log1p(math.exp(-t)) if t > 0 else t - math.log1p(math.exp(t))


def log_sum(terms):
    top = max(terms)
    return top + math.log(sum(math.exp(term - top) for term in terms))


def sigmoidal_flow(z, a, b, w):
    xs, slopes = [], []
    kept = [i for i in range(len(w)) if w[i] > 0]
    for point in z:
        t = [a[i] * point + b[i] for i in kept]
        on = [torch.nn.functional.logsigmoid(ti) for ti in t]
        off = [torch.nn.functional.logsigmoid(-ti) for ti in t]
        log_w = [torch.log(w[i]) for i in kept]
        log_s = torch.logsumexp(torch.stack([p + q for p, q in zip(log_w, on)]), 0)
        log_rest = torch.logsumexp(torch.stack([p + q for p, q in zip(log_w, off)]), 0)
        inner = [
            log_w[k] + torch.log(a[i]) + on[k] + off[k] for k, i in enumerate(kept)
        ]
        xs.append(log_s - log_rest)
        slopes.append(torch.logsumexp(torch.stack(inner), 0) - log_s - log_rest)
    return torch.stack(xs), torch.stack(slopes)


def sigmoidal_flow_inverse(x, a, b, w):
    a, b, w, targets = (np.asarray(v, dtype=np.float64).tolist() for v in (a, b, w, x))
    kept = [i for i in range(len(w)) if w[i] > 0]

    def image(z):
        on = [math.log(w[i]) + log_sigmoid(a[i] * z + b[i]) for i in kept]
        off = [math.log(w[i]) + log_sigmoid(-a[i] * z - b[i]) for i in kept]
        return log_sum(on) - log_sum(off)

    return [solve(image, target) for target in targets]


def solve(rising, target):
    """The number at which a rising function reaches its target, between bounds that are widened."""
    low, high = -1.0, 1.0
    while rising(low) > target:
        low *= 2
    while rising(high) < target:
        high *= 2
    for _ in range(200):
        middle = 0.5 * (low + high)
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def residual_inverse(y, f):
    def image(z):
        return z + float(f(torch.tensor(z, dtype=torch.float64)))

    return np.array([solve(image, float(target)) for target in y])


def residual_log_det(z, f):
    result = []
    for point in z:
        if not point.requires_grad:
            point = point.detach().requires_grad_()
        (slope,) = torch.autograd.grad(f(point), point, create_graph=True)
        result.append(torch.log(1 + slope))
    return torch.stack(result)


def radial_flow(z, z0, alpha, beta):
    xs, log_dets = [], []
    for point in z:
        offset = point.double() - z0.double()
        r = torch.sqrt(torch.dot(offset, offset))
        across = (alpha + beta + r) / (alpha + r)
        along = (alpha * (alpha + beta) + 2 * alpha * r + r * r) / (alpha + r) ** 2
        log_det = torch.log(along)
        for _ in range(len(point) - 1):
            log_det = log_det + torch.log(across)
        xs.append(z0.double() + across * offset)
        log_dets.append(log_det)
    return torch.stack(xs).to(z.dtype), torch.stack(log_dets).to(z.dtype)


def radial_flow_inverse(x, z0, alpha, beta):
    x, z0 = np.asarray(x, dtype=np.float64), np.asarray(z0, dtype=np.float64)
    z = np.empty_like(x)
    for n in range(len(x)):
        rho = np.sqrt(np.sum((x[n] - z0) ** 2))
        gap = rho - alpha - beta
        r = 0.5 * (gap + np.sqrt(gap**2 + 4 * alpha * rho))
        z[n] = z0 if rho == 0 else z0 + (x[n] - z0) * (r / rho)
    return z


def planar_flow(z, u, w, b):
    xs, log_dets = [], []
    for point in z:
        h = torch.tanh(torch.dot(w, point) + b)
        psi = (1 - h**2) * w
        xs.append(point + u * h)
        log_dets.append(torch.log(torch.abs(1 + torch.dot(u, psi))))
    return torch.stack(xs), torch.stack(log_dets)


def planar_constrain(u, w):
    u, w = np.asarray(u, dtype=np.float64), np.asarray(w, dtype=np.float64)
    a = float(u @ w)
    return (u + (np.logaddexp(0, a) - 1 - a) * w / np.linalg.norm(w) ** 2).tolist()


def pulled_back(x, layers):
    """u and log |det| of the flow at u, with a graph."""
    log_det = torch.zeros(len(x), dtype=x.dtype)
    for z0, alpha, beta in layers[::-1]:
        rows = []
        for point in x:
            offset = point - z0
            rho = torch.linalg.norm(offset)
            gap = rho - alpha - beta
            r = 0.5 * (gap + torch.sqrt(gap**2 + 4 * alpha * rho))
            rows.append(z0 + offset * (alpha + r) / (alpha + beta + r))
        x = torch.stack(rows)
        log_det = log_det + radial_flow(x, z0, alpha, beta)[1]
    return x, log_det


def log_normal(u):
    return torch.stack([-torch.dot(p, p) / 2 - len(p) * math.log(2 * math.pi) / 2 for p in u])


def flow_log_likelihood(x, layers):
    u, log_det = pulled_back(x, layers)
    return log_normal(u) - log_det


def forward_kl(x, log_p_x, layers):
    total = 0
    for log_p, log_q in zip(log_p_x, flow_log_likelihood(x, layers)):
        total = total + log_p - log_q
    return total / len(x)


def forward_kl_in_base(x, log_p_x, layers):
    u, log_det = pulled_back(x, layers)
    return sum(log_p_x + log_det - log_normal(u)) / len(u)


def reverse_kl(u, layers, log_p_x):
    total = 0
    for point in u:
        x, volume = point[None], 0
        for layer in layers:
            x, log_det = radial_flow(x, *layer)
            volume = volume + log_det[0]
        total = total + log_normal(point[None])[0] - volume - log_p_x(x)[0]
    return total / len(u)


def kl_objective(scenario):
    return "reverse" if scenario == "density" else "forward"


def radial_radius(rho, alpha, beta):
    """Bisection in exact steps: r grows with the distance after the layer."""
    results = []
    for target in rho.tolist():
        low, high = 0.0, target + max(0.0, -beta) + alpha + 1.0
        for _ in range(2000):
            middle = (low + high) / 2
            if middle in (low, high):
                break
            if middle * (alpha + beta + middle) / (alpha + middle) < target:
                low = middle
            else:
                high = middle
        results.append(high if target > 0 else 0.0)
    return np.array(results)


def kl_in_data(x, log_p_x, inverse, log_abs_det):
    total = 0.0
    for point, log_p in zip(x, log_p_x):
        u = inverse(point[None])
        square = float((u.double() ** 2).sum())
        log_base = -0.5 * square - 0.5 * len(point) * math.log(2 * math.pi)
        total += float(log_p) - log_base + float(log_abs_det(u))
    return total / len(x)


def kl_in_base(x, log_p_x, inverse, log_abs_det):
    return kl_in_data(x, log_p_x, inverse, log_abs_det)


def forward_objective(x, inverse, log_abs_det):
    """Without what belongs to no flow."""
    u = inverse(x)
    return float((0.5 * (u**2).sum(1) + log_abs_det(u)).double().mean())


def reverse_objective(u, log_p_x, forward, log_abs_det):
    """Without what belongs to no flow."""
    terms = [log_abs_det(point[None]) + log_p_x(forward(point[None])) for point in u]
    return -float(torch.cat(terms).double().mean())
