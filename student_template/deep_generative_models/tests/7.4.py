"""Denoising diffusion: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import assert_one_of

OK_FORMAT = False

name = "7.4"


@test_case(name="unknown: form of the name", points=0)
def unknown_name(unknown_when_sampling):
    """Only the form is checked; the answer is for you to find."""
    names = ("x_0", "x0", "x_t", "xt", "t", "beta_t")
    assert_one_of(unknown_when_sampling(), names, what="`unknown_when_sampling`")
