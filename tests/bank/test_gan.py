"""The reference of `gan`, derived again: autograd, enumeration, brute force and mpmath."""

import itertools
import math

import mpmath
import numpy as np
import pytest
import torch

from reference import gan

RATES = [-1.3, -0.02, 0.0, 0.1, 0.5, 2.0]
GAMMAS = [0.0, 1e-8, 0.3, 1 - 1e-12, 1.0, 1 + 1e-12, 2.5, 1e3, 1e200]
CORNERS = list(itertools.product((-50.0, 0.0, 50.0), repeat=3))


def states(count, seed, scale=1.5):
    return np.random.default_rng(seed).normal(0, scale, (count, 3))


def assert_close(actual, expected, rtol=1e-12, atol=1e-14):
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    with np.errstate(under="ignore"):  # in the tolerance of a value near the smallest double
        np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


def assert_same_roots(values, roots, rtol=1e-13):
    """Compare roots in any order: some pairing of the two lists must agree."""
    assert len(values) == len(roots)
    assert any(
        all(abs(v - r) <= rtol * abs(r) for v, r in zip(values, pairing, strict=True))
        for pairing in itertools.permutations(roots)
    ), f"{values} are not {roots}"


# The bilinear game ------------------------------------------------------------------------------


def autograd_step(d, g, lr):
    """One simultaneous step on V = d·g, with torch's gradients of it."""
    d, g = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (d, g))
    of_d, of_g = torch.autograd.grad(d * g, (d, g))
    return (d + lr * of_d).item(), (g - lr * of_g).item()


@pytest.mark.parametrize("lr", RATES)
def test_update_matrix_is_a_simultaneous_gradient_step(lr):
    matrix = gan.bilinear_update_matrix(lr)
    assert matrix.shape == (2, 2)
    assert matrix.dtype == np.float64
    columns = [autograd_step(1.0, 0.0, lr), autograd_step(0.0, 1.0, lr)]
    np.testing.assert_array_equal(matrix, np.transpose(columns))


def test_update_matrix_by_hand():
    np.testing.assert_array_equal(gan.bilinear_update_matrix(0.25), [[1, 0.25], [-0.25, 1]])


@pytest.mark.parametrize("lr", RATES)
def test_eigenvalues_are_those_of_an_autograd_step(lr):
    values = gan.bilinear_eigenvalues(lr)
    assert values.shape == (2,)
    assert np.iscomplexobj(values)
    step = np.transpose([autograd_step(1.0, 0.0, lr), autograd_step(0.0, 1.0, lr)])
    found = np.linalg.eigvals(step.astype(complex))
    assert_same_roots(values, found)
    assert_close(values.prod(), 1 + lr**2 + 0j)


def test_trajectory_by_hand():
    expected = [[1, 0], [1, -0.5], [0.75, -1], [0.25, -1.375]]
    np.testing.assert_array_equal(gan.bilinear_trajectory(1, 0, 0.5, 3), expected)


@pytest.mark.parametrize("lr", RATES)
def test_trajectory_is_steps_of_autograd(lr):
    expected = [(0.7, -1.9)]
    for _ in range(6):
        expected.append(autograd_step(*expected[-1], lr))
    assert_close(gan.bilinear_trajectory(0.7, -1.9, lr, 6), expected)


def test_long_trajectory_turns_and_grows_as_a_complex_power():
    # d + ig is multiplied by 1 − iα a step.
    steps = 2000
    trajectory = gan.bilinear_trajectory(-0.4, 1.1, 0.05, steps)
    with mpmath.workdps(40):
        factor = mpmath.mpc(1, -mpmath.mpf(0.05))
        start = mpmath.mpc(-0.4, 1.1)
        for k in (0, 1, 7, 500, steps):
            z = complex(start * factor**k)
            assert_close(trajectory[k], [z.real, z.imag], rtol=1e-10)


def test_trajectory_has_a_row_for_the_start():
    assert gan.bilinear_trajectory(2.0, 3.0, 0.1, 0).tolist() == [[2.0, 3.0]]


