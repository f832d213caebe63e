"""Linear SimSiam as students get it wrong, each with what they would need to read."""

import torch

from autograder.testing import misconception
from reference import simsiam as right

LOSS = ("objective: the loss of a batch", "objective: the loss of three pairs")
FLOW = ("objective: the gradients of the loss", "objective: where the gradient of the loss flows")
OBJECTIVE = "objective: the expected loss"
PAIRS = "objective: all pairs of views of an ensemble"
PREDICTOR = ("predictor: its velocity", "predictor: descent on all pairs of views")
STEADY = "predictor: its steady state"
STOPPED = "encoder: with stop-gradient"
FREE = "collapse: the velocity"
DESCENT = "encoder: descent on all pairs of views"
FREE_DESCENT = "collapse: descent on all pairs of views"
PATH = "collapse: the bound for predictors that change"
PATH_OF_ONE = "collapse: the bound where sizes are 1"
OPERATOR = ("collapse: the operator", "collapse: the operator moves the stacked columns")
BOUND = ("collapse: the bound", "collapse: the bound is reached by the slowest encoder")
WEIGHTS = (
    "no_predictor: the encoder at two times",
    "no_predictor: the encoder at three times",
    "no_predictor: the flow of the collapse operator",
)


def eye(matrix):
    """The identity of the size of a square matrix."""
    return torch.eye(len(matrix), dtype=matrix.dtype)


# --- The loss ---


def with_error(reduce):
    """The loss alone, from the right errors (N, n2) whose target is a constant."""

    def simsiam_loss(x1, x2, W, Wp):
        return reduce(x1 @ W.T @ Wp.T - (x2 @ W.T).detach())

    return {"simsiam_loss": simsiam_loss}


@misconception(
    "The gradient flows through the target too: it must be held constant.",
    caught_by=FLOW,
)
def gradient_through_the_target():
    def simsiam_loss(x1, x2, W, Wp):
        return (x1 @ W.T @ Wp.T - x2 @ W.T).square().sum(1).mean() / 2

    return {"simsiam_loss": simsiam_loss}


@misconception(
    "The gradient is stopped on the wrong branch: it is the target that is held constant.",
    caught_by=FLOW,
)
def online_branch_detached():
    def simsiam_loss(x1, x2, W, Wp):
        return ((x1 @ W.T).detach() @ Wp.T - x2 @ W.T).square().sum(1).mean() / 2

    return {"simsiam_loss": simsiam_loss}


@misconception(
    "The gradient is stopped on both branches: the encoder must learn from the online one.",
    caught_by=FLOW,
)
def both_branches_detached():
    def simsiam_loss(x1, x2, W, Wp):
        return ((x1 @ W.T).detach() @ Wp.T - (x2 @ W.T).detach()).square().sum(1).mean() / 2

    return {"simsiam_loss": simsiam_loss}


@misconception(
    "Only the view is held constant, not its encoding: stop the gradient at the target.",
    caught_by=FLOW,
)
def view_detached_instead_of_target():
    def simsiam_loss(x1, x2, W, Wp):
        return (x1 @ W.T @ Wp.T - x2.detach() @ W.T).square().sum(1).mean() / 2

    return {"simsiam_loss": simsiam_loss}


@misconception(
    "The predictor stands on the target's branch: it belongs to the other view.",
    caught_by=(*LOSS, FLOW[0], "objective: a pair of views that are zero"),
)
def predictor_on_the_other_view():
    def simsiam_loss(x1, x2, W, Wp):
        return (x1 @ W.T - (x2 @ W.T).detach() @ Wp.T).square().sum(1).mean() / 2

    return {"simsiam_loss": simsiam_loss}


@misconception(
    "The loss of a pair is averaged over the entries of the representation: it should be their sum.",
    caught_by=(*LOSS, FLOW[0], "objective: a representation larger than the view"),
)
def mean_over_all_elements():
    return with_error(lambda error: error.square().mean() / 2)


@misconception(
    "The loss is summed over the batch: it is the mean over the pairs.",
    caught_by=(*LOSS, FLOW[0], "objective: a pair of views that are zero"),
)
def sum_over_the_batch():
    return with_error(lambda error: error.square().sum() / 2)


