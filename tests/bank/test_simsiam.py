"""The SimSiam reference, held against an ensemble of views enumerated pair by pair, and mpmath."""

import math

import mpmath
import numpy as np
import pytest
import torch
from torch.autograd import gradcheck

from reference import simsiam
from tests.bank.tensors import close, randn

N1, N2 = 4, 3


# An ensemble small enough to enumerate: 6 examples with 5 equally likely views each. Two views of
# an example are drawn independently of one another, so all ordered pairs are equally likely too.
VIEWS = randn(0, 6, 1, N1) + 0.6 * randn(1, 6, 5, N1)
X1 = VIEWS[:, :, None, :].expand(6, 5, 5, N1).reshape(150, N1)
X2 = VIEWS[:, None, :, :].expand(6, 5, 5, N1).reshape(150, N1)

# Its moments, example by example and view by view.
X, X_PRIME = torch.zeros(2, N1, N1, dtype=torch.float64)
for views in VIEWS:
    centre = sum(views) / 5
    X += torch.outer(centre, centre) / 6
    for view in views:
        X_PRIME += torch.outer(view - centre, view - centre) / 30

W, WP = randn(2, N2, N1), randn(3, N2, N2)
EYE = torch.eye(N2, dtype=torch.float64)


def enumerated(online, target, Wp):
    """Half the mean square of the error over all pairs, the two branches with their own weights."""
    error = X1 @ online.T @ Wp.T - X2 @ target.T
    return (error * error).sum() / (2 * len(X1))


def vec(matrix):
    """Stack the columns, entry by entry."""
    rows, columns = matrix.shape
    return torch.stack([matrix[i, j] for j in range(columns) for i in range(rows)])


def operator(Wp=WP):
    """H, column by column: what gradient descent without stop-gradient does to a basis matrix."""
    columns = []
    for j in range(N1):
        for i in range(N2):
            basis = torch.zeros(N2, N1, dtype=torch.float64)
            basis[i, j] = 1
            basis.requires_grad_()
            (gradient,) = torch.autograd.grad(enumerated(basis, basis, Wp), basis)
            columns.append(vec(gradient))
    return torch.stack(columns, dim=1)


# --- Values ---


def test_loss_by_a_loop():
    x1, x2 = randn(4, 5, N1), randn(5, 5, N1)
    total = 0.0
    for n in range(5):
        for i in range(N2):
            online = sum(WP[i, j] * W[j, k] * x1[n, k] for j in range(N2) for k in range(N1))
            target = sum(W[i, k] * x2[n, k] for k in range(N1))
            total = total + (online - target) ** 2 / (2 * 5)
    close(simsiam.simsiam_loss(x1, x2, W, WP), total)


def test_loss_gradients_hold_the_target_constant():
    x1, x2, weight, Wp = (a.clone().requires_grad_() for a in (X1, X2, W, WP))
    loss = simsiam.simsiam_loss(x1, x2, weight, Wp)
    by_weight, by_x1, by_Wp, by_x2 = torch.autograd.grad(
        loss, (weight, x1, Wp, x2), allow_unused=True
    )
    assert by_x2 is None or not by_x2.any()
    online = W.clone().requires_grad_()
    close(by_weight, torch.autograd.grad(enumerated(online, W, WP), online)[0])
    error = X1 @ W.T @ WP.T - X2 @ W.T
    close(by_x1, error @ WP @ W / 150)
    close(by_Wp, error.T @ (X1 @ W.T) / 150)


def test_objective_is_the_mean_over_all_pairs_of_views():
    close(simsiam.simsiam_objective(W, WP, X, X_PRIME), enumerated(W, W, WP))


def test_predictor_velocity_descends():
    Wp = WP.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(enumerated(W, W, Wp), Wp)
    close(simsiam.predictor_velocity(W, WP, X, X_PRIME), -gradient)


def test_encoder_velocity_descends():
    weight = W.clone().requires_grad_()
    (stopped,) = torch.autograd.grad(enumerated(weight, W, WP), weight)
    close(simsiam.encoder_velocity(W, WP, X, X_PRIME, True), -stopped)
    (through,) = torch.autograd.grad(enumerated(weight, weight, WP), weight)
    close(simsiam.encoder_velocity(W, WP, X, X_PRIME, False), -through)
    assert (stopped - through).abs().max() > 0.1


