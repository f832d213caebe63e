"""Games of two players as students get them wrong, each with what they would need to read."""

import math

import numpy as np
import torch
from torch.nn.functional import logsigmoid

from autograder.testing import misconception
from reference import gan as right

MATRICES = "bilinear_update: the matrix for two learning rates"
TRAJECTORIES = "bilinear_update: seven steps from anywhere"
SPECTRUM = "bilinear_behaviour: eigenvalues for two learning rates"
BACKWARDS = "bilinear_behaviour: eigenvalues for a negative learning rate and for 0"
BEHAVIOUR = "bilinear_behaviour: what becomes of the state"
KINDS = "bilinear_behaviour: four kinds of steps"
TINY = "bilinear_behaviour: tiny steps, and none"

VELOCITY = "dirac_velocity: at four states"
ONE_PROBABILITY = "dirac_velocity: both players see the same probability"
JACOBIAN = "dirac_jacobian: at four states"
AT_REST = "dirac_jacobian: at the stationary point"
WITH_PENALTY = "dirac_jacobian: with a penalty"
REST = "dirac_rest: the Jacobian"
EIGENVALUES = "dirac_stability: the eigenvalues"
UNDECIDED = "dirac_stability: what they tell"
PENALISED = "dirac_penalty: velocities for two weights"
CHANGED = "dirac_penalty: what the penalty changes"
RESTS = "dirac_penalty: where the game rests"
PENALISED_REST = "dirac_penalty_rest: the Jacobian for two weights"
WEAK = "dirac_penalty_stability: a weak penalty"
STRONG = "dirac_penalty_stability: a strong penalty"
COINCIDE = "dirac_penalty_stability: a penalty of weight 1"
TELL = "dirac_penalty_stability: what they tell"
EXTREMES = "dirac_penalty_stability: what they tell for any weight"
STABLE = "dirac_penalty_stability: for which weights it is stable"

JSD = ("jsd: samples of two sizes", "jsd: the best discriminator on whole populations")
BEST = "density: the best discriminator"
DENSITY = "density: the real density"

# Public cases.
THREE_STEPS = "bilinear_update: three steps"
WITH_BIAS = "dirac_velocity: a critic with a bias"
THREE_DISCRIMINATORS = "jsd: three discriminators"
BACK = "density: from the discriminator back"


def bilinear(matrix):
    """What follows from a wrong matrix: the steps and the eigenvalues."""

    def bilinear_trajectory(d0, g0, lr, steps):
        states = [np.array([d0, g0], dtype=float)]
        for _ in range(steps):
            states.append(matrix(lr) @ states[-1])
        return np.stack(states)

    return {
        "bilinear_update_matrix": matrix,
        "bilinear_trajectory": bilinear_trajectory,
        "bilinear_eigenvalues": lambda lr: np.linalg.eigvals(matrix(lr)),
    }


@misconception(
    "The discriminator moves the wrong way: it wants the value of the game to grow.",
    caught_by=(MATRICES, TRAJECTORIES, "bilinear_update: matrix and trajectory agree", SPECTRUM),
)
def discriminator_descends():
    return bilinear(lambda lr: np.array([[1, -lr], [-lr, 1]]))


@misconception(
    "The generator moves the wrong way: it wants the value of the game to fall.",
    caught_by=(MATRICES, TRAJECTORIES, THREE_STEPS, SPECTRUM),
)
def generator_ascends():
    return bilinear(lambda lr: np.array([[1, lr], [lr, 1]]))


@misconception(
    "The generator is written before the discriminator: look at the order of the state.",
    caught_by=(MATRICES, TRAJECTORIES, "bilinear_update: no steps, and steps of size 0"),
)
def generator_first():
    def bilinear_trajectory(d0, g0, lr, steps):
        return right.bilinear_trajectory(d0, g0, lr, steps)[:, ::-1]

    return {
        "bilinear_update_matrix": lambda lr: np.array([[1, -lr], [lr, 1]]),
        "bilinear_trajectory": bilinear_trajectory,
    }


