"""Denoising diffusion: two steps whose square roots are all rational, so that a pencil is enough.

With betas 0.36 and 0.4375, alphas are 0.64 and 0.5625, and alpha_bars 0.64 and 0.36: the square roots are
0.8 and 0.75 of the alphas, 0.8 and 0.6 of the alpha_bars, 0.6 and 0.8 of one minus the alpha_bars.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.

The model of these cases is t times x. Its mean of the step back is x/2 at step 1 and -x/8 at step 2.
"""

from drivers.ddpm import names_under
from otter.test_files import test_case

from autograder.testing import assert_all, via

OK_FORMAT = False

name = "2.5"


@test_case(name="trained_parts: form of the answer", points=0)
def two_sets(trained_parts):
    known = ([], ["decoder"], ["decoder", "encoder"], ["encoder"])
    for key in ("VAE", "DDPM"):
        names = via(names_under, trained_parts, key)
        assert_all(names in known, f'the names under "{key}" are "encoder" or "decoder"')
