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


def ecll(joint, q):
    """Return the expected complete-data log-likelihood where z takes M values.

    Args:
        joint: p(x, z=m), a tensor (M,) of positive numbers; their sum is p(x).
        q: q(z=m|x), a tensor (M,) of positive numbers of sum 1.

    Returns:
        A scalar.
    """
    raise NotImplementedError


def ecll_terms(joint, q):
    """Return the three terms of the expected complete-data log-likelihood.

    Args:
        joint: p(x, z=m), a tensor (M,) of positive numbers; their sum is p(x).
        q: q(z=m|x), a tensor (M,) of positive numbers of sum 1.

    Returns:
        A tuple of three scalars: log p(x), KL(q || p(z|x)), and what must be subtracted from the first
        minus the second to get ecll(joint, q).
    """
    raise NotImplementedError


def elbo_and_kl(joint, q):
    """Return the evidence lower bound and the divergence from the posterior.

    Args:
        joint: p(x, z=m), a tensor (M,) of positive numbers; their sum is p(x).
        q: q(z=m|x), a tensor (M,) of positive numbers of sum 1.

    Returns:
        A pair of scalars: the ELBO and KL(q || p(z|x)).
    """
    raise NotImplementedError


def elbo_gradient(joint, logits):
    """Return the gradient of the evidence lower bound in the parameters of q = softmax(logits).

    Args:
        joint: p(x, z=m), a tensor (M,) of positive numbers; their sum is p(x).
        logits: the parameters of q, a tensor (M,).

    Returns:
        A tensor (M,).
    """
    raise NotImplementedError


def kl_gradient(joint, logits):
    """Return the gradient of KL(q || p(z|x)) in the parameters of q = softmax(logits).

    Args:
        joint: p(x, z=m), a tensor (M,) of positive numbers; their sum is p(x).
        logits: the parameters of q, a tensor (M,).

    Returns:
        A tensor (M,).
    """
    raise NotImplementedError


def amortized_and_instance_kl(joints, family):
    """Return how far the best shared q, and each example's own best q, are from the posteriors.

    Args:
        joints: p(x_i, z=m), a tensor (n, M) of positive numbers, a row for each example.
        family: the candidates for q, a tensor (F, M) of positive numbers; each row sums to 1.

    Returns:
        A pair of tensors (n,): KL(q || p(z|x_i)) for the one candidate q with the greatest sum of
        the examples' ELBOs, and the same for the candidate with the greatest ELBO of example i.
    """
    raise NotImplementedError


def bigger_gap():
    """Name the approach whose divergence from the posterior is bigger, "instance" or "amortized"."""
    raise NotImplementedError


def better_approach():
    """Name the better approach by three criteria.

    Returns:
        A dict with the keys "marginal_likelihood", "computation" and "memory", whose values are
        "instance" or "amortized".
    """
    raise NotImplementedError
