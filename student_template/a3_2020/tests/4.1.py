"""Importance-weighted bounds: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "4.1"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


# Two tables. In the first p(x, z) is 0.25 and 0.3 and q is 1/4 and 3/4: the weights are 1 and 0.4. In
# the second p(x, z) is 0.1, 0.3 and 0.05 and q is 0.3, 0.5 and 0.2: 1/3, 3/5 and 1/4.
TABLES = (((0.25, 0.3), (0.25, 0.75)), ((0.1, 0.3, 0.05), (0.3, 0.5, 0.2)))


def tables():
    """The joint and the proposal of either table."""
    return [(tensor(*joint), tensor(*q)) for joint, q in TABLES]


@test_case(name="refined: two weights, three weights", points=0.5, hidden=False)
def two_weights(discrete_elbo):
    """The means of the logarithms of the weights under q."""
    for table, expected in zip(tables(), (-0.6872180489056162, -0.8622553707074063), strict=True):
        assert_close(discrete_elbo(*table), expected, what="the bound")


@test_case(name="refined: a proposal that is not normalized", points=0.5, hidden=False)
def not_normalized(discrete_elbo):
    """With q = (1/2, 1) the formula gives (log 1/2)/2 + log 0.3.

    With twice the q of the second table the weights are halved: twice the bound, less twice log 2.
    """
    (first, _), (second, q) = tables()
    found = discrete_elbo(first, tensor(0.5, 1))
    assert_close(found, -1.5505463946059088, what="the bound")
    assert_close(discrete_elbo(second, 2 * q), -3.1108051025347034, what="the bound")


@test_case(name="refined: two draws", points=0.01, hidden=False)
def two_draws(discrete_iwae):
    """The mean weight of the first table is 1 with probability 1/16, 0.7 with 6/16, 0.4 with 9/16."""
    for table, expected in zip(tables(), (-0.6491666406562369, -0.8296657657471521), strict=True):
        assert_close(discrete_iwae(*table, 2), expected, what="the bound")


@test_case(name="refined: one other sample", points=0.01, hidden=False)
def one_other_sample(refined_proposal):
    """Beside index 1, the mean weights are (1 + 0.4)/2 and 0.4. The sum 31/28 is not 1.

    In the second table, beside index 0, they are 1/3, 7/15 and 7/24.
    """
    first, second = tables()
    assert_close(refined_proposal(*first, [1]), [5 / 14, 0.75], what="the refined proposal")
    expected = [3 / 10, 9 / 14, 6 / 35]
    assert_close(refined_proposal(*second, [0]), expected, what="the refined proposal")
