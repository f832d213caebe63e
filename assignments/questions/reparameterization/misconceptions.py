"""The reparameterization trick as students get it wrong, each with what they would need to read."""

import math

import torch

from autograder.testing import misconception

LOG_2PI = math.log(2 * math.pi)

SAMPLES = ("diagonal_density: samples", "linear_density: samples")
DENSITIES = ("diagonal_density: densities", "linear_density: densities")
MOMENTS = ("diagonal_density: mass and variances", "linear_density: mass and covariance")
CHANGES = (
    "diagonal_density: the change of variables",
    "linear_density: the change of variables",
)
SAMPLE_GRADIENTS = (
    "diagonal_density: gradients of samples",
    "linear_density: gradients of samples",
)
DENSITY_GRADIENTS = (
    "diagonal_density: gradients of densities",
    "linear_density: gradients of densities",
)
SINGLE_PRECISION = ("diagonal_density: float32", "linear_density: float32")
SMALLEST = (
    "diagonal_density: one row, one dimension",
    "linear_density: one row, one dimension",
)
JACOBIANS = (
    "diagonal_cost: the Jacobian of a sample",
    "triangular_cost: the Jacobian of a sample",
)
BY_HAND = (
    "diagonal_density: the standard normal in two dimensions",
    "diagonal_density: two deviations",
)
EXPONENTS = ("diagonal_cost: the exponent", "triangular_cost: the exponent")


def base(z0):
    """The log-density of the noise, a right one."""
    return -0.5 * (z0**2 + LOG_2PI).sum(-1)


def noise(z, mu, S):
    """The noise that a linear map sends to z."""
    return torch.linalg.solve(S, (z - mu).T).T


def volume(S):
    return torch.linalg.slogdet(S).logabsdet


def with_densities(density):
    """Both densities by one wrong formula in the points, the noise and the log-determinant."""

    def diagonal_log_density(z, mu, sigma):
        return density(z, (z - mu) / sigma, sigma.log().sum())

    def linear_log_density(z, mu, S):
        return density(z, noise(z, mu, S), volume(S))

    return {"diagonal_log_density": diagonal_log_density, "linear_log_density": linear_log_density}


def with_deviations(deviation):
    """The three functions of a scaling as they come out of a wrong reading of sigma."""

    def diagonal_sample(mu, sigma, z0):
        return mu + deviation(sigma) * z0

    def diagonal_log_density(z, mu, sigma):
        wrong = deviation(sigma)
        return base((z - mu) / wrong) - wrong.log().sum()

    def diagonal_log_abs_det(sigma):
        return deviation(sigma).log().sum()

    return {
        "diagonal_sample": diagonal_sample,
        "diagonal_log_density": diagonal_log_density,
        "diagonal_log_abs_det": diagonal_log_abs_det,
    }


def with_log_dets(log_det):
    """Both log-determinants by one wrong formula in the diagonal."""
    return {
        "diagonal_log_abs_det": log_det,
        "triangular_log_abs_det": lambda S: log_det(S.diagonal()),
    }


def with_linear_density(linear_log_density):
    return {"linear_log_density": linear_log_density}


@misconception(
    "The square of sigma is used as the deviation: sigma is a standard deviation already.",
    caught_by=(
        SAMPLES[0],
        DENSITIES[0],
        MOMENTS[0],
        SINGLE_PRECISION[0],
        JACOBIANS[0],
        "diagonal_cost: float32",
    ),
)
def sigma_squared():
    return with_deviations(lambda sigma: sigma**2)


@misconception(
    "Sigma is read as a variance: the prompt says that it holds standard deviations.",
    caught_by=(SAMPLES[0], DENSITIES[0], MOMENTS[0], SINGLE_PRECISION[0], JACOBIANS[0]),
)
def sigma_is_the_variance():
    return with_deviations(lambda sigma: sigma.sqrt())


@misconception(
    "The squared distance is divided by the deviation once: check how it is measured in deviations.",
    caught_by=(DENSITIES[0], MOMENTS[0], DENSITY_GRADIENTS[0], CHANGES[0]),
)
def distance_over_sigma_once():
    def diagonal_log_density(z, mu, sigma):
        return -0.5 * ((z - mu) ** 2 / sigma + LOG_2PI).sum(-1) - sigma.log().sum()

    return {"diagonal_log_density": diagonal_log_density}


