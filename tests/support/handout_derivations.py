"""What four students derived in the hand-outs of 2020 to 2022, typed line by line.

Each was read by a person first: where it goes wrong for the first time, and what is wrong there, stands
beside it. Steps that the language does not have (indices, limits, the derivative of a matrix by a matrix)
are left out between lines; nothing is put right.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Typed:
    """A derivation of a student's.

    Attributes:
        where: year, student and number in the hand-out.
        name: the derivation of the bank.
        lines: as typed.
        false: index of the first false line, found by hand; ``None`` where all hold.
        why: what is wrong there, found by hand.
        says: words that the explanation must hold, because they are true of that slip.
    """

    where: str
    name: str
    lines: tuple[str, ...]
    false: int | None = None
    why: str = ""
    says: tuple[str, ...] = ()


ECLL = "E(log(p_x_given_z * p_z))"
GRADIENT = "-grad((tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(F12 @ Wp) + tr(F2)) / 2, {by})"
VEC = "vec(-(Wp.T @ Wp + I) @ W @ Xp - Wt.T @ Wt @ W @ X)"
VEC_END = "= -(kron(Xp, Wp.T @ Wp + I) + kron(X, Wt.T @ Wt)) @ vec(W)"
VELOCITY_END = "= -(Wp.T @ Wp + I) @ W @ Xp - (Wp - I).T @ (Wp - I) @ W @ X"
TRACE = "E(norm2(Wp @ f1 - f2)) / 2"
TRACE_END = "= (tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(F12 @ Wp) + tr(F2)) / 2"
FLOW = "E_x(log(p_X(x) / p_FU(x)))"
FLOW_END = "E_u(log(p_FX(u) / p_U(u)))"
MEAN = "((w1 + w2 + w3) / K)"
BOUND = f"E(log({MEAN}))"
DROPOUT = "E(norm2(y - (X * R) @ w))"

FIRST_2022 = (
    Typed(
        "2022, first student, 1.1",
        "vae.ecll_derivation",
        (
            ECLL,
            "= E(log(p_z_given_x * p_x))",
            "= E(log(p_z_given_x / q * p_x * q))",
            "= E(log(p_x * q)) - E(log(q / p_z_given_x))",
            "= E(log(p_x)) + E(log(q)) - E(log(q / p_z_given_x))",
            "~ log(p_x) - KL(q, p_z_given_x)",  # "+ Constant" in the hand-out
        ),
    ),
    Typed(
        "2022, first student, 1.2",
        "vae.gap_derivation",
        (
            "KL(q_star, p_z_given_x)",
            "= log(p_x) - L(q_star)",
            "= log(p_x) - L(q_i) + L(q_i) - L(q_star)",
            "= KL(q_i, p_z_given_x) + (L(q_i) - L(q_star))",
            ">= KL(q_i, p_z_given_x)",
        ),
    ),
    Typed(
        "2022, first student, 3.1",
        "flows.kl_derivation",
        (
            FLOW,
            "= E_x(log(p_X(x)) - log(p_FU(x)))",
            "= E_x(log(p_X(x)) - log(p_U(Finv(x))) - log(Jinv(x)))",
            "= E_u(log(p_X(F(u))) - log(p_U(u)) - log(J(u)))",
            "= E_u(log(p_FX(u)) - log(p_U(u)))",
            f"= {FLOW_END}",
        ),
        3,
        "the logarithm of the inverse's determinant is minus the one of the flow's: the sign must turn",
        ("changes sign", "line 5 is right again"),
    ),
    Typed(
        "2022, first student, 5.1",
        "simsiam.trace_derivation",
        (
            TRACE,
            "= E(f1.T @ Wp.T @ Wp @ f1 - f2.T @ Wp @ f1 - f1.T @ Wp.T @ f2 + f2.T @ f2) / 2",
            "= (E(tr(f1.T @ Wp.T @ Wp @ f1)) - E(tr(f2.T @ Wp @ f1)) - E(tr(f1.T @ Wp.T @ f2))"
            " + E(tr(f2.T @ f2))) / 2",
            "= (E(tr(Wp.T @ Wp @ f1 @ f1.T)) - E(tr(Wp @ f1 @ f2.T)) - E(tr(f2 @ f1.T @ Wp.T))"
            " + E(tr(f2.T @ f2))) / 2",
            "= (tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(F12 @ Wp.T) + tr(F2)) / 2",
        ),
    ),
    Typed(
        "2022, first student, 5.2",
        "simsiam.predictor_derivation",
        (
            GRADIENT.format(by="Wp"),
            "= -(1/2 * 2 * Wp @ F1 - 1/2 * F12 - 1/2 * F12.T)",
            "= -(Wp @ F1) + F12.T",
        ),
    ),
    Typed(
        "2022, first student, 5.3, the velocity",
        "simsiam.velocity_derivation",
        (
            GRADIENT.format(by="W"),
            "= -Wp.T @ Wp @ W @ (X + Xp) + (Wp.T + Wp) @ W @ X - W @ (X + Xp)",
            "= -Wp.T @ Wp @ W @ X + Wp.T @ Wp @ W @ Xp + Wp.T @ W @ X + Wp @ W @ X - W @ X - W @ Xp",
            "= -(Wp.T @ Wp + I) @ W @ Xp - (Wp.T @ Wp - Wp.T - Wp + I) @ W @ X",
            VELOCITY_END,
        ),
        2,
        "the term with X' has lost its minus when the bracket was opened; the next line has it again",
        ("minus sign before a bracket", "line 4 is right again"),
    ),
    Typed(
        "2022, first student, 5.3, the operator",
        "simsiam.vec_derivation",
        (
            VEC,
            "= -kron(Xp, Wp.T @ Wp + I) @ vec(W) - kron(X, Wt.T @ Wt) @ vec(W)",
            VEC_END,
        ),
    ),
)

SECOND_2022 = (
    Typed(
        "2022, second student, 1.1",
        "vae.ecll_derivation",
        (
            "log(p_x) - KL(q, p_z_given_x)",
            "= log(p_x) - E(log(q / p_z_given_x))",
            "= log(p_x) - E(log(q / (p_xz / p_x)))",
            "= log(p_x) - E(log(q) - log(p_xz) + log(p_x))",
            "= -E(log(q) - log(p_xz))",
            "= E(log(p_xz)) + H(q)",
            f"~ {ECLL}",
        ),
    ),
    Typed(
        "2022, second student, 1.2, the bound",
        "vae.elbo_derivation",
        (
            "E(log(p_x_given_z)) - KL(q, p_z)",
            "= E(log(p_xz / p_z) - log(q) + log(p_z))",
            "= E(log(p_xz) - log(p_z) - log(q) + log(q))",
            "= E(log(p_xz) - log(q))",
            "= log(p_x) - KL(q, p_z_given_x)",
        ),
        2,
        "log q(z) stands where log p(z) was",
        ("KL(q, p_z)", "line 4 is right again"),
    ),
    Typed(
        "2022, second student, 1.2, the gap",
        "vae.gap_derivation",
        (
            "log(p_x) - L(q_star)",
            "= KL(q_star, p_z_given_x)",
            "= KL(q_star, p_z) - KL(q_i, p_z_given_x) + KL(q_i, p_z_given_x)"
            " - KL(q_star, p_z_given_x)",
        ),
        2,
        "a divergence from the prior appears, and the divergences do not add up",
        ("line 2 is 0.", "line 3 is -0."),
    ),
    Typed(
        "2022, second student, 3.1, forward",
        "flows.kl_derivation",
        (
            "int_x(p_X(x) * log(p_X(x) / p_FU(x)))",
            "= int_x(p_X(x) * (log(p_X(x)) - log(p_FU(x))))",
            "= int_x(p_X(x) * (log(p_U(u)) + log(Jinv(x)) - log(p_FU(x))))",
        ),
        2,
        "the density of the data is taken for that of the flow",
        ("not the density of the data", "always 0"),
    ),
    Typed(
        "2022, second student, 3.1, reverse",
        "flows.kl_derivation",
        (
            "int_u(p_FX(u) * log(p_FX(u) / p_U(u)))",
            "= int_u(p_FX(u) * (log(p_FX(u)) - log(p_U(u))))",
            "= int_x(p_FX(u) * (log(p_FX(u)) - log(p_U(u))) * Jinv(x))",
            "= int_x(p_FX(u) * Jinv(x) * (log(p_FX(u)) - log(p_U(u))))",
            "= int_x(p_X(F(u)) * J(u) * Jinv(x) * (log(p_FX(u)) - log(p_U(u))))",
            "= int_x(p_X(F(u)) * (log(p_FX(u)) - log(p_U(u))))",
            "= int_x(p_X(F(u)) * (p_X(F(u)) * J(u) - log(p_U(u))))",
            "= int_x(p_X(x) * (log(p_X(x)) + log(J(u)) - log(p_U(u))))",
            "= int_x(p_X(x) * (log(p_U(u)) + log(Jinv(x)) + log(J(u)) - log(p_U(u))))",
        ),
        6,
        "a logarithm is missing",
        ("a logarithm in the first term", "line 8 is right again"),
    ),
    Typed(
        "2022, second student, 5.1, the square",
        "simsiam.trace_derivation",
        (
            "norm2(Wp @ f1 - f2)",
            "= (Wp @ f1 - f2).T @ (Wp @ f1 - f2)",
            "= f1.T @ Wp.T @ Wp @ f1 - f2.T @ Wp @ f1 - f1.T @ Wp.T @ f2 + f2.T @ f2",
            "= tr(Wp.T @ Wp @ f1.T @ f1) - tr(Wp @ f1 @ f2.T) - tr(Wp.T @ f2 @ f1.T) + tr(f2.T @ f2)",
        ),
        3,
        "under the trace the factors turn as a whole: f1 f1' is a matrix, f1' f1 a number",
        ("(3, 3) @ (1, 3) cannot be formed",),
    ),
    Typed(
        "2022, second student, 5.1, the expectation",
        "simsiam.trace_derivation",
        (
            "E(tr(Wp.T @ Wp @ f1 @ f1.T) - tr(Wp @ f1 @ f2.T) - tr(Wp.T @ f2 @ f1.T) + tr(f2 @ f2.T))",
            "= 1/2 * tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(Wp.T @ F12) + tr(F2)",
        ),
        1,
        "one half stands before the first trace",
        ("1/2 belongs to the whole square",),
    ),
    Typed(
        "2022, second student, 5.2",
        "simsiam.predictor_derivation",
        (
            GRADIENT.format(by="Wp"),
            "= -1/2 * (2 * Wp @ F1 - F12.T - F12.T)",
            "= -(Wp @ F1) + F12.T",
        ),
    ),
    Typed(
        "2022, second student, 5.3, the velocity",
        "simsiam.velocity_derivation",
        (
            GRADIENT.format(by="W"),
            "= -Wp.T @ Wp @ W @ (X + Xp) + (Wp.T + Wp) @ W @ X - W @ (X + Xp)",
            "= -(Wp.T @ Wp + I) @ W @ Xp - (Wp.T @ Wp - Wp.T - Wp + I) @ W @ X",
            VELOCITY_END,
            "= -(Wp.T @ Wp + I) @ W @ Xp - Wt.T @ Wt @ W @ X",
        ),
    ),
    Typed(
        "2022, second student, 5.3, the operator",
        "simsiam.vec_derivation",
        (VEC, "= -(kron(Xp, Wp.T @ Wp + I) + kron(X, Wt.T @ Wt)) @ vec(W)"),
    ),
)

SEVEN = "E_rest(sum(K * w1 / (w1 + w2 + w3) * q * log((w1 + w2 + w3) / K)))"
EIGHT = "E(K * w1 / (w1 + w2 + w3) * log((w1 + w2 + w3) / K))"
NINE = "E((w1 + w2 + w3) / (w1 + w2 + w3) * log((w1 + w2 + w3) / K))"

OF_2020 = (
    Typed(
        "2020, 2.1",
        "reparameterization.diagonal_derivation",
        (
            "N(z0, 0, I) / abs(det(J))",
            "= exp(-z0.T @ z0 / 2) / sqrt(2 * pi) / abs(det(J))",
            "= exp(-((z - mu) / sigma).T @ ((z - mu) / sigma) / 2) / sqrt(2 * pi) / abs(det(diag(sigma)))",
            "= N(z, mu, diag(sigma**2))",
        ),
        1,
        "the density of a vector has (2 pi)^(K/2), not the root of 2 pi once",
        ("stands only once", "times `2 * pi`"),
    ),
    Typed(
        "2020, 2.3",
        "reparameterization.linear_derivation",
        (
            "N(z0, 0, I) / abs(det(J))",
            "= exp(-(inv(S) @ z - mu).T @ (inv(S) @ z - mu) / 2) / ((2 * pi)**(K / 2) * abs(det(S)))",
            "= exp(-(z - mu).T @ inv(S @ S.T) @ (z - mu) / 2) / ((2 * pi)**(K / 2) * abs(det(S)))",
            "= N(z, mu, S @ S.T)",
        ),
        1,
        "the mean must be taken away before the inverse is multiplied",
        ("take the mean from z first", "line 3 is right again"),
    ),
    Typed(
        "2020, 3.1",
        "vae.ecll_derivation",
        (
            ECLL,
            "= E(log(p_z_given_x * p_x / p_z))",
            "= E(log(q / q * (p_z_given_x * p_x / p_z)))",
            "= E(log(p_x)) + E(log(q / p_z * (p_z_given_x / q)))",
            "= log(p_x) + E(log(p_z_given_x / q)) + E(log(q / p_z))",
            "= log(p_x) - E(log(q / p_z_given_x)) + E(log(q / p_z))",
            "= log(p_x) - KL(q, p_z_given_x) + KL(q, p_z)",
            "~ log(p_x) - KL(q, p_z_given_x)",
        ),
        1,
        "p(x|z) p(z) is the joint; the prior is not left in the denominator",
        ("no prior is left to divide by",),
    ),
    Typed(
        "2020, 3.2, the amortized bound",
        "vae.gap_derivation",
        (
            "E(log(p_x_given_z), q_star) - KL(q_star, p_z)",
            "= E(log(p_z_given_x * p_x / p_z), q_star) - E(log(q_star * p_x / p_z), q_star)",
            "= E(log(p_z_given_x) + log(p_x) - log(p_z) + log(p_z), q_star) - E(log(q_star), q_star)",
            "= log(p_x) - E(log(q_star * p_x / p_z_given_x), q_star)",
            "= log(p_x) - KL(q_star, p_z_given_x)",
        ),
        1,
        "p(x) stands inside the divergence from the prior",
        ("minus `log(p_x)`", "line 3 is right again"),
    ),
    Typed(
        "2020, 3.2, the bound of an instance",
        "vae.gap_derivation",
        (
            "L(q_i)",
            "= E(log(p_z_given_x * p_x / q_i), q_i)",
            "= log(p_x) - E(log(q_i / p_z_given_x), q_i)",
            "= log(p_x) - KL(q_i, p_z_given_x)",
        ),
    ),
    Typed(
        "2020, 4.1, with the fraction of equation 3 as it stands",
        "iwae.refined_derivation",
        (
            BOUND,
            "= E_rest(sum(qt * log(p_xz / qt)))",
            f"= E_rest(sum(qt * log(p_xz / {MEAN})))",
            f"= E_rest(sum(qt * log({MEAN})))",
            f"= {SEVEN}",
            f"= {EIGHT}",
            f"= {NINE}",
            f"= {BOUND}",
            "= E_rest(sum(qt * log(p_xz / qt)))",
        ),
        2,
        "q-tilde is p over the mean weight; a fraction of the denominator is lost",
        ("mean weight alone", "line 4 is right again"),
    ),
    Typed(
        "2020, 4.1, with the lost fraction bar of equation 3",
        "iwae.refined_derivation",
        (
            BOUND,
            "= E_rest(sum(qt * log(p_xz / qt)))",
            f"= E_rest(sum(qt * log(p_xz / (p_xz / {MEAN}))))",
            f"= E_rest(sum(qt * log({MEAN})))",
            f"= {SEVEN}",
            f"= {EIGHT}",
            f"= {NINE}",
            f"= {BOUND}",
            "= E_rest(sum(qt * log(p_xz / qt)))",
        ),
    ),
    Typed(
        "2020, 4.2, a density",
        "iwae.resampled_derivation",
        (
            "sum(qK)",
            "= sum(E_rest(qt))",
            f"= sum(E_rest(p_xz / {MEAN}))",
            f"= sum(q / q * E_rest(p_xz / {MEAN}))",
            f"= E(w1 / {MEAN})",
            "= K * E(w1 / (w1 + w2 + w3))",
            "= E(w1 / (w1 + w2 + w3)) + E(w2 / (w1 + w2 + w3)) + E(w3 / (w1 + w2 + w3))",
            "= E((w1 + w2 + w3) / (w1 + w2 + w3))",
            "= E(1)",
            "= 1",
        ),
    ),
    Typed(
        "2020, 4.2, the bound, from equation 21",
        "iwae.resampled_derivation",
        (BOUND, "= sum(qK * log(p_xz / qK))", f"= sum(qK * log(p_xz / E_rest(p_xz / {MEAN})))"),
        1,
        "the bound of q_K is taken for L_K, which is smaller",
        ("only line 1 <= line 2 is true",),
    ),
    Typed(
        "2020, 4.2, the bound, equations 34 to 22 read upwards",
        "iwae.resampled_derivation",
        (
            BOUND,
            f"= {NINE}",
            f"= {EIGHT}",
            f"= E(w1 / {MEAN} * log({MEAN}))",
            f"= -sum(p_xz * E_rest(1 / {MEAN} * log(1 / {MEAN})))",
            f"<= -sum(p_xz * E_rest(1 / {MEAN}) * log(E_rest(1 / {MEAN})))",
            f"= sum(qK * (-log(E_rest(1 / {MEAN}))))",
            f"= sum(qK * log(p_xz / E_rest(p_xz / {MEAN})))",
            "= sum(qK * log(p_xz / qK))",
        ),
    ),
    Typed(
        "2020, 4.2, the conclusion",
        "iwae.resampled_derivation",
        ("sum(qK * log(p_xz / qK))", f"<= {BOUND}"),
        1,
        "the conclusion is the wrong way round",
        ("other way round",),
    ),
)

FORWARD = "E_x(log(p_X(x)) - log(p_U(Finv(x))) - log(Jinv(x)))"

OF_2021 = (
    Typed(
        "2021, 1.1",
        "regularization.expected_derivation",
        (
            DROPOUT,
            "= E(y.T @ y) - E(y.T @ (X * R) @ w) - E(w.T @ (X * R).T @ y)"
            " + E(w.T @ (X * R).T @ (X * R) @ w)",
            "= y.T @ y - y.T @ E(X * R) @ w - w.T @ E((X * R).T) @ y + w.T @ E((X * R).T @ (X * R)) @ w",
            "= y.T @ y - y.T @ (p * X) @ w - w.T @ (p * X.T) @ y + w.T @ E((X * R).T @ (X * R)) @ w",
            "= y.T @ y - y.T @ (p * X) @ w - w.T @ (p * X.T) @ y"
            " + w.T @ (p**2 * X.T @ X + p * (1 - p) * diag(X.T @ X)) @ w",
            "= y.T @ y - y.T @ (p * X) @ w - w.T @ (p * X.T) @ y + w.T @ (p**2 * X.T @ X) @ w"
            " + p * (1 - p) * norm2(Gamma @ w)",
            "= (y - p * X @ w).T @ (y - p * X @ w) + p * (1 - p) * norm2(Gamma @ w)",
            "= norm2(y - p * X @ w) + p * (1 - p) * norm2(Gamma @ w)",
        ),
    ),
    Typed(
        "2021, 1.2",
        "regularization.minimizer_derivation",
        (
            "grad(norm2(y - p * X @ w) + p * (1 - p) * norm2(Gamma @ w), w) = 0",
            "-2 * p * X.T @ (y - p * X @ w) + 2 * p * (1 - p) * Gamma.T @ Gamma @ w = 0",
            "p * X.T @ (y - p * X @ w) = (1 - p) * Gamma.T @ Gamma @ (p * w)",
            "p * X.T @ y - p * X.T @ X @ (p * w) = (1 - p) * Gamma**2 @ (p * w)",
            "p * w = inv(p * X.T @ X + (1 - p) * Gamma**2) @ (p * X.T @ y)"
            " = inv(X.T @ X + (1 - p) / p * Gamma**2) @ X.T @ y",
            "p * w = inv(X.T @ X + (1 - p) / p * Gamma @ Gamma) @ X.T @ y",
        ),
    ),
    Typed(
        "2021, 1.3",
        "regularization.ridge_derivation",
        (
            "grad(norm2(y - X @ w) + lam * norm2(w), w) = 0",
            "grad(norm2(y - p * X @ w), w) + grad(lam * norm2(w), w) = 0",
            "-2 * X.T @ (y - X @ w) + 2 * lam * w = 0",
            "w = inv(X.T @ X + lam * I) @ X.T @ y",
        ),
        1,
        "p is left over from the question before: there is no dropout here",
        ("no dropout in this loss",),
    ),
    Typed(
        "2021, 2.1",
        "vae.ecll_derivation",
        (
            ECLL,
            "= E(log(p_xz))",
            "= sum(q * (log(p_xz) - log(p_x) + log(p_x)))",
            "= sum(q * (log(p_z_given_x) + log(p_x)))",
            "= sum(q * (log(p_z_given_x) - log(q) + log(q) + log(p_x)))",
            "= -sum(q * (log(q) - log(p_z_given_x))) + sum(q * (log(q) + log(p_x)))",
            "= -KL(q, p_z_given_x) + sum(q * (log(q) + log(p_x)))",
            "= -KL(q, p_z_given_x) + sum(q * log(q)) + sum(q * log(p_x))",
            "~ -KL(q, p_z_given_x) + sum(q * log(p_x))",
            "= -KL(q, p_z_given_x) + log(p_x)",
        ),
    ),
    Typed(
        "2021, 2.2",
        "vae.gap_derivation",
        (
            "KL(q_star, p_z_given_x)",
            "= L(q_i) + KL(q_i, p_z_given_x) - L(q_star)",
            ">= KL(q_i, p_z_given_x)",
        ),
    ),
    Typed(
        "2021, 3.1, forward",
        "flows.kl_derivation",
        (
            FLOW,
            "= E_x(log(p_X(x) / (p_U(Finv(x)) * Jinv(x))))",
            f"= {FORWARD}",
            "= E_x(log(p_X(x)) - log(p_U(Finv(x))) - log(1 / J(x)))",
            "= E_x(log(p_X(x)) - log(p_U(Finv(x))) + log(J(x)))",
        ),
        3,
        "the flow's determinant belongs at u = F^-1(x), not at x",
        ("taken at u and not at x",),
    ),
    Typed(
        "2021, 3.1, reverse",
        "flows.kl_derivation",
        (
            FLOW_END,
            "= E_u(log(p_X(F(u)) * J(u) / p_U(u)))",
            "= E_u(log(p_X(F(u))) - log(p_U(u)) + log(J(u)))",
            "= E_x(log(p_X(F(Finv(x)))) - log(p_U(Finv(x))) + log(J(Finv(x))))",
            "= E_x(log(p_X(x)) - log(p_U(Finv(x))) + log(1))",
            f"= {FORWARD}",
        ),
        4,
        "the derivative is by F^-1(x) above and below, so that the determinant is lost",
        ("`log(J(Finv(x)))` of line 4 is missing", "line 6 is right again"),
    ),
    Typed(
        "2021, 3.1, reverse, its end",
        "flows.kl_derivation",
        (
            "E_u(log(p_X(F(u))) - log(p_U(u)) + log(J(u)))",
            f"= {FORWARD}",
            "= E_x(log(p_X(x)) - log(p_U(Finv(x))) - log(J(x)))",
            "= E_x(log(p_X(x)) - log(p_U(Finv(x))) + log(J(x)))",
        ),
        2,
        "the inverse's determinant is replaced by the flow's, with the same sign and at x",
        ("a symbol (J) in the third term",),
    ),
    Typed(
        "2021, 4.1, the discriminator",
        "gan.discriminator_derivation",
        (
            "grad(f1 * log(D) + f0 * log(1 - D), D) = 0",
            "f1 / D - f0 / (1 - D) = 0",
            "f1 / D = f0 / (1 - D)",
            "f0 / f1 = (1 - D) / D",
            "f0 / f1 = 1 / D - 1",
            "D = f1 / (f0 + f1)",
        ),
    ),
    Typed(
        "2021, 4.1, the divergence",
        "gan.jsd_derivation",
        (
            "(KL(f0, m) + KL(f1, m)) / 2",
            "= sum(f0 * log(f0 / ((f0 + f1) / 2))) / 2 + sum(f1 * log(f1 / ((f0 + f1) / 2))) / 2",
            "= sum(f0 * log(2 * (1 - D))) / 2 + sum(f1 * log(2 * D)) / 2",
            "= sum(f0 * log(2)) / 2 + sum(f0 * log(1 - D)) / 2 + sum(f1 * log(2)) / 2"
            " + sum(f1 * log(D)) / 2",
            "= log(2) + (E1(log(D)) + E0(log(1 - D))) / 2",
        ),
    ),
    Typed(
        "2021, 4.2",
        "gan.discriminator_derivation",
        (
            "D = f1 / (f0 + f1)",
            "1 / D = (f0 + f1) / f1 = 1 + f0 / f1",
            "f0 / f1 = 1 / D - 1 = (1 - D) / D",
            "f1 / f0 = D / (1 - D)",
            "f1 = f0 * D / (1 - D)",
        ),
    ),
)

ALL = (*FIRST_2022, *SECOND_2022, *OF_2020, *OF_2021)
