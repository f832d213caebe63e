"""The IWAE reference against loops over the definitions, enumeration, integrals and mpmath."""

import itertools
import math

import mpmath
import pytest
import torch
from torch.autograd import gradcheck
from torch.distributions import MultivariateNormal, Normal

from reference import iwae
from tests.bank.tensors import close, randn, refused, unnormalized_and_proposal

INF = math.inf
JOINT = torch.tensor([0.02, 0.3, 0.11, 0.005], dtype=torch.float64)
Q = torch.tensor([0.4, 0.1, 0.2, 0.3], dtype=torch.float64)
GAPPED = torch.tensor([0.02, 0.0, 0.11, 0.0], dtype=torch.float64)


def doubles(*values):
    return torch.tensor(values, dtype=torch.float64)


# --- Log-weights -------------------------------------------------------------------------------


def weighted(samples=5, n=4, d=3, d_z=2, dtype=torch.float64):
    """Return the arguments of `log_importance_weights` but the noise."""
    x, z = randn(0, n, d, dtype=dtype), randn(1, samples, n, d_z, dtype=dtype)
    mu, log_var = randn(2, n, d_z, dtype=dtype), 0.5 * randn(3, n, d_z, dtype=dtype)
    return x, z, mu, log_var, randn(4, d, d_z, dtype=dtype), randn(5, d, dtype=dtype)


@pytest.mark.parametrize("sizes", [(5, 4, 3, 2), (2, 3, 1, 4), (1, 3, 2, 1), (1, 1, 1, 1)])
def test_log_weights_are_the_model_over_the_proposal(sizes):
    x, z, mu, log_var, W, b = arguments = weighted(*sizes)
    actual = iwae.log_importance_weights(*arguments, 0.3)
    assert actual.shape == sizes[:2]
    for k, n in itertools.product(range(sizes[0]), range(sizes[1])):
        at = z[k, n]
        likelihood = MultivariateNormal(b + W @ at, 0.3 * torch.eye(len(b)).double())
        prior = MultivariateNormal(torch.zeros_like(at), torch.eye(len(at)).double())
        proposal = Normal(mu[n], (log_var[n] / 2).exp())
        expected = likelihood.log_prob(x[n]) + prior.log_prob(at) - proposal.log_prob(at).sum()
        close(actual[k, n], expected)


def test_log_weights_from_the_posterior_are_all_the_evidence():
    """One latent: q is the posterior by Bayes' rule, with precision 1 + ‖W‖²/s²."""
    x, z, _, _, W, b = weighted(6, 4, 3, 1)
    precision = 1 + W.square().sum() / 0.3
    mu = ((x - b) @ W / 0.3) / precision
    log_var = -precision.log().expand(4, 1)
    evidence = MultivariateNormal(b, W @ W.T + 0.3 * torch.eye(3).double()).log_prob(x)
    close(iwae.log_importance_weights(x, z, mu, log_var, W, b, 0.3), evidence.expand(6, 4))


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-11), (torch.float32, 1e-6)], ids=["64", "32"]
)
@pytest.mark.parametrize("noise_var", [1e-6, 0.5])
@pytest.mark.parametrize("sizes", [(2, 3, 4, 2), (2, 3, 2, 4)])
def test_log_weights_at_extremes(sizes, noise_var, dtype, rtol):
    x, z, mu, _, W, b = weighted(*sizes, dtype=dtype)
    log_var = torch.tensor([[-30.0], [30.0], [0.5]], dtype=dtype).expand_as(mu)
    # Close to q's mean, so that a variance of e^−30 does not drown the rest.
    z = mu + z * (log_var / 2).clamp(max=0).exp()
    x[0] = W @ z[0, 0] + b  # explained by the latent to within float32's rounding
    actual = iwae.log_importance_weights(x, z, mu, log_var, W, b, noise_var)
    with mpmath.workdps(50):
        pi = mpmath.log(2 * mpmath.pi)
        noise = mpmath.mpf(noise_var)
        for k, n in itertools.product(*map(range, z.shape[:2])):
            at, mean, logs = (mpmath.matrix(t.tolist()) for t in (z[k, n], mu[n], log_var[n]))
            r = mpmath.matrix(x[n].tolist()) - mpmath.matrix(b.tolist())
            r -= mpmath.matrix(W.tolist()) * at
            total = -(sum(v**2 for v in r) / noise + len(b) * (pi + mpmath.log(noise))) / 2
            for value, m, v in zip(at, mean, logs, strict=True):
                total += ((value - m) ** 2 * mpmath.exp(-v) + v - value**2) / 2
            close(actual[k, n], float(total), rtol=rtol, atol=0)


