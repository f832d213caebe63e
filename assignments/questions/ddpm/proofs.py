"""True derivations by different roads, for `autograder validate`; no student gets this file."""

POSTERIOR = (
    "N(xt, sqrt(alpha) * x, beta) * N(x, sqrt(abar1) * x0, 1 - abar1) "
    "/ N(xt, sqrt(abar) * x0, 1 - abar)"
)
POSTERIOR_END = "N(x, mu, btilde)"
BOUND_END = (
    "E(log(p_x0_given_x1)) - E(KL(q_x1_given_x2, p_x1_given_x2, x1)) "
    "- E(KL(q_x2_given_x3, p_x2_given_x3, x2)) - KL(q_x3, p_x3, x3)"
)
MEAN = "sqrt(abar1) * beta / (1 - abar) * x0 + sqrt(alpha) * (1 - abar1) / (1 - abar) * xt"
MEAN_END = "(xt - beta / sqrt(1 - abar) * eps) / sqrt(alpha)"
LOSS = "E(KL_N(mu, btilde, mu_theta, sigma2))"
LOSS_END = "E(lam * norm2(eps - eps_theta))"

PRECISION = "let s = alpha / beta + 1 / (1 - abar1)"
CENTRE = "let c = (sqrt(alpha) * xt / beta + sqrt(abar1) * x0 / (1 - abar1)) / s"

posterior_derivation = [
    [
        POSTERIOR,
        "~ exp(-(xt - sqrt(alpha) * x)**2 / (2 * beta)) "
        "* exp(-(x - sqrt(abar1) * x0)**2 / (2 * (1 - abar1)))",
        "= exp(-((xt - sqrt(alpha) * x)**2 / beta + (x - sqrt(abar1) * x0)**2 / (1 - abar1)) / 2)",
        "~ exp(-((alpha / beta + 1 / (1 - abar1)) * x**2 "
        "- 2 * (sqrt(alpha) * xt / beta + sqrt(abar1) * x0 / (1 - abar1)) * x) / 2)",
        "~ exp(-(x - (sqrt(alpha) * xt / beta + sqrt(abar1) * x0 / (1 - abar1)) "
        "/ (alpha / beta + 1 / (1 - abar1)))**2 * (alpha / beta + 1 / (1 - abar1)) / 2)",
        "= exp(-(x - mu)**2 / (2 * btilde))",
        f"~ {POSTERIOR_END}",
    ],
    [
        PRECISION,
        CENTRE,
        POSTERIOR,
        "~ N(xt, sqrt(alpha) * x, beta) * N(x, sqrt(abar1) * x0, 1 - abar1)",
        "~ exp(-((xt - sqrt(alpha) * x)**2 / beta + (x - sqrt(abar1) * x0)**2 / (1 - abar1)) / 2)",
        "~ exp(-s / 2 * (x**2 - 2 * c * x))",
        "~ exp(-s / 2 * (x - c)**2)",
        f"~ {POSTERIOR_END}",
    ],
    [
        POSTERIOR_END,
        "~ exp(-(x - mu)**2 / (2 * btilde))",
        "~ exp(-(x**2 - 2 * mu * x) / (2 * btilde))",
        "~ exp(-x**2 * (alpha / beta + 1 / (1 - abar1)) / 2 "
        "+ x * (sqrt(alpha) * xt / beta + sqrt(abar1) * x0 / (1 - abar1)))",
        "~ exp(-(xt - sqrt(alpha) * x)**2 / (2 * beta) "
        "- (x - sqrt(abar1) * x0)**2 / (2 * (1 - abar1)))",
        f"~ {POSTERIOR}",
    ],
    [
        POSTERIOR,
        "~ exp(-((xt - sqrt(alpha) * x)**2 / beta + (x - sqrt(abar1) * x0)**2 / (1 - abar1) "
        "- (xt - sqrt(abar) * x0)**2 / (1 - abar)) / 2)",
        "= exp(-(x - (sqrt(abar1) * beta / (1 - abar) * x0 "
        "+ sqrt(alpha) * (1 - abar1) / (1 - abar) * xt))**2 / (2 * btilde))",
        "~ N(x, sqrt(abar1) * beta / (1 - abar) * x0 "
        "+ sqrt(alpha) * (1 - abar1) / (1 - abar) * xt, (1 - abar1) / (1 - abar) * beta)",
        f"~ {POSTERIOR_END}",
    ],
    [
        POSTERIOR,
        "∝ exp(−½ * ((xₜ − sqrt(α) * x)² / β + (x − sqrt(ᾱ1) * x₀)² / (1 − ᾱ1)))",
        "∝ exp(−½ * ((α / β + 1 / (1 − ᾱ1)) * x² − 2 * x * (sqrt(α) * xₜ / β + sqrt(ᾱ1) * x₀ / (1 − ᾱ1))))",
        "= exp(−(x² − 2 * x * μ) / (2 * β̃))",
        "∝ exp(−(x − μ)² / (2 * β̃))",
        f"∝ {POSTERIOR_END}",
    ],
]