def test_trajectory_takes_the_dtype_of_its_state():
    start = np.float32([0.7, -1.9])
    trajectory = gan.bilinear_trajectory(start[0], start[1], 0.1, 300)
    assert trajectory.dtype == np.float32
    exact = gan.bilinear_trajectory(float(start[0]), float(start[1]), 0.1, 300)
    assert exact.dtype == np.float64
    assert_close(trajectory, exact, rtol=1e-6, atol=0)
    assert gan.bilinear_trajectory(1, np.asarray(2.0), 0.1, 4).dtype == np.float64
    assert gan.bilinear_trajectory(1, 2, 0.1, 4).dtype == np.float64


def test_stationary_point_is_where_autograd_vanishes():
    point = gan.bilinear_stationary_point()
    assert point.shape == (2,)
    d, g = torch.tensor(point, requires_grad=True)
    gradients = torch.autograd.grad(d * g, (d, g))
    assert [v.item() for v in gradients] == [0.0, 0.0]
    np.testing.assert_array_equal(gan.bilinear_trajectory(*point, 0.7, 4), np.zeros((5, 2)))


@pytest.mark.parametrize("lr", RATES)
def test_behaviour_is_that_of_autograd_steps(lr):
    state = (0.3, -0.8)
    for _ in range(200):
        state = autograd_step(*state, lr)
    growth = math.hypot(*state) / math.hypot(0.3, -0.8)
    assert gan.bilinear_behaviour(lr) == ("diverges" if growth > 1.01 else "constant")


@pytest.mark.parametrize("lr", [1e-9, -1e-200, 5e-324])
def test_behaviour_is_not_decided_by_a_rounded_modulus(lr):
    assert gan.bilinear_behaviour(lr) == "diverges"


# The Dirac-GAN ----------------------------------------------------------------------------------


def dirac_field(state, gamma):
    """The gradient field, by autograd from the game's value with its gradient penalty."""
    value = torch.nn.functional.logsigmoid(state[1])  # D's logit at the data, x = 0
    value = value + torch.nn.functional.logsigmoid(-(state[0] * state[2] + state[1]))
    value = value - gamma / 2 * state[0] ** 2
    (gradient,) = torch.autograd.grad(value, state, create_graph=True)
    return gradient * torch.tensor([1.0, 1.0, -1.0], dtype=state.dtype)


def mp_velocity(psi0, psi1, theta, gamma):
    """The gradient field in mpmath, from the logistic function's definition."""

    def sigmoid(x):
        return 1 / (1 + mpmath.exp(-x))

    c = psi0 * theta + psi1
    return [
        -theta * sigmoid(c) - gamma * psi0,
        sigmoid(-psi1) - sigmoid(c),
        psi0 * sigmoid(c),
    ]


def mp_jacobian(state, gamma):
    """Central differences of `mp_velocity`, with digits enough for the smallest double."""
    step = mpmath.mpf(10) ** -500
    columns = []
    for j in range(3):
        ahead, behind = list(state), list(state)
        ahead[j] += step
        behind[j] -= step
        pairs = zip(mp_velocity(*ahead, gamma), mp_velocity(*behind, gamma), strict=True)
        columns.append([(a - b) / (2 * step) for a, b in pairs])
    return [[columns[j][i] for j in range(3)] for i in range(3)]


@pytest.mark.parametrize("gamma", [0.0, 0.4, 1.0, 3.0])
def test_velocity_is_the_gradient_of_the_value(gamma):
    for state in states(5, seed=0):
        field = dirac_field(torch.tensor(state, requires_grad=True), gamma)
        assert_close(gan.dirac_velocity(state, gamma), field.detach().numpy())


@pytest.mark.parametrize("gamma", [0.0, 0.4, 1.0, 3.0])
def test_jacobian_is_the_autograd_jacobian_of_the_field(gamma):
    for state in states(5, seed=1):
        expected = torch.autograd.functional.jacobian(
            lambda s: dirac_field(s, gamma), torch.tensor(state)
        )
        assert_close(gan.dirac_jacobian(state, gamma), expected.numpy(), atol=1e-13)