@misconception(
    "The generator already sees the discriminator's new number: both move at the same time.",
    caught_by=(MATRICES, TRAJECTORIES, THREE_STEPS, SPECTRUM, BEHAVIOUR, KINDS, TINY),
)
def one_after_the_other():
    functions = bilinear(lambda lr: np.array([[1, lr], [-lr, 1 - lr**2]]))
    return {**functions, "bilinear_behaviour": lambda lr: "constant"}


@misconception(
    "The rows are all alike or mixed up: every row needs its own numbers, not the same variables again.",
    caught_by=(TRAJECTORIES, "bilinear_update: matrix and trajectory agree"),
)
def rows_share_their_memory():
    def bilinear_trajectory(d0, g0, lr, steps):
        state = np.array([d0, g0], dtype=float)
        states = [state]
        for _ in range(steps):
            state += lr * np.array([state[1], -state[0]])
            states.append(state)
        return np.array(states)

    return {"bilinear_trajectory": bilinear_trajectory}


@misconception(
    "A start in integers makes all states integers: look at the type of the array that holds them.",
    caught_by=("bilinear_update: a start in whole numbers",),
)
def rows_of_the_type_of_the_start():
    def bilinear_trajectory(d0, g0, lr, steps):
        states = np.array([[d0, g0]] * (steps + 1))
        for k in range(steps):
            d, g = states[k]
            states[k + 1] = d + lr * g, g - lr * d
        return states

    return {"bilinear_trajectory": bilinear_trajectory}


@misconception(
    "The start is left out: count the rows of the trajectory.",
    caught_by=(TRAJECTORIES, "bilinear_update: no steps, and steps of size 0"),
)
def start_left_out():
    return {"bilinear_trajectory": lambda *given: right.bilinear_trajectory(*given)[1:]}


@misconception(
    "A state at which the value is zero need not be stationary: look at both derivatives.",
    caught_by=("bilinear_stationary: the discriminator's number",),
)
def value_zero_on_one_axis():
    return {"bilinear_stationary_point": lambda: np.array([1.0, 0.0])}


@misconception(
    "Only one of the two players is at rest: the other's derivative must vanish as well.",
    caught_by=("bilinear_stationary: the generator's number",),
)
def value_zero_on_the_other_axis():
    return {"bilinear_stationary_point": lambda: np.array([0.0, 1.0])}


@misconception(
    "These are eigenvalues of the change in one step: a step also keeps the state it starts from.",
    caught_by=(SPECTRUM, BACKWARDS),
)
def eigenvalues_of_the_change():
    return {"bilinear_eigenvalues": lambda lr: right.bilinear_eigenvalues(lr) - 1}


@misconception(
    "The eigenvalues are complex, and their modulus is not 1: going round is not the whole movement.",
    caught_by=(BEHAVIOUR, KINDS, TINY),
)
def modulus_taken_for_one():
    return {"bilinear_behaviour": lambda lr: "constant"}


@misconception(
    "That a game has a stationary point does not make its steps find it: follow a few of them.",
    caught_by=(BEHAVIOUR, KINDS, TINY),
)
def settles_at_the_stationary_point():
    return {"bilinear_behaviour": lambda lr: "converges" if lr else "constant"}


@misconception(
    "The sign of the learning rate turns the movement round; it does not turn growing into shrinking.",
    caught_by=(KINDS, TINY),
)
def negative_steps_converge():
    return {
        "bilinear_behaviour": lambda lr: (
            "diverges" if lr > 0 else "converges" if lr < 0 else "constant"
        )
    }


@misconception(
    "Rounding decides: a tiny step changes the modulus by less than the numbers can show.",
    caught_by=(TINY,),
)
def modulus_rounded_to_one():
    return {"bilinear_behaviour": lambda lr: "diverges" if abs(complex(1, lr)) > 1 else "constant"}


@misconception(
    "A modulus of exactly 1 changes no distance: growing takes more than that.",
    caught_by=(KINDS, TINY),
)
def modulus_of_one_taken_for_growth():
    return {
        "bilinear_behaviour": lambda lr: "diverges" if abs(complex(1, lr)) >= 1 else "converges"
    }