@misconception(
    "The loss comes pair by pair: a scalar for the whole batch is asked for.",
    caught_by=LOSS,
)
def loss_not_reduced():
    return with_error(lambda error: error.square().sum(1) / 2)


@misconception(
    "The norm of the error is not squared.",
    caught_by=(*LOSS, FLOW[0], PAIRS),
)
def norm_not_squared():
    return with_error(lambda error: torch.linalg.vector_norm(error, dim=1).mean() / 2)


@misconception(
    "The gradient is NaN where the error is zero: a root is taken only to be squared again.",
    caught_by=("objective: a pair of views that are zero",),
)
def root_then_square():
    return with_error(lambda error: error.square().sum(1).sqrt().square().mean() / 2)


@misconception(
    "The representations are normalized, as in SimSiam's cosine loss: this loss compares them as they are.",
    caught_by=(*LOSS, FLOW[0], "objective: a pair of views that are zero"),
)
def representations_normalized():
    def simsiam_loss(x1, x2, W, Wp):
        prediction, target = x1 @ W.T @ Wp.T, (x2 @ W.T).detach()
        error = prediction / prediction.norm(dim=1, keepdim=True)
        error = error - target / target.norm(dim=1, keepdim=True)
        return error.square().sum(1).mean() / 2

    return {"simsiam_loss": simsiam_loss}


@misconception(
    "The factor of one half is missing in front of the loss.",
    caught_by=(*LOSS, OBJECTIVE, PAIRS, "objective: float32"),
)
def half_missing():
    return {
        "simsiam_loss": lambda x1, x2, W, Wp: 2 * right.simsiam_loss(x1, x2, W, Wp),
        "simsiam_objective": lambda W, Wp, X, C: 2 * right.simsiam_objective(W, Wp, X, C),
    }


@misconception(
    "The predictor is transposed: it acts on representations that are columns, batches hold rows.",
    caught_by=(*LOSS, OBJECTIVE, PAIRS, "objective: the gradients of the expected loss"),
)
def predictor_transposed():
    return {
        "simsiam_loss": lambda x1, x2, W, Wp: right.simsiam_loss(x1, x2, W, Wp.T),
        "simsiam_objective": lambda W, Wp, X, C: right.simsiam_objective(W, Wp.T, X, C),
    }


# --- The moments, and what is made of them ---


def from_moments(moments):
    """Objective and velocities as they come out of wrong second moments of the representations.

    ``moments(X, X_prime)`` gives those of the views, within a branch and across the branches.
    """

    def simsiam_objective(W, Wp, X, X_prime):
        within, across = (W @ moment @ W.T for moment in moments(X, X_prime))
        traces = (Wp.T @ Wp @ within).trace() - 2 * (Wp @ across).trace() + within.trace()
        return traces / 2

    def predictor_velocity(W, Wp, X, X_prime):
        within, across = (W @ moment @ W.T for moment in moments(X, X_prime))
        return across.T - Wp @ within

    def predictor_steady_state(W, X, X_prime):
        within, across = (W @ moment @ W.T for moment in moments(X, X_prime))
        return across @ torch.linalg.inv(within)

    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        within, across = moments(X, X_prime)
        velocity = Wp.T @ (W @ across - Wp @ W @ within)
        return velocity if stop_grad else velocity + Wp @ W @ across - W @ within

    return {
        "simsiam_objective": simsiam_objective,
        "predictor_velocity": predictor_velocity,
        "predictor_steady_state": predictor_steady_state,
        "encoder_velocity": encoder_velocity,
    }


@misconception(
    "Two views have their example's mean in common, not what is around it: look at the moment across "
    "the branches.",
    caught_by=(OBJECTIVE, PAIRS, *PREDICTOR, STEADY, STOPPED, DESCENT, FREE, FREE_DESCENT),
)
def covariance_across_the_branches():
    return from_moments(lambda X, X_prime: (X + X_prime, X_prime))


@misconception(
    "Two views of an example are taken for the same view: across the branches they differ.",
    caught_by=(OBJECTIVE, PAIRS, *PREDICTOR, STEADY, STOPPED, DESCENT, FREE, FREE_DESCENT),
)
def views_taken_for_one():
    return from_moments(lambda X, X_prime: (X + X_prime, X + X_prime))


