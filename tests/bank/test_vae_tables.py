"""Tables of a latent with M values: by mpmath, by differences, by enumeration and by identities."""

import math
from fractions import Fraction
from functools import partial

import mpmath
import pytest
import torch

from reference import vae
from tests.bank import tensors
from tests.bank.tensors import randn, unnormalized_and_proposal

SIZES = [1, 2, 3, 7]
OF_Q = ["ecll", "ecll_terms", "elbo_and_kl"]
GRADIENTS = ["elbo_gradient", "kl_gradient"]


close = partial(tensors.close, rtol=1e-12, atol=1e-14)


def exact(tensor):
    """The numbers with fifty digits; a distribution is brought to the sum 1."""
    return [mpmath.mpf(value) for value in tensor.tolist()]


def expectation(q, terms):
    return mpmath.fsum(weight * term for weight, term in zip(q, terms, strict=True))


# --- One table ---------------------------------------------------------------------------------


def test_a_table_by_hand():
    """Powers of two: log 1/8, 1/8, 1/4 are -3, -3, -2 times log 2, those of q -1, -2, -2 times."""
    joint = torch.tensor([1 / 8, 1 / 8, 1 / 4], dtype=torch.float64)
    q = torch.tensor([1 / 2, 1 / 4, 1 / 4], dtype=torch.float64)
    two = math.log(2)
    close(vae.ecll(joint, q), (-3 / 2 - 3 / 4 - 2 / 4) * two)
    # The posterior is 1/4, 1/4, 1/2: log q/posterior is 1, 0, -1 times log 2.
    for found, right in zip(vae.ecll_terms(joint, q), (-1, 1 / 4, 3 / 2), strict=True):
        close(found, right * two)
    for found, right in zip(vae.elbo_and_kl(joint, q), (-5 / 4, 1 / 4), strict=True):
        close(found, right * two)


@pytest.mark.parametrize("size", SIZES)
def test_the_terms_are_those_of_their_definitions(size):
    joint, q = unnormalized_and_proposal(size, size)
    with mpmath.workdps(50):
        p, weights = exact(joint), exact(q)
        evidence = mpmath.fsum(p)
        logs = [mpmath.log(value) for value in weights]
        posterior = [mpmath.log(value / evidence) for value in p]
        expected = {
            "ecll": [expectation(weights, [mpmath.log(value) for value in p])],
            "ecll_terms": [
                mpmath.log(evidence),
                expectation(weights, [a - b for a, b in zip(logs, posterior, strict=True)]),
                -expectation(weights, logs),
            ],
        }
        bound = expected["ecll"][0] + expected["ecll_terms"][2]
        expected["elbo_and_kl"] = [bound, expected["ecll_terms"][1]]
    for name, right in expected.items():
        found = getattr(vae, name)(joint, q)
        found = found if isinstance(found, tuple) else (found,)
        assert [value.shape for value in found] == [()] * len(right)
        for value, number in zip(found, right, strict=True):
            close(value, float(number))


def test_the_pieces_make_up_the_whole():
    joint, q = unnormalized_and_proposal(3, 6)
    evidence, divergence, entropy = vae.ecll_terms(joint, q)
    close(vae.ecll(joint, q), evidence - divergence - entropy)
    bound, gap = vae.elbo_and_kl(joint, q)
    close(bound + gap, joint.sum().log())
    assert gap > 0


def test_at_the_posterior_nothing_is_lost():
    joint, _ = unnormalized_and_proposal(5, 4)
    posterior = joint / joint.sum()
    bound, divergence = vae.elbo_and_kl(joint, posterior)
    close(bound, joint.sum().log())
    close(divergence, 0.0, atol=1e-15)
    close(vae.elbo_gradient(joint, posterior.log()), torch.zeros(4), atol=1e-15)