# --- The bound and the weights -----------------------------------------------------------------


def test_bound_by_hand():
    """Weights 1, 2, 6 and 4, 4, 4 have the means 3 and 4."""
    log_w = doubles([1.0, 4.0], [2.0, 4.0], [6.0, 4.0]).log()
    close(iwae.iwae_bound(log_w), doubles(3.0, 4.0).log())
    close(iwae.normalized_weights(log_w), doubles([1 / 9, 1 / 3], [2 / 9, 1 / 3], [2 / 3, 1 / 3]))


def test_bound_of_one_sample_is_its_log_weight():
    log_w = doubles(-1e4, 3.0, 1e4)[None]
    close(iwae.iwae_bound(log_w), log_w[0], rtol=0, atol=0)
    close(iwae.normalized_weights(log_w), torch.ones(1, 3), rtol=0, atol=0)


def spread(samples, dtype):
    """Columns about −1e4, 0 and 1e4, and one that runs from −1e4 to 1e4."""
    ramp = torch.linspace(-1e4, 1e4, samples, dtype=dtype)
    noise = 3 * randn(samples, samples, 3, dtype=dtype)
    return torch.cat([noise + noise.new_tensor([-1e4, 0, 1e4]), ramp[:, None]], 1)


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-12), (torch.float32, 1e-5)], ids=["64", "32"]
)
@pytest.mark.parametrize("samples", [3, 5000])
def test_bound_and_weights_at_extremes(samples, dtype, rtol):
    log_w = spread(samples, dtype)
    bounds, weights = [], []
    for column in log_w.T.tolist():
        terms = [mpmath.exp(v) for v in column]  # no exponent is too large for mpmath
        total = mpmath.fsum(terms)
        bounds.append(float(mpmath.log(total / samples)))
        weights.append([float(t / total) for t in terms])
    close(iwae.iwae_bound(log_w), bounds, rtol=rtol, atol=rtol)
    close(iwae.normalized_weights(log_w), doubles(*weights).T, rtol=10 * rtol, atol=rtol)


def test_equal_weights_give_back_their_value():
    for dtype, atol in ((torch.float64, 1e-14), (torch.float32, 2e-6)):
        log_w = torch.zeros(5000, 2, dtype=dtype)
        close(iwae.iwae_bound(log_w), torch.zeros(2), atol=atol)
        close(iwae.normalized_weights(log_w), torch.full_like(log_w, 1 / 5000), rtol=1e-6)


def test_bound_moves_with_the_column():
    log_w = randn(0, 5, 3)
    shift = doubles(-1e4, 1e4, 7.0)
    close(iwae.iwae_bound(log_w + shift), iwae.iwae_bound(log_w) + shift)
    close(iwae.normalized_weights(log_w + shift), iwae.normalized_weights(log_w), atol=1e-11)


def test_weights_are_the_gradient_of_the_bound():
    log_w = spread(7, torch.float64).requires_grad_()
    (slope,) = torch.autograd.grad(iwae.iwae_bound(log_w).sum(), log_w)
    close(iwae.normalized_weights(log_w.detach()), slope)


def test_zero_weights_count_as_samples():
    """Weights 2, 0, 4, 0: their mean is 6/4, not 6/2."""
    log_w = doubles([2.0, 0.0], [0.0, 1.0], [4.0, 0.0], [0.0, 0.0]).log().requires_grad_()
    bound = iwae.iwae_bound(log_w)
    close(bound.detach(), doubles(1.5, 0.25).log())
    expected = doubles([1 / 3, 0], [0, 1], [2 / 3, 0], [0, 0])
    weights = iwae.normalized_weights(log_w)
    close(weights.detach(), expected)
    close(torch.autograd.grad(bound.sum(), log_w)[0], expected)
    (slope,) = torch.autograd.grad(weights[0, 0], log_w)
    close(slope, doubles([2 / 9, 0], [0, 0], [-2 / 9, 0], [0, 0]))


