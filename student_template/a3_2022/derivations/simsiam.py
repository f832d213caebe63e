"""Derivations about a linear SimSiam model: its objective as traces, and the gradients of it."""

import numpy as np

from autograder.derivations import Derivation, Instance, Operator, Space, Symbol

OBJECTIVE = "(tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(F12 @ Wp) + tr(F2)) / 2"

PREDICTOR = Symbol("W_p", "the predictor, a (3, 3) matrix", ("W_p",))
IDENTITY = Symbol("I", "the (3, 3) identity matrix")


def augmented_pairs(rng, special):
    """Draw four pairs of views in both orders, so that F1 = F2 and F12 is symmetric."""
    del special
    space = Space(draw=8)
    encoder, predictor = rng.normal(size=(3, 4)), rng.normal(size=(3, 3))
    one, other = rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
    f1 = np.concatenate([one, other]) @ encoder.T
    f2 = np.concatenate([other, one]) @ encoder.T
    values = {
        "f1": space.column(f1, "draw"),
        "f2": space.column(f2, "draw"),
        "Wp": space.matrix(predictor),
        "F1": space.matrix(f1.T @ f1 / 8),
        "F2": space.matrix(f2.T @ f2 / 8),
        "F12": space.matrix(f1.T @ f2 / 8),
        "I": space.matrix(np.eye(3)),
    }
    return Instance(space, values, {"E": lambda f: space.mean(f, "draw")})


trace_derivation = Derivation(
    title="The objective as traces",
    symbols={
        "f1": Symbol("f_1", "the representation of the first view, a column", ("f_1",)),
        "f2": Symbol("f_2", "the representation of the second view, a column", ("f_2",)),
        "Wp": PREDICTOR,
        "F1": Symbol("F_1", "the expectation of f1 @ f1.T, a (3, 3) matrix"),
        "F2": Symbol("F_2", "the expectation of f2 @ f2.T, a (3, 3) matrix, equal to F1"),
        "F12": Symbol("F_{12}", "the expectation of f1 @ f2.T, a symmetric (3, 3) matrix"),
        "I": IDENTITY,
    },
    operators=(Operator("E(f)", r"\mathbb{E}\left[#1\right]", "the expectation over both views"),),
    instance=augmented_pairs,
    first="E(norm2(Wp @ f1 - f2)) / 2",
    last=f"= {OBJECTIVE}",
    quantities=(
        "tr(Wp.T @ Wp @ F1)",
        "tr(Wp @ F12)",
        "tr(F2)",
        "E(norm2(Wp @ f1 - f2))",
        "tr(F12)",
    ),
    note="As the question says, F1 = F2 and F12 is symmetric: F2 may stand for F1, and F12.T for F12.",
)


def linear_model(rng, special):
    """Draw weights, and the two covariances of the views, which are symmetric."""
    del special
    space = Space()
    first, second = rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
    X, Xp = space.matrix(first @ first.T / 2), space.matrix(second @ second.T / 2)
    W = space.matrix(rng.normal(size=(3, 4))).requires_grad_()
    Wp = space.matrix(rng.normal(size=(3, 3))).requires_grad_()
    identity = space.matrix(np.eye(3))
    outer = W @ (X + Xp) @ W.transpose(-1, -2)
    values = {
        "W": W,
        "Wp": Wp,
        "X": X,
        "Xp": Xp,
        "F1": outer,
        "F2": outer * 1,
        "F12": W @ X @ W.transpose(-1, -2),
        "I": identity,
        "Wt": Wp - identity,
    }
    return Instance(space, values, {})


MODEL = {
    "W": Symbol("W", "the encoder, a (3, 4) matrix"),
    "Wp": PREDICTOR,
    "X": Symbol("X", "a symmetric (4, 4) matrix"),
    "Xp": Symbol("X'", "a symmetric (4, 4) matrix"),
    "F1": Symbol("F_1", "W @ (X + Xp) @ W.T, a (3, 3) matrix"),
    "F2": Symbol("F_2", "equal to F1"),
    "F12": Symbol("F_{12}", "W @ X @ W.T, a symmetric (3, 3) matrix"),
    "I": IDENTITY,
}

SHIFTED = {**MODEL, "Wt": Symbol(r"\tilde{W}_p", "Wp - I, a (3, 3) matrix")}


vec_derivation = Derivation(
    title="The gradient flow of the encoder as one matrix times vec W",
    symbols=SHIFTED,
    operators=(),
    instance=linear_model,
    first="vec(-(Wp.T @ Wp + I) @ W @ Xp - Wt.T @ Wt @ W @ X)",
    last="= -(kron(Xp, Wp.T @ Wp + I) + kron(X, Wt.T @ Wt)) @ vec(W)",
    variables=("W", "Wp"),
    unlisted=("F1", "F2", "F12", "grad"),
    note="X and Xp are symmetric: each has the same values as its transpose.",
)
