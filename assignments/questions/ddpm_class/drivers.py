"""A model of the noise that remembers what it was shown, and a diffusion made with it."""

import torch


class Model(torch.nn.Module):
    """Predicts a multiple of the image and a share of the time; remembers both."""

    def __init__(self, scale=0.5):
        """Begin with nothing seen."""
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor(scale))
        self.seen = []

    def forward(self, x, t):
        """The noise, of the shape of x."""
        self.seen.append((x.detach().clone(), t.detach().clone()))
        return self.scale * x + 0.01 * t.reshape(-1, 1, 1, 1)


def _made(cls, n_steps, scale=0.5):
    model = Model(scale)
    return cls(model, n_steps, torch.device("cpu")), model


def schedule(cls, n_steps):
    """The four schedules as one tensor, and the number of steps."""
    made, _ = _made(cls, n_steps)
    return torch.stack([made.beta, made.alpha, made.alpha_bar, made.sigma2]), made.n_steps


def gathered(cls, n_steps, t):
    """What gather gives of a schedule."""
    made, _ = _made(cls, n_steps)
    return made.gather(made.alpha_bar, t)


def forward(cls, n_steps, x0, t):
    """Mean and variance of the forward process, in the shape of the images."""
    pair = _made(cls, n_steps)[0].q_xt_x0(x0, t)
    return pair[0], pair[1].expand(x0.shape)


def noised(cls, n_steps, x0, t, eps):
    """A sample of the forward process, by position."""
    torch.manual_seed(1)
    made, _ = _made(cls, n_steps)
    return made.q_sample(x0, t) if eps is None else made.q_sample(x0, t, eps)


def reverse(cls, n_steps, xt, t, scale=0.5):
    """Mean and variance of the reverse process, in the shape of the images."""
    made, _ = _made(cls, n_steps, scale)
    name = "p_xt_prev_xt" if hasattr(made, "p_xt_prev_xt") else "p_mean_variance"
    pair = getattr(made, name)(xt, t)
    return pair[0], pair[1].expand(xt.shape)


def denoised(cls, n_steps, xt, t):
    """A sample of the reverse process."""
    torch.manual_seed(1)
    with torch.no_grad():
        return _made(cls, n_steps)[0].p_sample(xt, t)


def twice(cls, n_steps, method, x, *more):
    """A method's results at two calls without a seed, and at two calls with one."""
    torch.manual_seed(1)
    made, _ = _made(cls, n_steps)
    with torch.no_grad():
        free = [getattr(made, method)(x, *more) for _ in range(2)]
        seeded = [getattr(made, method)(x, *more, set_seed=True) for _ in range(2)]
    return *free, *seeded


def trained(cls, n_steps, x0, noise):
    """The loss, its slope in the model's parameter, and what the model saw."""
    torch.manual_seed(1)
    made, model = _made(cls, n_steps)
    loss = made.loss(x0) if noise is None else made.loss(x0, noise)
    slopes = torch.autograd.grad(loss, [model.scale], materialize_grads=True)
    shown = model.seen[-1]
    return loss, slopes[0], shown[0], shown[1]
