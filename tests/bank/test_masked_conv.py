"""The masked convolution against loops over pixels, path searches and autograd."""

import itertools

import numpy as np
import pytest
import torch

from reference import masked_conv, masked_conv_below
from reference.masked_conv import causal_mask, masked_conv2d, receptive_field

TYPES = ("A", "B")
ROWS = ("above", "below")


def sees(out_pixel, in_pixel, mask_type, rows):
    """Whether the input comes before the output in the order in which the image is generated."""
    (r, s), (u, v) = out_pixel, in_pixel
    if (r, s) == (u, v):
        return mask_type == "B"
    # Reading order is the lexicographic one; from the bottom up, the row counts negatively.
    return (u, v) < (r, s) if rows == "above" else (-u, v) < (-r, s)


def looped_conv2d(x, weight, bias, mask_type, rows):
    """The layer, pixel by pixel; what is open is decided by the pixels' order, by no mask."""
    (n_images, c_in, height, width), (c_out, _, k, _) = x.shape, weight.shape
    y = np.zeros((n_images, c_out, height, width))
    for n, o, r, s in np.ndindex(y.shape):
        total = 0.0 if bias is None else bias[o]
        for c, u, v in np.ndindex(c_in, height, width):
            i, j = u - r + k // 2, v - s + k // 2
            if 0 <= i < k and 0 <= j < k and sees((r, s), (u, v), mask_type, rows):
                total += weight[o, c, i, j] * x[n, c, u, v]
        y[n, o, r, s] = total
    return y


def searched_field(mask_types, pixel, size, kernel_size, rows):
    """Every path from the output pixel back to the input, one image pixel after the other."""
    found = {(pixel[0] - 1, pixel[1] - 1)}
    for mask_type in mask_types[::-1]:
        found = {
            (u, v)
            for (r, s), (u, v) in itertools.product(found, np.ndindex(size))
            if max(abs(u - r), abs(v - s)) <= kernel_size // 2
            and sees((r, s), (u, v), mask_type, rows)
        }
    field = np.zeros(size, dtype=bool)
    for r, s in found:
        field[r, s] = True
    return field


def operands(seed, c_in, c_out, height, width, k, n=3):
    rng = np.random.default_rng(seed)
    shapes = ((n, c_in, height, width), (c_out, c_in, k, k), (c_out,))
    return tuple(torch.from_numpy(rng.normal(size=shape)) for shape in shapes)


class TestCausalMask:
    @pytest.mark.parametrize(
        ("mask_type", "rows", "expected"),
        [
            ("A", "above", [[1, 1, 1], [1, 0, 0], [0, 0, 0]]),
            ("B", "above", [[1, 1, 1], [1, 1, 0], [0, 0, 0]]),
            ("A", "below", [[0, 0, 0], [1, 0, 0], [1, 1, 1]]),
            ("B", "below", [[0, 0, 0], [1, 1, 0], [1, 1, 1]]),
        ],
    )
    def test_three_by_three_drawn_by_hand(self, mask_type, rows, expected):
        assert causal_mask(3, mask_type, rows).tolist() == expected

    def test_five_by_five_drawn_by_hand(self):
        drawn = ["11111", "11111", "11100", "00000", "00000"]
        assert causal_mask(5, "B").tolist() == [[int(digit) for digit in row] for row in drawn]

    def test_one_by_one_is_the_centre(self):
        for rows in ROWS:
            assert causal_mask(1, "A", rows).tolist() == [[0]]
            assert causal_mask(1, "B", rows).tolist() == [[1]]

    def test_rows_above_is_the_default(self):
        assert causal_mask(3, "A")[0].tolist() == [1, 1, 1]

    @pytest.mark.parametrize("k", [1, 3, 5, 7, 11])
    @pytest.mark.parametrize("mask_type", TYPES)
    def test_above_is_the_head_of_the_kernel_read_as_one_line(self, k, mask_type):
        line = causal_mask(k, mask_type).flatten()
        n_open = (k * k - 1) // 2 + (mask_type == "B")
        assert line.tolist() == [1] * n_open + [0] * (k * k - n_open)

    @pytest.mark.parametrize("k", [1, 3, 5, 7, 11])
    @pytest.mark.parametrize("mask_type", TYPES)
    def test_below_is_above_upside_down(self, k, mask_type):
        upside_down = causal_mask(k, mask_type, "above").flip(0)
        assert torch.equal(causal_mask(k, mask_type, "below"), upside_down)

    @pytest.mark.parametrize("rows", ROWS)
    def test_a_and_b_half_turned_fill_the_kernel_once(self, rows):
        filled = causal_mask(7, "A", rows) + causal_mask(7, "B", rows).flip(0, 1)
        assert torch.equal(filled, torch.ones(7, 7))

    def test_is_of_the_default_dtype(self):
        assert causal_mask(3, "A").dtype == torch.get_default_dtype()

    def test_takes_the_size_as_any_whole_scalar(self):
        for size in (np.int64(5), torch.tensor(5)):
            assert torch.equal(causal_mask(size, "B", "below"), causal_mask(5, "B", "below"))

    @pytest.mark.parametrize("kernel_size", [0, 2, 4, -3, 2.5, float("nan")])
    def test_refuses_a_kernel_without_a_centre(self, kernel_size):
        with pytest.raises(ValueError, match="kernel_size must be odd and positive"):
            causal_mask(kernel_size, "A")

    @pytest.mark.parametrize("mask_type", ["C", "a", "", "AB", None])
    def test_refuses_another_type(self, mask_type):
        with pytest.raises(ValueError, match="mask_type must"):
            causal_mask(3, mask_type)

    @pytest.mark.parametrize("rows", ["left", "", "Above", None])
    def test_refuses_other_rows(self, rows):
        with pytest.raises(ValueError, match="rows must"):
            causal_mask(3, "A", rows)