@misconception(
    "The log-determinant enters the density with the wrong sign: a map that stretches thins it out.",
    caught_by=(*DENSITIES, *MOMENTS, *CHANGES, "linear_density: determinants of 1e-600"),
)
def log_det_added():
    return with_densities(lambda z, z0, log_det: base(z0) + log_det)


@misconception(
    "The volume that the map stretches is forgotten: the density of the noise is not that of z.",
    caught_by=(*DENSITIES, *MOMENTS, *CHANGES, *DENSITY_GRADIENTS, *SINGLE_PRECISION),
)
def log_det_left_out():
    return with_densities(lambda z, z0, log_det: base(z0))


@misconception(
    "The log-determinant is counted twice: a factor belongs to the covariance, not to its root.",
    caught_by=(*DENSITIES, *MOMENTS, *CHANGES),
)
def log_det_doubled():
    return with_densities(lambda z, z0, log_det: base(z0) - 2 * log_det)


@misconception(
    "The density of the noise is evaluated at z: find the noise that the map sends to z first.",
    caught_by=(*DENSITIES, *MOMENTS, *CHANGES, *SMALLEST, *DENSITY_GRADIENTS),
)
def base_density_at_the_points():
    return with_densities(lambda z, z0, log_det: base(z) - log_det)


@misconception(
    "The shift is subtracted from the noise and not from z: undo the steps of g in the opposite order.",
    caught_by=(DENSITIES[1], MOMENTS[1], CHANGES[1], DENSITY_GRADIENTS[1]),
)
def shift_subtracted_from_the_noise():
    def linear_log_density(z, mu, S):
        return base(noise(z, 0 * mu, S) - mu) - volume(S)

    return with_linear_density(linear_log_density)


@misconception(
    "The constant with π stands once for the whole vector: every dimension has its own constant.",
    caught_by=(*DENSITIES, *MOMENTS, *CHANGES, *SINGLE_PRECISION),
)
def two_pi_once():
    def density(z, z0, log_det):
        return -0.5 * (z0**2).sum(-1) - 0.5 * LOG_2PI - log_det

    return with_densities(density)


@misconception(
    "The constant with π is multiplied by the number of rows: it counts the dimensions.",
    caught_by=(*DENSITIES, *MOMENTS, *CHANGES, *SMALLEST),
)
def two_pi_for_every_row():
    def density(z, z0, log_det):
        return -0.5 * (z0**2).sum(-1) - 0.5 * len(z0) * LOG_2PI - log_det

    return with_densities(density)


@misconception(
    "The constant with π is left out: a log-density is asked for, not one up to a constant.",
    caught_by=(
        *DENSITIES,
        *MOMENTS,
        *CHANGES,
        *SMALLEST,
        *BY_HAND,
        "diagonal_density: 2000 dimensions",
    ),
)
def two_pi_left_out():
    return with_densities(lambda z, z0, log_det: -0.5 * (z0**2).sum(-1) - log_det)


@misconception(
    "The squared distance lacks a factor: compare the exponent of a normal density.",
    caught_by=(*DENSITIES, *MOMENTS, *CHANGES, *DENSITY_GRADIENTS),
)
def half_left_out():
    def density(z, z0, log_det):
        return -(z0**2).sum(-1) - 0.5 * z0.shape[-1] * LOG_2PI - log_det

    return with_densities(density)


@misconception(
    "The log-densities of different rows are added up: every row has its own log-density.",
    caught_by=(*DENSITIES, *CHANGES, *SINGLE_PRECISION),
)
def batch_summed():
    return with_densities(lambda z, z0, log_det: (base(z0) - log_det).sum())


@misconception(
    "The dimensions of a row are averaged: independent dimensions multiply their densities.",
    caught_by=(*DENSITIES, *CHANGES, "diagonal_density: 2000 dimensions"),
)
def mean_over_dimensions():
    def density(z, z0, log_det):
        return -0.5 * (z0**2 + LOG_2PI).mean(-1) - log_det

    return with_densities(density)


@misconception(
    "The log-densities come as a column: one number a row makes a tensor with a single axis.",
    caught_by=(*DENSITIES, *CHANGES, *SMALLEST),
)
def column_of_densities():
    return with_densities(lambda z, z0, log_det: (base(z0) - log_det)[:, None])


