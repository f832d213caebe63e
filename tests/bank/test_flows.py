"""Flows: every map, log-determinant and divergence by another road than the reference's own."""

import math
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import torch
from torch.autograd import gradcheck
from torch.autograd.functional import jacobian
from torch.distributions import LogNormal, MultivariateNormal, Normal

from reference.flows import (
    flow_log_likelihood,
    forward_kl,
    forward_kl_in_base,
    forward_objective,
    kl_in_base,
    kl_in_data,
    kl_objective,
    planar_constrain,
    planar_flow,
    radial_flow,
    radial_flow_inverse,
    radial_radius,
    relu_collision,
    residual_inverse,
    residual_log_det,
    reverse_kl,
    reverse_objective,
    sigmoidal_flow,
    sigmoidal_flow_inverse,
)

F32, F64 = torch.float32, torch.float64


def vec(*numbers, dtype=F64):
    return torch.tensor(numbers, dtype=dtype)


def normal(seed, *shape, dtype=F64):
    return torch.tensor(np.random.default_rng(seed).normal(size=shape), dtype=dtype)


def leaf(value):
    return value.detach().clone().requires_grad_()


def assert_near(actual, expected, rtol=1e-10, atol=1e-12):
    """Compare with numbers of any kind, in float32 to little more than one rounding."""
    if actual.dtype == F32:
        rtol = max(rtol, 2e-7)
    if not isinstance(expected, torch.Tensor):
        expected = np.vectorize(float, otypes=[float])(np.array(expected, dtype=object))
        expected = torch.tensor(expected, dtype=actual.dtype)
    torch.testing.assert_close(actual.detach(), expected.detach(), rtol=rtol, atol=atol)


def legendre(f, low, high, nodes=60):
    t, weights = np.polynomial.legendre.leggauss(nodes)
    half = (high - low) / 2
    points = torch.tensor((low + high) / 2 + half * t, dtype=F64)
    return float(half * (torch.tensor(weights, dtype=F64) * f(points)).sum())


# --- relu -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "c"),
    [
        (1.0, 1.0, 0.0),
        (2.0, -3.0, 1.5),
        (-2.0, 3.0, -1.5),
        (0.0, 1.0, 1.0),
        (1.5, 0.0, 2.0),
        (1.5, -0.0, -2.0),
        (1, 2, 3),
        (1.0, 1e8, 1e-3),
        (1.0, -1e8, 1e-3),
        (1.0, 1e-8, 1e8),
        (1.0, 1e300, 1e-300),
        (1.0, 1e-300, 1e300),
        (1.0, -5e-324, 1.0),
        (1.0, 5e-324, -1.0),
        (1e300, 1.0, 1e20),
        (1.0, 3.0, 1e17),
        (1.0, -7.0, 1e23),
    ],
)
def test_a_relu_maps_two_inputs_to_one_output_in_exact_arithmetic(a, b, c):
    z1, z2 = relu_collision(a, b, c)
    assert z1.shape == z2.shape == ()
    assert z1.dtype == z2.dtype == F64
    assert abs(z1 - z2) > 1e-6
    g1, g2 = (
        Fraction(a) * max(Fraction(0), Fraction(b) * Fraction(z.item()) + Fraction(c))
        for z in (z1, z2)
    )
    assert abs(g1 - g2) <= Fraction(1e-15) * abs(g1)


@pytest.mark.parametrize(("b", "c"), [(0.3, 7.0), (-1e-30, 1e20), (0.0, 1.0), (1e30, -2.0)])
def test_a_relu_collides_in_float32_too(b, c):
    b, c = torch.tensor(b, dtype=F32, requires_grad=True), torch.tensor(c, dtype=F32)
    z1, z2 = relu_collision(2.0, b, c)
    assert z1.dtype == z2.dtype == F32
    assert abs(z1 - z2) > 1e-6
    with torch.no_grad():
        torch.testing.assert_close(torch.relu(b * z1 + c), torch.relu(b * z2 + c))


def test_a_wider_tensor_decides_the_dtype_of_a_relu_collision():
    pair = relu_collision(torch.tensor(1), torch.tensor(2.0, dtype=F32), torch.tensor(3.0).double())
    assert {z.dtype for z in pair} == {F64}


@pytest.mark.parametrize("wrong", ["a", "b", "c"])
@pytest.mark.parametrize("value", [math.nan, math.inf, torch.ones(1)])
def test_a_relu_takes_finite_numbers(wrong, value):
    arguments = {"a": 1.0, "b": 1.0, "c": 1.0} | {wrong: value}
    with pytest.raises(ValueError, match=f"^{wrong} must be a finite number"):
        relu_collision(**arguments)


# --- sigmoidal --------------------------------------------------------------------------------

# Dyadic weights: their sum is 1 exactly, and so is that of their images in mpmath.
A, B, W = vec(0.5, 2.0, 3.0, 1.25), vec(-1.0, 0.25, 4.0, -3.5), vec(0.5, 0.25, 0.125, 0.125)


def plain_sigmoidal(z, a=A, b=B, w=W):
    return torch.logit((w * torch.sigmoid(a * z[:, None] + b)).sum(1))


