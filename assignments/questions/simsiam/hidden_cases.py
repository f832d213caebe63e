"""Linear SimSiam: values, gradients, and laws of ensembles of which every pair of views is enumerated.

No case compares a gradient in X or X': as free matrices they have no one right gradient.
"""

import torch
from drivers.simsiam import loss_gradients, objective_gradients
from otter.test_files import test_case

from autograder.testing import (
    as_tensor,
    assert_all,
    assert_close,
    assert_equal,
    normal,
    uniform,
    unpack,
    via,
)
from reference import simsiam as reference

OK_FORMAT = False

name = "simsiam"


def encoder(rng, n2, n1, dtype=torch.float64):
    """An encoder of size (n2, n1) whose rows are far from dependent, if n2 is at most n1."""
    return torch.eye(n2, n1, dtype=dtype) + 0.3 * normal(rng, n2, n1, dtype=dtype)


def moment(rng, size, dtype=torch.float64):
    """A symmetric matrix without negative eigenvalues, of full rank."""
    factor = normal(rng, size, 2 * size)
    square = factor @ factor.T / (2 * size)
    return ((square + square.T) / 2).to(dtype)


def model(rng, n2, n1, dtype=torch.float64):
    """An encoder, a predictor that is not symmetric, and two moments that do not commute."""
    W, Wp = encoder(rng, n2, n1, dtype), normal(rng, n2, n2, dtype=dtype)
    return W, Wp, moment(rng, n1, dtype), moment(rng, n1, dtype)


def pairs_of_views(rng, size):
    """Four examples with three equally likely views: all 36 ordered pairs, and the two moments."""
    views = normal(rng, 4, 1, size) + 0.7 * normal(rng, 4, 3, size)
    first = views[:, :, None].expand(4, 3, 3, size).reshape(36, size)
    second = views[:, None].expand(4, 3, 3, size).reshape(36, size)
    mean = views.mean(1)
    around = (views - mean[:, None]).reshape(12, size)
    X, X_prime = mean.T @ mean / 4, around.T @ around / 12
    return first, second, (X + X.T) / 2, (X_prime + X_prime.T) / 2


def mean_loss(first, second, online, target, Wp):
    """Half the mean square of the error over all pairs, each branch with its own encoder."""
    error = first @ online.T @ Wp.T - second @ target.T
    return error.square().sum() / (2 * len(error))


def compare_all(found, expected, names):
    """Compare gradients one by one."""
    parts = unpack(found, len(names), "the gradients")
    for gradient, right, of in zip(parts, expected, names, strict=True):
        assert_close(gradient, right, what=f"the gradient in {of}")


def stacked(matrix):
    """The columns of a matrix, one below the other."""
    return matrix.T.reshape(-1)


@test_case(name="objective: the loss of a batch", points=1, hidden=True)
def loss_of_a_batch(simsiam_loss, rng):
    W, Wp, _, _ = model(rng, 3, 5)
    x1, x2 = normal(rng, 7, 5), normal(rng, 7, 5)
    expected = reference.simsiam_loss(x1, x2, W, Wp)
    assert_close(simsiam_loss(x1, x2, W, Wp), expected, what="the loss")


@test_case(name="objective: the gradients of the loss", points=2, hidden=True)
def gradients_of_the_loss(simsiam_loss, rng):
    W, Wp, _, _ = model(rng, 3, 5)
    given = normal(rng, 6, 5), normal(rng, 6, 5), W, Wp
    assert_close(simsiam_loss(*given), reference.simsiam_loss(*given), what="the loss")
    found = via(loss_gradients, simsiam_loss, *given)
    expected = loss_gradients(reference.simsiam_loss, *given)
    compare_all(found, expected, ("x1", "x2", "W", "Wp"))


