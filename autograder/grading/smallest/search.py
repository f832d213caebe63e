"""The search: change an input while the function stays wrong in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from autograder import wire
from autograder.grading.calls import Caller, InProcess
from autograder.grading.diagnose.agreement import equal_up_to_rounding, nearly
from autograder.grading.smallest.inputs import MOST_SHOWN, Inputs, cuts, plainer, rounder
from autograder.grading.smallest.script import Script, scripts
from autograder.grading.smallest.within import difference
from autograder.model import Call, StudentError
from autograder.testing import Misconception
from autograder.testing.compare import Comparison

Functions = Mapping[str, Callable[..., Any]]
Clock = Callable[[], float]
"""Processor time that has been used so far, in seconds."""

CALLS: Final = 60
SECONDS: Final = 5.0
"""Of processor time for one example, the student's functions with it where the clock counts them."""

_FAR_SECONDS = 20.0  # on the wall, for a function that waits: a busy machine does not get there
_CLEAR: Final = 10.0  # tolerances by which a value must be wrong
_NOISE: Final = 0.1  # tolerances by which the right value may hang on rounding
_ROUNDING: Final = 4e-16


@dataclass(frozen=True, slots=True)
class Example:
    """An input on which a function is wrong, small enough to be shown.

    Attributes:
        function: its name.
        text: the sentence.
        rough: the same for hidden cases, where no more than three digits of the actual value are shown.
        is_new: whether no number of the input that it was shrunk from is in it, but whole ones.
        calls: how often the student's function was called.
    """

    function: str
    text: str
    rough: str
    is_new: bool
    calls: int


def example(
    calls: Sequence[Call],
    caller: Caller,
    right: Functions,
    wrong: Sequence[Misconception],
    clock: Clock = time.process_time,
) -> Example | None:
    """A small input on which the student's function is wrong as it was in one of the calls.

    Args:
        calls: of a case that failed, as they were recorded.
        caller: who answers for the student.
        right: the reference's functions.
        wrong: the misconceptions of the topic.
        clock: what the search may use of is measured by it.

    Returns:
        ``None`` where no call was plainly wrong, or nothing small enough was found.
    """
    for script in scripts(calls, right):
        search = _Search(script, caller, right, wrong, clock)
        if search.is_wrong:
            return search.shortest().run()
    return None


@dataclass(frozen=True, slots=True)
class _State:
    """An input, the actual value and the right one."""

    inputs: Inputs
    actual: Any
    right: Any
    fault: str
    fits: frozenset[str]


