"""Games of two players: steps, rest, velocities and stability, and what a discriminator knows."""

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, assert_equal, assert_same_set
from reference import gan as reference

OK_FORMAT = False

CONSTANT = {
    "dirac_velocity: dirac_stationary_point": "the game rests in one point, whatever the penalty",
    "dirac_penalty: dirac_stationary_point": "the game rests in one point, whatever the penalty",
    "dirac_rest: dirac_rest_jacobian": "the hand-out asks for one matrix, that without a penalty",
    "dirac_stability: dirac_eigenvalues": "the hand-out asks for the eigenvalues without a penalty",
}

name = "gan"

# C(θ) = ψ₀θ + ψ₁ is 2550, −2550, 2450, −2450, 50 and 0 there.
SATURATED = (
    (50.0, 50.0, 50.0),
    (50.0, -50.0, -50.0),
    (-50.0, -50.0, -50.0),
    (50.0, 50.0, -50.0),
    (0.0, 50.0, -50.0),
    (50.0, -50.0, 1.0),
)


def rates(rng):
    """A small learning rate, and one above 1."""
    return [float(rng.uniform(*ends)) for ends in ((0.1, 0.4), (1.2, 1.9))]


def backwards(rng):
    """A negative learning rate."""
    return float(rng.uniform(-0.8, -0.3))


def weights(rng):
    """A weight of the penalty below 1 and one above."""
    return [float(rng.uniform(*ends)) for ends in ((0.2, 0.8), (1.3, 4.0))]


def states(rng, dtype=np.float64):
    """Four states of the Dirac-GAN, all entries away from 0 and of either sign."""
    size = rng.uniform(0.4, 1.6, (4, 3))
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    return (size * signs).astype(dtype)


def saturated(rng):
    """The states above with a critic that is somewhat weaker; where C is 0 it stays 0."""
    return np.array(SATURATED) * [(weaker := rng.uniform(0.9, 1.0)), weaker, 1.0]


def check_at(function, right, points, what, **penalty):
    """Compare a function of the state with the reference's at some states."""
    for point in points:
        given = np.array(point)
        expected = right(given, **penalty)
        assert_close(function(given, **penalty), expected, what=f"{what} at {given.tolist()}")


@test_case(name="bilinear_update: the matrix for two learning rates", points=2, hidden=True)
def matrices(bilinear_update_matrix, rng):
    for lr in rates(rng):
        expected = reference.bilinear_update_matrix(lr)
        assert_close(bilinear_update_matrix(lr), expected, what=f"the matrix for lr = {lr}")


@test_case(name="bilinear_update: the matrix for a negative learning rate", points=0.5, hidden=True)
def matrix_backwards(bilinear_update_matrix, rng):
    lr = backwards(rng)
    expected = reference.bilinear_update_matrix(lr)
    assert_close(bilinear_update_matrix(lr), expected, what=f"the matrix for lr = {lr}")


@test_case(name="bilinear_update: seven steps from anywhere", points=2, hidden=True)
def trajectories(bilinear_trajectory, rng):
    for lr in (*rates(rng), backwards(rng)):
        d0, g0 = float(rng.uniform(0.5, 2.0)), float(rng.uniform(-2.0, -0.5))
        expected = reference.bilinear_trajectory(d0, g0, lr, 7)
        found = bilinear_trajectory(d0, g0, lr, 7)
        assert_close(found, expected, what=f"the trajectory for lr = {lr}")


@test_case(name="bilinear_update: matrix and trajectory agree", points=1, hidden=True)
def matrix_makes_trajectory(bilinear_update_matrix, bilinear_trajectory, rng):
    """Every row is the matrix times the row before, and farther from 0 by the same factor."""
    lr, d0, g0 = (float(value) for value in rng.uniform(0.3, 0.9, 3))
    matrix = as_array(bilinear_update_matrix(lr), shape=(2, 2), what="the matrix")
    visited = as_array(bilinear_trajectory(d0, g0, lr, 9), shape=(10, 2), what="the trajectory")
    assert_all(np.isfinite(visited), "every state is finite")
    assert_close(visited[0], [d0, g0], what="the first row")
    assert_close(visited[1:], visited[:-1] @ matrix.T, what="every further row")
    distance = np.linalg.norm(visited, axis=1)
    grown = np.sqrt(1 + lr**2) * distance[:-1]
    assert_close(distance[1:], grown, what="the distance from 0 after every step")


