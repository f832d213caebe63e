"""Hidden cases of SimSiam: values with weights filled in, and where gradients flow."""

import torch
from drivers.simsiam_module import dependence, layers, loss, outputs, similarities, slopes, trained
from otter.test_files import test_case

from autograder.testing import assert_close, assert_equal, normal, unpack, via
from reference import simsiam_module as reference

OK_FORMAT = False

name = "simsiam_module"

STANDS = {
    "cosine: sizes of one": "the smallest input there is",
    "loss: one row": "the smallest input there is",
    "forward: sizes of one": "the smallest network there is",
}

Right = reference.SimSiam
SIZES = 5, 3
ROUGH = {"rtol": 1e-3, "atol": 1e-3}  # what a batch normalization leaves of float32
FOUR = "p1", "p2", "z1", "z2"


def rows(rng, *shape):
    return normal(rng, *shape).float()


def check_cosines(CosineSimilarity, x1, x2):
    expected = similarities(reference.CosineSimilarity, x1.double(), x2.double()).float()
    assert_close(via(similarities, CosineSimilarity, x1, x2), expected)


@test_case(name="cosine: rows of five", points=1, hidden=True)
def cosines(CosineSimilarity, rng):
    check_cosines(CosineSimilarity, 3 * rows(rng, 4, 5), rows(rng, 4, 5) + 0.5)


@test_case(name="cosine: as many rows as columns", points=0.5, hidden=True)
def square(CosineSimilarity, rng):
    check_cosines(CosineSimilarity, 3 * rows(rng, 4, 4), rows(rng, 4, 4) + 0.5)


@test_case(name="cosine: a row of zeros", points=0.5, hidden=True)
def zeros(CosineSimilarity, rng):
    x1, x2 = rows(rng, 4, 5) + 1, rows(rng, 4, 5) + 1
    x1[0], x2[2] = 0.0, 0.0
    check_cosines(CosineSimilarity, x1, x2)


@test_case(name="cosine: sizes of one", points=0.25, hidden=True)
def lone(CosineSimilarity, rng):
    for shape in ((1, 5), (4, 1), (1, 1)):
        x1, x2 = rows(rng, *shape), rows(rng, *shape)
        check_cosines(CosineSimilarity, x1 + torch.sign(x1), x2 + torch.sign(x2))


def check_outputs(SimSiam, sizes, x1, x2, training, *more):
    expected = outputs(Right, sizes, x1, x2, training, *more)
    found = unpack(
        via(outputs, SimSiam, sizes, x1, x2, training, *more), 4, what="p1, p2, z1 and z2"
    )
    for what, one, other in zip(FOUR, found, expected, strict=True):
        assert_close(one, other, **ROUGH, what=what)


@test_case(name="layers: their sizes", points=1, hidden=True)
def shapes(SimSiam):
    for sizes in ((5, 3), ()):
        found = unpack(
            via(layers, SimSiam, sizes), 3, what="the encoder's arguments and the layers"
        )
        names = "num_classes", "zero_init_residual", "the shapes of the weights"
        for what, one, other in zip(names, found, layers(Right, sizes), strict=True):
            assert_equal(one, other, what=what)


@test_case(name="layers: a predictor that is trained", points=0.5, hidden=True)
def unfrozen(SimSiam, rng):
    x1, x2 = rows(rng, 6, 4), rows(rng, 6, 4)
    what = "what a gradient reaches"
    _, matrices, reaches = unpack(via(trained, SimSiam, SIZES, x1, x2), 3, what=what)
    assert_equal(matrices, 2, what="how many layers of the predictor a gradient reaches")
    assert_equal(reaches, True, what="whether a gradient reaches the encoder")


