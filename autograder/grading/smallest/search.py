"""The search: change an input while the function stays wrong in the same way."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from autograder import wire
from autograder.grading.calls import Caller, InProcess, asked
from autograder.grading.diagnose.agreement import alike, nearly
from autograder.grading.smallest.inputs import MOST_SHOWN, Inputs, cuts, plainer, rounder
from autograder.grading.smallest.words import sentence
from autograder.model import Call, Outcome, StudentError
from autograder.testing import Misconception
from autograder.testing.compare import Comparison, compare
from autograder.testing.values import UnreadableValue, read

Functions = Mapping[str, Callable[..., Any]]
CALLS: Final = 60
SECONDS: Final = 0.5
_WALL = 4.0
_CLEAR: Final = 10.0  # tolerances by which a value must be wrong
_NOISE: Final = 0.1  # tolerances by which the right value may hang on rounding
_ROUNDING: Final = 4e-16


@dataclass(frozen=True, slots=True)
class Example:
    """An input on which a function is wrong, small enough to be shown.

    Attributes:
        function: its name.
        text: the sentence.
        rough: the same for hidden cases, where no more than three digits of what came are shown.
        is_new: whether no number of the input that it was shrunk from is in it, but whole ones.
        calls: how often the student's function was called.
    """

    function: str
    text: str
    rough: str
    is_new: bool
    calls: int


def example(
    calls: Sequence[Call], caller: Caller, right: Functions, wrong: Sequence[Misconception]
) -> Example | None:
    """A small input on which the student's function is wrong as it was in one of the calls.

    Args:
        calls: of a case that failed, as they were recorded.
        caller: who answers for the student.
        right: the reference's functions.
        wrong: the misconceptions of the topic.

    Returns:
        ``None`` where no call was plainly wrong, or nothing small enough was found.
    """
    plain = [one for one in calls if _is_plain(one) and one.name in right]
    for call in sorted(plain, key=lambda one: len(one.arguments)):
        search = _Search(call, caller, right, wrong)
        if search.is_wrong:
            return search.run()
    return None


def _is_plain(call: Call) -> bool:
    """Whether a call can be written down: of a function, with data, and with a value."""
    return (
        call.driver is None
        and call.op == "call"
        and not call.objects
        and not call.path
        and call.value is not None
        and call.outcome is Outcome.PASSED
        and call.functions == (call.name,)
        and bool(
            Inputs(wire.decode(call.arguments)).leaves()
        )  # else the answer would be given away
    )


@dataclass(frozen=True, slots=True)
class _State:
    """An input, what came and what is right."""

    inputs: Inputs
    came: Any
    right: Any
    fault: str
    fits: frozenset[str]


class _Search:
    """From one recorded call."""

    def __init__(
        self, call: Call, caller: Caller, right: Functions, wrong: Sequence[Misconception]
    ) -> None:
        self._name = call.name
        self._caller = caller
        self._function = right[call.name]
        self._right = InProcess(right)
        built = [(form.name, form.build()) for one in wrong for form in one.forms()]
        self._wrong = [
            (name, InProcess({**right, **functions}))
            for name, functions in built
            if call.name in functions
        ]
        self._begin = time.process_time(), time.monotonic()
        self.calls = 0
        self.best: _State | None = None
        self._first = Inputs(wire.decode(call.arguments))
        self._start: _State | None = None
        if call.value is not None:
            self._start = self._state(self._first, wire.decode(call.value))

    @property
    def is_wrong(self) -> bool:
        """Whether the call itself is plainly wrong."""
        return self._start is not None

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
        names = [*inspect.signature(self._function).parameters]
        text = sentence(self._name, names, best.inputs.tree, best.came, best.right)
        rough = sentence(self._name, names, best.inputs.tree, best.came, best.right, rough=True)
        return Example(self._name, text, rough, is_new, self.calls)

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
        ours, wall = self._begin  # our own time, so that a busy machine changes nothing
        late = time.process_time() - ours > SECONDS or time.monotonic() - wall > _WALL
        return late or self.calls >= CALLS

    def _is_same(self, state: _State) -> bool:
        first = self._start
        return first is not None and (state.fault, state.fits) == (first.fault, first.fits)

    def _tried(self, inputs: Inputs) -> _State | None:
        """What becomes of an input; ``None`` where it is none that the reference takes, or all is right."""
        call = asked(self._name, None, *inputs.tree)
        if self._answer(self._right, call) is None:
            return None
        self.calls += 1
        came = self._answer(self._caller, call)
        return None if came is None else self._state(inputs, came[0])

    def _state(self, inputs: Inputs, came: Any) -> _State | None:
        call = asked(self._name, None, *inputs.tree)
        if (right := self._answer(self._right, call)) is None:
            return None
        comparison = _compared(came, right[0])
        if comparison is None or comparison.fault is None:
            return None
        if comparison.fault != "nan" and nearly(came, right[0]):  # too few digits alone
            return None
        if comparison.fault == "value" and not _is_clear(comparison):
            return None
        fits = frozenset(
            name
            for name, functions in self._wrong
            if (answer := self._answer(functions, call)) is not None
            and alike(answer[0], came)
            and not alike(answer[0], right[0])
        )
        return _State(inputs, came, right[0], comparison.fault, fits)

    @staticmethod
    def _answer(caller: Caller, call: Call) -> tuple[Any] | None:
        """A value in a tuple of its own; ``None`` where there is none."""
        try:
            return (caller.answer(call).value,)
        except StudentError:
            return None

    def _is_steady(self, state: _State) -> bool:
        """Whether the right value does not hang on the rounding of the input."""
        moved = state.inputs.everywhere(
            lambda leaf: leaf * (1 + _ROUNDING) if leaf.dtype.kind == "f" else leaf
        )
        again = self._answer(self._right, asked(self._name, None, *moved.tree))
        if again is None:  # at the edge of what is allowed
            return True
        comparison = _compared(again[0], state.right)
        if comparison is None or comparison.fault not in (None, "value"):
            return False
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


def _compared(came: Any, right: Any) -> Comparison | None:
    try:
        return compare(read(came), read(right))
    except UnreadableValue:
        return None


def _is_clear(comparison: Comparison) -> bool:
    with np.errstate(all="ignore"):
        return bool((comparison.gap > _CLEAR * comparison.bound).any())
