"""True derivations by different roads, for `autograder validate`; no student gets this file."""

FIRST = "grad(f1 * log(D) + f0 * log(1 - D), D) = 0"
LAST = "f1 = f0 * D / (1 - D)"
JSD = "(KL(f0, m) + KL(f1, m)) / 2"
JSD_END = "log(2) + (E1(log(D)) + E0(log(1 - D))) / 2"

discriminator_derivation = [
    [
        FIRST,
        "f1 / D - f0 / (1 - D) = 0",
        "f1 / D = f0 / (1 - D)",
        "f1 * (1 - D) = f0 * D",
        "D = f1 / (f0 + f1)",
        LAST,
    ],
    [
        FIRST,
        "f1 / D = f0 / (1 - D)",
        "D * (f0 + f1) = f1",
        "1 / D = (f0 + f1) / f1 = 1 + f0 / f1",
        "f0 / f1 = 1 / D - 1 = (1 - D) / D",
        "f1 / f0 = D / (1 - D)",
        LAST,
    ],
    [
        FIRST,
        "grad(E1(log(D)) + E0(log(1 - D)), D) = f1 / D - f0 / (1 - D) = 0",
        "f0 / f1 = (1 - D) / D",
        "f0 / f1 = 1 / D - 1",
        "D = f1 / (f0 + f1)",
        LAST,
    ],
    [
        FIRST,
        "f1 * grad(log(D), D) + f0 * grad(log(1 - D), D) = 0",
        "f1 / D + f0 * (-1 / (1 - D)) = 0",
        "f1 - f1 * D - f0 * D = 0",
        "f1 = (f0 + f1) * D",
        "D = 1 / (1 + f0 / f1)",
        LAST,
    ],
    [
        "let s = f0 + f1",
        FIRST,
        "f1 * (1 - D) - f0 * D = 0",
        "f1 - s * D = 0",
        "D = f1 / s",
        "1 - D = f0 / s",
        "D / (1 - D) = f1 / f0",
        LAST,
    ],
]

jsd_derivation = [
    [
        JSD,
        "= (E0(log(f0 / m)) + E1(log(f1 / m))) / 2",
        "= (E0(log(2 * f0 / (f0 + f1))) + E1(log(2 * f1 / (f0 + f1)))) / 2",
        "= (E0(log(2 * (1 - D))) + E1(log(2 * D))) / 2",
        "= (log(2) + E0(log(1 - D)) + log(2) + E1(log(D))) / 2",
        f"= {JSD_END}",
    ],
    [
        JSD,
        "= sum(f0 * log(f0 / ((f0 + f1) / 2))) / 2 + sum(f1 * log(f1 / ((f0 + f1) / 2))) / 2",
        "= sum(f0 * log(2 * (1 - D))) / 2 + sum(f1 * log(2 * D)) / 2",
        "= sum(f0 * log(2)) / 2 + sum(f0 * log(1 - D)) / 2 + sum(f1 * log(2)) / 2 "
        "+ sum(f1 * log(D)) / 2",
        f"= {JSD_END}",
    ],
    [
        JSD_END,
        "= (E1(log(2) + log(D)) + E0(log(2) + log(1 - D))) / 2",
        "= (E1(log(2 * f1 / (f0 + f1))) + E0(log(2 * f0 / (f0 + f1)))) / 2",
        "= (E1(log(f1 / m)) + E0(log(f0 / m))) / 2",
        f"= {JSD}",
    ],
    [
        JSD,
        "= ½ * E0(log(f0) - log(m)) + ½ * E1(log(f1) - log(m))",
        "= ½ * E0(log(f0 / (f0 + f1)) + log(2)) + ½ * E1(log(f1 / (f0 + f1)) + log(2))",
        "= ½ * E0(log(1 - D)) + ½ * E1(log(D)) + log(2)",
        f"= {JSD_END}",
    ],
    [
        JSD,
        "= (E0(log(f0 / f1 * f1 / m)) + E1(log(f1 / m))) / 2",
        "= (E0(log((1 / D - 1) * 2 * D)) + E1(log(2 * D))) / 2",
        "= (E0(log(2 - 2 * D)) + E1(log(2 * D))) / 2",
        f"= {JSD_END}",
    ],
]