class _Search:
    """From one recorded call, and the calls that made the object that was asked."""

    def __init__(
        self,
        script: Script,
        caller: Caller,
        right: Functions,
        wrong: Sequence[Misconception],
        clock: Clock = time.process_time,
    ) -> None:
        self._script = script
        self._caller = caller
        self._clock = clock
        self._given = right, wrong
        self._right = InProcess(right)
        built = [(form.name, form.build()) for one in wrong for form in one.forms()]
        self._wrong = [
            (name, InProcess({**right, **functions}))
            for name, functions in built
            if script.last.name in functions
        ]
        self._begin = clock(), time.monotonic()
        self.calls = 0
        self.best: _State | None = None
        self._first = script.inputs()
        self._start: _State | None = None
        if script.last.value is not None:
            self._start = self._state(self._first, wire.decode(script.last.value))
        else:
            self._start = self._tried(self._first)

    @property
    def is_wrong(self) -> bool:
        """Whether the call itself is plainly wrong."""
        return self._start is not None

    def shortest(self) -> _Search:
        """The search with as few calls as show the same mistake."""
        for script in self._script.shorter():
            other = _Search(script, self._caller, *self._given, self._clock)
            if other._start is not None and self._is_same(other._start):
                return other.shortest()
        return self

    def run(self) -> Example | None:
        """Shrink as far as calls and time go."""
        best = self._start
        while best is not None:
            before = best
            for changes in (cuts, _rounded, _plainer):
                best = self._improved(best, changes)
            if best.inputs.same(before.inputs) or self._is_over():
                break
        self.best = best
        if best is None or best.inputs.size() > MOST_SHOWN or not self._is_steady(best):
            return None
        is_new = not best.inputs.same(self._first) and not (
            best.inputs.numbers() & self._first.numbers()
        )
        name, values = self._script.last.name, (best.actual, best.right)
        text, rough = (
            self._script.sentence(self._given[0][name], best.inputs, values, rough=rough)
            for rough in (False, True)
        )
        return Example(name, text, rough, is_new, self.calls)

    def _improved(self, best: _State, changes: Callable[[Inputs], Iterator[Inputs]]) -> _State:
        """The input after every change of a kind that keeps the mistake, begun anew after a cut."""
        again = True
        while again and not self._is_over():
            again = False
            for candidate in changes(best.inputs):
                if self._is_over():
                    break
                if candidate.same(best.inputs):
                    continue
                if (state := self._tried(candidate)) is not None and self._is_same(state):
                    best, again = state, True
                    break
        return best

    def _is_over(self) -> bool:
        used, wall = self._begin
        late = self._clock() - used > SECONDS or time.monotonic() - wall > _FAR_SECONDS
        return late or self.calls >= CALLS

    def _is_same(self, state: _State) -> bool:
        first = self._start
        return first is not None and (state.fault, state.fits) == (first.fault, first.fits)

    def _tried(self, inputs: Inputs) -> _State | None:
        """What becomes of an input; ``None`` where it is none that the reference takes, or all is right."""
        if self._answer(self._right, inputs) is None:
            return None
        self.calls += len(self._script.steps)
        actual = self._answer(self._caller, inputs)
        return None if actual is None else self._state(inputs, actual[0])

    def _state(self, inputs: Inputs, actual: Any) -> _State | None:
        if (right := self._answer(self._right, inputs)) is None:
            return None
        found = difference(actual, right[0])
        if found is None or found.fault is None:
            return None
        comparison = found.comparison
        if comparison.fault != "nan" and nearly(actual, right[0]):  # too few digits alone
            return None
        if comparison.fault == "value" and not _is_clear(comparison):
            return None
        fits = frozenset(
            name
            for name, functions in self._wrong
            if (answer := self._answer(functions, inputs)) is not None
            and equal_up_to_rounding(answer[0], actual)
            and not equal_up_to_rounding(answer[0], right[0])
        )
        return _State(inputs, actual, right[0], found.fault, fits)

    def _answer(self, caller: Caller, inputs: Inputs) -> tuple[Any] | None:
        """The value of the last call as a tuple of one; ``None`` if there is none."""
        try:
            *_, last = [caller.answer(call) for call in self._script.calls(inputs)]
        except StudentError:
            return None
        return None if last.held or last.itself else (last.value,)

    def _is_steady(self, state: _State) -> bool:
        """Whether the right value does not hang on the rounding of the input."""
        moved = state.inputs.everywhere(
            lambda leaf: leaf * (1 + _ROUNDING) if leaf.dtype.kind == "f" else leaf
        )
        again = self._answer(self._right, moved)
        if again is None:  # at the edge of what is allowed
            return True
        found = difference(again[0], state.right)
        if found is None or found.comparison.fault not in (None, "value"):
            return False
        comparison = found.comparison
        with np.errstate(all="ignore"):
            return bool((comparison.gap <= _NOISE * comparison.bound).all())


def _rounded(inputs: Inputs) -> Iterator[Inputs]:
    """All leaves at once, then leaf by leaf."""
    yield inputs.everywhere(lambda leaf: next(rounder(leaf), leaf))
    yield from _by_leaf(inputs, rounder)


def _plainer(inputs: Inputs) -> Iterator[Inputs]:
    yield from _by_leaf(inputs, plainer)


def _by_leaf(inputs: Inputs, changes: Callable[[Any], Iterator[Any]]) -> Iterator[Inputs]:
    for place, leaf in enumerate(inputs.leaves()):
        for changed in changes(leaf):
            if _weight(changed) < _weight(leaf):
                yield inputs.at(place, changed)


def _weight(leaf: Any) -> tuple[int, int, float]:
    """How hard numbers are to follow: those that are not whole, those that are not zero, their size."""
    flat = np.asarray(leaf, float).reshape(-1)
    broken = sum(len(f"{abs(number) % 1:.12g}") - 1 for number in flat[np.isfinite(flat)])
    return broken, int(np.count_nonzero(flat)), float(np.abs(flat).sum())


def _is_clear(comparison: Comparison) -> bool:
    with np.errstate(all="ignore"):
        return bool((comparison.gap > _CLEAR * comparison.bound).any())
