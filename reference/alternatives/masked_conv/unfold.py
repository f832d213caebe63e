"""Masked convolutions by unfolding, the field by gradients of a stack of layers."""

import torch
import torch.nn.functional as F


def causal_mask(kernel_size, mask_type, rows="above"):
    count = kernel_size * kernel_size
    open_until = count // 2 + (mask_type == "B")
    mask = (torch.arange(count) < open_until).int().reshape(kernel_size, kernel_size)
    if rows == "below":
        c = kernel_size // 2
        mask = torch.cat([mask[c + 1 :], mask[c : c + 1], mask[:c]])
    return mask


def masked_conv2d(x, weight, bias, mask_type, rows="above"):
    n, _, height, width = x.shape
    out, _, k, _ = weight.shape
    masked = weight * causal_mask(k, mask_type, rows).to(weight.dtype)
    columns = F.unfold(x, k, padding=k // 2)
    y = (masked.reshape(out, -1) @ columns).reshape(n, out, height, width)
    return y + bias.view(1, -1, 1, 1) if bias is not None else y


def receptive_field(mask_types, pixel, size=(5, 5), kernel_size=3, rows="above"):
    x = torch.zeros(1, 1, *size, dtype=torch.float64, requires_grad=True)
    ones = torch.ones(1, 1, kernel_size, kernel_size, dtype=torch.float64)
    y = x
    for mask_type in mask_types:
        y = masked_conv2d(y, ones, None, mask_type, rows)
    y[0, 0, pixel[0] - 1, pixel[1] - 1].backward()
    return x.grad[0, 0] > 0


def field_aa():
    return ["11", "12", "13", "14", "15", "21", "22", "23", "31"]


def field_ab():
    return receptive_field("AB", (3, 3)).int()


def field_ba():
    return {11, 12, 13, 14, 15, 21, 22, 23, 24, 31, 32}


def field_bb():
    return [[1, 1, 1, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 0, 0], [0] * 5, [0] * 5]