@test_case(name="bilinear_update: no steps, and steps of size 0", points=1, hidden=True)
def nothing_moves(bilinear_trajectory, rng):
    start = rng.uniform(0.5, 2.0, 2).tolist()
    found = bilinear_trajectory(*start, 0.4, 0)
    assert_close(found, [start], what="the trajectory of no steps")
    found = bilinear_trajectory(*start, 0.0, 3)
    assert_close(found, [start] * 4, what="the trajectory of steps of size 0")


@test_case(name="bilinear_update: a start in whole numbers", points=0.5, hidden=True)
def whole_start(bilinear_trajectory, rng):
    """Python's integers: what follows from them is not whole."""
    lr = float(rng.uniform(0.1, 0.4))
    expected = reference.bilinear_trajectory(3, -2, lr, 4)
    assert_close(bilinear_trajectory(3, -2, lr, 4), expected, what="the trajectory")


@test_case(name="bilinear_stationary: the discriminator's number", points=1, hidden=True)
def rest_of_d(bilinear_stationary_point):
    point = as_array(bilinear_stationary_point(), shape=(2,), what="the stationary point")
    assert_close(point[0], 0, what="d", check_dtype=False)


@test_case(name="bilinear_stationary: the generator's number", points=1, hidden=True)
def rest_of_g(bilinear_stationary_point):
    point = as_array(bilinear_stationary_point(), shape=(2,), what="the stationary point")
    assert_close(point[1], 0, what="g", check_dtype=False)


@test_case(name="bilinear_behaviour: eigenvalues for two learning rates", points=2, hidden=True)
def bilinear_spectrum(bilinear_eigenvalues, rng):
    for lr in rates(rng):
        expected = reference.bilinear_eigenvalues(lr)
        found = bilinear_eigenvalues(lr)
        assert_same_set(found, expected, what=f"the eigenvalues for lr = {lr}")


@test_case(
    name="bilinear_behaviour: eigenvalues for a negative learning rate and for 0",
    points=0.5,
    hidden=True,
)
def spectrum_backwards(bilinear_eigenvalues, rng):
    for lr in (backwards(rng), 0.0):
        expected = reference.bilinear_eigenvalues(lr)
        assert_same_set(bilinear_eigenvalues(lr), expected, what=f"the eigenvalues for lr = {lr}")


@test_case(name="bilinear_behaviour: what becomes of the state", points=2, hidden=True)
def behaviours(bilinear_behaviour, rng):
    for lr in rates(rng):
        expected = reference.bilinear_behaviour(lr)
        assert_equal(bilinear_behaviour(lr), expected, what=f"the behaviour for lr = {lr}")


@test_case(name="bilinear_behaviour: four kinds of steps", points=2, hidden=True)
def kinds_of_steps(bilinear_behaviour, rng):
    """Small ones, great ones, backwards, and none at all."""
    for lr in (*rates(rng), backwards(rng), 0.0):
        expected = reference.bilinear_behaviour(lr)
        assert_equal(bilinear_behaviour(lr), expected, what=f"the behaviour for lr = {lr}")


@test_case(name="bilinear_behaviour: tiny steps, and none", points=0.5, hidden=True)
def tiny_steps(bilinear_behaviour, rng):
    for lr in (1e-9 * float(rng.uniform(0.5, 2.0)), -1e-12 * float(rng.uniform(0.5, 2.0)), 0.0):
        expected = reference.bilinear_behaviour(lr)
        assert_equal(bilinear_behaviour(lr), expected, what=f"the behaviour for lr = {lr}")


@test_case(name="dirac_velocity: at four states", points=2, hidden=True)
def velocities(dirac_velocity, rng):
    check_at(dirac_velocity, reference.dirac_velocity, states(rng), "the velocity")


@test_case(name="dirac_velocity: both players see the same probability", points=1, hidden=True)
def one_probability(dirac_velocity, rng):
    """What moves ψ₀ and what moves θ is the probability σ(C) of the generator's data."""
    for state in states(rng):
        found = as_array(dirac_velocity(state), shape=(3,), what="the velocity")
        seen_by_d, seen_by_g = -found[0] / state[2], found[2] / state[0]
        assert_all(np.isfinite(found), "the velocity is finite")
        assert_close(seen_by_d, seen_by_g, what="what the discriminator sees")
        assert_all((seen_by_g.real > 0) & (seen_by_g.real < 1), "it is a probability")


