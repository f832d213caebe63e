"""Public cases of SimSiam."""

import torch
from drivers.simsiam_module import similarities
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "7.1"


@test_case(name="cosine: two rows", points=0.01, hidden=False)
def two(CosineSimilarity):
    x1, x2 = torch.tensor([[3.0, 4.0], [1.0, 0.0]]), torch.tensor([[4.0, 3.0], [0.0, 2.0]])
    # 24 / (5 * 5), and a right angle
    assert_close(via(similarities, CosineSimilarity, x1, x2), torch.tensor([0.96, 0.0]))
