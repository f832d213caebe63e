"""Receptive fields of two masked layers whose masks open below the pixel's own row."""


def field_aa():
    """Give the receptive field of output pixel 34 with mask A in the first layer and A in the second.

    Returns:
        A grid (5, 5) of 0 and 1, or a list of the labels of the open pixels.
    """
    raise NotImplementedError


def field_ab():
    """Give the receptive field of output pixel 34 with mask A in the first layer and B in the second.

    Returns:
        A grid (5, 5) of 0 and 1, or a list of the labels of the open pixels.
    """
    raise NotImplementedError


def field_ba():
    """Give the receptive field of output pixel 34 with mask B in the first layer and A in the second.

    Returns:
        A grid (5, 5) of 0 and 1, or a list of the labels of the open pixels.
    """
    raise NotImplementedError


def field_bb():
    """Give the receptive field of output pixel 34 with mask B in the first layer and B in the second.

    Returns:
        A grid (5, 5) of 0 and 1, or a list of the labels of the open pixels.
    """
    raise NotImplementedError