def test_velocity_by_hand():
    # C = log 3, σ(C) = ¾; ψ₁ = 0, so σ(−ψ₁) = ½.
    state = [math.log(3), 0.0, 1.0]
    expected = [-0.75 - 2 * math.log(3), -0.25, 0.75 * math.log(3)]
    assert_close(gan.dirac_velocity(state, 2.0), expected)


def test_without_a_penalty_by_default():
    state = states(1, seed=2)[0]
    assert_close(gan.dirac_velocity(state), gan.dirac_velocity(state, gamma=0.0))
    field = dirac_field(torch.tensor(state, requires_grad=True), 0.0)
    assert_close(gan.dirac_velocity(state), field.detach().numpy())
    literal = [[0, 0, -0.5], [0, -0.5, 0], [0.5, 0, 0]]
    np.testing.assert_array_equal(gan.dirac_jacobian([0.0, 0.0, 0.0]), literal)
    assert_close(np.sort(gan.dirac_eigenvalues().imag), [-0.5, 0, 0.5])
    assert gan.dirac_is_stable() is False
    assert gan.dirac_stability() == "undecided"
    np.testing.assert_array_equal(gan.dirac_rest_jacobian(), literal)


@pytest.mark.parametrize("gamma", [0.0, 1.0, 1e3])
def test_jacobian_at_the_stationary_point_by_hand(gamma):
    literal = [[-gamma, 0, -0.5], [0, -0.5, 0], [0.5, 0, 0]]
    np.testing.assert_array_equal(gan.dirac_jacobian(gan.dirac_stationary_point(), gamma), literal)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_rest_jacobian_is_the_derivative_of_the_velocity_there(gamma):
    with mpmath.workdps(1300):
        expected = [[float(v) for v in row] for row in mp_jacobian([mpmath.mpf(0)] * 3, gamma)]
    found = gan.dirac_rest_jacobian(gamma)
    assert found.dtype == np.float64
    assert_close(found, expected, rtol=1e-15, atol=1e-300)


@pytest.mark.parametrize("gamma", [0.0, 1e3])
def test_velocity_and_jacobian_at_the_extremes(gamma):
    near = [(49.5, -50.0, 1.01), (-50.0, 40.0, 1.0), (0.0, 1e-9, 0.0), (1e-7, -3e-8, 50.0)]
    # Anything that overflows in a sum, a quotient or an exponential would raise here.
    with mpmath.workdps(1300), np.errstate(all="raise"):
        for state in CORNERS + near:
            exact = [mpmath.mpf(v) for v in state]
            velocity = [float(v) for v in mp_velocity(*exact, gamma)]
            jacobian = [[float(v) for v in row] for row in mp_jacobian(exact, gamma)]
            # Relative to each entry: C is rounded, which costs σ(C) some |C| epsilons.
            assert_close(gan.dirac_velocity(state, gamma), velocity, rtol=1e-13, atol=0)
            assert_close(gan.dirac_jacobian(state, gamma), jacobian, rtol=1e-13, atol=1e-300)


def test_a_logit_beyond_the_largest_double_saturates():
    state = [1e200, 0.0, 1e200]
    np.testing.assert_array_equal(gan.dirac_velocity(state), [-1e200, -0.5, 1e200])
    literal = [[0, 0, -1], [0, -0.25, 0], [1, 0, 0]]
    np.testing.assert_array_equal(gan.dirac_jacobian(state), literal)


def test_float32_state():
    for state in np.concatenate([states(4, seed=3), CORNERS]).astype(np.float32):
        for function in (gan.dirac_velocity, gan.dirac_jacobian):
            # A float64 weight is a constant, and follows the state.
            single = function(state, np.float64(0.3))
            assert single.dtype == np.float32
            assert_close(single, function(state.astype(float), 0.3), rtol=1e-5, atol=1e-6)


