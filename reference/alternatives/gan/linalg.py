"""Games of two players by numerical linear algebra, with the textbook's sigmoid, in the data's dtype."""

import numpy as np


def bilinear_update_matrix(lr):
    hessian = np.array([[0.0, 1.0], [1.0, 0.0]])  # of V = dg
    return np.eye(2) + lr * np.diag([1.0, -1.0]) @ hessian


def bilinear_trajectory(d0, g0, lr, steps):
    matrix = bilinear_update_matrix(lr)
    powers = np.array([np.linalg.matrix_power(matrix, k) for k in range(steps + 1)])
    return powers @ np.array([d0, g0])


def bilinear_stationary_point():
    return np.linalg.solve([[0, 1], [1, 0]], [0, 0])


def bilinear_eigenvalues(lr):
    return np.linalg.eigvals(bilinear_update_matrix(lr))


def bilinear_behaviour(lr):
    squared_growth_beyond_one = lr**2
    return "diverges" if squared_growth_beyond_one > 0 else "constant"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dirac_velocity(state, gamma=0.0):
    psi0, psi1, theta = state
    s = sigmoid(psi0 * theta + psi1)
    velocity = np.array([-theta * s, sigmoid(-psi1) - s, psi0 * s])
    velocity[0] -= gamma * psi0
    return velocity


def dirac_stationary_point(gamma=0.0):
    return np.zeros(3, dtype=int)


def dirac_jacobian(state, gamma=0.0):
    state = np.asarray(state)
    psi0, psi1, theta = state
    s = sigmoid(psi0 * theta + psi1)
    own = np.array([-theta, -1, psi0], dtype=state.dtype)
    of_logit = np.array([theta, 1, psi0], dtype=state.dtype)
    jacobian = s * (1 - s) * np.outer(own, of_logit)
    jacobian += s * np.array([[0, 0, -1], [0, 0, 0], [1, 0, 0]], dtype=state.dtype)
    return jacobian - np.diag([gamma, sigmoid(psi1) * sigmoid(-psi1), 0]).astype(state.dtype)


def dirac_rest_jacobian(gamma=0.0):
    return dirac_jacobian(np.zeros(3), gamma)


def dirac_eigenvalues(gamma=0.0):
    return np.linalg.eigvals(dirac_rest_jacobian(gamma).astype(complex))


def dirac_is_stable(gamma=0.0):
    return (dirac_eigenvalues(gamma).real < -1e-12).all()


def dirac_stability(gamma=0.0):
    largest = dirac_eigenvalues(gamma).real.max()
    if abs(largest) < 1e-12:
        return "undecided"
    return "unstable" if largest > 0 else "stable"


def jsd_from_discriminator(d_real, d_fake):
    return 0.5 * np.mean(np.log(2 * d_real)) + 0.5 * np.mean(np.log(2 * (1 - d_fake)))


def optimal_discriminator(f1, f0):
    total = f0 + f1
    return np.divide(f1, total)


def density_from_discriminator(f0, d):
    odds = d / (1 - d)
    return odds * f0
