"""Wrong diffusion models."""

import torch

from autograder.testing import misconception
from reference import ddpm_class as reference

Right = reference.DenoiseDiffusion

FORWARD = ("forward: mean and variance", "forward: a sample with given noise")
LOSS = "loss: at the times that the model saw"


def seed(wanted):
    """Do what `set_seed` asks for."""
    if wanted:
        torch.manual_seed(42)  # noqa: TID251 - the interface asks for it


@misconception(
    "What is kept of an image after t steps is the product of all steps up to then.",
    caught_by=(*FORWARD, LOSS),
)
def one_step_only():
    class DenoiseDiffusion(Right):
        def q_xt_x0(self, x0, t):
            alpha = self.gather(self.alpha, t)
            return torch.sqrt(alpha) * x0, 1 - alpha

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "`alpha_bar` is the product of `alpha` up to and with each step.",
    caught_by=(
        "schedule: of forty steps",
        "forward: mean and variance",
        "reverse: mean and variance",
        LOSS,
    ),
)
def no_product():
    class DenoiseDiffusion(Right):
        def __init__(self, eps_model, n_steps, device):
            super().__init__(eps_model, n_steps, device)
            self.alpha_bar = self.alpha

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "A variance is asked for, not a deviation.", caught_by=("forward: mean and variance", LOSS)
)
def deviation_for_variance():
    class DenoiseDiffusion(Right):
        def q_xt_x0(self, x0, t):
            mean, variance = super().q_xt_x0(x0, t)
            return mean, torch.sqrt(variance)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "Standard noise is scaled by the deviation, not by the variance.",
    caught_by=("forward: a sample with given noise", "forward: samples of its own noise", LOSS),
)
def noise_by_the_variance():
    class DenoiseDiffusion(Right):
        def q_sample(self, x0, t, eps=None):
            mean, variance = self.q_xt_x0(x0, t)
            return mean + variance * (torch.randn_like(x0) if eps is None else eps)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "Each image of the batch gets its own noise, at each of its pixels.",
    caught_by=("forward: samples of its own noise",),
)
def one_noise_an_image():
    class DenoiseDiffusion(Right):
        def q_sample(self, x0, t, eps=None):
            if eps is None:
                eps = torch.randn(len(x0), 1, 1, 1).expand(x0.shape)
            return super().q_sample(x0, t, eps)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The schedule is read at the time of each example.",
    caught_by=(
        "schedule: gather",
        "forward: mean and variance",
        "reverse: mean and variance",
        LOSS,
    ),
)
def first_time_for_all():
    class DenoiseDiffusion(Right):
        def gather(self, c, t):
            return c[t[:1]].expand(len(t)).reshape(-1, 1, 1, 1)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The mean of a reverse step is scaled up again by what the forward step took.",
    caught_by=("reverse: mean and variance",),
)
def without_scaling_up():
    class DenoiseDiffusion(Right):
        def p_xt_prev_xt(self, xt, t):
            mean, variance = super().p_xt_prev_xt(xt, t)
            return mean * torch.sqrt(self.gather(self.alpha, t)), variance

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The predicted noise is weighed by a variance over a deviation.",
    caught_by=("reverse: mean and variance",),
)
def variance_for_deviation():
    class DenoiseDiffusion(Right):
        def p_xt_prev_xt(self, xt, t):
            alpha, alpha_bar = self.gather(self.alpha, t), self.gather(self.alpha_bar, t)
            noise = self.eps_model(xt, t)
            mean = (xt - (1 - alpha) / (1 - alpha_bar) * noise) / torch.sqrt(alpha)
            return mean, self.gather(self.sigma2, t)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The noise of a reverse step is scaled by its deviation.", caught_by=("reverse: samples",)
)
def reverse_noise_by_the_variance():
    class DenoiseDiffusion(Right):
        def p_sample(self, xt, t, set_seed=False):
            seed(set_seed)
            mean, variance = self.p_xt_prev_xt(xt, t)
            return mean + variance * torch.randn_like(xt)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception("The error of an example is a sum over its entries.", caught_by=(LOSS,))