def test_collapse_operator_acts_on_stacked_columns():
    close(simsiam.collapse_operator(WP, X, X_PRIME), operator())


def test_collapse_operator_by_hand():
    Wp = torch.tensor([[1.0, 2.0], [0.0, 1.0]], dtype=torch.float64)
    moment = torch.tensor([[3.0]], dtype=torch.float64)
    spread = torch.tensor([[5.0]], dtype=torch.float64)
    # WpᵀWp + I = [[2, 2], [2, 6]], (Wp − I)ᵀ(Wp − I) = [[0, 0], [0, 4]]
    expected = torch.tensor([[10.0, 10.0], [10.0, 42.0]], dtype=torch.float64)
    close(simsiam.collapse_operator(Wp, moment, spread), expected)


@pytest.mark.parametrize("t", [0, 2.5])
def test_collapse_bound_bounds_the_flow_and_is_reached(t):
    H = operator()
    rates, modes = np.linalg.eig(H.numpy())
    slowest = int(np.argmin(rates.real))
    slow = torch.from_numpy(modes[:, slowest].real.copy()).reshape(N1, N2).T
    for start, tight in ((W, t == 0), (3 * slow, True)):
        with mpmath.workdps(30):
            flow = mpmath.expm(mpmath.matrix((-t * H).tolist()))
            end = flow * mpmath.matrix(vec(start).tolist())
            norm = float(mpmath.norm(end))
        bound = simsiam.collapse_bound(start, WP, X, X_PRIME, t)
        assert bound.shape == ()
        expected = math.exp(-rates[slowest].real * t) * math.sqrt(float((start**2).sum()))
        close(bound, torch.tensor(expected, dtype=torch.float64), rtol=1e-10)
        assert norm <= bound * (1 + 1e-12)
        assert (norm > bound * (1 - 1e-10)) == tight


def test_collapsed_weights_by_hand():
    spread = torch.diag(torch.tensor([0.0, 0.25, 0.5, 1.0], dtype=torch.float64))
    decay = torch.tensor([1.0, 0.5, 0.25, 0.0625], dtype=torch.float64)
    close(simsiam.collapsed_weights(W, spread, 2 * math.log(2)), W * decay)


@pytest.mark.parametrize("t", [0.7, 30.0])
def test_collapsed_weights_are_those_of_the_flow(t):
    """The flow of the whole stacked encoder under H at W_p = I, enumerated and exponentiated."""
    with mpmath.workdps(30):
        flow = mpmath.expm(mpmath.matrix((-t * operator(EYE)).tolist()))
        end = np.array((flow * mpmath.matrix(vec(W).tolist())).tolist(), dtype=float)
    close(simsiam.collapsed_weights(W, X_PRIME, t), torch.from_numpy(end).reshape(N1, N2).T)


def test_collapsed_weights_move_with_the_encoder_s_velocity():
    t = torch.tensor(0.9, dtype=torch.float64)
    speed = torch.autograd.functional.jacobian(
        lambda t: simsiam.collapsed_weights(W, X_PRIME, t), t
    )
    here = simsiam.collapsed_weights(W, X_PRIME, 0.9)
    close(speed, simsiam.encoder_velocity(here, EYE, X, X_PRIME, False))


def test_collapsed_weights_stay_accurate_where_rates_differ_by_a_million():
    # Givens rotations keep the exact eigenvectors at hand; the slow mode must survive the fast.
    cos, sin = 0.6, 0.8
    turn = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
    spread = turn @ torch.diag(torch.tensor([1e-3, 1e3], dtype=torch.float64)) @ turn.T
    spread = (spread + spread.T) / 2
    start = randn(6, 3, 2)
    slow = turn[:, 0]
    expected = torch.outer(start @ slow, slow) * math.exp(-0.02)
    close(simsiam.collapsed_weights(start, spread, 10.0), expected, rtol=1e-8)


@pytest.mark.parametrize("scale", [1.0, 1e-4, 1e-9])
def test_steady_state_is_the_regression_of_one_view_on_the_other(scale):
    regression = torch.linalg.lstsq(X1 @ W.T, X2 @ W.T).solution.T
    close(simsiam.predictor_steady_state(scale * W, X, X_PRIME), regression, rtol=1e-9)


