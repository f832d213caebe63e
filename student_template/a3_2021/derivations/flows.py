"""A derivation about normalizing flows, on points whose weights make every change of variables exact."""

import math

import numpy as np
import torch

from autograder.derivations import Derivation, Instance, Operator, Space, Symbol


def _gauss(x, mean, scale):
    return torch.exp(-((x - mean) ** 2) / (2 * scale**2)) / (scale * math.sqrt(2 * math.pi))


def flow(rng, special):
    """Draw F(u) = b + a sinh(u), a mixture of two normals as the data, and nine weighted points.

    The weights dx are scaled so that the data's density sums to 1, and du = |det J of the inverse| dx.
    """
    del special
    space = Space(x=9)
    scale, shift = rng.uniform(0.5, 1.5) * rng.choice([-1, 1]), rng.normal()
    share, means = rng.uniform(0.3, 0.7), rng.normal(size=2)

    def forward(u):
        return shift + scale * torch.sinh(u)

    def inverse(x):
        return torch.asinh((x - shift) / scale)

    def jacobian(u):
        return abs(scale) * torch.cosh(u)

    def inverse_jacobian(x):
        return 1 / (abs(scale) * torch.sqrt(1 + ((x - shift) / scale) ** 2))

    def data(x):
        return share * _gauss(x, means[0], 1.0) + (1 - share) * _gauss(x, means[1], 0.6)

    def base(u):
        return _gauss(u, 0.0, 1.0)

    x = space.table(np.sort(1.2 * rng.normal(size=9)), "x")
    u = inverse(x)
    weights = space.table(rng.uniform(0.1, 1, 9), "x")
    dx = weights / (data(x) * weights).sum()
    du = dx * inverse_jacobian(x)
    functions = {
        "F": forward,
        "Finv": inverse,
        "J": jacobian,
        "Jinv": inverse_jacobian,
        "p_X": data,
        "p_U": base,
        "p_FU": lambda x: base(inverse(x)) * inverse_jacobian(x),
        "p_FX": lambda u: data(forward(u)) * jacobian(u),
        "E_x": lambda f: space.sum(data(x) * dx * f, "x"),
        "E_u": lambda f: space.sum(data(forward(u)) * jacobian(u) * du * f, "x"),
        "int_x": lambda f: space.sum(dx * f, "x"),
        "int_u": lambda f: space.sum(du * f, "x"),
    }
    return Instance(space, {"x": x, "u": u}, functions)


kl_derivation = Derivation(
    title="The forward divergence in the data space is the reverse one in the base space",
    symbols={
        "x": Symbol("x", "a point of the data space"),
        "u": Symbol("u", "the point F^-1(x) of the base space"),
    },
    operators=(
        Operator("F(u)", r"F\left(#1\right)", "the flow"),
        Operator("Finv(x)", r"F^{-1}\left(#1\right)", "its inverse"),
        Operator(
            "J(u)",
            r"\left|\det J_F\left(#1\right)\right|",
            "the absolute value of the determinant of the flow's Jacobian",
        ),
        Operator(
            "Jinv(x)", r"\left|\det J_{F^{-1}}\left(#1\right)\right|", "the same of the inverse"
        ),
        Operator("p_X(x)", r"p_X\left(#1\right)", "the density of the data X"),
        Operator("p_U(u)", r"p_U\left(#1\right)", "the density of the base U"),
        Operator("p_FU(x)", r"p_{F(U)}\left(#1\right)", "the density of F(U)"),
        Operator("p_FX(u)", r"p_{F^{-1}(X)}\left(#1\right)", "the density of F^-1(X)"),
        Operator(
            "E_x(f)", r"\mathbb{E}_{x \sim P_X}\left[#1\right]", "the expectation over x from X"
        ),
        Operator(
            "E_u(f)",
            r"\mathbb{E}_{u \sim P_{F^{-1}(X)}}\left[#1\right]",
            "the expectation over u from F^-1(X)",
        ),
        Operator("int_x(f)", r"\int #1 \,\mathrm{d}x", "the integral over x", in_brackets=True),
        Operator("int_u(f)", r"\int #1 \,\mathrm{d}u", "the integral over u", in_brackets=True),
    ),
    instance=flow,
    first="E_x(log(p_X(x) / p_FU(x)))",
    last="= E_u(log(p_FX(u) / p_U(u)))",
    quantities=(
        "E_u(log(J(u)))",
        "E_x(log(Jinv(x)))",
        "E_x(log(J(x)))",
        "E_x(log(p_X(x)))",
        "E_x(log(p_U(u)))",
        "E_x(log(p_FU(x)))",
        "E_u(log(p_FX(u)))",
        "E_x(log(p_X(x) / p_FU(x)))",
        "log(J(u))",
    ),
)
