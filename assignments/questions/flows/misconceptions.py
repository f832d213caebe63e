"""Normalizing flows as students get them wrong, each with what they would need to read."""

import math

import torch
from torch.nn.functional import logsigmoid, softplus

from autograder.testing import misconception
from reference import flows as right

LIKELIHOODS = ("likelihood: three layers", "likelihood: the density integrates to 1")
FORWARD = ("kl_identity: the forward divergence", "kl_identity: the divergence in the base")
REVERSE = ("reverse: the reverse divergence", "reverse: float32")
BY_LAYERS = (LIKELIHOODS[0], *FORWARD, *REVERSE)


# --- relu -------------------------------------------------------------------------------------


@misconception(
    "Which side of the turning point is flat depends on the sign of b.",
    caught_by=("relu: slopes of either sign", "relu: a slope that turns far from 0"),
)
def flat_side_always_left():
    def relu_collision(a, b, c):
        turn = -c / b if b else 0.0
        return turn - 1, turn - 2

    return {"relu_collision": relu_collision}


@misconception(
    "Where the function turns depends on c and on the size of b: a fixed pair may lie on the slope.",
    caught_by=("relu: a slope that turns far from 0",),
)
def fixed_pair():
    def relu_collision(a, b, c):
        return -math.copysign(10, b), -math.copysign(20, b)

    return {"relu_collision": relu_collision}


@misconception(
    "A slope of 0 is allowed: there the function has no turning point to divide by.",
    caught_by=("relu: a slope of 0",),
)
def division_by_zero_slope():
    def relu_collision(a, b, c):
        turn = torch.tensor(-c).double() / b
        side = math.copysign(1, b)
        return turn - side, turn - 2 * side

    return {"relu_collision": relu_collision}


@misconception(
    "Twice and three times the turning point are one number where the function turns in 0.",
    caught_by=("relu: an offset of 0",),
)
def multiples_of_the_turn():
    def relu_collision(a, b, c):
        turn = math.copysign(c / b, b) if b else 1.0
        return -2 * turn, -3 * turn

    return {"relu_collision": relu_collision}


@misconception(
    "A witness needs two numbers that are really different, not one number and a rounding of it.",
    caught_by=("relu: slopes of either sign", "relu: a slope of 0"),
)
def one_number_twice():
    def relu_collision(a, b, c):
        turn = -c / b if b else 0.0
        return turn, turn

    return {"relu_collision": relu_collision}


# --- sigmoidal --------------------------------------------------------------------------------


def mixture_terms(z, a, b, w):
    """Log S, log(1 - S), and the logs of σ(1 - σ), all as they should be."""
    t = z[:, None] * a + b
    on, off = logsigmoid(t), logsigmoid(-t)
    return (w.log() + on).logsumexp(1), (w.log() + off).logsumexp(1), on + off


@misconception(
    "The weights are on the simplex already: nothing has to normalize them.",
    caught_by=("sigmoidal: the flow", "sigmoidal: gradients", "sigmoidal: the inverse"),
)
def softmax_on_the_weights():
    return {
        "sigmoidal_flow": lambda z, a, b, w: right.sigmoidal_flow(z, a, b, w.softmax(0)),
        "sigmoidal_flow_inverse": lambda x, a, b, w: right.sigmoidal_flow_inverse(
            x, a, b, w.softmax(0)
        ),
    }


@misconception(
    "The derivative is that of the sum of sigmoids alone: the logit around it has one too.",
    caught_by=("sigmoidal: the flow", "sigmoidal: the log-derivative is the slope of x"),
)
def logit_not_differentiated():
    def sigmoidal_flow(z, a, b, w):
        log_s, log_rest, log_slopes = mixture_terms(z, a, b, w)
        return log_s - log_rest, ((w * a).log() + log_slopes).logsumexp(1)

    return {"sigmoidal_flow": sigmoidal_flow}


@misconception(
    "The slopes are missing from the derivative: what stands inside a sigmoid has a derivative too.",
    caught_by=("sigmoidal: the flow", "sigmoidal: float32"),
)
def slopes_left_out():
    def sigmoidal_flow(z, a, b, w):
        log_s, log_rest, log_slopes = mixture_terms(z, a, b, w)
        return log_s - log_rest, (w.log() + log_slopes).logsumexp(1) - log_s - log_rest

    return {"sigmoidal_flow": sigmoidal_flow}


@misconception(
    "The sum of sigmoids rounds to 0 or 1 far out: work with logarithms, of S and of 1 - S.",
    caught_by=("sigmoidal: far out, with a weight of 0",),
)
def plain_logit():
    def sigmoidal_flow(z, a, b, w):
        on = torch.sigmoid(z[:, None] * a + b)
        s = (w * on).sum(1)
        return torch.logit(s), ((w * a * on * (1 - on)).sum(1) / (s * (1 - s))).log()

    return {"sigmoidal_flow": sigmoidal_flow}