@misconception(
    "A view is taken for the mean of its example: within a branch it also varies around that mean.",
    caught_by=(OBJECTIVE, PAIRS, *PREDICTOR, STEADY, STOPPED, DESCENT, FREE, FREE_DESCENT),
)
def covariance_left_out():
    return from_moments(lambda X, X_prime: (X, X))


@misconception(
    "The second moment of the target is left out of the expected loss: it depends on the encoder too.",
    caught_by=(OBJECTIVE, PAIRS, "objective: the gradients of the expected loss"),
)
def target_term_left_out():
    def simsiam_objective(W, Wp, X, X_prime):
        within = W @ (X + X_prime) @ W.T
        return right.simsiam_objective(W, Wp, X, X_prime) - within.trace() / 2

    return {"simsiam_objective": simsiam_objective}


@misconception(
    "The square has two mixed terms, and only one of them is in the expected loss.",
    caught_by=(OBJECTIVE, PAIRS, "objective: the gradients of the expected loss"),
)
def one_mixed_term():
    def simsiam_objective(W, Wp, X, X_prime):
        return right.simsiam_objective(W, Wp, X, X_prime) + (Wp @ W @ X @ W.T).trace() / 2

    return {"simsiam_objective": simsiam_objective}


@misconception(
    "The factor of one half stands before the first trace alone: it belongs to all four.",
    caught_by=(OBJECTIVE, PAIRS, "objective: the gradients of the expected loss"),
)
def half_of_the_first_trace_only():
    def simsiam_objective(W, Wp, X, X_prime):
        first = (Wp.T @ Wp @ W @ (X + X_prime) @ W.T).trace()
        return 2 * right.simsiam_objective(W, Wp, X, X_prime) - first / 2

    return {"simsiam_objective": simsiam_objective}


@misconception(
    "An inner product of representations stands where their outer product belongs: look at the shapes.",
    caught_by=(OBJECTIVE, PAIRS, "objective: the gradients of the expected loss"),
)
def inner_product_for_outer():
    def simsiam_objective(W, Wp, X, X_prime):
        within = W @ (X + X_prime) @ W.T
        wrong = (Wp.T @ Wp).trace() * within.trace() - (Wp.T @ Wp @ within).trace()
        return right.simsiam_objective(W, Wp, X, X_prime) + wrong / 2

    return {"simsiam_objective": simsiam_objective}


@misconception(
    "The target is held constant in the expected loss too: there both branches depend on the encoder.",
    caught_by=("objective: the gradients of the expected loss",),
)
def target_detached_in_the_objective():
    def simsiam_objective(W, Wp, X, X_prime):
        target, views = W.detach(), X + X_prime
        prediction = Wp @ W
        mixed = (prediction @ X @ target.T).trace()
        square = (prediction @ views @ prediction.T).trace()
        return square / 2 - mixed + (target @ views @ target.T).trace() / 2

    return {"simsiam_objective": simsiam_objective}


@misconception(
    "The velocity is half of what it should be: differentiating a square gives another factor.",
    caught_by=(
        *PREDICTOR,
        "predictor: float32",
        STOPPED,
        DESCENT,
        FREE,
        FREE_DESCENT,
        "encoder: float32",
    ),
)
def half_left_in_the_gradient():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        return right.encoder_velocity(W, Wp, X, X_prime, stop_grad) / 2

    return {
        "predictor_velocity": lambda W, Wp, X, C: right.predictor_velocity(W, Wp, X, C) / 2,
        "encoder_velocity": encoder_velocity,
    }


@misconception(
    "The velocity climbs: descent goes against the gradient.",
    caught_by=(*PREDICTOR, STOPPED, DESCENT, FREE, FREE_DESCENT),
)
def ascent():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        return -right.encoder_velocity(W, Wp, X, X_prime, stop_grad)

    return {
        "predictor_velocity": lambda W, Wp, X, C: -right.predictor_velocity(W, Wp, X, C),
        "encoder_velocity": encoder_velocity,
    }


# --- The predictor ---


