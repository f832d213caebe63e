"""Games of two players: the bilinear game, the Dirac-GAN, and what a discriminator knows."""


def bilinear_update_matrix(lr):
    """Return the matrix of one simultaneous step of the bilinear game.

    Args:
        lr: the learning rate, a number.

    Returns:
        An array (2, 2) that maps the state [d, g] to the next one.
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
