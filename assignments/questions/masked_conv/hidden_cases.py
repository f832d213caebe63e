"""Masked convolutions: whole masks, whole receptive fields, gradients, and laws that tie them together."""

import torch
from drivers.masked_conv import gradients, grid, output_and_weight
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_all, assert_close, normal, unpack, via
from reference import masked_conv as reference

OK_FORMAT = False

name = "masked_conv"

STANDS = {
    "receptive_field: laws of what is seen": "its laws hold for every right answer and need no "
    "number of ours, so that a fault of the reference cannot hide",
}


def images(rng, dtype=torch.float64):
    """Three images with two channels, of 5 rows and 7 columns, and a layer to four channels."""
    x = normal(rng, 3, 2, 5, 7, dtype=dtype)
    weight = normal(rng, 4, 2, 3, 3, dtype=dtype)
    return x, weight, normal(rng, 4, dtype=dtype)


def check_masks(causal_mask, rows, rng):
    """Compare the masks of both types and three sizes as wholes."""
    for size in (1, 3, int(rng.choice([5, 7, 9]))):
        for mask_type in "AB":
            expected = reference.causal_mask(size, mask_type, rows)
            what = f'the mask ({size}, "{mask_type}", rows="{rows}")'
            mask = causal_mask(size, mask_type, rows)
            assert_close(mask, expected, check_dtype=False, what=what)


@test_case(name="causal_mask: rows above, three sizes", points=2, hidden=True)
def masks_above(causal_mask, rng):
    check_masks(causal_mask, "above", rng)


@test_case(name="causal_mask: rows below, three sizes", points=2, hidden=True)
def masks_below(causal_mask, rng):
    check_masks(causal_mask, "below", rng)


@test_case(name="causal_mask: what comes before and what comes after", points=1, hidden=True)
def halves(causal_mask, rng):
    """Turned by half a turn, a mask of type A covers exactly what the mask of type B leaves open."""
    size = int(rng.choice([3, 5, 7]))
    for rows in ("above", "below"):
        first, second = (
            as_tensor(causal_mask(size, kind, rows), shape=(size, size), what=f"the mask {kind}")
            for kind in "AB"
        )
        expected = reference.causal_mask(size, "A", rows)
        assert_close(first, expected, check_dtype=False, what="the mask A")
        covered = first.double().flip(0, 1) + second.double()
        assert_all(covered == 1, "A turned by half a turn is the complement of B")


@test_case(name="masked_conv2d: type A, rows above", points=2, hidden=True)
def layer_a_above(masked_conv2d, rng):
    x, weight, bias = images(rng)
    expected = reference.masked_conv2d(x, weight, bias, "A", "above")
    assert_close(masked_conv2d(x, weight, bias, "A"), expected, what="the output")


@test_case(name="masked_conv2d: type B, rows below", points=2, hidden=True)
def layer_b_below(masked_conv2d, rng):
    x, weight, bias = images(rng)
    expected = reference.masked_conv2d(x, weight, bias, "B", "below")
    assert_close(masked_conv2d(x, weight, bias, "B", "below"), expected, what="the output")


@test_case(name="masked_conv2d: 5 × 5 kernel without a bias", points=1, hidden=True)
def large_kernel(masked_conv2d, rng):
    x, weight = normal(rng, 3, 2, 4, 6), normal(rng, 5, 2, 5, 5)
    expected = reference.masked_conv2d(x, weight, None, "B", "above")
    assert_close(masked_conv2d(x, weight, None, "B"), expected, what="the output")