@misconception(
    "Cutting the sum of sigmoids off near 0 and 1 keeps x finite, but x is wrong there.",
    caught_by=("sigmoidal: far out, with a weight of 0",),
)
def clamped_logit():
    def sigmoidal_flow(z, a, b, w):
        on = torch.sigmoid(z[:, None] * a + b)
        s = (w * on).sum(1).clamp(1e-12, 1 - 1e-12)
        slope = (w * a * on * (1 - on)).sum(1).clamp(min=1e-12)
        return torch.logit(s), (slope / (s * (1 - s))).log()

    return {"sigmoidal_flow": sigmoidal_flow}


@misconception(
    "The inverse of a sum is not the sum of the inverses: the equation has to be solved for z.",
    caught_by=("sigmoidal: the inverse", "sigmoidal: the inverse in float32"),
)
def mean_of_inverses():
    return {"sigmoidal_flow_inverse": lambda x, a, b, w: ((x[:, None] - b) / a) @ w}


def bisection(low, high, steps):
    """The inverse of the sigmoidal flow by this many halvings of a fixed interval."""

    def sigmoidal_flow_inverse(x, a, b, w):
        below, above = torch.full_like(x, low), torch.full_like(x, high)
        for _ in range(steps):
            middle = (below + above) / 2
            log_s, log_rest, _ = mixture_terms(middle, a, b, w)
            short = log_s - log_rest < x
            below, above = torch.where(short, middle, below), torch.where(short, above, middle)
        return (below + above) / 2

    return {"sigmoidal_flow_inverse": sigmoidal_flow_inverse}


@misconception(
    "The interval that is searched does not hold every z: where z lies depends on x, a and b.",
    caught_by=("sigmoidal: the inverse with distant sigmoids",),
)
def fixed_interval():
    return bisection(-1e3, 1e3, 100)


@misconception(
    "The search ends too early: the image of z has to agree with x to nine digits.",
    caught_by=("sigmoidal: the inverse", "sigmoidal: the inverse with distant sigmoids"),
)
def search_ends_early():
    return bisection(-100.0, 100.0, 25)


# --- residual ---------------------------------------------------------------------------------


@misconception(
    "Putting y - f(z) for z again and again converges for contractions only, and f need not be one.",
    caught_by=(
        "residual: the inverse of a steep map",
        "residual: the inverse of an almost flat map",
    ),
)
def fixed_point_iteration():
    def residual_inverse(y, f):
        z = y
        for _ in range(200):
            z = y - f(z)
        return z

    return {"residual_inverse": residual_inverse}


@misconception(
    "The interval that is searched does not hold every z: z can be much farther from 0 than y.",
    caught_by=("residual: the inverse of an almost flat map",),
)
def interval_about_y():
    def residual_inverse(y, f):
        below, above = -2 * y.abs() - 100, 2 * y.abs() + 100
        for _ in range(200):
            middle = (below + above) / 2
            short = middle + f(middle) < y
            below, above = torch.where(short, middle, below), torch.where(short, above, middle)
        return (below + above) / 2

    return {"residual_inverse": residual_inverse}


@misconception(
    "A few of Newton's steps from y do not arrive: keep going, or bracket the solution.",
    caught_by=("residual: the inverse of a steep map", "residual: the inverse of a wavy map"),
)
def few_newton_steps():
    def residual_inverse(y, f):
        z = y
        for _ in range(4):
            z = z - (z + f(z) - y) / right.residual_log_det(z, f).exp()
        return z.detach()

    return {"residual_inverse": residual_inverse}


@misconception(
    "The derivative of the whole map is asked for: z itself has one as well as f.",
    caught_by=("residual: the log-derivative", "residual: the log-derivative in float32"),
)
def derivative_of_f_alone():
    def residual_log_det(z, f):
        return right.residual_log_det(z, f).exp().sub(1).abs().log()

    return {"residual_log_det": residual_log_det}


@misconception(
    "The value of f stands where its derivative belongs.",
    caught_by=("residual: the log-derivative", "residual: gradients of the log-derivative"),
)
def value_for_derivative():
    return {"residual_log_det": lambda z, f: (1 + f(z)).abs().log()}


@misconception(
    "No gradient reaches z: the derivative of f has to be part of the graph.",
    caught_by=("residual: gradients of the log-derivative",),
)
def derivative_out_of_the_graph():
    def residual_log_det(z, f):
        z = z.detach().requires_grad_()
        (slope,) = torch.autograd.grad(f(z).sum(), z)
        return torch.log1p(slope)

    return {"residual_log_det": residual_log_det}


# --- layers and flows of them -----------------------------------------------------------------


def standard_normal(u):
    return -0.5 * (u**2 + math.log(2 * math.pi)).sum(1)


def to_base_by(push, pull):
    def to_base(x, layers):
        u, log_det = x, x.new_zeros(len(x))
        for layer in reversed(layers):
            u = pull(u, *layer)
            log_det = log_det + push(u, *layer)[1]
        return u, log_det

    return to_base


def to_data_by(push):
    def to_data(u, layers):
        x, log_det = u, u.new_zeros(len(u))
        for layer in layers:
            x, step = push(x, *layer)
            log_det = log_det + step
        return x, log_det

    return to_data


