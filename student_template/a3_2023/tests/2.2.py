"""Denoising diffusion: two steps whose square roots are all rational, so that a pencil is enough.

With betas 0.36 and 0.4375, alphas are 0.64 and 0.5625, and alpha_bars 0.64 and 0.36: the square roots are
0.8 and 0.75 of the alphas, 0.8 and 0.6 of the alpha_bars, 0.6 and 0.8 of one minus the alpha_bars.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.

The model of these cases is t times x. Its mean of the step back is x/2 at step 1 and -x/8 at step 2.
"""

from otter.test_files import test_case

from autograder.testing import assert_one_of

OK_FORMAT = False

name = "2.2"


@test_case(name="unknown: form of the name", points=0)
def unknown_name(unknown_when_sampling):
    names = ("x_0", "x0", "x_t", "xt", "t", "beta_t")
    assert_one_of(unknown_when_sampling(), names, what="`unknown_when_sampling`")