def test_the_maximizer_in_theta_is_that_of_the_evidence_only_at_the_posterior():
    """Two models, one observation: ranked by the ECLL as by log p - KL, not as by the evidence."""
    _, q = unnormalized_and_proposal(7, 5)
    joints = [unnormalized_and_proposal(seed, 5)[0] for seed in range(20)]
    by_ecll = sorted(range(20), key=lambda i: vae.ecll(joints[i], q).item())
    terms = [vae.ecll_terms(joint, q) for joint in joints]
    assert by_ecll == sorted(range(20), key=lambda i: (terms[i][0] - terms[i][1]).item())
    assert by_ecll != sorted(range(20), key=lambda i: terms[i][0].item())


def test_tables_of_very_different_numbers():
    """Neither is p(x) out of range, nor a posterior probability 0."""
    joint = torch.tensor([1e-300, 1e-200, 3e150, 1e-310], dtype=torch.float64)
    q = torch.tensor([0.25, 0.25, 0.4, 0.1], dtype=torch.float64)
    with mpmath.workdps(50):
        logs = [mpmath.log(value) for value in exact(joint)]
        right = expectation(exact(q), logs)
        evidence = mpmath.log(mpmath.fsum(exact(joint)))
        entropy = -expectation(exact(q), [mpmath.log(value) for value in exact(q)])
    close(vae.ecll(joint, q), float(right))
    close(vae.ecll_terms(joint, q)[1], float(evidence - right - entropy))
    close(vae.elbo_and_kl(joint, q)[0], float(right + entropy))


# --- Gradients ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_gradients_are_differences_of_the_functions(size):
    joint, logits = unnormalized_and_proposal(size, size)[0], 2 * randn(size, size)
    with mpmath.workdps(50):
        p, step = exact(joint), mpmath.mpf(10) ** -16

        def bound(moved):
            total = mpmath.fsum(mpmath.exp(value) for value in moved)
            q = [mpmath.exp(value) / total for value in moved]
            return expectation(q, [mpmath.log(a / b) for a, b in zip(p, q, strict=True)])

        slopes = []
        for place in range(size):
            values = []
            for side in (step, -step):
                moved = exact(logits)
                moved[place] += side
                values.append(bound(moved))
            slopes.append(float((values[0] - values[1]) / (2 * step)))
    close(vae.elbo_gradient(joint, logits), slopes, atol=1e-13)
    close(vae.kl_gradient(joint, logits), [-slope for slope in slopes], atol=1e-13)


def test_gradients_far_out():
    """A logit 800 below the others: q is 0 there, and so is the gradient."""
    joint = torch.tensor([0.2, 0.1, 0.3], dtype=torch.float64)
    logits = torch.tensor([400.0, -400.0, 401.0], dtype=torch.float64)
    found = vae.elbo_gradient(joint, logits)
    assert found[1] == 0
    close(found[[0, 2]], vae.elbo_gradient(joint[[0, 2]], logits[[0, 2]]))


# --- Amortized and instance-dependent ----------------------------------------------------------


@pytest.mark.parametrize("sizes", [(3, 4, 5), (1, 3, 4), (4, 1, 1), (5, 2, 1), (2, 6, 9)])
def test_the_best_candidates_by_trying_all_of_them(sizes):
    examples, values, count = sizes
    joints = 0.3 * randn(1, examples, values).exp()
    family = randn(2, count, values).softmax(1)
    bounds = [[vae.elbo_and_kl(joint, q)[0].item() for q in family] for joint in joints]
    best = max(range(count), key=lambda f: math.fsum(row[f] for row in bounds))
    evidence = [math.log(math.fsum(row)) for row in joints.tolist()]
    shared, own = vae.amortized_and_instance_kl(joints, family)
    assert shared.shape == own.shape == (examples,)
    close(shared, [evidence[i] - row[best] for i, row in enumerate(bounds)], atol=1e-13)
    close(own, [evidence[i] - max(row) for i, row in enumerate(bounds)], atol=1e-13)


