"""Derivations about the optimal discriminator, on distributions over six points."""

from autograder.derivations import (
    Derivation,
    Instance,
    Operator,
    Space,
    Symbol,
    Waypoint,
    Wrong,
    divergence,
    maximizer,
    simplex,
)

OPERATORS = (
    Operator("E0(f)", r"\mathbb{E}_{x \sim p_0}\left[#1\right]", "the expectation under f0"),
    Operator("E1(f)", r"\mathbb{E}_{x \sim p_1}\left[#1\right]", "the expectation under f1"),
    Operator("sum(f)", r"\sum_x #1", "the sum (integral) over x", in_brackets=True),
)

DENSITIES = {
    "f0": Symbol("f_0(x)", "the first density, a table over x"),
    "f1": Symbol("f_1(x)", "the second density, a table over x"),
}


def two_densities(rng, special):
    """Draw two densities; D is the best discriminator between them."""
    del special
    space = Space(x=6)
    f0, f1 = space.table(simplex(rng, 6), "x"), space.table(simplex(rng, 6), "x")
    values = {
        "f0": f0,
        "f1": f1,
        "D": maximizer(lambda D: f1 * D.log() + f0 * (1 - D).log(), f0).requires_grad_(),
        "m": (f0 + f1) / 2,
    }
    functions = {
        "E0": lambda f: space.sum(f0 * f, "x"),
        "E1": lambda f: space.sum(f1 * f, "x"),
        "sum": lambda f: space.sum(f, "x"),
        "KL": lambda a, b: divergence(space, a, b, "x"),
    }
    return Instance(space, values, functions)


discriminator_derivation = Derivation(
    title="The optimal discriminator, and a density from it",
    symbols={**DENSITIES, "D": Symbol("D^*(x)", "the best discriminator, a table over x")},
    operators=OPERATORS,
    instance=two_densities,
    first="grad(f1 * log(D) + f0 * log(1 - D), D) = 0",
    last="f1 = f0 * D / (1 - D)",
    equations=True,
    variables=("D",),
    unlisted=("E0", "E1", "sum"),
    waypoints=(
        Waypoint(
            "The closed form of D* is found.",
            "D f1 f0 / no grad / f1>=2",
            "D f1 f0 / no grad / f0>=2",
            "D f1 f0 / no grad / D=1",
        ),
    ),
    quantities=("2 * f1", "2 * f0", "f1 / D", "f0 / (1 - D)"),
    wrong=(
        Wrong(
            "sign of the second derivative",
            after="",
            line="f1 / D + f0 / (1 - D) = 0",
            sentence="In the logarithm of 1 - D the discriminator has a minus sign: so has the derivative.",
        ),
        Wrong(
            "densities exchanged",
            after="",
            line="D = f0 / (f0 + f1)",
            sentence="The discriminator is to be large where f1 is: look at which density takes log D.",
        ),
    ),
    note="The solution is D = D*. `grad(f, D)` is the derivative at every x.",
)

jsd_derivation = Derivation(
    title="The Jensen-Shannon divergence from the optimal discriminator",
    symbols={
        **DENSITIES,
        "D": Symbol("D^*(x)", "the best discriminator f1 / (f0 + f1), a table over x"),
        "m": Symbol(r"\mu(x)", "the mean of the two densities, a table over x", ("mu",)),
    },
    operators=(
        *OPERATORS,
        Operator("KL(a, b)", r"\mathrm{KL}\left(#1 \,\|\, #2\right)", "the divergence, over x"),
    ),
    instance=two_densities,
    first="(KL(f0, m) + KL(f1, m)) / 2",
    last="= log(2) + (E1(log(D)) + E0(log(1 - D))) / 2",
    waypoints=(
        Waypoint(
            "The densities' ratios to their mean are written out.",
            "f0 f1 log / no KL D",
            "log m / no KL D",
            "f0 f1 log D / no KL",
            "KL m D / no f0 f1",
        ),
    ),
    quantities=(
        "log(2)",
        "E1(log(D))",
        "E0(log(1 - D))",
        "E0(log(D))",
        "KL(f0, m)",
        "KL(f1, m)",
        "KL(f0, f1)",
        "KL(f1, f0)",
    ),
    wrong=(
        Wrong(
            "log 2 of one term",
            after="(KL(f0, m) + KL(f1, m)) / 2",
            line="= log(2) / 2 + (E1(log(D)) + E0(log(1 - D))) / 2",
            sentence="Each of the two divergences brings a log 2 from the mean of the densities.",
        ),
    ),
)