@misconception(
    "The predictor and the second moment stand in the wrong order: these matrices do not commute.",
    caught_by=(*PREDICTOR, "predictor: float32"),
)
def predictor_on_the_wrong_side():
    def predictor_velocity(W, Wp, X, X_prime):
        return W @ X @ W.T - W @ (X + X_prime) @ W.T @ Wp

    return {"predictor_velocity": predictor_velocity}


def with_steady_state(solve):
    """The steady state alone, made from the second moments within and across the branches."""

    def predictor_steady_state(W, X, X_prime):
        return solve(W @ (X + X_prime) @ W.T, W @ X @ W.T)

    return {"predictor_steady_state": predictor_steady_state}


STILL = "predictor: in its steady state it stands still"
SMALL = "predictor: the steady state of a small encoder"


@misconception(
    "The inverse stands on the wrong side of the steady state: these matrices do not commute.",
    caught_by=(STEADY, STILL, SMALL),
)
def inverse_on_the_wrong_side():
    return with_steady_state(torch.linalg.solve)


@misconception(
    "The steady state is divided entry by entry: an equation of matrices is to be solved.",
    caught_by=(STEADY, STILL, SMALL),
)
def divided_entry_by_entry():
    return with_steady_state(lambda within, across: across / within)


@misconception(
    "The steady state is upside down: look at which moment is inverted.",
    caught_by=(STEADY, STILL, SMALL),
)
def quotient_upside_down():
    return with_steady_state(lambda within, across: within @ torch.linalg.inv(across))


@misconception(
    "Something is added before inverting: next to a small encoder it is not small.",
    caught_by=(SMALL,),
)
def ridge_added():
    def solve(within, across):
        return across @ torch.linalg.inv(within + 1e-12 * eye(within))

    return with_steady_state(solve)


# --- The encoder ---


@misconception(
    "The flag is read the wrong way round: see what stop_grad=True holds constant.",
    caught_by=(STOPPED, DESCENT, FREE, FREE_DESCENT, "encoder: what reaches it through the target"),
)
def flag_reversed():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        return right.encoder_velocity(W, Wp, X, X_prime, not stop_grad)

    return {"encoder_velocity": encoder_velocity}


@misconception(
    "The gradient comes back through the predictor without its transpose.",
    caught_by=(STOPPED, DESCENT, "encoder: float32"),
)
def predictor_not_transposed():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        if not stop_grad:
            return right.encoder_velocity(W, Wp, X, X_prime, stop_grad)
        return Wp @ (W @ X - Wp @ W @ (X + X_prime))

    return {"encoder_velocity": encoder_velocity}


@misconception(
    "The target's term does not come back through the predictor: both terms of the error do.",
    caught_by=(STOPPED, DESCENT, "encoder: float32"),
)
def target_past_the_predictor():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        if not stop_grad:
            return right.encoder_velocity(W, Wp, X, X_prime, stop_grad)
        return W @ X - Wp.T @ Wp @ W @ (X + X_prime)

    return {"encoder_velocity": encoder_velocity}


@misconception(
    "The two mixed terms are taken to be equal: the predictor need not be symmetric.",
    caught_by=(FREE, FREE_DESCENT, "encoder: what reaches it through the target"),
)
def predictor_taken_for_symmetric():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        if stop_grad:
            return right.encoder_velocity(W, Wp, X, X_prime, stop_grad)
        return 2 * Wp.T @ W @ X - (Wp.T @ Wp + eye(Wp)) @ W @ (X + X_prime)

    return {"encoder_velocity": encoder_velocity}


@misconception(
    "The two velocities are the same: without stop-gradient the target adds its own share.",
    caught_by=(
        FREE,
        FREE_DESCENT,
        "encoder: what reaches it through the target",
        "encoder: where the predictor is the identity",
    ),
)
def flag_ignored():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        return right.encoder_velocity(W, Wp, X, X_prime, True)

    return {"encoder_velocity": encoder_velocity}


@misconception(
    "A sign is lost where a bracket is multiplied out: both moments in it belong to the same term.",
    caught_by=("encoder: what reaches it through the target", FREE, FREE_DESCENT),
)
def sign_lost_in_the_expansion():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        found = right.encoder_velocity(W, Wp, X, X_prime, stop_grad)
        return found if stop_grad else found + 2 * Wp.T @ Wp @ W @ X_prime

    return {"encoder_velocity": encoder_velocity}


