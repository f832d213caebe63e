"""True derivations by different roads, for `autograder validate`; no student gets this file."""

EXPECTED = "E(norm2(y - (X * R) @ w))"
EXPECTED_END = "norm2(y - p * X @ w) + p * (1 - p) * norm2(Gamma @ w)"
MINIMIZER = "grad(norm2(y - p * X @ w) + p * (1 - p) * norm2(Gamma @ w), w) = 0"
MINIMIZER_END = "p * w = inv(X.T @ X + (1 - p) / p * Gamma @ Gamma) @ X.T @ y"
RIDGE = "grad(norm2(y - X @ w) + lam * norm2(w), w) = 0"
RIDGE_END = "w = inv(X.T @ X + lam * I) @ X.T @ y"

expected_derivation = [
    [
        EXPECTED,
        "= E((y - (X * R) @ w).T @ (y - (X * R) @ w))",
        "= E(y.T @ y - y.T @ (X * R) @ w - w.T @ (X * R).T @ y + w.T @ (X * R).T @ (X * R) @ w)",
        "= y.T @ y - y.T @ E(X * R) @ w - w.T @ E((X * R).T) @ y + w.T @ E((X * R).T @ (X * R)) @ w",
        "= y.T @ y - p * y.T @ X @ w - p * w.T @ X.T @ y "
        "+ w.T @ (p**2 * X.T @ X + p * (1 - p) * diag(X.T @ X)) @ w",
        "= (y - p * X @ w).T @ (y - p * X @ w) + p * (1 - p) * w.T @ diag(X.T @ X) @ w",
        f"= {EXPECTED_END}",
    ],
    [
        EXPECTED,
        "= E(norm2((y - p * X @ w) - (X * R - p * X) @ w))",
        "= norm2(y - p * X @ w) + E(norm2((X * R - p * X) @ w))",
        "= norm2(y - p * X @ w) + w.T @ E((X * R - p * X).T @ (X * R - p * X)) @ w",
        "= norm2(y - p * X @ w) + p * (1 - p) * w.T @ Gamma.T @ Gamma @ w",
        f"= {EXPECTED_END}",
    ],
    [
        "let V = X * R",
        EXPECTED,
        "= norm2(y) - 2 * y.T @ E(V) @ w + w.T @ E(V.T @ V) @ w",
        "= norm2(y) - 2 * p * y.T @ X @ w + w.T @ (p**2 * X.T @ X + (p - p**2) * Gamma**2) @ w",
        "= norm2(y) - 2 * p * y.T @ X @ w + p**2 * norm2(X @ w) + p * (1 - p) * norm2(Gamma @ w)",
        f"= {EXPECTED_END}",
    ],
    [
        EXPECTED_END,
        "= norm2(y) - 2 * p * y.T @ X @ w + p**2 * norm2(X @ w) + p * (1 - p) * norm2(Gamma @ w)",
        "= norm2(y) - 2 * p * y.T @ X @ w + E(norm2((X * R) @ w))",
        "= E(norm2(y) - 2 * y.T @ (X * R) @ w + norm2((X * R) @ w))",
        f"= {EXPECTED}",
    ],
    [
        EXPECTED,
        "= norm2(E(y - (X * R) @ w)) + E(norm2(y - (X * R) @ w - E(y - (X * R) @ w)))",
        "= norm2(y - p * X @ w) + E(norm2((p * X - X * R) @ w))",
        "= norm2(y - p * X @ w) + tr(E((p * X - X * R).T @ (p * X - X * R)) @ w @ w.T)",
        "= norm2(y - p * X @ w) + p * (1 - p) * tr(Gamma**2 @ w @ w.T)",
        f"= {EXPECTED_END}",
    ],
]

minimizer_derivation = [
    [
        MINIMIZER,
        "-2 * p * X.T @ (y - p * X @ w) + 2 * p * (1 - p) * Gamma.T @ Gamma @ w = 0",
        "X.T @ (y - p * X @ w) = (1 - p) * Gamma @ Gamma @ w",
        "X.T @ y = p * X.T @ X @ w + (1 - p) * Gamma @ Gamma @ w",
        "X.T @ y = (X.T @ X + (1 - p) / p * Gamma @ Gamma) @ (p * w)",
        MINIMIZER_END,
    ],
    [
        MINIMIZER,
        "2 * p**2 * X.T @ X @ w - 2 * p * X.T @ y + 2 * p * (1 - p) * Gamma**2 @ w = 0",
        "(p * X.T @ X + (1 - p) * Gamma**2) @ w = X.T @ y",
        "w = inv(p * X.T @ X + (1 - p) * Gamma**2) @ X.T @ y",
        MINIMIZER_END,
    ],
    [
        MINIMIZER,
        "grad(norm2(y - p * X @ w), w) = -grad(p * (1 - p) * norm2(Gamma @ w), w)",
        "-2 * p * X.T @ (y - p * X @ w) = -2 * p * (1 - p) * Gamma @ Gamma @ w",
        "p * X.T @ y - p * X.T @ X @ (p * w) = (1 - p) * Gamma**2 @ (p * w)",
        "p * w = inv(p * X.T @ X + (1 - p) * Gamma**2) @ (p * X.T @ y)",
        MINIMIZER_END,
    ],
    [
        "let G = Gamma @ Gamma",
        "let l = (1 - p) / p",
        MINIMIZER,
        "2 * p * X.T @ (p * X @ w - y) + 2 * p * (1 - p) * G @ w = 0",
        "X.T @ X @ (p * w) + l * G @ (p * w) = X.T @ y",
        "(X.T @ X + l * G) @ (p * w) = X.T @ y",
        "p * w = inv(X.T @ X + l * G) @ X.T @ y",
        MINIMIZER_END,
    ],
    [
        MINIMIZER,
        "grad(norm2(y) - 2 * p * y.T @ X @ w + p**2 * norm2(X @ w) + p * (1 - p) * norm2(Gamma @ w), w) "
        "= 0",
        "p * X.T @ X @ w + (1 - p) * Γ @ Γ @ w = X.T @ y",
        "(X.T @ X + (1 - p) / p * Γ²) @ w * p = X.T @ y",
        MINIMIZER_END,
    ],
]

ridge_derivation = [
    [
        RIDGE,
        "-2 * X.T @ (y - X @ w) + 2 * lam * w = 0",
        "X.T @ X @ w + lam * w = X.T @ y",
        "(X.T @ X + lam * I) @ w = X.T @ y",
        RIDGE_END,
    ],
    [
        RIDGE,
        "grad(norm2(y - X @ w), w) + lam * grad(norm2(w), w) = 0",
        "X.T @ (y - X @ w) = lam * w",
        "X.T @ y = X.T @ X @ w + lam * I @ w",
        RIDGE_END,
    ],
    [
        RIDGE,
        "2 * X.T @ X @ w - 2 * X.T @ y + 2 * λ * w = 0",
        "(X.T @ X + λ * I) @ w - X.T @ y = 0",
        RIDGE_END,
    ],
    [
        "let A = X.T @ X + lam * I",
        RIDGE,
        "grad(w.T @ A @ w - 2 * w.T @ X.T @ y, w) = 0",
        "2 * A @ w = 2 * X.T @ y",
        "w = inv(A) @ X.T @ y",
    ],
    [
        RIDGE,
        "grad(y.T @ y - 2 * w.T @ X.T @ y + w.T @ X.T @ X @ w + lam * w.T @ w, w) = 0",
        "-2 * X.T @ y + 2 * X.T @ X @ w + 2 * lam * w = 0",
        "lam * w = X.T @ y - X.T @ X @ w",
        RIDGE_END,
    ],
]