def test_state_as_a_list_of_integers():
    field = dirac_field(torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True), 2)
    velocity = gan.dirac_velocity([1, -2, 3], 2)
    assert velocity.dtype == np.float64
    assert_close(velocity, field.detach().numpy())
    assert gan.dirac_jacobian([1, -2, 3], 2).dtype == np.float64


@pytest.mark.parametrize("gamma", [0.0, 0.7, 10.0])
def test_only_the_stationary_point_stands_still(gamma):
    point = gan.dirac_stationary_point(gamma)
    assert point.shape == (3,)
    field = dirac_field(torch.tensor(point, requires_grad=True), gamma)
    np.testing.assert_array_equal(field.detach().numpy(), np.zeros(3))
    np.testing.assert_array_equal(gan.dirac_velocity(point, gamma), np.zeros(3))
    for state in states(5, seed=4):
        assert np.abs(gan.dirac_velocity(state, gamma)).max() > 1e-3


@pytest.mark.parametrize("gamma", GAMMAS)
def test_dirac_eigenvalues_are_roots_of_the_characteristic_polynomial(gamma):
    values = gan.dirac_eigenvalues(gamma)
    assert values.shape == (3,)
    assert np.iscomplexobj(values)
    with mpmath.workdps(450):
        # det(λI − J) expanded for the literal Jacobian: λ³ + (γ+½)λ² + (γ/2+¼)λ + ⅛.
        g = mpmath.mpf(gamma)
        roots = [mpmath.mpc(v) for v in values]
        total = sum(roots)
        pairs = roots[0] * roots[1] + roots[0] * roots[2] + roots[1] * roots[2]
        assert abs(total + g + 0.5) <= 1e-14 * (g + 0.5)
        assert abs(pairs - g / 2 - 0.25) <= 1e-14 * (g / 2 + 0.25)
        assert abs(roots[0] * roots[1] * roots[2] + 0.125) <= 1e-14


@pytest.mark.parametrize("gamma", GAMMAS)
def test_dirac_eigenvalues_next_to_and_far_from_the_double_root(gamma):
    # Sums and products of roots hardly see an error of √(γ² − 1) near γ = 1; this does.
    with mpmath.workdps(450):
        g = mpmath.mpf(gamma)
        root = mpmath.sqrt(g * g - 1)
        exact = [complex(v) for v in (-mpmath.mpf(0.5), (-g + root) / 2, (-g - root) / 2)]
    assert_same_roots(gan.dirac_eigenvalues(gamma), exact, rtol=1e-15)


@pytest.mark.parametrize("gamma", [0.0, 1e-8, 0.3, 2.5, 1e3])
def test_dirac_eigenvalues_are_those_of_the_autograd_jacobian(gamma):
    jacobian = torch.autograd.functional.jacobian(
        lambda s: dirac_field(s, gamma), torch.zeros(3, dtype=torch.float64)
    )
    with mpmath.workdps(40):
        found, _ = mpmath.eig(mpmath.matrix(jacobian.tolist()))
        assert_same_roots(gan.dirac_eigenvalues(gamma), [complex(v) for v in found])


def test_dirac_eigenvalues_at_the_double_root():
    np.testing.assert_array_equal(gan.dirac_eigenvalues(1.0), [-0.5, -0.5, -0.5])


def test_slow_eigenvalue_of_a_strong_penalty_does_not_cancel():
    # (−γ + √(γ² − 1))/2 = −1/(4γ) − 1/(16γ³) − …
    slow = gan.dirac_eigenvalues(1e3).real.max()
    assert slow == pytest.approx(-2.5e-4 - 6.25e-11, rel=1e-12)


@pytest.mark.parametrize("gamma", [0.05, 0.3, 1.0, 4.0])
def test_a_penalty_draws_the_linearised_game_to_its_stationary_point(gamma):
    jacobian = torch.autograd.functional.jacobian(
        lambda s: dirac_field(s, gamma), torch.zeros(3, dtype=torch.float64)
    )
    flow = torch.linalg.matrix_exp(2000 * jacobian)
    assert torch.linalg.matrix_norm(flow) < 1e-10
    assert gan.dirac_is_stable(gamma) is True
    assert gan.dirac_stability(gamma) == "stable"


