"""The wrong answers in the hand-outs' copies, as functions: what each costs, and which sentence it gets.

A copy is the work of one student; the lines are those of its text. Most wrong lines stand in proofs; here
stands the function of a student who believes them. Where a wrong line leads to a right function, the
points of the code are earned, and the line is for whoever marks the written answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from tests.handouts import a3_2020, a3_2021, a3_2022, a3_2023

Functions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer.

    Attributes:
        assignment: which follows the hand-out.
        number: of the sub-question.
        where: the copy and the line, or where else it comes from.
        functions: what is handed in.
        lost: points of the sub-question's automatic part.
        named: the misconception whose sentence is shown; empty where nothing is lost.
        why: where nothing is lost, why not.
    """

    assignment: str
    number: str
    where: str
    functions: Functions
    lost: float
    named: str = ""
    why: str = ""

    def __str__(self) -> str:
        return f"{self.assignment} {self.number} {self.where}"


# 2020, copy 003


def constant_once(z, mu, sigma):
    z0 = (z - mu) / sigma
    density = torch.exp(-(z0**2).sum(1) / 2) / (2 * torch.pi) ** 0.5
    return torch.log(density / sigma.prod())


def shift_after_the_inverse(z, mu, S):
    z0 = z @ torch.inverse(S).T - mu
    density = torch.exp(-(z0**2).sum(1) / 2) / (2 * torch.pi) ** (len(mu) / 2)
    return torch.log(density / torch.abs(torch.det(S)))


def prior_in_the_denominator(joint, q):
    # p(z|x) p(x) / p(z): the table holds no prior, so all values are as likely
    return (q * torch.log(joint / (1 / len(joint)))).sum()


def divergence_from_the_prior(joint, q):
    # log p(x) - KL(q || posterior) + KL(q || prior)
    evidence, kl, _ = a3_2020.ecll_terms(joint, q)
    prior = torch.full_like(q, 1 / len(q))
    return evidence, kl, -(q * torch.log(q / prior)).sum()


def evidence_in_the_divergence(joints, family):
    shared, own = a3_2020.amortized_and_instance_kl(joints, family)
    return shared + torch.log(joints.sum(1)), own + torch.log(joints.sum(1))


def resampled_bound_below(*_):
    return ["L_1[q]", "L_1[q_K]", "L_K[q]", "log p"]


# 2021, copy 004


def same_bias():
    return {"marginal_likelihood": "same", "computation": "amortized", "memory": "amortized"}


def determinant_at_x(x, log_p_x, inverse, log_abs_det):
    return (log_p_x - a3_2021.log_normal(inverse(x)) + log_abs_det(x)).mean()


def sign_of_the_determinant(x, log_p_x, inverse, log_abs_det):
    u = inverse(x)
    return (log_p_x - a3_2021.log_normal(u) - log_abs_det(u)).mean()


def divergence_of_the_pulled_back_data(u, log_p_x, forward, log_abs_det):
    return (log_p_x(forward(u)) - a3_2021.log_normal(u) + log_abs_det(u)).mean()


def jacobian_without_one_term(state):
    psi_0, psi_1, theta = (torch.tensor(value, dtype=torch.float64) for value in state)
    s = torch.sigmoid(psi_0 * theta + psi_1)
    g, bias = s * (1 - s), torch.sigmoid(psi_1) * (1 - torch.sigmoid(psi_1))
    rows = [
        [-(theta**2) * g, -theta * g, -s],  # the derivative in theta is -s - psi_0 theta g
        [-theta * g, -bias - g, -psi_0 * g],
        [s + psi_0 * theta * g, psi_0 * g, psi_0**2 * g],
    ]
    return torch.stack([torch.stack(row) for row in rows])


def jacobian_at_rest(gamma=0.0):
    jacobian = jacobian_without_one_term((0, 0, 0))
    jacobian[0, 0] -= gamma
    return jacobian


# 2022, copies 000 and 001


def positive_real_part(lr):
    return "diverges" if max(z.real for z in a3_2022.bilinear_eigenvalues(lr)) > 0 else "converges"


