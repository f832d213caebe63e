"""Derivations about diffusion models: one step of a schedule, and three steps on finite states."""

import torch

from autograder.derivations import (
    Derivation,
    Instance,
    Operator,
    Space,
    Symbol,
    Unformed,
    UpTo,
    divergence,
    is_scalar,
    normal,
    simplex,
)

SCHEDULE = {
    "alpha": Symbol(r"\alpha_t", "1 - beta_t, a number"),
    "beta": Symbol(r"\beta_t", "the variance of the noise of step t, a number"),
    "abar": Symbol(r"\bar{\alpha}_t", "the product of the alphas up to t, a number"),
    "abar1": Symbol(r"\bar{\alpha}_{t-1}", "the product of the alphas up to t - 1, a number"),
}


def _schedule(rng):
    alpha, before = rng.uniform(0.6, 0.95), rng.uniform(0.3, 0.9)
    return {"alpha": alpha, "beta": 1 - alpha, "abar": alpha * before, "abar1": before}


def _mean(x0, xt, alpha, beta, abar, abar1):
    """The mean of q(x_{t-1} | x_t, x_0)."""
    return abar1**0.5 * beta / (1 - abar) * x0 + alpha**0.5 * (1 - abar1) / (1 - abar) * xt


def one_step_back(rng, special):
    """Draw a step of a schedule, x_0 and x_t, and seven points x_{t-1}."""
    del special
    space = Space(x=7)
    step = _schedule(rng)
    xt, x0 = rng.normal(), rng.normal()
    numbers = {
        **step,
        "xt": xt,
        "x0": x0,
        "mu": _mean(x0, xt, **step),
        "btilde": (1 - step["abar1"]) / (1 - step["abar"]) * step["beta"],
    }
    values = {name: space.number(value) for name, value in numbers.items()}
    values["x"] = space.table(rng.uniform(-2, 2, 7), "x")
    return Instance(space, values, {"N": normal})


posterior_derivation = Derivation(
    title="The posterior of one step back, up to a factor",
    symbols={
        "x": Symbol("x_{t-1}", "the variable: a table over seven points"),
        "xt": Symbol("x_t", "a number", ("x_t",)),
        "x0": Symbol("x_0", "a number", ("x_0",)),
        **SCHEDULE,
        "mu": Symbol(r"\tilde{\mu}_t", "the mean of the posterior, a number", ("mtilde",)),
        "btilde": Symbol(r"\tilde{\beta}_t", "the variance of the posterior, a number"),
    },
    operators=(
        Operator(
            "N(x, mean, var)", r"\mathcal{N}\left(#1;\, #2,\, #3\right)", "the density of a normal"
        ),
    ),
    instance=one_step_back,
    first=(
        "N(xt, sqrt(alpha) * x, beta) * N(x, sqrt(abar1) * x0, 1 - abar1) "
        "/ N(xt, sqrt(abar) * x0, 1 - abar)"
    ),
    last="~ N(x, mu, btilde)",
    relations=("=", "~"),
    up_to=UpTo("factor", "x"),
    quantities=(
        "N(xt, sqrt(alpha) * x, beta)",
        "N(x, sqrt(abar1) * x0, 1 - abar1)",
    ),
    note="`~` means: equal up to a factor that does not depend on x_{t-1}.",
)


def three_steps(rng, special):
    """Draw T = 3 steps on three states; x_0 is observed, and every q is given x_0."""
    space = Space(x1=3, x2=3, x3=3)
    q1, q21, q32 = (
        simplex(rng, 3),
        simplex(rng, 3, 3),
        simplex(rng, 3, 3),
    )  # q21[x1, x2], q32[x2, x3]
    p3, p23, p12 = (
        simplex(rng, 3),
        simplex(rng, 3, 3),
        simplex(rng, 3, 3),
    )  # p23[x3, x2], p12[x2, x1]
    p01 = rng.uniform(0.1, 0.9, 3)
    if special:  # q is the posterior of p
        p2 = p3 @ p23
        p1 = p2 @ p12
        q1 = p1 * p01 / (p1 @ p01)
        q21 = (p2[:, None] * p12).T / p1[:, None]
        q32 = (p3[:, None] * p23).T / p2[:, None]
    q2 = q1 @ q21
    q3 = q2 @ q32
    values = {
        "p_x3": space.table(p3, "x3"),
        "p_x2_given_x3": space.table(p23, "x3", "x2"),
        "p_x1_given_x2": space.table(p12, "x2", "x1"),
        "p_x0_given_x1": space.table(p01, "x1"),
        "q_x1": space.table(q1, "x1"),
        "q_x2_given_x1": space.table(q21, "x1", "x2"),
        "q_x3_given_x2": space.table(q32, "x2", "x3"),
        "q_x2": space.table(q2, "x2"),
        "q_x3": space.table(q3, "x3"),
        "q_x1_given_x2": space.table(q1[:, None] * q21 / q2, "x1", "x2"),
        "q_x2_given_x3": space.table(q2[:, None] * q32 / q3, "x2", "x3"),
    }
    values["p_all"] = (
        values["p_x3"] * values["p_x2_given_x3"] * values["p_x1_given_x2"] * values["p_x0_given_x1"]
    )
    values["q_all"] = values["q_x1"] * values["q_x2_given_x1"] * values["q_x3_given_x2"]
    values["p_x0"] = space.sum(values["p_all"], *space.names)
    functions = {
        "E": lambda f: space.sum(values["q_all"] * f, *space.names),
        "sum": lambda f: space.sum(f, *space.names),
        "KL": lambda a, b, axis: divergence(space, a, b, axis),
    }
    return Instance(space, values, functions)