TO_BASE = to_base_by(right.radial_flow, right.radial_flow_inverse)
TO_DATA = to_data_by(right.radial_flow)


def with_flow(to_base=TO_BASE, to_data=TO_DATA, log_base=standard_normal, mean=torch.mean):
    """The likelihood and the divergences as they come out of wrong pieces."""

    def flow_log_likelihood(x, layers):
        u, log_det = to_base(x, layers)
        return log_base(u) - log_det

    def forward_kl(x, log_p_x, layers):
        return mean(log_p_x - flow_log_likelihood(x, layers))

    def forward_kl_in_base(x, log_p_x, layers):
        u, log_det = to_base(x, layers)
        return mean(log_p_x + log_det - log_base(u))

    def reverse_kl(u, layers, log_p_x):
        x, log_det = to_data(u, layers)
        return mean(log_base(u) - log_det - log_p_x(x))

    return {
        "flow_log_likelihood": flow_log_likelihood,
        "forward_kl": forward_kl,
        "forward_kl_in_base": forward_kl_in_base,
        "reverse_kl": reverse_kl,
    }


def with_layer(push=right.radial_flow, pull=right.radial_flow_inverse):
    """The layer, and all that comes out of it."""
    flow = with_flow(to_base_by(push, pull), to_data_by(push))
    return {"radial_flow": push, "radial_flow_inverse": pull, **flow}


def plain_log_det(size, r, alpha, beta):
    stretch = 1 + beta / (alpha + r)
    return (size - 1) * stretch.log() + (1 + alpha * beta / (alpha + r) ** 2).log()


def pushing(log_det=plain_log_det, radius=lambda offset: offset.norm(dim=1)):
    def radial_flow(z, z0, alpha, beta):
        r = radius(z - z0)
        x = z + beta / (alpha + r)[:, None] * (z - z0)
        return x, log_det(z.shape[1], r, alpha, beta)

    return radial_flow


@misconception(
    "All directions but one are stretched alike: count how many there are across the ray.",
    caught_by=(
        "radial: the layer",
        "radial: one dimension",
        "radial: the log-determinant is that of its own Jacobian",
        *BY_LAYERS,
    ),
)
def all_directions_across():
    def log_det(size, r, alpha, beta):
        return plain_log_det(size + 1, r, alpha, beta)

    return with_layer(push=pushing(log_det))


@misconception(
    "The factor by which a point is stretched changes along the ray: its own derivative is missing.",
    caught_by=("radial: the layer", "radial: one dimension", *BY_LAYERS),
)
def derivative_of_h_left_out():
    def log_det(size, r, alpha, beta):
        return size * (1 + beta / (alpha + r)).log()

    return with_layer(push=pushing(log_det))


@misconception(
    "The derivative of the distance enters with the wrong sign along the ray.",
    caught_by=("radial: the layer", "radial: gradients", *BY_LAYERS),
)
def derivative_of_h_added():
    def log_det(size, r, alpha, beta):
        h = 1 / (alpha + r)
        return (size - 1) * (1 + beta * h).log() + (1 + beta * h + beta * r * h**2).abs().log()

    return with_layer(push=pushing(log_det))


@misconception(
    "Every point has its own distance: the norm was taken over the whole batch.",
    caught_by=("radial: the layer", "radial: float32", *BY_LAYERS),
)
def radius_over_the_batch():
    return with_layer(push=pushing(radius=lambda offset: offset.norm().expand(len(offset))))


@misconception(
    "The distance is squared: the norm has a root.",
    caught_by=("radial: the layer", "radial: two hundred dimensions, float32 too", *BY_LAYERS),
)
def radius_squared():
    return with_layer(push=pushing(radius=lambda offset: (offset**2).sum(1)))


@misconception(
    "Almost equal numbers are subtracted next to a singular layer: add alpha and beta to each other first.",
    caught_by=("radial: an almost singular layer in float32",),
)
def digits_cancel():
    return {"radial_flow": pushing()}


def pulling(distance):
    def radial_flow_inverse(x, z0, alpha, beta):
        rho = (x - z0).norm(dim=1)
        r = distance(rho, rho - alpha - beta, alpha)
        return z0 + ((alpha + r) / (alpha + beta + r))[:, None] * (x - z0)

    return radial_flow_inverse


INVERSES = ("radial: the inverse", "radial: the inverse undoes the layer")
PULLED = ("likelihood: three layers", *FORWARD)


@misconception(
    "The quadratic equation has two roots, and a distance is not negative.",
    caught_by=(*INVERSES, *PULLED),
)
def other_root():
    def distance(rho, gap, alpha):
        return (gap - (gap**2 + 4 * alpha * rho).sqrt()) / 2

    return with_layer(pull=pulling(distance))


@misconception(
    "The distance after the move was taken for the distance before it.",
    caught_by=(*INVERSES, "radial: the inverse in one and in two hundred dimensions", *PULLED),
)
def distance_after_the_move():
    return with_layer(pull=pulling(lambda rho, gap, alpha: rho))


