"""A mistake is named where it was made, also in what follows from it."""

import sys

import numpy as np
import pytest

from autograder.grading.diagnose import diagnose
from autograder.grading.diagnose.carried import carried

SOURCE = """
def mean(x):
    return x.mean(0)

def _centre(x):
    return x - mean(x)

def spread(x, *, power=2):
    def powers(part):
        return part ** power
    return powers(_centre(x)).sum(0)

def alone(x):
    return x
"""


@pytest.fixture
def reference():
    """A reference whose spread calls its mean, through a function of its own."""
    module = sys.modules["reference.toy"]
    exec(SOURCE, vars(module))
    return module


def test_what_calls_a_wrong_function_is_wrong_too(reference, bank):
    x = np.arange(6.0).reshape(2, 3)
    built = carried("toy", bank.wrong[1]).build()  # "added"
    assert set(built) == {"mean", "spread"}
    assert built["spread"](x).tolist() == ((x - x.sum(0)) ** 2).sum(0).tolist()
    assert built["spread"](x, power=1).tolist() == (x - x.sum(0)).sum(0).tolist()
    assert reference.spread(x).tolist() == ((x - x.mean(0)) ** 2).sum(0).tolist()


def test_what_nobody_calls_is_carried_nowhere(reference, bank):
    both = bank.wrong[4]  # of mean and spread, which nobody else calls
    assert carried("toy", both) is None


def test_both_are_explained_by_the_one_mistake(reference, judged, bank):
    wrong = {}
    exec(SOURCE, wrong)
    exec("def mean(x):\n    return x.sum(0)", wrong)
    found = diagnose(judged(mean=wrong["mean"], spread=wrong["spread"]), bank.wrong[:4], bank.draw)
    assert {number: [one.name for one in told] for number, told in found.items()} == {
        "1.1": ["added"],
        "1.2": ["added"],
    }
    assert found["1.2"][0].functions == ("spread",)


def test_another_mistake_in_the_caller_is_not(reference, judged, bank):
    wrong = {}
    exec(SOURCE, wrong)
    exec("def mean(x):\n    return x.sum(0)", wrong)
    own = {"mean": wrong["mean"], "spread": lambda x: wrong["spread"](x) + 1}
    assert set(diagnose(judged(**own), bank.wrong[:4], bank.draw)) == {"1.1"}
