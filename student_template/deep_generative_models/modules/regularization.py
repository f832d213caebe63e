"""Dropout and ridge regression: losses, their minimizers, and how the two compare."""


def dropout_loss(X, y, w, mask):
    """Return the squared error of a linear regression that sees masked inputs.

    Args:
        X: inputs, an array (n, d).
        y: targets, an array (n,).
        w: weights, an array (d,).
        mask: 1 where an entry of X is kept and 0 where it is dropped, an array (n, d).

    Returns:
        A number, the sum over the examples.
    """
    raise NotImplementedError


def expected_dropout_loss(X, y, w, p):
    """Return the mean of the dropout loss over all masks.

    Args:
        X: inputs, an array (n, d).
        y: targets, an array (n,).
        w: weights, an array (d,).
        p: the probability that an entry of X is kept, above 0 and at most 1.

    Returns:
        A number, the sum over the examples.
    """
    raise NotImplementedError


def dropout_lambda(p):
    """Return the weight of the penalty that dropout amounts to.

    Args:
        p: the probability that an entry of X is kept, above 0 and at most 1.

    Returns:
        A number, at least 0.
    """
    raise NotImplementedError


def dropout_solution(X, y, p):
    """Return the weights w that minimize the expected dropout loss.

    Args:
        X: inputs, an array (n, d).
        y: targets, an array (n,).
        p: the probability that an entry of X is kept, above 0 and at most 1.

    Returns:
        An array (d,).
    """
    raise NotImplementedError


def ridge_loss(X, y, w, lam):
    """Return the loss of a linear regression with L2 regularization and without dropout.

    Args:
        X: inputs, an array (n, d).
        y: targets, an array (n,).
        w: weights, an array (d,).
        lam: the regularization coefficient, at least 0.

    Returns:
        A number.
    """
    raise NotImplementedError


def ridge_solution(X, y, lam):
    """Return the weights that minimize the loss with L2 regularization.

    Args:
        X: inputs, an array (n, d).
        y: targets, an array (n,).
        lam: the regularization coefficient, at least 0.

    Returns:
        An array (d,).
    """
    raise NotImplementedError


def shrinks_evenly():
    """Say for each method whether its penalty is the same in every direction of the weights.

    Returns:
        A dictionary with the keys "dropout" and "ridge", each value True or False.
    """
    raise NotImplementedError
