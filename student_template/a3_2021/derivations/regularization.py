"""Derivations about dropout in linear regression, with all 64 masks, and about ridge regression."""

import itertools

import numpy as np

from autograder.derivations import Derivation, Instance, Operator, Space, Symbol

GAMMA = Symbol(r"\Gamma", "the diagonal matrix with the square roots of the diagonal of X.T @ X")
ENTRY = Symbol("p", "the probability that an input is kept, a number")


def every_mask(rng, special):
    """Draw data of 3 rows and 2 columns; the expectation is a sum over all masks."""
    del special
    masks = np.array(list(itertools.product([0.0, 1.0], repeat=6))).reshape(-1, 3, 2)
    space = Space(R=len(masks))
    p = rng.uniform(0.2, 0.9)
    X, y, w = rng.normal(size=(3, 2)), rng.normal(size=3), rng.normal(size=2)
    kept = masks.sum((1, 2))
    weights = space.table(p**kept * (1 - p) ** (6 - kept), "R")
    values = {
        "X": space.matrix(X),
        "R": space.matrix(masks, "R"),
        "y": space.column(y),
        "w": space.column(w),
        "p": space.number(p),
        "Gamma": space.matrix(np.diag(np.sqrt((X**2).sum(0)))),
        "I": space.matrix(np.eye(2)),
    }
    return Instance(space, values, {"E": lambda f: space.sum(weights * f, "R")})


expected_derivation = Derivation(
    title="The expected loss under dropout",
    symbols={
        "X": Symbol("X", "the inputs, a (3, 2) matrix"),
        "R": Symbol("R", "the mask, a (3, 2) matrix of independent zeros and ones"),
        "y": Symbol("y", "the targets, a column of 3"),
        "w": Symbol("w", "the weights, a column of 2"),
        "p": ENTRY,
        "Gamma": GAMMA,
        "I": Symbol("I", "the (2, 2) identity matrix"),
    },
    operators=(Operator("E(f)", r"\mathbb{E}_R\left[#1\right]", "the expectation over the mask"),),
    instance=every_mask,
    first="E(norm2(y - (X * R) @ w))",
    last="= norm2(y - p * X @ w) + p * (1 - p) * norm2(Gamma @ w)",
    entrywise=True,
    quantities=(
        "p * (1 - p) * norm2(Gamma @ w)",
        "(1 - p) * norm2(Gamma @ w)",
        "norm2(Gamma @ w)",
        "norm2(y)",
        "norm2(y - p * X @ w)",
    ),
)
