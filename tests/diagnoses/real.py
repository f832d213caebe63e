"""Mistakes that real solutions make, in two styles in which students write: vectorized torch, and loops.

A style is right code; a mistake replaces words in it. The material is from public solutions of this and
neighbouring courses: alpha for alpha bar, a constant without a dtype, noise decided by the first image.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

VECTORIZED = {
    "q_sample": """
def q_sample(x0, t, eps, betas):
    alpha_bar = torch.cumprod(1 - betas, dim=0)[t - 1]
    alpha_bar = alpha_bar.reshape(-1, *[1] * (x0.dim() - 1))
    return alpha_bar.sqrt() * x0 + (1 - alpha_bar).sqrt() * eps
""",
    "posterior_variance": """
def posterior_variance(t, betas):
    bars = torch.cumprod(1 - betas, dim=0)
    before = torch.cat([torch.ones(1, dtype=betas.dtype), bars[:-1]])
    return betas[t - 1] * (1 - before[t - 1]) / (1 - bars[t - 1])
""",
    "mean_from_noise": """
def mean_from_noise(xt, eps, t, betas):
    shape = (-1, *[1] * (xt.dim() - 1))
    beta = betas[t - 1].reshape(shape)
    bar = torch.cumprod(1 - betas, dim=0)[t - 1].reshape(shape)
    return (xt - beta / torch.sqrt(1 - bar) * eps) / torch.sqrt(1 - beta)
""",
    "ddpm_loss": """
def ddpm_loss(model, x0, t, eps, betas):
    bar = torch.cumprod(1 - betas, dim=0)[t - 1].reshape(-1, *[1] * (x0.dim() - 1))
    xt = bar.sqrt() * x0 + (1 - bar).sqrt() * eps
    return ((eps - model(xt, t)) ** 2).mean()
""",
    "p_sample": """
def p_sample(model, xt, t, eps, betas, sigma2):
    shape = (-1, *[1] * (xt.dim() - 1))
    beta = betas[t - 1].reshape(shape)
    bar = torch.cumprod(1 - betas, dim=0)[t - 1].reshape(shape)
    guess = model(xt, t)
    mean = (xt - beta / torch.sqrt(1 - bar) * guess) / torch.sqrt(1 - beta)
    noise = (t > 1).to(xt.dtype).reshape(shape)
    return mean + noise * sigma2[t - 1].reshape(shape).sqrt() * eps
""",
    "loss_weight": """
def loss_weight(t, betas, sigma2):
    beta, alpha = betas[t - 1], 1 - betas[t - 1]
    bar = torch.cumprod(1 - betas, dim=0)[t - 1]
    return beta**2 / (2 * sigma2[t - 1] * alpha * (1 - bar))
""",
    "gaussian_log_density": """
def gaussian_log_density(x, mean, log_var):
    terms = math.log(2 * math.pi) + log_var + (x - mean) ** 2 / torch.exp(log_var)
    return -0.5 * terms.sum(dim=1)
""",
    "bernoulli_log_density": """
def bernoulli_log_density(x, logits):
    return (x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)).sum(dim=1)
""",
    "kl_diagonal_gaussians": """
def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p):
    ratio = (log_var_q.exp() + (mu_q - mu_p) ** 2) / log_var_p.exp()
    return 0.5 * (log_var_p - log_var_q + ratio - 1).sum(dim=1)
""",
    "kl_monte_carlo": """
def kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps):
    z = mu_q + torch.exp(0.5 * log_var_q) * eps
    log_q = -0.5 * (log_var_q + (z - mu_q) ** 2 / log_var_q.exp()).sum(-1)
    log_p = -0.5 * (log_var_p + (z - mu_p) ** 2 / log_var_p.exp()).sum(-1)
    return (log_q - log_p).mean(dim=0)
""",
    "iwae_bound": """
def iwae_bound(log_w):
    return torch.logsumexp(log_w, dim=0) - math.log(log_w.shape[0])
""",
    "normalized_weights": """