def test_steady_state_does_not_move():
    steady = simsiam.predictor_steady_state(W, X, X_PRIME)
    assert (steady - steady.T).abs().max() > 1e-3
    velocity = simsiam.predictor_velocity(W, steady, X, X_PRIME)
    close(velocity, torch.zeros(N2, N2, dtype=torch.float64), atol=1e-12)


# --- Every function by name, for the rules that hold of all of them ---

INPUTS = {"x1": X1, "x2": X2, "W": W, "Wp": WP, "X": X, "X_prime": X_PRIME}
CALLS = {
    "simsiam_loss": lambda a: simsiam.simsiam_loss(a["x1"], a["x2"], a["W"], a["Wp"]),
    "simsiam_objective": lambda a: simsiam.simsiam_objective(a["W"], a["Wp"], a["X"], a["X_prime"]),
    "predictor_velocity": lambda a: simsiam.predictor_velocity(
        a["W"], a["Wp"], a["X"], a["X_prime"]
    ),
    "stopped_velocity": lambda a: simsiam.encoder_velocity(
        a["W"], a["Wp"], a["X"], a["X_prime"], True
    ),
    "through_velocity": lambda a: simsiam.encoder_velocity(
        a["W"], a["Wp"], a["X"], a["X_prime"], False
    ),
    "collapse_operator": lambda a: simsiam.collapse_operator(a["Wp"], a["X"], a["X_prime"]),
    "collapse_bound": lambda a: simsiam.collapse_bound(
        a["W"], a["Wp"], a["X"], a["X_prime"], a.get("t", 0.4)
    ),
    "collapsed_weights": lambda a: simsiam.collapsed_weights(a["W"], a["X_prime"], a.get("t", 0.4)),
    "predictor_steady_state": lambda a: simsiam.predictor_steady_state(
        a["W"], a["X"], a["X_prime"]
    ),
}
FIRST = {"simsiam_loss": "x1", "collapse_operator": "Wp"}  # every other begins with W


@pytest.mark.parametrize("name", CALLS)
def test_arguments_are_left_alone(name):
    arguments = {k: v.clone() for k, v in INPUTS.items()}
    CALLS[name](arguments)
    assert all(torch.equal(arguments[k], v) for k, v in INPUTS.items())


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("first", [torch.float32, torch.float64])
@pytest.mark.parametrize("others", [torch.float32, torch.float64])
def test_dtype_is_that_of_the_first_argument(name, first, others):
    leader = FIRST.get(name, "W")
    arguments = {k: v.to(first if k == leader else others) for k, v in INPUTS.items()}
    actual = CALLS[name](arguments)
    assert actual.dtype == first
    exact = CALLS[name]({k: v.double() for k, v in arguments.items()})
    tiny = 1e-7 if first == torch.float32 else 1e-14
    close(actual.double(), exact, rtol=tiny, atol=0)


@pytest.mark.parametrize("name", CALLS)
def test_layout_in_memory_does_not_matter(name):
    turned = {k: v.T.contiguous().T for k, v in INPUTS.items()}
    assert not any(matrix.is_contiguous() for matrix in turned.values())
    close(CALLS[name](turned), CALLS[name](INPUTS))


@pytest.mark.parametrize("name", ["collapse_bound", "collapsed_weights"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.int64])
def test_time_may_be_a_tensor(name, dtype):
    arguments = {**INPUTS, "t": torch.tensor(2, dtype=dtype)}
    close(CALLS[name](arguments), CALLS[name]({**INPUTS, "t": 2}))


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"simsiam_loss"}))
def test_gradients_by_finite_differences(name):
    # The loss is left out: what it passes back is by design not the derivative of its value.
    names = ["W", "Wp", "X", "X_prime", "t"]

    def function(*values):
        leaves = dict(zip(names, values, strict=True))
        arguments = {**INPUTS, **leaves}
        return CALLS[name](arguments) + 0 * sum(value.sum() for value in values)

    leaves = {**INPUTS, "t": torch.tensor(0.4, dtype=torch.float64)}
    values = [leaves[k].clone().requires_grad_() for k in names]
    assert gradcheck(function, tuple(values))


