"""Helpers that the cases run together with your functions: gradients, Jacobians, single answers."""

import torch


def as_one_tensor(value):
    """A result as a tensor with its graph; lists are stacked, what has no graph is taken as it is."""
    if isinstance(value, (list, tuple)):
        return torch.stack([as_one_tensor(item) for item in value])
    return torch.as_tensor(value)


def gradients(function, inputs, direction):
    """The gradients of <direction, function(*inputs)> in all inputs; zeros where none flows."""
    leaves = [tensor.clone().requires_grad_() for tensor in inputs]
    output = as_one_tensor(function(*leaves))
    if not output.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    if output.shape != direction.shape:
        raise ValueError(f"expected the shape {tuple(direction.shape)}, got {tuple(output.shape)}")
    # The product, as grad_outputs would import sympy: half a second.
    return torch.autograd.grad((output * direction).sum(), leaves, materialize_grads=True)


def samples_and_jacobians(sample, mu, spread, z0):
    """The samples (N, K), and for each row n the Jacobian of its sample in its noise, (N, K, K)."""

    def mapped(noise):
        return as_one_tensor(sample(mu, spread, noise))

    jacobian = torch.autograd.functional.jacobian(mapped, z0)
    return mapped(z0), torch.stack([jacobian[n, :, n] for n in range(len(z0))])


def exponent(determinant_cost, kind):
    """What the student says of one kind of matrix."""
    return determinant_cost()[kind]
