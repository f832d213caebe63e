"""True derivations by different roads, for `autograder validate`; no student gets this file."""

MEAN = "(w1 + w2 + w3) / K"
FIRST = f"E(log({MEAN}))"
REFINED = "E_rest(sum(qt * log(p_xz / qt)))"
RESAMPLED = "sum(qK * log(p_xz / qK))"

refined_derivation = [
    [
        FIRST,
        f"= E((w1 + w2 + w3) / (w1 + w2 + w3) * log({MEAN}))",
        f"= E(K * w1 / (w1 + w2 + w3) * log({MEAN}))",
        f"= E_rest(sum(q * K * w1 / (w1 + w2 + w3) * log({MEAN})))",
        f"= E_rest(sum(qt * log({MEAN})))",
        f"= {REFINED}",
    ],
    [
        REFINED,
        f"= E_rest(sum(qt * log({MEAN})))",
        f"= E_rest(sum(p_xz / ({MEAN}) * log({MEAN})))",
        f"= E(w1 / ({MEAN}) * log({MEAN}))",
        f"= E((w1 + w2 + w3) / (K * ({MEAN})) * log({MEAN}))",
        f"= {FIRST}",
    ],
    [
        f"let m = {MEAN}",
        "E(log(m))",
        "= E((w1 + w2 + w3) / (K * m) * log(m))",
        "= E(w1 / m * log(m))",
        "= E_rest(sum(q * w1 / m * log(m)))",
        "= E_rest(sum(qt * log(m)))",
        f"= {REFINED}",
    ],
    [
        "let s = w1 + w2 + w3",
        FIRST,
        "= E(w1 / s * log(s / K)) + E(w2 / s * log(s / K)) + E(w3 / s * log(s / K))",
        "= 3 * E(w1 / s * log(s / K))",
        "= K * E_rest(sum(q * w1 / s * log(s / K)))",
        "= K * E_rest(sum(p_xz / s * log(s / K)))",
        "= E_rest(sum(qt * log(s / K)))",
        f"= {REFINED}",
    ],
    [
        "let s = w1 + w2 + w3",
        REFINED,
        "= E_rest(sum(qt * log(s / K)))",
        "= E_rest(sum(K * p_xz / s * log(s / K)))",
        "= E_rest(sum(q * K * w1 / s * log(s / K)))",
        "= E(K * w1 / s * log(s / K))",
        "= E((w1 + w2 + w3) / s * log(s / K))",
        f"= {FIRST}",
    ],
]

resampled_derivation = [
    [FIRST, f"= {REFINED}", f"<= {RESAMPLED}"],
    [
        FIRST,
        f"= E(K * w1 / (w1 + w2 + w3) * log({MEAN}))",
        f"= E_rest(sum(qt * log({MEAN})))",
        "= sum(E_rest(qt * log(p_xz / qt)))",
        "= sum(E_rest(qt) * log(p_xz)) - sum(E_rest(qt * log(qt)))",
        "<= sum(E_rest(qt) * log(p_xz)) - sum(E_rest(qt) * log(E_rest(qt)))",
        f"= {RESAMPLED}",
    ],
    [
        FIRST,
        "= E_rest(sum(qt * log(p_xz) - qt * log(qt)))",
        "= sum(qK * log(p_xz)) - E_rest(sum(qt * log(qt)))",
        "<= sum(qK * log(p_xz)) - sum(qK * log(qK))",
        f"= {RESAMPLED}",
    ],
    [
        FIRST,
        f"= {REFINED}",
        "= -E_rest(sum(qt * log(qt / p_xz)))",
        "= -sum(p_xz * E_rest(qt / p_xz * log(qt / p_xz)))",
        "<= -sum(p_xz * E_rest(qt / p_xz) * log(E_rest(qt / p_xz)))",
        "= -sum(qK * log(qK / p_xz))",
        f"= {RESAMPLED}",
    ],
    [
        f"let m = {MEAN}",
        "E(log(m))",
        "= E(w1 / m * log(m))",
        "= E_rest(sum(qt * log(m)))",
        f"= {REFINED}",
        "= sum(E_rest(qt * log(p_xz / qt)))",
        "<= sum(E_rest(qt) * log(p_xz / E_rest(qt)))",
        f"<= {RESAMPLED}",
    ],
]