def modulus_of_one_diverges(lr):
    return "diverges" if max(abs(z) for z in a3_2022.bilinear_eigenvalues(lr)) >= 1 else "converges"


def sign_lost(W, Wp, X, X_prime, stop_grad):
    square = Wp.T @ Wp @ W
    return -square @ X + square @ X_prime + Wp.T @ W @ X + Wp @ W @ X - W @ X - W @ X_prime


def covariance_on_the_left(W0, X_prime, t):
    return torch.matrix_exp(-X_prime * t) @ W0


def one_branch(W0, X_prime, t):
    return W0 @ torch.matrix_exp(-X_prime * t)


def flow_for_the_data(x, log_p_x, inverse, log_abs_det):
    u = inverse(x)
    log_flow = a3_2022.normal(u) - log_abs_det(u)
    return (log_flow - log_flow).mean()


def reverse_negated(u, log_p_x, forward, log_abs_det):
    return -(a3_2022.normal(u) - log_abs_det(u) - log_p_x(forward(u))).mean()


def inner_product(W, Wp, X, X_prime):
    F1, F12 = W @ (X + X_prime) @ W.T, W @ X @ W.T
    tr = torch.trace
    return 0.5 * (tr(Wp.T @ Wp * tr(F1)) - tr(Wp @ F12) - tr(F12 @ Wp) + tr(F1))


def half_of_the_first_trace(W, Wp, X, X_prime):
    F1, F12 = W @ (X + X_prime) @ W.T, W @ X @ W.T
    tr = torch.trace
    return 0.5 * tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(Wp.T @ F12) + tr(F1)


# 2023, which comes without answers


def loss_of_one_step(model, x0, eps, betas, sigma2):
    t = torch.full((len(x0),), len(betas))
    error = eps[-1] - model(a3_2023.noisy(x0, eps[-1], t, betas), t)
    return a3_2023.loss_weight(t, betas, sigma2) * (error**2).sum(1)


def right(module: Any, *names: str) -> Functions:
    return {name: getattr(module, name) for name in names}


def with_density(scored: Callable[..., Any]) -> Functions:
    return {"kl_in_data": scored, "kl_in_base": scored}