class TestMaskedConv2d:
    @pytest.mark.parametrize("rows", ROWS)
    @pytest.mark.parametrize("mask_type", TYPES)
    @pytest.mark.parametrize(
        ("c_in", "c_out", "height", "width", "k"),
        [(2, 4, 5, 6, 3), (3, 2, 4, 7, 5), (2, 1, 3, 4, 9), (4, 2, 3, 5, 1), (1, 3, 1, 2, 3)],
    )
    def test_agrees_with_loops_over_the_pixels(
        self, c_in, c_out, height, width, k, mask_type, rows
    ):
        x, weight, bias = operands(0, c_in, c_out, height, width, k)
        for b in (bias, None):
            y = masked_conv2d(x, weight, b, mask_type, rows)
            expected = looped_conv2d(
                x.numpy(), weight.numpy(), None if b is None else b.numpy(), mask_type, rows
            )
            assert y.shape == (3, c_out, height, width)
            np.testing.assert_allclose(y.numpy(), expected, rtol=1e-12, atol=1e-12)

    def test_a_single_bright_pixel_shows_the_kernel_turned_by_half(self):
        # Correlation, not convolution: the pixel below the bright one sees it through weight[0, 1].
        x = torch.zeros(1, 1, 3, 3, dtype=torch.float64)
        x[0, 0, 1, 1] = 1
        weight = torch.arange(1, 10, dtype=torch.float64).reshape(1, 1, 3, 3)
        above = masked_conv2d(x, weight, None, "B")
        assert above[0, 0].tolist() == [[0, 0, 0], [0, 5, 4], [3, 2, 1]]
        below = masked_conv2d(x, weight, None, "A", "below")
        assert below[0, 0].tolist() == [[9, 8, 7], [0, 0, 4], [0, 0, 0]]

    def test_rows_above_is_the_default(self):
        x, weight, bias = operands(1, 2, 3, 4, 5, 3)
        y = masked_conv2d(x, weight, bias, "A")
        # The first pixel in reading order has nothing before it.
        assert torch.equal(y[:, :, 0, 0], bias.expand(3, 3))
        assert not torch.isclose(y[:, :, -1, -1], bias).any()

    @pytest.mark.parametrize("rows", ROWS)
    def test_of_a_single_pixel_only_type_b_sees_anything(self, rows):
        x, weight, bias = operands(2, 4, 2, 1, 1, 3)
        only_bias = masked_conv2d(x, weight, bias, "A", rows)
        assert torch.equal(only_bias[..., 0, 0], bias.expand(3, 2))
        affine = masked_conv2d(x, weight, bias, "B", rows)[..., 0, 0]
        torch.testing.assert_close(affine, x[..., 0, 0] @ weight[:, :, 1, 1].T + bias)

    @pytest.mark.parametrize("rows", ROWS)
    @pytest.mark.parametrize("mask_type", TYPES)
    def test_jacobian_is_triangular_in_the_order_of_generation(self, mask_type, rows):
        x, weight, bias = operands(3, 2, 3, 4, 5, 5, n=1)
        jacobian = torch.autograd.functional.jacobian(
            lambda images: masked_conv2d(images, weight, bias, mask_type, rows), x
        )
        depends = (jacobian[0, :, :, :, 0] != 0).permute(1, 2, 4, 5, 0, 3)  # r, s, u, v, o, c
        for r, s, u, v in np.ndindex(depends.shape[:4]):
            near = max(abs(u - r), abs(v - s)) <= 2
            # Either every pair of channels depends, or none does: no channel has a mask of its own.
            assert (depends[r, s, u, v] == (near and sees((r, s), (u, v), mask_type, rows))).all()

    @pytest.mark.exhaustive  # half a minute each
    @pytest.mark.parametrize("rows", ROWS)
    @pytest.mark.parametrize("mask_type", TYPES)
    def test_is_differentiable_twice_in_every_tensor(self, mask_type, rows):
        leaves = tuple(v.requires_grad_() for v in operands(4, 2, 3, 3, 4, 3))
        assert torch.autograd.gradcheck(lambda *v: masked_conv2d(*v, mask_type, rows), leaves)
        assert torch.autograd.gradgradcheck(lambda *v: masked_conv2d(*v, mask_type, rows), leaves)

    @pytest.mark.parametrize("rows", ROWS)
    @pytest.mark.parametrize("mask_type", TYPES)
    def test_gradient_of_a_weight_is_exactly_zero_where_masked_and_only_there(
        self, mask_type, rows
    ):
        x, weight, bias = operands(5, 2, 4, 6, 5, 3)
        weight.requires_grad_()
        masked_conv2d(x, weight, bias, mask_type, rows).square().sum().backward()
        for i, j in np.ndindex(3, 3):
            expected = sees((1, 1), (i, j), mask_type, rows)
            assert ((weight.grad[:, :, i, j] != 0) == expected).all()

    def test_gradient_of_a_masked_weight_stays_zero_where_the_others_overflow(self):
        x, weight, _ = operands(6, 2, 4, 5, 6, 3)
        weight.requires_grad_()
        y = masked_conv2d(x.abs() * 1e200, weight, None, "A")
        y.backward(torch.full_like(y, 1e200))
        assert weight.grad[:, :, 0].isinf().all()
        assert (weight.grad[:, :, 2] == 0).all()

    def test_what_a_masked_weight_holds_does_not_matter(self):
        x, weight, bias = operands(7, 2, 4, 5, 6, 3)
        other = weight.clone()
        other[:, :, 1, 1:] = 1e300
        other[:, :, 2] = -1e300
        assert torch.equal(masked_conv2d(x, other, bias, "A"), masked_conv2d(x, weight, bias, "A"))

    def test_images_of_a_batch_do_not_mix(self):
        x, weight, bias = operands(8, 2, 4, 5, 6, 3, n=4)
        alone = [masked_conv2d(image[None], weight, bias, "B", "below") for image in x]
        together = masked_conv2d(x, weight, bias, "B", "below")
        torch.testing.assert_close(together, torch.cat(alone), rtol=1e-12, atol=1e-12)
        assert masked_conv2d(x[:0], weight, bias, "B").shape == (0, 4, 5, 6)

    def test_takes_images_and_kernels_of_any_memory_layout(self):
        x, weight, bias = operands(9, 2, 4, 5, 6, 3)
        expected = looped_conv2d(x.numpy(), weight.numpy(), bias.numpy(), "B", "above")
        strided_x = x.transpose(2, 3).contiguous().transpose(2, 3)
        strided_weight = weight.permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0)
        assert not strided_x.is_contiguous() and not strided_weight.is_contiguous()
        y = masked_conv2d(strided_x, strided_weight, bias, "B")
        np.testing.assert_allclose(y.numpy(), expected, rtol=1e-12, atol=1e-12)

    def test_leaves_its_arguments_as_they_were(self):
        tensors = operands(10, 2, 4, 5, 6, 3)
        before = [v.clone() for v in tensors]
        masked_conv2d(*tensors, "A")
        assert all(torch.equal(v, w) for v, w in zip(tensors, before, strict=True))

    @pytest.mark.parametrize("parameters", [torch.float32, torch.float64])
    def test_result_has_the_dtype_of_the_images(self, parameters):
        x, weight, bias = operands(11, 5, 4, 9, 8, 7)
        x, weight, bias = x.float(), weight.to(parameters), bias.to(parameters)
        y = masked_conv2d(x, weight, bias, "B", "below")
        assert y.dtype == torch.float32
        expected = looped_conv2d(x.numpy(), weight.numpy(), bias.numpy(), "B", "below")
        np.testing.assert_allclose(y.numpy(), expected, rtol=1e-4, atol=1e-5)
        wide = masked_conv2d(x.double(), weight.float(), bias.float(), "B", "below")
        assert wide.dtype == torch.float64

    @pytest.mark.parametrize(
        ("argument", "change"),
        [
            ("x", {"x": torch.zeros(2, 5, 6)}),
            ("x", {"x": torch.zeros(3, 2, 0, 6)}),
            ("x", {"x": torch.zeros(3, 2, 5, 6, dtype=torch.int64)}),
            ("weight", {"weight": torch.zeros(4, 2, 3)}),
            ("weight", {"weight": torch.zeros(4, 3, 3, 3)}),
            ("weight", {"weight": torch.zeros(4, 2, 3, 5)}),
            ("weight", {"weight": torch.zeros(4, 2, 4, 4)}),
            ("weight", {"weight": torch.zeros(4, 2, 0, 0)}),
            ("bias", {"bias": torch.zeros(2)}),
            ("bias", {"bias": torch.zeros(4, 1)}),
            ("mask_type", {"mask_type": "C"}),
            ("rows", {"rows": "left"}),
        ],
    )
    def test_refuses_what_lies_outside_the_domain(self, argument, change):
        arguments = {
            "x": torch.zeros(3, 2, 5, 6),
            "weight": torch.zeros(4, 2, 3, 3),
            "bias": torch.zeros(4),
            "mask_type": "A",
            "rows": "above",
        }
        with pytest.raises(ValueError, match=rf"^{argument} must"):
            masked_conv2d(**(arguments | change))


