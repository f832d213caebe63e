"""What must run beside a masked convolution: its gradients, and a look at its weight afterwards."""

import torch


def gradients(masked_conv2d, x, weight, bias, mask_type, rows, direction):
    """The gradients of <direction, output> in x, weight and bias; zeros where none flows."""
    inputs = [tensor.clone().requires_grad_() for tensor in (x, weight, bias)]
    output = masked_conv2d(*inputs, mask_type, rows)
    return torch.autograd.grad((output * direction).sum(), inputs, materialize_grads=True)


def output_and_weight(masked_conv2d, x, weight, bias, mask_type, rows):
    """The output of a call, and the weight as it is afterwards."""
    output = masked_conv2d(x, weight, bias, mask_type, rows)
    return output, weight
