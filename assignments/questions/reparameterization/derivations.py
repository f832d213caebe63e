"""Derivations of the density of an affine map of a standard normal vector, in three dimensions."""

import numpy as np

from autograder.derivations import (
    Derivation,
    Instance,
    Operator,
    Space,
    Symbol,
    Waypoint,
    Wrong,
    normal_vector,
)

K = 3

DENSITY = Operator(
    "N(x, mean, cov)",
    r"\mathcal{N}\left(#1;\, #2,\, #3\right)",
    "the density of a normal vector; the mean may be 0",
)

QUANTITIES = (
    "2 * pi",
    "(2 * pi)**(K / 2)",
    "(2 * pi)**((K - 1) / 2)",
    "abs(det(J))",
    "sqrt(abs(det(J)))",
    "abs(det(J))**2",
)

DENSITY_SHOWN = Waypoint("The density is written out with its 2 pi.", "exp pi / no N")

ONE_FACTOR = (
    "A normal vector of K entries has a factor 1 / sqrt(2 pi) for each of its entries; here it "
    "stands only once."
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
    waypoints=(
        Waypoint(
            "z0 is replaced by (z - mu)/sigma.",
            "z mu sigma|J exp / no z0 N",
            "N z mu sigma|J I / no z0",
            "N z0 sigma|J / no z I det prod",
        ),
        DENSITY_SHOWN,
    ),
    quantities=(*QUANTITIES, "prod(sigma)", "sqrt(prod(sigma))", "prod(sigma)**2"),
    wrong=(
        Wrong(
            "one factor of 2 pi",
            after="N(z0, 0, I) / abs(det(J))",
            line="= exp(-norm2((z - mu) / sigma) / 2) / (sqrt(2 * pi) * prod(sigma))",
            sentence=ONE_FACTOR,
        ),
        Wrong(
            "determinant not inverted",
            after="N(z0, 0, I) / abs(det(J))",
            line="= exp(-norm2((z - mu) / sigma) / 2) / (2 * pi)**(K / 2) * prod(sigma)",
            sentence="Where g stretches, the density of g(z0) is lower: divide by the determinant.",
        ),
    ),
)


def linear_map(rng, special):
    """Draw z = mu + S z0, with a determinant of either sign."""
    del special
    space = Space()
    mu, z0, S = rng.normal(size=K), rng.normal(size=K), rng.normal(size=(K, K))
    while abs(np.linalg.det(S)) < 0.3:
        S = rng.normal(size=(K, K))
    values = {
        "z0": space.column(z0),
        "mu": space.column(mu),
        "z": space.column(mu + S @ z0),
        "S": space.matrix(S),
        "I": space.matrix(np.eye(K)),
        "J": space.matrix(S),
        "K": space.number(K),
    }
    return Instance(space, values, {"N": normal_vector})


linear_derivation = Derivation(
    title="The density of mu + S z0",
    symbols={
        "z0": Symbol("z_0", "the standard normal vector, a column"),
        "mu": Symbol(r"\mu", "the mean, a column"),
        "z": Symbol("z", "g(z0) = mu + S @ z0, a column"),
        "S": Symbol("S", "a matrix that has an inverse"),
        "I": Symbol("I", "the identity matrix"),
        "J": Symbol("J", "the Jacobian of g, a matrix"),
        "K": Symbol("K", "the number of entries, here 3"),
    },
    operators=(DENSITY,),
    instance=linear_map,
    first="N(z0, 0, I) / abs(det(J))",
    last="= N(z, mu, S @ S.T)",
    waypoints=(
        Waypoint(
            "z0 is replaced by S^-1 (z - mu).",
            "z mu S|J exp / no z0 N",
            "N z mu S|J I / no z0",
            "N z0 S|J / no z I det",
        ),
        DENSITY_SHOWN,
    ),
    quantities=QUANTITIES,
    wrong=(
        Wrong(
            "one factor of 2 pi",
            after="N(z0, 0, I) / abs(det(J))",
            line="= exp(-norm2(inv(S) @ (z - mu)) / 2) / (sqrt(2 * pi) * abs(det(S)))",
            sentence=ONE_FACTOR,
        ),
        Wrong(
            "mean not multiplied",
            after="N(z0, 0, I) / abs(det(J))",
            line="= exp(-norm2(inv(S) @ z - mu) / 2) / ((2 * pi)**(K / 2) * abs(det(S)))",
            sentence="To find z0, take the mean from z first; only then comes the inverse of S.",
        ),
        Wrong(
            "determinant without its absolute value",
            after="N(z0, 0, I) / abs(det(J))",
            line="= exp(-norm2(inv(S) @ (z - mu)) / 2) / ((2 * pi)**(K / 2) * det(S))",
            sentence="A determinant may be negative and a density may not: its absolute value counts.",
        ),
    ),
)