@misconception(
    "The inverse is not the same layer with -beta: the point that it starts from is another.",
    caught_by=(*INVERSES, "radial: the inverse in float32", *PULLED),
)
def inverse_with_minus_beta():
    return with_layer(pull=lambda x, z0, alpha, beta: pushing()(x, z0, alpha, -beta)[0])


@misconception(
    "In the centre itself there is no direction: do not divide by the distance there.",
    caught_by=(
        "radial: the inverse next to the centre and in it",
        "radial: the inverse of a singular layer",
        "likelihood: an almost singular layer",
    ),
)
def direction_of_the_centre():
    def radial_flow_inverse(x, z0, alpha, beta):
        rho = (x - z0).norm(dim=1)
        gap = rho - alpha - beta
        r = (gap + (gap**2 + 4 * alpha * rho).sqrt()) / 2
        return z0 + (r / rho)[:, None] * (x - z0)

    return with_layer(pull=radial_flow_inverse)


@misconception(
    "Each point has its own log-determinant: they are not added up over the batch.",
    caught_by=(
        "sigmoidal: the flow",
        "residual: the log-derivative",
        "radial: the layer",
        "planar: the layer",
        *BY_LAYERS,
    ),
)
def log_det_of_the_batch():
    def summed(flow):
        def summed_flow(*arguments):
            x, log_det = flow(*arguments)
            return x, log_det.sum()

        return summed_flow

    return {
        "sigmoidal_flow": summed(right.sigmoidal_flow),
        "residual_log_det": lambda z, f: right.residual_log_det(z, f).sum(),
        "planar_flow": summed(right.planar_flow),
        **with_layer(push=summed(right.radial_flow)),
    }


@misconception(
    "The log-determinant belongs to the inverse: its sign is turned.",
    caught_by=(
        "sigmoidal: the flow",
        "residual: the log-derivative",
        "radial: the layer",
        "planar: the layer",
        *BY_LAYERS,
    ),
)
def log_det_of_the_inverse():
    def turned(flow):
        def turned_flow(*arguments):
            x, log_det = flow(*arguments)
            return x, -log_det

        return turned_flow

    return {
        "sigmoidal_flow": turned(right.sigmoidal_flow),
        "residual_log_det": lambda z, f: -right.residual_log_det(z, f),
        "planar_flow": turned(right.planar_flow),
        **with_layer(push=turned(right.radial_flow)),
    }


# --- planar -----------------------------------------------------------------------------------


def with_plane(log_det):
    """The planar layer with a log-determinant made of w·u, tanh and the two vectors."""

    def planar_flow(z, u, w, b):
        h = torch.tanh(z @ w + b)
        return z + h[:, None] * u, log_det(h, u, w)

    return {"planar_flow": planar_flow}


@misconception(
    "The tanh has a derivative, and it is missing from the determinant.",
    caught_by=("planar: the layer", "planar: the log-determinant is that of its own Jacobian"),
)
def tanh_not_differentiated():
    return with_plane(lambda h, u, w: (1 + h * (u @ w)).abs().log())


@misconception(
    "The determinant may be negative: its absolute value is asked for.",
    caught_by=("planar: a layer that is not invertible", "planar: a large w·u"),
)
def no_absolute_value():
    return with_plane(lambda h, u, w: (1 + (1 - h**2) * (u @ w)).log())


@misconception(
    "A small constant is added inside the logarithm of the determinant: none is needed.",
    caught_by=("planar: the layer", "planar: a layer that is not invertible"),
    also=(1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-5),
)
def constant_inside_the_logarithm(small=1e-6):
    return with_plane(lambda h, u, w: ((1 + (1 - h**2) * (u @ w)).abs() + small).log())


@misconception(
    "The product of u and the gradient is an inner product: one number a point, not one an entry.",
    caught_by=("planar: the layer", "planar: float32"),
)
def determinant_entry_by_entry():
    return with_plane(lambda h, u, w: (1 + torch.outer(1 - h**2, u * w)).abs().log())


@misconception(
    "The layer changes u by itself: it should take u as it is.",
    caught_by=("planar: the layer", "planar: a layer that is not invertible"),
)
def constrains_by_itself():
    def planar_flow(z, u, w, b):
        return right.planar_flow(z, right.planar_constrain(u, w), w, b)

    return {"planar_flow": planar_flow}


CONSTRAINED = ("planar: the constrained u", "planar: the constrained u for a large w·u")


def with_constraint(shift, along):
    """û = u + shift · along."""
    return {"planar_constrain": lambda u, w: u + shift(u @ w) * along(u, w)}


@misconception(
    "The way along w is divided by the length of w once only.",
    caught_by=CONSTRAINED,
)
def length_not_squared():
    return with_constraint(lambda a: softplus(a) - 1 - a, lambda u, w: w / w.norm())


