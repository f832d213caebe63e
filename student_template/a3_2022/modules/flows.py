"""Normalizing flows: maps with their inverses and log-determinants, and the divergences that train them."""


def kl_in_data(x, log_p_x, inverse, log_abs_det):
    """Estimate KL[P_X || P_F(U)] in the data space, for any flow F.

    Args:
        x: samples of the data, a tensor (N, D).
        log_p_x: their log-density, a tensor (N,).
        inverse: a callable that takes x (N, D) and returns u = F⁻¹(x), a tensor (N, D).
        log_abs_det: a callable that takes points u (N, D) and returns log |det J_F(u)|, (N,).

    Returns:
        The estimate, a scalar: a mean over the samples.
    """
    raise NotImplementedError


def kl_in_base(x, log_p_x, inverse, log_abs_det):
    """Estimate KL[P_F⁻¹(X) || P_U] in the base space, for any flow F.

    Args:
        x: samples of the data, a tensor (N, D).
        log_p_x: their log-density, a tensor (N,).
        inverse: a callable that takes x (N, D) and returns u = F⁻¹(x), a tensor (N, D).
        log_abs_det: a callable that takes points u (N, D) and returns log |det J_F(u)|, (N,).

    Returns:
        The estimate, a scalar: a mean over the samples.
    """
    raise NotImplementedError


def kl_objective(scenario):
    """Name the divergence that you would minimize.

    Args:
        scenario: "density" (p_X can be evaluated, not sampled) or "samples" (the opposite).

    Returns:
        "forward" or "reverse".
    """
    raise NotImplementedError


def forward_objective(x, inverse, log_abs_det):
    """Return what to minimize over a flow F in order to minimize the forward divergence.

    Args:
        x: samples of the data, a tensor (N, D).
        inverse: a callable that takes x (N, D) and returns u = F⁻¹(x), a tensor (N, D).
        log_abs_det: a callable that takes points u (N, D) and returns log |det J_F(u)|, (N,).

    Returns:
        A scalar, a mean over the samples; what does not depend on F may be left out.
    """
    raise NotImplementedError


def reverse_objective(u, log_p_x, forward, log_abs_det):
    """Return what to minimize over a flow F in order to minimize the reverse divergence.

    Args:
        u: samples of the base, a tensor (N, D).
        log_p_x: a callable that takes points x (N, D) and returns log p_X(x), (N,), perhaps up to
            a constant.
        forward: a callable that takes u (N, D) and returns F(u), a tensor (N, D).
        log_abs_det: a callable that takes points u (N, D) and returns log |det J_F(u)|, (N,).

    Returns:
        A scalar, a mean over the samples; what does not depend on F may be left out.
    """
    raise NotImplementedError


def kl_derivation():
    """Derive line by line: the forward divergence in the data space is the reverse one in the base space.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "E_x(log(p_X(x) / p_FU(x)))",
            "= E_u(log(p_FX(u) / p_U(u)))",
    """
    raise NotImplementedError
