"""Helpers that the cases run together with your functions: functions to pass to them, and gradients."""

import math

import torch


def residual(kind, scale):
    """The f of a residual map, entry by entry: `scale` times a function that has a name here."""
    shape = {
        "cube": lambda z: z**3,
        "line": lambda z: z,
        "tanh": torch.tanh,
        "sine": torch.sin,
        "exp": torch.exp,
    }
    return lambda z: scale * shape[kind](z)


def solve_residual(residual_inverse, y, kind, scale):
    """The inverse of z + f(z), with f by its name."""
    return residual_inverse(y, residual(kind, scale))


def residual_slopes(residual_log_det, z, kind, scale):
    """The log-derivative of z + f(z), with f by its name."""
    return residual_log_det(z, residual(kind, scale))


def residual_gradients(residual_log_det, z, kind, scale, direction):
    """The gradients of <direction, log-derivative> in z and in f's own scale."""
    leaves = [_leaf(z), _leaf(scale)]
    log_det = residual_log_det(leaves[0], residual(kind, leaves[1]))
    return torch.autograd.grad((log_det * direction).sum(), leaves, materialize_grads=True)


def flow_gradients(flow, arguments, along_x, along_log_det):
    """The gradients of <along_x, x> + <along_log_det, log_det> in each of a flow's arguments."""
    leaves = [_leaf(argument) for argument in arguments]
    result = flow(*leaves)
    x, log_det = result[0], result[1]
    total = (x * along_x).sum() + (log_det * along_log_det).sum()
    return torch.autograd.grad(total, leaves, materialize_grads=True)


def mixture(means, deviation):
    """The log-density of an even mixture of the Gaussians N(mean, deviation² I), a row of means each."""

    def log_p_x(x):
        size = x.shape[1]
        squares = ((x[:, None] - means.to(x)) ** 2).sum(2) / deviation**2
        constant = size * math.log(deviation) + size / 2 * math.log(2 * math.pi)
        return torch.logsumexp(-squares / 2 - constant, dim=1) - math.log(len(means))

    return log_p_x


def reverse_divergence(reverse_kl, u, layers, means, deviation):
    """The reverse divergence of a flow from a mixture of Gaussians."""
    return reverse_kl(u, layers, mixture(means, deviation))


def likelihood_gradients(flow_log_likelihood, x, layers, direction):
    """The gradient of <direction, log-likelihood> in x and all of the layers, as one vector."""
    point, flow = _leaf(x), _layers(layers)
    total = (flow_log_likelihood(point, flow) * direction).sum()
    return _gradient(total, [point, *sum(flow, ())])


def forward_gradients(divergence, x, log_p_x, layers):
    """The gradient of a forward divergence in log_p_x and all of the layers, as one vector."""
    weights, flow = _leaf(log_p_x), _layers(layers)
    return _gradient(divergence(x, weights, flow), [weights, *sum(flow, ())])


def reverse_gradients(reverse_kl, u, layers, means, deviation):
    """The gradient of a reverse divergence in all of the layers, as one vector."""
    flow = _layers(layers)
    return _gradient(reverse_kl(u, flow, mixture(means, deviation)), sum(flow, ()))


def affine(shift, matrix):
    """The flow u -> shift + matrix u as three callables: forward, inverse and log |det J|.

    Like those of `stretched`, they take points in single and in double precision.
    """
    log_det = torch.linalg.slogdet(matrix).logabsdet
    return (
        lambda u: shift.to(u) + u @ matrix.T.to(u),
        lambda x: torch.linalg.solve(matrix.to(x), (x - shift.to(x)).T).T,
        lambda u: log_det.to(u).expand(len(u)),
    )


def stretched(shift, scale, tilt):
    """The flow u -> shift + scale sinh(u + tilt), entry by entry, as three callables.

    log |det J| depends on the point, and differs between u and -u.
    """

    def inverse(x):
        t = (x - shift.to(x)) / scale.to(x)
        return torch.sign(t) * torch.asinh(t.abs()) - tilt.to(x)

    return (
        lambda u: shift.to(u) + scale.to(u) * torch.sinh(u + tilt.to(u)),
        inverse,
        lambda u: (scale.to(u).abs().log() + torch.cosh(u + tilt.to(u)).log()).sum(1),
    )


FLOWS = {"affine": affine, "stretched": stretched}


def divergence_of_flow(divergence, x, log_p_x, kind, parameters):
    """An estimate of the forward divergence, for a flow by its name."""
    _, inverse, log_abs_det = FLOWS[kind](*parameters)
    return divergence(x, log_p_x, inverse, log_abs_det)


def forward_objectives(forward_objective, x, flows):
    """What several flows, each by its name and parameters, get on the same samples of the data."""
    values = []
    for kind, parameters in flows:
        _, inverse, log_abs_det = FLOWS[kind](*parameters)
        values.append(forward_objective(x.clone(), inverse, log_abs_det))
    return _stacked(values)


def reverse_objectives(reverse_objective, u, means, deviation, flows):
    """What several flows get on the same samples of the base, for an unnormalized mixture."""
    density = mixture(means, deviation)
    values = []
    for kind, parameters in flows:
        forward, _, log_abs_det = FLOWS[kind](*parameters)
        value = reverse_objective(u.clone(), lambda x: density(x) + 2.5, forward, log_abs_det)
        values.append(value)
    return _stacked(values)


def two_moons(count, seed):
    """Points (count, 2) of two arcs that reach into each other, with noise, about the origin."""
    generator = torch.Generator().manual_seed(seed)
    angle = math.pi * torch.rand(count, generator=generator, dtype=torch.float64)
    noise = 0.15 * torch.randn(count, 2, generator=generator, dtype=torch.float64)
    second = torch.rand(count, generator=generator, dtype=torch.float64) < 0.5
    sign = 1.0 - 2.0 * second.double()
    arcs = torch.stack([sign * angle.cos() - sign / 2, sign * angle.sin() - sign / 4], dim=1)
    return arcs + noise


def fit_radial_flow(flow_log_likelihood, x, layers=4, steps=150, rate=0.1, seed=0):
    """Radial layers (z0, alpha, beta) that make the points x (N, D) likely, by Adam."""
    generator = torch.Generator().manual_seed(seed)
    centres = x[torch.randperm(len(x), generator=generator)[:layers]].clone()
    widths, strengths = torch.zeros(2, layers, dtype=x.dtype)
    parameters = [_leaf(centres), _leaf(widths), _leaf(strengths)]
    optimizer = torch.optim.Adam(parameters, lr=rate)

    def flow():
        alphas = parameters[1].exp()
        betas = torch.nn.functional.softplus(parameters[2]) - alphas
        return list(zip(parameters[0], alphas, betas, strict=True))

    for _ in range(steps):
        optimizer.zero_grad()
        (-flow_log_likelihood(x, flow()).mean()).backward()
        optimizer.step()
    return [tuple(value.detach() for value in layer) for layer in flow()]


def _stacked(values):
    """Results as one tensor without a graph; Python numbers keep all their digits."""
    wide = torch.float64
    tensors = [torch.as_tensor(v, dtype=wide if isinstance(v, float) else None) for v in values]
    return torch.stack([tensor.detach() for tensor in tensors])


def _layers(layers):
    return [tuple(_leaf(part) for part in layer) for layer in layers]


def _leaf(value):
    return torch.as_tensor(value, dtype=torch.float64).clone().requires_grad_()


def _gradient(value, leaves):
    gradients = torch.autograd.grad(value, leaves, materialize_grads=True)
    return torch.cat([gradient.reshape(-1) for gradient in gradients])