bound_derivation = Derivation(
    title="The evidence lower bound of a diffusion model, for T = 3",
    symbols={
        "p_x0": Symbol("p(x_0)", "the evidence of the observed x_0, a number"),
        "p_x3": Symbol("p(x_3)", "a table over x3"),
        "p_x2_given_x3": Symbol(r"p(x_2 \mid x_3)", "a table"),
        "p_x1_given_x2": Symbol(r"p(x_1 \mid x_2)", "a table"),
        "p_x0_given_x1": Symbol(r"p(x_0 \mid x_1)", "a table over x1"),
        "p_all": Symbol("p(x_{0:3})", "the product of the four above"),
        "q_x1": Symbol(r"q(x_1 \mid x_0)", "a table over x1"),
        "q_x2_given_x1": Symbol(r"q(x_2 \mid x_1)", "a table"),
        "q_x3_given_x2": Symbol(r"q(x_3 \mid x_2)", "a table"),
        "q_x2": Symbol(r"q(x_2 \mid x_0)", "a table over x2"),
        "q_x3": Symbol(r"q(x_3 \mid x_0)", "a table over x3"),
        "q_x1_given_x2": Symbol(r"q(x_1 \mid x_2, x_0)", "a table"),
        "q_x2_given_x3": Symbol(r"q(x_2 \mid x_3, x_0)", "a table"),
        "q_all": Symbol(r"q(x_{1:3} \mid x_0)", "the product of q_x1 and the two steps after it"),
    },
    operators=(
        Operator("E(f)", r"\mathbb{E}_{q}\left[#1\right]", "the expectation under q_all"),
        Operator("sum(f)", r"\sum_{x_{1:3}} #1", "the sum over x1, x2, x3", in_brackets=True),
        Operator(
            "KL(a, b, axis)",
            r"\mathrm{KL}_{#3}\left(#1 \,\|\, #2\right)",
            "the divergence, summed over the variable that is named",
        ),
    ),
    instance=three_steps,
    first="log(p_x0)",
    last=(
        ">= E(log(p_x0_given_x1)) - E(KL(q_x1_given_x2, p_x1_given_x2, x1)) "
        "- E(KL(q_x2_given_x3, p_x2_given_x3, x2)) - KL(q_x3, p_x3, x3)"
    ),
    relations=("=", ">="),
    tight="q is the posterior of p",
    quantities=(
        "E(log(p_x0_given_x1))",
        "E(KL(q_x1_given_x2, p_x1_given_x2, x1))",
        "E(KL(q_x2_given_x3, p_x2_given_x3, x2))",
        "KL(q_x3, p_x3, x3)",
        "E(log(q_x1))",
        "E(log(q_x2))",
        "E(log(q_x3))",
        "E(log(q_all))",
        "E(log(p_all))",
    ),
)


def forward_step(rng, special):
    """Draw a step of a schedule, x_0 and the noise."""
    del special
    space = Space()
    step = _schedule(rng)
    x0, eps = rng.normal(), rng.normal()
    xt = step["abar"] ** 0.5 * x0 + (1 - step["abar"]) ** 0.5 * eps
    numbers = {**step, "x0": x0, "eps": eps, "xt": xt}
    return Instance(space, {name: space.number(value) for name, value in numbers.items()}, {})


