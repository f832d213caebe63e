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
            "KL p_z_given_x p_x / no log",
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
                "The two differ by a term that does not depend on theta: they are equal up to it, "
                "and the relation that says so is ~."
            ),
        ),
    ),
    note="`~` means: equal up to a term that does not depend on theta.",
)

elbo_derivation = Derivation(
    title="The log-evidence as the evidence lower bound and a divergence",
    symbols=SYMBOLS,
    operators=OPERATORS,
    instance=latent_variable_model,
    first="log(p_x)",
    last="= E(log(p_x_given_z)) - KL(q, p_z) + KL(q, p_z_given_x)",
    waypoints=(
        Waypoint(
            "p(x) is written as joint over posterior.",
            "p_z_given_x p_xz|p_x_given_z / no KL p_x",
            "E|sum p_xz|p_x_given_z p_x q / no p_z_given_x",
            "E|sum p_z_given_x p_x q / no p_xz p_x_given_z",
        ),
    ),
    quantities=QUANTITIES,
    wrong=(
        Wrong(
            "divergence with the wrong sign",
            after="log(p_x)",
            line="= E(log(p_x_given_z)) - KL(q, p_z) - KL(q, p_z_given_x)",
            sentence=(
                "The evidence lower bound lies below the log-evidence, so that the divergence from "
                "the posterior must be added to it and not taken away."
            ),
        ),
    ),
)


def amortized_and_instance(rng, special):
    """Draw 3 data with 4 values of z, 5 networks, and the best q of each kind."""
    space = Space(i=3, z=4)
    prior, likelihood = simplex(rng, 4), rng.uniform(0.05, 0.95, (3, 4))
    joint = likelihood * prior
    evidence = joint.sum(1)
    networks = simplex(rng, 5, 3, 4)  # a network gives a distribution for each datum
    if special:  # one network, and the same distribution for all data
        networks = np.repeat(simplex(rng, 1, 1, 4), 3, axis=1)
    bounds = (networks * np.log(joint / networks)).sum(-1)
    amortized = networks[bounds.sum(1).argmax()]
    family = networks.reshape(-1, 4)
    own = (family * np.log(joint[:, None] / family)).sum(-1)
    values = {
        "q_star": space.table(amortized, "i", "z"),
        "q_i": space.table(family[own.argmax(1)], "i", "z"),
        "p_z": space.table(prior, "z"),
        "p_x_given_z": space.table(likelihood, "i", "z"),
        "p_xz": space.table(joint, "i", "z"),
        "p_x": space.table(evidence, "i"),
        "p_z_given_x": space.table(joint / evidence[:, None], "i", "z"),
    }
    functions = {
        "KL": lambda a, b: divergence(space, a, b, "z"),
        "E": lambda f, q: space.sum(q * f, "z"),
        "sum": lambda f: space.sum(f, "z"),
        "H": lambda a: entropy(space, a, "z"),
        "L": lambda q: -divergence(space, q, values["p_xz"], "z"),
    }
    return Instance(space, values, functions)


gap_derivation = Derivation(
    title="Which divergence is bigger, amortized or instance by instance",
    symbols={
        "q_star": Symbol(r"q_{\phi^*}(z \mid x_i)", "the best network's distribution for x_i"),
        "q_i": Symbol(r"q_i^*(z)", "the best distribution of the family for x_i alone"),
        "p_z": Symbol("p(z)", "the prior"),
        "p_x_given_z": Symbol(r"p(x_i \mid z)", "the likelihood"),
        "p_xz": Symbol("p(x_i, z)", "the joint"),
        "p_x": Symbol("p(x_i)", "the evidence, a number for each datum"),
        "p_z_given_x": Symbol(r"p(z \mid x_i)", "the posterior"),
    },
    operators=(
        Operator("L(q)", r"\mathcal{L}\left[#1\right]", "the evidence lower bound of q at x_i"),
        Operator("KL(a, b)", r"\mathrm{KL}\left(#1 \,\|\, #2\right)", "the divergence, over z"),
        Operator("E(f, q)", r"\mathbb{E}_{#2}\left[#1\right]", "the expectation of f under q"),
        Operator("sum(f)", r"\sum_z #1", "the sum over z", in_brackets=True),
        Operator("H(a)", r"H\left(#1\right)", "the entropy, over z"),
    ),
    instance=amortized_and_instance,
    first="KL(q_star, p_z_given_x)",
    last=">= KL(q_i, p_z_given_x)",
    relations=("=", ">="),
    tight="all data share one distribution, the only one of the family",
    waypoints=(
        Waypoint(
            "The KL of q_star is written with log p(x) and the bound.",
            "p_x q_star L|p_xz|p_x_given_z / no q_i",
            "log sum p_xz q_star L / no q_i KL",
            "log sum p_xz q_star / no q_i KL p_z_given_x / p_xz>=2",
            "q_star q_i L",
        ),
        Waypoint(
            "The bound of q_i takes the place of the bound of q_star.",
            "p_x q_i L|p_xz|p_x_given_z / no q_star",
            "log sum p_xz q_i L / no q_star KL",
            "log sum p_xz q_i / no q_star KL p_z_given_x / p_xz>=2",
            "KL q_i q_star L",
        ),
    ),
    quantities=(
        "log(p_x)",
        "L(q_star)",
        "L(q_i)",
        "KL(q_star, p_z_given_x)",
        "KL(q_i, p_z_given_x)",
        "KL(q_star, p_z)",
        "KL(q_i, p_z)",
        "H(q_star)",
        "H(q_i)",
    ),
    wrong=(
        Wrong(
            "bounds compared the wrong way",
            after="log(p_x) - L(q_star)",
            line=">= log(p_x) - L(q_star) + L(q_i)",
            sentence="Each q_i maximizes its own bound; compare the two bounds of one datum.",
        ),
    ),
)
