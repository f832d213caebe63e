"""Public cases of SimSiam."""

import torch
from drivers.simsiam_module import loss, outputs, similarities, trained
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_close, assert_equal, unpack, via

OK_FORMAT = False

name = "simsiam_module"


@test_case(name="cosine: two rows", points=0.01, hidden=False)
def two(CosineSimilarity):
    x1, x2 = torch.tensor([[3.0, 4.0], [1.0, 0.0]]), torch.tensor([[4.0, 3.0], [0.0, 2.0]])
    # 24 / (5 * 5), and a right angle
    assert_close(via(similarities, CosineSimilarity, x1, x2), torch.tensor([0.96, 0.0]))


@test_case(name="layers: form, p and z of five numbers", points=0, hidden=False)
def form(SimSiam):
    x = torch.arange(12.0).reshape(4, 3) / 10
    found = via(outputs, SimSiam, (5, 2), x, x + 1, True)
    for value in unpack(found, 4, what="p1, p2, z1, z2"):
        as_tensor(value, shape=(4, 5), what="p1, p2, z1 or z2")


@test_case(name="forward: form, the encoder is trained", points=0, hidden=False)
def reached(SimSiam):
    x = torch.arange(12.0).reshape(4, 3) / 10
    *_, reaches = unpack(via(trained, SimSiam, (5, 2), x, x**2), 3, what="the gradients")
    assert_equal(reaches, True, what="whether a gradient of the loss reaches the encoder")


@test_case(name="loss: two rows", points=0.01, hidden=False)
def number(SimSiam):
    p1, z2 = torch.tensor([[3.0, 4.0], [1.0, 0.0]]), torch.tensor([[4.0, 3.0], [0.0, 2.0]])
    p2, z1 = torch.ones(2, 2), torch.ones(2, 2)
    found = via(loss, SimSiam, p1, p2, z1, z2)
    # the cosines are 0.96 and 0, then 1 and 1
    assert_close(unpack(found, 2, what="the loss")[0], torch.tensor(-0.74))
