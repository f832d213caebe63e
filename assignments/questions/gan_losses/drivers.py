"""Critics that remember what they were shown, and calls of a loss with one of them."""

import inspect

import torch


class Critic(torch.nn.Module):
    """The number scale * sum(weight * x**2) / 2 + shift * sum(x) of each example."""

    def __init__(self, weight, scale, shift):
        """Take the weight of each entry of an example, and two numbers."""
        super().__init__()
        self.register_buffer("weight", weight)
        self.scale = torch.nn.Parameter(torch.as_tensor(float(scale), dtype=weight.dtype))
        self.shift = torch.nn.Parameter(torch.as_tensor(float(shift), dtype=weight.dtype))
        self.seen = []

    def forward(self, x):
        """One number an example."""
        self.seen.append(x.detach().clone())
        whole = self.scale * self.weight * x**2 / 2 + self.shift * x
        return whole.flatten(1).sum(1)


def _called(function, x, y, critic):
    """A loss, with a device where it takes one."""
    more = {"device": "cpu"} if "device" in inspect.signature(function).parameters else {}
    return function(x, y, critic, **more)


def value(function, x, y, weight, scale, shift):
    """A loss as one number, and its gradient in the critic's two parameters."""
    critic = Critic(weight, scale, shift)
    loss = _called(function, x, y, critic)
    numbers = loss.reshape(()) if loss.shape == (1,) else loss
    slopes = torch.autograd.grad(numbers, list(critic.parameters()), materialize_grads=True)
    return numbers, torch.stack(slopes)


def penalised(function, x, y, weight, scale, shift):
    """The same of a penalty, and the points that the critic was shown."""
    torch.manual_seed(1)
    critic = Critic(weight, scale, shift)
    loss = _called(function, x, y, critic)
    numbers = loss.reshape(()) if loss.shape == (1,) else loss
    slopes = torch.autograd.grad(numbers, list(critic.parameters()), materialize_grads=True)
    return numbers, torch.stack(slopes), torch.cat(critic.seen)