@test_case(name="masked_conv2d: gradients", points=2, hidden=True)
def layer_gradients(masked_conv2d, rng):
    x, weight, bias = images(rng)
    for mask_type, rows in (("A", "below"), ("B", "above")):
        direction = normal(rng, 3, 4, 5, 7)
        given = (x, weight, bias, mask_type, rows, direction)
        found = unpack(via(gradients, masked_conv2d, *given), 3, what="the gradients")
        expected = gradients(reference.masked_conv2d, *given)
        for gradient, right, of in zip(found, expected, ("x", "weight", "bias"), strict=True):
            assert_close(gradient, right, what=f"the gradient in {of}")
        closed = reference.causal_mask(3, mask_type, rows) == 0
        masked = as_tensor(found[1], shape=(4, 2, 3, 3))[:, :, closed]
        assert_all(masked == 0, "the gradient of a masked weight is exactly zero")


@test_case(name="masked_conv2d: the weight is left as it was", points=1, hidden=True)
def weight_untouched(masked_conv2d, rng):
    x, weight, bias = images(rng)
    before = weight.clone()
    given = (x, weight, bias, "A", "above")
    output, after = unpack(via(output_and_weight, masked_conv2d, *given), 2)
    assert_close(output, reference.masked_conv2d(*given), what="the output")
    assert_close(after, before, rtol=0, atol=0, what="the weight after the call")


@test_case(name="masked_conv2d: float32", points=1, hidden=True)
def single_precision(masked_conv2d, rng):
    x, weight, bias = images(rng, torch.float32)
    expected = reference.masked_conv2d(x, weight, bias, "A", "below")
    assert_close(masked_conv2d(x, weight, bias, "A", "below"), expected, what="the output")


@test_case(name="masked_conv2d: sizes of one", points=0.5, hidden=True)
def layer_of_one(masked_conv2d, rng):
    """One image, one channel in or out, one row, one column, a kernel of one weight; and all of them."""
    for n, channels, height, width, out, k in (
        (1, 2, 5, 4, 3, 3),
        (3, 1, 4, 5, 2, 3),
        (3, 2, 1, 5, 4, 3),
        (3, 2, 5, 1, 4, 5),
        (3, 2, 4, 5, 1, 3),
        (3, 2, 4, 5, 3, 1),
        (1, 1, 1, 1, 1, 1),
    ):
        x, weight = normal(rng, n, channels, height, width), normal(rng, out, channels, k, k)
        given = x, weight, normal(rng, out), "B", "above"
        what = f"the output for x {tuple(x.shape)} and weight {tuple(weight.shape)}"
        assert_close(masked_conv2d(*given), reference.masked_conv2d(*given), what=what)


def check_fields(receptive_field, mask_types, rows, pixel, rng):
    """Compare whole fields, in a square image and in one that is not, at a pixel that is drawn."""
    expected = reference.receptive_field(mask_types, pixel, rows=rows)
    seen = receptive_field(mask_types, pixel, rows=rows)
    assert_close(seen, expected, check_dtype=False, what="the receptive field")
    wide = {"size": (6, 8), "kernel_size": 3, "rows": rows}
    pixel = int(rng.integers(2, 6)), int(rng.integers(2, 8))
    expected = reference.receptive_field(mask_types, pixel, **wide)
    seen = receptive_field(mask_types, pixel, **wide)
    assert_close(seen, expected, check_dtype=False, what="the receptive field (6 × 8)")


@test_case(name="receptive_field: AA above", points=1, hidden=True)
def field_aa_above(receptive_field, rng):
    check_fields(receptive_field, "AA", "above", (3, 3), rng)


@test_case(name="receptive_field: AB above", points=1, hidden=True)
def field_ab_above(receptive_field, rng):
    check_fields(receptive_field, "AB", "above", (3, 3), rng)


@test_case(name="receptive_field: BA above", points=1, hidden=True)
def field_ba_above(receptive_field, rng):
    check_fields(receptive_field, "BA", "above", (3, 3), rng)


@test_case(name="receptive_field: BB above", points=1, hidden=True)
def field_bb_above(receptive_field, rng):
    check_fields(receptive_field, "BB", "above", (3, 3), rng)