@misconception(
    "That a real matrix has no real eigenvalue does not mean that it has none: look among complex numbers.",
    caught_by=(SPECTRUM, BACKWARDS),
)
def no_eigenvalue_at_all():
    def bilinear_eigenvalues(lr):
        return np.ones(2) if lr == 0 else np.zeros(0)

    return {"bilinear_eigenvalues": bilinear_eigenvalues}


def told(real_parts):
    """What eigenvalues tell, up to rounding."""
    if (real_parts > 1e-12).any():
        return "unstable"
    return "stable" if (real_parts < -1e-12).all() else "undecided"


def dirac(value_of_d, value_of_g):
    """What follows from two wrong values of the game, of which each player ascends its own."""

    def field(state, gamma):
        with torch.enable_grad():
            point = state if state.requires_grad else state.clone().requires_grad_()
            (of_d,) = torch.autograd.grad(value_of_d(*point, gamma), point, create_graph=True)
            (of_g,) = torch.autograd.grad(value_of_g(*point), point, create_graph=True)
            return torch.cat([of_d[:2], of_g[2:]])

    def jacobian_of(state, gamma):
        found = torch.autograd.functional.jacobian(lambda point: field(point, gamma), state)
        return found.numpy()

    def dirac_rest_jacobian(gamma=0.0):
        return jacobian_of(torch.zeros(3, dtype=torch.float64), gamma)

    def dirac_eigenvalues(gamma=0.0):
        return np.linalg.eigvals(dirac_rest_jacobian(gamma))

    return {
        "dirac_velocity": lambda state, gamma=0.0: (
            field(torch.from_numpy(state), gamma).detach().numpy()
        ),
        "dirac_jacobian": lambda state, gamma=0.0: jacobian_of(torch.from_numpy(state), gamma),
        "dirac_rest_jacobian": dirac_rest_jacobian,
        "dirac_eigenvalues": dirac_eigenvalues,
        "dirac_stability": lambda gamma=0.0: told(dirac_eigenvalues(gamma).real),
        "dirac_is_stable": lambda gamma=0.0: bool((dirac_eigenvalues(gamma).real < -1e-12).all()),
    }


def value(psi0, psi1, theta):
    """The value of the game, without a penalty."""
    return logsigmoid(psi1) + logsigmoid(-(psi0 * theta + psi1))


def descending(psi0, psi1, theta):
    """What a generator ascends that does what it should."""
    return -value(psi0, psi1, theta)


def held(psi0, psi1, theta, gamma):
    """What the discriminator ascends."""
    return value(psi0, psi1, theta) - gamma / 2 * psi0**2


@misconception(
    "The generator moves the wrong way: its velocity is minus its derivative of the value.",
    caught_by=(
        *(VELOCITY, ONE_PROBABILITY, JACOBIAN, AT_REST, REST, EIGENVALUES, UNDECIDED),
        *(PENALISED, PENALISED_REST, WEAK, TELL, STABLE),
    ),
)
def generator_ascends_in_the_dirac_gan():
    return dirac(held, value)


@misconception(
    "That is the other loss of generators, which does not saturate: here both players share one value.",
    caught_by=(VELOCITY, ONE_PROBABILITY, JACOBIAN, PENALISED),
)
def loss_that_does_not_saturate():
    return dirac(held, lambda psi0, psi1, theta: logsigmoid(psi0 * theta + psi1))


@misconception(
    "Both terms are taken at the real data: the generator's data sit somewhere else.",
    caught_by=(
        *(VELOCITY, JACOBIAN, AT_REST, REST, EIGENVALUES),
        *(PENALISED, PENALISED_REST, WEAK, STRONG, TELL, STABLE),
    ),
)
def both_terms_at_the_real_data():
    def of_d(psi0, psi1, theta, gamma):
        return logsigmoid(psi1) + logsigmoid(-psi1) - gamma / 2 * psi0**2 + 0 * theta

    return dirac(of_d, lambda psi0, psi1, theta: 0 * psi0 * theta + 0 * psi1)


