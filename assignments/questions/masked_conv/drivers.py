"""Helpers that the cases run together with your functions: gradients, the weight after a call, grids."""

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


def _label(value):
    """A pixel's number as text, where it is a number, a tensor of one number, or text."""
    if hasattr(value, "item"):
        value = value.tolist()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def grid(field):
    """A receptive field as a grid of 0 and 1, where the answer is a list of labels such as 32 or "32".

    Any other answer is handed on as it is.
    """
    answer = field()
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if not isinstance(answer, (list, tuple, set, frozenset)):
        return answer
    labels = {_label(value) for value in answer}
    size = range(1, 6)
    if not labels <= {f"{row}{column}" for row in size for column in size}:
        return answer
    return [[int(f"{row}{column}" in labels) for column in size] for row in size]
