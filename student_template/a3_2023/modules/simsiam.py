"""Linear SimSiam: loss and expected loss, the velocities of predictor and encoder, the collapse."""


def simsiam_loss(x1, x2, W, Wp):
    """Return the loss of a batch of pairs of views; no gradient flows through the target.

    Args:
        x1: views of the online branch, a tensor (N, n1).
        x2: views of the target branch, a tensor (N, n1).
        W: the encoder, a tensor (n2, n1).
        Wp: the predictor, a tensor (n2, n2).

    Returns:
        A scalar tensor, the mean over the batch; differentiable in x1, W and Wp.
    """
    raise NotImplementedError


def simsiam_objective(W, Wp, X, X_prime):
    """Return the expected loss from the moments of the views.

    Args:
        W: the encoder, a tensor (n2, n1).
        Wp: the predictor, a tensor (n2, n2).
        X: second moment of the mean view, a symmetric tensor (n1, n1).
        X_prime: mean covariance of the views, a symmetric tensor (n1, n1).

    Returns:
        A scalar tensor, differentiable in W (through both branches) and Wp.
    """
    raise NotImplementedError


def predictor_velocity(W, Wp, X, X_prime):
    """Return the velocity of the predictor under gradient descent.

    Args:
        W: the encoder, a tensor (n2, n1).
        Wp: the predictor, a tensor (n2, n2).
        X: second moment of the mean view, a symmetric tensor (n1, n1).
        X_prime: mean covariance of the views, a symmetric tensor (n1, n1).

    Returns:
        A tensor or array (n2, n2).
    """
    raise NotImplementedError


def encoder_velocity(W, Wp, X, X_prime, stop_grad):
    """Return the velocity of the encoder under gradient descent.

    Args:
        W: the encoder, a tensor (n2, n1).
        Wp: the predictor, a tensor (n2, n2).
        X: second moment of the mean view, a symmetric tensor (n1, n1).
        X_prime: mean covariance of the views, a symmetric tensor (n1, n1).
        stop_grad: True if the target branch is held constant, False if not.

    Returns:
        A tensor or array (n2, n1).
    """
    raise NotImplementedError


def collapse_operator(Wp, X, X_prime):
    """Return the matrix H of vec dW/dt = -H vec W, without stop-gradient, for a constant predictor.

    Args:
        Wp: the predictor, a tensor (n2, n2).
        X: second moment of the mean view, a symmetric tensor (n1, n1).
        X_prime: mean covariance of the views, a symmetric tensor (n1, n1).

    Returns:
        A tensor or array (n1 * n2, n1 * n2); vec stacks the columns of W.
    """
    raise NotImplementedError


def bound_path(W0, Wps, X, X_prime, dts):
    """Bound the norm of vec W, without stop-gradient, for a predictor that changes.

    Args:
        W0: the encoder at time 0, a tensor (n2, n1).
        Wps: the predictors, one after the other, a tensor (P, n2, n2).
        X: second moment of the mean view, a symmetric tensor (n1, n1).
        X_prime: mean covariance of the views, a symmetric tensor (n1, n1).
        dts: how long each predictor lasts, positive, a tensor (P,).

    Returns:
        A scalar: a bound on the norm at the end.
    """
    raise NotImplementedError


def collapsed_weights(W0, X_prime, t):
    """Return the encoder at time t with neither stop-gradient nor predictor.

    Args:
        W0: the encoder at time 0, a tensor (n2, n1).
        X_prime: mean covariance of the views, a symmetric tensor (n1, n1).
        t: the time, a number that is not negative.

    Returns:
        A tensor or array (n2, n1).
    """
    raise NotImplementedError


def survives(stop_grad, predictor):
    """Say whether the encoder of the example keeps away from 0.

    Args:
        stop_grad: True if the target branch is held constant, False if not.
        predictor: True if there is a predictor, False if not.

    Returns:
        True or False.
    """
    raise NotImplementedError


def trace_derivation():
    """Derive line by line: the objective as traces.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "E(norm2(Wp @ f1 - f2)) / 2",
            "= (tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(F12 @ Wp) + tr(F2)) / 2",
    """
    raise NotImplementedError


def vec_derivation():
    """Derive line by line: the gradient flow of the encoder as one matrix times vec W.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "vec(-(Wp.T @ Wp + I) @ W @ Xp - Wt.T @ Wt @ W @ X)",
            "= -(kron(Xp, Wp.T @ Wp + I) + kron(X, Wt.T @ Wt)) @ vec(W)",
    """
    raise NotImplementedError