def test_a_column_without_weight_does_not_spoil_the_others():
    log_w = doubles([-INF, 1.0], [-INF, 1.0], [-INF, 1.0]).requires_grad_()
    bound, weights = iwae.iwae_bound(log_w), iwae.normalized_weights(log_w)
    close(bound.detach(), [-INF, 1.0])
    close(weights.detach(), torch.full((3, 2), 1 / 3, dtype=torch.float64))
    for result in (bound, weights[0]):
        (slope,) = torch.autograd.grad(result.sum(), log_w)
        assert slope.isfinite().all()


# --- Discrete latents --------------------------------------------------------------------------


def weight(joint, q, z):
    return float(joint[z]) / float(q[z])


def draws(q, count):
    """Yield every sequence of ``count`` draws with its probability."""
    for sequence in itertools.product(range(len(q)), repeat=count):
        yield sequence, math.prod(float(q[z]) for z in sequence)


def looped_bound(joint, q, K):
    return math.fsum(
        probability * math.log(math.fsum(weight(joint, q, z) for z in sequence) / K)
        for sequence, probability in draws(q, K)
    )


def unnormalized_elbo(joint, q):
    terms = zip(joint.tolist(), q.tolist(), strict=True)
    return math.fsum(b * math.log(a / b) for a, b in terms)


def test_bounds_by_hand():
    """Two equally likely values with the weights 1 and 3: the mean of two draws is 1, 2, 2, 3."""
    joint, q = doubles(0.5, 1.5), doubles(0.5, 0.5)
    close(iwae.discrete_elbo(joint, q), math.log(3) / 2)
    close(iwae.discrete_iwae(joint, q, 1), math.log(3) / 2)
    close(iwae.discrete_iwae(joint, q, 2), math.log(2) / 2 + math.log(3) / 4)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 40])
def test_discrete_elbo_is_the_evidence_less_the_divergence(size):
    joint, q = unnormalized_and_proposal(size, size)
    posterior = joint / joint.sum()
    divergence = torch.distributions.kl_divergence(
        torch.distributions.Categorical(q), torch.distributions.Categorical(posterior)
    )
    close(iwae.discrete_elbo(joint, q), joint.sum().log() - divergence)


def test_discrete_elbo_takes_a_proposal_of_any_sum():
    close(iwae.discrete_elbo(JOINT, 0.7 * Q), unnormalized_elbo(JOINT, 0.7 * Q))


@pytest.mark.parametrize(("size", "K"), [(1, 4), (2, 5), (3, 1), (4, 3), (5, 2), (5, 5)])
def test_discrete_iwae_by_enumeration(size, K):
    joint, q = unnormalized_and_proposal(size, size)
    close(iwae.discrete_iwae(joint, q, K), looped_bound(joint, q, K))


def test_discrete_iwae_from_the_posterior_is_the_evidence():
    for K in (1, 2, 5):
        close(iwae.discrete_iwae(JOINT, JOINT / JOINT.sum(), K), JOINT.sum().log())


def test_bounds_of_a_joint_with_a_zero_are_infinite():
    for K in (1, 2, 4):
        assert iwae.discrete_iwae(GAPPED, Q, K).item() == -INF
    assert iwae.discrete_elbo(GAPPED, Q).item() == -INF
    rare = doubles(1 - 1e-200, 1e-200)  # the probability of two zeros underflows
    assert iwae.discrete_iwae(doubles(1.0, 0.0), rare, 2).item() == -INF


def test_bounds_of_densities_near_the_ends_of_the_range():
    """p(x, z) of many dimensions: every weight scales, every bound shifts."""
    joint, q = unnormalized_and_proposal(3, 3)
    for scale in (1e-290, 1e290):
        shift = math.log(scale)
        close(iwae.discrete_elbo(scale * joint, q), unnormalized_elbo(joint, q) + shift)
        close(iwae.discrete_iwae(scale * joint, q, 3), looped_bound(joint, q, 3) + shift)
        actual = iwae.refined_proposal(scale * joint, q, [2, 1])
        close(actual, looped_refined(joint, q, (2, 1)))
        actual = iwae.expected_refined_proposal(scale * joint, q, 3)
        close(actual, resampled(joint, q, 3))


def test_bounds_where_a_weight_itself_overflows():
    """A weight of 1e400 on a draw of probability 1e−200 adds nothing to log 1."""
    joint, q = doubles(1e200, 1.0), doubles(1e-200, 1.0)
    close(iwae.discrete_elbo(joint, q), 0.0)
    close(iwae.discrete_iwae(joint, q, 3), 0.0)