@misconception(
    "The term of the target has the wrong sign: it pulls the prediction towards it.",
    caught_by=(STOPPED, DESCENT, FREE, FREE_DESCENT),
)
def sign_of_the_target_term():
    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        return -Wp.T @ (Wp @ W @ (X + X_prime) + W @ X)

    return {"encoder_velocity": encoder_velocity}


# --- The collapse ---


def with_factors(factors):
    """Everything without stop-gradient, from the wrong factors that go with X' and with X."""

    def encoder_velocity(W, Wp, X, X_prime, stop_grad):
        if stop_grad:
            return right.encoder_velocity(W, Wp, X, X_prime, stop_grad)
        by_covariance, by_mean = factors(Wp)
        return -by_covariance @ W @ X_prime - by_mean @ W @ X

    def collapse_operator(Wp, X, X_prime):
        by_covariance, by_mean = factors(Wp)
        return torch.kron(X_prime, by_covariance) + torch.kron(X, by_mean)

    return {"encoder_velocity": encoder_velocity, **with_operator(collapse_operator)}


def with_operator(collapse_operator):
    """Operator and bounds, from a wrong operator."""

    def collapse_bound(W0, Wp, X, X_prime, t):
        rate = torch.linalg.eigvals(collapse_operator(Wp, X, X_prime)).real.min()
        return torch.exp(-rate * t) * W0.norm()

    def bound_path(W0, Wps, X, X_prime, dts):
        rates = [torch.linalg.eigvals(collapse_operator(Wp, X, X_prime)).real.min() for Wp in Wps]
        return torch.exp(-(torch.stack(rates) * dts).sum()) * W0.norm()

    return {
        "collapse_operator": collapse_operator,
        "collapse_bound": collapse_bound,
        "bound_path": bound_path,
    }


@misconception(
    "The predictor's distance from the identity comes in once: it has to be squared.",
    caught_by=(
        "encoder: what reaches it through the target",
        FREE,
        FREE_DESCENT,
        *OPERATOR,
        *BOUND,
        "collapse: the operator is symmetric and shrinks",
    ),
)
def distance_not_squared():
    return with_factors(lambda Wp: (Wp.T @ Wp + eye(Wp), Wp - eye(Wp)))


@misconception(
    "Without stop-gradient the target moves too, and its share of the gradient is missing.",
    caught_by=(
        FREE,
        FREE_DESCENT,
        "encoder: where the predictor is the identity",
        *OPERATOR,
        BOUND[0],
    ),
)
def share_of_the_target_missing():
    return with_factors(lambda Wp: (Wp.T @ Wp, (Wp - eye(Wp)).T @ (Wp - eye(Wp))))


@misconception(
    "In a product of the predictor with itself the transpose stands on the wrong factor.",
    caught_by=("encoder: what reaches it through the target", FREE, FREE_DESCENT, *OPERATOR),
)
def transpose_on_the_wrong_factor():
    def factors(Wp):
        distance = Wp - eye(Wp)
        return Wp @ Wp.T + eye(Wp), distance @ distance.T

    return with_factors(factors)


@misconception(
    "The operator acts on stacked rows: here vec stacks columns.",
    caught_by=(*OPERATOR, "collapse: an operator of two columns", "collapse: float32"),
)
def rows_stacked():
    def collapse_operator(Wp, X, X_prime):
        distance = Wp - eye(Wp)
        operator = torch.kron(Wp.T @ Wp + eye(Wp), X_prime)
        return operator + torch.kron(distance.T @ distance, X)

    return {"collapse_operator": collapse_operator}


@misconception(
    "The operands of one Kronecker product are exchanged.",
    caught_by=(*OPERATOR, *BOUND),
)
def operands_exchanged():
    def collapse_operator(Wp, X, X_prime):
        distance = Wp - eye(Wp)
        operator = torch.kron(X_prime, Wp.T @ Wp + eye(Wp))
        return operator + torch.kron(distance.T @ distance, X)

    return with_operator(collapse_operator)


