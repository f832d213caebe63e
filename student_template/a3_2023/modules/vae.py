"""Variational autoencoders: densities, divergences, and the linear-Gaussian model, exactly."""


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


def elbo_derivation():
    """Derive line by line: the log-evidence as the evidence lower bound and a divergence.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "log(p_x)",
            "= E(log(p_x_given_z)) - KL(q, p_z) + KL(q, p_z_given_x)",
    """
    raise NotImplementedError
