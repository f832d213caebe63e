"""True derivations by different roads, for `autograder validate`; no student gets this file."""

ECLL = "E(log(p_x_given_z * p_z))"
ECLL_END = "log(p_x) - KL(q, p_z_given_x)"
ELBO_END = "E(log(p_x_given_z)) - KL(q, p_z) + KL(q, p_z_given_x)"
GAP = "KL(q_star, p_z_given_x)"
GAP_END = "KL(q_i, p_z_given_x)"

ecll_derivation = [
    [
        ECLL,
        "= E(log(p_z_given_x * p_x))",
        "= log(p_x) + E(log(p_z_given_x))",
        f"~ {ECLL_END}",
    ],
    [
        ECLL,
        "= E(log(p_xz))",
        "= E(log(p_z_given_x) + log(p_x))",
        "= E(log(p_z_given_x)) + log(p_x)",
        "= log(p_x) - E(log(q / p_z_given_x)) + E(log(q))",
        "~ log(p_x) - E(log(q / p_z_given_x))",
        f"= {ECLL_END}",
    ],
    [
        ECLL_END,
        "= log(p_x) - E(log(q) - log(p_z_given_x))",
        "~ E(log(p_x) + log(p_z_given_x))",
        f"= {ECLL}",
    ],
    [
        ECLL,
        "= sum(q * log(p_xz))",
        "= sum(q * (log(p_z_given_x) + log(p_x)))",
        "= sum(q * log(p_z_given_x)) + log(p_x) * sum(q)",
        "= sum(q * log(p_z_given_x)) + log(p_x)",
        "= sum(q * log(p_z_given_x / q)) + sum(q * log(q)) + log(p_x)",
        "~ sum(q * log(p_z_given_x / q)) + log(p_x)",
        "= -KL(q, p_z_given_x) + log(p_x)",
        f"= {ECLL_END}",
    ],
    [
        ECLL,
        "= E(log(p_z_given_x / q * p_x * q))",
        "= E(log(p_x)) + E(log(q)) - E(log(q / p_z_given_x))",
        "= log(p_x) - H(q) - KL(q, p_z_given_x)",
        f"~ {ECLL_END}",
    ],
    [
        "let r = q / p_z_given_x",
        ECLL,
        "= E[log(p_xz)]",
        "= E[log(p_x · q / r)]",
        "= log(p_x) + E[log(q)] − E[log(r)]",
        f"~ {ECLL_END}",
    ],
]

elbo_derivation = [
    [
        "log(p_x)",
        "= E(log(p_x))",
        "= E(log(p_xz / p_z_given_x))",
        "= E(log(p_xz / q * q / p_z_given_x))",
        "= E(log(p_xz / q)) + E(log(q / p_z_given_x))",
        "= E(log(p_x_given_z * p_z / q)) + KL(q, p_z_given_x)",
        "= E(log(p_x_given_z)) - E(log(q / p_z)) + KL(q, p_z_given_x)",
        f"= {ELBO_END}",
    ],
    [
        ELBO_END,
        "= E(log(p_x_given_z)) - E(log(q / p_z)) + E(log(q / p_z_given_x))",
        "= E(log(p_x_given_z * p_z / p_z_given_x))",
        "= E(log(p_x))",
        "= log(p_x)",
    ],
    [
        "log(p_x)",
        "= sum(q * log(p_x))",
        "= sum(q * (log(p_x_given_z) + log(p_z) - log(p_z_given_x)))",
        "= sum(q * log(p_x_given_z)) + sum(q * log(p_z / q)) + sum(q * log(q / p_z_given_x))",
        f"= {ELBO_END}",
    ],
    [
        "log(p_x)",
        "= log(p_x) * sum(q)",
        "= E(log(p_x_given_z * p_z / p_z_given_x))",
        "= E(log(p_x_given_z)) + E(log(p_z / q)) - E(log(p_z_given_x / q))",
        f"= {ELBO_END}",
    ],
    [
        "let r = q / p_z_given_x",
        "log(p_x)",
        "= E(log(p_xz) - log(p_z_given_x))",
        "= E(log(p_xz) - log(q) + log(r))",
        "= E(log(p_x_given_z) + log(p_z) - log(q)) + E(log(r))",
        f"= {ELBO_END}",
    ],
]

gap_derivation = [
    [GAP, "= log(p_x) - L(q_star)", ">= log(p_x) - L(q_i)", f"= {GAP_END}"],
    [
        GAP,
        "= log(p_x) - L(q_star)",
        "= log(p_x) - L(q_i) + L(q_i) - L(q_star)",
        "= KL(q_i, p_z_given_x) + L(q_i) - L(q_star)",
        f">= {GAP_END}",
    ],
    [
        GAP,
        "= sum(q_star * log(q_star / p_z_given_x))",
        "= sum(q_star * log(q_star * p_x / p_xz))",
        "= log(p_x) - sum(q_star * log(p_xz / q_star))",
        ">= log(p_x) - sum(q_i * log(p_xz / q_i))",
        "= sum(q_i * log(q_i / p_z_given_x))",
        f">= {GAP_END}",
    ],
    [
        GAP,
        "= E(log(q_star / p_z_given_x), q_star)",
        "= E(log(q_star) - log(p_x_given_z) - log(p_z), q_star) + log(p_x)",
        ">= E(log(q_i) - log(p_x_given_z) - log(p_z), q_i) + log(p_x)",
        "= E(log(q_i / p_z_given_x), q_i)",
        f"= {GAP_END}",
    ],
    [
        GAP,
        "= log(p_x) - L(q_star)",
        ">= log(p_x) - L(q_i)",
        "= log(p_x) - E(log(p_xz / q_i), q_i)",
        "= E(log(p_x * q_i / p_xz), q_i)",
        f"= {GAP_END}",
    ],
    [
        GAP,
        "= KL(q_i, p_z_given_x) + KL(q_star, p_z_given_x) - KL(q_i, p_z_given_x)",
        "= KL(q_i, p_z_given_x) + (log(p_x) - L(q_star)) - (log(p_x) - L(q_i))",
        "= KL(q_i, p_z_given_x) + (L(q_i) - L(q_star))",
        f"≥ {GAP_END}",
    ],
]
