"""Hidden cases of a masked convolution: masks as wholes, outputs, gradients, a step of training."""

from drivers.masked_conv_module import mask, output, slopes, trained
from otter.test_files import test_case

from autograder.testing import assert_close, normal, unpack, via
from reference import masked_conv_module as reference

OK_FORMAT = False

name = "masked_conv_module"

STANDS = {"layer: one image of one pixel": "the smallest image and kernel there are"}

Right = reference.MaskedConv2d


def layer(rng, size, inputs=2, outputs=3, batch=4):
    """Images, and the weights of a layer that keeps their size."""
    x = normal(rng, batch, inputs, 5, 6).float()
    weight = normal(rng, outputs, inputs, size, size).float()
    return x, weight, normal(rng, outputs).float()


@test_case(name="mask: both types and three sizes", points=1, hidden=True)
def masks(MaskedConv2d):
    for size in (1, 3, 5):
        for mask_type in "AB":
            expected = mask(Right, 2, 4, size, mask_type)
            found = via(mask, MaskedConv2d, 2, 4, size, mask_type)
            assert_close(found, expected, check_dtype=False, what=f"the mask ({size}, {mask_type})")


@test_case(name="layer: outputs", points=1, hidden=True)
def outputs(MaskedConv2d, rng):
    for size, mask_type in ((3, "A"), (3, "B"), (5, "A")):
        given = (*layer(rng, size), mask_type, {"padding": size // 2})
        expected = output(Right, *given).detach()
        assert_close(via(output, MaskedConv2d, *given), expected, rtol=1e-4, atol=1e-4)


@test_case(name="layer: further arguments", points=0.5, hidden=True)
def arguments(MaskedConv2d, rng):
    x, weight, _ = layer(rng, 3)
    given = (x, weight, None, "B", {"stride": 2, "padding": 2, "dilation": 2, "bias": False})
    expected = output(Right, *given).detach()
    assert_close(via(output, MaskedConv2d, *given), expected, rtol=1e-4, atol=1e-4)


@test_case(name="layer: gradients", points=0.5, hidden=True)
def gradients(MaskedConv2d, rng):
    given = (*layer(rng, 3), "A", {"padding": 1}, normal(rng, 4, 3, 5, 6).float())
    expected = slopes(Right, *given)
    found = unpack(via(slopes, MaskedConv2d, *given), 2, what="the gradients")
    for what, one, other in zip(("x", "the bias"), found, expected, strict=True):
        assert_close(one, other, rtol=1e-4, atol=1e-4, what=f"the gradient in {what}")


@test_case(name="layer: after a step of training", points=1, hidden=True)
def step(MaskedConv2d, rng):
    given = (*layer(rng, 3), "A", {"padding": 1})
    expected = trained(Right, *given).detach()
    assert_close(via(trained, MaskedConv2d, *given), expected, rtol=1e-3, atol=1e-2)


@test_case(name="layer: one image of one pixel", points=0.25, hidden=True)
def small(MaskedConv2d, rng):
    x, weight, bias = (normal(rng, *shape).float() for shape in ((1, 1, 1, 1), (1, 1, 3, 3), (1,)))
    given = (x, weight, bias, "B", {"padding": 1})
    expected = output(Right, *given).detach()
    assert_close(via(output, MaskedConv2d, *given), expected, rtol=1e-4, atol=1e-4)