@misconception(
    "The penalty pulls half as hard as it should: follow the factor through the derivative of a square.",
    caught_by=(PENALISED, CHANGED, WITH_PENALTY, PENALISED_REST, WEAK, STRONG, COINCIDE),
)
def penalty_halved():
    return dirac(lambda a, b, theta, gamma: held(a, b, theta, gamma / 2), descending)


@misconception(
    "The penalty pulls twice as hard as it should: the factor before the square is there for a reason.",
    caught_by=(PENALISED, CHANGED, WITH_PENALTY, PENALISED_REST, WEAK, STRONG, COINCIDE),
)
def penalty_doubled():
    return dirac(lambda a, b, theta, gamma: held(a, b, theta, 2 * gamma), descending)


@misconception(
    "The penalty acts on the bias as well: it is about the slope of the discriminator.",
    caught_by=(PENALISED, CHANGED, WITH_PENALTY, PENALISED_REST, WEAK, STRONG, COINCIDE),
)
def penalty_on_the_bias():
    def of_d(psi0, psi1, theta, gamma):
        return held(psi0, psi1, theta, gamma) - gamma / 2 * psi1**2

    return dirac(of_d, descending)


@misconception(
    "The penalty is a reward: the discriminator ascends the value minus the penalty.",
    caught_by=(PENALISED, CHANGED, WITH_PENALTY, PENALISED_REST, WEAK, STRONG, TELL, STABLE),
)
def penalty_rewarded():
    return dirac(lambda a, b, theta, gamma: held(a, b, theta, -gamma), descending)


