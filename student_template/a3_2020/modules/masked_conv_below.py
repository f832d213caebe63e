"""Receptive fields of two masked layers whose masks open below the pixel's own row."""


def field_aa():
    """Give the receptive field of output pixel 34 under mask A, then mask A.

    Returns:
        The map (5, 5) of 0 and 1, or a list of the numbers of its pixels.
    """
    raise NotImplementedError


def field_ab():
    """Give the receptive field of output pixel 34 under mask A, then mask B.

    Returns:
        The map (5, 5) of 0 and 1, or a list of the numbers of its pixels.
    """
    raise NotImplementedError


def field_ba():
    """Give the receptive field of output pixel 34 under mask B, then mask A.

    Returns:
        The map (5, 5) of 0 and 1, or a list of the numbers of its pixels.
    """
    raise NotImplementedError


def field_bb():
    """Give the receptive field of output pixel 34 under mask B, then mask B.

    Returns:
        The map (5, 5) of 0 and 1, or a list of the numbers of its pixels.
    """
    raise NotImplementedError
