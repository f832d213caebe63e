"""Dropout and ridge regression as students get them wrong, each with what they would need to read."""

import numpy as np

from autograder.testing import misconception
from reference import regularization as right

MASK = "dropout_loss: a random mask"
KEPT = "dropout_loss: everything kept, everything dropped"
MEAN = "dropout_loss: the mean for two probabilities"
ENUMERATED = "dropout_loss: the mean over all masks, one by one"

LAMBDA = "dropout_solution: the coefficient for two probabilities"
EXCHANGED = "dropout_solution: kept and dropped exchanged"
SOLUTION = "dropout_solution: the solution for two probabilities"
STATIONARY = "dropout_solution: no other weights do better"
UNITS = "dropout_solution: columns in other units"
SPARSE = "dropout_solution: almost everything dropped"
SCALED = "dropout_solution: columns from 1 to 10000"
WIDE = "dropout_solution: more columns than examples"

RIDGE_LOSS = "ridge: the loss for two penalties"
RIDGE = "ridge: the solution for two penalties"
AROUND = "ridge: the loss around the solution"

# Public cases.
TWO_DROPPED = "dropout_loss: two entries dropped"
FOUR_MASKS = "dropout_loss: the mean over four masks"
RARE_DROP = "dropout_loss: the mean with a rare drop"
EXTREME_LAMBDA = "dropout_solution: the coefficient at the extremes"
ORTHOGONAL = "dropout_solution: orthogonal columns"
A_LOSS = "ridge: a loss"
ORTHOGONAL_RIDGE = "ridge: orthogonal columns"


def squares(v):
    """The squared norm."""
    return np.sum(np.square(v))


def gamma(X):
    """The lengths of the columns."""
    return np.sqrt(np.sum(X**2, axis=0))


def solve(X, y, penalty):
    """What solves the normal equations with a diagonal (or a matrix) added to XᵀX."""
    added = np.diag(penalty) if np.ndim(penalty) == 1 else penalty
    return np.linalg.solve(X.T @ X + added, X.T @ y)


@misconception(
    "The probability is read as that of being dropped: here it is the probability of being kept.",
    caught_by=(MEAN, ENUMERATED, LAMBDA, SOLUTION, STATIONARY, SPARSE, WIDE),
)
def probability_of_dropping():
    def dropout_lambda(p):
        return p / (1 - p) if p < 1 else np.inf

    def dropout_solution(X, y, p):
        return (
            solve(np.sqrt(1 - p) * X, y, p * gamma(X) ** 2) / np.sqrt(1 - p) if p < 1 else 0 * X[0]
        )

    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - (1 - p) * X @ w) + p * (1 - p) * squares(gamma(X) * w)
        ),
        "dropout_lambda": dropout_lambda,
        "dropout_solution": dropout_solution,
    }


@misconception(
    "The mask is the wrong way round: 1 stands for an entry that is kept.",
    caught_by=(MASK, KEPT, ENUMERATED, TWO_DROPPED),
)
def mask_the_wrong_way_round():
    return {"dropout_loss": lambda X, y, w, mask: squares(y - (X * (1 - mask)) @ w)}


@misconception(
    "All examples share one mask: every entry is kept or dropped independently.",
    caught_by=(MASK, TWO_DROPPED),
)
def one_mask_for_all_examples():
    return {"dropout_loss": lambda X, y, w, mask: squares(y - X @ (mask[0] * w))}


@misconception(
    "The penalty grows with the wrong power of p: recall the variance of a coin.",
    caught_by=(MEAN, ENUMERATED, RARE_DROP),
)
def squared_probability_in_the_penalty():
    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - p * X @ w) + p**2 * squares(gamma(X) * w)
        )
    }


@misconception(
    "The mean of the predictions is not the prediction of the full inputs: some are dropped.",
    caught_by=(
        MEAN,
        ENUMERATED,
        FOUR_MASKS,
        "dropout_loss: the mean where p is 1 or 0.001",
    ),
)
def full_inputs_in_the_error():
    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - X @ w) + p * (1 - p) * squares(gamma(X) * w)
        )
    }


@misconception(
    "A mean of squares is more than the square of the mean: the spread of the predictions counts.",
    caught_by=(MEAN, ENUMERATED, FOUR_MASKS),
)
def spread_left_out():
    return {"expected_dropout_loss": lambda X, y, w, p: squares(y - p * X @ w)}


@misconception(
    "Kept entries are divided by p, as libraries do it: here they stay as they are.",
    caught_by=(MEAN, ENUMERATED, SOLUTION, STATIONARY, SPARSE, WIDE),
)
def kept_entries_divided():
    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - X @ w) + (1 - p) / p * squares(gamma(X) * w)
        ),
        "dropout_solution": lambda X, y, p: solve(X, y, (1 - p) / p * gamma(X) ** 2),
    }


