"""Many estimates at once: a batch of equal rows."""

import torch


def estimates(function, rows, count, *num_samples):
    """The estimates for a batch that repeats one example so many times."""
    torch.manual_seed(1)
    batch = [row.expand(count, *row.shape[1:]).contiguous() for row in rows]
    return function(*batch, *num_samples)


def chosen(function, rows):
    """The estimate of one call with the default number of samples."""
    return function(*rows)