def normalized_weights(log_w):
    return torch.softmax(log_w, dim=0)
""",
    "diagonal_log_density": """
def diagonal_log_density(z, mu, sigma):
    terms = math.log(2 * math.pi) + ((z - mu) / sigma) ** 2 + 2 * torch.log(sigma)
    return -0.5 * terms.sum(dim=1)
""",
    "diagonal_sample": """
def diagonal_sample(mu, sigma, z0):
    return mu + sigma * z0
""",
    "planar_flow": """
def planar_flow(z, u, w, b):
    h = torch.tanh(z @ w + b)
    psi = (1 - h**2)[:, None] * w
    return z + h[:, None] * u, torch.log(torch.abs(1 + psi @ u))
""",
    "simsiam_loss": """
def simsiam_loss(x1, x2, W, Wp):
    p = x1 @ W.T @ Wp.T
    z = (x2 @ W.T).detach()
    return 0.5 * ((p - z) ** 2).sum(dim=1).mean()
""",
}

LOOPS = {
    "q_sample": """
def q_sample(x0, t, eps, betas):
    out = []
    for n in range(len(x0)):
        bar = 1.0
        for s in range(int(t[n])):
            bar = bar * (1 - betas[s])
        out.append(bar**0.5 * x0[n] + (1 - bar) ** 0.5 * eps[n])
    return torch.stack(out)
""",
    "posterior_variance": """
def posterior_variance(t, betas):
    out = []
    for step in t.tolist():
        before = torch.prod(1 - betas[: step - 1])
        bar = before * (1 - betas[step - 1])
        out.append(betas[step - 1] * (1 - before) / (1 - bar))
    return torch.stack(out)
""",
    "mean_from_noise": """
def mean_from_noise(xt, eps, t, betas):
    out = []
    for n, step in enumerate(t.tolist()):
        alpha, bar = 1 - betas[step - 1], torch.prod(1 - betas[:step])
        out.append((xt[n] - betas[step - 1] / (1 - bar) ** 0.5 * eps[n]) / alpha**0.5)
    return torch.stack(out)
""",
    "ddpm_loss": """
def ddpm_loss(model, x0, t, eps, betas):
    xt = []
    for n, step in enumerate(t.tolist()):
        bar = torch.prod(1 - betas[:step])
        xt.append(bar**0.5 * x0[n] + (1 - bar) ** 0.5 * eps[n])
    guess = model(torch.stack(xt), t)
    total = 0.0
    for n in range(len(x0)):
        total = total + torch.sum((eps[n] - guess[n]) ** 2)
    return total / eps.numel()
""",
    "p_sample": """
def p_sample(model, xt, t, eps, betas, sigma2):
    guess = model(xt, t)
    out = []
    for n, step in enumerate(t.tolist()):
        alpha, bar = 1 - betas[step - 1], torch.prod(1 - betas[:step])
        mean = (xt[n] - betas[step - 1] / (1 - bar) ** 0.5 * guess[n]) / alpha**0.5
        if step > 1:
            mean = mean + sigma2[step - 1] ** 0.5 * eps[n]
        out.append(mean)
    return torch.stack(out)
""",
    "loss_weight": """
def loss_weight(t, betas, sigma2):
    out = []
    for step in t.tolist():
        beta, bar = betas[step - 1], torch.prod(1 - betas[:step])
        out.append(beta**2 / (2 * sigma2[step - 1] * (1 - beta) * (1 - bar)))
    return torch.stack(out)
""",
    "gaussian_log_density": """
def gaussian_log_density(x, mean, log_var):
    x, mean, log_var = (np.asarray(v) for v in (x, mean, log_var))
    out = np.zeros(len(x))
    for n in range(len(x)):
        for d in range(x.shape[1]):
            var = np.exp(log_var[n, d])
            out[n] += -0.5 * (np.log(2 * np.pi) + np.log(var) + (x[n, d] - mean[n, d]) ** 2 / var)
    return out
""",
    "bernoulli_log_density": """