@misconception(
    "The weights are returned as prediction uses them: the weights of the training network are asked for.",
    caught_by=(
        SOLUTION,
        STATIONARY,
        SPARSE,
        ORTHOGONAL,
        "dropout_solution: float32",
    ),
)
def weights_of_prediction():
    return {"dropout_solution": lambda X, y, p: p * right.dropout_solution(X, y, p)}


@misconception(
    "The weights are divided by p twice, or by its square: follow p through the derivative.",
    caught_by=(SOLUTION, STATIONARY, SPARSE, ORTHOGONAL),
)
def divided_twice():
    return {"dropout_solution": lambda X, y, p: right.dropout_solution(X, y, p) / p}


@misconception(
    "The lengths of the columns enter without their square.",
    caught_by=(MEAN, ENUMERATED, SOLUTION, STATIONARY, UNITS, SPARSE, WIDE, SCALED),
)
def lengths_not_squared():
    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - p * X @ w) + p * (1 - p) * np.sum(gamma(X) * w**2)
        ),
        "dropout_solution": lambda X, y, p: solve(X, y, (1 - p) / p * gamma(X)) / p,
    }


@misconception(
    "The columns are treated as if all had length 1: dropout penalises each by its own length.",
    caught_by=(MEAN, ENUMERATED, SOLUTION, STATIONARY, UNITS, SPARSE, WIDE, SCALED),
)
def identity_for_the_lengths():
    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - p * X @ w) + p * (1 - p) * squares(w)
        ),
        "dropout_solution": lambda X, y, p: solve(X, y, np.full(X.shape[1], (1 - p) / p)) / p,
    }


@misconception(
    "The whole matrix of products is used: only its diagonal belongs there, since coins are independent.",
    caught_by=(MEAN, ENUMERATED, SOLUTION, STATIONARY, SPARSE),
)
def whole_matrix_for_its_diagonal():
    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - p * X @ w) + p * (1 - p) * squares(X @ w)
        ),
        "dropout_solution": lambda X, y, p: np.linalg.pinv(X) @ y,
    }


@misconception(
    "The lengths of the columns are averaged over the examples: they are sums of squares.",
    caught_by=(MEAN, ENUMERATED, SOLUTION, STATIONARY, SPARSE, WIDE),
)
def lengths_averaged():
    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - p * X @ w) + p * (1 - p) * squares(gamma(X) * w) / len(X)
        ),
        "dropout_solution": lambda X, y, p: solve(X, y, (1 - p) / p * gamma(X) ** 2 / len(X)) / p,
    }


@misconception(
    "The penalty is upside down: it must vanish when nothing is dropped.",
    caught_by=(LAMBDA, EXTREME_LAMBDA, SOLUTION, STATIONARY, SPARSE, WIDE),
)
def penalty_upside_down():
    def dropout_lambda(p):
        return p / (1 - p) if p < 1 else np.inf

    def dropout_solution(X, y, p):
        return solve(X, y, dropout_lambda(p) * gamma(X) ** 2) / p if p < 1 else 0 * X[0]

    return {"dropout_lambda": dropout_lambda, "dropout_solution": dropout_solution}


@misconception(
    "The penalty is not divided by p: both sides of the equation are about p times the weights.",
    caught_by=(LAMBDA, EXCHANGED, SOLUTION, STATIONARY, SPARSE, WIDE),
)
def penalty_not_divided():
    return {
        "dropout_lambda": lambda p: 1 - p,
        "dropout_solution": lambda X, y, p: solve(X, y, (1 - p) * gamma(X) ** 2) / p,
    }


@misconception(
    "The loss is averaged over the examples: it is a sum here.",
    caught_by=(MASK, KEPT, MEAN, RIDGE_LOSS, RIDGE, AROUND, "dropout_loss: float32"),
)
def mean_for_sum():
    return {
        "dropout_loss": lambda X, y, w, mask: right.dropout_loss(X, y, w, mask) / len(X),
        "expected_dropout_loss": lambda X, y, w, p: (
            right.expected_dropout_loss(X, y, w, p) / len(X)
        ),
        "ridge_loss": lambda X, y, w, lam: squares(y - X @ w) / len(X) + lam * squares(w),
        "ridge_solution": lambda X, y, lam: right.ridge_solution(X, y, lam * len(X)),
    }


@misconception(
    "The squared error has a factor of one half: here it has none.",
    caught_by=(MASK, KEPT, MEAN, RIDGE_LOSS, RIDGE, AROUND),
)
def half_of_the_error():
    return {
        "dropout_loss": lambda X, y, w, mask: right.dropout_loss(X, y, w, mask) / 2,
        "expected_dropout_loss": lambda X, y, w, p: right.expected_dropout_loss(X, y, w, p) / 2,
        "ridge_loss": lambda X, y, w, lam: squares(y - X @ w) / 2 + lam * squares(w),
        "ridge_solution": lambda X, y, lam: right.ridge_solution(X, y, 2 * lam),
    }