@test_case(name="objective: a representation larger than the view", points=1, hidden=True)
def large_representation(simsiam_loss, simsiam_objective, rng):
    W, Wp, X, X_prime = model(rng, 5, 2)
    x1, x2 = normal(rng, 3, 2), normal(rng, 3, 2)
    expected = reference.simsiam_loss(x1, x2, W, Wp)
    assert_close(simsiam_loss(x1, x2, W, Wp), expected, what="the loss")
    expected = reference.simsiam_objective(W, Wp, X, X_prime)
    assert_close(simsiam_objective(W, Wp, X, X_prime), expected, what="the objective")


@test_case(name="objective: a pair of views that are zero", points=0.5, hidden=True)
def views_of_zero(simsiam_loss, rng):
    W, Wp, _, _ = model(rng, 3, 5)
    x1, x2 = normal(rng, 4, 5), normal(rng, 4, 5)
    x1[2], x2[2] = 0, 0
    expected = reference.simsiam_loss(x1, x2, W, Wp)
    assert_close(simsiam_loss(x1, x2, W, Wp), expected, what="the loss")
    found = via(loss_gradients, simsiam_loss, x1, x2, W, Wp)
    expected = loss_gradients(reference.simsiam_loss, x1, x2, W, Wp)
    compare_all(found, expected, ("x1", "x2", "W", "Wp"))


@test_case(name="objective: the expected loss", points=2, hidden=True)
def expected_loss(simsiam_objective, rng):
    given = model(rng, 3, 5)
    expected = reference.simsiam_objective(*given)
    assert_close(simsiam_objective(*given), expected, what="the objective")


@test_case(name="objective: the gradients of the expected loss", points=1, hidden=True)
def gradients_of_the_objective(simsiam_objective, rng):
    """They are minus the velocities without stop-gradient."""
    given = model(rng, 3, 5)
    expected = reference.simsiam_objective(*given)
    assert_close(simsiam_objective(*given), expected, what="the objective")
    found = via(objective_gradients, simsiam_objective, *given)
    by_encoder = -reference.encoder_velocity(*given, stop_grad=False)
    by_predictor = -reference.predictor_velocity(*given)
    compare_all(found, (by_encoder, by_predictor), ("W", "Wp"))


@test_case(name="objective: all pairs of views of an ensemble", points=2, hidden=True)
def loss_of_an_ensemble(simsiam_loss, simsiam_objective, rng):
    """Over all pairs of views, the loss is its expectation."""
    first, second, X, X_prime = pairs_of_views(rng, 5)
    W, Wp = encoder(rng, 3, 5), normal(rng, 3, 3)
    expected = mean_loss(first, second, W, W, Wp)
    assert_close(simsiam_loss(first, second, W, Wp), expected, what="the loss of all pairs")
    assert_close(simsiam_objective(W, Wp, X, X_prime), expected, what="the objective")


@test_case(name="objective: sizes of 1", points=0.5, hidden=True)
def objective_small(simsiam_loss, simsiam_objective, rng):
    for count, n2, n1 in ((1, 3, 4), (5, 1, 3), (4, 2, 1)):
        W, Wp, X, X_prime = model(rng, n2, n1)
        x1, x2 = normal(rng, count, n1), normal(rng, count, n1)
        what = f"the loss of {count} pairs for an encoder of the shape ({n2}, {n1})"
        expected = reference.simsiam_loss(x1, x2, W, Wp)
        assert_close(simsiam_loss(x1, x2, W, Wp), expected, what=what)
        expected = reference.simsiam_objective(W, Wp, X, X_prime)
        what = f"the objective of an encoder of the shape ({n2}, {n1})"
        assert_close(simsiam_objective(W, Wp, X, X_prime), expected, what=what)


@test_case(name="objective: float32", points=0.5, hidden=True)
def losses_in_float32(simsiam_loss, simsiam_objective, rng):
    W, Wp, X, X_prime = model(rng, 2, 4, torch.float32)
    x1, x2 = normal(rng, 5, 4, dtype=torch.float32), normal(rng, 5, 4, dtype=torch.float32)
    expected = reference.simsiam_loss(x1, x2, W, Wp)
    assert_close(simsiam_loss(x1, x2, W, Wp), expected, what="the loss")
    expected = reference.simsiam_objective(W, Wp, X, X_prime)
    assert_close(simsiam_objective(W, Wp, X, X_prime), expected, what="the objective")


