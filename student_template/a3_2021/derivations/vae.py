"""Derivations about variational autoencoders, on finite models in which every sum is exact."""

import numpy as np

from autograder.derivations import (
    Derivation,
    Instance,
    Operator,
    Space,
    Symbol,
    UpTo,
    Waypoint,
    Wrong,
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

QUANTITIES = (
    "H(q)",
    "log(p_x)",
    "KL(q, p_z)",
    "KL(q, p_z_given_x)",
    "E(log(p_z))",
    "E(log(p_x_given_z))",
    "E(log(p_xz))",
    "E(log(p_z_given_x))",
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
    waypoints=(
        Waypoint(
            "Bayes' rule was used: the posterior and p(x) stand for the joint, inside E.",
            "E p_z_given_x p_x / no p_x_given_z p_xz p_z KL",
            "E p_z_given_x p_xz / no p_x_given_z p_z KL",
            "E p_z_given_x p_x_given_z / no KL",
            "sum p_z_given_x p_x / no p_x_given_z p_xz p_z KL",
            "p_xz|p_x_given_z p_x q E|sum / no KL",
        ),
    ),
    quantities=QUANTITIES,
    wrong=(
        Wrong(
            "prior in the denominator",
            after="E(log(p_x_given_z * p_z))",
            line="= E(log(p_z_given_x * p_x / p_z))",
            sentence=(
                "Bayes' rule is for the joint p(x, z) here, and the prior is a factor of it: once "
                "the joint is written with the posterior, no prior is left to divide by."
            ),
        ),
        Wrong(
            "entropy forgotten",
            after="E(log(p_x_given_z * p_z))",
            line="= log(p_x) - KL(q, p_z_given_x)",
            sentence=(
                "The two differ by the entropy of q, which does not depend on theta: they are "
                "equal up to a term, and the relation that says so is ~."
            ),
        ),
    ),
    note="`~` means: equal up to a term that does not depend on theta.",
)
