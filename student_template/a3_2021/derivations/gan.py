"""Derivations about the optimal discriminator, on distributions over six points."""

from autograder.derivations import (
    Derivation,
    Instance,
    Operator,
    Space,
    Symbol,
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
    note="The solution is D = D*. `grad(f, D)` is the derivative at every x.",
)
