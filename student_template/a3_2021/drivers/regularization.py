"""Helpers that the cases run together with your functions: means over all masks, and single answers."""

import numpy as np


def kinds(shrinks_evenly):
    """What kind of answer stands under each key."""
    return {
        key: "True or False" if is_truth_value(value) else type(value).__name__
        for key, value in shrinks_evenly().items()
    }


def is_truth_value(value):
    """Whether a value is True or False, of Python, NumPy or PyTorch."""
    return np.ndim(value) == 0 and np.asarray(value).dtype == bool