def test_the_words_say_what_the_numbers_do():
    """No example is served better by the shared candidate than by its own, and some are worse."""
    assert vae.bigger_gap() == "amortized"
    for seed in range(20):
        joints = 0.3 * (2 * randn(seed, 4, 3)).exp()
        shared, own = vae.amortized_and_instance_kl(joints, randn(seed + 50, 6, 3).softmax(1))
        assert (shared >= own).all()
        assert (shared > own).any()
        assert (own >= 0).all()


def test_the_candidate_of_the_greatest_sum_by_hand():
    """Posteriors 3/4 and 1/4: the even candidate is best for both, the others each for one."""
    joints = torch.tensor([[3 / 8, 1 / 8], [1 / 16, 3 / 16]], dtype=torch.float64)
    family = torch.tensor([[3 / 4, 1 / 4], [1 / 2, 1 / 2], [1 / 4, 3 / 4]], dtype=torch.float64)
    even = Fraction(1, 2)
    expected = float(even) * (math.log(2 / 3) + math.log(2))
    shared, own = vae.amortized_and_instance_kl(joints, family)
    close(shared, [expected, expected])
    close(own, [0.0, 0.0], atol=1e-15)


# --- The contract ------------------------------------------------------------------------------


def every_call(dtype):
    joint, q = unnormalized_and_proposal(1, 4)
    joints, family = 0.3 * randn(3, 3, 4).exp(), randn(4, 5, 4).softmax(1)
    for name in OF_Q:
        yield name, (joint.to(dtype), q.to(dtype))
    for name in GRADIENTS:
        yield name, (joint.to(dtype), randn(2, 4, dtype=dtype))
    yield "amortized_and_instance_kl", (joints.to(dtype), family.to(dtype))


def outputs(name, arguments):
    result = getattr(vae, name)(*arguments)
    return result if isinstance(result, tuple) else (result,)


def test_results_have_the_dtype_of_the_tables():
    for data, other in [(torch.float32, torch.float64), (torch.float64, torch.float32)]:
        for name, (first, second) in every_call(data):
            for result in outputs(name, (first, second.to(other))):
                assert result.dtype == data, name


def test_float32_is_as_accurate_as_its_inputs():
    for name, arguments in every_call(torch.float32):
        doubles = outputs(name, [tensor.double() for tensor in arguments])
        for single, double in zip(outputs(name, arguments), doubles, strict=True):
            close(single, double.float(), rtol=1e-6, atol=1e-7)


def refused(argument, function, *arguments):
    with pytest.raises(ValueError, match=rf"^{argument} must "):
        getattr(vae, function)(*arguments)


def test_tables_refuse_what_lies_outside_their_domain():
    joint, q = unnormalized_and_proposal(1, 4)
    holed = torch.cat([joint[:3], torch.zeros(1).double()])
    for name in OF_Q:
        for wrong in (holed, -joint, joint[None], joint[:0], joint.long(), joint * math.inf):
            refused("joint", name, wrong, q)
        for wrong in (q[:3], q[None], 2 * q, -q, holed / holed.sum(), q.long()):
            refused("q", name, joint, wrong)
    for name in GRADIENTS:
        refused("joint", name, holed, q)
        for wrong in (q[:3], q.long(), q * math.nan):
            refused("logits", name, joint, wrong)
    joints, family = joint.repeat(3, 1), q.repeat(2, 1)
    refused("joints", "amortized_and_instance_kl", joint, family)
    refused("joints", "amortized_and_instance_kl", -joints, family)
    refused("joints", "amortized_and_instance_kl", joints[:0], family)
    refused("family", "amortized_and_instance_kl", joints, q)
    refused("family", "amortized_and_instance_kl", joints, 2 * family)
    refused("family", "amortized_and_instance_kl", joints, family[:, :1] / family[:, :1])
    refused("family", "amortized_and_instance_kl", joints, family[:0])


def test_probabilities_rounded_to_float32_are_a_distribution():
    joint, q = unnormalized_and_proposal(2, 3)
    close(vae.ecll(joint, q.float()), vae.ecll(joint, q), rtol=1e-6)
