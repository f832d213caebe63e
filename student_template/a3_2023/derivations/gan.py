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
        "D": (f1.log() - f0.log()).sigmoid().requires_grad_(),  # the identity, solved for D
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
