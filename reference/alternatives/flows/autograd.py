"""Flows whose log-determinants come from autograd's Jacobians, and whose inverses from Newton's method."""

import math

import torch
from torch.func import grad, jacrev, vmap


def relu_collision(a, b, c):
    """Deep in the flat half, where no rounding reaches."""
    side = -1.0 if b > 0 else 1.0
    depth = 1.0 if b == 0 else 1.0 + 2 * abs(c) / abs(b)
    return torch.tensor(side * depth, dtype=torch.float64), torch.tensor(2 * side * depth)


def logit_of_mixture(z, a, b, w):
    """g at one number. The two logarithms rise and fall, so that nothing cancels in the slope."""
    log_w = torch.where(w > 0, w, torch.ones_like(w)).log()
    log_w = torch.where(w > 0, log_w, torch.full_like(w, -math.inf))
    t = a * z + b
    up = torch.logsumexp(log_w - torch.logaddexp(-t, torch.zeros_like(t)), 0)
    down = torch.logsumexp(log_w - torch.logaddexp(t, torch.zeros_like(t)), 0)
    return up - down


def sigmoidal_flow(z, a, b, w):
    batched = {"in_dims": (0, None, None, None)}
    x = vmap(logit_of_mixture, **batched)(z, a, b, w)
    slope = vmap(grad(logit_of_mixture), **batched)(z, a, b, w)
    return x, slope.log()


def newton(value_and_slope, target):
    """Newton's method inside a bracket, which is widened first and halved where a step leaves it."""
    low, high = -torch.ones_like(target), torch.ones_like(target)
    while ((value_and_slope(low)[0] > target) | (value_and_slope(high)[0] < target)).any():
        low = torch.where(value_and_slope(low)[0] > target, 2 * low, low)
        high = torch.where(value_and_slope(high)[0] < target, 2 * high, high)
    z = (low + high) / 2
    for step in range(300):
        value, slope = value_and_slope(z)
        if ((value - target).abs() <= 1e-11 * (1 + target.abs())).all():
            break
        low, high = torch.where(value < target, z, low), torch.where(value < target, high, z)
        z = z - (value - target) / slope
        inside = (z > low) & (z < high)
        z = torch.where(inside & (step % 3 < 2), z, (low + high) / 2)
    return z


def sigmoidal_flow_inverse(x, a, b, w):
    x, a, b, w = (value.detach().double() for value in (x, a, b, w))

    def value_and_slope(z):
        value, log_slope = sigmoidal_flow(z, a, b, w)
        return value, log_slope.exp()

    return newton(value_and_slope, x)


def residual_inverse(y, f):
    def value_and_slope(z):
        return z + f(z), vmap(grad(lambda p: p + f(p)))(z)

    return newton(value_and_slope, y.double()).to(y.dtype)


def residual_log_det(z, f):
    return vmap(grad(lambda point: point + f(point)))(z).log()


def with_log_det(g, z):
    """g and log |det J_g| at every row."""
    return vmap(g)(z), torch.linalg.slogdet(vmap(jacrev(g))(z)).logabsdet


def length(offset):
    """The norm, with a gradient of 0 at 0."""
    square = (offset**2).sum()
    root = torch.where(square > 0, square, 1.0).sqrt()
    return torch.where(square > 0, root, 0.0)


def radial_flow(z, z0, alpha, beta):
    z0, alpha, beta = (torch.as_tensor(v, dtype=torch.float64) for v in (z0, alpha, beta))

    def g(point):
        r = length(point - z0)
        return z0 + (alpha + beta + r) / (alpha + r) * (point - z0)

    x, log_det = with_log_det(g, z.double())
    return x.to(z.dtype), log_det.to(z.dtype)


def radial_flow_inverse(x, z0, alpha, beta):
    def inverse(point):
        rho = length(point.double() - z0)
        # r² + (α + β - ρ) r - αρ = 0, by the companion of the two roots: their product is -αρ
        half = (rho - alpha - beta) / 2
        root = torch.sqrt(torch.where(rho > 0, half**2 + alpha * rho, 1.0))
        r = torch.where(half > 0, half + root, alpha * rho / (root - half))
        scale = (alpha + r) / torch.where(rho > 0, alpha + beta + r, 1.0)
        at_centre = (point - z0) * 0
        return z0 + torch.where(rho > 0, scale * (point - z0), at_centre)

    return vmap(inverse)(x)


def planar_flow(z, u, w, b):
    return with_log_det(lambda point: point + u * torch.tanh((w * point).sum() + b), z)


def planar_constrain(u, w):
    """Take w's direction out of u, and put as much of it back as is wanted."""
    direction = w / torch.linalg.norm(w)
    across = u - (u @ direction) * direction
    wanted = torch.logaddexp(u @ w, torch.zeros((), dtype=u.dtype)) - 1
    return across + wanted * direction / torch.linalg.norm(w)


def base(size):
    zero = torch.zeros(size, dtype=torch.float64)
    return torch.distributions.MultivariateNormal(zero, torch.eye(size, dtype=torch.float64))


def through(u, layers):
    total = torch.zeros(len(u), dtype=u.dtype)
    for layer in layers:
        u, log_det = radial_flow(u, *layer)
        total = total + log_det
    return u, total


def back(x, layers):
    for layer in layers[::-1]:
        x = radial_flow_inverse(x, *layer)
    return x


def flow_log_likelihood(x, layers):
    u = back(x, layers)
    return base(x.shape[1]).log_prob(u) - through(u, layers)[1]


def forward_kl(x, log_p_x, layers):
    return (log_p_x - flow_log_likelihood(x, layers)).sum() / x.shape[0]


def forward_kl_in_base(x, log_p_x, layers):
    u = back(x, layers)
    log_p_u = log_p_x + through(u, layers)[1]
    return (log_p_u - base(x.shape[1]).log_prob(u)).mean(dim=0)


def reverse_kl(u, layers, log_p_x):
    x, log_det = through(u, layers)
    return (base(u.shape[1]).log_prob(u) - log_det - log_p_x(x)).mean()


def kl_objective(scenario):
    if scenario == "samples":
        return "forward"
    return "reverse"
