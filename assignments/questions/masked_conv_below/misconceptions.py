"""Receptive fields with rows below as students get them wrong, each with what they would need to read."""

import torch

from autograder.testing import misconception
from reference.masked_conv import causal_mask, receptive_field

FIELDS = tuple(f"field_{types}: the whole grid" for types in ("aa", "ab", "ba", "bb"))


def with_field(field):
    """The four answers as they come out of a wrong way to find a field from the layers' masks."""
    return {
        "field_aa": lambda: field("AA"),
        "field_ab": lambda: field("AB"),
        "field_ba": lambda: field("BA"),
        "field_bb": lambda: field("BB"),
    }


def with_mask(mask):
    """The four answers as they come out of wrong masks; `mask` gives the mask of a type."""

    def field(mask_types):
        seen = torch.zeros(5, 5, dtype=torch.bool)
        seen[2, 3] = True
        for mask_type in reversed(mask_types):
            offsets = [(i - 1, j - 1) for i, j in mask(mask_type).nonzero().tolist()]
            padded = torch.zeros(7, 7, dtype=torch.bool)
            for row, column in seen.nonzero().tolist():
                for down, right in offsets:
                    padded[row + 1 + down, column + 1 + right] = True
            seen = padded[1:6, 1:6]
        return seen

    return with_field(field)


def right_mask(mask_type):
    return causal_mask(3, mask_type, "below")


@misconception(
    "In a mask of type A the pixel must not see itself: look at the centre of the kernel.",
    caught_by=FIELDS[:3],
)
def centre_open_in_type_a():
    return with_mask(lambda mask_type: right_mask("B"))


@misconception(
    "In a mask of type B the pixel may see itself: look at the centre of the kernel.",
    caught_by=FIELDS[1:],
)
def centre_closed_in_type_b():
    return with_mask(lambda mask_type: right_mask("A"))


@misconception(
    "The mask opens the row above the centre: compare with the rows i that the question opens.",
    caught_by=FIELDS,
)
def rows_above():
    return with_mask(lambda mask_type: causal_mask(3, mask_type))


@misconception(
    "The centre row is open to the right: compare with the columns j that the question opens in it.",
    caught_by=FIELDS,
)
def centre_row_to_the_right():
    return with_mask(lambda mask_type: right_mask(mask_type).flip(1))


@misconception(
    "The kernel is flipped: the question asks for a convolution without flipping.",
    caught_by=FIELDS,
)
def kernel_flipped():
    return with_mask(lambda mask_type: right_mask(mask_type).flip(0, 1))


@misconception(
    "Rows and columns of the mask are exchanged: the first index of the kernel goes down the map.",
    caught_by=FIELDS,
)
def mask_transposed():
    return with_mask(lambda mask_type: right_mask(mask_type).T)


@misconception(
    "Whole columns are cut: right of the centre, the row that the masks open is open as well.",
    caught_by=FIELDS,
)
def columns_cut_in_all_rows():
    def mask(mask_type):
        cut = right_mask(mask_type).clone()
        cut[:, 2] = 0
        return cut

    return with_mask(mask)


@misconception(
    "This is the field of another output pixel: read again in which row and column it lies.",
    caught_by=FIELDS,
)
def pixel_of_another_column():
    return with_field(lambda mask_types: receptive_field(mask_types, (3, 3), rows="below"))


@misconception(
    "The pixel is counted from 0: rows and columns of this question count from 1.",
    caught_by=FIELDS,
)
def pixel_counted_from_zero():
    return with_field(lambda mask_types: receptive_field(mask_types, (4, 5), rows="below"))


@misconception(
    "Only the second layer is looked at: follow what it sees back through the first one.",
    caught_by=FIELDS,
)
def second_layer_only():
    return with_field(lambda mask_types: receptive_field(mask_types[1], (3, 4), rows="below"))


@misconception(
    "A pixel at the border sees what lies inside the map: nothing comes in on the opposite side.",
    caught_by=FIELDS,
)
def map_that_wraps_around():
    def field(mask_types):
        seen = torch.zeros(5, 5, dtype=torch.bool)
        seen[2, 3] = True
        for mask_type in reversed(mask_types):
            offsets = [(i - 1, j - 1) for i, j in right_mask(mask_type).nonzero().tolist()]
            wrapped = [seen.roll(offset, (0, 1)) for offset in offsets]
            seen = torch.stack(wrapped).any(0)
        return seen

    return with_field(field)
