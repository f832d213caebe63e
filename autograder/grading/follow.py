"""Follow-through: a function that is right but for a helper that is wrong elsewhere.

A student's `ddpm_loss` calls the student's `q_sample`. Where the manifest says `follows = ["q_sample"]`,
a case that fails is judged once more against the reference with *its* `q_sample` bound to the student's
own, which answers in the cage as ever.

Nothing is given away: the helper is sent what the case itself has sent to the student's functions before,
and otherwise only text and whole numbers, such as counts and steps. Points are given only if these are the
same in two draws: what the reference computes from drawn numbers differs. The public cases of the helper
must pass, and both draws must be right. From one draw to the other, the answers of the helper and of the
function must differ, and all numbers must be finite. The helper's must not be far larger than the right
ones: next to very large numbers, a function is right whatever else it adds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from autograder import wire
from autograder.course.reference import reference_module
from autograder.grading.calls import MAX_CALL_BYTES, Caller, Recorder, Reply, new_call
from autograder.grading.diagnose.agreement import equal_up_to_rounding
from autograder.grading.judging import judge
from autograder.grading.limit import JudgingTimedOut, judging
from autograder.grading.names import Namespace
from autograder.grading.uses import required_names
from autograder.model import Call, Case, CaseResult, GraderError, Outcome, Part
from autograder.testing.values import UnreadableValue, items, read

Draw = Callable[[Case, int], np.random.Generator]
_DRAWS = 2
_LARGER = 100.0
"""So many times the largest number of the right answer, or 1, a helper's may be."""


def helpers_of(
    part: Part, parts: Sequence[Part], judged: Mapping[str, CaseResult], wrong: Mapping[str, Any]
) -> tuple[str, ...]:
    """The helpers that a part follows: those that are wrong, and right in their public cases.

    Args:
        part: whose `follows` are asked for.
        parts: all parts of the assignment.
        judged: the results, by the key of the case.
        wrong: the functions that are wrong in cases of their own.
    """
    public = [case for one in parts for case in one.public if not case.form and case.key in judged]
    found = []
    for helper in part.follows:
        mine = [judged[case.key].passed for case in public if helper in case.parameters]
        if helper in wrong and mine and all(mine):
            found.append(helper)
    return tuple(found)


def is_followed(result: CaseResult, helpers: Sequence[str], caller: Caller, draw: Draw) -> bool:
    """Whether a case that failed is right for a reference that has the student's helpers.

    Args:
        result: of the case.
        helpers: names of the student's functions.
        caller: who answers for the student.
        draw: the generator of a case, for the first and the second draw.
    """
    case = result.case
    if result.outcome is not Outcome.WRONG or not case.hidden or "rng" not in case.parameters:
        return False
    if set(helpers) & set(required_names(case)):
        return False
    told = []
    for number in range(_DRAWS):
        sent = _Sent(caller)
        judge(case, Namespace(sent, draw(case, number), case.kinds))
        recorder, stand_ins = Recorder(sent), _StandIns(case, caller, sent)
        with stand_ins.bound(helpers):
            again = judge(case, Namespace(recorder, draw(case, number), case.kinds))
        if not again.passed or not stand_ins.heard:
            return False
        told.append((_values(recorder.calls), stand_ins))
    (one, first), (other, second) = told
    try:
        with judging():
            return (
                first.fresh == second.fresh
                and _differ(one, other)
                and _differ(first.heard, second.heard)
            )
    except (wire.WireError, MemoryError, JudgingTimedOut):  # of what no case reads, or too much
        return False


