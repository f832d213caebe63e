"""Flows as most write them: whole batches, in the dtype of the data, with the prompt's hints heeded."""

import math

import torch
import torch.nn.functional as F


def relu_collision(a, b, c):
    dead = torch.tensor([1.0, 2.0])
    if b:
        dead = -(dead + abs(c / b)) * math.copysign(1.0, b)
    return dead


def log_mixture(z, a, b, w):
    t = torch.outer(z, a) + b
    return torch.log(w) + F.logsigmoid(t), torch.log(w) + F.logsigmoid(-t), t


def sigmoidal_flow(z, a, b, w):
    on, off, t = log_mixture(z, a, b, w)
    log_s, log_rest = torch.logsumexp(on, -1), torch.logsumexp(off, -1)
    log_slope = torch.logsumexp(on + a.log() - F.softplus(t), -1)
    return log_s - log_rest, log_slope - log_s - log_rest


def bisect(g, target, low, high, steps=120):
    for _ in range(steps):
        mid = (low + high) / 2
        below = g(mid) < target
        low = torch.where(below, mid, low)
        high = torch.where(below, high, mid)
    return (low + high) / 2


@torch.no_grad()
def sigmoidal_flow_inverse(x, a, b, w):
    ends = (x.unsqueeze(1) - b) / a
    low, high = ends.min(1).values, ends.max(1).values

    def g(z):
        on, off, _ = log_mixture(z, a, b, w)
        return on.logsumexp(1) - off.logsumexp(1)

    return bisect(g, x, low, high)


@torch.no_grad()
def residual_inverse(y, f):
    low, high = y - 1, y + 1
    width = 1.0
    while bool((low + f(low) > y).any() or (high + f(high) < y).any()):
        width *= 2
        low, high = y - width, y + width
    return bisect(lambda z: z + f(z), y, low, high)


def residual_log_det(z, f):
    with torch.enable_grad():
        z = z if z.requires_grad else z.clone().requires_grad_(True)
        slope = torch.autograd.grad(f(z).sum(), z, create_graph=True)[0]
    return torch.log1p(slope)


def radial_flow(z, z0, alpha, beta):
    diff = z - z0
    r = torch.linalg.vector_norm(diff, dim=-1)
    total = (alpha + beta) + r
    x = z + (beta / (alpha + r)).unsqueeze(-1) * diff
    across = (total / (alpha + r)).log()
    along = ((alpha * total + r * (alpha + r)) / (alpha + r) ** 2).log()
    return x, (z.size(-1) - 1) * across + along


def radial_flow_inverse(x, z0, alpha, beta):
    diff = x - z0
    rho = torch.linalg.vector_norm(diff, dim=-1, keepdim=True)
    gap = rho - (alpha + beta)
    root = torch.sqrt(gap**2 + 4 * alpha * rho)
    r = torch.where(gap < 0, 2 * alpha * rho / (root - gap).clamp(min=1e-30), (gap + root) / 2)
    total = (alpha + beta) + r
    return z0 + torch.where(total > 0, (alpha + r) / total.clamp(min=1e-30), 1.0) * diff


def planar_flow(z, u, w, b):
    lin = z @ w + b
    x = z + torch.tanh(lin).unsqueeze(1) * u
    psi = torch.cosh(lin).pow(-2).unsqueeze(1) * w
    return x, torch.log(torch.abs(1 + psi @ u))


def planar_constrain(u, w):
    wu = torch.dot(w, u)
    return u + (-1 + F.softplus(wu) - wu) * w / torch.sum(w**2)


def base_log_prob(u):
    return torch.distributions.Normal(torch.zeros_like(u), 1.0).log_prob(u).sum(-1)


def inverse_pass(x, layers):
    log_det = torch.zeros_like(x[:, 0])
    for z0, alpha, beta in reversed(layers):
        x = radial_flow_inverse(x, z0, alpha, beta)
        log_det = log_det + radial_flow(x, z0, alpha, beta)[1]
    return x, log_det


def flow_log_likelihood(x, layers):
    u, log_det = inverse_pass(x, layers)
    return base_log_prob(u) - log_det


def forward_kl(x, log_p_x, layers):
    return torch.mean(log_p_x - flow_log_likelihood(x, layers))


def forward_kl_in_base(x, log_p_x, layers):
    u, log_det = inverse_pass(x, layers)
    return (log_p_x + log_det).mean() - base_log_prob(u).mean()


def reverse_kl(u, layers, log_p_x):
    x, log_q = u, base_log_prob(u)
    for layer in layers:
        x, log_det = radial_flow(x, *layer)
        log_q = log_q - log_det
    return torch.mean(log_q - log_p_x(x))


def kl_objective(scenario):
    return {"density": "reverse", "samples": "forward"}[scenario]


def radial_radius(rho, alpha, beta):
    gap = rho - (alpha + beta)
    root = torch.sqrt(gap**2 + 4 * alpha * rho)
    small = 2 * alpha * rho / torch.where(gap < 0, root - gap, torch.ones_like(rho))
    return torch.where(gap < 0, small, (gap + root) / 2)


def kl_in_data(x, log_p_x, inverse, log_abs_det):
    u = inverse(x)
    log_p_flow = base_log_prob(u) - log_abs_det(u)
    return torch.mean(log_p_x - log_p_flow)


def kl_in_base(x, log_p_x, inverse, log_abs_det):
    u = inverse(x)
    log_p_u = log_p_x + log_abs_det(u)
    return torch.mean(log_p_u - base_log_prob(u))


def forward_objective(x, inverse, log_abs_det):
    """Negative log-likelihood."""
    u = inverse(x)
    return -(base_log_prob(u) - log_abs_det(u)).mean()


def reverse_objective(u, log_p_x, forward, log_abs_det):
    return (base_log_prob(u) - log_abs_det(u) - log_p_x(forward(u))).mean()