@test_case(name="predictor: its velocity", points=2, hidden=True)
def velocity_of_the_predictor(predictor_velocity, rng):
    for n2, n1 in ((3, 5), (4, 2)):
        given = model(rng, n2, n1)
        expected = reference.predictor_velocity(*given)
        assert_close(predictor_velocity(*given), expected, what="the velocity")


@test_case(name="predictor: descent on all pairs of views", points=1, hidden=True)
def descent_of_the_predictor(predictor_velocity, rng):
    first, second, X, X_prime = pairs_of_views(rng, 4)
    W, Wp = encoder(rng, 3, 4), normal(rng, 3, 3).requires_grad_()
    (gradient,) = torch.autograd.grad(mean_loss(first, second, W, W, Wp), Wp)
    found = predictor_velocity(W, Wp.detach(), X, X_prime)
    assert_close(found, -gradient, what="the velocity")


@test_case(name="predictor: its steady state", points=2, hidden=True)
def steady_state_of_the_predictor(predictor_steady_state, rng):
    for n2, n1 in ((3, 5), (4, 4)):
        W, _, X, X_prime = model(rng, n2, n1)
        expected = reference.predictor_steady_state(W, X, X_prime)
        assert_close(predictor_steady_state(W, X, X_prime), expected, what="the steady state")


@test_case(name="predictor: in its steady state it stands still", points=1, hidden=True)
def standing_still(predictor_velocity, predictor_steady_state, rng):
    W, _, X, X_prime = model(rng, 3, 5)
    steady = as_tensor(predictor_steady_state(W, X, X_prime), shape=(3, 3), what="the steady state")
    assert_close(steady, reference.predictor_steady_state(W, X, X_prime), what="the steady state")
    velocity = predictor_velocity(W, steady.double(), X, X_prime)
    still = torch.zeros(3, 3, dtype=torch.float64)
    assert_close(velocity, still, what="the velocity in the steady state")


@test_case(name="predictor: the steady state of a small encoder", points=0.5, hidden=True)
def small_encoder(predictor_steady_state, rng):
    """The scale of the encoder cancels."""
    W, _, X, X_prime = model(rng, 3, 5)
    expected = reference.predictor_steady_state(W, X, X_prime)
    found = predictor_steady_state(1e-4 * W, X, X_prime)
    assert_close(found, expected, what="the steady state")


@test_case(name="predictor: sizes of 1", points=0.5, hidden=True)
def predictor_small(predictor_velocity, predictor_steady_state, rng):
    for n2, n1 in ((1, 3), (3, 1), (1, 1)):
        W, Wp, X, X_prime = model(rng, n2, n1)
        what = f"the velocity for an encoder of the shape ({n2}, {n1})"
        expected = reference.predictor_velocity(W, Wp, X, X_prime)
        assert_close(predictor_velocity(W, Wp, X, X_prime), expected, what=what)
        if n2 == 1:
            what = f"the steady state for an encoder of the shape (1, {n1})"
            expected = reference.predictor_steady_state(W, X, X_prime)
            assert_close(predictor_steady_state(W, X, X_prime), expected, what=what)


@test_case(name="predictor: float32", points=0.5, hidden=True)
def predictor_in_float32(predictor_velocity, rng):
    given = model(rng, 2, 4, torch.float32)
    expected = reference.predictor_velocity(*given)
    assert_close(predictor_velocity(*given), expected, what="the velocity")


@test_case(name="encoder: with stop-gradient", points=2, hidden=True)
def velocity_with_stop_gradient(encoder_velocity, rng):
    for n2, n1 in ((3, 5), (4, 2)):
        given = model(rng, n2, n1)
        expected = reference.encoder_velocity(*given, stop_grad=True)
        assert_close(encoder_velocity(*given, stop_grad=True), expected, what="the velocity")


