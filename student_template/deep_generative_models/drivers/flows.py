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


def _stacked(values):
    """Results as one tensor without a graph; Python numbers keep all their digits."""
    wide = torch.float64
    tensors = [torch.as_tensor(v, dtype=wide if isinstance(v, float) else None) for v in values]
    return torch.stack([tensor.detach() for tensor in tensors])