@test_case(name="dirac_velocity: saturated critics", points=1, hidden=True)
def saturated_velocities(dirac_velocity, rng):
    check_at(dirac_velocity, reference.dirac_velocity, saturated(rng), "the velocity")


@test_case(name="dirac_velocity: float32", points=0.5, hidden=True)
def single_velocities(dirac_velocity, rng):
    points = states(rng, np.float32)
    check_at(dirac_velocity, reference.dirac_velocity, points, "the velocity")


@test_case(name="dirac_velocity: where the generator sits", points=1, hidden=True)
def rest_of_generator(dirac_stationary_point):
    point = as_array(dirac_stationary_point(), shape=(3,), what="the stationary point")
    assert_close(point[2], 0, what="theta", check_dtype=False)


@test_case(name="dirac_velocity: what the critic is left with", points=1, hidden=True)
def rest_of_discriminator(dirac_stationary_point):
    point = as_array(dirac_stationary_point(), shape=(3,), what="the stationary point")
    assert_close(point[:2], [0, 0], what="(psi_0, psi_1)", check_dtype=False)


@test_case(name="dirac_rest: the Jacobian", points=2, hidden=True)
def jacobian_at_rest(dirac_rest_jacobian):
    expected = reference.dirac_rest_jacobian()
    assert_close(dirac_rest_jacobian(), expected, what="the Jacobian")


@test_case(name="dirac_jacobian: at the stationary point", points=1, hidden=True)
def jacobian_near_rest(dirac_jacobian, rng):
    given = {"points": [(0.0, 0.0, 0.0)], "what": "the Jacobian"}
    for gamma in (0.0, *weights(rng)):
        check_at(dirac_jacobian, reference.dirac_jacobian, gamma=gamma, **given)


@test_case(name="dirac_jacobian: at four states", points=2, hidden=True)
def jacobians(dirac_jacobian, rng):
    check_at(dirac_jacobian, reference.dirac_jacobian, states(rng), "the Jacobian")


@test_case(name="dirac_jacobian: its integral is the change of the velocity", points=1, hidden=True)
def jacobian_integrates(dirac_jacobian, rng):
    """∫ J(s + th) h dt over [0, 1] is v(s + h) − v(s), by a quadrature that is exact to rounding."""
    nodes, weights = np.polynomial.legendre.leggauss(12)
    start, move = states(rng)[1], 0.4 * states(rng)[2]
    total = np.zeros(3)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        found = as_array(dirac_jacobian(start + node * move), shape=(3, 3), what="the Jacobian")
        total = total + weight * found @ move
    change = reference.dirac_velocity(start + move) - reference.dirac_velocity(start)
    assert_close(total, change, what="the integral of the Jacobian")


@test_case(name="dirac_jacobian: saturated critics", points=0.5, hidden=True)
def saturated_jacobians(dirac_jacobian, rng):
    points = saturated(rng)
    check_at(dirac_jacobian, reference.dirac_jacobian, points, "the Jacobian")
    check_at(dirac_jacobian, reference.dirac_jacobian, points[:4], "the Jacobian", gamma=0.5)


@test_case(name="dirac_jacobian: with a penalty", points=2, hidden=True)
def penalised_jacobians(dirac_jacobian, rng):
    for gamma in weights(rng):
        points = states(rng)[:3]
        check_at(dirac_jacobian, reference.dirac_jacobian, points, "the Jacobian", gamma=gamma)


@test_case(name="dirac_jacobian: float32", points=0.5, hidden=True)
def single_jacobians(dirac_jacobian, rng):
    points = states(rng, np.float32)
    check_at(dirac_jacobian, reference.dirac_jacobian, points, "the Jacobian")


@test_case(name="dirac_stability: the eigenvalues", points=2, hidden=True)
def dirac_spectrum(dirac_eigenvalues):
    expected = reference.dirac_eigenvalues(0.0)
    assert_same_set(dirac_eigenvalues(0.0), expected, what="the eigenvalues for gamma = 0")
    assert_same_set(dirac_eigenvalues(), expected, what="the eigenvalues without a penalty")


