"""Games of two players by automatic differentiation of their values, with tensors as results."""

import math

import numpy as np
import torch
from torch.autograd.functional import hessian
from torch.nn.functional import logsigmoid, softplus


def bilinear_update_matrix(lr):
    second = hessian(lambda state: state[0] * state[1], torch.zeros(2, dtype=torch.float64))
    return torch.eye(2, dtype=torch.float64) + torch.tensor([[1], [-1]]) * second * lr


def bilinear_trajectory(d0, g0, lr, steps):
    states = torch.tensor([[d0, g0]], dtype=torch.float64)
    for _ in range(steps):
        states = torch.cat([states, states[-1:] @ bilinear_update_matrix(lr).T])
    return states


def bilinear_stationary_point():
    return torch.zeros(2)


def bilinear_eigenvalues(lr):
    return torch.linalg.eigvals(bilinear_update_matrix(lr))


def bilinear_behaviour(lr):
    return {True: "diverges", False: "constant"}[math.log1p(lr**2) > 0]


def value(state):
    psi0, psi1, theta = state
    return logsigmoid(psi1) + logsigmoid(-(psi0 * theta + psi1))


def ascended(gamma):
    """Both players' own values in one: the generator's components are turned round afterwards."""
    return lambda state: value(state) - gamma / 2 * state[0] ** 2


def dirac_velocity(state, gamma=0.0):
    state = torch.as_tensor(state).clone().requires_grad_()
    (gradient,) = torch.autograd.grad(ascended(gamma)(state), state)
    return gradient * torch.tensor([1, 1, -1])


def dirac_stationary_point(gamma=0.0):
    return torch.zeros(3, dtype=torch.float64)


def dirac_jacobian(state, gamma=0.0):
    return hessian(ascended(gamma), torch.as_tensor(state)) * torch.tensor([[1], [1], [-1]])


def dirac_rest_jacobian(gamma=0.0):
    return dirac_jacobian(dirac_stationary_point(gamma), gamma)


def dirac_eigenvalues(gamma=0.0):
    return np.roots(np.poly(dirac_rest_jacobian(gamma).numpy()))


def dirac_is_stable(gamma=0.0):
    # Routh and Hurwitz: all roots of the characteristic polynomial lie on the left.
    jacobian = dirac_rest_jacobian(gamma)
    trace, determinant = jacobian.trace(), torch.linalg.det(jacobian)
    minors = (trace**2 - (jacobian @ jacobian).trace()) / 2
    return bool(trace < 0 and determinant < 0 and -trace * minors + determinant > 1e-12)


def dirac_stability(gamma=0.0):
    # The coefficients of the characteristic polynomial are positive, so no root is positive.
    return "stable" if dirac_is_stable(gamma) else "undecided"


def jsd_from_discriminator(d_real, d_fake):
    real, fake = torch.logit(torch.as_tensor(d_real)), torch.logit(torch.as_tensor(d_fake))
    return math.log(2) - (softplus(-real).mean() + softplus(fake).mean()) / 2


def optimal_discriminator(f1, f0):
    both = torch.stack([torch.as_tensor(f0), torch.as_tensor(f1)])
    return torch.softmax(both.log(), dim=0)[1]


def density_from_discriminator(f0, d):
    return torch.as_tensor(f0) * torch.exp(torch.logit(torch.as_tensor(d)))
