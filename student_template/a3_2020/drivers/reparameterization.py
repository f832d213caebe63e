"""What must run with the reparameterized functions: gradients, Jacobians, a look into a dictionary."""


def exponent(determinant_cost, kind):
    """What the student says of one kind of matrix."""
    return determinant_cost()[kind]
