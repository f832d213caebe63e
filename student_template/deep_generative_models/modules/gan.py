"""Games of two players: the bilinear game, the Dirac-GAN, and what a discriminator knows."""


def bilinear_update_matrix(lr):
    """Return the matrix of one simultaneous step of the bilinear game.

    Args:
        lr: the learning rate, a number.

    Returns:
        An array (2, 2) that maps the state [d, g] to the next one.
    """
    raise NotImplementedError


def bilinear_trajectory(d0, g0, lr, steps):
    """Return the states that simultaneous steps of the bilinear game visit.

    Args:
        d0: the discriminator's number at the start.
        g0: the generator's number at the start.
        lr: the learning rate, a number.
        steps: the number of steps, 0 or more.

    Returns:
        An array (steps + 1, 2); row k is the state [d, g] after k steps.
    """
    raise NotImplementedError


def bilinear_stationary_point():
    """Return the state [d, g] at which the derivatives of the bilinear game's value vanish.

    Returns:
        An array (2,).
    """
    raise NotImplementedError


def bilinear_eigenvalues(lr):
    """Return the eigenvalues of the bilinear game's update matrix.

    Args:
        lr: the learning rate, a number.

    Returns:
        A complex array (2,), in any order.
    """
    raise NotImplementedError


def bilinear_behaviour(lr):
    """Say what many steps do to a state of the bilinear game that is not stationary.

    Args:
        lr: the learning rate, a number.

    Returns:
        "converges", "constant" or "diverges".
    """
    raise NotImplementedError


def dirac_velocity(state, gamma=0.0):
    """Return the velocity of the Dirac-GAN.

    Args:
        state: (psi_0, psi_1, theta), an array (3,).
        gamma: the weight of the penalty, a number, at least 0.

    Returns:
        An array (3,): the velocities of psi_0, psi_1 and theta.
    """
    raise NotImplementedError


def dirac_stationary_point(gamma=0.0):
    """Return the state (psi_0, psi_1, theta) at which the Dirac-GAN rests.

    Args:
        gamma: the weight of the penalty, a number, at least 0.

    Returns:
        An array (3,).
    """
    raise NotImplementedError


def dirac_rest_jacobian(gamma=0.0):
    """Return the Jacobian of the Dirac-GAN's velocity at the stationary point.

    Args:
        gamma: the weight of the penalty, a number, at least 0.

    Returns:
        An array (3, 3); row i holds the partial derivatives of component i of the velocity.
    """
    raise NotImplementedError


def dirac_jacobian(state, gamma=0.0):
    """Return the Jacobian of the Dirac-GAN's velocity at any state.

    Args:
        state: (psi_0, psi_1, theta), an array (3,).
        gamma: the weight of the penalty, a number, at least 0.

    Returns:
        An array (3, 3); row i holds the partial derivatives of component i of the velocity.
    """
    raise NotImplementedError


def dirac_eigenvalues(gamma=0.0):
    """Return the eigenvalues of the Dirac-GAN's Jacobian at the stationary point.

    Args:
        gamma: the weight of the penalty, a number, at least 0.

    Returns:
        A complex array (3,), in any order.
    """
    raise NotImplementedError


def dirac_stability(gamma=0.0):
    """Say what the eigenvalues tell about the Dirac-GAN's stability at the stationary point.

    Args:
        gamma: the weight of the penalty, a number, at least 0.

    Returns:
        "stable", "unstable" or "undecided".
    """
    raise NotImplementedError


def dirac_is_stable(gamma=0.0):
    """Say whether all eigenvalues at the Dirac-GAN's stationary point have negative real parts.

    Args:
        gamma: the weight of the penalty, a number, at least 0.

    Returns:
        True or False; a real part of exactly 0 is not negative.
    """
    raise NotImplementedError


def jsd_from_discriminator(d_real, d_fake):
    """Estimate the Jensen-Shannon divergence from the outputs of a discriminator.

    Args:
        d_real: its outputs on a sample of p_1, the real data, probabilities, an array (N,).
        d_fake: its outputs on a sample of p_0, the generator's, probabilities, an array (M,).

    Returns:
        A number, in nats.
    """
    raise NotImplementedError


def optimal_discriminator(f1, f0):
    """Return the output of the best possible discriminator at some points.

    Args:
        f1: the density f_1, of the real data, at the points, an array.
        f0: the density f_0, of the generator, at the points, an array of the same shape.

    Returns:
        An array of that shape: the probability of being real (drawn from p_1).
    """
    raise NotImplementedError


def density_from_discriminator(f0, d):
    """Return the density f_1 of the real data for which a discriminator is the best possible one.

    Args:
        f0: the density f_0, of the generator, at some points, an array.
        d: the discriminator's outputs at the points, probabilities, an array of the same shape.

    Returns:
        An array of that shape.
    """
    raise NotImplementedError