def test_without_a_penalty_the_linearised_game_circles():
    jacobian = torch.autograd.functional.jacobian(
        lambda s: dirac_field(s, 0.0), torch.zeros(3, dtype=torch.float64)
    )
    end = torch.linalg.matrix_exp(2000 * jacobian) @ torch.tensor([0.6, 0.0, 0.8]).double()
    assert torch.linalg.vector_norm(end).item() == pytest.approx(1, rel=1e-6)
    assert gan.dirac_is_stable(0.0) is False
    assert gan.dirac_stability(0.0) == "undecided"


@pytest.mark.parametrize("gamma", [5e-324, 1e-20, 1e3, 1e300])
def test_any_positive_penalty_is_stable(gamma):
    assert gan.dirac_is_stable(gamma) is True
    assert gan.dirac_stability(gamma) == "stable"


@pytest.mark.parametrize("lr", [0.1, 0.3, 1.7])
def test_two_wrong_criteria_give_the_right_behaviour_for_positive_rates(lr):
    """Students have said: complex with a positive real part; and a modulus of at least 1.

    Of no positive rate does either say anything else than what happens, so no case of a hand-out can
    tell them apart. At the rate 0 the second one does: a misconception has it.
    """
    values = np.linalg.eigvals(np.transpose([autograd_step(1, 0, lr), autograd_step(0, 1, lr)]))
    assert (values.real > 0).all() and (values.imag != 0).all()
    assert (np.abs(values) >= 1).all()
    assert gan.bilinear_behaviour(lr) == "diverges"


# The discriminator ------------------------------------------------------------------------------

REAL = torch.distributions.Normal(0.5, 1.2)
FAKE = torch.distributions.Normal(-0.8, 0.7)


def densities(count, seed):
    x = torch.from_numpy(np.random.default_rng(seed).normal(0, 2, count))
    return x, REAL.log_prob(x).exp().numpy(), FAKE.log_prob(x).exp().numpy()


def test_optimal_discriminator_is_the_sigmoid_of_the_log_ratio():
    x, f1, f0 = densities(7, seed=5)
    expected = torch.sigmoid(REAL.log_prob(x) - FAKE.log_prob(x)).numpy()
    assert_close(gan.optimal_discriminator(f1, f0), expected)


def test_optimal_discriminator_beats_every_other():
    _, f1, f0 = densities(5, seed=6)
    best = gan.optimal_discriminator(f1, f0)
    grid = np.linspace(0, 1, 20001)[1:-1, None]
    gain = f1 * np.log(grid) + f0 * np.log(1 - grid)
    assert_close(best, grid[gain.argmax(axis=0), 0], rtol=0, atol=5e-5)


def test_optimal_discriminator_is_the_posterior_of_real():
    # 3 real and 5 fake examples at the first point, 6 and 2 at the second, of 9 and 7 in all;
    # labels drawn evenly, so examples of a class weigh 1/9 and 1/7.
    posterior = [(3 / 9) / (3 / 9 + 5 / 7), (6 / 9) / (6 / 9 + 2 / 7)]
    assert_close(gan.optimal_discriminator([3 / 9, 6 / 9], [5 / 7, 2 / 7]), posterior)


def test_optimal_discriminator_by_hand():
    f1 = np.array([[1, 0, 3], [2, 5e-324, 1e308]])
    f0 = np.array([[3, 2, 0], [2, 5e-324, 1e308]])
    with np.errstate(all="raise"):
        result = gan.optimal_discriminator(f1, f0)
    np.testing.assert_array_equal(result, [[0.25, 0, 1], [0.5, 0.5, 0.5]])


def test_optimal_discriminator_where_the_densities_are_tiny_or_far_apart():
    f1 = np.array([3e-310, 1e-300, 1e308, 2e-300, 7e-12])
    f0 = np.array([9e-310, 1e10, 1.5e308, 1e-5, 1.0])
    with mpmath.workdps(400), np.errstate(all="raise"):
        exact = [
            mpmath.mpf(a) / (mpmath.mpf(a) + mpmath.mpf(b)) for a, b in zip(f1, f0, strict=True)
        ]
        assert_close(gan.optimal_discriminator(f1, f0), [float(v) for v in exact], 1e-14, 1e-308)