@misconception(
    "The way to the constrained u goes along u: it should go along w.",
    caught_by=(*CONSTRAINED, "planar: a constrained layer keeps the order along w"),
)
def moved_along_u():
    return with_constraint(lambda a: softplus(a) - 1 - a, lambda u, w: u / (u @ u))


@misconception(
    "The product with w that u had before is still in the result: take it away first.",
    caught_by=(*CONSTRAINED, "planar: a constrained layer keeps the order along w"),
)
def old_product_kept():
    return with_constraint(lambda a: softplus(a) - 1, lambda u, w: w / (w @ w))


@misconception(
    "The least product with w is not 0: a constant is missing from m.",
    caught_by=CONSTRAINED,
)
def softplus_alone():
    return with_constraint(lambda a: softplus(a) - a, lambda u, w: w / (w @ w))


@misconception(
    "The exponential of a large product overflows, though its logarithm is an ordinary number.",
    caught_by=("planar: the constrained u for a large w·u",),
)
def exponential_overflows():
    return with_constraint(lambda a: (1 + a.exp()).log() - 1 - a, lambda u, w: w / (w @ w))


# --- likelihood and divergences ---------------------------------------------------------------


@misconception(
    "The sign of the log-determinant is not turned where the flow is gone through backwards.",
    caught_by=(*LIKELIHOODS, "likelihood: gradients", *FORWARD),
)
def sign_when_inverting():
    def to_base(x, layers):
        u, log_det = TO_BASE(x, layers)
        return u, -log_det

    return with_flow(to_base)


@misconception(
    "The layers are gone through in the wrong order: the first one is nearest to the base.",
    caught_by=("likelihood: three layers", *FORWARD, *REVERSE),
)
def layers_in_the_wrong_order():
    return with_flow(
        lambda x, layers: TO_BASE(x, layers[::-1]), lambda u, layers: TO_DATA(u, layers[::-1])
    )


@misconception(
    "The log-determinant is taken at the point after the layer: it belongs to the point before it.",
    caught_by=(*LIKELIHOODS, *FORWARD),
)
def log_det_at_the_wrong_point():
    def to_base(x, layers):
        u, log_det = x, x.new_zeros(len(x))
        for layer in reversed(layers):
            log_det = log_det + right.radial_flow(u, *layer)[1]
            u = right.radial_flow_inverse(u, *layer)
        return u, log_det

    return with_flow(to_base)


@misconception(
    "Only one of the layers has a log-determinant in the sum: every layer adds its own.",
    caught_by=(*LIKELIHOODS, *FORWARD, *REVERSE),
)
def last_log_det_only():
    def to_base(x, layers):
        u, log_det = x, x.new_zeros(len(x))
        for layer in reversed(layers):
            u = right.radial_flow_inverse(u, *layer)
            log_det = right.radial_flow(u, *layer)[1]
        return u, log_det

    def to_data(u, layers):
        x, log_det = u, u.new_zeros(len(u))
        for layer in layers:
            x, log_det = right.radial_flow(x, *layer)
        return x, log_det

    return with_flow(to_base, to_data)


@misconception(
    "The density of the base lacks its constant.",
    caught_by=(*LIKELIHOODS, "likelihood: no layer in six dimensions", *FORWARD, *REVERSE),
)
def base_without_its_constant():
    return with_flow(log_base=lambda u: -0.5 * (u**2).sum(1))


@misconception(
    "The constant of the base's density belongs to every dimension, not to the point once.",
    caught_by=(*LIKELIHOODS, "likelihood: no layer in six dimensions", *FORWARD, *REVERSE),
)
def constant_once():
    return with_flow(log_base=lambda u: -0.5 * (u**2).sum(1) - 0.5 * math.log(2 * math.pi))


@misconception(
    "The dimensions of a point make one density: they are added up, not averaged.",
    caught_by=(*LIKELIHOODS, *FORWARD, *REVERSE),
)
def mean_over_dimensions():
    return with_flow(log_base=lambda u: standard_normal(u) / u.shape[1])


@misconception(
    "A column and a row were added: the result holds every pair of points, not every point.",
    caught_by=("likelihood: three layers", "likelihood: no layer in six dimensions"),
)
def every_pair_of_points():
    def flow_log_likelihood(x, layers):
        u, log_det = TO_BASE(x, layers)
        return standard_normal(u)[:, None] - log_det

    return {"flow_log_likelihood": flow_log_likelihood}


@misconception(
    "No gradient reaches the layers: their numbers were taken out of the graph.",
    caught_by=(
        "likelihood: gradients",
        "kl_identity: gradients",
        "reverse: gradients of the reverse divergence",
    ),
)
def layers_out_of_the_graph():
    def numbers(layers):
        return [(z0.detach(), float(alpha), float(beta)) for z0, alpha, beta in layers]

    return with_flow(
        lambda x, layers: TO_BASE(x, numbers(layers)), lambda u, layers: TO_DATA(u, numbers(layers))
    )


DIVERGENCES = ("forward_kl", "forward_kl_in_base", "reverse_kl")


def divergences(functions):
    return {name: functions[name] for name in DIVERGENCES}


