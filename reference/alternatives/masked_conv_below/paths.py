"""Receptive fields with rows below by sets of pixels, and by the gradients of two layers."""

import numpy as np
import torch

OPEN = {"A": [(0, -1), (1, -1), (1, 0), (1, 1)]}
OPEN["B"] = [(0, 0), *OPEN["A"]]


def reached(first, second):
    return sorted(
        10 * row + column
        for down, right in OPEN[first]
        for further_down, further_right in OPEN[second]
        for row, column in [(3 + down + further_down, 4 + right + further_right)]
        if 1 <= row <= 5 and 1 <= column <= 5 and 1 <= 4 + further_right <= 5
    )


def gradient(first, second):
    image = torch.zeros(1, 1, 5, 5, requires_grad=True)
    output = image
    for kind in (first, second):
        mask = torch.zeros(1, 1, 3, 3)
        for down, right in OPEN[kind]:
            mask[0, 0, 1 + down, 1 + right] = 1
        output = torch.nn.functional.conv2d(output, mask, padding=1)
    output[0, 0, 2, 3].backward()
    return image.grad[0, 0] > 0


def field_aa():
    return reached("A", "A")


def field_ab():
    return gradient("A", "B")


def field_ba():
    return np.array(reached("B", "A"))


def field_bb():
    return gradient("B", "B").tolist()