mean_derivation = Derivation(
    title="The mean of the posterior, written in the noise",
    symbols={
        "x0": Symbol("x_0", "a number", ("x_0",)),
        "xt": Symbol("x_t", "sqrt(abar) * x0 + sqrt(1 - abar) * eps, a number", ("x_t",)),
        "eps": Symbol(r"\epsilon", "the noise, a number"),
        **SCHEDULE,
    },
    operators=(),
    instance=forward_step,
    first="sqrt(abar1) * beta / (1 - abar) * x0 + sqrt(alpha) * (1 - abar1) / (1 - abar) * xt",
    last="= (xt - beta / sqrt(1 - abar) * eps) / sqrt(alpha)",
    quantities=(
        "sqrt(1 - abar) * eps",
        "sqrt(alpha)",
        "sqrt(abar)",
        "sqrt(1 - abar)",
    ),
)


def denoising(rng, special):
    """Draw a step of a schedule, five draws of x_0 and noise in two dimensions, and three networks."""
    del special
    space = Space(theta=3, draw=5)
    step = _schedule(rng)
    x0, eps = rng.normal(size=(5, 2)), rng.normal(size=(5, 2))
    predicted = rng.normal(size=(3, 5, 2))
    alpha, beta, abar = step["alpha"], step["beta"], step["abar"]
    xt = abar**0.5 * x0 + (1 - abar) ** 0.5 * eps
    variance = rng.uniform(0.05, 0.5)
    numbers = {
        **step,
        "sigma2": variance,
        "btilde": (1 - step["abar1"]) / (1 - abar) * beta,
        "lam": beta**2 / (2 * variance * alpha * (1 - abar)),
        "d": 2,
    }
    values = {
        **{name: space.number(value) for name, value in numbers.items()},
        "x0": space.column(x0, "draw"),
        "eps": space.column(eps, "draw"),
        "xt": space.column(xt, "draw"),
        "eps_theta": space.column(predicted, "theta", "draw"),
        "mu": space.column(_mean(x0, xt, **step), "draw"),
        "mu_theta": space.column(
            (xt - beta / (1 - abar) ** 0.5 * predicted) / alpha**0.5, "theta", "draw"
        ),
    }
    return Instance(
        space, values, {"E": lambda f: space.mean(f, "draw"), "KL_N": _divergence_of_normals}
    )


def _divergence_of_normals(mean, variance, other_mean, other_variance):
    """The divergence of normal vectors with covariances variance * I."""
    if not (is_scalar(variance) and is_scalar(other_variance)):
        raise Unformed("KL_N(mean, var, mean, var): the variances are numbers, times the identity")
    if mean.shape[-2:] != other_mean.shape[-2:] or is_scalar(mean):
        raise Unformed("KL_N(mean, var, mean, var): the means are columns of one length")
    ratio = variance / other_variance
    square = ((mean - other_mean) ** 2).sum((-1, -2), keepdim=True)
    return (mean.shape[-2] * (ratio - 1 - torch.log(ratio)) + square / other_variance) / 2


loss_derivation = Derivation(
    title="A denoising term as a weighted square, up to what does not depend on theta",
    symbols={
        "x0": Symbol("x_0", "a column", ("x_0",)),
        "eps": Symbol(r"\epsilon", "the noise, a column"),
        "eps_theta": Symbol(r"\epsilon_\theta", "the predicted noise, a column; depends on theta"),
        "xt": Symbol("x_t", "a column", ("x_t",)),
        "mu": Symbol(r"\tilde{\mu}_t", "the posterior mean, a column", ("mtilde",)),
        "mu_theta": Symbol(r"\mu_\theta", "the model's mean, a column; depends on theta"),
        **SCHEDULE,
        "sigma2": Symbol(r"\sigma_t^2", "the model's variance, a number"),
        "btilde": Symbol(r"\tilde{\beta}_t", "the posterior's variance, a number"),
        "lam": Symbol(r"\lambda_t", "the weight beta_t^2 / (2 sigma_t^2 alpha_t (1 - abar_t))"),
        "d": Symbol("d", "the dimension, a number"),
    },
    operators=(
        Operator(
            "KL_N(mean, var, mean2, var2)",
            r"\mathrm{KL}\left(\mathcal{N}(#1, #2 I) \,\|\, \mathcal{N}(#3, #4 I)\right)",
            "the divergence of two normals with covariances var I and var2 I",
        ),
        Operator("E(f)", r"\mathbb{E}\left[#1\right]", "the expectation over x0 and eps"),
    ),
    instance=denoising,
    first="E(KL_N(mu, btilde, mu_theta, sigma2))",
    last="~ E(lam * norm2(eps - eps_theta))",
    relations=("=", "~"),
    up_to=UpTo("term", "theta"),
    quantities=(
        "sigma2",
        "sqrt(alpha)",
        "beta",
    ),
    note="`~` means: equal up to a term that does not depend on theta.",
)