@misconception(
    "The two moments of the views are exchanged: see which of them acts where the predictor is perfect.",
    caught_by=(*OPERATOR, *BOUND, "collapse: a bound where everything is diagonal"),
)
def moments_exchanged():
    return with_operator(lambda Wp, X, X_prime: right.collapse_operator(Wp, X_prime, X))


@misconception(
    "The sign of the operator is the velocity's: the minus stands in front of it already.",
    caught_by=(*OPERATOR, "collapse: the operator is symmetric and shrinks", "collapse: float32"),
)
def operator_with_the_sign_of_the_velocity():
    def collapse_operator(Wp, X, X_prime):
        return -right.collapse_operator(Wp, X, X_prime)

    return {"collapse_operator": collapse_operator}


def with_bound(size):
    """The bound alone, made from the right operator, the encoder at time 0, the moment X' and t."""

    def collapse_bound(W0, Wp, X, X_prime, t):
        return size(right.collapse_operator(Wp, X, X_prime), W0, X_prime, t)

    return {"collapse_bound": collapse_bound}


@misconception(
    "The bound decays at the greatest rate: it is the slowest direction that has to be bounded.",
    caught_by=(*BOUND, "collapse: a bound where everything is diagonal"),
)
def greatest_rate():
    def size(H, W0, X_prime, t):
        return torch.exp(-torch.linalg.eigvalsh(H)[-1] * t) * W0.norm()

    return with_bound(size)


@misconception(
    "The bound grows: without stop-gradient the encoder shrinks.",
    caught_by=(*BOUND, "collapse: the bound in time", "collapse: float32"),
)
def bound_grows():
    def size(H, W0, X_prime, t):
        return torch.exp(torch.linalg.eigvalsh(H)[0] * t) * W0.norm()

    return with_bound(size)


@misconception(
    "The rate looks at the covariance of the views alone: the predictor has its part in it.",
    caught_by=BOUND,
)
def rate_of_the_views():
    def size(H, W0, X_prime, t):
        return torch.exp(-torch.linalg.eigvalsh(X_prime)[0] * t) * W0.norm()

    return with_bound(size)


@misconception(
    "The norm is the greatest singular value of the encoder: the norm of a stacked matrix is another.",
    caught_by=(BOUND[0], "collapse: the bound in time"),
)
def spectral_norm():
    def size(H, W0, X_prime, t):
        return torch.exp(-torch.linalg.eigvalsh(H)[0] * t) * torch.linalg.matrix_norm(W0, 2)

    return with_bound(size)


def with_path(decay):
    """The bound for predictors that change, from the rates of each (P, n1 n2) and the times (P,)."""

    def bound_path(W0, Wps, X, X_prime, dts):
        operators = torch.stack([right.collapse_operator(Wp, X, X_prime) for Wp in Wps])
        return torch.exp(-decay(torch.linalg.eigvalsh(operators), dts)) * W0.norm()

    return {"bound_path": bound_path}


@misconception(
    "The bound decays as the last predictor lets it: each has its own time.",
    caught_by=(PATH,),
)
def last_predictor_for_all():
    return with_path(lambda rates, dts: rates[-1, 0] * dts.sum())


@misconception(
    "The fastest directions set the bound: it has to hold for the slowest one as well.",
    caught_by=(PATH, PATH_OF_ONE),
)
def fastest_direction_of_each():
    return with_path(lambda rates, dts: (rates[:, -1] * dts).sum())


@misconception(
    "The rates of the predictors are averaged: a mean of rates bounds nothing unless the times are equal.",
    caught_by=(PATH,),
)
def rates_averaged():
    return with_path(lambda rates, dts: rates[:, 0].mean() * dts.sum())


@misconception(
    "The greatest of the slowest rates is used for the whole time: only the smallest holds throughout.",
    caught_by=(PATH,),
)
def greatest_of_the_slowest_rates():
    return with_path(lambda rates, dts: rates[:, 0].max() * dts.sum())


@misconception(
    "The bound is that of the squared norm: the norm itself decays half as fast.",
    caught_by=(PATH, PATH_OF_ONE),
)
def bound_of_the_square():
    return with_path(lambda rates, dts: 2 * (rates[:, 0] * dts).sum())


# --- Neither stop-gradient nor predictor ---


