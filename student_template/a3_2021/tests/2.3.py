"""Variational autoencoders: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import assert_one_of

OK_FORMAT = False

name = "2.3"

APPROACHES = ("instance", "amortized")


def check_word(answers, key):
    """Assert that the dict has a word of the two under a key, whatever stands under the others."""
    assert_one_of(answers, {key: APPROACHES}, what="`better_approach`")


@test_case(name="comparison: form of the answer under marginal_likelihood", points=0)
def form_for_likelihood(better_approach):
    """One of the two words; which one is for you to find."""
    check_word(better_approach(), "marginal_likelihood")


@test_case(name="comparison: form of the answer under computation", points=0)
def form_for_computation(better_approach):
    """One of the two words; which one is for you to find."""
    check_word(better_approach(), "computation")


@test_case(name="comparison: form of the answer under memory", points=0)
def form_for_memory(better_approach):
    """One of the two words; which one is for you to find."""
    check_word(better_approach(), "memory")
