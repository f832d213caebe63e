"""Helpers that the cases run together with your functions: models, gradients, all reverse steps, keys."""

import torch


def with_product(function, *arguments):
    """What a function makes of the model t·x."""

    def model(x, t):
        x, t = _checked(x, t)
        return t.to(x.dtype).reshape(-1, *[1] * (x.ndim - 1)) * x

    return function(model, *arguments)


def with_two_models(function, *arguments):
    """What a function makes of the model t·x, and of a model that always answers 0."""
    return with_product(function, *arguments), function(_nothing, *arguments)


def _nothing(x, t):
    return torch.zeros_like(_checked(x, t)[0])


def names_under(function, key):
    """The names that a function's dict holds under a key, sorted; sets cannot leave this process."""
    names = function()[key]
    return sorted({names} if isinstance(names, str) else set(names))


def _checked(x, t):
    """The arguments of a model, as tensors."""
    x, t = torch.as_tensor(x), torch.as_tensor(t)
    if t.shape != x.shape[:1] or t.is_floating_point():
        raise ValueError(
            f"the model needs one integer step for each image: x has the shape {tuple(x.shape)}, "
            f"t has the shape {tuple(t.shape)} and the dtype {t.dtype}"
        )
    return x, t
