"""The smallest counterexample: an input that a person can follow, on which a function is wrong.

    example(calls, caller, right, wrong)   shrunk from the calls of a case that failed
    Example.text, Example.rough            the sentence, and the one for hidden cases
    with_examples(parts, judged, …)        for all cases of a grading

"With x = [[1, 0]] your `elbo` returns -2.84; -1.92 is right." The input has fewer rows, smaller sizes and
small whole numbers, and the mistake is the same on it: the kind of fault, and the misconceptions that fit.
"""

from autograder.grading.smallest.search import Example, example
from autograder.grading.smallest.stage import FAR_SECONDS, with_examples

__all__ = ["FAR_SECONDS", "Example", "example", "with_examples"]