@test_case(name="receptive_field: AA below", points=1, hidden=True)
def field_aa_below(receptive_field, rng):
    check_fields(receptive_field, "AA", "below", (3, 4), rng)


@test_case(name="receptive_field: AB below", points=1, hidden=True)
def field_ab_below(receptive_field, rng):
    check_fields(receptive_field, "AB", "below", (3, 4), rng)


@test_case(name="receptive_field: BA below", points=1, hidden=True)
def field_ba_below(receptive_field, rng):
    check_fields(receptive_field, "BA", "below", (3, 4), rng)


@test_case(name="receptive_field: BB below", points=1, hidden=True)
def field_bb_below(receptive_field, rng):
    check_fields(receptive_field, "BB", "below", (3, 4), rng)


@test_case(name="receptive_field: four layers of 5 × 5", points=1, hidden=True)
def field_deep(receptive_field, rng):
    given = {"size": (7, 9), "kernel_size": 5, "rows": "above"}
    pixel = int(rng.integers(5, 8)), int(rng.integers(2, 9))
    expected = reference.receptive_field("ABBA", pixel, **given)
    seen = receptive_field("ABBA", pixel, **given)
    assert_close(seen, expected, check_dtype=False, what="the receptive field")


@test_case(name="receptive_field: sizes of one", points=0.5, hidden=True)
def field_of_one(receptive_field, rng):
    """An image of one row, of one column, of one pixel; a kernel of one weight."""
    place = int(rng.integers(3, 6))
    for mask_types, pixel, size, k in (
        ("AB", (1, place), (1, 6), 3),
        ("BB", (place, 1), (6, 1), 3),
        ("B", (1, 1), (1, 1), 5),
        ("BB", (place, 2), (6, 4), 1),
        ("A", (place, 2), (6, 4), 1),
    ):
        given = {"size": size, "kernel_size": k, "rows": "above"}
        expected = reference.receptive_field(mask_types, pixel, **given)
        seen = receptive_field(mask_types, pixel, **given)
        what = f"the receptive field ({size[0]} × {size[1]})"
        assert_close(seen, expected, check_dtype=False, what=what)


@test_case(name="receptive_field: laws of what is seen", points=1, hidden=True)
def field_laws(receptive_field, rng):
    """Type B sees what type A sees and itself; order does not matter; nothing later is ever seen."""
    row, column = int(rng.integers(2, 6)), int(rng.integers(2, 4))
    for rows, later in (("above", slice(row, None)), ("below", slice(None, row - 1))):
        fields = {}
        for mask_types in ("A", "B", "AB", "BA"):
            seen = receptive_field(mask_types, (row, column), size=(6, 4), rows=rows)
            fields[mask_types] = as_tensor(seen, shape=(6, 4), what="the receptive field") != 0
            assert_all(~fields[mask_types][later], "no later row is seen")
        itself = torch.zeros(6, 4, dtype=torch.bool)
        itself[row - 1, column - 1] = True
        assert_all(
            fields["B"] == (fields["A"] | itself), "B sees what A sees, and the pixel itself"
        )
        assert_all(fields["AB"] == fields["BA"], "the order of two layers does not matter")


def check_grid(field, right):
    """Compare a hand-drawn field with the right one, all 25 pixels."""
    assert_close(via(grid, field), right(), check_dtype=False, what="the receptive field")


@test_case(name="field_aa: the whole grid", points=1, hidden=True)
def field_aa_whole(field_aa):
    check_grid(field_aa, reference.field_aa)


@test_case(name="field_ab: the whole grid", points=1, hidden=True)
def field_ab_whole(field_ab):
    check_grid(field_ab, reference.field_ab)


@test_case(name="field_ba: the whole grid", points=1, hidden=True)
def field_ba_whole(field_ba):
    check_grid(field_ba, reference.field_ba)


@test_case(name="field_bb: the whole grid", points=1, hidden=True)
def field_bb_whole(field_bb):
    check_grid(field_bb, reference.field_bb)