class _Sent:
    """Passes calls of a case on, and remembers the arguments that were sent.

    Attributes:
        known: the numbers and texts in them, as long as there is room.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._room = MAX_CALL_BYTES
        self.known: set[Any] = set()

    def answer(self, call: Call) -> Reply:
        """What the other caller says."""
        self._room -= len(call.arguments)
        if self._room >= 0:
            self.known.update(_contents(wire.decode(call.arguments, names=True)))
        return self._caller.answer(call)


class _StandIns:
    """The reference's helpers, answered by the student's.

    Attributes:
        heard: what they answered.
        fresh: arguments with something that the case had not sent before, as flat lists.
    """

    def __init__(self, case: Case, caller: Caller, sent: _Sent) -> None:
        self._module = reference_module(case.topic)
        self._caller = caller
        self._sent = sent
        self.heard: list[Any] = []
        self.fresh: list[list[Any]] = []

    @contextmanager
    def bound(self, helpers: Sequence[str]) -> Iterator[None]:
        """While this is open, every module of the reference finds the student's helpers by their names."""
        changed: list[tuple[Any, str, Any]] = []
        try:
            for name in helpers:
                right = getattr(self._module, name)
                stand_in = self._stand_in(name, right)
                for module in [*sys.modules.values()]:
                    ours = getattr(module, "__name__", "").startswith("reference.")
                    if ours and vars(module).get(name) is right:
                        changed.append((module, name, right))
                        setattr(module, name, stand_in)
            yield
        finally:
            for module, name, right in changed:
                setattr(module, name, right)

    def _stand_in(self, name: str, right: Callable[..., Any]) -> Callable[..., Any]:
        def answer(*arguments: Any, **keywords: Any) -> Any:
            call = new_call(name, None, arguments, keywords)
            self._check(name, wire.decode(call.arguments, names=True))
            value = self._caller.answer(call).value
            wanted = right(*arguments, **keywords)
            if not _largest(value) <= _LARGER * max(1.0, _largest(wanted)):
                raise GraderError(f"`{name}` answers with numbers that drown all others")
            self.heard.append(value)
            return _like(value, wanted)

        return answer

    def _check(self, name: str, given: Any) -> None:
        """Note arguments that the case has not sent.

        Raises:
            GraderError: one has a number that is not whole, which may follow from what was drawn.
        """
        for leaf in _leaves(given):
            contents = [*_contents(leaf)]
            new = [one for one in contents if one not in self._sent.known]
            if not all(isinstance(one, str) or _is_whole(one) for one in new):
                raise GraderError(f"`{name}` would be sent a number that the case did not send")
            if new:
                self.fresh.append(contents)


def _is_whole(one: Any) -> bool:
    return isinstance(one, int) or (isinstance(one, float) and one.is_integer())


def _largest(value: Any) -> float:
    """The largest number in a value, by size; infinite where one is not finite, or cannot be read."""
    if isinstance(value, dict):
        value = list(value.values())
    if (inner := items(value)) is not None:
        return max(map(_largest, inner), default=0.0)
    try:
        sizes = np.abs(read(value).array)
    except UnreadableValue:
        return np.inf
    return float(sizes.max(initial=0.0)) if np.isfinite(sizes).all() else np.inf


def _leaves(value: Any) -> Iterator[Any]:
    """The tensors, arrays, numbers and texts in a value, keys of dicts among them."""
    if wire.is_table(type(value)):
        value = wire.plain_table(value)
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if (inner := items(value)) is not None:
        for item in inner:
            yield from _leaves(item)
    else:
        yield value


def _contents(value: Any) -> Iterator[Any]:
    """The numbers in a value, and everything else as text; equal numbers of different dtypes are equal."""
    for leaf in _leaves(value):
        try:
            yield from read(leaf).array.reshape(-1).tolist()
        except UnreadableValue:
            yield from map(
                repr, leaf.reshape(-1).tolist() if isinstance(leaf, np.ndarray) else [leaf]
            )


def _values(calls: Sequence[Call]) -> list[Any]:
    return [wire.decode(call.value) for call in calls if call.value is not None]


def _finite(value: Any) -> bool:
    """Whether all numbers in a value are finite."""
    return all(isinstance(one, str) or np.isfinite(one) for one in _contents(value))


def _differ(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether some answers differ by more than a tolerance, and all numbers are finite."""
    return all(map(_finite, (*one, *other))) and any(
        not equal_up_to_rounding(a, b) for a, b in zip(one, other, strict=False)
    )


def _like(value: Any, right: Any) -> Any:
    """What the student returned in the form in which the reference returns it, where that can be."""
    inner = items(value)
    if isinstance(right, tuple) and inner is not None and len(inner) == len(right):
        return tuple(_like(a, b) for a, b in zip(inner, right, strict=True))
    try:
        values = read(value)
    except UnreadableValue:
        return value
    if values.kind == "complex":
        return value
    if isinstance(right, torch.Tensor):
        return torch.from_numpy(values.array).to(right.dtype)
    if isinstance(right, np.ndarray):
        return values.array.astype(right.dtype)
    return values.array.item() if values.array.ndim == 0 else value