def test_optimal_discriminator_swaps_with_its_densities():
    _, f1, f0 = densities(6, seed=7)
    both = gan.optimal_discriminator(f1, f0) + gan.optimal_discriminator(f0, f1)
    assert_close(both, np.ones(6))


def test_optimal_discriminator_of_one_scalar_density():
    assert_close(gan.optimal_discriminator([1.0, 3.0, 0.5], 1.0), [1 / 2, 3 / 4, 1 / 3])
    assert_close(gan.optimal_discriminator(1.0, [1.0, 3.0, 0.5]), [1 / 2, 1 / 4, 2 / 3])
    assert gan.optimal_discriminator(1.0, 3.0) == 0.25


def enumerated_jsd(p1, p0):
    """JSD(p₁, p₀) of two discrete distributions, from its definition by two KL divergences."""
    middle = [(a + b) / 2 for a, b in zip(p1, p0, strict=True)]

    def kl(p, q):
        return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)

    return (kl(p1, middle) + kl(p0, middle)) / 2


def test_jsd_of_samples_in_proportion_is_the_divergence():
    # Samples in which every point stands as often as its probability says, of sizes 10 and 16.
    real, fake = np.array([1, 4, 3, 2]), np.array([6, 1, 2, 7])
    p1, p0 = real / 10, fake / 16
    d = np.array([a / (a + b) for a, b in zip(p1, p0, strict=True)])
    result = gan.jsd_from_discriminator(np.repeat(d, real), np.repeat(d, fake))
    assert np.shape(result) == ()
    assert_close(result, enumerated_jsd(p1, p0))


def test_jsd_of_another_discriminator_is_a_lower_bound():
    real, fake = np.array([1, 4, 3, 2]), np.array([6, 1, 2, 3])
    exact = enumerated_jsd(real / 10, fake / 12)
    for d in np.random.default_rng(8).uniform(0.02, 0.98, (6, 4)):
        assert gan.jsd_from_discriminator(np.repeat(d, real), np.repeat(d, fake)) < exact


def test_jsd_by_hand():
    # ½(log 2·¾ + ½(log 2·½ + log 2·¼)), the real mean over one output and the fake over two.
    expected = (math.log(1.5) + (math.log(1.0) + math.log(0.5)) / 2) / 2
    assert_close(gan.jsd_from_discriminator([0.75], [0.5, 0.75]), expected)
    assert gan.jsd_from_discriminator([0.5] * 3, [0.5] * 2) == 0


def mp_jsd(d_real, d_fake):
    """The estimate as the paper has it, log 2 apart, in mpmath."""
    real = sum(mpmath.log(mpmath.mpf(float(d))) for d in d_real) / len(d_real)
    fake = sum(mpmath.log(1 - mpmath.mpf(float(d))) for d in d_fake) / len(d_fake)
    return float(mpmath.log(2) + (real + fake) / 2)


@pytest.mark.parametrize(
    ("d_real", "d_fake"),
    [
        ([1e-12, 0.3], [1 - 1e-12, 0.6, 0.1]),
        ([1 - 1e-12, 1 - 3e-13], [1e-12, 2e-12, 5e-13]),
        ([1e-300, 5e-324], [1 - 2**-53]),
        ([0.5 + 1e-9, 0.5 + 3e-9], [0.5 - 2e-9]),
        ([0.5 + 3e-5], [0.5 - 2e-5, 0.5 - 1e-5, 0.5]),
        ([0.2, 0.9, 0.4, 0.7], [0.6, 0.35]),
    ],
)
def test_jsd_at_the_extremes(d_real, d_fake):
    with mpmath.workdps(60), np.errstate(all="raise"):
        result = gan.jsd_from_discriminator(d_real, d_fake)
        assert_close(result, mp_jsd(d_real, d_fake), rtol=1e-14, atol=0)


