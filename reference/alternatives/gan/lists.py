"""Games of two players in plain Python: complex powers, lists as results, no array anywhere."""

import cmath
import math


def bilinear_update_matrix(lr):
    return [[1, lr], [-lr, 1]]


def bilinear_trajectory(d0, g0, lr, steps):
    # As the complex number d + ig the state is turned and stretched by 1 - i lr.
    state, visited = complex(d0, g0), []
    for _ in range(steps + 1):
        visited.append([state.real, state.imag])
        state *= complex(1, -lr)
    return visited


def bilinear_stationary_point():
    return [0, 0]


def bilinear_eigenvalues(lr):
    return [1 - 1j * lr, 1 + 1j * lr]


def bilinear_behaviour(lr):
    return "constant" if lr == 0 else "diverges"


def sigmoid(x):
    if x < 0:
        return math.exp(x) / (1 + math.exp(x))
    return 1 / (1 + math.exp(-x))


def dirac_velocity(state, gamma=0.0):
    psi0, psi1, theta = map(float, state)
    fooled = sigmoid(psi0 * theta + psi1)
    return [-theta * fooled - gamma * psi0, 1 - sigmoid(psi1) - fooled, psi0 * fooled]


def dirac_stationary_point(gamma=0.0):
    return (0.0, 0.0, 0.0)


def dirac_jacobian(state, gamma=0.0):
    psi0, psi1, theta = map(float, state)
    logit = psi0 * theta + psi1
    fooled, real = sigmoid(logit), sigmoid(psi1)
    gradient = [theta, 1, psi0]  # of the logit
    of_fooled = [fooled * (1 - fooled) * entry for entry in gradient]
    rows = [
        [-theta * entry for entry in of_fooled],
        [-entry for entry in of_fooled],
        [psi0 * entry for entry in of_fooled],
    ]
    rows[0][0] -= gamma
    rows[0][2] -= fooled
    rows[1][1] -= real * (1 - real)
    rows[2][0] += fooled
    return rows


def dirac_rest_jacobian(gamma=0.0):
    return [[-gamma, 0, -1 / 2], [0, -1 / 2, 0], [1 / 2, 0, 0]]


def dirac_eigenvalues(gamma=0.0):
    root = cmath.sqrt(gamma**2 - 1)
    return [-0.5, (-gamma + root) / 2, (-gamma - root) / 2]


def dirac_is_stable(gamma=0.0):
    return all(eigenvalue.real < 0 for eigenvalue in map(complex, dirac_eigenvalues(gamma)))


def dirac_stability(gamma=0.0):
    real = [complex(eigenvalue).real for eigenvalue in dirac_eigenvalues(gamma)]
    return "unstable" if max(real) > 0 else "undecided" if max(real) == 0 else "stable"


def jsd_from_discriminator(d_real, d_fake):
    real = sum(math.log(d) for d in d_real) / len(d_real)
    fake = sum(math.log1p(-d) for d in d_fake) / len(d_fake)
    return 0.5 * (real + fake + math.log(4))


def pointwise(function, first, second):
    """Apply a function to the numbers of two nested lists or arrays of one shape."""
    if getattr(first, "ndim", None) == 0 or isinstance(first, (int, float)):
        return function(float(first), float(second))
    return [pointwise(function, one, other) for one, other in zip(first, second)]


def optimal_discriminator(f1, f0):
    return pointwise(lambda one, other: 1 - other / (one + other), f1, f0)


def density_from_discriminator(f0, d):
    return pointwise(lambda density, p: density / ((1 - p) / p), f0, d)