def mean_over_entries():
    class DenoiseDiffusion(Right):
        def loss(self, x0, noise=None, set_seed=False):
            return super().loss(x0, noise, set_seed) / x0[0].numel()

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The times are drawn from all steps, one an example.", caught_by=("loss: the times",)
)
def one_time_for_the_batch():
    class DenoiseDiffusion(Right):
        def loss(self, x0, noise=None, set_seed=False):
            seed(set_seed)
            t = torch.randint(self.n_steps, (1,)).expand(len(x0))
            eps = torch.randn_like(x0) if noise is None else noise
            predicted = self.eps_model(self.q_sample(x0, t, eps), t)
            return ((eps - predicted) ** 2).flatten(1).sum(1).mean()

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception("The model predicts the noise, not the image.", caught_by=(LOSS,))
def against_the_image():
    class DenoiseDiffusion(Right):
        def loss(self, x0, noise=None, set_seed=False):
            seed(set_seed)
            t = torch.randint(self.n_steps, (len(x0),))
            eps = torch.randn_like(x0) if noise is None else noise
            predicted = self.eps_model(self.q_sample(x0, t, eps), t)
            return ((x0 - predicted) ** 2).flatten(1).sum(1).mean()

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The times are drawn from all steps, the first and the last among them.",
    caught_by=("loss: the times",),
)
def never_the_first_step():
    class DenoiseDiffusion(Right):
        def loss(self, x0, noise=None, set_seed=False):
            seed(set_seed)
            t = torch.randint(1, self.n_steps, (len(x0),))
            eps = torch.randn_like(x0) if noise is None else noise
            predicted = self.eps_model(self.q_sample(x0, t, eps), t)
            return ((eps - predicted) ** 2).flatten(1).sum(1).mean()

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception("The noise of the loss is normal.", caught_by=("loss: the times",))
def uniform_noise():
    class DenoiseDiffusion(Right):
        def loss(self, x0, noise=None, set_seed=False):
            seed(set_seed)
            return super().loss(x0, torch.rand_like(x0) if noise is None else noise)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "`set_seed` makes a call repeatable: torch is seeded before anything is drawn.",
    caught_by=("reverse: with a seed", "loss: with a seed"),
)
def seed_ignored():
    class DenoiseDiffusion(Right):
        def p_sample(self, xt, t, set_seed=False):
            return super().p_sample(xt, t)

        def loss(self, x0, noise=None, set_seed=False):
            return super().loss(x0, noise)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The variance of a reverse step is asked to be that of the forward step, not the posterior's.",
    caught_by=("reverse: mean and variance", "reverse: samples"),
)
def posterior_variance():
    class DenoiseDiffusion(Right):
        def p_xt_prev_xt(self, xt, t):
            mean, variance = super().p_xt_prev_xt(xt, t)
            before = torch.cat([torch.ones(1), self.alpha_bar[:-1]])
            kept = (1 - self.gather(before, t)) / (1 - self.gather(self.alpha_bar, t))
            return mean, variance * kept

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The whole difference of a reverse step is scaled up, the predicted noise with it.",
    caught_by=("reverse: mean and variance",),
)
def only_the_image_scaled_up():
    class DenoiseDiffusion(Right):
        def p_xt_prev_xt(self, xt, t):
            alpha, alpha_bar = self.gather(self.alpha, t), self.gather(self.alpha_bar, t)
            noise = (1 - alpha) / torch.sqrt(1 - alpha_bar) * self.eps_model(xt, t)
            return xt / torch.sqrt(alpha) - noise, self.gather(self.sigma2, t)

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "A reverse step is scaled by its own step, not by the product of all steps up to then.",
    caught_by=("reverse: mean and variance",),
)
def scaled_by_the_product():
    class DenoiseDiffusion(Right):
        def p_xt_prev_xt(self, xt, t):
            mean, variance = super().p_xt_prev_xt(xt, t)
            alpha, alpha_bar = self.gather(self.alpha, t), self.gather(self.alpha_bar, t)
            return mean * torch.sqrt(alpha / alpha_bar), variance

    return {"DenoiseDiffusion": DenoiseDiffusion}


@misconception(
    "The image is kept in the share of a root: variances add up, not deviations.",
    caught_by=(*FORWARD, LOSS),
)
def without_the_root():
    class DenoiseDiffusion(Right):
        def q_xt_x0(self, x0, t):
            alpha_bar = self.gather(self.alpha_bar, t)
            return alpha_bar * x0, 1 - alpha_bar

    return {"DenoiseDiffusion": DenoiseDiffusion}