bound_derivation = [
    [
        "log(p_x0)",
        "= log(sum(p_all))",
        "= log(sum(q_all * p_all / q_all))",
        "= log(E(p_all / q_all))",
        ">= E(log(p_all / q_all))",
        "= E(log(p_x3 * p_x2_given_x3 * p_x1_given_x2 * p_x0_given_x1 "
        "/ (q_x1 * q_x2_given_x1 * q_x3_given_x2)))",
        "= E(log(p_x3 * p_x2_given_x3 * p_x1_given_x2 * p_x0_given_x1 "
        "/ (q_x1 * (q_x1_given_x2 * q_x2 / q_x1) * (q_x2_given_x3 * q_x3 / q_x2))))",
        "= E(log(p_x0_given_x1) + log(p_x1_given_x2 / q_x1_given_x2) "
        "+ log(p_x2_given_x3 / q_x2_given_x3) + log(p_x3 / q_x3))",
        f"= {BOUND_END}",
    ],
    [
        "log(p_x0)",
        ">= E(log(p_all) - log(q_all))",
        "= E(log(p_x0_given_x1) + log(p_x1_given_x2 / q_x2_given_x1) "
        "+ log(p_x2_given_x3 / q_x3_given_x2) + log(p_x3 / q_x1))",
        "= E(log(p_x0_given_x1) + log(p_x1_given_x2 * q_x1 / (q_x1_given_x2 * q_x2)) "
        "+ log(p_x2_given_x3 * q_x2 / (q_x2_given_x3 * q_x3)) + log(p_x3 / q_x1))",
        "= E(log(p_x0_given_x1)) - E(log(q_x1_given_x2 / p_x1_given_x2)) "
        "- E(log(q_x2_given_x3 / p_x2_given_x3)) - E(log(q_x3 / p_x3))",
        f">= {BOUND_END}",
    ],
    [
        "log(p_x0)",
        "= log(E(p_all / q_all))",
        "= log(E(p_all / (q_x1_given_x2 * q_x2_given_x3 * q_x3)))",
        ">= E(log(p_all / (q_x1_given_x2 * q_x2_given_x3 * q_x3)))",
        "= E(log(p_x0_given_x1)) - E(log(q_x1_given_x2 / p_x1_given_x2)) "
        "- E(log(q_x2_given_x3 / p_x2_given_x3)) - E(log(q_x3 / p_x3))",
        f"= {BOUND_END}",
    ],
    [
        "log(p_x0)",
        "= log(sum(q_all * (p_all / q_all)))",
        ">= sum(q_all * log(p_all / q_all))",
        "= E(log(p_all / q_all))",
        "= E(log(p_x3 / q_x3)) + E(log(p_x2_given_x3 / q_x2_given_x3)) "
        "+ E(log(p_x1_given_x2 / q_x1_given_x2)) + E(log(p_x0_given_x1))",
        "= -KL(q_x3, p_x3, x3) - E(KL(q_x2_given_x3, p_x2_given_x3, x2)) "
        "- E(KL(q_x1_given_x2, p_x1_given_x2, x1)) + E(log(p_x0_given_x1))",
        f"= {BOUND_END}",
    ],
    [
        "let r = p_all / q_all",
        "log(p_x0)",
        "= log(E(r))",
        ">= E(log(r))",
        "= E(log(p_x3) + log(p_x2_given_x3) + log(p_x1_given_x2) + log(p_x0_given_x1) "
        "- log(q_x3) - log(q_x2_given_x3) - log(q_x1_given_x2))",
        "= E(log(p_x0_given_x1)) - E(KL(q_x1_given_x2, p_x1_given_x2, x1)) "
        "+ E(log(p_x2_given_x3 / q_x2_given_x3)) - KL(q_x3, p_x3, x3)",
        f"= {BOUND_END}",
    ],
]