def looped_refined(joint, q, rest):
    """The definition, joint over mean weight; q where there is no weight at all."""
    K = len(rest) + 1
    others = sum(weight(joint, q, z) for z in rest)
    means = [(weight(joint, q, z) + others) / K for z in range(len(q))]
    return [float(joint[z]) / means[z] if means[z] > 0 else float(q[z]) for z in range(len(q))]


def resampled(joint, q, K):
    """The distribution of a sample drawn by weight from K samples of q."""
    total = [0.0] * len(q)
    for sequence, probability in draws(q, K):
        weights = [weight(joint, q, z) for z in sequence]
        for z, w in zip(sequence, weights, strict=True):
            share = w / sum(weights) if sum(weights) > 0 else 1 / K
            total[z] += probability * share
    return total


@pytest.mark.parametrize("rest", [(), (1,), (3, 3), (0, 2, 1), (2, 2, 0, 3, 1, 1, 2)])
def test_refined_proposal_is_the_joint_over_the_mean_weight(rest):
    for joint in (JOINT, GAPPED):
        close(iwae.refined_proposal(joint, Q, rest), looped_refined(joint, Q, rest))
        close(iwae.refined_proposal(joint, Q, torch.tensor(rest)), looped_refined(joint, Q, rest))


def test_refined_proposal_by_hand():
    """Weights 1 and 3, the other sample being the second: ½/((1 + 3)/2) and ³⁄₂/((3 + 3)/2)."""
    joint, q = doubles(0.5, 1.5), doubles(0.5, 0.5)
    close(iwae.refined_proposal(joint, q, [1]), [0.25, 0.5])


def test_refined_proposal_without_other_samples_is_q():
    close(iwae.refined_proposal(JOINT, Q, []), Q)
    close(iwae.refined_proposal(GAPPED, Q, []), Q)


def test_refined_proposal_at_zeros_of_the_joint():
    """A zero is refined away by any other weight, and shares evenly among zeros only."""
    close(iwae.refined_proposal(GAPPED, Q, [3, 0])[[1, 3]], [0.0, 0.0], atol=0)
    among_zeros = iwae.refined_proposal(GAPPED, Q, [3, 1])
    close(among_zeros, [3 * 0.4, 0.1, 3 * 0.2, 0.3])
    nothing = torch.zeros(4, dtype=torch.float64)
    close(iwae.refined_proposal(nothing, Q, [3, 1]), Q)
    close(iwae.expected_refined_proposal(nothing, Q, 3), Q)


def test_indices_of_the_rest_in_every_form():
    expected = iwae.refined_proposal(JOINT, Q, [3, 0])
    for rest in ((3, 0), torch.tensor([3, 0]), torch.tensor([3, 0], dtype=torch.int32)):
        close(iwae.refined_proposal(JOINT, Q, rest), expected, rtol=0, atol=0)
    close(iwae.refined_proposal(JOINT, Q, torch.tensor([])), Q)


@pytest.mark.parametrize(("size", "K"), [(1, 3), (2, 6), (3, 1), (4, 3), (5, 2), (7, 4)])
def test_expected_refined_proposal_is_resampling(size, K):
    joint, q = unnormalized_and_proposal(size, size)
    actual = iwae.expected_refined_proposal(joint, q, K)
    close(actual, resampled(joint, q, K))
    close(actual.sum(), 1.0)


@pytest.mark.parametrize("K", [1, 2, 4])
def test_expected_refined_proposal_at_zeros_of_the_joint(K):
    """A zero survives only if all K samples are zeros."""
    actual = iwae.expected_refined_proposal(GAPPED, Q, K)
    close(actual, resampled(GAPPED, Q, K))
    close(actual.sum(), 1.0)
    close(actual[1], 0.1 * 0.4 ** (K - 1))


def test_expected_refined_proposal_as_an_integral():
    """By 1/a = ∫ e^−ta dt the mean factorizes: K q(z) w(z) ∫ e^−tw(z) (E_q e^−tw)^(K−1) dt."""
    K = 5
    weights = [weight(JOINT, Q, z) for z in range(4)]

    def mean(t):
        return sum(p * mpmath.exp(-t * w) for p, w in zip(Q.tolist(), weights, strict=True))

    expected = []
    for p, w in zip(Q.tolist(), weights, strict=True):

        def integrand(t, w=w):
            return mpmath.exp(-t * w) * mean(t) ** (K - 1)

        integral = mpmath.quad(integrand, [0, 1, 10, 100, 1000, mpmath.inf])
        expected.append(float(K * p * w * integral))
    close(iwae.expected_refined_proposal(JOINT, Q, K), expected)


