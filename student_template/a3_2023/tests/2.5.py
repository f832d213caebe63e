"""Denoising diffusion: small cases that can be checked by hand."""

from drivers.ddpm import names_under
from otter.test_files import test_case

from autograder.testing import assert_all, via

OK_FORMAT = False

name = "2.5"


@test_case(name="trained_parts: form of the answer", points=0)
def two_sets(trained_parts):
    """Only the form is checked; the answer is for you to find."""
    known = ([], ["decoder"], ["decoder", "encoder"], ["encoder"])
    for key in ("VAE", "DDPM"):
        names = via(names_under, trained_parts, key)
        assert_all(names in known, f'the names under "{key}" are "encoder" or "decoder"')