def check_descent(encoder_velocity, rng, stop_grad):
    """The velocity goes against the gradient of the loss of all pairs of views."""
    first, second, X, X_prime = pairs_of_views(rng, 4)
    W, Wp = encoder(rng, 3, 4).requires_grad_(), normal(rng, 3, 3)
    target = W.detach() if stop_grad else W
    (gradient,) = torch.autograd.grad(mean_loss(first, second, W, target, Wp), W)
    found = encoder_velocity(W.detach(), Wp, X, X_prime, stop_grad=stop_grad)
    assert_close(found, -gradient, what="the velocity")


@test_case(name="encoder: descent on all pairs of views", points=1, hidden=True)
def descent_of_the_encoder(encoder_velocity, rng):
    check_descent(encoder_velocity, rng, stop_grad=True)


@test_case(name="encoder: what reaches it through the target", points=1, hidden=True)
def through_the_target(encoder_velocity, rng):
    """The two velocities differ by what pulls the target towards the prediction."""
    W, Wp, X, X_prime = given = model(rng, 3, 5)
    free = as_tensor(encoder_velocity(*given, stop_grad=False), shape=(3, 5), what="the velocity")
    stopped = as_tensor(encoder_velocity(*given, stop_grad=True), shape=(3, 5), what="the velocity")
    pull = Wp @ W @ X - W @ (X + X_prime)
    assert_close(free - stopped, pull, what="the difference that stop-gradient makes")


@test_case(name="encoder: where the predictor is the identity", points=1, hidden=True)
def identity_as_predictor(encoder_velocity, rng):
    """Then only the covariance of the views moves the encoder, twice as fast without stop-gradient."""
    W, _, X, X_prime = model(rng, 3, 5)
    identity = torch.eye(3, dtype=torch.float64)
    stopped = encoder_velocity(W, identity, X, X_prime, stop_grad=True)
    assert_close(stopped, -W @ X_prime, what="the velocity with stop-gradient")
    free = encoder_velocity(W, identity, X, X_prime, stop_grad=False)
    assert_close(free, -2 * W @ X_prime, what="the velocity without stop-gradient")


@test_case(name="encoder: sizes of 1", points=0.5, hidden=True)
def encoder_small(encoder_velocity, rng):
    for n2, n1 in ((1, 3), (3, 1)):
        given = model(rng, n2, n1)
        what = f"the velocity of an encoder of the shape ({n2}, {n1})"
        expected = reference.encoder_velocity(*given, stop_grad=True)
        assert_close(encoder_velocity(*given, stop_grad=True), expected, what=what)


@test_case(name="encoder: float32", points=0.5, hidden=True)
def encoder_in_float32(encoder_velocity, rng):
    W, Wp, X, X_prime = model(rng, 2, 4, torch.float32)
    given = W, Wp / 2, X, X_prime  # a smaller predictor: products of it round far below 1e-5
    for stop_grad in (True, False):
        expected = reference.encoder_velocity(*given, stop_grad=stop_grad)
        found = encoder_velocity(*given, stop_grad=stop_grad)
        assert_close(found, expected, what=f"the velocity (stop_grad={stop_grad})")


@test_case(name="collapse: the velocity", points=2, hidden=True)
def velocity_without_stop_gradient(encoder_velocity, rng):
    for n2, n1 in ((3, 5), (4, 2)):
        given = model(rng, n2, n1)
        expected = reference.encoder_velocity(*given, stop_grad=False)
        assert_close(encoder_velocity(*given, stop_grad=False), expected, what="the velocity")


@test_case(name="collapse: descent on all pairs of views", points=1, hidden=True)
def descent_without_stop_gradient(encoder_velocity, rng):
    check_descent(encoder_velocity, rng, stop_grad=False)