MISTAKES = (
    Mistake(
        "a3_2020", "2.1", "003, line 113", {"diagonal_log_density": constant_once}, 4, "two_pi_once"
    ),
    Mistake(
        "a3_2020",
        "2.3",
        "003, line 145",
        {"linear_log_density": shift_after_the_inverse},
        4,
        "shift_subtracted_from_the_noise",
    ),
    Mistake(
        "a3_2020",
        "3.1",
        "003, line 181",
        {"ecll": prior_in_the_denominator},
        1,
        "prior_divided_out",
    ),
    Mistake(
        "a3_2020",
        "3.1",
        "003, line 188",
        {"ecll_terms": divergence_from_the_prior},
        2 / 3,
        "prior_for_the_entropy",
    ),
    Mistake(
        "a3_2020",
        "3.2",
        "003, line 197",
        {"amortized_and_instance_kl": evidence_in_the_divergence},
        2,
        "evidence_inside_the_divergence",
    ),
    Mistake(
        "a3_2020",
        "4.2",
        "003, line 340",
        {"bounds_in_order": resampled_bound_below},
        2,
        "resampling_loosens_the_bound",
    ),
    Mistake(
        "a3_2020",
        "5.1",
        "003, line 384",
        right(a3_2020, "relu_collision"),
        0,
        why="b = 0 is left out of the proof, and the function is never called with it",
    ),
    Mistake(
        "a3_2020",
        "5.3",
        "003, line 394",
        right(a3_2020, "residual_inverse"),
        0,
        why="a derivative that may be 0 makes the proof false; the inverse is found in the same way",
    ),
    Mistake(
        "a3_2020",
        "6.3",
        "003, line 432",
        {"bilinear_eigenvalues": lambda lr: []},
        2,
        "no_eigenvalue_at_all",
    ),
    Mistake(
        "a3_2021",
        "1.3",
        "004, line 121",
        right(a3_2021, "ridge_loss", "ridge_solution"),
        0,
        why="the p stands in two lines between; the loss before and the solution after are right",
    ),
    Mistake(
        "a3_2021", "2.3", "004, line 207", {"better_approach": same_bias}, 4 / 3, "the_same_bias"
    ),
    Mistake(
        "a3_2021",
        "3.1",
        "004, line 242",
        {"kl_in_data": determinant_at_x},
        2,
        "determinant_at_the_data",
    ),
    Mistake(
        "a3_2021",
        "3.1",
        "004, line 272",
        {"kl_in_base": sign_of_the_determinant},
        2,
        "determinant_of_the_inverse",
    ),
    Mistake(
        "a3_2021",
        "3.2",
        "004, line 286",
        {"reverse_objective": divergence_of_the_pulled_back_data},
        0.5,
        "reverse_divergence_negated",
    ),
    Mistake(
        "a3_2021",
        "5.2",
        "004, line 419",
        {"dirac_rest_jacobian": jacobian_at_rest},
        0,
        why="the entry lacks a term that is 0 at rest, and the Jacobian is asked for at rest",
    ),
    Mistake(
        "a3_2022",
        "3.1",
        "000, line 152",
        {"kl_in_base": sign_of_the_determinant},
        2,
        "determinant_of_the_inverse",
    ),
    Mistake(
        "a3_2022",
        "4.1",
        "000, line 191",
        right(a3_2022, "bilinear_update_matrix"),
        0,
        why="the discriminator descends in one line; the matrix that follows is right",
    ),
    Mistake(
        "a3_2022",
        "4.3",
        "000, line 223",
        {"bilinear_behaviour": positive_real_part},
        0,
        why="the criterion is wrong and gives the right word: here both the real part is positive and "
        "the modulus above 1, whatever the learning rate",
    ),
    Mistake(
        "a3_2022",
        "5.3",
        "000, line 287",
        {"encoder_velocity": sign_lost},
        2,
        "sign_lost_in_the_expansion",
    ),
    Mistake(
        "a3_2022",
        "5.4",
        "000, line 325",
        {"collapsed_weights": covariance_on_the_left},
        2,
        "covariance_on_the_left_and_one_branch",
    ),
    Mistake(
        "a3_2022",
        "1.2",
        "001, line 25",
        right(a3_2022, "amortized_and_instance_kl", "bigger_gap"),
        0,
        why="the lines between are false; the two divergences and the conclusion are right",
    ),
    Mistake(
        "a3_2022",
        "3.1",
        "001, line 78",
        with_density(flow_for_the_data),
        4,
        "flow_taken_for_the_data",
    ),
    Mistake(
        "a3_2022",
        "3.2",
        "001, line 100",
        {"reverse_objective": reverse_negated},
        0.5,
        "reverse_divergence_negated",
    ),
    Mistake(
        "a3_2022",
        "4.3",
        "001, line 137",
        {"bilinear_behaviour": modulus_of_one_diverges},
        0,
        why="a modulus of exactly 1 does not occur for a learning rate above 0",
    ),
    Mistake(
        "a3_2022",
        "5.1",
        "001, line 165",
        {"simsiam_objective": inner_product},
        2,
        "inner_product_for_outer",
    ),
    Mistake(
        "a3_2022",
        "5.1",
        "001, line 175",
        {"simsiam_objective": half_of_the_first_trace},
        2,
        "half_of_the_first_trace_only",
    ),
    Mistake(
        "a3_2022",
        "5.3",
        "001, lines 195 to 211, which are right",
        right(a3_2022, "encoder_velocity", "collapse_operator"),
        0,
        why="nothing is wrong",
    ),
    Mistake(
        "a3_2022",
        "5.4",
        "001, line 221",
        {"collapsed_weights": one_branch},
        2,
        "only_one_branch_follows",
    ),
    Mistake(
        "a3_2023",
        "2.7",
        "a loss of one step",
        {"elbo_loss": loss_of_one_step},
        1,
        "loss_of_one_step",
    ),
)
