"""Normalizing flows: maps with their inverses and log-determinants, and the divergences that train them."""


def relu_collision(a, b, c):
    """Return two different numbers with the same value of g(z) = a relu(bz + c).

    Args:
        a: a Python number, like the others.
        b: the slope inside.
        c: the offset inside.

    Returns:
        z1 and z2, two finite numbers, more than 1e-6 apart.
    """
    raise NotImplementedError


def sigmoidal_flow(z, a, b, w):
    """Compute g(z), the logit of a weighted sum of sigmoids, and the logarithm of its derivative.

    Args:
        z: points, a tensor with one axis.
        a: positive slopes, a tensor with one entry for each sigmoid.
        b: offsets, a tensor of the shape of a.
        w: weights, a tensor of the shape of a, with the sum 1.

    Returns:
        g(z) and log |dg/dz|, two tensors of the shape of z.
    """
    raise NotImplementedError


def sigmoidal_flow_inverse(x, a, b, w):
    """Invert `sigmoidal_flow`.

    Args:
        x: images, a tensor (N,).
        a: slopes, a tensor (K,), positive.
        b: offsets, a tensor (K,).
        w: weights, a tensor (K,), non-negative with the sum 1.

    Returns:
        z (N,), whose images are x; no gradient is asked.
    """
    raise NotImplementedError


def residual_inverse(y, f):
    """Invert g(z) = z + f(z).

    Args:
        y: images, a tensor (N,).
        f: a callable that takes a tensor and returns one of the same shape, entry by entry, with a
            derivative above -1.

    Returns:
        z (N,), with z + f(z) = y; no gradient is asked.
    """
    raise NotImplementedError


def residual_log_det(z, f):
    """Return the log-derivative of g(z) = z + f(z).

    Args:
        z: points, a tensor (N,), with or without a graph.
        f: a callable as for `residual_inverse`, made of torch's operations.

    Returns:
        log |dg/dz|, (N,); differentiable in z and in the tensors that f holds.
    """
    raise NotImplementedError


def radial_flow(z, z0, alpha, beta):
    """Map points by a radial layer.

    Args:
        z: points, a tensor (N, D).
        z0: the centre, a tensor (D,).
        alpha: a number or a 0-d tensor, positive.
        beta: a number or a 0-d tensor, at least -alpha.

    Returns:
        x (N, D) and log |det J| (N,); differentiable in all four arguments.
    """
    raise NotImplementedError


def radial_flow_inverse(x, z0, alpha, beta):
    """Invert `radial_flow`.

    Args:
        x: images, a tensor (N, D).
        z0: the centre, a tensor (D,).
        alpha: a number or a 0-d tensor, positive.
        beta: a number or a 0-d tensor, at least -alpha.

    Returns:
        z (N, D).
    """
    raise NotImplementedError


def radial_radius(rho, alpha, beta):
    """Find the distance from the centre before a radial layer from the distance after it.

    Args:
        rho: the distances after the layer, a tensor (N,), not negative.
        alpha: a number or a 0-d tensor, positive.
        beta: a number or a 0-d tensor, at least -alpha.

    Returns:
        The distances r (N,) before the layer, not negative.
    """
    raise NotImplementedError


def planar_flow(z, u, w, b):
    """Map points by a planar layer, z + u tanh(w·z + b).

    Args:
        z: points, a tensor (N, D).
        u: the direction of the movement, a tensor (D,), used as it is.
        w: a tensor (D,).
        b: a number or a 0-d tensor.

    Returns:
        x (N, D) and log |det J| (N,); differentiable in all four arguments.
    """
    raise NotImplementedError


def planar_constrain(u, w):
    """Move u along w until the planar layer with it is invertible.

    Args:
        u: a tensor (D,).
        w: a tensor (D,), not 0.

    Returns:
        The vector (D,) that differs from u in the direction of w only and whose product with w
        is -1 + log(1 + exp(w·u)).
    """
    raise NotImplementedError


def flow_log_likelihood(x, layers):
    """Return the log-density of a flow of radial layers with a standard normal base.

    Args:
        x: points, a tensor (N, D).
        layers: a list of (z0, alpha, beta), the layer nearest to the base first; may be empty.

    Returns:
        The log-density at each point, (N,); differentiable in x and in what the layers hold.
    """
    raise NotImplementedError


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
