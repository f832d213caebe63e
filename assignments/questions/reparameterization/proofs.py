"""True derivations by different roads, for `autograder validate`; no student gets this file."""

FIRST = "N(z0, 0, I) / abs(det(J))"
DIAGONAL = "N(z, mu, diag(sigma**2))"
LINEAR = "N(z, mu, S @ S.T)"

diagonal_derivation = [
    [
        FIRST,
        "= exp(-norm2(z0) / 2) / ((2 * pi)**(K / 2) * abs(det(J)))",
        "= exp(-norm2((z - mu) / sigma) / 2) / ((2 * pi)**(K / 2) * prod(sigma))",
        "= exp(-(z - mu).T @ inv(diag(sigma**2)) @ (z - mu) / 2) "
        "/ sqrt((2 * pi)**K * det(diag(sigma**2)))",
        f"= {DIAGONAL}",
    ],
    [
        FIRST,
        "= N((z - mu) / sigma, 0, I) / abs(det(diag(sigma)))",
        "= exp(-norm2((z - mu) / sigma) / 2) / (2 * pi)**(K / 2) / prod(sigma)",
        f"= {DIAGONAL}",
    ],
    [
        DIAGONAL,
        "= exp(-(z - mu).T @ inv(diag(sigma**2)) @ (z - mu) / 2) "
        "/ sqrt((2 * pi)**K * det(diag(sigma**2)))",
        "= exp(-sum((z - mu)**2 / sigma**2) / 2) / sqrt((2 * pi)**K * prod(sigma)**2)",
        "= exp(-sum(z0**2) / 2) / (2 * pi)**(K / 2) / prod(sigma)",
        f"= {FIRST}",
    ],
    [
        FIRST,
        "= prod(exp(-z0**2 / 2) / sqrt(2 * pi)) / prod(sigma)",
        "= prod(exp(-((z - mu) / sigma)**2 / 2) / (sqrt(2 * pi) * sigma))",
        f"= {DIAGONAL}",
    ],
    [
        "let d = (z - mu) / sigma",
        FIRST,
        "= (2π)**(-K / 2) * exp(-½ * z0.T @ z0) / det(diag(σ))",
        "= (2π)**(-K / 2) * exp(-½ * d.T @ d) / det(diag(σ))".replace("2π", "2 * π"),
        "= exp(-½ * (z − μ).T @ inv(diag(σ²)) @ (z − μ)) / sqrt((2 * π)**K * det(diag(σ²)))",
        f"= {DIAGONAL}",
    ],
]
diagonal_derivation[-1][2] = diagonal_derivation[-1][2].replace("2π", "2 * π")

linear_derivation = [
    [
        FIRST,
        "= exp(-norm2(z0) / 2) / ((2 * pi)**(K / 2) * abs(det(J)))",
        "= exp(-norm2(inv(S) @ (z - mu)) / 2) / ((2 * pi)**(K / 2) * abs(det(S)))",
        "= exp(-(z - mu).T @ inv(S).T @ inv(S) @ (z - mu) / 2) / ((2 * pi)**(K / 2) * abs(det(S)))",
        "= exp(-(z - mu).T @ inv(S @ S.T) @ (z - mu) / 2) / sqrt((2 * pi)**K * det(S @ S.T))",
        f"= {LINEAR}",
    ],
    [
        FIRST,
        "= N(inv(S) @ (z - mu), 0, I) / abs(det(S))",
        "= exp(-norm2(S**-1 @ (z - mu)) / 2) / (2 * pi)**(K / 2) / abs(det(S))",
        f"= {LINEAR}",
    ],
    [
        LINEAR,
        "= exp(-(z - mu).T @ inv(S @ S.T) @ (z - mu) / 2) / sqrt((2 * pi)**K * det(S @ S.T))",
        "= exp(-(z - mu).T @ inv(S.T) @ inv(S) @ (z - mu) / 2) / sqrt((2 * pi)**K * det(S)**2)",
        "= exp(-z0.T @ z0 / 2) / ((2 * pi)**(K / 2) * abs(det(S)))",
        f"= {FIRST}",
    ],
    [
        "let d = S⁻¹ @ (z - mu)",
        FIRST,
        "= (2 * π)**(-K / 2) * exp(-½ * z0.T @ z0) * abs(det(S))**-1",
        "= (2 * π)**(-K / 2) * exp(-½ * d.T @ d) * abs(det(S))**-1",
        f"= {LINEAR}",
    ],
    [
        FIRST,
        "= exp(-z0.T @ z0 / 2) / sqrt((2 * pi)**K) / sqrt(det(S)**2)",
        "= exp(-z0.T @ z0 / 2) / sqrt((2 * pi)**K * det(S @ S.T))",
        "= exp(-(z - mu).T @ (S @ S.T)**-1 @ (z - mu) / 2) / sqrt((2 * pi)**K * det(S @ S.T))",
        f"= {LINEAR}",
    ],
]
