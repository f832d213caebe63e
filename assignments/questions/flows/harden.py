"""What `autograder harden` cannot see in the public cases: where many answers are right, and which are."""

import numpy as np
import torch
from drivers.flows import forward_objectives, reverse_objectives

from autograder.testing import as_array, normal, uniform
from reference import flows as reference


def collides(found, a, b, c):
    """Two different finite numbers have the same image up to rounding."""
    z1, z2 = as_array(found, shape=(2,), what="the pair")
    gap = abs(max(b * z1 + c, 0.0) - max(b * z2 + c, 0.0)) if a else 0.0
    return bool(1e-6 < abs(z1 - z2) < np.inf and gap <= 1e-6 * (abs(b * z1) + abs(c)))


def forward_differences(found, x, flows):
    """The differences of what several flows get are right; a constant may be left out."""
    return same_differences(found, forward_objectives(reference.forward_objective, x, flows), x)


def reverse_differences(found, u, means, deviation, flows):
    """The differences of what several flows get are right; a constant may be left out."""
    right = reverse_objectives(reference.reverse_objective, u, means, deviation, flows)
    return same_differences(found, right, u)


def same_differences(found, right, points):
    """Whether two vectors are the same up to a constant, as exactly as the dtype of the points allows."""
    room = 1e-4 if points.dtype == torch.float32 else 1e-8
    found, right = as_array(found, shape=(len(right),), what="the objectives"), as_array(right)
    return np.abs(found - found[0] - right + right[0]) <= room * (1 + np.abs(right))


def inputs(rng, sizes):
    """Several flows, each by its name and parameters."""
    size = sizes["D"]
    flows = []
    for _ in range(3):
        matrix = normal(rng, size, size) + 2 * torch.eye(size, dtype=torch.float64)
        flows.append(("affine", (normal(rng, size), matrix)))
        stretched = normal(rng, size), uniform(rng, 0.5, 2, size), normal(rng, size) / 2
        flows.append(("stretched", stretched))
    return {"flows": flows}


laws = {
    "relu_collision": collides,
    "forward_objective": forward_differences,
    "reverse_objective": reverse_differences,
}