def with_weights(collapsed_weights):
    """The encoder at time t alone."""
    return {"collapsed_weights": collapsed_weights}


@misconception(
    "The decay is half as fast as it should be: both branches follow the gradient.",
    caught_by=(*WEIGHTS, "no_predictor: three columns that shrink at their own rates"),
)
def only_one_branch_follows():
    return with_weights(lambda W0, C, t: W0 @ torch.matrix_exp(-C * t))


@misconception(
    "The covariance acts on the wrong side of the encoder.",
    caught_by=(*WEIGHTS, "no_predictor: as many features as inputs", "no_predictor: float32"),
)
def covariance_on_the_left():
    def collapsed_weights(W0, X_prime, t):
        rows, columns = W0.shape
        flow = torch.matrix_exp(-2 * t * torch.kron(torch.eye(rows).to(W0), X_prime))
        return (flow @ W0.T.reshape(-1)).reshape(columns, rows).T

    return with_weights(collapsed_weights)


@misconception(
    "The covariance acts on the wrong side of the encoder, and only one of the branches follows.",
    caught_by=(
        "no_predictor: the encoder at two times",
        "no_predictor: as many features as inputs",
    ),
)
def covariance_on_the_left_and_one_branch():
    return with_weights(lambda W0, C, t: torch.matrix_exp(-C * t) @ W0)


@misconception(
    "The exponential is taken entry by entry: that of a matrix is something else.",
    caught_by=(
        *WEIGHTS,
        "no_predictor: three columns that shrink at their own rates",
        "no_predictor: going on from where it was",
        "no_predictor: what the views agree on survives",
    ),
)
def exponential_entry_by_entry():
    return with_weights(lambda W0, C, t: W0 @ torch.exp(-2 * C * t))


@misconception(
    "The encoder grows: the sign of the exponent is wrong.",
    caught_by=(*WEIGHTS, "no_predictor: what the views agree on survives", "no_predictor: float32"),
)
def growth():
    return with_weights(lambda W0, C, t: W0 @ torch.matrix_exp(2 * C * t))


@misconception(
    "The encoder is followed in small steps: the equation has a solution in closed form.",
    caught_by=(*WEIGHTS, "no_predictor: going on from where it was"),
)
def small_steps():
    def collapsed_weights(W0, X_prime, t):
        W = W0.clone()
        for _ in range(500):
            W = W - 2 * W @ X_prime * (t / 500)
        return W

    return with_weights(collapsed_weights)


@misconception(
    "The series of the exponential is cut short: at late times its first terms say nothing.",
    caught_by=("no_predictor: what the views agree on survives",),
)
def series_cut_short():
    def collapsed_weights(W0, X_prime, t):
        term = W = W0.clone()
        for order in range(1, 60):
            term = -2 * t / order * term @ X_prime
            W = W + term
        return W

    return with_weights(collapsed_weights)


@misconception(
    "The directions in which views do not differ are thrown away: nothing shrinks them.",
    caught_by=("no_predictor: what the views agree on survives",),
)
def still_directions_thrown_away():
    def collapsed_weights(W0, X_prime, t):
        rates, axes = torch.linalg.eigh(X_prime)
        decay = torch.where(rates > 1e-8, torch.exp(-2 * t * rates), 0)
        return W0 @ (axes * decay) @ axes.T

    return with_weights(collapsed_weights)


# --- Why both are needed ---


def with_survivors(answer):
    """The example's answers alone."""
    return {"survives": answer}


SURVIVES = "survives: the four answers"


@misconception(
    "A stop-gradient alone does not hold the encoder up: follow the example without a predictor.",
    caught_by=(SURVIVES,),
)
def stop_gradient_is_enough():
    return with_survivors(lambda stop_grad, predictor: stop_grad)


@misconception(
    "A predictor alone does not hold the encoder up: the gradient through the target shrinks it.",
    caught_by=(SURVIVES,),
)
def predictor_is_enough():
    return with_survivors(lambda stop_grad, predictor: predictor)


@misconception(
    "Either of the two is taken to be enough: try each without the other.",
    caught_by=(SURVIVES,),
)
def either_is_enough():
    return with_survivors(lambda stop_grad, predictor: stop_grad or predictor)