@test_case(name="collapse: the operator", points=2, hidden=True)
def operator(collapse_operator, rng):
    _, Wp, X, X_prime = model(rng, 3, 4)
    expected = reference.collapse_operator(Wp, X, X_prime)
    assert_close(collapse_operator(Wp, X, X_prime), expected, what="the operator")


@test_case(name="collapse: the operator moves the stacked columns", points=2, hidden=True)
def operator_on_columns(collapse_operator, rng):
    """Minus the operator takes the encoder to its descent on all pairs of views."""
    first, second, X, X_prime = pairs_of_views(rng, 4)
    W, Wp = encoder(rng, 3, 4).requires_grad_(), normal(rng, 3, 3)
    (gradient,) = torch.autograd.grad(mean_loss(first, second, W, W, Wp), W)
    H = as_tensor(collapse_operator(Wp, X, X_prime), shape=(12, 12), what="the operator").double()
    assert_close(-H @ stacked(W.detach()), -stacked(gradient), what="minus H times vec W")


@test_case(name="collapse: the operator is symmetric and shrinks", points=1, hidden=True)
def operator_shrinks(collapse_operator, rng):
    _, Wp, X, X_prime = model(rng, 3, 5)
    found = collapse_operator(Wp, X, X_prime)
    expected = reference.collapse_operator(Wp, X, X_prime)
    assert_close(found, expected, what="the operator")
    H = as_tensor(found, shape=(15, 15), what="the operator").double()
    assert_close(H, H.T.clone(), what="the operator, beside its transpose,")
    assert_all(H.isfinite(), "the operator is finite")
    # The identity's share alone leaves no eigenvalue below the least one of X'.
    least = torch.linalg.eigvalsh(X_prime)[0]
    smallest = torch.linalg.eigvalsh((H + H.T) / 2)[0]
    assert_all(smallest >= 0.999 * least, "no eigenvalue of the operator is below the least of X'")


@test_case(name="collapse: the bound", points=2, hidden=True)
def bound(collapse_bound, rng):
    for n2, n1, t in ((3, 4, 0.8), (4, 2, 2.5)):
        given = model(rng, n2, n1)
        expected = reference.collapse_bound(*given, t)
        assert_close(collapse_bound(*given, t), expected, what="the bound")


@test_case(name="collapse: the bound is reached by the slowest encoder", points=1, hidden=True)
def bound_is_reached(collapse_bound, rng):
    """The flow stays below the bound; in the slowest direction it stays on the bound."""
    W0, Wp, X, X_prime = model(rng, 3, 4)
    H = reference.collapse_operator(Wp, X, X_prime)
    rates, modes = torch.linalg.eigh(H)
    t = float(uniform(rng, 0.3, 1.5))
    found = as_tensor(collapse_bound(W0, Wp, X, X_prime, t), shape=(), what="the bound")
    norm = torch.linalg.vector_norm(torch.exp(-t * rates) * (modes.T @ stacked(W0)))
    assert_all(norm <= found * (1 + 1e-8), "the encoder's norm is nowhere above the bound")
    slowest = 3 * modes[:, 0].reshape(4, 3).T.contiguous()
    found = collapse_bound(slowest, Wp, X, X_prime, t)
    assert_close(found, 3 * torch.exp(-t * rates[0]), what="the bound of the slowest encoder")


@test_case(name="collapse: the bound in time", points=1, hidden=True)
def bound_in_time(collapse_bound, rng):
    """It begins at the norm of the encoder and falls by the same factor in equal times."""
    given = model(rng, 3, 5)
    start, middle, end = (
        as_tensor(collapse_bound(*given, t), shape=(), what=f"the bound at time {t}").double()
        for t in (0.0, 0.4, 0.8)
    )
    norm = given[0].square().sum().sqrt()
    assert_close(start, norm, what="the bound at time 0")
    assert_close(middle.square(), start * end, what="the bound at time 0.4, squared")
    assert_all(middle < start, "the bound falls")


