"""Masked convolutions with loops over kernel positions, masks as lists, fields as numpy arrays."""

import numpy as np
import torch


def comes_before(down, right, rows):
    if rows == "above":
        return down < 0 or (down == 0 and right < 0)
    return down > 0 or (down == 0 and right < 0)


def causal_mask(kernel_size, mask_type, rows="above"):
    c = kernel_size // 2
    mask = [[0.0] * kernel_size for _ in range(kernel_size)]
    for i in range(kernel_size):
        for j in range(kernel_size):
            itself = i == c and j == c and mask_type == "B"
            mask[i][j] = float(itself or comes_before(i - c, j - c, rows))
    return mask


def masked_conv2d(x, weight, bias, mask_type, rows="above"):
    k = weight.shape[-1]
    c = k // 2
    height, width = x.shape[-2:]
    padded = torch.nn.functional.pad(x, (c, c, c, c))
    output = torch.zeros(x.shape[0], weight.shape[0], height, width, dtype=x.dtype)
    mask = causal_mask(k, mask_type, rows)
    for i in range(k):
        for j in range(k):
            if mask[i][j]:
                window = padded[:, :, i : i + height, j : j + width]
                output = output + torch.einsum("nchw,oc->nohw", window, weight[:, :, i, j])
    return output if bias is None else output + bias[None, :, None, None]


def receptive_field(mask_types, pixel, size=(5, 5), kernel_size=3, rows="above"):
    height, width = size
    c = kernel_size // 2
    seen = {(pixel[0] - 1, pixel[1] - 1)}
    for mask_type in mask_types[::-1]:
        mask = causal_mask(kernel_size, mask_type, rows)
        seen = {
            (r + i - c, s + j - c)
            for r, s in seen
            for i in range(kernel_size)
            for j in range(kernel_size)
            if mask[i][j] and 0 <= r + i - c < height and 0 <= s + j - c < width
        }
    field = np.zeros(size, dtype=bool)
    for r, s in seen:
        field[r, s] = True
    return field


def field_aa():
    return receptive_field("AA", (3, 3)).tolist()


def field_ab():
    return tuple(
        10 * (row + 1) + column + 1 for row, column in np.argwhere(receptive_field("AB", (3, 3)))
    )


def field_ba():
    return receptive_field("BA", (3, 3)).astype(float)


def field_bb():
    return [f"{row + 1}{column + 1}" for row, column in np.argwhere(receptive_field("BB", (3, 3)))][
        ::-1
    ]
