"""Games of two players: the bilinear game, the Dirac-GAN, and what a discriminator knows."""


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


def discriminator_derivation():
    """Derive line by line: the optimal discriminator, and a density from it.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "grad(f1 * log(D) + f0 * log(1 - D), D) = 0",
            "f1 = f0 * D / (1 - D)",
    """
    raise NotImplementedError
