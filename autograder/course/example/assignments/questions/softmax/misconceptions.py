"""How students get the softmax wrong, each with the sentence that they need to read."""

import torch

from autograder.testing import misconception
from reference import softmax as right

LOG = ("log_softmax: five rows of three",)
LOSS = ("cross_entropy: five inputs, three classes",)


@misconception(
    "For large logits the exponential is infinite: rewrite the formula so that it never is.",
    caught_by=("log_softmax: large logits", "cross_entropy: large logits"),
)
def overflow():
    def log_softmax(logits):
        return (logits.exp() / logits.exp().sum(dim=1, keepdim=True)).log()

    def cross_entropy(logits, labels):
        return -log_softmax(logits)[torch.arange(len(labels)), labels].mean()

    return {"log_softmax": log_softmax, "cross_entropy": cross_entropy}


@misconception("The probabilities of one input sum to 1: sum over classes.", caught_by=LOG + LOSS)
def batch_normalised():
    def log_softmax(logits):
        return logits - logits.logsumexp(dim=0, keepdim=True)

    def cross_entropy(logits, labels):
        return -log_softmax(logits)[torch.arange(len(labels)), labels].mean()

    return {"log_softmax": log_softmax, "cross_entropy": cross_entropy}


@misconception("The probabilities are returned, not their logarithms.", caught_by=LOG)
def not_the_logarithm():
    def log_softmax(logits):
        return right.log_softmax(logits).exp()

    return {"log_softmax": log_softmax}


@misconception("The logarithm is the natural one.", caught_by=LOG + LOSS)
def base_two():
    def log_softmax(logits):
        return right.log_softmax(logits) / torch.tensor(2.0).log()

    def cross_entropy(logits, labels):
        return right.cross_entropy(logits, labels) / torch.tensor(2.0).log()

    return {"log_softmax": log_softmax, "cross_entropy": cross_entropy}


@misconception("The loss is the mean over the batch, not the sum.", caught_by=LOSS)
def summed():
    def cross_entropy(logits, labels):
        return right.cross_entropy(logits, labels) * len(labels)

    return {"cross_entropy": cross_entropy}


@misconception("The loss is the negative log-probability: it is never below 0.", caught_by=LOSS)
def sign_forgotten():
    def cross_entropy(logits, labels):
        return -right.cross_entropy(logits, labels)

    return {"cross_entropy": cross_entropy}


@misconception("Only the probability of the right class counts.", caught_by=LOSS)
def mean_over_classes():
    def cross_entropy(logits, labels):
        return -right.log_softmax(logits).mean()

    return {"cross_entropy": cross_entropy}
