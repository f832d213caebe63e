"""Normalizing flows: maps with their inverses and log-determinants, and the divergences that train them."""


def forward_kl(x, log_p_x, layers):
    """Estimate the divergence of the flow's distribution from that of the data.

    Args:
        x: samples of the data, a tensor (N, D).
        log_p_x: their log-density, a tensor (N,).
        layers: a list of (z0, alpha, beta), the layer nearest to the base first; may be empty.

    Returns:
        The estimate of D[P_X || P_F(U)], one number; differentiable in log_p_x and in what the
        layers hold.
    """
    raise NotImplementedError


def forward_kl_in_base(x, log_p_x, layers):
    """Estimate the divergence of the base from the data that are pulled back to it.

    Args:
        x: samples of the data, a tensor (N, D).
        log_p_x: their log-density, a tensor (N,).
        layers: a list of (z0, alpha, beta), the layer nearest to the base first; may be empty.

    Returns:
        The estimate of D[P_F⁻¹(X) || P_U], one number; differentiable in log_p_x and in what the
        layers hold.
    """
    raise NotImplementedError


def reverse_kl(u, layers, log_p_x):
    """Estimate the divergence of the data's distribution from that of the flow.

    Args:
        u: samples of the base, a tensor (N, D).
        layers: a list of (z0, alpha, beta), the layer nearest to the base first; may be empty.
        log_p_x: a callable that takes points, a tensor (N, D), and returns their log-density (N,).

    Returns:
        The estimate of D[P_F(U) || P_X], one number; differentiable in what the layers hold.
    """
    raise NotImplementedError


def kl_objective(scenario):
    """Say which divergence can be minimized.

    Args:
        scenario: "density" (p_X can be evaluated, not sampled) or "samples" (the opposite).

    Returns:
        "forward" or "reverse".
    """
    raise NotImplementedError
