"""Softmax and cross-entropy.

Source: C. M. Bishop, Pattern Recognition and Machine Learning, Springer 2006, section 4.3.4.
"""

from __future__ import annotations

import torch
from torch import Tensor


def log_softmax(logits: Tensor) -> Tensor:
    """Logarithm of the softmax of each row, finite for logits of any size.

    Args:
        logits: ``(N, K)``.

    Returns:
        ``(N, K)``.
    """
    return logits - logits.logsumexp(dim=1, keepdim=True)


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean over the batch of the negative log-probability of the right class.

    Args:
        logits: ``(N, K)``.
        labels: ``(N,)``, whole numbers from 0 to K - 1.

    Returns:
        Without axes.
    """
    rows = torch.arange(len(labels))
    return -log_softmax(logits)[rows, labels].mean()