mean_derivation = [
    [
        MEAN,
        "= sqrt(abar1) * beta / (1 - abar) * (xt - sqrt(1 - abar) * eps) / sqrt(abar) "
        "+ sqrt(alpha) * (1 - abar1) / (1 - abar) * xt",
        "= beta / ((1 - abar) * sqrt(alpha)) * (xt - sqrt(1 - abar) * eps) "
        "+ sqrt(alpha) * (1 - abar1) / (1 - abar) * xt",
        "= (beta + alpha * (1 - abar1)) / ((1 - abar) * sqrt(alpha)) * xt "
        "- beta / (sqrt(alpha) * sqrt(1 - abar)) * eps",
        "= xt / sqrt(alpha) - beta / (sqrt(alpha) * sqrt(1 - abar)) * eps",
        f"= {MEAN_END}",
    ],
    [
        "let x = (xt - sqrt(1 - abar) * eps) / sqrt(abar)",
        MEAN,
        "= sqrt(abar1) * beta / (1 - abar) * x + sqrt(alpha) * (1 - abar1) / (1 - abar) * xt",
        "= (beta * xt - beta * sqrt(1 - abar) * eps + alpha * (1 - abar1) * xt) "
        "/ (sqrt(alpha) * (1 - abar))",
        "= ((1 - alpha + alpha - abar) * xt - beta * sqrt(1 - abar) * eps) "
        "/ (sqrt(alpha) * (1 - abar))",
        f"= {MEAN_END}",
    ],
    [
        MEAN_END,
        "= (sqrt(abar) * x0 + sqrt(1 - abar) * eps - beta / sqrt(1 - abar) * eps) / sqrt(alpha)",
        "= sqrt(abar1) * x0 + (1 - abar - beta) / (sqrt(1 - abar) * sqrt(alpha)) * eps",
        "= sqrt(abar1) * x0 + sqrt(alpha) * (1 - abar1) / sqrt(1 - abar) * eps",
        "= sqrt(abar1) * x0 + sqrt(alpha) * (1 - abar1) / (1 - abar) * (xt - sqrt(abar) * x0)",
        f"= {MEAN}",
    ],
    [
        MEAN,
        "= sqrt(abar1) * beta / (1 - abar) * x0 "
        "+ sqrt(alpha) * (1 - abar1) / (1 - abar) * (sqrt(abar) * x0 + sqrt(1 - abar) * eps)",
        "= sqrt(abar1) * x0 + sqrt(alpha) * (1 - abar1) / sqrt(1 - abar) * eps",
        "= sqrt(abar) / sqrt(alpha) * x0 + (alpha - abar) / (sqrt(alpha) * sqrt(1 - abar)) * eps",
        "= (xt - sqrt(1 - abar) * eps) / sqrt(alpha) "
        "+ (1 - beta - abar) / (sqrt(alpha) * sqrt(1 - abar)) * eps",
        f"= {MEAN_END}",
    ],
    [
        MEAN,
        "= sqrt(ᾱ1) * β / ((1 − ᾱ) * sqrt(ᾱ)) * (xₜ − sqrt(1 − ᾱ) * ε) + sqrt(α) * (1 − ᾱ1) / (1 − ᾱ) * xₜ",
        "= (β / (sqrt(α) * (1 − ᾱ)) + sqrt(α) * (1 − ᾱ1) / (1 − ᾱ)) * xₜ − β / (sqrt(α) * sqrt(1 − ᾱ)) * ε",
        "= 1 / sqrt(α) * xₜ − β / (sqrt(α) * sqrt(1 − ᾱ)) * ε",
        f"= {MEAN_END}",
    ],
]

loss_derivation = [
    [
        LOSS,
        "= E(d / 2 * (btilde / sigma2 - 1 - log(btilde / sigma2)) "
        "+ norm2(mu - mu_theta) / (2 * sigma2))",
        "~ E(norm2(mu - mu_theta) / (2 * sigma2))",
        "= E(norm2((xt - beta / sqrt(1 - abar) * eps) / sqrt(alpha) "
        "- (xt - beta / sqrt(1 - abar) * eps_theta) / sqrt(alpha)) / (2 * sigma2))",
        "= E(norm2(beta / sqrt(alpha * (1 - abar)) * (eps_theta - eps)) / (2 * sigma2))",
        "= E(beta**2 / (2 * sigma2 * alpha * (1 - abar)) * norm2(eps - eps_theta))",
        f"= {LOSS_END}",
    ],
    [
        LOSS,
        "~ E(norm2(mu - mu_theta)) / (2 * sigma2)",
        "= E(norm2(beta / sqrt(1 - abar) * (eps_theta - eps) / sqrt(alpha))) / (2 * sigma2)",
        "= beta**2 / (2 * sigma2 * alpha * (1 - abar)) * E(norm2(eps - eps_theta))",
        f"~ {LOSS_END}",
    ],
    [
        LOSS_END,
        "= E(beta**2 / (2 * sigma2 * alpha * (1 - abar)) * norm2(eps - eps_theta))",
        "= E(norm2(mu - mu_theta)) / (2 * sigma2)",
        "~ E((norm2(mu - mu_theta) + d * btilde) / (2 * sigma2) - d / 2 + d / 2 * log(sigma2 / btilde))",
        f"= {LOSS}",
    ],
    [
        "let c = beta / (sqrt(alpha) * sqrt(1 - abar))",
        LOSS,
        "~ E((mu - mu_theta).T @ (mu - mu_theta)) / (2 * sigma2)",
        "= E((c * (eps_theta - eps)).T @ (c * (eps_theta - eps))) / (2 * sigma2)",
        "= c**2 / (2 * sigma2) * E(norm2(eps_theta - eps))",
        "= lam * E(norm2(eps - eps_theta))",
        f"= {LOSS_END}",
    ],
    [
        LOSS,
        "= ½ * E(log(sigma2 / btilde) * d - d + d * btilde / sigma2 + norm2(mu_theta - mu) / sigma2)",
        "~ ½ * E(norm2(mu_theta - mu) / sigma2)",
        "= ½ * E(norm2((xt − β / sqrt(1 − ᾱ) * ε_θ − xt + β / sqrt(1 − ᾱ) * ε) / sqrt(α)) / sigma2)",
        "= E(β² / (2 * sigma2 * α * (1 − ᾱ)) * norm2(ε − ε_θ))",
        f"~ {LOSS_END}",
    ],
]