def bernoulli_log_density(x, logits):
    x, logits = np.asarray(x), np.asarray(logits)
    out = []
    for row, values in zip(x, logits):
        total = 0.0
        for pixel, logit in zip(row, values):
            total += -pixel * np.logaddexp(0, -logit) - (1 - pixel) * np.logaddexp(0, logit)
        out.append(total)
    return np.array(out)
""",
    "kl_diagonal_gaussians": """
def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p):
    mu_q, log_var_q, mu_p, log_var_p = map(np.asarray, (mu_q, log_var_q, mu_p, log_var_p))
    out = np.zeros(len(mu_q))
    for d in range(mu_q.shape[1]):
        vq, vp = np.exp(log_var_q[:, d]), np.exp(log_var_p[:, d])
        out += 0.5 * (np.log(vp / vq) + (vq + (mu_q[:, d] - mu_p[:, d]) ** 2) / vp - 1)
    return out
""",
    "kl_monte_carlo": """
def kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps):
    total = 0.0
    for k in range(len(eps)):
        z = mu_q + (log_var_q / 2).exp() * eps[k]
        log_q = (-(log_var_q + (z - mu_q) ** 2 / log_var_q.exp()) / 2).sum(1)
        log_p = (-(log_var_p + (z - mu_p) ** 2 / log_var_p.exp()) / 2).sum(1)
        total = total + (log_q - log_p)
    return total / len(eps)
""",
    "iwae_bound": """
def iwae_bound(log_w):
    log_w = np.asarray(log_w)
    out = []
    for n in range(log_w.shape[1]):
        top = log_w[:, n].max()
        mean = sum(np.exp(w - top) for w in log_w[:, n]) / len(log_w)
        out.append(top + np.log(mean))
    return np.array(out)
""",
    "normalized_weights": """
def normalized_weights(log_w):
    log_w = np.asarray(log_w)
    out = np.zeros_like(log_w)
    for n in range(log_w.shape[1]):
        w = np.exp(log_w[:, n] - log_w[:, n].max())
        out[:, n] = w / w.sum()
    return out
""",
    "diagonal_log_density": """
def diagonal_log_density(z, mu, sigma):
    z, mu, sigma = np.asarray(z), np.asarray(mu), np.asarray(sigma)
    out = []
    for row in z:
        total = 0.0
        for d in range(len(mu)):
            total -= np.log(sigma[d]) + 0.5 * np.log(2 * np.pi)
            total -= 0.5 * (row[d] - mu[d]) ** 2 / sigma[d] ** 2
        out.append(total)
    return np.array(out)
""",
    "diagonal_sample": """
def diagonal_sample(mu, sigma, z0):
    out = np.zeros(tuple(z0.shape))
    for n in range(len(z0)):
        for d in range(len(mu)):
            out[n, d] = mu[d] + sigma[d] * z0[n, d]
    return out
""",
    "planar_flow": """
def planar_flow(z, u, w, b):
    out, log_dets = [], []
    for row in z:
        h = torch.tanh(torch.dot(w, row) + b)
        out.append(row + u * h)
        det = 1 + torch.dot(u, (1 - h**2) * w)
        log_dets.append(torch.log(torch.abs(det)))
    return torch.stack(out), torch.stack(log_dets)
""",
    "simsiam_loss": """
def simsiam_loss(x1, x2, W, Wp):
    total = 0.0
    for a, b in zip(x1, x2):
        p = Wp @ (W @ a)
        z = (W @ b).detach()
        total = total + torch.sum((p - z) ** 2) / 2
    return total / len(x1)