def test_bound_at_the_dead_encoder_has_a_gradient():
    start = torch.zeros(N2, N1, dtype=torch.float64, requires_grad=True)
    bound = simsiam.collapse_bound(start, WP, X, X_PRIME, 1.0)
    bound.backward()
    assert bound == 0 and start.grad.isfinite().all()


@pytest.mark.parametrize("rates", [[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 2.0, 2.0]])
def test_repeated_rates_leave_gradients_finite(rates):
    spread = torch.diag(torch.tensor(rates, dtype=torch.float64)).requires_grad_()
    simsiam.collapsed_weights(W, spread, 0.8).sum().backward()
    # d/dε W₀ expm(−2t(D + εE)): entry (i, j) of E is weighted by a divided difference of exp.
    t, weight = 0.8, W.sum(0)
    for i in range(N1):
        for j in range(N1):
            a, b = -2 * t * rates[i], -2 * t * rates[j]
            slope = math.exp(a) if a == b else (math.exp(a) - math.exp(b)) / (a - b)
            assert spread.grad[i, j] == pytest.approx(-2 * t * slope * float(weight[i]), rel=1e-9)


# --- Outside the domain ---

TAKES = {
    "x1": {"simsiam_loss"},
    "x2": {"simsiam_loss"},
    "W": set(CALLS) - {"collapse_operator"},
    "Wp": set(CALLS) - {"collapsed_weights", "predictor_steady_state"},
    "X": set(CALLS) - {"simsiam_loss", "collapsed_weights"},
    "X_prime": set(CALLS) - {"simsiam_loss"},
}
BAD = {
    "x1": [X1[0], X1[None], X1[:0], X1.long()],
    "x2": [X2[:1], X2[:, :3], X2.long()],
    "W": [W[0], W[None], W.long(), W[:, :0]],
    "Wp": [WP[:2], WP[None], WP.long()],
    "X": [X[:3], X + torch.triu(X, 1), X.long(), X[None]],
    "X_prime": [X_PRIME[:, :3], randn(7, N1, N1), X_PRIME.long(), X_PRIME[0]],
}


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        (name, argument, value)
        for argument, takers in TAKES.items()
        for name in sorted(takers)
        for value in BAD[argument]
    ],
)
def test_refuses(name, argument, value):
    # In the collapse the encoder is the one at time 0.
    shown = "W0" if argument == "W" and name.startswith("collapse") else argument
    with pytest.raises(ValueError, match=rf"^{shown} must "):
        CALLS[name]({**INPUTS, argument: value})


@pytest.mark.parametrize("name", ["collapse_bound", "collapsed_weights"])
def test_refuses_several_times(name):
    with pytest.raises(ValueError, match=r"^t must "):
        CALLS[name]({**INPUTS, "t": torch.tensor([0.1, 0.2])})


def test_refuses_an_encoder_that_does_not_fit_the_views():
    with pytest.raises(ValueError, match=r"^W must "):
        simsiam.simsiam_loss(X1, X2, W[:, :3], WP)


@pytest.mark.parametrize(
    "weight",
    [
        torch.cat([W[:2], W[:1] - 2 * W[1:2]]),
        torch.zeros(N2, N1, dtype=torch.float64),
        randn(8, 6, N1),
    ],
    ids=["dependent rows", "zero", "more rows than columns"],
)
def test_refuses_an_encoder_without_steady_state(weight):
    with pytest.raises(ValueError, match=r"^W must make"):
        simsiam.predictor_steady_state(weight, X, X_PRIME)


def test_moments_may_be_symmetric_up_to_rounding():
    rounded = (X * (1 + 1e-7 * torch.sign(randn(9, N1, N1)))).float()
    assert not torch.equal(rounded, rounded.T)
    actual = simsiam.simsiam_objective(W, WP, rounded, X_PRIME)
    close(actual, enumerated(W, W, WP), rtol=1e-5)


# --- A predictor that changes, and the example of survival ---