@misconception(
    "A batch of one loses its axis: axes of length one belong to the result as well.",
    caught_by=SMALLEST,
)
def axes_squeezed_away():
    return with_densities(lambda z, z0, log_det: (base(z0) - log_det).squeeze())


@misconception(
    "The gradient of the log-density stops at the log-determinant: keep it a tensor with its graph.",
    caught_by=DENSITY_GRADIENTS,
)
def log_det_out_of_the_graph():
    return with_densities(lambda z, z0, log_det: base(z0) - log_det.item())


@misconception(
    "The noise that is given is not used: the sample must be a function of it, not of new noise.",
    caught_by=(*SAMPLES, *CHANGES, *SINGLE_PRECISION, *SMALLEST),
)
def noise_of_its_own():
    def drawn(z0):
        generator = torch.Generator().manual_seed(0)  # so that a repeated call gives the same
        return torch.randn(z0.shape, generator=generator, dtype=z0.dtype)

    return {
        "diagonal_sample": lambda mu, sigma, z0: mu + sigma * drawn(z0),
        "linear_sample": lambda mu, S, z0: mu + drawn(z0) @ S.T,
    }


@misconception(
    "No gradient reaches the spread of the samples: that it does is what the trick is for.",
    caught_by=SAMPLE_GRADIENTS,
)
def spread_out_of_the_graph():
    return {
        "diagonal_sample": lambda mu, sigma, z0: mu + sigma.detach() * z0,
        "linear_sample": lambda mu, S, z0: mu + z0 @ S.detach().T,
    }


@misconception(
    "The data are turned into float32 on the way: float64 data are judged to float64's digits.",
    caught_by=("diagonal_density: 2000 dimensions",),
)
def single_precision_inside():
    def diagonal_log_density(z, mu, sigma):
        z0 = (z.float() - mu.float()) / sigma.float()
        return base(z0) - sigma.float().log().sum()

    return {"diagonal_log_density": diagonal_log_density}


@misconception(
    "A constant has torch's default dtype, float32, and spoils the sum: give it the data's dtype.",
    caught_by=("diagonal_density: 2000 dimensions",),
)
def constant_in_single_precision():
    def diagonal_log_density(z, mu, sigma):
        log_2pi = torch.log(torch.tensor(2 * math.pi))
        z0 = (z - mu) / sigma
        return -0.5 * (z0**2 + log_2pi).sum(-1) - sigma.log().sum()

    return {"diagonal_log_density": diagonal_log_density}


@misconception(
    "The rows of noise meet S from the wrong side: a row is not the column that the formula has.",
    caught_by=(
        SAMPLES[1],
        DENSITIES[1],
        MOMENTS[1],
        SAMPLE_GRADIENTS[1],
        "linear_density: noise that is turned first",
    ),
)
def matrix_transposed():
    return {
        "linear_sample": lambda mu, S, z0: mu + z0 @ S,
        "linear_log_density": lambda z, mu, S: base(noise(z, mu, S.T)) - volume(S),
    }


@misconception(
    "The noise is multiplied with the covariance: S itself is the matrix of the map.",
    caught_by=(SAMPLES[1], SAMPLE_GRADIENTS[1], CHANGES[1], SINGLE_PRECISION[1]),
)
def noise_times_the_covariance():
    return {"linear_sample": lambda mu, S, z0: mu + z0 @ (S @ S.T)}


@misconception(
    "S is taken for the covariance: S maps the noise, and the covariance follows from it.",
    caught_by=(
        DENSITIES[1],
        MOMENTS[1],
        CHANGES[1],
        "linear_density: noise that is turned first",
        "linear_density: determinants of 1e-600",
    ),
)
def matrix_for_the_covariance():
    def linear_log_density(z, mu, S):
        square = ((z - mu) * noise(z, mu, S)).sum(-1)
        return -0.5 * (square + len(S) * LOG_2PI + volume(S))

    return with_linear_density(linear_log_density)


@misconception(
    "The log-determinant is halved, as if S were the covariance: only its root was asked about.",
    caught_by=(DENSITIES[1], MOMENTS[1], CHANGES[1], "linear_density: determinants of 1e-600"),
)
def log_det_halved():
    return with_linear_density(lambda z, mu, S: base(noise(z, mu, S)) - 0.5 * volume(S))


