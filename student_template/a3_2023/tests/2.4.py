"""Denoising diffusion: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import assert_one_of

OK_FORMAT = False

name = "2.4"


@test_case(name="excluded_term: form of the name", points=0)
def spelling(excluded_term):
    """Only the form is checked; the answer is for you to find."""
    assert_one_of(excluded_term(), ("L_0", "L_{t-1}", "L_T"), what="`excluded_term`")