def sigmoid(x):
    """The logistic function as the textbook has it."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


@misconception(
    "A large logit gives NaN: write the logistic function so that no exponential overflows.",
    caught_by=(
        "dirac_velocity: saturated critics",
        "dirac_jacobian: saturated critics",
        "dirac_penalty: saturated critics",
    ),
)
def sigmoid_overflows():
    def overflowing(x):
        with np.errstate(over="ignore", invalid="ignore"):
            return np.exp(x) / (1 + np.exp(x))

    def dirac_velocity(state, gamma=0.0):
        psi0, psi1, theta = state
        s = overflowing(psi0 * theta + psi1)
        return np.array([-theta * s - gamma * psi0, 1 - overflowing(psi1) - s, psi0 * s])

    def dirac_jacobian(state, gamma=0.0):
        psi0, psi1, theta = state
        s, real = overflowing(psi0 * theta + psi1), overflowing(psi1)
        slope = s * (1 - s)
        turn = s + psi0 * theta * slope
        return np.array(
            [
                [-(theta**2) * slope - gamma, -theta * slope, -turn],
                [-theta * slope, -real * (1 - real) - slope, -psi0 * slope],
                [turn, psi0 * slope, psi0**2 * slope],
            ]
        )

    return {"dirac_velocity": dirac_velocity, "dirac_jacobian": dirac_jacobian}


@misconception(
    "The real data are left out: the bias of the discriminator moves both terms of the value.",
    caught_by=(
        VELOCITY,
        WITH_BIAS,
        "dirac_velocity: float32",
        *(PENALISED, REST, EIGENVALUES, PENALISED_REST, WEAK, STRONG),
    ),
)
def real_data_left_out():
    def change(jacobian):
        jacobian[1, 1] /= 2

    def dirac_velocity(state, gamma=0.0):
        found = right.dirac_velocity(state, gamma)
        found[1] = -sigmoid(state[0] * state[2] + state[1])
        return found

    return {"dirac_velocity": dirac_velocity, **at_rest(change)}


@misconception(
    "Rows and columns of the Jacobian are exchanged: a row belongs to one component of the velocity.",
    caught_by=(
        *(JACOBIAN, AT_REST, WITH_PENALTY, REST, PENALISED_REST),
        "dirac_jacobian: its integral is the change of the velocity",
    ),
)
def jacobian_transposed():
    return {
        "dirac_jacobian": lambda state, gamma=0.0: right.dirac_jacobian(state, gamma).T,
        "dirac_rest_jacobian": lambda gamma=0.0: right.dirac_rest_jacobian(gamma).T,
    }


def at_rest(change):
    """The Jacobian at the stationary point and its eigenvalues, from a change of the right one."""

    def dirac_rest_jacobian(gamma=0.0):
        found = right.dirac_rest_jacobian(gamma)
        change(found)
        return found

    return {
        "dirac_rest_jacobian": dirac_rest_jacobian,
        "dirac_eigenvalues": lambda gamma=0.0: np.linalg.eigvals(dirac_rest_jacobian(gamma)),
    }


@misconception(
    "The slope of the logistic function at 0 is taken to be its value there.",
    caught_by=(REST, EIGENVALUES, PENALISED_REST, WEAK, STRONG, COINCIDE),
)
def value_for_slope():
    def change(jacobian):
        jacobian[1, 1] *= 2

    return at_rest(change)


@misconception(
    "The slope of the logistic function at 0 stands where its value belongs.",
    caught_by=(REST, EIGENVALUES, PENALISED_REST, WEAK, STRONG, COINCIDE),
)
def slope_for_value():
    def change(jacobian):
        jacobian[0, 2] /= 2
        jacobian[2, 0] /= 2

    return at_rest(change)


@misconception(
    "This is the Jacobian at the stationary point whatever the state: it is asked for at any state.",
    caught_by=(
        JACOBIAN,
        "dirac_jacobian: its integral is the change of the velocity",
        "dirac_jacobian: float32",
        WITH_PENALTY,
    ),
)
def jacobian_at_rest_only():
    return {"dirac_jacobian": lambda state, gamma=0.0: right.dirac_jacobian(0 * state, gamma)}


@misconception(
    "A product is differentiated as if the logistic function were constant: mind the product rule.",
    caught_by=(
        JACOBIAN,
        "dirac_jacobian: its integral is the change of the velocity",
        "dirac_jacobian: float32",
        WITH_PENALTY,
    ),
)
def product_rule_forgotten():
    def dirac_jacobian(state, gamma=0.0):
        found = right.dirac_jacobian(state, gamma)
        found[2, 0] = sigmoid(state[0] * state[2] + state[1])
        found[0, 2] = -found[2, 0]
        return found

    return {"dirac_jacobian": dirac_jacobian}


@misconception(
    "In one entry a product is differentiated as if the logistic function were constant; in its mirror "
    "image it is not.",
    caught_by=(JACOBIAN, "dirac_jacobian: float32", WITH_PENALTY),
)
def product_rule_forgotten_once():
    def dirac_jacobian(state, gamma=0.0):
        found = right.dirac_jacobian(state, gamma)
        found[0, 2] = -sigmoid(state[0] * state[2] + state[1])
        return found

    return {"dirac_jacobian": dirac_jacobian}


@misconception(
    "An undecided discriminator gives the probability one half, but its parameters are those of a logit.",
    caught_by=(
        "dirac_velocity: what the critic is left with",
        RESTS,
    ),
)
def bias_of_one_half():
    return {"dirac_stationary_point": lambda gamma=0.0: np.array([0.0, 0.5, 0.0])}


@misconception(
    "The generator is not at rest everywhere: a player that is not on the data still moves the other.",
    caught_by=(
        "dirac_velocity: where the generator sits",
        RESTS,
    ),
)
def generator_rests_anywhere():
    return {"dirac_stationary_point": lambda gamma=0.0: np.array([0.0, 0.0, 1.0])}


def quadratic(root, half=0.5):
    """Eigenvalues from a formula with a wrong square root or a wrong denominator."""

    def dirac_eigenvalues(gamma=0.0):
        return np.array([-0.5, half * (root(gamma) - gamma), half * (-root(gamma) - gamma)])

    return {"dirac_eigenvalues": dirac_eigenvalues}


@misconception(
    "The square root of a negative number is lost: these eigenvalues may be complex.",
    caught_by=(EIGENVALUES, WEAK),
)
def real_square_root():
    def root(gamma):
        with np.errstate(over="ignore", invalid="ignore"):
            return np.sqrt(np.float64(gamma) ** 2 - 1)

    return quadratic(root)


@misconception(
    "Eigenvalues that are not real are returned without their imaginary parts: keep them complex.",
    caught_by=(EIGENVALUES, WEAK),
)
def imaginary_part_dropped():
    return {"dirac_eigenvalues": lambda gamma=0.0: right.dirac_eigenvalues(gamma).real}


@misconception(
    "Two eigenvalues are twice too large: look at the denominator of the quadratic formula.",
    caught_by=(EIGENVALUES, WEAK, STRONG, COINCIDE),
)
def quadratic_formula_not_halved():
    return quadratic(lambda gamma: np.sqrt(complex(gamma**2 - 1)), half=1.0)


@misconception(
    "One eigenvalue is missing: the bias of the discriminator belongs to the state too.",
    caught_by=(EIGENVALUES, WEAK, STRONG, COINCIDE),
)
def bias_without_an_eigenvalue():
    return {"dirac_eigenvalues": lambda gamma=0.0: right.dirac_eigenvalues(gamma)[1:]}


def judged(word):
    """Both answers about stability, from a word for the eigenvalues and the weight of the penalty."""

    def dirac_stability(gamma=0.0):
        return word(right.dirac_eigenvalues(gamma), gamma)

    return {
        "dirac_stability": dirac_stability,
        "dirac_is_stable": lambda gamma=0.0: dirac_stability(gamma) == "stable",
    }


@misconception(
    "That is the criterion of steps, a modulus below 1: of a velocity it is the real parts that count.",
    caught_by=(UNDECIDED, TELL, EXTREMES, STABLE),
)
def criterion_of_steps():
    return judged(lambda values, gamma: "stable" if (abs(values) < 1).all() else "unstable")


@misconception(
    "A real part of exactly 0 is taken for a negative one: read what stable means here.",
    caught_by=(UNDECIDED, EXTREMES, STABLE),
)
def zero_taken_for_negative():
    def word(values, gamma):
        return "stable" if (values.real < 1e-12).all() else "unstable"

    return judged(word)


@misconception(
    "A real part of exactly 0 is taken for a positive one: there the eigenvalues alone do not decide.",
    caught_by=(UNDECIDED, EXTREMES),
)
def zero_taken_for_positive():
    return judged(lambda values, gamma: "stable" if gamma > 0 else "unstable")


@misconception(
    "Going round on the way does not prevent arriving: complex eigenvalues may be stable.",
    caught_by=(TELL, EXTREMES, STABLE),
)
def stable_only_if_real():
    return judged(lambda values, gamma: "stable" if gamma >= 1 else "undecided")


def discriminator(best=None, divergence=None, density=None):
    """The functions about a trained discriminator, some of them replaced."""
    names = {
        "optimal_discriminator": best,
        "jsd_from_discriminator": divergence,
        "density_from_discriminator": density,
    }
    return {name: function for name, function in names.items() if function}


@misconception(
    "Real and generated are exchanged: the discriminator gives the probability of being real.",
    caught_by=(*JSD, "jsd: float32", BEST, DENSITY, "density: where one density is 0"),
)
def real_and_generated_exchanged():
    return discriminator(
        best=lambda f1, f0: f0 / (f0 + f1),
        divergence=lambda d_real, d_fake: (
            math.log(2) + (np.log(1 - d_real).mean() + np.log(d_fake).mean()) / 2
        ),
        density=lambda f0, d: f0 * (1 - d) / d,
    )


@misconception(
    "Both samples are treated as real: what counts on the generator's sample is to be found out.",
    caught_by=(*JSD, THREE_DISCRIMINATORS, "jsd: outputs within 1e-12 of 0 and 1"),
)
def both_samples_as_real():
    return discriminator(
        divergence=lambda d_real, d_fake: (
            math.log(2) + (np.log(d_real).mean() + np.log(d_fake).mean()) / 2
        )
    )


@misconception(
    "A constant is missing: a discriminator that is undecided must find that nothing differs.",
    caught_by=(*JSD, THREE_DISCRIMINATORS),
)
def log_two_missing():
    return discriminator(
        divergence=lambda *given: right.jsd_from_discriminator(*given) - math.log(2)
    )


@misconception(
    "The divergence is a mean of two terms, each of which counts half.",
    caught_by=(*JSD, THREE_DISCRIMINATORS),
)
def half_missing():
    return discriminator(
        divergence=lambda d_real, d_fake: (
            math.log(2) + np.log(d_real).mean() + np.log(1 - d_fake).mean()
        )
    )


@misconception(
    "This is the logarithm of a mean: the expectation is over the logarithms.",
    caught_by=(*JSD, THREE_DISCRIMINATORS, "jsd: outputs within 1e-12 of 0 and 1"),
)
def log_of_the_mean():
    return discriminator(
        divergence=lambda d_real, d_fake: (
            math.log(2) + (np.log(d_real.mean()) + np.log((1 - d_fake).mean())) / 2
        )
    )


@misconception(
    "Both samples are pooled: each expectation is the mean over its own sample.",
    caught_by=(*JSD, THREE_DISCRIMINATORS),
)
def samples_pooled():
    return discriminator(
        divergence=lambda d_real, d_fake: (
            math.log(2) + np.log(np.concatenate([d_real, 1 - d_fake])).mean()
        )
    )


@misconception(
    "The divergence is measured in bits: the logarithm here is the natural one.",
    caught_by=(*JSD, THREE_DISCRIMINATORS, "jsd: float32"),
)
def measured_in_bits():
    return discriminator(
        divergence=lambda *given: right.jsd_from_discriminator(*given) / math.log(2)
    )


@misconception(
    "One estimate for every example: the means over the samples are missing.",
    caught_by=(*JSD, THREE_DISCRIMINATORS),
)
def means_missing():
    def jsd_from_discriminator(d_real, d_fake):
        count = min(len(d_real), len(d_fake))
        return math.log(2) + (np.log(d_real[:count]) + np.log(1 - d_fake[:count])) / 2

    return discriminator(divergence=jsd_from_discriminator)


@misconception(
    "The outputs are kept away from 0 and 1: near certainty that changes the result.",
    caught_by=("jsd: outputs within 1e-12 of 0 and 1", "density: outputs within 1e-12 of 0 and 1"),
)
def outputs_clipped():
    def clipped(d):
        return np.clip(d, 1e-7, 1 - 1e-7)

    return discriminator(
        divergence=lambda *given: right.jsd_from_discriminator(*map(clipped, given)),
        density=lambda f0, d: right.density_from_discriminator(f0, clipped(d)),
    )


@misconception(
    "A small constant in the denominator is not small beside a tiny density.",
    caught_by=("density: where both densities are tiny",),
)
def denominator_padded():
    return discriminator(best=lambda f1, f0: f1 / (f0 + f1 + 1e-12))


@misconception(
    "This is the ratio of the densities: the discriminator gives a probability.",
    caught_by=(BEST, "density: the two densities exchanged", "density: there and back"),
)
def ratio_for_probability():
    return discriminator(
        best=lambda f1, f0: f1 / np.where(f0 > 0, f0, 1),
        density=lambda f0, d: f0 * d / (1 - d),
    )


@misconception(
    "The odds are upside down: where the discriminator is sure of real data, they are dense.",
    caught_by=(
        DENSITY,
        "density: there and back",
        "density: float32",
        BACK,
    ),
)
def odds_upside_down():
    return discriminator(density=lambda f0, d: f0 * (1 - d) / d)


@misconception(
    "The density of the generator is left out: the odds alone are not a density.",
    caught_by=(DENSITY, "density: there and back", BACK),
)
def generator_left_out():
    return discriminator(density=lambda f0, d: d / (1 - d))


@misconception(
    "A sum is confused with one of its terms: follow the density of the real data through the fraction.",
    caught_by=(DENSITY, "density: there and back", "density: outputs within 1e-12 of 0 and 1"),
)
def denominator_taken_for_the_generator():
    return discriminator(density=lambda f0, d: f0 * d)


@misconception(
    "Digits are lost where the output is near 1: subtract before you divide.",
    caught_by=("density: outputs within 1e-12 of 0 and 1",),
)
def digits_cancelled():
    return discriminator(density=lambda f0, d: f0 / (1 / d - 1))