@test_case(name="dirac_stability: what they tell", points=2, hidden=True)
def undecided(dirac_stability):
    expected = reference.dirac_stability()
    assert_equal(dirac_stability(), expected, what="the answer without a penalty")
    assert_equal(dirac_stability(0.0), expected, what="the answer for gamma = 0")


@test_case(name="dirac_penalty: velocities for two weights", points=2, hidden=True)
def penalised_velocities(dirac_velocity, rng):
    for gamma in weights(rng):
        check_at(dirac_velocity, reference.dirac_velocity, states(rng), "the velocity", gamma=gamma)


@test_case(name="dirac_penalty: where the game rests", points=2, hidden=True)
def penalised_rest(dirac_stationary_point, rng):
    for gamma in weights(rng):
        expected = reference.dirac_stationary_point(gamma)
        found = as_array(dirac_stationary_point(gamma), shape=(3,), what="the stationary point")
        what = f"the stationary point for gamma = {gamma}"
        assert_close(found, expected, what=what, check_dtype=False)


@test_case(name="dirac_penalty: velocities for a weight of 1000", points=0.5, hidden=True)
def strongly_penalised_velocities(dirac_velocity, rng):
    check_at(dirac_velocity, reference.dirac_velocity, states(rng), "the velocity", gamma=1000.0)


@test_case(name="dirac_penalty: what the penalty changes", points=1, hidden=True)
def pull_of_the_penalty(dirac_velocity, rng):
    """The penalty moves ψ₀ alone, towards 0, in proportion to ψ₀ and to its weight."""
    for state in states(rng):
        gamma = float(rng.uniform(0.3, 2.0))
        free = as_array(dirac_velocity(state), shape=(3,), what="the velocity without a penalty")
        held = as_array(dirac_velocity(state, gamma), shape=(3,), what="the velocity with one")
        assert_all(np.isfinite(held), "the velocity is finite")
        expected = [-gamma * state[0], 0.0, 0.0]
        assert_close(held - free, expected, what=f"the difference for gamma = {gamma}")


@test_case(name="dirac_penalty: saturated critics", points=0.5, hidden=True)
def saturated_and_penalised(dirac_velocity, rng):
    points = saturated(rng)[:4]
    check_at(dirac_velocity, reference.dirac_velocity, points, "the velocity", gamma=0.5)


@test_case(name="dirac_penalty_rest: the Jacobian for two weights", points=2, hidden=True)
def penalised_jacobian_at_rest(dirac_rest_jacobian, rng):
    for gamma in weights(rng):
        expected = reference.dirac_rest_jacobian(gamma)
        assert_close(dirac_rest_jacobian(gamma), expected, what=f"the Jacobian for gamma = {gamma}")


@test_case(name="dirac_penalty_stability: a weak penalty", points=1, hidden=True)
def weak_penalty(dirac_eigenvalues, rng):
    gamma, _ = weights(rng)
    expected = reference.dirac_eigenvalues(gamma)
    found = dirac_eigenvalues(gamma)
    assert_same_set(found, expected, what=f"the eigenvalues for gamma = {gamma}")


@test_case(name="dirac_penalty_stability: a strong penalty", points=1, hidden=True)
def strong_penalty(dirac_eigenvalues, rng):
    _, gamma = weights(rng)
    expected = reference.dirac_eigenvalues(gamma)
    found = dirac_eigenvalues(gamma)
    assert_same_set(found, expected, what=f"the eigenvalues for gamma = {gamma}")


@test_case(name="dirac_penalty_stability: what they tell", points=2, hidden=True)
def stable_with_a_penalty(dirac_stability, rng):
    for gamma in weights(rng):
        expected = reference.dirac_stability(gamma)
        assert_equal(dirac_stability(gamma), expected, what=f"the answer for gamma = {gamma}")


@test_case(name="dirac_penalty_stability: very strong penalties", points=0.5, hidden=True)
def very_strong_penalties(dirac_eigenvalues, rng):
    for gamma in (1000.0, float(rng.uniform(200.0, 900.0))):
        expected = reference.dirac_eigenvalues(gamma)
        found = dirac_eigenvalues(gamma)
        assert_same_set(found, expected, what=f"the eigenvalues for gamma = {gamma}")