@misconception(
    "A column of targets minus a row of predictions makes a whole matrix: keep both one-dimensional.",
    caught_by=(MASK, KEPT, MEAN, RIDGE_LOSS, A_LOSS),
)
def errors_of_all_pairs():
    def pairs(y, prediction):
        return squares(y[:, None] - prediction[None, :])

    return {
        "dropout_loss": lambda X, y, w, mask: pairs(y, (X * mask) @ w),
        "expected_dropout_loss": lambda X, y, w, p: (
            pairs(y, p * X @ w) + p * (1 - p) * squares(gamma(X) * w)
        ),
        "ridge_loss": lambda X, y, w, lam: pairs(y, X @ w) + lam * squares(w),
    }


@misconception(
    "A loss for every example: the sum over the examples is missing.",
    caught_by=(MASK, KEPT, TWO_DROPPED),
)
def sum_missing():
    return {"dropout_loss": lambda X, y, w, mask: (y - (X * mask) @ w) ** 2}


@misconception(
    "The penalty is a norm that is not squared.",
    caught_by=(MEAN, ENUMERATED, RIDGE_LOSS, AROUND),
)
def penalty_not_squared():
    return {
        "expected_dropout_loss": lambda X, y, w, p: (
            squares(y - p * X @ w) + p * (1 - p) * np.linalg.norm(gamma(X) * w)
        ),
        "ridge_loss": lambda X, y, w, lam: squares(y - X @ w) + lam * np.linalg.norm(w),
    }


@misconception(
    "The penalty pulls with the wrong strength: derive both terms of the loss with the same care.",
    caught_by=(RIDGE, AROUND, "ridge: more columns than examples", "ridge: float32"),
)
def half_of_the_pull():
    return {"ridge_solution": lambda X, y, lam: right.ridge_solution(X, y, lam / 2)}


@misconception(
    "The penalty enters squared: rows that are appended to the inputs are squared once more.",
    caught_by=(RIDGE, AROUND, "ridge: more columns than examples", "ridge: float32"),
)
def penalty_squared():
    return {"ridge_solution": lambda X, y, lam: right.ridge_solution(X, y, lam**2)}


@misconception(
    "This is least squares: the penalty is left out of the solution.",
    caught_by=(RIDGE, AROUND, "ridge: more columns than examples", "ridge: float32"),
)
def penalty_left_out():
    return {"ridge_solution": lambda X, y, lam: np.linalg.pinv(X) @ y}


@misconception(
    "The columns' lengths belong to dropout: ridge regression penalises all weights alike.",
    caught_by=(
        RIDGE_LOSS,
        RIDGE,
        "ridge: inputs that are turned",
        "ridge: columns from 1 to 10000",
    ),
)
def lengths_in_the_ridge():
    return {
        "ridge_loss": lambda X, y, w, lam: squares(y - X @ w) + lam * squares(gamma(X) * w),
        "ridge_solution": lambda X, y, lam: solve(X, y, lam * gamma(X) ** 2),
    }


@misconception(
    "The inputs and the targets are centred: there is no bias here, so use them unchanged.",
    caught_by=(SOLUTION, STATIONARY, RIDGE, "ridge: no penalty"),
)
def centred():
    def dropout_solution(X, y, p):
        X, y = X - X.mean(axis=0), y - y.mean()
        matrix = p * X.T @ X + (1 - p) * np.diag(gamma(X) ** 2)
        return np.linalg.pinv(matrix) @ X.T @ y

    def ridge_solution(X, y, lam):
        return right.ridge_solution(X - X.mean(axis=0), y - y.mean(), lam)

    return {"dropout_solution": dropout_solution, "ridge_solution": ridge_solution}


@misconception(
    "The weights have an axis too many: they are a vector and not a column.",
    caught_by=(SOLUTION, STATIONARY, RIDGE, AROUND, ORTHOGONAL_RIDGE),
)
def weights_as_a_column():
    return {
        "dropout_solution": lambda X, y, p: right.dropout_solution(X, y, p)[:, None],
        "ridge_solution": lambda X, y, lam: right.ridge_solution(X, y, lam)[:, None],
    }


@misconception(
    "A small constant is added to the diagonal: nobody asked for it, and it changes the solution.",
    caught_by=("dropout_solution: nothing dropped", "ridge: no penalty"),
)
def diagonal_padded():
    return {
        "dropout_solution": lambda X, y, p: solve(X, y, (1 - p) / p * gamma(X) ** 2 + 1e-5) / p,
        "ridge_solution": lambda X, y, lam: right.ridge_solution(X, y, lam + 1e-5),
    }


@misconception(
    "Dropout is mistaken for ridge regression: look at what multiplies the weights in its penalty.",
    caught_by=("comparison: dropout",),
)
def both_shrink_evenly():
    return {"shrinks_evenly": lambda: {"dropout": True, "ridge": True}}


@misconception(
    "The two methods are exchanged: look at which of the two penalties knows the inputs.",
    caught_by=("comparison: dropout", "comparison: ridge regression"),
)
def methods_exchanged():
    return {"shrinks_evenly": lambda: {"dropout": True, "ridge": False}}
