"""Variational autoencoders: densities, divergences, and the linear-Gaussian model, exactly."""


def gaussian_log_density(x, mean, log_var):
    """Return the log-density of Gaussians with diagonal covariance.

    Args:
        x: points, a tensor (N, D).
        mean: means, (N, D).
        log_var: logarithms of the variances, (N, D).

    Returns:
        A tensor (N,): one log-density a row.
    """
    raise NotImplementedError


def bernoulli_log_density(x, logits):
    """Return the log-probability of independent Bernoulli variables.

    Args:
        x: values between 0 and 1, both included, a tensor (N, D).
        logits: log-odds of a 1, (N, D).

    Returns:
        A tensor (N,): one log-probability a row. Differentiable in logits.
    """
    raise NotImplementedError


def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p):
    """Return the Kullback-Leibler divergence KL(q || p) of diagonal Gaussians.

    Args:
        mu_q: means of q, a tensor (N, K).
        log_var_q: logarithms of the variances of q, (N, K).
        mu_p: means of p, (N, K).
        log_var_p: logarithms of the variances of p, (N, K).

    Returns:
        A tensor (N,): one divergence a row. Differentiable in all four arguments.
    """
    raise NotImplementedError


def kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps):
    """Estimate KL(q || p) of diagonal Gaussians from reparameterized samples of q.

    Args:
        mu_q: means of q, a tensor (N, K).
        log_var_q: logarithms of the variances of q, (N, K).
        mu_p: means of p, (N, K).
        log_var_p: logarithms of the variances of p, (N, K).
        eps: standard normal draws, (S, N, K): S samples for each row.

    Returns:
        A tensor (N,): one estimate a row. Differentiable in the first four arguments, also
        through the samples.
    """
    raise NotImplementedError


def log_marginal(x, W, b, noise_var):
    """Return the log-evidence log p(x) of the linear-Gaussian model.

    Args:
        x: examples, a tensor (N, D).
        W: (D, K).
        b: (D,).
        noise_var: the variance s^2 > 0 of the noise, a number or a 0-d tensor.

    Returns:
        A tensor (N,).
    """
    raise NotImplementedError


def true_posterior(x, W, b, noise_var):
    """Return mean and covariance of the exact posterior p(z|x).

    Args:
        x: examples, a tensor (N, D).
        W: (D, K).
        b: (D,).
        noise_var: the variance s^2 > 0 of the noise, a number or a 0-d tensor.

    Returns:
        A pair: the means (N, K), and the covariance (K, K), which all examples share.
    """
    raise NotImplementedError


def elbo(x, mu, log_var, W, b, noise_var):
    """Return the evidence lower bound of every example, exactly.

    Args:
        x: examples, a tensor (N, D).
        mu: means of q(z|x), (N, K).
        log_var: logarithms of the variances of q(z|x), (N, K).
        W: (D, K).
        b: (D,).
        noise_var: the variance s^2 > 0 of the noise, a number or a 0-d tensor.

    Returns:
        A tensor (N,). Differentiable in mu and log_var.
    """
    raise NotImplementedError


def posterior_kl(x, mu, log_var, W, b, noise_var):
    """Return KL(q(z|x) || p(z|x)) of every example, exactly.

    Args:
        x: examples, a tensor (N, D).
        mu: means of q(z|x), (N, K).
        log_var: logarithms of the variances of q(z|x), (N, K).
        W: (D, K).
        b: (D,).
        noise_var: the variance s^2 > 0 of the noise, a number or a 0-d tensor.

    Returns:
        A tensor (N,).
    """
    raise NotImplementedError


def expected_complete_log_likelihood(x, mu, log_var, W, b, noise_var):
    """Return the expectation of log p(x|z) p(z) under q(z|x) for every example, exactly.

    Args:
        x: examples, a tensor (N, D).
        mu: means of q(z|x), (N, K).
        log_var: logarithms of the variances of q(z|x), (N, K).
        W: (D, K).
        b: (D,).
        noise_var: the variance s^2 > 0 of the noise, a number or a 0-d tensor.

    Returns:
        A tensor (N,). Differentiable in W and b.
    """
    raise NotImplementedError


def instance_optimal_q(x, W, b, noise_var):
    """Return, for every example, the diagonal Gaussian with the greatest ELBO.

    Args:
        x: examples, a tensor (N, D).
        W: (D, K).
        b: (D,).
        noise_var: the variance s^2 > 0 of the noise, a number or a 0-d tensor.

    Returns:
        A pair: the means (N, K) and the logarithms of the variances (N, K).
    """
    raise NotImplementedError


def amortized_optimal_q(x, W, b, noise_var):
    """Return the one diagonal Gaussian, shared by all examples, with the greatest total ELBO.

    Args:
        x: examples, a tensor (N, D).
        W: (D, K).
        b: (D,).
        noise_var: the variance s^2 > 0 of the noise, a number or a 0-d tensor.

    Returns:
        A pair: the mean (K,) and the logarithms of the variances (K,).
    """
    raise NotImplementedError


def bigger_gap():
    """Name the approach with the bigger gap: "instance" or "amortized"."""
    raise NotImplementedError


def better_approach():
    """Name the better approach by three criteria.

    Returns:
        A dict with the keys "marginal_likelihood", "computation" and "memory", whose values are
        "instance" or "amortized".
    """
    raise NotImplementedError