@test_case(name="collapse: sizes of 1", points=0.5, hidden=True)
def collapse_small(encoder_velocity, collapse_operator, collapse_bound, rng):
    for n2, n1 in ((1, 3), (3, 1)):
        W, Wp, X, X_prime = model(rng, n2, n1)
        of = f"for an encoder of the shape ({n2}, {n1})"
        expected = reference.encoder_velocity(W, Wp, X, X_prime, stop_grad=False)
        found = encoder_velocity(W, Wp, X, X_prime, stop_grad=False)
        assert_close(found, expected, what=f"the velocity {of}")
        expected = reference.collapse_operator(Wp, X, X_prime)
        assert_close(collapse_operator(Wp, X, X_prime), expected, what=f"the operator {of}")
        expected = reference.collapse_bound(W, Wp, X, X_prime, 0.7)
        assert_close(collapse_bound(W, Wp, X, X_prime, 0.7), expected, what=f"the bound {of}")


@test_case(name="collapse: float32", points=0.5, hidden=True)
def collapse_in_float32(collapse_operator, collapse_bound, rng):
    W0, Wp, X, X_prime = model(rng, 2, 4, torch.float32)
    expected = reference.collapse_operator(Wp, X, X_prime)
    assert_close(collapse_operator(Wp, X, X_prime), expected, what="the operator")
    expected = reference.collapse_bound(W0, Wp, X, X_prime, 0.3)
    assert_close(collapse_bound(W0, Wp, X, X_prime, 0.3), expected, what="the bound")


def path(rng, count, n2, n1):
    """An encoder, predictors that follow one another, two moments, and how long each lasts."""
    W0, _, X, X_prime = model(rng, n2, n1)
    return W0, normal(rng, count, n2, n2), X, X_prime, uniform(rng, 0.2, 0.6, count)


def check_path(bound_path, given):
    """Either bound is right: each predictor with its own rate, or all with the slowest."""
    W0, Wps, X, X_prime, dts = given
    slowest = min(
        float(torch.linalg.eigvalsh(reference.collapse_operator(Wp, X, X_prime))[0]) for Wp in Wps
    )
    looser = torch.exp(-slowest * dts.sum()) * torch.linalg.vector_norm(W0)
    found = as_tensor(bound_path(*given), shape=(), what="the bound").double()
    expected = reference.bound_path(*given)
    near_the_looser = (found - looser).abs() < (found - expected).abs()
    assert_close(found, looser if near_the_looser else expected, what="the bound")


@test_case(name="collapse: the bound for predictors that change", points=1, hidden=True)
def bound_of_a_path(bound_path, rng):
    for count, n2, n1 in ((4, 3, 2), (3, 2, 4)):
        check_path(bound_path, path(rng, count, n2, n1))


@test_case(name="collapse: the bound where sizes are 1", points=0.5, hidden=True)
def bound_of_a_short_path(bound_path, rng):
    for count, n2, n1 in ((1, 2, 3), (3, 1, 2), (2, 2, 1), (1, 1, 1)):
        check_path(bound_path, path(rng, count, n2, n1))


@test_case(name="no_predictor: the encoder at two times", points=2, hidden=True)
def encoder_at_two_times(collapsed_weights, rng):
    """Sizes differ once and are equal once, so that either side of the encoder can be multiplied."""
    for n2, n1 in ((3, 5), (4, 4)):
        W0, X_prime = encoder(rng, n2, n1), moment(rng, n1)
        t = float(uniform(rng, 0.2, 2.0))
        expected = reference.collapsed_weights(W0, X_prime, t)
        assert_close(collapsed_weights(W0, X_prime, t), expected, what=f"the encoder at time {t}")


@test_case(name="no_predictor: the encoder at three times", points=1, hidden=True)
def encoder_at_three_times(collapsed_weights, rng):
    W0, X_prime = encoder(rng, 3, 5), moment(rng, 5)
    for t in (0, 0.35, 2.0):
        expected = reference.collapsed_weights(W0, X_prime, t)
        assert_close(collapsed_weights(W0, X_prime, t), expected, what=f"the encoder at time {t}")