def test_jsd_of_disjoint_supports_is_log_two():
    result = gan.jsd_from_discriminator(np.full((3, 1), 1 - 1e-12), np.full((4, 2), 1e-12))
    assert_close(result, math.log(2), rtol=2e-12)


def test_density_recovers_the_real_one():
    x, f1, f0 = densities(7, seed=9)
    d = torch.sigmoid(REAL.log_prob(x) - FAKE.log_prob(x)).numpy()
    assert_close(gan.density_from_discriminator(f0, d), f1)


def test_density_undoes_the_optimal_discriminator():
    rng = np.random.default_rng(10)
    f1, f0 = rng.exponential(1, (2, 3, 4))
    assert_close(gan.density_from_discriminator(f0, gan.optimal_discriminator(f1, f0)), f1)


def test_density_by_hand():
    assert_close(gan.density_from_discriminator([2.0, 3.0, 0.0], [0.25, 0.5, 0.9]), [2 / 3, 3, 0])
    assert_close(gan.density_from_discriminator(2.0, [0.25, 0.5]), [2 / 3, 2])
    assert_close(gan.density_from_discriminator([1.0, 6.0], 0.75), [3, 18])


def test_density_at_the_extremes():
    f0 = np.array([0.3, 2.0, 1e-290, 1e290, 0.7, 5.0])
    d = np.array([1e-12, 1 - 1e-12, 1 - 3e-13, 4e-13, 1 - 2**-53, 1e-300])
    with mpmath.workdps(60), np.errstate(all="raise"):
        exact = [
            float(mpmath.mpf(a) * mpmath.mpf(b) / (1 - mpmath.mpf(b)))
            for a, b in zip(f0, d, strict=True)
        ]
        assert_close(gan.density_from_discriminator(f0, d), exact, rtol=1e-14, atol=0)


def test_float32_densities_and_outputs():
    _, f1, f0 = densities(5, seed=11)
    d = np.random.default_rng(12).uniform(0.01, 0.99, 8)
    for function, data in [
        (gan.optimal_discriminator, (f1, f0)),
        (gan.jsd_from_discriminator, (d[:5], d[3:])),
        (gan.density_from_discriminator, (f0, d[:5])),
    ]:
        single = [values.astype(np.float32) for values in data]
        result = function(*single)
        assert result.dtype == np.float32
        assert_close(result, function(*(v.astype(float) for v in single)), rtol=1e-5, atol=1e-6)
        assert function(*data).dtype == np.float64


def test_float32_outputs_as_small_as_they_get():
    d = np.float32([1e-12, 1e-30, 1e-40])
    with mpmath.workdps(60):
        exact = mp_jsd(d, [0.25])
    result = gan.jsd_from_discriminator(d, np.float32([0.25]))
    assert result.dtype == np.float32
    assert_close(result, exact, rtol=1e-6)


def test_numbers_and_lists_follow_the_arrays_dtype_or_are_float64():
    half = np.float32([0.5, 0.25])
    assert gan.optimal_discriminator(half, 1.0).dtype == np.float32
    assert gan.density_from_discriminator(1, half).dtype == np.float32
    assert gan.density_from_discriminator(half.astype(float), half).dtype == np.float64
    integers = gan.optimal_discriminator(np.array([1, 3]), np.array([1, 1]))
    assert integers.dtype == np.float64
    assert_close(integers, [0.5, 0.75])


# The domain -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [gan.bilinear_update_matrix, gan.bilinear_eigenvalues, gan.bilinear_behaviour],
)
@pytest.mark.parametrize("lr", [math.inf, math.nan])
def test_refuses_a_rate_that_is_not_finite(function, lr):
    with pytest.raises(ValueError, match=r"^lr must"):
        function(lr)