@test_case(name="dirac_penalty_stability: a penalty of weight 1", points=0.5, hidden=True)
def eigenvalues_coincide(dirac_eigenvalues, rng):
    # −½ three times, whose errors are roots of rounding errors: 1e-8 by an eigenvalue routine, 5e-6
    # by the roots of the cubic polynomial. The nearest misconceptions are 1e-1 away.
    expected = reference.dirac_eigenvalues(1.0)
    found = dirac_eigenvalues(1.0)
    assert_same_set(found, expected, rtol=0, atol=1e-4, what="the eigenvalues for gamma = 1")
    gamma, _ = weights(rng)
    expected = reference.dirac_eigenvalues(gamma)
    found = dirac_eigenvalues(gamma)
    assert_same_set(found, expected, what=f"the eigenvalues for gamma = {gamma}")


@test_case(name="dirac_penalty_stability: what they tell for any weight", points=2, hidden=True)
def words_for_any_weight(dirac_stability, rng):
    for gamma in (0.0, 1e-6, *weights(rng), 1.0, 1000.0):
        expected = reference.dirac_stability(gamma)
        assert_equal(dirac_stability(gamma), expected, what=f"the answer for gamma = {gamma}")


@test_case(name="dirac_penalty_stability: for which weights it is stable", points=2, hidden=True)
def stable_weights(dirac_is_stable, rng):
    assert_equal(dirac_is_stable(), False, what="the answer without a penalty")
    for gamma in (0.0, 1e-6, *weights(rng), 1.0, 1000.0):
        expected = reference.dirac_is_stable(gamma)
        assert_equal(dirac_is_stable(gamma), expected, what=f"the answer for gamma = {gamma}")


def outputs(rng, dtype=np.float64):
    """A discriminator's outputs on seven real examples and five of the generator's."""
    return rng.uniform(0.3, 0.95, 7).astype(dtype), rng.uniform(0.05, 0.6, 5).astype(dtype)


@test_case(name="jsd: samples of two sizes", points=2, hidden=True)
def two_sizes(jsd_from_discriminator, rng):
    d_real, d_fake = outputs(rng)
    expected = reference.jsd_from_discriminator(d_real, d_fake)
    assert_close(jsd_from_discriminator(d_real, d_fake), expected, what="the estimate")


@test_case(name="jsd: the best discriminator on whole populations", points=2, hidden=True)
def populations(jsd_from_discriminator, rng):
    """Samples that hold every point as often as its probability says make the estimate exact."""
    real = np.array([1, 2, 3, 6]) + rng.integers(0, 2, 4)
    fake = np.array([9, 7, 5, 4]) + rng.integers(0, 2, 4)
    p1, p0 = real / real.sum(), fake / fake.sum()
    middle = (p0 + p1) / 2
    divergence = (p1 @ np.log(p1 / middle) + p0 @ np.log(p0 / middle)) / 2
    best = p1 / (p0 + p1)
    found = jsd_from_discriminator(np.repeat(best, real), np.repeat(best, fake))
    assert_close(found, divergence, what="the divergence")


@test_case(name="jsd: outputs within 1e-12 of 0 and 1", points=0.5, hidden=True)
def certain_outputs(jsd_from_discriminator, rng):
    # The outputs as they are stored, 1 − 1e-12 rounded, are what the reference is given too.
    a, b = rng.uniform(0.2, 0.7, 2)
    d_real, d_fake = np.array([1e-12, 1 - 1e-12, a, 0.7]), np.array([1 - 1e-12, 1e-12, b])
    expected = reference.jsd_from_discriminator(d_real, d_fake)
    assert_close(jsd_from_discriminator(d_real, d_fake), expected, what="the estimate")


@test_case(name="jsd: one output, and two", points=0.5, hidden=True)
def few_outputs(jsd_from_discriminator, rng):
    for real, fake in ((1, 2), (2, 1), (1, 1)):
        d_real, d_fake = rng.uniform(0.1, 0.9, real), rng.uniform(0.1, 0.9, fake)
        expected = reference.jsd_from_discriminator(d_real, d_fake)
        what = f"the estimate from {real} real and {fake} fake"
        assert_close(jsd_from_discriminator(d_real, d_fake), expected, what=what)


