"""The functions of a variational auto-encoder."""


def log_likelihood_bernoulli(mu, target):
    """Log-likelihood of each example under independent Bernoulli variables.

    Args:
        mu: means, a tensor (B, *).
        target: what was observed, 0 or 1, a tensor (B, *).

    Returns:
        The log-likelihoods, a tensor (B,).
    """
    raise NotImplementedError


def log_likelihood_normal(mu, logvar, z):
    """Log-density of each example under a Gaussian with a diagonal covariance.

    Args:
        mu: means, a tensor (B, *).
        logvar: natural logarithms of the variances, a tensor (B, *).
        z: where the density is asked for, a tensor (B, *).

    Returns:
        The log-densities, a tensor (B,).
    """
    raise NotImplementedError


def log_mean_exp(y):
    """Logarithm of the mean exponential of each row.

    Args:
        y: a tensor (B, S).

    Returns:
        A tensor (B,).
    """
    raise NotImplementedError


def kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p):
    """KL(q || p) of Gaussians with diagonal covariances, in closed form.

    Args:
        mu_q: means of q, a tensor (B, *).
        logvar_q: natural logarithms of its variances, a tensor (B, *).
        mu_p: means of p, a tensor (B, *).
        logvar_p: natural logarithms of its variances, a tensor (B, *).

    Returns:
        The divergences, a tensor (B,).
    """
    raise NotImplementedError


def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
    """KL(q || p) of the same Gaussians, estimated from samples of q.

    Args:
        mu_q: means of q, a tensor (B, *).
        logvar_q: natural logarithms of its variances, a tensor (B, *).
        mu_p: means of p, a tensor (B, *).
        logvar_p: natural logarithms of its variances, a tensor (B, *).
        num_samples: how many samples of q each example gets.

    Returns:
        The estimates, a tensor (B,).
    """
    raise NotImplementedError