@misconception(
    "The estimate is the mean over the samples, not their sum.",
    caught_by=(*FORWARD, *REVERSE),
)
def sum_for_mean():
    return divergences(with_flow(mean=torch.sum))


@misconception(
    "An estimate is one number: the samples have to be averaged.",
    caught_by=(*FORWARD, *REVERSE),
)
def one_number_a_sample():
    return divergences(with_flow(mean=lambda terms: terms))


@misconception(
    "The two densities of the divergence have changed places: its sign is turned.",
    caught_by=(*FORWARD, *REVERSE),
)
def densities_changed_places():
    return divergences(with_flow(mean=lambda terms: -terms.mean()))


@misconception(
    "The density of the data belongs to the divergence, though it does not depend on the flow.",
    caught_by=(*FORWARD, "kl_identity: a flow and a quarter more than itself"),
)
def data_density_left_out():
    def forward_kl(x, log_p_x, layers):
        return -right.flow_log_likelihood(x, layers).mean() + 0 * log_p_x.mean()

    return {"forward_kl": forward_kl, "forward_kl_in_base": forward_kl}


@misconception(
    "The density of the data changes with the variables: pulled back to the base, it is another.",
    caught_by=(FORWARD[1], "kl_identity: both divergences are equal"),
)
def data_density_not_pulled_back():
    def forward_kl_in_base(x, log_p_x, layers):
        return (log_p_x - standard_normal(TO_BASE(x, layers)[0])).mean()

    return {"forward_kl_in_base": forward_kl_in_base}


@misconception(
    "Pulled back to the base, the density of the data is multiplied by a determinant: which one?",
    caught_by=(
        FORWARD[1],
        "kl_identity: both divergences are equal",
        "kl_identity: a flow and a quarter more than itself",
    ),
)
def wrong_sign_in_the_base():
    def forward_kl_in_base(x, log_p_x, layers):
        u, log_det = TO_BASE(x, layers)
        return (log_p_x - log_det - standard_normal(u)).mean()

    return {"forward_kl_in_base": forward_kl_in_base}


@misconception(
    "The density of the data is asked for at the points of the base: ask for it at their images.",
    caught_by=REVERSE,
)
def target_at_the_base():
    def reverse_kl(u, layers, log_p_x):
        return (standard_normal(u) - TO_DATA(u, layers)[1] - log_p_x(u)).mean()

    return {"reverse_kl": reverse_kl}


@misconception(
    "The density of the flow is more than the base's: the volume changes on the way.",
    caught_by=(*REVERSE, "reverse: gradients of the reverse divergence"),
)
def reverse_without_log_det():
    def reverse_kl(u, layers, log_p_x):
        return (standard_normal(u) - log_p_x(TO_DATA(u, layers)[0])).mean()

    return {"reverse_kl": reverse_kl}


@misconception(
    "The samples themselves depend on the layers: their gradient must not be cut off.",
    caught_by=("reverse: gradients of the reverse divergence",),
)
def samples_out_of_the_graph():
    def reverse_kl(u, layers, log_p_x):
        x, log_det = TO_DATA(u, layers)
        return (standard_normal(u) - log_det - log_p_x(x.detach())).mean()

    return {"reverse_kl": reverse_kl}


@misconception(
    "The points of the base were sent through the inverse: the flow goes from the base to the data.",
    caught_by=REVERSE,
)
def base_sent_through_the_inverse():
    def reverse_kl(u, layers, log_p_x):
        x, log_det = TO_BASE(u, layers)
        return (standard_normal(u) - log_det - log_p_x(x)).mean()

    return {"reverse_kl": reverse_kl}


@misconception(
    "The two scenarios have changed places: which divergence asks for samples of the data?",
    caught_by=("objective: p_X can be evaluated", "objective: samples of p_X"),
)
def scenarios_changed_places():
    return {"kl_objective": lambda scenario: {"density": "forward", "samples": "reverse"}[scenario]}


@misconception(
    "Maximum likelihood is not always at hand: it needs samples of the data.",
    caught_by=("objective: p_X can be evaluated",),
)
def always_forward():
    return {"kl_objective": lambda scenario: "forward"}


# --- distances before a radial layer ------------------------------------------------------------

RADIUS = ("radius: distances before the layer", "radius: layers that push and pull")


def with_radius(radius):
    """`radius` gets the distance after the layer, the gap of the quadratic equation, and alpha."""
    return {"radial_radius": lambda rho, alpha, beta: radius(rho, rho - alpha - beta, alpha)}


@misconception(
    "A distance is not negative: the quadratic equation has another root.",
    caught_by=(*RADIUS, "radius: beta = -alpha"),
)
def negative_distance():
    return with_radius(lambda rho, gap, alpha: (gap - (gap**2 + 4 * alpha * rho).sqrt()) / 2)


@misconception(
    "The distance after the layer was taken for the distance before it: the layer moves the point.",
    caught_by=(*RADIUS, "radius: one distance"),
)
def distance_not_moved():
    return with_radius(lambda rho, gap, alpha: rho)


