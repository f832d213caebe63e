"""Masked convolutions as students get them wrong, each with what they would need to read."""

import torch
from torch.nn.functional import conv2d

from autograder.testing import misconception
from reference import masked_conv as right

MASKS = ("causal_mask: rows above, three sizes", "causal_mask: rows below, three sizes")
LAYERS = ("masked_conv2d: type A, rows above", "masked_conv2d: type B, rows below")
FIELDS = tuple(f"field_{types}: the whole grid" for types in ("aa", "ab", "ba", "bb"))


def with_field(receptive_field):
    """The receptive fields as they come out of a wrong way to find them."""
    return {
        "receptive_field": receptive_field,
        "field_aa": lambda: receptive_field("AA", (3, 3)),
        "field_ab": lambda: receptive_field("AB", (3, 3)),
        "field_ba": lambda: receptive_field("BA", (3, 3)),
        "field_bb": lambda: receptive_field("BB", (3, 3)),
    }


def with_mask(causal_mask):
    """All functions as they come out of a wrong mask."""

    def masked_conv2d(x, weight, bias, mask_type, rows="above"):
        mask = causal_mask(weight.shape[-1], mask_type, rows).to(weight)
        return conv2d(x, weight * mask, bias, padding=weight.shape[-1] // 2)

    def receptive_field(mask_types, pixel, size=(5, 5), kernel_size=3, rows="above"):
        field = torch.zeros(size, dtype=torch.float64)
        field[pixel[0] - 1, pixel[1] - 1] = 1
        for mask_type in reversed(mask_types):
            mask = causal_mask(kernel_size, mask_type, rows).to(field)
            turned = mask.flip(0, 1)[None, None]
            field = conv2d(field[None, None], turned, padding=kernel_size // 2)[0, 0] > 0.5
            field = field.double()
        return field > 0.5

    return {
        "causal_mask": causal_mask,
        "masked_conv2d": masked_conv2d,
        **with_field(receptive_field),
    }


@misconception(
    "In a mask of type A the pixel must not see itself: look at the centre of the kernel.",
    caught_by=(
        MASKS[0],
        LAYERS[0],
        "receptive_field: AA above",
        "receptive_field: AA below",
        *FIELDS[:3],
    ),
)
def centre_open_in_type_a():
    return with_mask(lambda k, mask_type, rows="above": right.causal_mask(k, "B", rows))


@misconception(
    "In a mask of type B the pixel may see itself: look at the centre of the kernel.",
    caught_by=(
        MASKS[1],
        LAYERS[1],
        "receptive_field: BB above",
        "receptive_field: BB below",
        *FIELDS[1:],
    ),
)
def centre_closed_in_type_b():
    return with_mask(lambda k, mask_type, rows="above": right.causal_mask(k, "A", rows))


@misconception(
    "Rows and columns of the mask are exchanged: the first index of the kernel goes down the image.",
    caught_by=(
        *MASKS,
        *LAYERS,
        "receptive_field: AA above",
        "receptive_field: AA below",
        *FIELDS,
    ),
)
def mask_transposed():
    return with_mask(lambda k, mask_type, rows="above": right.causal_mask(k, mask_type, rows).T)


@misconception(
    "The mask opens the rows on the wrong side of the pixel: compare with the order the prompt states.",
    caught_by=(
        *MASKS,
        *LAYERS,
        "receptive_field: BB above",
        "receptive_field: BB below",
        *FIELDS,
    ),
)
def other_rows():
    other = {"above": "below", "below": "above"}
    return with_mask(lambda k, kind, rows="above": right.causal_mask(k, kind, other[rows]))


@misconception(
    "Whole columns are cut: right of the centre, the rows that come before are open as well.",
    caught_by=(
        *MASKS,
        *LAYERS,
        "receptive_field: AA above",
        "receptive_field: AA below",
        *FIELDS,
    ),
)
def columns_cut_in_all_rows():
    def causal_mask(kernel_size, mask_type, rows="above"):
        mask = right.causal_mask(kernel_size, mask_type, rows).clone()
        mask[:, kernel_size // 2 + 1 :] = 0
        return mask

    return with_mask(causal_mask)


@misconception(
    "In a mask of type B only the centre row differs from type A: rows that come later stay closed.",
    caught_by=(
        *MASKS,
        LAYERS[1],
        "receptive_field: BB above",
        "receptive_field: BB below",
        *FIELDS[1:],
    ),
)
def later_rows_open_in_type_b():
    def causal_mask(kernel_size, mask_type, rows="above"):
        if mask_type == "A":
            return right.causal_mask(kernel_size, mask_type, rows)
        mask = 1 - right.causal_mask(kernel_size, "A", rows)
        mask[kernel_size // 2] = right.causal_mask(kernel_size, "B", rows)[kernel_size // 2]
        return mask

    return with_mask(causal_mask)


def with_layer(convolve):
    """The layer alone, computed in another way from the right mask."""

    def masked_conv2d(x, weight, bias, mask_type, rows="above"):
        mask = right.causal_mask(weight.shape[-1], mask_type, rows).to(weight)
        return convolve(x, weight, bias, mask)

    return {"masked_conv2d": masked_conv2d}


@misconception(
    "The kernel is flipped: deep learning's convolution is a cross-correlation.",
    caught_by=(
        *LAYERS,
        "masked_conv2d: 5 × 5 kernel without a bias",
        "masked_conv2d: gradients",
        "receptive_field: AA above",
        *FIELDS,
    ),
)
def kernel_flipped():
    def convolve(x, weight, bias, mask):
        return conv2d(x, (weight * mask).flip(-1, -2), bias, padding=weight.shape[-1] // 2)

    turned = with_mask(lambda *arguments: right.causal_mask(*arguments).flip(0, 1))
    return {**with_field(turned["receptive_field"]), **with_layer(convolve)}


@misconception(
    "Only the first input channel is masked: the mask holds for every pair of channels.",
    caught_by=(*LAYERS, "masked_conv2d: gradients", "masked_conv2d: float32"),
)
def first_channel_masked():
    def convolve(x, weight, bias, mask):
        masked = weight.clone()
        masked[:, 0] = masked[:, 0] * mask
        return conv2d(x, masked, bias, padding=weight.shape[-1] // 2)

    return with_layer(convolve)


@misconception(
    "The output is smaller than the image: surround the image with enough zeros to keep its size.",
    caught_by=(*LAYERS, "masked_conv2d: 5 × 5 kernel without a bias", "masked_conv2d: float32"),
)
def no_padding():
    return with_layer(lambda x, weight, bias, mask: conv2d(x, weight * mask, bias))


@misconception(
    "The image is padded by one pixel whatever the kernel: the border depends on the kernel's size.",
    caught_by=("masked_conv2d: 5 × 5 kernel without a bias",),
)
def padding_of_one():
    return with_layer(lambda x, weight, bias, mask: conv2d(x, weight * mask, bias, padding=1))


@misconception(
    "The mask belongs to the kernel, not to the image: every output needs its own neighbours.",
    caught_by=(*LAYERS, "masked_conv2d: gradients", "masked_conv2d: float32"),
)
def mask_on_the_input():
    def convolve(x, weight, bias, mask):
        size = x.shape[-2:]
        grown = torch.nn.functional.interpolate(mask[None, None], size=size)
        return conv2d(x * grown, weight, bias, padding=weight.shape[-1] // 2)

    return with_layer(convolve)


@misconception(
    "The weight that was handed in is changed by the call: mask a copy of it.",
    caught_by=("masked_conv2d: the weight is left as it was",),
)
def weight_changed_in_place():
    def convolve(x, weight, bias, mask):
        weight.data.mul_(mask)
        return conv2d(x, weight * mask, bias, padding=weight.shape[-1] // 2)

    return with_layer(convolve)


@misconception(
    "No gradient reaches the weight: do not take the values out of the graph before masking them.",
    caught_by=("masked_conv2d: gradients",),
)
def weight_out_of_the_graph():
    def convolve(x, weight, bias, mask):
        return conv2d(x, weight.detach() * mask, bias, padding=weight.shape[-1] // 2)

    return with_layer(convolve)


@misconception(
    "Only the last layer is looked at: follow the dependence through every layer of the stack.",
    caught_by=(
        "receptive_field: BB above",
        "receptive_field: AA below",
        "receptive_field: AA above",
        *FIELDS,
    ),
)
def one_layer_only():
    def receptive_field(mask_types, pixel, size=(5, 5), kernel_size=3, rows="above"):
        return right.receptive_field(mask_types[-1:], pixel, size, kernel_size, rows)

    return with_field(receptive_field)


@misconception(
    "The pixel is counted from 0: rows and columns of this question count from 1.",
    caught_by=(
        "receptive_field: AA above",
        "receptive_field: BB above",
        "receptive_field: AB below",
        *FIELDS,
    ),
)
def pixel_counted_from_zero():
    def receptive_field(mask_types, pixel, size=(5, 5), kernel_size=3, rows="above"):
        height, width = size
        grown = (height + 1, width + 1)
        moved = (pixel[0] + 1, pixel[1] + 1)
        seen = right.receptive_field(mask_types, moved, grown, kernel_size, rows)
        return seen[:height, :width]

    return with_field(receptive_field)


@misconception(
    "The field is grown as if every layer opened the centre: the types of the layers matter.",
    caught_by=(
        "receptive_field: AA above",
        "receptive_field: AB above",
        "receptive_field: BA below",
        *FIELDS[:3],
    ),
)
def every_layer_of_type_b():
    def receptive_field(mask_types, pixel, size=(5, 5), kernel_size=3, rows="above"):
        return right.receptive_field("B" * len(mask_types), pixel, size, kernel_size, rows)

    return with_field(receptive_field)


@misconception(
    "Axes of size 1 are squeezed away: one image, one channel or one row keeps its axis.",
    caught_by=("masked_conv2d: sizes of one", "receptive_field: sizes of one", MASKS[0]),
)
def axes_of_one_squeezed():
    def squeezed(function):
        return lambda *arguments, **named: function(*arguments, **named).squeeze()

    names = ("causal_mask", "masked_conv2d", "receptive_field")
    return {name: squeezed(getattr(right, name)) for name in names}