@pytest.mark.parametrize("gamma", [-1e-9, -1, math.inf, math.nan])
def test_refuses_a_penalty_below_zero(gamma):
    for call in (
        lambda: gan.dirac_velocity([0.0, 0.0, 0.0], gamma),
        lambda: gan.dirac_jacobian([0.0, 0.0, 0.0], gamma),
        lambda: gan.dirac_stationary_point(gamma),
        lambda: gan.dirac_rest_jacobian(gamma),
        lambda: gan.dirac_eigenvalues(gamma),
        lambda: gan.dirac_stability(gamma),
        lambda: gan.dirac_is_stable(gamma),
    ):
        with pytest.raises(ValueError, match=r"^gamma must"):
            call()


@pytest.mark.parametrize("function", [gan.dirac_velocity, gan.dirac_jacobian])
@pytest.mark.parametrize("state", [[1, 2], [[1, 2, 3]], 1.0, [1, 2, math.nan], [1, math.inf, 2]])
def test_refuses_a_state_of_another_shape(function, state):
    with pytest.raises(ValueError, match=r"^state must"):
        function(state)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (([1.0, 2.0], 1, 0.1, 3), "d0"),
        ((math.nan, 1, 0.1, 3), "d0"),
        ((1, [1.0], 0.1, 3), "g0"),
        ((1, math.inf, 0.1, 3), "g0"),
        ((1, 1, math.nan, 3), "lr"),
        ((1, 1, 0.1, -1), "steps"),
        ((1, 1, 0.1, 2.5), "steps"),
    ],
)
def test_refuses_a_trajectory_outside_its_domain(arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        gan.bilinear_trajectory(*arguments)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (gan.optimal_discriminator, ([-1e-9, 1], [1, 1]), "f1"),
        (gan.optimal_discriminator, ([math.nan, 1], [1, 1]), "f1"),
        (gan.optimal_discriminator, ([1, 1], [1, math.inf]), "f0"),
        (gan.optimal_discriminator, ([1, 0], [1, 0]), "f0"),
        (gan.optimal_discriminator, ([1, 1, 1], [[1], [1], [1]]), "f0"),
        (gan.jsd_from_discriminator, ([0.0, 0.5], [0.5]), "d_real"),
        (gan.jsd_from_discriminator, ([], [0.5]), "d_real"),
        (gan.jsd_from_discriminator, ([0.5], [0.5, 1.0]), "d_fake"),
        (gan.jsd_from_discriminator, ([0.5], [math.nan]), "d_fake"),
        (gan.jsd_from_discriminator, ([0.5], []), "d_fake"),
        (gan.density_from_discriminator, ([-1.0], [0.5]), "f0"),
        (gan.density_from_discriminator, ([1.0], [0.0]), "d"),
        (gan.density_from_discriminator, ([1.0], [1.0]), "d"),
        (gan.density_from_discriminator, ([1.0, 2.0], [0.5, 0.4, 0.3]), "d"),
    ],
)
def test_refuses_densities_and_outputs_outside_their_domain(function, arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        function(*arguments)


def test_scalars_may_be_zero_dimensional():
    assert gan.dirac_is_stable(torch.tensor(0.5)) is True
    assert gan.bilinear_behaviour(np.array(0.0)) == "constant"
    state = np.float32([0.1, 0.2, 0.3])
    assert gan.dirac_velocity(state, torch.tensor(0.5)).dtype == np.float32
    trajectory = gan.bilinear_trajectory(np.array(1.0), 0, torch.tensor(0.5), np.int64(1))
    np.testing.assert_array_equal(trajectory, [[1, 0], [1, -0.5]])


def test_inputs_are_left_alone():
    state, f1, f0, d = (np.array(v) for v in ([1.0, 2, 3], [1.0, 2], [3.0, 0], [0.2, 0.6]))
    before = [v.copy() for v in (state, f1, f0, d)]
    gan.dirac_velocity(state, 1.0)
    gan.dirac_jacobian(state, 1.0)
    gan.optimal_discriminator(f1, f0)
    gan.jsd_from_discriminator(d, d)
    gan.density_from_discriminator(f0, d)
    for now, then in zip((state, f1, f0, d), before, strict=True):
        np.testing.assert_array_equal(now, then)
