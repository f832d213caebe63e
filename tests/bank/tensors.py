"""What the tests of several references share: drawn tensors, comparisons, refusals."""

import pytest
import torch


def randn(seed, *shape, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def close(actual, expected, rtol=1e-11, atol=1e-13):
    expected = torch.as_tensor(expected, dtype=actual.dtype)
    torch.testing.assert_close(actual, expected, rtol=rtol, atol=atol)


def refused(argument, function, *arguments):
    with pytest.raises(ValueError, match=rf"^{argument} must "):
        function(*arguments)


def unnormalized_and_proposal(seed, size):
    """A joint table, not normalized, and a distribution that has nothing to do with it."""
    return 0.3 * randn(seed, size).exp(), randn(seed + 100, size).softmax(0)