@pytest.mark.parametrize(("size", "K"), [(4, 1), (4, 3), (2, 5), (5, 4)])
def test_bound_of_K_samples_is_the_mean_elbo_of_the_refined_proposals(size, K):
    joint, q = unnormalized_and_proposal(size, size)
    mean = sum(
        probability * iwae.discrete_elbo(joint, iwae.refined_proposal(joint, q, rest))
        for rest, probability in draws(q, K - 1)
    )
    close(mean, looped_bound(joint, q, K))
    close(iwae.discrete_iwae(joint, q, K), mean)


def test_bounds_in_their_order():
    for seed in range(5):
        joint, q = unnormalized_and_proposal(seed, 4)
        bounds = [iwae.discrete_iwae(joint, q, K) for K in range(1, 6)]
        assert bounds == sorted(bounds)
        close(bounds[0], iwae.discrete_elbo(joint, q))
        for K in range(2, 6):
            refined = iwae.discrete_elbo(joint, iwae.expected_refined_proposal(joint, q, K))
            assert bounds[K - 1] < refined < joint.sum().log()


# --- Differentiability, dtypes, domain ---------------------------------------------------------


def test_everything_is_differentiable():
    x, z, mu, log_var, W, b = (t.requires_grad_() for t in weighted(3, 3, 2, 1))
    noise_var = torch.tensor(0.4, dtype=torch.float64, requires_grad=True)
    assert gradcheck(iwae.log_importance_weights, (x, z, mu, log_var, W, b, noise_var))
    log_w = randn(0, 4, 3).requires_grad_()
    assert gradcheck(iwae.iwae_bound, log_w)
    assert gradcheck(iwae.normalized_weights, log_w)
    joint, q = (t.clone().requires_grad_() for t in (JOINT, Q))
    assert gradcheck(iwae.discrete_elbo, (joint, q))
    assert gradcheck(lambda a, b: iwae.discrete_iwae(a, b, 3), (joint, q))
    assert gradcheck(lambda a, b: iwae.refined_proposal(a, b, [0, 3, 3]), (joint, q))
    assert gradcheck(lambda a, b: iwae.expected_refined_proposal(a, b, 3), (joint, q))


def test_refined_proposal_has_its_slopes_at_zeros_of_the_joint():
    """With one other sample of weight v, q̃ = 2j/(j/q + v): slope 2/v at j = 0, and 0 elsewhere."""
    joint = GAPPED.clone().requires_grad_()
    slopes = torch.autograd.functional.jacobian(
        lambda j: iwae.refined_proposal(j, Q, [2])[[1, 3]], joint.detach()
    )
    close(slopes, 2 / (0.11 / 0.2) * torch.eye(4, dtype=torch.float64)[[1, 3]])
    (slope,) = torch.autograd.grad(iwae.expected_refined_proposal(joint, Q, 3)[1], joint)
    assert slope.isfinite().all()


def test_gradients_at_extreme_log_weights_are_finite():
    for dtype in (torch.float64, torch.float32):
        log_w = spread(6, dtype).requires_grad_()
        for function in (iwae.iwae_bound, iwae.normalized_weights):
            (slope,) = torch.autograd.grad(function(log_w)[0].sum(), log_w)
            assert slope.isfinite().all()


def every_call(dtype):
    joint, q, log_w = JOINT.to(dtype), Q.to(dtype), randn(0, 5, 3, dtype=dtype)
    yield "log_importance_weights", (*weighted(dtype=dtype), 0.3), (5, 4)
    yield "iwae_bound", (log_w,), (3,)
    yield "normalized_weights", (log_w,), (5, 3)
    yield "discrete_elbo", (joint, q), ()
    yield "discrete_iwae", (joint, q, 3), ()
    yield "refined_proposal", (joint, q, [1, 1, 2]), (4,)
    yield "expected_refined_proposal", (joint, q, 3), (4,)


def test_float32_in_float32_out():
    for name, arguments, shape in every_call(torch.float32):
        single = getattr(iwae, name)(*arguments)
        exact = (a.double() if isinstance(a, torch.Tensor) else a for a in arguments)
        double = getattr(iwae, name)(*exact)
        assert (single.dtype, double.dtype) == (torch.float32, torch.float64), name
        assert single.shape == double.shape == shape, name
        close(single, double.float(), rtol=2e-6, atol=2e-6)