@test_case(name="layers: a predictor that is not trained", points=1, hidden=True)
def frozen(SimSiam, rng):
    x1, x2 = rows(rng, 6, 4), rows(rng, 6, 4)
    for stop in (True, False):
        more = stop, "fixed_random_init"
        check_outputs(SimSiam, SIZES, x1, x2, True, *more)
        found = via(trained, SimSiam, SIZES, x1, x2, *more)
        weights, _, reaches = unpack(found, 3, what="what a gradient reaches")
        assert_equal(weights, 0, what="how many weights of the predictor a gradient reaches")
        assert_equal(reaches, True, what="whether a gradient reaches the encoder")


@test_case(name="layers: no predictor", points=1, hidden=True)
def without(SimSiam, rng):
    x1, x2 = rows(rng, 6, 4), rows(rng, 6, 4)
    for stop in (True, False):
        check_outputs(SimSiam, SIZES, x1, x2, True, stop, "no_pred_mlp")


@test_case(name="forward: vectors and images", points=1, hidden=True)
def values(SimSiam, rng):
    for shape, training in (((6, 4), True), ((4, 3, 2, 2), True), ((5, 4), False)):
        check_outputs(SimSiam, SIZES, rows(rng, *shape), rows(rng, *shape), training)


@test_case(name="forward: sizes of one", points=0.25, hidden=True)
def small(SimSiam, rng):
    check_outputs(SimSiam, (1, 1), rows(rng, 5, 1, 1, 1), rows(rng, 5, 1, 1, 1), True)
    check_outputs(SimSiam, (3, 1), rows(rng, 1, 4), rows(rng, 1, 4), False)


@test_case(name="forward: where gradients flow", points=2, hidden=True)
def flow(SimSiam, rng):
    x1, x2 = rows(rng, 6, 4), rows(rng, 6, 4)
    for stop in (True, False):
        for mode in (None, "no_pred_mlp"):
            expected = dependence(Right, SIZES, x1, x2, stop, mode)
            found = via(dependence, SimSiam, SIZES, x1, x2, stop, mode)
            found = unpack(found, 4, what="the gradients of p1, p2, z1 and z2")
            for what, one, other in zip(FOUR, found, expected, strict=True):
                asked = f"whether gradients of {what} reach x1, x2 and the encoder"
                assert_equal(one, other, what=f"{asked} (stop_gradient={stop})")


def check_loss(SimSiam, given, names, *more):
    """Compare the loss and its gradients in what is named."""
    found = via(loss, SimSiam, *given, *more)
    number, gradients = unpack(found, 2, what="the loss and its gradients")
    right, right_gradients = loss(Right, *given, *more)
    assert_close(number, right.detach(), what="the loss")
    gradients = unpack(gradients, 4, what="the gradients of the loss")
    for what, one, other in zip(FOUR, gradients, right_gradients, strict=True):
        if what in names:
            assert_close(one, other, **ROUGH, what=f"the gradient in {what}")


@test_case(name="loss: of four rows", points=2, hidden=True)
def losses(SimSiam, rng):
    for more in ((), ("CosineSimilarity",)):
        given = [rows(rng, 4, 5) + 0.5 for _ in range(4)]
        check_loss(SimSiam, given, ("p1", "p2"), *more)


@test_case(name="loss: one row", points=0.25, hidden=True)
def one_row(SimSiam, rng):
    check_loss(SimSiam, [rows(rng, 1, 3) + 1 for _ in range(4)], ("p1", "p2"))


@test_case(name="loss: it stops no gradient", points=0.5, hidden=True)
def both(SimSiam, rng):
    check_loss(SimSiam, [rows(rng, 4, 5) + 0.5 for _ in range(4)], ("z1", "z2"))


@test_case(name="loss: trained through the network", points=1, hidden=True)
def whole(SimSiam, rng):
    x1, x2 = rows(rng, 6, 4), rows(rng, 6, 4)
    found = unpack(via(slopes, SimSiam, SIZES, x1, x2), 2, what="the loss and its gradient")
    expected = slopes(Right, SIZES, x1, x2)
    assert_close(found[0], expected[0].detach(), **ROUGH, what="the loss of two views")
    assert_close(found[1], expected[1], rtol=1e-3, atol=1e-3, what="its gradient in the encoder")