@test_case(name="jsd: float32", points=0.5, hidden=True)
def single_outputs(jsd_from_discriminator, rng):
    d_real, d_fake = outputs(rng, np.float32)
    expected = reference.jsd_from_discriminator(d_real, d_fake)
    assert_close(jsd_from_discriminator(d_real, d_fake), expected, what="the estimate")


def densities(rng, dtype=np.float64):
    """Two densities at 3 × 4 points, the first one the greater by a factor of 1.2 to 40."""
    f0 = rng.uniform(0.05, 0.5, (3, 4))
    return (f0 * rng.uniform(1.2, 40.0, (3, 4))).astype(dtype), f0.astype(dtype)


@test_case(name="density: the best discriminator", points=2, hidden=True)
def best(optimal_discriminator, rng):
    f1, f0 = densities(rng)
    expected = reference.optimal_discriminator(f1, f0)
    assert_close(optimal_discriminator(f1, f0), expected, what="the output")


@test_case(name="density: the two densities exchanged", points=1, hidden=True)
def exchanged(optimal_discriminator, rng):
    """What is not real is the generator's: exchanging the densities gives the other probability."""
    f1, f0 = densities(rng)
    one = as_array(optimal_discriminator(f1, f0), shape=(3, 4), what="the output")
    other = as_array(optimal_discriminator(f0, f1), shape=(3, 4), what="the output")
    assert_close(one + other, np.ones((3, 4)), what="the sum of both outputs")
    assert_all(one > other, "the greater density is the likelier one")


@test_case(name="density: the real density", points=2, hidden=True)
def real_density(density_from_discriminator, rng):
    f0, d = rng.uniform(0.1, 2.0, (3, 4)), rng.uniform(0.55, 0.95, (3, 4))
    expected = reference.density_from_discriminator(f0, d)
    assert_close(density_from_discriminator(f0, d), expected, what="the density")


@test_case(name="density: there and back", points=1, hidden=True)
def there_and_back(optimal_discriminator, density_from_discriminator, rng):
    f1, f0 = densities(rng)
    d = as_array(optimal_discriminator(f1, f0), shape=(3, 4), what="the output")
    assert_all(np.isfinite(d), "every output is finite")
    assert_close(density_from_discriminator(f0, d), f1, what="the density recovered from it")


@test_case(name="density: where one density is 0", points=0.5, hidden=True)
def zero_densities(optimal_discriminator, rng):
    a, b, c = rng.uniform(0.2, 2.0, 3)
    one, other = np.array([0.0, a, 3 * b]), np.array([c, 0.0, b])
    assert_close(optimal_discriminator(one, other), [0.0, 1.0, 0.75], what="the output")
    assert_close(optimal_discriminator(other, one), [1.0, 0.0, 0.25], what="the output")


@test_case(name="density: where both densities are tiny", points=0.5, hidden=True)
def tiny_densities(optimal_discriminator, rng):
    sizes = rng.uniform(1.0, 9.0, 3) * [1e-200, 1e-9, 1e-100]
    one, other = sizes * [1, 3, 3], sizes * [3, 1, 1]
    assert_close(optimal_discriminator(one, other), [0.25, 0.75, 0.75], what="the output")
    assert_close(optimal_discriminator(other, one), [0.75, 0.25, 0.25], what="the output")


@test_case(name="density: outputs within 1e-12 of 0 and 1", points=0.5, hidden=True)
def certain_densities(density_from_discriminator, rng):
    f0, d = rng.uniform(0.5, 3.0, 3), np.array([1e-12, 1 - 1e-12, 0.25])
    expected = reference.density_from_discriminator(f0, d)
    assert_close(density_from_discriminator(f0, d), expected, what="the density")


@test_case(name="density: float32", points=0.5, hidden=True)
def single_densities(optimal_discriminator, density_from_discriminator, rng):
    f1, f0 = densities(rng, np.float32)
    d = reference.optimal_discriminator(f1, f0)
    assert_close(optimal_discriminator(f1, f0), d, what="the output")
    # From the reference's d, so that no rounding of the student's is magnified by 1 − d.
    expected = reference.density_from_discriminator(f0, d)
    assert_close(density_from_discriminator(f0, d), expected, what="the density")
