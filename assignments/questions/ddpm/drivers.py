"""Helpers that the cases run together with your functions: models, gradients, all reverse steps, keys."""

import torch


def wave(theta):
    """A model with three parameters that looks at the step, at the place in the image and at x."""

    def model(x, t):
        x, t = _checked(x, t)
        a, b, c = theta.to(x.dtype)
        step = t.to(x.dtype).reshape(-1, *[1] * (x.ndim - 1))
        place = torch.linspace(0.5, 1.5, x[0].numel(), dtype=x.dtype).reshape(x.shape[1:])
        return a * torch.sin(place * x + b * step) + c * x

    return model


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


def with_wave(function, theta, *arguments):
    """What a function makes of the model `wave(theta)`."""
    return function(wave(theta), *arguments)


def with_knowledge(function, image, signal, noise, offset, *arguments):
    """What a function makes of a model that knows the only image there is, and errs by the offset.

    Row t - 1 of signal and noise, each (T,), says with which factors the image and the noise stand in x_t.
    """

    def model(x, t):
        x, t = _checked(x, t)
        shape = (-1, *[1] * (x.ndim - 1))
        known = signal[t - 1].reshape(shape) * image
        return (x - known) / noise[t - 1].reshape(shape) + offset

    return function(model, *arguments)


def gradient(function, theta, *arguments):
    """The gradient, in the parameters of `wave`, of the sum of what a function returns.

    Zeros where none flows.
    """
    theta = theta.clone().requires_grad_()
    value = function(wave(theta), *arguments)
    if not (isinstance(value, torch.Tensor) and value.requires_grad):
        return torch.zeros_like(theta)
    return torch.autograd.grad(value.sum(), theta, materialize_grads=True)[0]


def way_back(p_sample, theta, x, eps, betas, sigma2):
    """What is sampled from x_T = x with `wave(theta)`, eps[t - 1] being the noise of step t."""
    for step in range(len(betas), 0, -1):
        t = torch.full((len(x),), step)
        x = torch.as_tensor(p_sample(wave(theta), x, t, eps[step - 1], betas, sigma2))
    return x


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