@test_case(name="no_predictor: as many features as inputs", points=1, hidden=True)
def square_encoder(collapsed_weights, rng):
    W0, X_prime = normal(rng, 4, 4), moment(rng, 4)
    expected = reference.collapsed_weights(W0, X_prime, 0.6)
    assert_close(collapsed_weights(W0, X_prime, 0.6), expected, what="the encoder")


@test_case(name="no_predictor: the flow of the collapse operator", points=1, hidden=True)
def flow_of_the_operator(collapsed_weights, rng):
    """At the identity as predictor, the operator of the collapse moves the encoder; X has no part."""
    W0, _, X, X_prime = model(rng, 2, 4)
    H = reference.collapse_operator(torch.eye(2, dtype=torch.float64), X, X_prime)
    rates, modes = torch.linalg.eigh(H)
    end = modes @ (torch.exp(-0.7 * rates) * (modes.T @ stacked(W0)))
    found = collapsed_weights(W0, X_prime, 0.7)
    assert_close(found, end.reshape(4, 2).T, what="the encoder")


@test_case(name="no_predictor: going on from where it was", points=1, hidden=True)
def going_on(collapsed_weights, rng):
    """The encoder of a later time begins anew at the encoder of an earlier one."""
    W0, X_prime = encoder(rng, 3, 4), moment(rng, 4)
    half = as_tensor(collapsed_weights(W0, X_prime, 0.3), shape=(3, 4), what="the encoder at 0.3")
    assert_close(half, reference.collapsed_weights(W0, X_prime, 0.3), what="the encoder at 0.3")
    onwards = collapsed_weights(half.double(), X_prime, 0.5)
    at_once = as_tensor(collapsed_weights(W0, X_prime, 0.8), shape=(3, 4), what="the encoder")
    assert_close(onwards, at_once.double(), what="the encoder at 0.3 + 0.5, beside that at 0.8,")


@test_case(name="no_predictor: what the views agree on survives", points=0.5, hidden=True)
def survivors(collapsed_weights, rng):
    """Late, and with a covariance that has two directions without any variance."""
    W0 = normal(rng, 3, 5)
    axes, _ = torch.linalg.qr(normal(rng, 5, 5))
    variances = torch.tensor([0.0, 0.0, 0.4, 1.0, 2.0], dtype=torch.float64)
    X_prime = axes * variances @ axes.T
    found = collapsed_weights(W0, (X_prime + X_prime.T) / 2, 12.0)
    expected = W0 @ (axes * torch.exp(-24 * variances)) @ axes.T
    assert_close(found, expected, what="the encoder at time 12")


@test_case(name="no_predictor: sizes of 1", points=0.5, hidden=True)
def collapsed_small(collapsed_weights, rng):
    for n2, n1 in ((1, 3), (3, 1)):
        W, _, _, X_prime = model(rng, n2, n1)
        what = f"the encoder of the shape ({n2}, {n1})"
        expected = reference.collapsed_weights(W, X_prime, 0.6)
        assert_close(collapsed_weights(W, X_prime, 0.6), expected, what=what)


@test_case(name="no_predictor: float32", points=0.5, hidden=True)
def weights_in_float32(collapsed_weights, rng):
    W0, X_prime = encoder(rng, 3, 5, torch.float32), moment(rng, 5, torch.float32)
    expected = reference.collapsed_weights(W0, X_prime, 0.4)
    assert_close(collapsed_weights(W0, X_prime, 0.4), expected, what="the encoder")


@test_case(name="survives: the four answers", points=1, hidden=True)
def four_answers(survives):
    for stop_grad in (True, False):
        for predictor in (True, False):
            expected = reference.survives(stop_grad, predictor)
            what = f"the answer (stop_grad={stop_grad}, predictor={predictor})"
            assert_equal(survives(stop_grad, predictor), expected, what=what)
