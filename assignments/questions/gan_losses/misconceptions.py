"""Wrong answers of the losses of GANs."""

import torch

from autograder.testing import misconception
from reference import gan_losses as reference

VECTORS = ("penalty: the value at the points", "penalty_images: the value at the points")
PLACES = ("penalty: where the points lie", "penalty_images: where the points lie")


def penalty(x, y, critic, *, weight=None, norm=None, hinge=torch.relu, graph=True):
    """The penalty with some of its steps replaced."""
    weight = torch.rand(len(x), *[1] * (x.ndim - 1)) if weight is None else weight(x)
    point = (weight * x + (1 - weight) * y).requires_grad_()
    (slope,) = torch.autograd.grad(critic(point).sum(), point, create_graph=graph)
    size = slope.flatten(1).norm(dim=1) if norm is None else norm(slope)
    return (hinge(size - 1) ** 2).mean()


@misconception(
    "The distance is the first average minus the second.",
    caught_by=("wasserstein: vectors and images",),
)
def the_other_sign():
    def vf_wasserstein_distance(x, y, critic):
        return critic(y).mean() - critic(x).mean()

    return {"vf_wasserstein_distance": vf_wasserstein_distance}


@misconception(
    "The samples are averaged, not summed.",
    caught_by=("wasserstein: vectors and images", "hellinger: vectors and images"),
)
def sums():
    def vf_wasserstein_distance(x, y, critic):
        return critic(x).sum() - critic(y).sum()

    def vf_squared_hellinger(x, y, critic):
        return (1 - torch.exp(-critic(x))).sum() + (1 - torch.exp(critic(y))).sum()

    return {
        "vf_wasserstein_distance": vf_wasserstein_distance,
        "vf_squared_hellinger": vf_squared_hellinger,
    }


@misconception(
    "The signs of the exponents differ between the two averages.",
    caught_by=("hellinger: vectors and images",),
)
def signs_of_the_exponents():
    def vf_squared_hellinger(x, y, critic):
        return reference.vf_squared_hellinger(y, x, critic)

    return {"vf_squared_hellinger": vf_squared_hellinger}


@misconception(
    "The exponential is taken of each number of the critic before the average.",
    caught_by=("hellinger: vectors and images",),
)
def exponential_of_the_mean():
    def vf_squared_hellinger(x, y, critic):
        return 2 - torch.exp(-critic(x).mean()) - torch.exp(critic(y).mean())

    return {"vf_squared_hellinger": vf_squared_hellinger}


@misconception(
    "Only slopes above 1 are penalised.",
    caught_by=("penalty: a slope below 1",),
)
def both_sides():
    def lp_reg(x, y, critic):
        return penalty(x, y, critic, hinge=lambda size: size)

    return {"lp_reg": lp_reg}


@misconception(
    "One random place an example: the same one for all of its entries.", caught_by=PLACES
)
def one_weight_an_entry():
    def lp_reg(x, y, critic):
        return penalty(x, y, critic, weight=torch.rand_like)

    return {"lp_reg": lp_reg}


@misconception("One random place an example, not one for the whole batch.", caught_by=PLACES)
def one_weight_a_batch():
    def lp_reg(x, y, critic):
        return penalty(x, y, critic, weight=lambda x: torch.rand(1))

    return {"lp_reg": lp_reg}


@misconception(
    "The norm is that of each example's gradient, not of the whole batch's.", caught_by=VECTORS
)
def norm_of_the_batch():
    def lp_reg(x, y, critic):
        return penalty(x, y, critic, norm=lambda slope: slope.norm())

    return {"lp_reg": lp_reg}


@misconception(
    "The norm is taken over all axes of an image together.",
    caught_by=("penalty_images: the value at the points",),
)
def norm_of_the_channels():
    def lp_reg(x, y, critic):
        return penalty(x, y, critic, norm=lambda slope: slope.norm(2, dim=1))

    return {"lp_reg": lp_reg}


@misconception(
    "The penalty trains the critic: its gradient must stay differentiable.", caught_by=VECTORS
)
def without_a_graph():
    def lp_reg(x, y, critic):
        whole = penalty(x, y, critic).detach()
        return whole + 0 * sum(parameter.sum() for parameter in critic.parameters())

    return {"lp_reg": lp_reg}


@misconception(
    "The points between the examples must require a gradient themselves: the examples are plain data.",
    caught_by=(*VECTORS, *PLACES),
)
def points_without_a_gradient():
    def lp_reg(x, y, critic):
        weight = torch.rand(len(x), *[1] * (x.ndim - 1))
        point = weight * x + (1 - weight) * y
        (slope,) = torch.autograd.grad(critic(point).sum(), point, create_graph=True)
        return (torch.relu(slope.flatten(1).norm(dim=1) - 1) ** 2).mean()

    return {"lp_reg": lp_reg}
