"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, unpack

OK_FORMAT = False

name = "5.2"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


# Two sigmoids with a = (2, 1), b = (log 3, 0), w = (1/4, 3/4), at z = -log 3, 0 and log 3. There the
# sigmoids are (1/4, 1/4), (3/4, 1/2) and (27/28, 3/4), and their sums S = 1/4, 9/16 and 45/56. The
# sums of w a sigmoid (1 - sigmoid) are 15/64, 9/32 and 495/3136, and S (1 - S) is 12/64, 63/256 and
# 495/3136.
A, B, W = numbers(2, 1), numbers(log(3), 0), numbers(1 / 4, 3 / 4)
Z = numbers(-log(3), 0, log(3))
X = numbers(-log(3), log(9 / 7), log(45 / 11))


@test_case(name="sigmoidal: two sigmoids", points=0.01)
def two_sigmoids(sigmoidal_flow):
    """The numbers stand above: S / (1 - S) is 1/3, 9/7 and 45/11."""
    images, log_slopes = unpack(sigmoidal_flow(Z, A, B, W), 2)
    assert_close(images, X, what="g(z)")
    assert_close(log_slopes, numbers(log(5 / 4), log(8 / 7), 0), what="the log-derivative")


@test_case(name="sigmoidal: one sigmoid is an affine map", points=0.01)
def one_sigmoid(sigmoidal_flow):
    """logit(sigmoid(3z - 1)) = 3z - 1."""
    came = sigmoidal_flow(numbers(-1, 0, 2, 4), numbers(3), numbers(-1), numbers(1))
    x, log_det = unpack(came, 2)
    assert_close(x, numbers(-4, -1, 5, 11), what="x")
    assert_close(log_det, numbers(log(3), log(3), log(3), log(3)), what="the log-derivative")


@test_case(name="sigmoidal: back from two sigmoids", points=0.01)
def back_from_two_sigmoids(sigmoidal_flow_inverse):
    """The numbers stand above.

    The slopes are at least 1, so that an error of z is no greater than the allowed one of x, which is
    below 3e-9.
    """
    assert_close(sigmoidal_flow_inverse(X, A, B, W), Z, rtol=0, atol=5e-9, what="z")