class TestReceptiveField:
    @pytest.mark.parametrize(
        ("rows", "pixel", "mask_types", "expected"),
        [
            ("above", (3, 3), "AA", "11 12 13 14 15 21 22 23 31"),
            ("above", (3, 3), "AB", "11 12 13 14 15 21 22 23 24 31 32"),
            ("above", (3, 3), "BA", "11 12 13 14 15 21 22 23 24 31 32"),
            ("above", (3, 3), "BB", "11 12 13 14 15 21 22 23 24 31 32 33"),
            ("below", (3, 4), "AA", "32 42 43 44 52 53 54 55"),
            ("below", (3, 4), "AB", "32 33 42 43 44 45 52 53 54 55"),
            ("below", (3, 4), "BA", "32 33 42 43 44 45 52 53 54 55"),
            ("below", (3, 4), "BB", "32 33 34 42 43 44 45 52 53 54 55"),
        ],
    )
    def test_answers_of_the_hand_outs(self, rows, pixel, mask_types, expected):
        field = receptive_field(mask_types, pixel, rows=rows)
        assert field.shape == (5, 5)
        assert " ".join(f"{r + 1}{s + 1}" for r, s in field.nonzero().tolist()) == expected

    @pytest.mark.parametrize("rows", ROWS)
    @pytest.mark.parametrize("mask_types", ["", "A", "B", "AB", "BAB", "AAAA", "ABBBB"])
    @pytest.mark.parametrize(("size", "k"), [((4, 6), 3), ((7, 3), 5), ((1, 5), 3), ((3, 4), 1)])
    def test_agrees_with_a_search_of_all_paths(self, mask_types, size, k, rows):
        for r, s in np.ndindex(size):
            field = receptive_field(mask_types, (r + 1, s + 1), size, k, rows)
            expected = searched_field(mask_types, (r + 1, s + 1), size, k, rows)
            assert field.dtype == torch.bool
            np.testing.assert_array_equal(field.numpy(), expected)

    @pytest.mark.parametrize("rows", ROWS)
    @pytest.mark.parametrize("mask_types", ["A", "AB", "BA", "ABB", "BBBA", "AAA"])
    @pytest.mark.parametrize(
        ("pixel", "size", "k"), [((3, 4), (5, 6), 3), ((1, 2), (4, 7), 5), ((6, 1), (6, 4), 3)]
    )
    def test_is_where_the_gradient_of_a_stack_of_layers_is(self, mask_types, pixel, size, k, rows):
        rng = np.random.default_rng(12)
        x = torch.from_numpy(rng.normal(size=(1, 2, *size))).requires_grad_()
        y = x
        for mask_type in mask_types:
            # Positive weights, so that no two paths cancel.
            weight = torch.from_numpy(rng.uniform(0.5, 1.5, size=(2, 2, k, k)))
            y = masked_conv2d(y, weight, None, mask_type, rows)
        y[0, 1, pixel[0] - 1, pixel[1] - 1].backward()
        field = receptive_field(mask_types, pixel, size, k, rows)
        assert torch.equal((x.grad[0] != 0).any(0), field)

    @pytest.mark.parametrize("k", [3, 5])
    @pytest.mark.parametrize("rows", ROWS)
    def test_only_the_number_of_each_type_matters(self, k, rows):
        fields = [
            receptive_field("".join(order), (3, 4), (6, 7), k, rows)
            for order in itertools.permutations("AAB")
        ]
        assert all(torch.equal(field, fields[0]) for field in fields)

    @pytest.mark.parametrize(
        ("depth", "pixel", "size"), [(40, (5, 3), (6, 9)), (3000, (121, 2), (122, 4))]
    )
    def test_a_deep_stack_keeps_the_blind_spot(self, depth, pixel, size):
        # With k = 3 each row upwards gains one column to the right, and to the left all of them.
        # The paths through the deeper stack are too many for a float64 to count.
        field = receptive_field("A" + depth * "B", pixel, size)
        for r, s in np.ndindex(size):
            up, right = pixel[0] - (r + 1), (s + 1) - pixel[1]
            expected = (up == 0 and right < 0) or (up > 0 and right <= up)
            assert field[r, s] == expected

    @pytest.mark.parametrize("pixel", [(1, 1), (4, 7), (2, 5)])
    def test_without_layers_the_pixel_sees_itself(self, pixel):
        field = receptive_field("", pixel, (4, 7))
        assert field.nonzero().tolist() == [[pixel[0] - 1, pixel[1] - 1]]

    def test_takes_size_and_pixel_as_whole_scalars_of_any_kind(self):
        expected = receptive_field("AB", (3, 4), (6, 7))
        size = torch.zeros(6, 7).shape
        for pixel in ([3, 4], np.array([3, 4]), torch.tensor([3, 4])):
            assert torch.equal(receptive_field("AB", pixel, size), expected)

    @pytest.mark.parametrize(
        ("argument", "change"),
        [
            ("mask_types", {"mask_types": "AC"}),
            ("mask_types", {"mask_types": "ab"}),
            ("pixel", {"pixel": (0, 1)}),
            ("pixel", {"pixel": (1, 0)}),
            ("pixel", {"pixel": (5, 1)}),
            ("pixel", {"pixel": (1, 7)}),
            ("pixel", {"pixel": (1, 1, 1)}),
            ("size", {"size": (0, 6)}),
            ("size", {"size": (4, 6, 2)}),
            ("kernel_size", {"kernel_size": 2}),
            ("kernel_size", {"mask_types": "", "kernel_size": 0}),
            ("rows", {"rows": "left"}),
            ("rows", {"mask_types": "", "rows": "left"}),
        ],
    )
    def test_refuses_what_lies_outside_the_domain(self, argument, change):
        arguments = {"mask_types": "AB", "pixel": (2, 3), "size": (4, 6)}
        with pytest.raises(ValueError, match=rf"^{argument} must"):
            receptive_field(**(arguments | change))


@pytest.mark.parametrize(
    ("topic", "rows", "pixel"),
    [(masked_conv, "above", (3, 3)), (masked_conv_below, "below", (3, 4))],
)
@pytest.mark.parametrize("mask_types", ["AA", "AB", "BA", "BB"])
def test_fields_of_the_hand_outs_agree_with_a_search_of_all_paths(topic, rows, pixel, mask_types):
    field = getattr(topic, f"field_{mask_types.lower()}")()
    expected = searched_field(mask_types, pixel, (5, 5), 3, rows)
    np.testing.assert_array_equal(field.numpy(), expected)
