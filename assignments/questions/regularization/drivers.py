"""Helpers that the cases run together with your functions: means over all masks, and single answers."""

import itertools

import numpy as np


def mean_over_masks(dropout_loss, X, y, w, p):
    """The mean of the loss over all masks, each with its probability: 2^(nd) calls."""
    total = 0.0
    for entries in itertools.product((0.0, 1.0), repeat=X.size):
        mask = np.array(entries).reshape(X.shape)
        kept = int(mask.sum())
        total = total + p**kept * (1 - p) ** (X.size - kept) * dropout_loss(X, y, w, mask)
    return total


def kinds(shrinks_evenly):
    """What kind of answer stands under each key."""
    return {
        key: "True or False" if is_truth_value(value) else type(value).__name__
        for key, value in shrinks_evenly().items()
    }


def is_truth_value(value):
    """Whether a value is True or False, of Python, NumPy or PyTorch."""
    return np.ndim(value) == 0 and np.asarray(value).dtype == bool


def answer(shrinks_evenly, method):
    """The answer for one of the two methods."""
    return shrinks_evenly()[method]
