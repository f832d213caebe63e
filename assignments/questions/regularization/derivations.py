"""Derivations about dropout in linear regression, with all 64 masks, and about ridge regression."""

import itertools

import numpy as np

from autograder.derivations import Derivation, Instance, Operator, Space, Symbol, Waypoint, Wrong

GAMMA = Symbol(r"\Gamma", "the diagonal matrix with the square roots of the diagonal of X.T @ X")
ENTRY = Symbol("p", "the probability that an input is kept, a number")

GRADIENT = "The gradient is taken."


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
    waypoints=(
        Waypoint(
            "The square is opened under E (or the mean is split off).",
            "E R y / R>=3",
            "E R p",
            "E R y / R>=2 / y>=2",
            "E R y / y>=3",
        ),
    ),
    quantities=(
        "p * norm2(Gamma @ w)",
        "p**2 * norm2(Gamma @ w)",
        "p * (1 - p) * norm2(Gamma @ w)",
        "(1 - p) * norm2(Gamma @ w)",
        "norm2(Gamma @ w)",
        "norm2(y)",
        "p * y.T @ X @ w",
        "p**2 * norm2(X @ w)",
        "norm2(y - p * X @ w)",
    ),
    wrong=(
        Wrong(
            "variance forgotten",
            after="E(norm2(y - (X * R) @ w))",
            line="= norm2(y - p * X @ w)",
            sentence="The mean of a square is the square of the mean and a variance on top of it.",
        ),
        Wrong(
            "second moment for the variance",
            after="E(norm2(y - (X * R) @ w))",
            line="= norm2(y - p * X @ w) + p * norm2(Gamma @ w)",
            sentence="What comes on top of the square of the mean is the variance of a Bernoulli variable.",
        ),
    ),
)


def dropout_minimizer(rng, special):
    """Draw data of 5 rows and 3 columns; w minimizes the expected loss."""
    del special
    space = Space()
    X, y, p = rng.normal(size=(5, 3)), rng.normal(size=5), rng.uniform(0.2, 0.9)
    gamma = np.diag(np.sqrt((X**2).sum(0)))
    w = np.linalg.solve(X.T @ X + (1 - p) / p * gamma @ gamma, X.T @ y) / p
    values = {
        "X": space.matrix(X),
        "y": space.column(y),
        "w": space.column(w).requires_grad_(),
        "p": space.number(p),
        "Gamma": space.matrix(gamma),
        "I": space.matrix(np.eye(3)),
    }
    return Instance(space, values, {})


REGRESSION = {
    "X": Symbol("X", "the inputs, a (5, 3) matrix"),
    "y": Symbol("y", "the targets, a column of 5"),
    "w": Symbol("w", "the minimizer, a column of 3"),
}

minimizer_derivation = Derivation(
    title="The minimizer of the expected loss under dropout",
    symbols={
        **REGRESSION,
        "p": ENTRY,
        "Gamma": GAMMA,
        "I": Symbol("I", "the (3, 3) identity matrix"),
    },
    operators=(),
    instance=dropout_minimizer,
    first="grad(norm2(y - p * X @ w) + p * (1 - p) * norm2(Gamma @ w), w) = 0",
    last="p * w = inv(X.T @ X + (1 - p) / p * Gamma @ Gamma) @ X.T @ y",
    equations=True,
    variables=("w",),
    waypoints=(Waypoint(GRADIENT, "X y w Gamma|diag p / no grad inv"),),
    quantities=(
        "p * X.T @ X @ w",
        "X.T @ y",
        "p * X.T @ y",
        "Gamma @ Gamma @ w",
        "p * (1 - p) * Gamma @ Gamma @ w",
        "(1 - p) * Gamma @ Gamma @ w",
        "p",
        "1 - p",
    ),
    wrong=(
        Wrong(
            "inner derivative forgotten",
            after="",
            line="-2 * X.T @ (y - p * X @ w) + 2 * p * (1 - p) * Gamma @ Gamma @ w = 0",
            sentence="By the chain rule the derivative of p X w brings another factor p.",
        ),
        Wrong(
            "coefficient upside down",
            after="",
            line="p * w = inv(X.T @ X + p / (1 - p) * Gamma @ Gamma) @ X.T @ y",
            sentence="Think of p = 1: nothing is dropped then, and nothing is regularized.",
        ),
    ),
    note="The solution is the minimizer.",
)


def ridge_minimizer(rng, special):
    """Draw data of 5 rows and 3 columns; w minimizes the loss with an L2 penalty."""
    del special
    space = Space()
    X, y, lam = rng.normal(size=(5, 3)), rng.normal(size=5), rng.uniform(0.1, 2)
    w = np.linalg.solve(X.T @ X + lam * np.eye(3), X.T @ y)
    values = {
        "X": space.matrix(X),
        "y": space.column(y),
        "w": space.column(w).requires_grad_(),
        "lam": space.number(lam),
        "p": space.number(rng.uniform(0.2, 0.9)),
        "I": space.matrix(np.eye(3)),
    }
    return Instance(space, values, {})


ridge_derivation = Derivation(
    title="The minimizer of the ridge loss",
    symbols={
        **REGRESSION,
        "lam": Symbol(r"\lambda", "the coefficient of the penalty, a number"),
        "p": Symbol("p", "the probability of the questions before; not needed here"),
        "I": Symbol("I", "the (3, 3) identity matrix"),
    },
    operators=(),
    instance=ridge_minimizer,
    first="grad(norm2(y - X @ w) + lam * norm2(w), w) = 0",
    last="w = inv(X.T @ X + lam * I) @ X.T @ y",
    equations=True,
    variables=("w",),
    waypoints=(Waypoint(GRADIENT, "X y w lam / no grad inv"),),
    quantities=("X.T @ X @ w", "X.T @ y", "lam * w", "w", "lam", "p"),
    wrong=(
        Wrong(
            "dropout's p left in",
            after="",
            line="grad(norm2(y - p * X @ w), w) + grad(lam * norm2(w), w) = 0",
            sentence="There is no dropout in this loss: look for a symbol of the question before.",
        ),
        Wrong(
            "penalty without the identity's place",
            after="",
            line="w = inv(X.T @ X) @ X.T @ y - lam * w",
            sentence="Collect both terms with w on one side before you invert.",
        ),
    ),
    note="The solution is the minimizer.",
)
