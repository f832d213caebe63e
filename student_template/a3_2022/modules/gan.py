"""Games of two players: the bilinear game, the Dirac-GAN, and what a discriminator knows."""


def bilinear_update_matrix(lr):
    """Return the matrix of one simultaneous step of the bilinear game.

    Args:
        lr: the step size, a number.

    Returns:
        An array (2, 2) that maps the state [d, g] to the next one.
    """
    raise NotImplementedError


def bilinear_trajectory(d0, g0, lr, steps):
    """Return the states that simultaneous steps of the bilinear game visit.

    Args:
        d0: the discriminator's number at the start.
        g0: the generator's number at the start.
        lr: the step size, a number.
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
        lr: the step size, a number.

    Returns:
        A complex array (2,), in any order.
    """
    raise NotImplementedError


def bilinear_behaviour(lr):
    """Say what many steps do to a state of the bilinear game that is not stationary.

    Args:
        lr: the step size, a number.

    Returns:
        "converges", "constant" or "diverges".
    """
    raise NotImplementedError