@misconception(
    "S is treated as a triangular matrix: in this part it may have entries everywhere.",
    caught_by=(DENSITIES[1], MOMENTS[1], CHANGES[1], "linear_density: noise that is turned first"),
)
def matrix_taken_as_triangular():
    def linear_log_density(z, mu, S):
        z0 = torch.linalg.solve_triangular(S, (z - mu).T, upper=False).T
        return base(z0) - S.diagonal().abs().log().sum()

    return with_linear_density(linear_log_density)


@misconception(
    "A negative determinant has no logarithm: the change of variables asks for its absolute value.",
    caught_by=(DENSITIES[1], MOMENTS[1], CHANGES[1], SINGLE_PRECISION[1]),
)
def no_absolute_value():
    return with_linear_density(lambda z, mu, S: base(noise(z, mu, S)) - torch.logdet(S))


@misconception(
    "The determinant underflows before its logarithm is taken: do not compute the determinant itself.",
    caught_by=("linear_density: determinants of 1e-600",),
)
def logarithm_of_a_determinant():
    return with_linear_density(
        lambda z, mu, S: base(noise(z, mu, S)) - torch.linalg.det(S).abs().log()
    )


@misconception(
    "The product under- or overflows before its logarithm is taken: do not compute the product itself.",
    caught_by=(
        "diagonal_cost: 2000 dimensions",
        "triangular_cost: determinants of 1e-600 and 1e600",
    ),
)
def logarithm_of_a_product():
    return with_log_dets(lambda diagonal: diagonal.prod().log())


@misconception(
    "This is the log-determinant of the inverse map: the Jacobian is that of z in the noise.",
    caught_by=(
        *JACOBIANS,
        "diagonal_cost: gradients",
        "triangular_cost: gradients",
        "triangular_cost: determinants of 1e-600 and 1e600",
    ),
)
def log_det_of_the_inverse():
    return with_log_dets(lambda diagonal: -diagonal.log().sum())


@misconception(
    "The logarithms are averaged: a determinant is a product of all K entries.",
    caught_by=(
        *JACOBIANS,
        "diagonal_cost: gradients",
        "triangular_cost: gradients",
        "diagonal_cost: 2000 dimensions",
    ),
)
def logarithms_averaged():
    return with_log_dets(lambda diagonal: diagonal.log().mean())


@misconception(
    "The logarithm is taken of a sum: that is the trace, not the determinant.",
    caught_by=(
        *JACOBIANS,
        "triangular_cost: one map after the other",
        "diagonal_cost: float32",
        "triangular_cost: float32",
    ),
)
def logarithm_of_the_trace():
    return with_log_dets(lambda diagonal: diagonal.sum().log())


@misconception(
    "The log-determinant leaves the graph: return a tensor through which gradients flow.",
    caught_by=("diagonal_cost: gradients", "triangular_cost: gradients"),
)
def log_det_as_a_number():
    return with_log_dets(lambda diagonal: diagonal.log().sum().item())


@misconception(
    "A matrix of one entry loses its axes: it is a matrix still.",
    caught_by=("triangular_cost: one dimension",),
)
def one_dimension_squeezed():
    return {"triangular_log_abs_det": lambda S: S.squeeze().diagonal().log().sum()}


@misconception(
    "This is the log-determinant of the covariance: that of S itself is asked for.",
    caught_by=(JACOBIANS[1], "triangular_cost: gradients", "triangular_cost: float32"),
)
def log_det_of_the_covariance():
    return {"triangular_log_abs_det": lambda S: 2 * S.diagonal().log().sum()}


@misconception(
    "The exponents are those of an arbitrary matrix: use what is known of the zeros of these two.",
    caught_by=EXPONENTS,
)
def costs_of_a_dense_matrix():
    return {"determinant_cost": lambda: {"diagonal": 3, "triangular": 3}}


@misconception(
    "A triangular determinant is cheaper than its number of entries: which of them does it need?",
    caught_by=(EXPONENTS[1],),
)
def cost_of_all_entries():
    return {"determinant_cost": lambda: {"diagonal": 1, "triangular": 2}}