@misconception(
    "The inverse is not the same layer with -beta: the distance that it starts from is another.",
    caught_by=(*RADIUS, "radius: float32"),
)
def distance_with_minus_beta():
    return {"radial_radius": lambda rho, alpha, beta: rho - beta * rho / (alpha + rho)}


@misconception(
    "The discriminant of the quadratic equation is wrong: which factors does it have?",
    caught_by=(*RADIUS, "radius: beta = -alpha"),
)
def wrong_discriminant():
    return with_radius(lambda rho, gap, alpha: (gap + (gap**2 + alpha * rho).sqrt()) / 2)


@misconception(
    "Almost equal numbers are subtracted near the centre: the other form of the root adds them.",
    caught_by=("radius: almost at the centre",),
)
def digits_cancel_near_the_centre():
    return with_radius(lambda rho, gap, alpha: (gap + (gap**2 + 4 * alpha * rho).sqrt()) / 2)


@misconception(
    "Zero is divided by zero at the centre: the distance before the layer is 0 there too.",
    caught_by=("radius: beta = -alpha",),
)
def zero_over_zero_at_the_centre():
    def radius(rho, gap, alpha):
        return 2 * alpha * rho / ((gap**2 + 4 * alpha * rho).sqrt() - gap)

    return with_radius(radius)


# --- any flow -----------------------------------------------------------------------------------

IN_DATA = ("pull_back: two flows, in the data", "pull_back: drawn flows, in the data")
IN_BASE = ("pull_back: two flows, in the base", "pull_back: drawn flows, in the base")
TO_MINIMIZE = (
    "objective: three flows on the samples 1 and 3 of the data",
    "objective: drawn flows on samples of the data",
    "objective: three flows on the samples 0 and 1.2 of the base",
    "objective: drawn flows on samples of the base",
)


def with_any_flow(terms=None, reverse=None, names=("kl_in_data", "kl_in_base")):
    """What is made of flows as callables, with wrong terms a sample.

    `terms(log_p_x, u, log_det, x, log_abs_det)` are those of the forward divergence, and
    `reverse(u, log_p_x, x, log_det)` those of the reverse one.
    """
    functions = {}
    if terms is not None:

        def divergence(x, log_p_x, inverse, log_abs_det):
            u = inverse(x)
            return terms(log_p_x, u, log_abs_det(u), x, log_abs_det).mean()

        functions.update(dict.fromkeys(names, divergence))
        if "forward_objective" in names:
            functions["forward_objective"] = lambda x, inverse, log_abs_det: divergence(
                x, x.new_zeros(len(x)), inverse, log_abs_det
            )
    if reverse is not None:

        def reverse_objective(u, log_p_x, forward, log_abs_det):
            return reverse(u, log_p_x, forward(u), log_abs_det(u)).mean()

        functions["reverse_objective"] = reverse_objective
    return functions


ALL_FORWARD = ("kl_in_data", "kl_in_base", "forward_objective")


@misconception(
    "The log-determinant has the wrong sign: whose Jacobian is it, that of the flow or of its inverse?",
    caught_by=(*IN_DATA, *IN_BASE, *TO_MINIMIZE),
)
def determinant_of_the_inverse():
    return with_any_flow(
        lambda log_p_x, u, log_det, x, f: log_p_x - standard_normal(u) - log_det,
        lambda u, log_p_x, x, log_det: standard_normal(u) + log_det - log_p_x(x),
        ALL_FORWARD,
    )


@misconception(
    "The Jacobian of the flow is taken at a point of the data: it belongs to the point of the base.",
    caught_by=(*IN_DATA, *IN_BASE, TO_MINIMIZE[1], TO_MINIMIZE[3]),
)
def determinant_at_the_data():
    functions = with_any_flow(
        lambda log_p_x, u, log_det, x, f: log_p_x - standard_normal(u) + f(x), names=ALL_FORWARD
    )

    def reverse_objective(u, log_p_x, forward, log_abs_det):
        x = forward(u)
        return (standard_normal(u) - log_abs_det(x) - log_p_x(x)).mean()

    return {**functions, "reverse_objective": reverse_objective}


@misconception(
    "The volume does not stay as it is: the log-determinant is missing.",
    caught_by=(*IN_DATA, *IN_BASE, *TO_MINIMIZE),
)
def determinant_left_out():
    return with_any_flow(
        lambda log_p_x, u, log_det, x, f: log_p_x - standard_normal(u),
        lambda u, log_p_x, x, log_det: standard_normal(u) - log_p_x(x),
        ALL_FORWARD,
    )


@misconception(
    "The density of the data is replaced by that of the flow: the two are what is to be compared.",
    caught_by=(*IN_DATA, *IN_BASE),
)
def flow_taken_for_the_data():
    def divergence(x, log_p_x, inverse, log_abs_det):
        return 0 * log_p_x.mean()

    def in_base(x, log_p_x, inverse, log_abs_det):
        return -log_abs_det(inverse(x)).mean()

    return {"kl_in_data": divergence, "kl_in_base": in_base}


