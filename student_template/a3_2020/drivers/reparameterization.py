"""Helpers that the cases run together with your functions: gradients, Jacobians, single answers."""


def exponent(determinant_cost, kind):
    """What the student says of one kind of matrix."""
    return determinant_cost()[kind]
