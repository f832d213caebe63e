"""The instances on which a statement about a false line is tried, and then tried afresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.evaluation import Budget, Evaluator
from autograder.derivations.question import Derivation
from autograder.derivations.relating import compare, effective, fit
from autograder.derivations.tree import Node

_TRIED: Final = (0, 3, 1, 2)  # the fourth is an equality case, which decides about bounds
_SPECIAL: Final = (3, 7)
_FRESH: Final = (0, 1, 2, 3, 4, 7)
_FRESH_SPECIAL: Final = (3, 7, 11, 15)
_MAX_WORK: Final = 1_500_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One instance to try a statement on.

    Attributes:
        index: which one.
        evaluator: computes on it.
    """

    index: int
    evaluator: Evaluator


class Samples:
    """Instances on which statements about two formulas are tried.

    A statement that fits the first few is tried on others that nothing was chosen by.
    """

    def __init__(self, derivation: Derivation, relation: str) -> None:
        """Draw the instances.

        Args:
            derivation: the question's.
            relation: of the false line. Across a bound two lines may differ, so that what a difference is
                can be seen in the equality cases only.
        """
        self._derivation = derivation
        self.relation = relation
        self._budget = Budget(_MAX_WORK)
        bound = relation in ("<=", ">=") and bool(derivation.tight)
        self.exact = "~" if relation == "~" else "="
        self._all = self._drawn(_TRIED, _FRESH)
        self._equal = self._drawn(_SPECIAL, _FRESH_SPECIAL) if bound else self._all

    def related(self, left: Node, right: Node, relation: str = "") -> bool:
        """Whether ``left relation right`` holds on all instances; by default the false line's relation."""
        wanted = relation or self.relation

        def test(sample: Sample) -> bool:
            strict = effective(self._derivation, wanted, sample.index)
            return self._compares(sample, left, right, strict)

        return _everywhere(self._all, test)

    def same(self, left: Node, right: Node) -> bool:
        """Whether two formulas are equal, where the lines should be; up to what ``~`` lets pass."""
        return _everywhere(
            self._equal, lambda sample: self._compares(sample, left, right, self.exact)
        )

    def positive(self, node: Node) -> bool:
        """Whether a number is positive on all instances."""
        return _everywhere(
            self._equal, lambda sample: bool((sample.evaluator.value(node) > 0).all())
        )

    @property
    def exhausted(self) -> bool:
        """Whether computing was given up: what was not tried may fit as well."""
        return self._budget.left < 0

    @property
    def first(self) -> Evaluator:
        """The evaluator of the first instance."""
        return self._equal[0].evaluator

    @property
    def evaluators(self) -> Sequence[Evaluator]:
        """Those of the instances on which two lines should be equal."""
        return [sample.evaluator for sample in self._equal]

    def _drawn(self, tried: Sequence[int], fresh: Sequence[int]) -> list[Sample]:
        rows = [*(("judged", i) for i in tried), *(("explained", i) for i in fresh)]
        return [
            Sample(
                index,
                Evaluator(self._derivation, self._derivation.draw(index, stream), self._budget),
            )
            for stream, index in rows
        ]

    def _compares(self, sample: Sample, left: Node, right: Node, relation: str) -> bool:
        evaluator = sample.evaluator
        values = fit(left, evaluator.value(left), right, evaluator.value(right))
        return compare(self._derivation, *values, relation).holds


def _everywhere(samples: Sequence[Sample], test: Callable[[Sample], bool]) -> bool:
    """Whether a test holds on every instance; a formula that cannot be computed fits nowhere."""
    try:
        return all(map(test, samples))
    except (Unformed, UnreadableLine):
        return False