@misconception(
    "The density of the base is taken at a point of the data: ask for it where the flow starts.",
    caught_by=(*IN_DATA, *IN_BASE, *TO_MINIMIZE[:2]),
)
def base_density_at_the_data():
    return with_any_flow(
        lambda log_p_x, u, log_det, x, f: log_p_x - standard_normal(x) + log_det, names=ALL_FORWARD
    )


@misconception(
    "The density of the data belongs to the divergence, although the flow does not change it.",
    caught_by=(*IN_DATA, *IN_BASE),
)
def data_left_out():
    return with_any_flow(lambda log_p_x, u, log_det, x, f: log_det - standard_normal(u))


@misconception(
    "The density of the base lacks its constant, and a divergence is more than its changes.",
    caught_by=(*IN_DATA, *IN_BASE),
)
def constant_left_out():
    return with_any_flow(lambda log_p_x, u, log_det, x, f: log_p_x + 0.5 * (u**2).sum(1) + log_det)


@misconception(
    "The expectation is a mean over the samples, not their sum.",
    caught_by=(*IN_DATA, *IN_BASE, *TO_MINIMIZE),
)
def sum_over_the_samples():
    return with_any_flow(
        lambda log_p_x, u, log_det, x, f: len(x) * (log_p_x - standard_normal(u) + log_det),
        lambda u, log_p_x, x, log_det: len(u) * (standard_normal(u) - log_det - log_p_x(x)),
        ALL_FORWARD,
    )


@misconception(
    "The terms of the samples are returned: their mean is asked for.",
    caught_by=(*IN_DATA, *IN_BASE, *TO_MINIMIZE),
)
def terms_not_averaged():
    def divergence(x, log_p_x, inverse, log_abs_det):
        u = inverse(x)
        return log_p_x - standard_normal(u) + log_abs_det(u)

    def reverse_objective(u, log_p_x, forward, log_abs_det):
        return standard_normal(u) - log_abs_det(u) - log_p_x(forward(u))

    return {
        "kl_in_data": divergence,
        "kl_in_base": divergence,
        "forward_objective": lambda x, *flow: divergence(x, x.new_zeros(len(x)), *flow),
        "reverse_objective": reverse_objective,
    }


@misconception(
    "The sign is turned: what makes the divergence greatest is minimized, or another divergence is meant.",
    caught_by=TO_MINIMIZE[2:],
)
def reverse_divergence_negated():
    # It is the forward divergence seen in the base, with samples of the base put in, as well.
    return with_any_flow(
        reverse=lambda u, log_p_x, x, log_det: log_p_x(x) - standard_normal(u) + log_det
    )


@misconception(
    "The likelihood is to be made great: what is minimized has the other sign.",
    caught_by=TO_MINIMIZE[:2],
)
def likelihood_minimized():
    def forward_objective(x, inverse, log_abs_det):
        u = inverse(x)
        return (standard_normal(u) - log_abs_det(u)).mean()

    return {"forward_objective": forward_objective}


@misconception(
    "The density of the data is asked for at the points of the base: ask for it where the flow takes them.",
    caught_by=TO_MINIMIZE[2:],
)
def density_at_the_base():
    return with_any_flow(
        reverse=lambda u, log_p_x, x, log_det: standard_normal(u) - log_det - log_p_x(u)
    )


@misconception(
    "Axes of size 1 are squeezed away: one point, or one dimension, keeps its axis.",
    caught_by=(
        "sigmoidal: one point, one sigmoid",
        "residual: one point",
        "radial: one point, one dimension",
        "radius: one distance",
        "planar: one point, one dimension",
        "likelihood: one point, one dimension",
        "kl_identity: one dimension",
        "reverse: one sample, one dimension",
        "pull_back: one sample, one dimension",
        "objective: one sample, one dimension",
        TO_MINIMIZE[0],
        "pull_back: two flows, in the data",
        "pull_back: two flows, in the base",
    ),
)
def axes_of_one_squeezed():
    names = (
        "sigmoidal_flow",
        "sigmoidal_flow_inverse",
        "residual_inverse",
        "residual_log_det",
        "radial_flow",
        "radial_flow_inverse",
        "radial_radius",
        "planar_flow",
        "planar_constrain",
        "flow_log_likelihood",
    )

    def squeezed(function):
        def wrong(*arguments):
            result = function(*arguments)
            if isinstance(result, tuple):
                return tuple(item.squeeze() for item in result)
            return result.squeeze()

        return wrong

    def of_points(u):
        """The log-density of the base, of points that have lost an axis of size 1."""
        return -0.5 * (u.squeeze() ** 2 + math.log(2 * math.pi)).sum(-1)

    return {
        **{name: squeezed(getattr(right, name)) for name in names},
        **divergences(with_flow(log_base=of_points)),
        **with_any_flow(
            lambda log_p_x, u, log_det, x, f: log_p_x - of_points(u) + log_det, names=ALL_FORWARD
        ),
    }
