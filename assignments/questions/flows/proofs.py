"""True derivations by different roads, for `autograder validate`; no student gets this file."""

FIRST = "E_x(log(p_X(x) / p_FU(x)))"
LAST = "E_u(log(p_FX(u) / p_U(u)))"

kl_derivation = [
    [
        FIRST,
        "= E_x(log(p_X(x)) - log(p_FU(x)))",
        "= E_x(log(p_X(x)) - log(p_U(Finv(x))) - log(Jinv(x)))",
        "= E_u(log(p_X(F(u))) - log(p_U(u)) + log(J(u)))",
        "= E_u(log(p_FX(u)) - log(p_U(u)))",
        f"= {LAST}",
    ],
    [
        FIRST,
        "= int_x(p_X(x) * log(p_X(x) / (p_U(u) * Jinv(x))))",
        "= int_u(p_X(F(u)) * J(u) * log(p_X(F(u)) * J(u) / p_U(u)))",
        "= int_u(p_FX(u) * log(p_FX(u) / p_U(u)))",
        f"= {LAST}",
    ],
    [
        LAST,
        "= E_u(log(p_X(F(u)) * J(u)) - log(p_U(u)))",
        "= E_x(log(p_X(x)) + log(J(Finv(x))) - log(p_U(Finv(x))))",
        "= E_x(log(p_X(x)) - log(p_U(Finv(x)) * Jinv(x)))",
        "= E_x(log(p_X(x)) - log(p_FU(x)))",
        f"= {FIRST}",
    ],
    [
        FIRST,
        "= E_x(log(p_X(x) * J(u) / p_U(u)))",
        "= E_u(log(p_X(F(u)) * J(u) / p_U(u)))",
        f"= {LAST}",
    ],
    [
        FIRST,
        "= E_x(log(p_FX(Finv(x)) / J(Finv(x))) - log(p_FU(x)))",
        "= E_u(log(p_FX(u) / J(u) / p_FU(F(u))))",
        "= E_u(log(p_FX(u) / J(u) / (p_U(u) / J(u))))",
        f"= {LAST}",
    ],
]