def test_results_have_the_dtype_of_the_data_alone():
    """The first argument is the data; the rest may be of another precision."""
    for data, other in [(torch.float32, torch.float64), (torch.float64, torch.float32)]:
        for name, (first, *rest), _ in every_call(data):
            mixed = [a.to(other) if isinstance(a, torch.Tensor) else a for a in rest]
            assert getattr(iwae, name)(first, *mixed).dtype == data, name


def test_arguments_are_not_modified():
    for name, arguments, _ in every_call(torch.float64):
        before = [torch.as_tensor(a).clone() for a in arguments]
        getattr(iwae, name)(*arguments).zero_()
        for was, now in zip(before, arguments, strict=True):
            assert torch.equal(was, torch.as_tensor(now)), name


def test_number_of_samples_may_be_a_0d_tensor():
    close(iwae.discrete_iwae(JOINT, Q, torch.tensor(2)), looped_bound(JOINT, Q, 2))


@pytest.mark.parametrize(
    ("place", "argument", "wrong"),
    [
        (0, "x", torch.zeros(3)),
        (1, "z", torch.zeros(4, 2)),
        (1, "z", torch.zeros(5, 3, 2)),
        (1, "z", torch.zeros(4, 5, 2)),
        (2, "mu", torch.zeros(2)),
        (3, "log_var", torch.zeros(2, 4)),
        (4, "W", torch.zeros(2, 3)),
        (5, "b", torch.zeros(2)),
        (6, "noise_var", 0.0),
    ],
)
def test_log_weights_refuse_what_does_not_fit(place, argument, wrong):
    arguments = [*weighted(), 0.3]
    arguments[place] = wrong
    refused(argument, iwae.log_importance_weights, *arguments)


@pytest.mark.parametrize("function", [iwae.iwae_bound, iwae.normalized_weights])
def test_log_weights_of_the_wrong_kind_are_refused(function):
    for wrong in (
        torch.zeros(3),
        torch.zeros(0, 3),
        torch.zeros(3, 2, dtype=torch.int64),
        doubles([INF], [0.0]),
        doubles([math.nan], [0.0]),
    ):
        refused("log_w", function, wrong)


@pytest.mark.parametrize("name", ["elbo", "iwae", "refined", "expected"])
def test_discrete_functions_refuse_what_does_not_fit(name):
    function = {
        "elbo": iwae.discrete_elbo,
        "iwae": lambda joint, q: iwae.discrete_iwae(joint, q, 2),
        "refined": lambda joint, q: iwae.refined_proposal(joint, q, [0]),
        "expected": lambda joint, q: iwae.expected_refined_proposal(joint, q, 2),
    }[name]
    for joint in (JOINT[None], JOINT[:0], JOINT.long(), -JOINT, JOINT * INF, JOINT * math.nan):
        refused("joint", function, joint, Q)
    for q in (Q[:3], Q[:, None], doubles(0.5, 0.0, 0.2, 0.3), -Q, Q * math.nan, Q * INF):
        refused("q", function, JOINT, q)


def test_numbers_of_samples_outside_the_domain_are_refused():
    for function in (iwae.discrete_iwae, iwae.expected_refined_proposal):
        for K in (0, -1, 1.5, INF, math.nan):
            refused("K", function, JOINT, Q, K)
    refused("K", iwae.discrete_iwae, JOINT, Q, 6)
    refused("joint", iwae.discrete_iwae, *unnormalized_and_proposal(0, 6), 2)
    refused("K", iwae.expected_refined_proposal, JOINT, Q, 11)


def test_indices_outside_the_domain_are_refused():
    for rest in ([4], [-1], [0, 7], [0.5], [[0]], [True]):
        refused("rest", iwae.refined_proposal, JOINT, Q, rest)


def test_the_order_of_the_bounds_is_that_of_their_values():
    """On tables far from the posterior all inequalities are strict."""
    for seed in range(10):
        joint, q = unnormalized_and_proposal(seed, 4)
        refined = iwae.expected_refined_proposal(joint, q, 3)
        values = {
            "log p": joint.sum().log().item(),
            "L_1[q]": iwae.discrete_elbo(joint, q).item(),
            "L_K[q]": iwae.discrete_iwae(joint, q, 3).item(),
            "L_1[q_K]": iwae.discrete_elbo(joint, refined).item(),
        }
        assert len(set(values.values())) == 4
        assert iwae.bounds_in_order() == tuple(sorted(values, key=values.get))