@pytest.mark.parametrize(("count", "n2", "n1"), [(1, 1, 1), (4, 3, 2), (3, 2, 1)])
def test_bound_path_is_never_below_the_flow(count, n2, n1):
    """The flow of each predictor in turn, exponentiated; a scalar encoder stays on its bound."""
    start, predictors = randn(10, n2, n1), randn(11, count, n2, n2)
    factors = randn(12, 2, n1, n1)
    mean, spread = (factor @ factor.T for factor in factors)
    times = randn(13, count).abs() + 0.1
    end = vec(start)
    for predictor, time in zip(predictors, times, strict=True):
        distance = predictor - torch.eye(n2, dtype=torch.float64)
        shrink = predictor.T @ predictor + torch.eye(n2, dtype=torch.float64)
        rates = [
            [
                spread[j, b] * shrink[i, a] + mean[j, b] * (distance.T @ distance)[i, a]
                for b in range(n1)
                for a in range(n2)
            ]
            for j in range(n1)
            for i in range(n2)
        ]
        end = torch.linalg.matrix_exp(-time * torch.tensor(rates, dtype=torch.float64)) @ end
    bound = simsiam.bound_path(start, predictors, mean, spread, times)
    assert bound.shape == ()
    assert end.norm() <= bound * (1 + 1e-12)
    if n1 * n2 == 1:
        close(bound, end.norm())


def test_bound_path_of_one_predictor_is_the_bound():
    path = simsiam.bound_path(W, WP[None], X, X_PRIME, torch.tensor([0.7], dtype=torch.float64))
    close(path, simsiam.collapse_bound(W, WP, X, X_PRIME, 0.7))
    halves = torch.tensor([0.3, 0.4], dtype=torch.float64)
    close(simsiam.bound_path(W, torch.stack([WP, WP]), X, X_PRIME, halves), path)


@pytest.mark.parametrize(
    ("place", "value", "argument"),
    [
        (0, W[0], "W0"),
        (1, WP, "Wps"),
        (1, WP[None, :2], "Wps"),
        (1, WP[None][:0], "Wps"),
        (2, X[:3], "X"),
        (3, X_PRIME[:, :3], "X_prime"),
        (4, torch.ones(2), "dts"),
        (4, torch.zeros(1), "dts"),
    ],
)
def test_bound_path_refuses(place, value, argument):
    given = [W, WP[None], X, X_PRIME, torch.ones(1)]
    given[place] = value
    with pytest.raises(ValueError, match=rf"^{argument} must "):
        simsiam.bound_path(*given)


@pytest.mark.parametrize(
    ("stop_grad", "predictor"),
    [
        (True, True),
        pytest.param(False, False, marks=pytest.mark.exhaustive),
        pytest.param(True, False, marks=pytest.mark.exhaustive),
        pytest.param(False, True, marks=pytest.mark.exhaustive),
    ],
)
def test_survival_by_integrating_the_equations(stop_grad, predictor):
    """Runge and Kutta's steps, from gradients of the traces; the norms are apart by four decades."""
    mean = torch.diag(torch.tensor([1.0, 0.5], dtype=torch.float64))
    spread = torch.tensor([[0.3, 0.1], [0.1, 0.3]], dtype=torch.float64)
    state = torch.tensor([[[1.0, 0.5], [-0.5, 1.0]], [[1.0, 0.0], [0.0, 1.0]]]).double()
    state[1] *= 0.5 if predictor else 1.0

    def velocity(now):
        online, target = now[0].clone().requires_grad_(), now[0].clone()
        predicted = now[1].clone().requires_grad_()
        other = target if stop_grad else online
        product = predicted @ online
        value = (product @ (mean + spread) @ product.T).trace() / 2
        value = value - (product @ mean @ other.T).trace()
        value = value + (other @ (mean + spread) @ other.T).trace() / 2
        by_encoder, by_predictor = torch.autograd.grad(value, (online, predicted))
        return -torch.stack([by_encoder, by_predictor * predictor])

    step = 0.05
    for _ in range(1200):
        k1 = velocity(state)
        k2 = velocity(state + step / 2 * k1)
        k3 = velocity(state + step / 2 * k2)
        k4 = velocity(state + step * k3)
        state = state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    norm = float(state[0].norm())
    assert not 1e-4 < norm < 1
    assert simsiam.survives(stop_grad, predictor) is (norm > 0.01)
