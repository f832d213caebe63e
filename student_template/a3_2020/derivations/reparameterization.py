"""Derivations of the density of an affine map of a standard normal vector, in three dimensions."""

import numpy as np

from autograder.derivations import Derivation, Instance, Operator, Space, Symbol, normal_vector

K = 3

DENSITY = Operator(
    "N(x, mean, cov)",
    r"\mathcal{N}\left(#1;\, #2,\, #3\right)",
    "the density of a normal vector; the mean may be 0",
)


def diagonal_map(rng, special):
    """Draw z = mu + sigma * z0."""
    del special
    space = Space()
    mu, z0, sigma = rng.normal(size=K), rng.normal(size=K), rng.uniform(0.3, 2, K)
    values = {
        "z0": space.column(z0),
        "mu": space.column(mu),
        "sigma": space.column(sigma),
        "z": space.column(mu + sigma * z0),
        "I": space.matrix(np.eye(K)),
        "J": space.matrix(np.diag(sigma)),
        "K": space.number(K),
    }
    functions = {
        "N": normal_vector,
        "prod": lambda v: v.prod(-2, keepdim=True),
        "sum": lambda v: v.sum(-2, keepdim=True),
    }
    return Instance(space, values, functions)


diagonal_derivation = Derivation(
    title="The density of mu + sigma * z0",
    symbols={
        "z0": Symbol("z_0", "the standard normal vector, a column"),
        "mu": Symbol(r"\mu", "the mean, a column"),
        "sigma": Symbol(r"\sigma", "the standard deviations, a column of positive numbers"),
        "z": Symbol("z", "g(z0) = mu + sigma * z0, a column"),
        "I": Symbol("I", "the identity matrix"),
        "J": Symbol("J", "the Jacobian of g, a matrix"),
        "K": Symbol("K", "the number of entries, here 3"),
    },
    operators=(
        DENSITY,
        Operator(
            "prod(v)", r"\prod_k #1", "the product of the entries of a column", in_brackets=True
        ),
        Operator("sum(v)", r"\sum_k #1", "the sum of the entries of a column", in_brackets=True),
    ),
    instance=diagonal_map,
    first="N(z0, 0, I) / abs(det(J))",
    last="= N(z, mu, diag(sigma**2))",
    entrywise=True,
    quantities=(
        "abs(det(J))",
        "sqrt(abs(det(J)))",
        "prod(sigma)",
        "sqrt(prod(sigma))",
    ),
)
