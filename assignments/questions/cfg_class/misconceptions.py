"""Wrong guided diffusions."""

import torch

from autograder.testing import misconception
from reference import cfg_class as reference

Right = reference.CFGDiffusion
LOSS = "loss: of what the model saw"


def seed(wanted):
    """Do what `set_seed` asks for."""
    if wanted:
        torch.manual_seed(42)  # noqa: TID251 - the interface asks for it


@misconception(
    "The ratio grows with the signal: the first step has the greatest one.",
    caught_by=("ratios: of times",),
)
def the_other_sign():
    class CFGDiffusion(Right):
        def get_lambda(self, t):
            return -super().get_lambda(t)

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "A deviation is asked for, not a variance.",
    caught_by=("forward: deviations", "reverse: variances"),
)
def variances_of_the_steps():
    class CFGDiffusion(Right):
        def sigma_q(self, lambda_t, lambda_t_prim):
            return super().sigma_q(lambda_t, lambda_t_prim) ** 2

        def sigma_q_x(self, lambda_t, lambda_t_prim):
            return super().sigma_q_x(lambda_t, lambda_t_prim) ** 2

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "Which ratio the deviation belongs to differs between the two.",
    caught_by=("forward: deviations", "reverse: variances"),
)
def deviations_exchanged():
    class CFGDiffusion(Right):
        def sigma_q(self, lambda_t, lambda_t_prim):
            return super().sigma_q_x(lambda_t, lambda_t_prim)

        def sigma_q_x(self, lambda_t, lambda_t_prim):
            return super().sigma_q(lambda_t, lambda_t_prim)

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "The image counts by what is kept of it after the step.", caught_by=("reverse: means",)
)
def image_before_the_step():
    class CFGDiffusion(Right):
        def mu_p_theta(self, z_lambda_t, x, lambda_t, lambda_t_prim):
            ratio = self.get_exp_ratio(lambda_t, lambda_t_prim)
            alpha, alpha_prim = self.alpha_lambda(lambda_t), self.alpha_lambda(lambda_t_prim)
            return ratio * (alpha_prim / alpha) * z_lambda_t + (1 - ratio) * alpha * x

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "The variances are weighed in their logarithms, not added up.",
    caught_by=("reverse: variances",),
)
def arithmetic_mean():
    class CFGDiffusion(Right):
        def var_p_theta(self, lambda_t, lambda_t_prim, v=0.3):
            least = self.sigma_q_x(lambda_t, lambda_t_prim) ** 2
            greatest = self.sigma_q(lambda_t, lambda_t_prim) ** 2
            return (1 - v) * least + v * greatest

    return {"CFGDiffusion": CFGDiffusion}


@misconception("The noise is scaled by the deviation of the step.", caught_by=("reverse: samples",))
def noise_by_the_variance():
    class CFGDiffusion(Right):
        def p_sample(self, z_lambda_t, lambda_t, lambda_t_prim, x_t, set_seed=False):
            seed(set_seed)
            mean = self.mu_p_theta(z_lambda_t, x_t, lambda_t, lambda_t_prim)
            noise = torch.randn_like(z_lambda_t)
            return mean + 0.25 * self.var_p_theta(lambda_t, lambda_t_prim) * noise

    return {"CFGDiffusion": CFGDiffusion}


@misconception("The error of an example is a sum over its entries.", caught_by=(LOSS,))
def mean_over_entries():
    class CFGDiffusion(Right):
        def loss(self, x0, labels, noise=None, set_seed=False):
            return super().loss(x0, labels, noise, set_seed) / x0[0].numel()

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "Image and noise are weighed by roots: their squares add up to 1.",
    caught_by=("ratios: image and noise", "forward: samples", "reverse: means", LOSS),
)
def without_the_root():
    class CFGDiffusion(Right):
        def alpha_lambda(self, lambda_t):
            return torch.sigmoid(lambda_t)

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "The deviation of q(z_lambda | z_lambda') is that of the noisier of the two.",
    caught_by=("forward: deviations", "reverse: variances"),
)
def both_of_the_clearer():
    class CFGDiffusion(Right):
        def sigma_q(self, lambda_t, lambda_t_prim):
            return super().sigma_q_x(lambda_t, lambda_t_prim)

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "The ratio of exponentials is that of the first to the second.",
    caught_by=("ratios: image and noise", "forward: deviations", "reverse: means"),
)
def ratio_upside_down():
    class CFGDiffusion(Right):
        def get_exp_ratio(self, l, l_prim):  # noqa: E741 - the interface's name
            return torch.exp(l_prim - l)

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "The labels go to the model.",
    caught_by=(LOSS,),
)
def labels_left_out():
    class CFGDiffusion(Right):
        def loss(self, x0, labels, noise=None, set_seed=False):
            return super().loss(x0, None, noise, set_seed)

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "Each example gets its own time, drawn from all steps, including the first and the last.",
    caught_by=("loss: the times",),
)
def never_the_first_step():
    class CFGDiffusion(Right):
        def loss(self, x0, labels, noise=None, set_seed=False):
            seed(set_seed)
            t = torch.randint(1, self.n_steps, (len(x0),))
            eps = torch.randn_like(x0) if noise is None else noise
            predicted = self.eps_model(self.q_sample(x0, self.get_lambda(t), eps), labels)
            return ((eps - predicted) ** 2).flatten(1).sum(1).mean()

    return {"CFGDiffusion": CFGDiffusion}


@misconception("The times are drawn one an example.", caught_by=("loss: the times",))
def one_time_for_the_batch():
    class CFGDiffusion(Right):
        def loss(self, x0, labels, noise=None, set_seed=False):
            seed(set_seed)
            t = torch.randint(self.n_steps, (1,)).expand(len(x0))
            eps = torch.randn_like(x0) if noise is None else noise
            predicted = self.eps_model(self.q_sample(x0, self.get_lambda(t), eps), labels)
            return ((eps - predicted) ** 2).flatten(1).sum(1).mean()

    return {"CFGDiffusion": CFGDiffusion}


@misconception("The noise of the loss is normal.", caught_by=("loss: noise of its own",))
def uniform_noise():
    class CFGDiffusion(Right):
        def loss(self, x0, labels, noise=None, set_seed=False):
            seed(set_seed)
            return super().loss(x0, labels, torch.rand_like(x0) if noise is None else noise)

    return {"CFGDiffusion": CFGDiffusion}


@misconception(
    "`set_seed` makes a call repeatable: torch is seeded before anything is drawn.",
    caught_by=("reverse: with a seed", "loss: with a seed"),
)
def seed_ignored():
    class CFGDiffusion(Right):
        def p_sample(self, z_lambda_t, lambda_t, lambda_t_prim, x_t, set_seed=False):
            return super().p_sample(z_lambda_t, lambda_t, lambda_t_prim, x_t)

        def loss(self, x0, labels, noise=None, set_seed=False):
            return super().loss(x0, labels, noise)

    return {"CFGDiffusion": CFGDiffusion}
