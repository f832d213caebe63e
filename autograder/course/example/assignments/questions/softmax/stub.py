"""The softmax of a classifier's logits, and its loss."""


def log_softmax(logits):
    """Return the logarithm of the softmax of each row.

    Args:
        logits: a tensor (N, K), N and K at least 1.

    Returns:
        A tensor (N, K).
    """
    raise NotImplementedError


def cross_entropy(logits, labels):
    """Return the mean over the batch of the negative log-probability of the right class.

    Args:
        logits: a tensor (N, K), N and K at least 1.
        labels: a tensor (N,) of whole numbers (torch.int64) from 0 to K - 1.

    Returns:
        A tensor without axes.
    """
    raise NotImplementedError