""",
}

STYLES: Mapping[str, Mapping[str, str]] = {"vectorized": VECTORIZED, "loops": LOOPS}


@dataclass(frozen=True)
class Mistake:
    """One mistake, in every style.

    Attributes:
        name: what it is.
        topic: the question.
        function: the one that is wrong.
        expected: misconceptions of which one must be named, or words that a failed public case says.
        changes: by style what is replaced, and by what.
    """

    name: str
    topic: str
    function: str
    expected: tuple[str, ...]
    changes: Mapping[str, tuple[tuple[str, str], ...]]

    def build(self, style: str) -> Callable[..., Any]:
        """The function with the mistake."""
        source = STYLES[style][self.function]
        for old, new in self.changes[style]:
            if source.count(old) < 1:
                raise ValueError(f"{self.name}, {style}: {old!r} is not in the source")
            source = source.replace(old, new)
        return run(source, self.function)


def run(source: str, name: str) -> Callable[..., Any]:
    """A function from its source, as a notebook has it."""
    space: dict[str, Any] = {"torch": torch, "np": np, "math": math, "F": torch.nn.functional}
    exec(source, space)
    function: Callable[..., Any] = space[name]
    return function


def _m(topic: str, function: str, name: str, expected: str, vectorized: str, loops: str) -> Mistake:
    """A mistake whose replacements are written ``old -> new``, with ``;;`` between them."""
    changes = {
        style: tuple(_pair(one) for one in change.split(" ;; "))
        for style, change in (("vectorized", vectorized), ("loops", loops))
    }
    return Mistake(name, topic, function, tuple(expected.split("|")), changes)


def _pair(change: str) -> tuple[str, str]:
    old, new = change.split(" -> ")
    return old, new


MISTAKES = (
    _m("ddpm", "q_sample", "alpha for alpha bar", "alpha_for_alpha_bar",
       "torch.cumprod(1 - betas, dim=0)[t - 1] -> (1 - betas)[t - 1]",
       "for s in range(int(t[n])): -> for s in [int(t[n]) - 1]:"),
    _m("ddpm", "q_sample", "no square roots", "no_square_roots",
       "alpha_bar.sqrt() * -> alpha_bar * ;; (1 - alpha_bar).sqrt() -> (1 - alpha_bar)",
       "bar**0.5 * -> bar * ;; (1 - bar) ** 0.5 -> (1 - bar)"),
    _m("ddpm", "q_sample", "the first step for everyone", "one_step_for_the_batch",
       "[t - 1] -> [t[0] - 1].repeat(len(t))", "int(t[n]) -> int(t[0])"),
    _m("ddpm", "q_sample", "noise of one step", "noise_of_one_step",
       "(1 - alpha_bar).sqrt() -> betas[t - 1].reshape(alpha_bar.shape).sqrt()",
       "(1 - bar) ** 0.5 -> betas[int(t[n]) - 1] ** 0.5"),
    _m("ddpm", "q_sample", "the image by alpha alone", "image_scaled_by_one_step",
       "alpha_bar.sqrt() * x0 -> (1 - betas)[t - 1].reshape(alpha_bar.shape).sqrt() * x0",
       "bar**0.5 * x0[n] -> (1 - betas[int(t[n]) - 1]) ** 0.5 * x0[n]"),
    _m("ddpm", "q_sample", "no image", "image_left_out",
       "alpha_bar.sqrt() * x0 -> alpha_bar.sqrt()", "bar**0.5 * x0[n] -> bar**0.5"),
    _m("ddpm", "posterior_variance", "alpha bar padded at the end", "padded_at_the_end",
       "torch.cat([torch.ones(1, dtype=betas.dtype), bars[:-1]]) -> "
       "torch.nn.functional.pad(bars[:-1], (0, 1), value=1.0)",
       "before = torch.prod(1 - betas[: step - 1]) -> "
       "before = torch.prod(1 - betas[:step]) if step < len(betas) else torch.ones_like(betas[0]) ;; "
       "bar = before * (1 - betas[step - 1]) -> bar = torch.prod(1 - betas[:step])"),
    _m("ddpm", "posterior_variance", "beta for beta tilde", "variance_of_the_step_there",
       "betas[t - 1] * (1 - before[t - 1]) / (1 - bars[t - 1]) -> betas[t - 1]",
       "betas[step - 1] * (1 - before) / (1 - bar) -> betas[step - 1]"),
    _m("ddpm", "mean_from_noise", "root of alpha bar outside", "scaled_back_all_the_way",
       "/ torch.sqrt(1 - beta) -> / torch.sqrt(bar)", "/ alpha**0.5 -> / bar**0.5"),
    _m("ddpm", "mean_from_noise", "no root below the noise", "no_root_below_the_noise",
       "torch.sqrt(1 - bar) -> (1 - bar)", "(1 - bar) ** 0.5 -> (1 - bar)"),
    _m("ddpm", "mean_from_noise", "the root twice", "root_twice_in_the_mean",
       "/ torch.sqrt(1 - beta) -> / torch.sqrt(torch.sqrt(1 - beta))", "/ alpha**0.5 -> / alpha**0.25"),
    _m("ddpm", "mean_from_noise", "no root around it", "no_root_around_the_mean",
       "/ torch.sqrt(1 - beta) -> / (1 - beta)", "/ alpha**0.5 -> / alpha"),
    _m("ddpm", "ddpm_loss", "summed over an image", "sum_for_mean",
       ".mean() -> .sum() / len(x0)", "eps.numel() -> len(x0)"),
    _m("ddpm", "ddpm_loss", "against the image", "image_as_the_target",
       "(eps - model(xt, t)) -> (x0 - model(xt, t))", "(eps[n] - guess[n]) -> (x0[n] - guess[n])"),
    _m("ddpm", "ddpm_loss", "the model asked for t - 1", "model_asked_a_step_early",
       "model(xt, t) -> model(xt, t - 1)", "model(torch.stack(xt), t) -> model(torch.stack(xt), t - 1)"),
    _m("ddpm", "ddpm_loss", "under no_grad", "model_out_of_the_graph",
       "model(xt, t) -> model(xt, t).detach()", "guess[n]) -> guess[n].detach())"),
    _m("ddpm", "p_sample", "noise at the last step", "noise_at_the_last_step",
       "(t > 1) -> (t > 0)", "if step > 1: -> if step > 0:"),
    _m("ddpm", "p_sample", "noise decided by the first image", "noise_decided_by_the_first",
       "(t > 1).to(xt.dtype) -> (t[0] > 1).to(xt.dtype).repeat(len(t))", "if step > 1: -> if t[0] > 1:"),
    _m("ddpm", "p_sample", "noise where any step is above 1", "noise_where_any_is_above_one",
       "(t > 1).to(xt.dtype) -> (t > 1).any().to(xt.dtype).repeat(len(t))",
       "if step > 1: -> if (t > 1).any():"),
    _m("ddpm", "p_sample", "noise times the variance", "noise_times_the_variance",
       ".reshape(shape).sqrt() * eps -> .reshape(shape) * eps",
       "sigma2[step - 1] ** 0.5 * -> sigma2[step - 1] *"),
    _m("ddpm", "p_sample", "the guess as noise", "guess_as_fresh_noise",
       ".sqrt() * eps -> .sqrt() * guess", "* eps[n] -> * guess[n]"),
    _m("ddpm", "loss_weight", "no half", "weight_without_one_half", "(2 * sigma2 -> (sigma2",
       "(2 * sigma2 -> (sigma2"),
    _m("ddpm", "loss_weight", "a bar lost", "weight_without_the_bar",
       "(1 - bar) -> (1 - alpha)", "(1 - bar) -> beta"),
    _m("vae", "gaussian_log_density", "no 2 pi", "two_pi_dropped",
       "math.log(2 * math.pi) + log_var -> log_var", "np.log(2 * np.pi) + np.log(var) -> np.log(var)"),
    _m("vae", "gaussian_log_density", "mean over dimensions", "averaged_over_dimensions",
       ".sum(dim=1) -> .mean(dim=1)", "return out -> return out / x.shape[1]"),
    _m("vae", "gaussian_log_density", "exp(log_var) as deviation", "log_variance_read_as_log_deviation",
       "/ torch.exp(log_var) -> / torch.exp(log_var) ** 2 ;; + log_var + -> + 2 * log_var +",
       "np.exp(log_var[n, d]) -> np.exp(log_var[n, d]) ** 2"),
    _m("vae", "gaussian_log_density", "keepdim", "axis_kept",
       ".sum(dim=1) -> .sum(dim=1, keepdim=True)", "return out -> return out[:, None]"),
    _m("vae", "gaussian_log_density", "summed over the batch", "summed_over_the_batch",
       ".sum(dim=1) -> .sum()", "return out -> return out.sum()"),
    _m("vae", "gaussian_log_density", "a constant in float32", "computed_in_single_precision|*seven digits",
       "math.log(2 * math.pi) -> torch.log(torch.tensor(2 * math.pi))",
       "np.log(2 * np.pi) -> float(np.log(np.float32(2 * np.pi)))"),
    _m("vae", "bernoulli_log_density", "the loss", "cross_entropy_for_log_probability",
       "return ( -> return -(", "np.array(out) -> -np.array(out)"),
    _m("vae", "bernoulli_log_density", "sigmoid twice", "sigmoid_twice",
       "    return -> \x20   logits = torch.sigmoid(logits)\n    return",
       "np.asarray(logits) -> 1 / (1 + np.exp(-np.asarray(logits)))"),
    _m("vae", "bernoulli_log_density", "a small constant in the logarithm",
       "constant_inside_the_logarithm|*seven digits",
       "F.logsigmoid(logits) -> torch.log(torch.sigmoid(logits) + 1e-7) ;; "
       "F.logsigmoid(-logits) -> torch.log(1 - torch.sigmoid(logits) + 1e-7)",
       "-pixel * np.logaddexp(0, -logit) - (1 - pixel) * np.logaddexp(0, logit) -> "
       "pixel * np.log(1 / (1 + np.exp(-logit)) + 1e-7) "
       "+ (1 - pixel) * np.log(1 / (1 + np.exp(logit)) + 1e-7)"),
    _m("vae", "kl_diagonal_gaussians", "no half", "half_missing", "0.5 * ( -> (", "0.5 * ( -> ("),
    _m("vae", "kl_diagonal_gaussians", "the other way round", "divergence_reversed",
       "def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p) -> "
       "def kl_diagonal_gaussians(mu_p, log_var_p, mu_q, log_var_q)",
       "def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p) -> "
       "def kl_diagonal_gaussians(mu_p, log_var_p, mu_q, log_var_q)"),
    _m("vae", "kl_diagonal_gaussians", "no - 1", "number_of_dimensions_missing",
       "ratio - 1 -> ratio", "/ vp - 1 -> / vp"),
    _m("vae", "kl_diagonal_gaussians", "deviations as variances", "deviation_used_as_variance",
       "log_var_q.exp() -> (log_var_q / 2).exp() ;; log_var_p.exp() -> (log_var_p / 2).exp() ;; "
       "(log_var_p - log_var_q + -> (log_var_p / 2 - log_var_q / 2 +",
       "np.exp(log_var_q[:, d]) -> np.exp(log_var_q[:, d] / 2) ;; "
       "np.exp(log_var_p[:, d]) -> np.exp(log_var_p[:, d] / 2)"),
    _m("vae", "kl_monte_carlo", "samples added up", "samples_summed",
       ".mean(dim=0) -> .sum(dim=0)", "total / len(eps) -> total"),
    _m("vae", "kl_monte_carlo", "noise times the variance", "noise_times_variance",
       "torch.exp(0.5 * log_var_q) -> torch.exp(log_var_q)", "(log_var_q / 2).exp() -> log_var_q.exp()"),
    _m("vae", "kl_monte_carlo", "one noise for the batch", "one_noise_for_the_batch",
       "* eps -> * eps[:, :1]", "eps[k] -> eps[k][:1]"),
    _m("iwae", "iwae_bound", "mean of log-weights", "mean_of_logarithms",
       "torch.logsumexp(log_w, dim=0) - math.log(log_w.shape[0]) -> log_w.mean(dim=0)",
       "top + np.log(mean) -> log_w[:, n].mean()"),
    _m("iwae", "iwae_bound", "no log K", "sum_for_the_mean",
       " - math.log(log_w.shape[0]) -> \x20", ") / len(log_w) -> )"),
    _m("iwae", "iwae_bound", "the maximum is not given back", "maximum_not_given_back",
       "torch.logsumexp(log_w, dim=0) -> torch.logsumexp(log_w - log_w.max(dim=0).values, dim=0)",
       "top + np.log(mean) -> np.log(mean)"),
    _m("iwae", "iwae_bound", "the axis is kept", "axis_kept",
       "dim=0) - -> dim=0, keepdim=True) -", "np.array(out) -> np.array(out)[None]"),
    _m("iwae", "iwae_bound", "no maximum at all", "exponential_first",
       "torch.logsumexp(log_w, dim=0) -> torch.log(torch.exp(log_w).sum(dim=0))",
       "log_w[:, n].max() -> 0.0"),
    _m("iwae", "iwae_bound", "a small constant in the logarithm",
       "constant_inside_the_bound|constant_inside_the_shifted_bound",
       "torch.logsumexp(log_w, dim=0) - math.log(log_w.shape[0]) -> "
       "torch.log(torch.exp(log_w).mean(dim=0) + 1e-8)",
       "np.log(mean) -> np.log(mean + 1e-8)"),
    _m("iwae", "normalized_weights", "over the batch",
       "over_the_examples", "dim=0 -> dim=1",
       "log_w = np.asarray(log_w) -> log_w = np.asarray(log_w).T ;; return out -> return out.T"),
    _m("reparameterization", "diagonal_log_density", "no log-determinant", "log_det_left_out",
       " + 2 * torch.log(sigma) -> \x20", "np.log(sigma[d]) + 0.5 -> 0.5"),
    _m("reparameterization", "diagonal_log_density", "sigma is a variance", "sigma_is_the_variance",
       "((z - mu) / sigma) ** 2 + 2 * torch.log(sigma) -> (z - mu) ** 2 / sigma + torch.log(sigma)",
       "sigma[d] ** 2 -> sigma[d] ;; np.log(sigma[d]) -> 0.5 * np.log(sigma[d])"),
    _m("reparameterization", "diagonal_log_density", "log-determinant added", "log_det_added",
       "+ 2 * torch.log(sigma) -> - 2 * torch.log(sigma)", "np.log(sigma[d]) + -> -np.log(sigma[d]) +"),
    _m("reparameterization", "diagonal_sample", "sigma squared", "sigma_squared",
       "sigma * z0 -> sigma**2 * z0", "sigma[d] * -> sigma[d] ** 2 *"),
    _m("flows", "planar_flow", "no tanh'", "tanh_not_differentiated",
       "(1 - h**2)[:, None] * w -> h[:, None] * w", "(1 - h**2) * w -> h * w"),
    _m("flows", "planar_flow", "a small constant in the logarithm",
       "constant_inside_the_logarithm|*seven digits",
       "torch.abs(1 + psi @ u) -> torch.abs(1 + psi @ u) + 1e-6",
       "torch.abs(det) -> torch.abs(det) + 1e-6"),
    _m("simsiam", "simsiam_loss", "no detach", "gradient_through_the_target", ".detach() -> \x20",
       ".detach() -> \x20"),
    _m("simsiam", "simsiam_loss", "mean over all", "mean_over_all_elements",
       ".sum(dim=1).mean() -> .mean()", "/ len(x1) -> / len(x1) / len(W)"),
    _m("simsiam", "simsiam_loss", "no half", "half_missing", "0.5 * -> 1.0 *", ") / 2 -> )"),
    _m("simsiam", "simsiam_loss", "predictor on the other view", "predictor_on_the_other_view",
       "x1 @ W.T @ Wp.T -> x1 @ W.T ;; (x2 @ W.T) -> (x2 @ W.T @ Wp.T)",
       "Wp @ (W @ a) -> W @ a ;; (W @ b) -> (Wp @ (W @ b))"),
)  # fmt: skip
