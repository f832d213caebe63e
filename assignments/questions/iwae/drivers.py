"""Helpers that the cases run together with your functions: gradients, refined proposals, their bounds."""

import torch


def as_one_tensor(value):
    """A result as a tensor with its graph; lists are stacked, Python numbers keep all their digits."""
    if isinstance(value, (list, tuple)):
        return torch.stack([as_one_tensor(item) for item in value])
    return torch.as_tensor(value, dtype=torch.float64 if isinstance(value, float) else None)


def gradients(function, arguments, places, direction):
    """The gradients of <direction, function(*arguments)> in the arguments at some places.

    Where no gradient flows, they are zeros.
    """
    arguments = list(arguments)
    for place in places:
        arguments[place] = arguments[place].clone().requires_grad_()
    chosen = [arguments[place] for place in places]
    output = as_one_tensor(function(*arguments))
    if not output.requires_grad:
        return [torch.zeros_like(tensor) for tensor in chosen]
    if output.shape != direction.shape:
        raise ValueError(f"expected the shape {tuple(direction.shape)}, got {tuple(output.shape)}")
    # The product, as grad_outputs would import sympy: half a second.
    return torch.autograd.grad((output * direction).sum(), chosen, materialize_grads=True)


def refinements(refined_proposal, discrete_elbo, joint, q, rests):
    """The refined proposal of every rest, and the evidence lower bound of each of them."""
    refined, bounds = [], []
    for rest in rests:
        proposal = as_one_tensor(refined_proposal(joint.clone(), q.clone(), rest)).detach()
        refined.append(proposal.clone())
        bounds.append(discrete_elbo(joint.clone(), proposal.to(joint)))
    return refined, bounds