def exact_sigmoidal(z, a, b, w, digits=1500):
    """Return x and log dx/dz of the definition as it stands, with digits enough for 1 - S."""
    with mp.workdps(digits):
        a, b, w = ([mp.mpf(v) for v in t.tolist()] for t in (a, b, w))

        def logit(z):
            s = mp.fsum(wi / (1 + mp.exp(-ai * z - bi)) for ai, bi, wi in zip(a, b, w, strict=True))
            return mp.log(s / (1 - s))

        h = mp.mpf(10) ** (-digits // 6)
        z = mp.mpf(z)
        return logit(z), mp.log((logit(z + h) - logit(z - h)) / (2 * h))


def exact_image(z, a, b, w):
    """Return x from two sums of positive terms: few digits do at any z."""
    with mp.workdps(40):
        z, on, off = mp.mpf(z), 0, 0
        for ai, bi, wi in zip(a.tolist(), b.tolist(), w.tolist(), strict=True):
            t = mp.mpf(ai) * z + mp.mpf(bi)
            on += mp.mpf(wi) / (1 + mp.exp(-t))
            off += mp.mpf(wi) / (1 + mp.exp(t))
        return mp.log(on) - mp.log(off)


def test_the_sigmoidal_flow_is_its_definition_and_its_log_det_autograd():
    z = leaf(3 * normal(1, 9))
    x, log_det = sigmoidal_flow(z, A, B, W)
    expected = plain_sigmoidal(z)
    assert_near(x, expected)
    (slope,) = torch.autograd.grad(expected.sum(), z)
    assert_near(log_det, slope.log())


@pytest.mark.parametrize("w", [W, vec(0.0, 1.0, 0.0, 0.0), vec(0.5, 0.0, 0.5, 0.0)])
def test_the_sigmoidal_flow_stays_right_where_every_sigmoid_saturates(w):
    z = [-700.0, -333.3, -40.0, 0.0, 1e-9, 40.0, 500.0, 700.0]
    exact = [exact_sigmoidal(zi, A, B, w) for zi in z]
    x, log_det = sigmoidal_flow(vec(*z), A, B, w)
    assert_near(x, [e[0] for e in exact])
    assert_near(log_det, [e[1] for e in exact], atol=1e-11)


def test_the_sigmoidal_flow_stays_right_on_a_plateau():
    a, b, w = vec(1.0, 1.5), vec(300.0, -420.0), vec(0.75, 0.25)
    z = [-20.0, -10.0, 5.0]
    exact = [exact_sigmoidal(zi, a, b, w) for zi in z]
    x, log_det = sigmoidal_flow(vec(*z), a, b, w)
    assert_near(x, [math.log(3)] * 3)
    assert_near(log_det, [e[1] for e in exact])
    assert (log_det < -250).all()


def test_the_sigmoidal_flow_holds_in_float32():
    a, b, w = (t.to(F32) for t in (A, B, W))
    z = [-700.0, -40.0, -0.5, 3.0, 700.0]
    exact = [exact_sigmoidal(zi, a, b, w) for zi in z]
    x, log_det = sigmoidal_flow(vec(*z, dtype=F32), a, b, w)
    assert x.dtype == log_det.dtype == F32
    assert_near(x, [e[0] for e in exact], rtol=1e-6)
    assert_near(log_det, [e[1] for e in exact], rtol=1e-6)


@pytest.mark.parametrize("dtype", [F64, F32])
def test_one_sigmoid_alone_is_an_affine_map(dtype):
    z = vec(-700.0, -3.0, 0.0, 20.0, 700.0, dtype=dtype)
    x, log_det = sigmoidal_flow(z, vec(2.5), vec(-1.0), vec(1.0))
    assert_near(x, 2.5 * z - 1)
    assert_near(log_det, [math.log(2.5)] * 5)


def test_a_weight_of_zero_is_a_missing_sigmoid():
    z = torch.linspace(-700, 700, 11, dtype=F64)
    with_it = sigmoidal_flow(z, vec(1.0, 9.0, 0.5), vec(0.5, 300.0, -2.0), vec(0.25, 0.0, 0.75))
    without = sigmoidal_flow(z, vec(1.0, 0.5), vec(0.5, -2.0), vec(0.25, 0.75))
    for one, other in zip(with_it, without, strict=True):
        assert_near(one, other)


def test_the_log_det_integrates_to_the_distance_of_the_images():
    low, high = -1.5, 2.0
    ends, _ = sigmoidal_flow(vec(low, high), A, B, W)
    length = legendre(lambda z: sigmoidal_flow(z, A, B, W)[1].exp(), low, high)
    assert length == pytest.approx(float(ends[1] - ends[0]), rel=1e-9)


def test_the_sigmoidal_flow_is_differentiable_in_everything():
    def f(z, log_a, b, logits):
        return sigmoidal_flow(z, log_a.exp(), b, logits.softmax(0))

    assert gradcheck(f, (leaf(normal(2, 3)), leaf(A.log()), leaf(B), leaf(W.log())))


def test_the_derivative_in_a_weight_of_zero_is_that_of_the_definition():
    w = vec(0.5, 0.0, 0.25, 0.25)
    z = -30.0
    direction = [-1.0, 1.0, 0.0, 0.0]
    with mp.workdps(60):
        h = mp.mpf(10) ** -25
        moved = [mp.mpf(wi) + h * d for wi, d in zip(w.tolist(), direction, strict=True)]

        def both(weights):
            on = [
                1 / (1 + mp.exp(-a * mp.mpf(z) - b))
                for a, b in zip(A.tolist(), B.tolist(), strict=True)
            ]
            s = mp.fsum(wi * p for wi, p in zip(weights, on, strict=True))
            slope = mp.fsum(
                wi * ai * p * (1 - p) for wi, ai, p in zip(weights, A.tolist(), on, strict=True)
            )
            return mp.log(s / (1 - s)), mp.log(slope / (s * (1 - s)))

        start = both([mp.mpf(wi) for wi in w.tolist()])
        exact = [float((m - s) / h) for m, s in zip(both(moved), start, strict=True)]
    weights = leaf(w)
    for value, expected in zip(sigmoidal_flow(vec(z), A, B, weights), exact, strict=True):
        (gradient,) = torch.autograd.grad(value.sum(), weights, retain_graph=True)
        assert float(gradient @ vec(*direction)) == pytest.approx(expected, rel=1e-8)


def test_gradients_are_finite_where_every_sigmoid_saturates():
    inputs = [leaf(t) for t in (vec(-700.0, 0.0, 700.0), A, B, vec(0.5, 0.0, 0.5, 0.0))]
    x, log_det = sigmoidal_flow(*inputs)
    gradients = torch.autograd.grad(x.sum() + log_det.sum(), inputs)
    assert all(torch.isfinite(g).all() for g in gradients)
    # Far to the left x is a_min·z + const, far to the right a_min·z too.
    assert_near(gradients[0][[0, 2]], [0.5, 0.5])


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("w", [W, vec(0.0, 0.25, 0.0, 0.75)])
def test_the_sigmoidal_inverse_hits_its_target(sign, w):
    b = vec(1e6, -1e6, 3e5, 0.0) * sign
    x = [-1e6, -745.3, -30.0, -1.2, math.log(3), -math.log(3), 0.0, 1e-12, 0.4, 2.5, 50.0, 3e6]
    for offsets in (b, b / 1e5, B):
        z = sigmoidal_flow_inverse(vec(*x), A, offsets, w)
        for zi, xi in zip(z.tolist(), x, strict=True):
            assert abs(exact_image(zi, A, offsets, w) - xi) <= 1e-9 * (1 + abs(xi))


def test_the_sigmoidal_inverse_finds_a_root_near_zero():
    z = sigmoidal_flow_inverse(
        vec(0.0, 1e-13, -1e-13), vec(1.0, 1.0), vec(2.0, -2.0), vec(0.5, 0.5)
    )
    assert_near(z, [0.0] * 3, atol=1e-11)


def test_the_sigmoidal_inverse_undoes_the_flow():
    z = 4 * normal(3, 13)
    assert_near(sigmoidal_flow_inverse(sigmoidal_flow(z, A, B, W)[0], A, B, W), z)
    far = vec(-700.0, 700.0)
    assert_near(sigmoidal_flow_inverse(sigmoidal_flow(far, A, B, W)[0], A, B, W), far)


def test_the_sigmoidal_inverse_holds_in_float32():
    x = vec(-700.0, -2.0, 0.0, 1.5, 80.0, dtype=F32)
    z = sigmoidal_flow_inverse(x, A.to(F32), B.to(F32), W.to(F32))
    assert z.dtype == F32
    for zi, xi in zip(z.tolist(), x.tolist(), strict=True):
        assert abs(exact_image(zi, A, B, W) - xi) <= 1e-4 * (1 + abs(xi))


def test_the_sigmoidal_inverse_is_differentiable_in_everything():
    def f(x, log_a, b, logits):
        return sigmoidal_flow_inverse(x, log_a.exp(), b, logits.softmax(0))

    assert gradcheck(f, (leaf(normal(4, 3)), leaf(A.log()), leaf(B), leaf(W.log())))


def test_the_sigmoidal_inverse_stays_finite_where_no_float_has_the_image():
    # From one float to the next t leaps over the whole of both sigmoids.
    x = leaf(vec(-1.0, 0.3, 0.9, 2.0))
    flow = vec(1e20, 1e20), vec(-1e20, -2e20), vec(0.5, 0.5)
    z = sigmoidal_flow_inverse(x, *flow)
    (gradient,) = torch.autograd.grad(z.sum(), x)
    for zi, xi in zip(z.tolist(), x.tolist(), strict=True):
        around = (zi, math.nextafter(zi, -math.inf), math.nextafter(zi, math.inf))
        errors = [abs(exact_image(near, *flow) - xi) for near in around]
        assert errors[0] == min(errors)
    assert torch.isfinite(gradient).all()
    assert (gradient > 0).all()


@pytest.mark.parametrize("function", [sigmoidal_flow, sigmoidal_flow_inverse])
@pytest.mark.parametrize(
    ("at", "value", "match"),
    [
        (0, torch.zeros(3, 1), "[zx] must be a floating-point tensor"),
        (0, torch.zeros(3, dtype=torch.int64), "[zx] must be a floating-point tensor"),
        (1, vec(1.0, 0.0, 1.0, 1.0), "a must be positive"),
        (1, vec(1.0, math.nan, 1.0, 1.0), "a must be positive"),
        (1, vec(1.0, 1.0), "a must be a tensor of shape"),
        (2, vec(1.0), "b must be a tensor of shape"),
        (3, vec(0.5, 0.5, 0.5, -0.5), "w must be non-negative and sum to 1"),
        (3, vec(0.5, 0.5, 0.5, 0.5), "w must be non-negative and sum to 1"),
        (3, vec(), "a must be a tensor of shape"),
        (3, torch.full((1, 4), 0.25), "w must be a floating-point tensor"),
    ],
)
def test_the_sigmoidal_flow_names_what_is_wrong(function, at, value, match):
    arguments = [vec(0.1, 0.2, 0.3), A, B, W]
    arguments[at] = value
    with pytest.raises(ValueError, match=f"^{match}"):
        function(*arguments)


def test_weights_rounded_to_float32_are_still_a_simplex():
    w = (torch.arange(1, 5, dtype=F32).log() / 3).softmax(0).double()
    x, _ = sigmoidal_flow(vec(0.3), A, B, w)
    assert_near(x, plain_sigmoidal(vec(0.3), w=w), atol=1e-6)


# --- residual ---------------------------------------------------------------------------------

Y = vec(-1e3, -37.5, -1.0, -1e-9, 0.0, 1e-30, 0.3, 2.0, 641.0, 1e3)
RESIDUALS = {
    "cube": lambda z: z**3,
    "nearly minus z": lambda z: -0.99 * z,
    "tanh": torch.tanh,
    "minus sine": lambda z: -0.9 * torch.sin(z),
    "sinh": torch.sinh,
    "exp": torch.exp,
    "zero": torch.zeros_like,
    "steep": lambda z: 1e12 * z,
    "kink": lambda z: torch.where(z > 1, 5 * (z - 1), -0.5 * (z - 1)),
}


@pytest.mark.parametrize("name", RESIDUALS)
def test_the_residual_inverse_solves_its_equation(name):
    f = RESIDUALS[name]
    z = residual_inverse(Y, f)
    assert z.shape == Y.shape
    assert not z.requires_grad
    assert ((z + f(z) - Y).abs() <= 1e-9 * (1 + Y.abs())).all()


def test_the_residual_inverse_agrees_with_closed_forms():
    assert_near(residual_inverse(Y, lambda z: -0.99 * z), 100 * Y, rtol=1e-9)
    assert_near(residual_inverse(Y, torch.zeros_like), Y)
    # Cardano: z³ + z = y has the one real root 2/√3 sinh(⅓ asinh(3√3/2 y)).
    root = 2 / math.sqrt(3) * torch.sinh(torch.asinh(1.5 * math.sqrt(3) * Y) / 3)
    assert_near(residual_inverse(Y, lambda z: z**3), root)
    # Lambert: z + eᶻ = y has z = y - W(eʸ).
    some = vec(-5.0, 0.0, 1.0, 30.0)
    with mp.workdps(30):
        lambert = [y - mp.lambertw(mp.exp(y)).real for y in some.tolist()]
    assert_near(residual_inverse(some, torch.exp), lambert)


def test_the_residual_inverse_holds_in_float32():
    y = Y.to(F32)
    for f in RESIDUALS.values():
        z = residual_inverse(y, f)
        assert z.dtype == F32
        wide = z.double()
        assert ((wide + f(wide) - y).abs() <= 1e-4 * (1 + y.abs())).all()


def test_the_residual_inverse_calls_f_in_the_dtype_of_the_data():
    seen = set()

    def f(z):
        seen.add((z.dtype, z.shape))
        return torch.tanh(z)

    residual_inverse(vec(1.0, 2.0, 3.0, dtype=F32), f)
    assert seen == {(F32, (3,))}


def test_the_residual_inverse_may_depend_on_the_position():
    scale = vec(-0.5, 0.0, 4.0)
    assert_near(residual_inverse(vec(3.0, 3.0, 3.0), lambda z: scale * z), [6.0, 3.0, 0.6])


def test_the_residual_inverse_is_differentiable_in_y_and_in_f():
    assert gradcheck(
        lambda y, c: residual_inverse(y, lambda z: c.exp() * z**3 - 0.5 * torch.tanh(z)),
        (leaf(normal(5, 4)), leaf(vec(0.3)[0])),
    )
    c, y = leaf(vec(-0.75)[0]), vec(1.0, -2.0, 4.0)
    (gradient,) = torch.autograd.grad(residual_inverse(y, lambda z: c * z).sum(), c)
    assert_near(gradient, -(y.sum()) / (1 - 0.75) ** 2)


def test_the_residual_functions_carry_a_graph_only_if_asked():
    with torch.no_grad():
        y = leaf(vec(1.0, 2.0))
        assert not residual_inverse(y, torch.tanh).requires_grad
        assert not residual_log_det(y, torch.tanh).requires_grad
    assert not residual_log_det(vec(1.0, 2.0), torch.tanh).requires_grad


def test_the_residual_log_det_is_the_derivative_of_the_map():
    cases = {
        mp.tanh: torch.tanh,
        mp.sinh: torch.sinh,
        (lambda z: z**3): (lambda z: z**3),
        (lambda z: mp.mpf("-0.9") * mp.sin(z)): (lambda z: -0.9 * torch.sin(z)),
    }
    z = [-3.0, -0.5, 0.0, 1e-6, 0.7, 5.0]
    for exact, f in cases.items():
        with mp.workdps(40):
            expected = [mp.log(mp.diff(lambda t, g=exact: t + g(t), mp.mpf(zi))) for zi in z]
        assert_near(residual_log_det(vec(*z), f), expected)


def test_the_residual_log_det_keeps_small_and_nearly_singular_slopes():
    z = vec(-1.0, 0.5, 2.0)
    assert_near(residual_log_det(z, lambda z: 1e-20 * z), [1e-20] * 3, rtol=1e-12, atol=0)
    slope = -1 + 2.0**-40
    assert_near(residual_log_det(z, lambda z: slope * z), [-40 * math.log(2)] * 3)
    assert_near(residual_log_det(z, torch.zeros_like), [0.0] * 3)
    assert_near(residual_log_det(z, lambda z: torch.ones_like(z) * 3), [0.0] * 3)
    assert_near(residual_log_det(z.to(F32), lambda z: 3 * z), [math.log(4)] * 3)


def test_a_slope_that_rounds_to_minus_one_is_no_error():
    value = residual_log_det(vec(1.0, 1e-9), lambda z: -torch.tanh(z))
    assert_near(value[:1], [2 * math.log(math.tanh(1.0))])
    assert value[1] == -math.inf


def test_the_residual_log_det_is_differentiable_in_z_and_in_f():
    assert gradcheck(
        lambda z, c: residual_log_det(z, lambda t: c.exp() * t**3 - 0.5 * torch.tanh(t)),
        (leaf(normal(6, 4)), leaf(vec(0.3)[0])),
    )
    c = leaf(vec(-0.75)[0])
    (gradient,) = torch.autograd.grad(
        residual_log_det(vec(1.0, 2.0, 3.0), lambda z: c * z).sum(), c
    )
    assert_near(gradient, 3 / 0.25)


@pytest.mark.parametrize("f", [lambda z: -0.99 * z, torch.zeros_like, lambda z: z.detach()])
def test_the_residual_log_det_of_a_linear_map_has_gradient_zero(f):
    z = leaf(vec(1.0, 2.0, 3.0))
    (gradient,) = torch.autograd.grad(residual_log_det(z, f).sum(), z)
    assert_near(gradient, [0.0] * 3)


def test_a_float32_module_may_be_the_residual():
    f = torch.nn.PReLU(init=0.5)
    z = vec(-2.0, 4.0, 1.0, dtype=F32)
    inverse = residual_inverse(z, f)
    assert_near(inverse, [-4 / 3, 2.0, 0.5])
    log_det = residual_log_det(z, f)
    assert_near(log_det, [math.log(1.5), math.log(2), math.log(2)])
    inverse.sum().backward()
    assert_near(f.weight.grad, [2 / 1.5**2])


@pytest.mark.parametrize(
    ("y", "f", "match"),
    [
        (vec(1.0, math.nan), torch.tanh, "y must be finite"),
        (vec(1.0, math.inf), torch.tanh, "y must be finite"),
        (torch.ones(2, 1), torch.tanh, "y must be a floating-point tensor"),
        (torch.ones(2, dtype=torch.int64), torch.tanh, "y must be a floating-point tensor"),
        (vec(1.0, 2.0), lambda z: z.sum(), "f must be elementwise"),
        (vec(1.0, 2.0), lambda z: -2 * z, "f must let z"),
        (vec(1.0, 2.0), lambda z: -torch.relu(z), "f must let z"),
    ],
)
def test_the_residual_inverse_names_what_is_wrong(y, f, match):
    with pytest.raises(ValueError, match=f"^{match}"):
        residual_inverse(y, f)


@pytest.mark.parametrize(
    ("z", "f", "match"),
    [
        (torch.ones(2, 1), torch.tanh, "z must be a floating-point tensor"),
        (vec(1.0, 2.0), lambda z: -1.5 * z, "f must have a derivative above -1"),
        (vec(1.0, 2.0), lambda z: z[:1], "f must be elementwise"),
    ],
)
def test_the_residual_log_det_names_what_is_wrong(z, f, match):
    with pytest.raises(ValueError, match=f"^{match}"):
        residual_log_det(z, f)


# --- radial -----------------------------------------------------------------------------------


def plain_radial(z, z0, alpha, beta):
    r = (z - z0).pow(2).sum(-1, keepdim=True).sqrt()
    return z + beta * (z - z0) / (alpha + r)


def log_det_by_autograd(f, points):
    """Return log |det| of the Jacobian of f: (D,) → (D,) at every point."""
    return torch.stack([torch.linalg.slogdet(jacobian(f, point))[1] for point in points])


def exact_radial(z, z0, alpha, beta):
    """Return x and log |det J| at one point, in polar coordinates around z₀.

    The map moves r to ρ(r) and leaves the directions, so that rᴰ⁻¹ dr becomes ρᴰ⁻¹ dρ.
    """
    with mp.workdps(80):
        alpha, beta = mp.mpf(alpha), mp.mpf(beta)
        offset = [mp.mpf(p) - mp.mpf(c) for p, c in zip(z, z0, strict=True)]
        r = mp.sqrt(mp.fsum(o * o for o in offset))

        def rho(r):
            return r + beta * r / (alpha + r)

        x = [mp.mpf(p) + beta * o / (alpha + r) for p, o in zip(z, offset, strict=True)]
        if r == 0:
            return x, len(z) * mp.log(1 + beta / alpha)
        h = r * mp.mpf(10) ** -25
        slope = (rho(r + h) - rho(r - h)) / (2 * h)
        return x, (len(z) - 1) * mp.log(rho(r) / r) + mp.log(slope)


def exact_radial_inverse(x, z0, alpha, beta):
    """Return z at one point, from the radius by bisection of ρ."""
    with mp.workdps(60):
        alpha, beta = mp.mpf(alpha), mp.mpf(beta)
        offset = [mp.mpf(p) - mp.mpf(c) for p, c in zip(x, z0, strict=True)]
        rho = mp.sqrt(mp.fsum(o * o for o in offset))
        if rho == 0:
            return [mp.mpf(c) for c in z0]
        low, high = mp.mpf(0), rho + abs(beta)
        for _ in range(260):
            r = (low + high) / 2
            low, high = (r, high) if r + beta * r / (alpha + r) < rho else (low, r)
        return [mp.mpf(c) + o * high / rho for c, o in zip(z0, offset, strict=True)]


@pytest.mark.parametrize(("alpha", "beta"), [(0.7, 3.0), (2.0, -1.5), (1.0, -1 + 1e-6), (0.5, 0.0)])
def test_the_radial_flow_is_its_definition_and_its_log_det_autograd(alpha, beta):
    z, z0 = normal(7, 6, 5), normal(8, 5)
    x, log_det = radial_flow(z, z0, alpha, beta)
    assert_near(x, plain_radial(z, z0, alpha, beta))
    assert_near(log_det, log_det_by_autograd(lambda p: plain_radial(p, z0, alpha, beta), z))


RADII = [0.0, 1e-30, 1e-12, 1e-6, 1e-3, 1.0, 1e3, 1e8]
SINGULAR = [(1.0, -1 + 1e-6), (3.0, -3 + 1e-6), (0.3, -0.3), (1e-6, 50.0), (1e4, -1e4 + 1e-6)]


@pytest.mark.parametrize("dtype", [F64, F32])
@pytest.mark.parametrize("size", [1, 4, 200])
@pytest.mark.parametrize(("alpha", "beta"), SINGULAR)
def test_the_radial_flow_stays_right_next_to_its_centre(alpha, beta, size, dtype):
    direction = normal(9, size) / math.sqrt(size)
    for z0 in (torch.zeros(size, dtype=dtype), normal(10, size, dtype=dtype)):
        z = z0 + (torch.tensor(RADII, dtype=F64)[:, None] * direction).to(dtype)
        if beta == -alpha:
            z = z[(z != z0).any(1)]
        exact = [exact_radial(p, z0.tolist(), alpha, beta) for p in z.tolist()]
        x, log_det = radial_flow(z, z0, alpha, beta)
        assert x.dtype == log_det.dtype == dtype
        # To rounding: around the origin relative to each entry, however near to the centre it is.
        assert_near(x, [e[0] for e in exact], rtol=1e-13, atol=1e-15 if z0.any() else 1e-30)
        assert_near(log_det, [e[1] for e in exact])


@pytest.mark.parametrize("dtype", [F64, F32])
@pytest.mark.parametrize("size", [1, 4, 200])
@pytest.mark.parametrize(("alpha", "beta"), SINGULAR)
def test_the_radial_inverse_stays_right_next_to_its_centre(alpha, beta, size, dtype):
    direction = normal(11, size) / math.sqrt(size)
    z0 = torch.zeros(size, dtype=dtype)
    x = (torch.tensor(RADII, dtype=F64)[:, None] * direction).to(dtype)
    exact = [exact_radial_inverse(p, z0.tolist(), alpha, beta) for p in x.tolist()]
    z = radial_flow_inverse(x, z0, alpha, beta)
    assert z.dtype == dtype
    assert_near(z, exact, rtol=1e-13, atol=1e-30)


@pytest.mark.parametrize(("alpha", "beta"), [(0.7, 3.0), (2.0, -1.5), (1.0, -1 + 1e-6), (0.5, 0.0)])
def test_the_radial_inverse_undoes_the_flow_and_the_flow_the_inverse(alpha, beta):
    z, z0 = 3 * normal(12, 9, 7), normal(13, 7)
    assert_near(radial_flow_inverse(plain_radial(z, z0, alpha, beta), z0, alpha, beta), z)
    back = radial_flow_inverse(z, z0, alpha, beta)
    assert_near(plain_radial(back, z0, alpha, beta), z)


@pytest.mark.parametrize("size", [1, 4])
def test_the_centre_is_a_fixed_point_where_beta_is_minus_alpha(size):
    z0 = normal(14, size)
    points = torch.stack([z0, z0 + 1e-9, z0 - 2])
    x, log_det = radial_flow(points, z0, 0.3, -0.3)
    assert_near(x[0], z0)
    assert log_det[0] == -math.inf
    assert torch.isfinite(log_det[1:]).all()
    z = radial_flow_inverse(points, z0, 0.3, -0.3)
    assert_near(z[0], z0)
    assert_near(plain_radial(z[1:], z0, 0.3, -0.3), points[1:])


@pytest.mark.parametrize("exponent", [-600, 600])
def test_the_radial_flow_scales_with_its_lengths(exponent):
    z, z0, alpha, beta, scale = normal(15, 5, 3), normal(16, 3), 0.8, -0.6, 2.0**exponent
    arguments = (scale * z, scale * z0, scale * alpha, scale * beta)
    x, log_det = radial_flow(z, z0, alpha, beta)
    scaled_x, scaled_log_det = radial_flow(*arguments)
    assert_near(scaled_x / scale, x)
    assert_near(scaled_log_det, log_det)
    assert_near(radial_flow_inverse(*arguments) / scale, radial_flow_inverse(z, z0, alpha, beta))


def test_the_radial_flow_is_differentiable_in_everything():
    inputs = [leaf(t) for t in (normal(17, 3, 4), normal(18, 4), vec(0.8)[0], vec(-0.5)[0])]
    assert gradcheck(radial_flow, inputs)
    assert gradcheck(radial_flow_inverse, inputs)
    # ρ = α + β, where the inverse passes from one form of its root to the other.
    between = [leaf(t) for t in (vec(3.0, 4.0)[None], vec(0.0, 0.0), vec(1.0)[0], vec(4.0)[0])]
    assert gradcheck(radial_flow_inverse, between)


@pytest.mark.parametrize(("alpha", "beta"), [(2.0, 3.0), (2.0, -2 + 1e-6), (2.0, -1.0)])
def test_the_radial_flow_is_differentiable_in_its_centre(alpha, beta):
    z0 = normal(19, 3)
    eye = torch.eye(3, dtype=F64)
    forward = jacobian(lambda z: radial_flow(z[None], z0, alpha, beta)[0][0], z0)
    assert_near(forward, (alpha + beta) / alpha * eye, rtol=1e-9)
    inverse = jacobian(lambda x: radial_flow_inverse(x[None], z0, alpha, beta)[0], z0)
    assert_near(inverse, alpha / (alpha + beta) * eye, rtol=1e-9)
    a, b = leaf(vec(alpha)[0]), leaf(vec(beta)[0])
    _, log_det = radial_flow(z0[None], z0, a, b)
    # Three times log(1 + β/α)
    expected = [3 * (1 / (alpha + beta) - 1 / alpha), 3 / (alpha + beta)]
    assert_near(torch.stack(torch.autograd.grad(log_det.sum(), (a, b))), expected)


def test_no_gradient_in_the_points_is_nan_even_in_the_fixed_point():
    z0 = normal(20, 4)
    points = leaf(torch.stack([z0, z0 + 1e-200, z0 + 1.0]))
    x, log_det = radial_flow(points, z0, 0.3, -0.3)
    inverse = radial_flow_inverse(points, z0, 0.3, -0.3)
    for value in (x, log_det, inverse):
        (gradient,) = torch.autograd.grad(value.sum(), points, retain_graph=True)
        assert not gradient.isnan().any()


def test_the_radial_scalars_keep_their_own_precision():
    alpha, beta = torch.tensor(1.0, dtype=F64), torch.tensor(-1 + 1e-6, dtype=F64)
    z = torch.zeros(3, 2, dtype=F32)
    _, log_det = radial_flow(z, torch.zeros(2), alpha, beta)
    assert_near(log_det, [2 * math.log(1e-6)] * 3, rtol=1e-6)


@pytest.mark.parametrize("function", [radial_flow, radial_flow_inverse])
@pytest.mark.parametrize(
    ("at", "value", "match"),
    [
        (0, torch.zeros(3), "[zx] must be a floating-point tensor"),
        (0, torch.zeros(3, 2, dtype=torch.int64), "[zx] must be a floating-point tensor"),
        (0, torch.zeros(3, 0), "[zx] must have at least one dimension"),
        (1, torch.zeros(3), r"z0 must be a tensor of shape \(2,\)"),
        (1, torch.zeros(1, 2), r"z0 must be a tensor of shape \(2,\)"),
        (2, 0.0, "alpha must be positive"),
        (2, -1.0, "alpha must be positive"),
        (2, math.nan, "alpha must be a finite number"),
        (2, torch.ones(2), "alpha must be a finite number"),
        (3, -1.5, "beta must be at least -alpha"),
        (3, math.inf, "beta must be a finite number"),
    ],
)
def test_the_radial_flow_names_what_is_wrong(function, at, value, match):
    arguments = [torch.zeros(3, 2), torch.zeros(2), 1.0, 1.0]
    arguments[at] = value
    with pytest.raises(ValueError, match=f"^{match}"):
        function(*arguments)


@pytest.mark.parametrize("dtype", [F64, F32])
@pytest.mark.parametrize(("alpha", "beta"), [(0.7, 3.0), (2.0, -1.5), *SINGULAR])
def test_the_distance_before_a_radial_layer_solves_its_equation(alpha, beta, dtype):
    """On a line through the centre the layer's inverse is the distance that is asked for."""
    rho = torch.tensor(RADII, dtype=dtype)
    exact = [exact_radial_inverse([p], [0.0], alpha, beta)[0] for p in rho.tolist()]
    r = radial_radius(rho, alpha, beta)
    assert r.dtype == dtype
    assert_near(r, exact, rtol=1e-13, atol=0)


def test_the_distance_before_a_radial_layer_is_known_in_closed_cases():
    rho = vec(0.0, 0.3, 2.0, 50.0)
    assert_near(radial_radius(rho, 0.4, 0.0), rho)  # β = 0 moves nothing
    # β = -α: r²/(α + r) = ρ, and at ρ = α/2 the root is r = α.
    assert_near(radial_radius(vec(0.35), 0.7, -0.7), [0.7])
    # ρ = α + β: the middle coefficient vanishes, and r = √(αρ).
    assert_near(radial_radius(vec(5.0), 1.0, torch.tensor(4.0)), [math.sqrt(5.0)])


@pytest.mark.parametrize(
    ("at", "value", "match"),
    [
        (0, torch.zeros(3, 1), "rho must be a floating-point tensor with axes N"),
        (0, torch.ones(3, dtype=torch.int64), "rho must be a floating-point tensor with axes N"),
        (0, vec(1.0, -1e-9), "rho must be finite and not negative"),
        (0, vec(1.0, math.inf), "rho must be finite and not negative"),
        (1, 0.0, "alpha must be positive"),
        (2, -1.5, "beta must be at least -alpha"),
    ],
)
def test_the_distance_before_a_radial_layer_names_what_is_wrong(at, value, match):
    arguments = [vec(0.0, 1.0), 1.0, 1.0]
    arguments[at] = value
    with pytest.raises(ValueError, match=f"^{match}"):
        radial_radius(*arguments)


# --- planar -----------------------------------------------------------------------------------


def plain_planar(z, u, w, b):
    return z + u * torch.tanh(z @ w + b)[..., None]


def exact_planar(z, u, w, b):
    with mp.workdps(1000):
        z, u, w = ([mp.mpf(v) for v in t] for t in (z, u, w))
        h = mp.tanh(mp.fdot(w, z) + mp.mpf(b))
        x = [zi + ui * h for zi, ui in zip(z, u, strict=True)]
        return x, mp.log(abs(1 + (1 - h * h) * mp.fdot(u, w)))


@pytest.mark.parametrize("scale", [0.3, -3.0, 5.0])
def test_the_planar_flow_is_its_definition_and_its_log_det_autograd(scale):
    z, w, b = normal(21, 6, 4), normal(22, 4), 0.37
    u = scale * w + 0.5 * normal(23, 4)
    x, log_det = planar_flow(z, u, w, b)
    assert_near(x, plain_planar(z, u, w, b))
    assert_near(log_det, log_det_by_autograd(lambda p: plain_planar(p, u, w, b), z))


@pytest.mark.parametrize("dtype", [F64, F32])
@pytest.mark.parametrize("alignment", [-(2.0**60), -800.0, -1.0, -0.5, 800.0, 2.0**60])
def test_the_planar_flow_stays_right_at_its_extremes(alignment, dtype):
    # Powers of 2 make wᵀz and wᵀu exact.
    w, u = vec(0.5, 0.25, 2.0, dtype=dtype), vec(alignment, 0.0, alignment / 4, dtype=dtype)
    along = vec(-400.0, -20.0, -1.0, -0.5, -1e-9, 1e-5, 0.25, 2.0, 7.0, 380.0, dtype=dtype)
    z = along[:, None] * vec(2.0, 0.0, 0.0, dtype=dtype)
    exact = [exact_planar(p, u.tolist(), w.tolist(), 0.0) for p in z.tolist()]
    x, log_det = planar_flow(z, u, w, 0.0)
    assert x.dtype == log_det.dtype == dtype
    assert_near(x, [e[0] for e in exact])
    assert_near(log_det, [e[1] for e in exact])


def test_the_planar_flow_is_differentiable_in_everything():
    z, u, w, b = (leaf(t) for t in (normal(24, 5, 3), normal(25, 3), normal(26, 3), vec(0.2)[0]))
    assert gradcheck(planar_flow, (z, u, w, b))
    far = leaf(torch.full((2, 3), 1e5, dtype=F64))
    x, log_det = planar_flow(far, u, w.abs(), b)
    (gradient,) = torch.autograd.grad(x.sum() + log_det.sum(), far)
    assert_near(gradient, torch.ones(2, 3, dtype=F64))


@pytest.mark.parametrize(
    "a", [-800.0, -60.0, -37.5, -21.0, -1.0, 0.0, 1e-9, 2.0, 20.5, 40.0, 800.0]
)
def test_the_constraint_moves_the_alignment_only(a):
    w = vec(0.5, -1.0, 2.0, 0.25)
    across = vec(2.0, 1.0, 0.0, 0.0)  # orthogonal to w
    u = across + a * w / (w @ w)
    constrained = planar_constrain(u, w)
    with mp.workdps(400):
        dot = mp.fdot(w.tolist(), u.tolist())
        target = mp.log1p(mp.exp(dot)) - 1
        alignment = mp.fdot(w.tolist(), constrained.tolist())
        assert abs(alignment - target) <= 1e-14 * (1 + abs(a))
        assert alignment >= -1 - 1e-14 * (1 + abs(a))
    assert float(constrained @ vec(1.0, 0.5, 0.0, 0.0)) == pytest.approx(
        2.5, abs=1e-12 * (1 + abs(a))
    )
    assert float(constrained @ vec(0.0, 2.0, 1.0, 0.0)) == pytest.approx(
        2.0, abs=1e-12 * (1 + abs(a))
    )


@pytest.mark.parametrize("a", [-50.0, -3.0, 0.0, 9.0])
def test_a_constrained_planar_flow_keeps_the_order_along_w(a):
    w = vec(1.0, -0.5, 2.0)
    u = planar_constrain(a * w / (w @ w), w)
    line = torch.linspace(-6, 6, 301, dtype=F64)[:, None] * w
    x, log_det = planar_flow(line, u, w, 0.4)
    assert ((x @ w).diff() > 0).all()
    assert not log_det.isnan().any()


def test_the_constraint_does_not_square_the_norm_out_of_range():
    u, w = vec(3.0, 0.0, 1.0), vec(1.0, 2.0, -2.0)
    for scale in (2.0**-600, 2.0**600):
        assert_near(planar_constrain(u / scale, w * scale) * scale, planar_constrain(u, w))


def test_the_constraint_is_differentiable_and_keeps_the_dtype():
    assert gradcheck(planar_constrain, (leaf(normal(27, 4)), leaf(normal(28, 4))))
    w = vec(0.5, -1.0, 2.0)
    for a in (-800.0, 800.0):
        u = leaf(a * w / (w @ w))
        gradient = jacobian(lambda u: planar_constrain(u, w) @ w, u)
        # wᵀû = m(wᵀu), and m' = σ
        assert_near(gradient, w if a > 0 else 0 * w)
    u = planar_constrain(vec(1.0, -4.0, 0.5, dtype=F32), w)
    assert u.dtype == F32
    assert_near(u @ w.to(F32), math.log1p(math.exp(5.5)) - 1)


@pytest.mark.parametrize(
    ("at", "value", "match"),
    [
        (0, torch.zeros(2), "z must be a floating-point tensor"),
        (1, torch.zeros(3), r"u must be a tensor of shape \(2,\)"),
        (2, torch.zeros(1, 2), r"w must be a tensor of shape \(2,\)"),
        (3, torch.zeros(1), "b must be a finite number"),
    ],
)
def test_the_planar_flow_names_what_is_wrong(at, value, match):
    arguments = [torch.zeros(3, 2), torch.zeros(2), torch.zeros(2), 0.0]
    arguments[at] = value
    with pytest.raises(ValueError, match=f"^{match}"):
        planar_flow(*arguments)


@pytest.mark.parametrize(
    ("u", "w", "match"),
    [
        (torch.zeros(2), torch.zeros(2), "w must not be 0"),
        (torch.zeros(2), torch.ones(3), "w must be a tensor of shape"),
        (torch.zeros(2, 2), torch.ones(2), "u must be a floating-point tensor"),
    ],
)
def test_the_constraint_names_what_is_wrong(u, w, match):
    with pytest.raises(ValueError, match=f"^{match}"):
        planar_constrain(u, w)


# --- likelihood and divergences ---------------------------------------------------------------


def three_layers(size):
    return [
        (normal(30, size), 0.9, 2.5),
        (normal(31, size), 1.5, -1.2),
        (normal(32, size), 0.4, 0.7),
    ]


def plain_flow(u, layers):
    for z0, alpha, beta in layers:
        u = plain_radial(u, z0, alpha, beta)
    return u


def standard(size):
    return MultivariateNormal(torch.zeros(size, dtype=F64), torch.eye(size, dtype=F64))


def target(size):
    factor = torch.tril(0.3 * normal(33, size, size)) + torch.eye(size, dtype=F64)
    return MultivariateNormal(normal(34, size), scale_tril=factor)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_log_likelihood_changes_variables(size):
    u, layers = normal(35, 7, size), three_layers(size)
    x = plain_flow(u, layers)
    log_det = log_det_by_autograd(lambda p: plain_flow(p, layers), u)
    assert_near(flow_log_likelihood(x, layers), standard(size).log_prob(u) - log_det)


def test_the_log_likelihood_without_layers_is_the_base():
    x = normal(36, 6, 3)
    assert_near(flow_log_likelihood(x, []), standard(3).log_prob(x))
    assert_near(flow_log_likelihood(torch.zeros(2, 3, dtype=F64), []), [-2.756815599614018] * 2)


def test_the_density_integrates_to_one():
    for size, nodes in ((1, 40001), (2, 401)):
        axis = torch.linspace(-14, 14, nodes, dtype=F64)
        grid = torch.cartesian_prod(*[axis] * size).reshape(-1, size)
        mass = (
            flow_log_likelihood(grid, three_layers(size)).exp().sum() * (28 / (nodes - 1)) ** size
        )
        assert float(mass) == pytest.approx(1.0, abs=1e-5 if size == 1 else 1e-3)


@pytest.mark.parametrize("dtype", [F64, F32])
def test_the_log_likelihood_stays_right_next_to_a_singular_centre(dtype):
    size, alpha, beta = 4, 1.0, -1 + 1e-6
    z0 = torch.zeros(size, dtype=dtype)
    x = torch.tensor([0.0, 1e-20, 1e-9, 1e-4, 1.0], dtype=dtype)[:, None].expand(-1, size)
    expected = []
    for point in x.tolist():
        u = exact_radial_inverse(point, z0.tolist(), alpha, beta)
        with mp.workdps(60):
            log_base = -mp.fsum(v * v for v in u) / 2 - size * mp.log(2 * mp.pi) / 2
        expected.append(log_base - exact_radial(u, z0.tolist(), alpha, beta)[1])
    assert_near(flow_log_likelihood(x, [(z0, alpha, beta)]), expected)


def test_the_log_likelihood_is_differentiable_in_points_and_layers():
    inputs = [leaf(t) for t in (normal(37, 3, 2), normal(38, 2), vec(0.8)[0], vec(-0.5)[0])]
    assert gradcheck(
        lambda x, z0, alpha, beta: flow_log_likelihood(
            x, [(z0, alpha, beta), (0.5 + z0, 0.3, -beta)]
        ),
        inputs,
    )


def test_the_forward_divergence_is_the_mean_of_the_log_ratio():
    size = 3
    u, layers, p_x = normal(39, 8, size), three_layers(size), target(size)
    x = plain_flow(u, layers)
    log_det = log_det_by_autograd(lambda p: plain_flow(p, layers), u)
    expected = (p_x.log_prob(x) - standard(size).log_prob(u) + log_det).mean()
    for divergence in (forward_kl, forward_kl_in_base):
        assert_near(divergence(x, p_x.log_prob(x), layers), expected)


@pytest.mark.parametrize("divergence", [forward_kl, forward_kl_in_base])
def test_the_forward_divergence_of_normals_is_known(divergence):
    mean, deviation, count = 0.7, 1.6, 40_000
    quantiles = (torch.arange(count, dtype=F64) + 0.5) / count
    p_x = Normal(vec(mean)[0], vec(deviation)[0])
    x = p_x.icdf(quantiles)
    exact = (deviation**2 + mean**2 - 1) / 2 - math.log(deviation)
    assert float(divergence(x[:, None], p_x.log_prob(x), [])) == pytest.approx(exact, abs=5e-4)


def test_the_divergence_of_a_flow_from_itself_is_zero():
    size = 2
    u, layers = normal(40, 50, size), three_layers(size)
    x = plain_flow(u, layers)
    log_p = flow_log_likelihood(x, layers)
    for value in (
        forward_kl(x, log_p, layers),
        forward_kl_in_base(x, log_p, layers),
        reverse_kl(u, layers, lambda x: flow_log_likelihood(x, layers)),
    ):
        assert_near(value, 0.0)


def test_both_forward_divergences_have_the_same_gradient():
    size = 3
    x, log_p_x = normal(41, 6, size), normal(42, 6)
    z0, alpha, beta = leaf(normal(43, size)), leaf(vec(0.9)[0]), leaf(vec(-0.4)[0])
    layers = [(z0, alpha, beta), (z0 - 1, 0.5, 2.0)]
    one, other = (
        torch.autograd.grad(divergence(x, log_p_x, layers), (z0, alpha, beta))
        for divergence in (forward_kl, forward_kl_in_base)
    )
    for a, b in zip(one, other, strict=True):
        assert a.abs().max() > 1e-3
        assert_near(a, b)


def test_the_reverse_divergence_is_the_mean_of_the_log_ratio():
    size = 3
    u, layers, p_x = normal(44, 8, size), three_layers(size), target(size)
    log_det = log_det_by_autograd(lambda p: plain_flow(p, layers), u)
    log_flow = standard(size).log_prob(u) - log_det
    expected = (log_flow - p_x.log_prob(plain_flow(u, layers))).mean()
    assert_near(reverse_kl(u, layers, p_x.log_prob), expected)
    without = (standard(size).log_prob(u) - p_x.log_prob(u)).mean()
    assert_near(reverse_kl(u, [], p_x.log_prob), without)


def test_the_divergences_are_differentiable():
    p_x = target(2)
    inputs = [leaf(t) for t in (normal(45, 4, 2), normal(46, 2), vec(0.8)[0], vec(-0.5)[0])]
    assert gradcheck(
        lambda u, z0, a, b: reverse_kl(u, [(z0, a, b), (0 * z0, b + 1, a)], p_x.log_prob), inputs
    )
    assert gradcheck(
        lambda x, z0, a, b: forward_kl(x, p_x.log_prob(x), [(z0, a, b), (0 * z0, b + 1, a)]), inputs
    )


def test_float32_data_give_float32_results():
    size = 3
    u, layers, p_x = normal(47, 6, size), three_layers(size), target(size)
    x = plain_flow(u, layers)
    log_p = p_x.log_prob(x)
    seen = []

    def log_p_x(points):
        seen.append(points.dtype)
        return p_x.log_prob(points.double())

    pairs = [
        (flow_log_likelihood(x.to(F32), layers), flow_log_likelihood(x, layers)),
        (forward_kl(x.to(F32), log_p.to(F32), layers), forward_kl(x, log_p, layers)),
        (forward_kl_in_base(x.to(F32), log_p, layers), forward_kl_in_base(x, log_p, layers)),
        (reverse_kl(u.to(F32), layers, log_p_x), reverse_kl(u, layers, p_x.log_prob)),
    ]
    for narrow, wide in pairs:
        assert narrow.dtype == F32
        assert_near(narrow, wide.to(F32))
    assert seen == [F32]


@pytest.mark.parametrize(
    ("layer", "match"),
    [
        ((torch.zeros(3), 1.0, 1.0), r"layers\[1\]: z0 must be a tensor of shape \(2,\)"),
        ((torch.zeros(2), 0.0, 1.0), r"layers\[1\]: alpha must be positive"),
        ((torch.zeros(2), 1.0, -1.1), r"layers\[1\]: beta must be at least -alpha"),
        ((torch.zeros(2), 1.0), r"layers must be triples"),
    ],
)
def test_the_layers_are_checked_one_by_one(layer, match):
    layers = [(torch.zeros(2), 1.0, 0.5), layer]
    points, log_p = torch.zeros(4, 2), torch.zeros(4)
    for call in (
        lambda: flow_log_likelihood(points, layers),
        lambda: forward_kl(points, log_p, layers),
        lambda: forward_kl_in_base(points, log_p, layers),
        lambda: reverse_kl(points, layers, lambda x: log_p),
    ):
        with pytest.raises(ValueError, match=f"^{match}"):
            call()


def test_the_divergences_name_what_is_wrong():
    points = torch.zeros(4, 2)
    for wrong in (torch.zeros(4, 1), torch.zeros(3), 0.0):
        for divergence in (forward_kl, forward_kl_in_base):
            with pytest.raises(ValueError, match=r"^log_p_x must be a tensor of shape"):
                divergence(points, wrong, [])
        with pytest.raises(ValueError, match=r"^log_p_x must be a tensor of shape"):
            reverse_kl(points, [], lambda x, wrong=wrong: wrong)
    for divergence in (forward_kl, forward_kl_in_base):
        with pytest.raises(ValueError, match=r"^x must hold at least one sample"):
            divergence(points[:0], torch.zeros(0), [])
    with pytest.raises(ValueError, match=r"^u must hold at least one sample"):
        reverse_kl(points[:0], [], lambda x: x.sum(1))
    with pytest.raises(ValueError, match=r"^u must be a floating-point tensor"):
        reverse_kl(points[0], [], lambda x: x)
    with pytest.raises(ValueError, match=r"^x must be a floating-point tensor"):
        flow_log_likelihood(points[0], [])


# --- any flow, as callables ---------------------------------------------------------------------


def linear_flow(size):
    """u → shift + u Mᵀ as (forward, inverse, log |det J|), and its density when u is N(0, I)."""
    shift, matrix = normal(60, size), normal(61, size, size) + 2 * torch.eye(size, dtype=F64)
    log_det = torch.linalg.slogdet(matrix).logabsdet
    maps = (
        lambda u: shift + u @ matrix.T,
        lambda x: torch.linalg.solve(matrix, (x - shift).T).T,
        lambda u: log_det.expand(len(u)),
    )
    return maps, MultivariateNormal(shift, matrix @ matrix.T)


def exponential_flow():
    """u → eᵘ, entry by entry: log |det J| is the sum of u, and samples are lognormal."""
    return (torch.exp, torch.log, lambda u: u.sum(1)), LogNormal(vec(0.0)[0], vec(1.0)[0])


@pytest.mark.parametrize("divergence", [kl_in_data, kl_in_base])
@pytest.mark.parametrize("size", [1, 3])
def test_the_divergence_of_any_flow_is_the_mean_of_the_log_ratio(divergence, size):
    (_, inverse, log_abs_det), p_flow = linear_flow(size)
    x, log_p_x = normal(62, 7, size), normal(63, 7)
    expected = (log_p_x - p_flow.log_prob(x)).mean()
    assert_near(divergence(x, log_p_x, inverse, log_abs_det), expected)
    (_, inverse, log_abs_det), p_flow = exponential_flow()
    expected = (log_p_x - p_flow.log_prob(x.exp()).sum(1)).mean()
    assert_near(divergence(x.exp(), log_p_x, inverse, log_abs_det), expected)


def test_radial_layers_given_as_callables_have_the_same_divergences():
    u, log_p_x, layers = normal(64, 6, 4), normal(65, 6), three_layers(4)
    x = plain_flow(u, layers)

    def log_abs_det(points):
        return log_det_by_autograd(lambda p: plain_flow(p, layers), points)

    for divergence in (kl_in_data, kl_in_base):
        assert_near(
            divergence(x, log_p_x, lambda x: u, log_abs_det), forward_kl(x, log_p_x, layers)
        )
    p_x = target(4)
    assert_near(
        reverse_objective(u, p_x.log_prob, lambda u: x, log_abs_det),
        reverse_kl(u, layers, p_x.log_prob),
    )


def test_the_forward_objective_differs_from_the_divergence_by_a_constant():
    x, log_p_x = normal(66, 9, 3).exp(), normal(67, 9)
    flows = [linear_flow(3)[0], exponential_flow()[0]]
    gaps = [kl_in_data(x, log_p_x, *f[1:]) - forward_objective(x, *f[1:]) for f in flows]
    assert_near(gaps[0], gaps[1], rtol=0, atol=1e-9)


def test_the_least_forward_objective_is_at_the_moments_of_the_samples():
    """Among u → m + s u it is maximum likelihood, whose m and s² are the mean and the variance."""
    x = 0.4 + 1.7 * normal(68, 11, 1)
    m, s = leaf(x.mean()), leaf(x.std(correction=0))
    value = forward_objective(x, lambda x: (x - m) / s, lambda u: s.abs().log().expand(len(u)))
    assert_near(torch.stack(torch.autograd.grad(value, (m, s))), [0.0, 0.0])


def test_the_reverse_objective_is_least_where_the_flow_has_the_density_of_the_data():
    """The flow onto N(m, s²) has the same log-ratio at every point, so that no gradient is left."""
    u, m, s = normal(69, 7, 1), leaf(vec(0.6)[0]), leaf(vec(1.8)[0])

    def unnormalized(x):
        return -0.5 * ((x - 0.6) / 1.8).pow(2).sum(1)

    value = reverse_objective(
        u, unnormalized, lambda u: m + s * u, lambda u: s.log().expand(len(u))
    )
    terms = Normal(vec(0.0)[0], vec(1.0)[0]).log_prob(u).sum(1) - math.log(1.8)
    assert_near(value, (terms - unnormalized(0.6 + 1.8 * u)).mean())
    # ∂/∂m is the mean of (m + su - 0.6)/s², ∂/∂s the mean of u (m + su - 0.6)/1.8² - 1/s.
    expected = [float(u.mean()) / 1.8, float((u**2).mean() - 1) / 1.8]
    assert_near(torch.stack(torch.autograd.grad(value, (m, s))), expected)


def test_callables_are_called_with_data_as_they_came():
    (forward, inverse, log_abs_det), _ = exponential_flow()
    x, log_p_x, seen = normal(70, 5, 2, dtype=F32).exp(), normal(71, 5, dtype=F32), []

    def noted(function):
        def called(points):
            seen.append(points.dtype)
            return function(points)

        return called

    maps = noted(inverse), noted(log_abs_det)
    values = [f(x, log_p_x, *maps) for f in (kl_in_data, kl_in_base)]
    values.append(forward_objective(x, *maps))
    values.append(
        reverse_objective(x, noted(lambda x: x.sum(1)), noted(forward), noted(log_abs_det))
    )
    assert {value.dtype for value in values} == {F32}
    assert set(seen) == {F32}


def test_the_callables_name_what_is_wrong():
    (forward, inverse, log_abs_det), _ = exponential_flow()
    x, log_p_x = torch.ones(4, 2), torch.zeros(4)
    for divergence in (kl_in_data, kl_in_base):
        with pytest.raises(ValueError, match=r"^x must hold at least one sample"):
            divergence(x[:0], log_p_x[:0], inverse, log_abs_det)
        with pytest.raises(ValueError, match=r"^log_p_x must be a tensor of shape"):
            divergence(x, torch.zeros(4, 1), inverse, log_abs_det)
        with pytest.raises(ValueError, match=r"^inverse must return points of the shape"):
            divergence(x, log_p_x, lambda x: x.sum(1), log_abs_det)
        with pytest.raises(ValueError, match=r"^log_abs_det must be a tensor of shape"):
            divergence(x, log_p_x, inverse, lambda u: u)
    with pytest.raises(ValueError, match=r"^forward must return points of the shape"):
        reverse_objective(x, lambda x: x.sum(1), lambda u: u[:1], log_abs_det)
    with pytest.raises(ValueError, match=r"^log_p_x must be a tensor of shape"):
        reverse_objective(x, lambda x: x, forward, log_abs_det)
    with pytest.raises(ValueError, match=r"^u must hold at least one sample"):
        reverse_objective(x[:0], lambda x: x.sum(1), forward, log_abs_det)


def test_the_objective_is_the_one_that_can_be_estimated():
    assert kl_objective("density") == "reverse"
    assert kl_objective("samples") == "forward"
    with pytest.raises(ValueError, match=r"^scenario must be 'density' or 'samples'"):
        kl_objective("both")


def test_no_input_is_modified():
    z, points, z0 = normal(50, 4), normal(51, 4, 3), normal(52, 3)
    u, w = normal(53, 3), normal(54, 3)
    held = [z, points, z0, u, w, A, B, W]
    before = [t.clone() for t in held]
    layers = [(z0, 1.0, 0.5)]
    sigmoidal_flow(z, A, B, W)
    sigmoidal_flow_inverse(z, A, B, W)
    residual_inverse(z, torch.tanh)
    residual_log_det(z, torch.tanh)
    radial_flow(points, z0, 1.0, 0.5)
    radial_flow_inverse(points, z0, 1.0, 0.5)
    planar_flow(points, u, w, 0.1)
    planar_constrain(u, w)
    flow_log_likelihood(points, layers)
    forward_kl(points, z, layers)
    forward_kl_in_base(points, z, layers)
    reverse_kl(points, layers, lambda x: x.sum(1))
    radial_radius(z.abs(), 1.0, 0.5)
    for divergence in (kl_in_data, kl_in_base):
        divergence(points, z, lambda x: x, lambda u: z)
    forward_objective(points, lambda x: x, lambda u: z)
    reverse_objective(points, lambda x: z, lambda u: u, lambda u: z)
    assert len(layers) == 1
    for tensor, copy in zip(held, before, strict=True):
        assert torch.equal(tensor, copy)
        assert not tensor.requires_grad
