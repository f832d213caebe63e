"""The operators that every question has: how they are written, and how they are typeset."""

from __future__ import annotations

from typing import Final

from autograder.derivations.question import Operator

NUMBERS: Final = (
    Operator("log(a)", r"\log #1", "the natural logarithm", in_brackets=True),
    Operator("exp(a)", r"\exp\left(#1\right)", "the exponential function"),
    Operator("sqrt(a)", r"\sqrt{#1}", "the square root"),
    Operator("abs(a)", r"\left|#1\right|", "the absolute value"),
)
"""Of numbers and tables."""

MATRICES: Final = (
    Operator("inv(A)", r"#1^{-1}", "the inverse", in_brackets=True),
    Operator("det(A)", r"\det #1", "the determinant", in_brackets=True),
    Operator("tr(A)", r"\operatorname{tr}\left(#1\right)", "the trace"),
    Operator(
        "diag(v)",
        r"\operatorname{diag}\left(#1\right)",
        "the diagonal matrix of a column; of a matrix, its diagonal as a matrix",
    ),
    Operator("norm2(v)", r"\left\lVert #1 \right\rVert^2", "the sum of the squared entries"),
    Operator("kron(A, B)", r"#1 \otimes #2", "the Kronecker product", in_brackets=True),
    Operator("vec(A)", r"\operatorname{vec}\left(#1\right)", "the columns of a matrix, stacked"),
)
"""Of vectors and matrices."""

COMMON: Final = {operator.name: operator for operator in (*NUMBERS, *MATRICES)}
