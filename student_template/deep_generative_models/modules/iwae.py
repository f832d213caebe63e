"""Importance-weighted bounds: log-weights, the bound from samples, and what it does to the proposal."""


def log_importance_weights(x, z, mu, log_var, W, b, noise_var):
    """Compute log p(x, z) - log q(z|x) in the linear-Gaussian model.

    Args:
        x: examples, a tensor (N, D).
        z: K samples for every example, a tensor (K, N, D_z).
        mu: the means of q, a tensor (N, D_z).
        log_var: the logarithms of the variances of q, a tensor (N, D_z).
        W: a tensor (D, D_z).
        b: a tensor (D,).
        noise_var: the variance of x given z, a positive number or 0-d tensor.

    Returns:
        A tensor (K, N), one log-weight a sample and example. Differentiable in z, mu, log_var, W
        and b.
    """
    raise NotImplementedError


def iwae_bound(log_w):
    """Estimate the importance-weighted bound of every example from its log-weights.

    Args:
        log_w: log-weights, a tensor (K, N); minus infinity stands for a weight of 0.

    Returns:
        A tensor (N,). Differentiable in log_w.
    """
    raise NotImplementedError


def normalized_weights(log_w):
    """Divide every weight by the sum of the K weights of its example.

    Args:
        log_w: log-weights, a tensor (K, N); minus infinity stands for a weight of 0.

    Returns:
        A tensor (K, N) of weights, not of their logarithms.
    """
    raise NotImplementedError


def discrete_elbo(joint, q):
    """Compute the evidence lower bound L_1 of a latent with M values.

    Args:
        joint: p(x, z=m), a tensor (M,).
        q: the proposal, a tensor (M,) of positive numbers, of sum 1 or not.

    Returns:
        A scalar.
    """
    raise NotImplementedError


def discrete_iwae(joint, q, K):
    """Compute the importance-weighted bound L_K of a latent with M values, exactly.

    Args:
        joint: p(x, z=m), a tensor (M,).
        q: the proposal, a tensor (M,) of positive numbers of sum 1.
        K: the number of samples, an integer of at least 1.

    Returns:
        A scalar.
    """
    raise NotImplementedError


def refined_proposal(joint, q, rest):
    """Compute the refined proposal at all M values of z, given the other samples.

    Args:
        joint: p(x, z=m), a tensor (M,).
        q: the proposal, a tensor (M,) of positive numbers of sum 1.
        rest: the other K - 1 samples, a list of indices from 0 to M - 1.

    Returns:
        A tensor (M,), not normalized.
    """
    raise NotImplementedError


def expected_refined_proposal(joint, q, K):
    """Compute the mean of the refined proposal over the other K - 1 samples, exactly.

    Args:
        joint: p(x, z=m), a tensor (M,).
        q: the proposal, a tensor (M,) of positive numbers of sum 1.
        K: the number of samples, an integer of at least 1.

    Returns:
        A tensor (M,).
    """
    raise NotImplementedError


def bounds_in_order():
    """Order the four quantities "L_1[q]", "L_K[q]", "L_1[q_K]" and "log p".

    Returns:
        A tuple or a list of the four names, from the least to the greatest.
    """
    raise NotImplementedError
