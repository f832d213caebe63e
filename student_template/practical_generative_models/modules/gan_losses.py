"""The losses of generative adversarial networks."""


def vf_wasserstein_distance(x, y, critic):
    """Variational objective of the Wasserstein distance.

    Args:
        x: samples of one distribution, a tensor (B, *).
        y: samples of the other, a tensor (B, *).
        critic: a module from (B, *) to (B,).

    Returns:
        The objective, a tensor () or (1,).
    """
    raise NotImplementedError


def vf_squared_hellinger(x, y, critic):
    """Variational objective of the squared Hellinger distance.

    Args:
        x: samples of one distribution, a tensor (B, *).
        y: samples of the other, a tensor (B, *).
        critic: a module from (B, *) to (B,), any real number.

    Returns:
        The objective, a tensor () or (1,).
    """
    raise NotImplementedError


def lp_reg(x, y, critic):
    """Lipschitz penalty of a critic at random points between x and y.

    Args:
        x: samples of one distribution, a tensor (B, *).
        y: samples of the other, a tensor (B, *).
        critic: a module from (B, *) to (B,).

    Returns:
        The penalty, a tensor () or (1,) with a graph to the critic's parameters.
    """
    raise NotImplementedError
