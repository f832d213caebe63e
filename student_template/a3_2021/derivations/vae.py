"""Derivations about variational autoencoders, on finite models in which every sum is exact."""

import numpy as np

from autograder.derivations import (
    Derivation,
    Instance,
    Operator,
    Space,
    Symbol,
    UpTo,
    divergence,
    entropy,
    simplex,
)

SYMBOLS = {
    "q": Symbol(r"q(z \mid x)", "the approximate posterior, a table over z"),
    "p_z": Symbol("p(z)", "the prior, a table over z"),
    "p_x_given_z": Symbol(r"p(x \mid z)", "the likelihood, a table over z; depends on theta"),
    "p_xz": Symbol("p(x, z)", "the joint, a table over z; depends on theta"),
    "p_x": Symbol("p(x)", "the evidence, a number; depends on theta"),
    "p_z_given_x": Symbol(r"p(z \mid x)", "the posterior, a table over z; depends on theta"),
}

OPERATORS = (
    Operator("E(f)", r"\mathbb{E}_{q}\left[#1\right]", "the expectation over z under q"),
    Operator("sum(f)", r"\sum_z #1", "the sum over z", in_brackets=True),
    Operator("KL(a, b)", r"\mathrm{KL}\left(#1 \,\|\, #2\right)", "the divergence, over z"),
    Operator("H(a)", r"H\left(#1\right)", "the entropy, over z"),
)


def latent_variable_model(rng, special):
    """Draw a model with 5 values of z, for 4 values of theta at once."""
    space = Space(theta=4, z=5)
    q, prior = simplex(rng, 5), simplex(rng, 5)
    likelihood = rng.uniform(0.05, 0.95, (4, 5))
    joint = likelihood * prior
    evidence = joint.sum(1)
    posterior = joint / evidence[:, None]
    if special:  # q is close to a posterior, where divergences nearly vanish
        q = posterior[0] * np.exp(1e-3 * rng.normal(size=5))
        q = q / q.sum()
    values = {
        "q": space.table(q, "z"),
        "p_z": space.table(prior, "z"),
        "p_x_given_z": space.table(likelihood, "theta", "z"),
        "p_xz": space.table(joint, "theta", "z"),
        "p_x": space.table(evidence, "theta"),
        "p_z_given_x": space.table(posterior, "theta", "z"),
    }
    functions = {
        "E": lambda f: space.sum(values["q"] * f, "z"),
        "sum": lambda f: space.sum(f, "z"),
        "KL": lambda a, b: divergence(space, a, b, "z"),
        "H": lambda a: entropy(space, a, "z"),
    }
    return Instance(space, values, functions)


ecll_derivation = Derivation(
    title="The expected complete-data log-likelihood, up to what does not depend on theta",
    symbols=SYMBOLS,
    operators=OPERATORS,
    instance=latent_variable_model,
    first="E(log(p_x_given_z * p_z))",
    last="~ log(p_x) - KL(q, p_z_given_x)",
    relations=("=", "~"),
    up_to=UpTo("term", "theta"),
    quantities=(
        "H(q)",
        "log(p_x)",
        "KL(q, p_z)",
        "KL(q, p_z_given_x)",
        "E(log(p_z))",
        "E(log(p_x_given_z))",
        "E(log(p_xz))",
        "E(log(p_z_given_x))",
    ),
    note="`~` means: equal up to a term that does not depend on theta.",
)
