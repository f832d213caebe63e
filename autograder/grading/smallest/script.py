"""The calls that lead to a wrong value: one of a function, or those that make an object and ask it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from autograder import wire
from autograder.grading.calls import new_call
from autograder.grading.smallest.inputs import Inputs
from autograder.grading.smallest.words import sentence, sentence_after
from autograder.model import Call, Outcome

MOST_STEPS: Final = 12
_LETTERS: Final = "abcdefgh"


@dataclass(frozen=True, slots=True)
class Script:
    """Calls to be made one after the other, the last of which has a value.

    Attributes:
        steps: the calls; objects are numbered from 0.
    """

    steps: tuple[Call, ...]

    @property
    def last(self) -> Call:
        """The call whose value is looked at."""
        return self.steps[-1]

    def inputs(self) -> Inputs:
        """The arguments of all calls."""
        return Inputs((tuple(wire.decode(step.arguments, names=True) for step in self.steps), {}))

    def calls(self, inputs: Inputs) -> Iterator[Call]:
        """The calls with other arguments."""
        for step, (positional, keywords) in zip(self.steps, inputs.tree[0], strict=True):
            yield _again(step, tuple(positional), keywords)

    def shorter(self) -> Iterator[Script]:
        """The same without one of the calls between the first and the last, the latest first."""
        for place in range(len(self.steps) - 2, 0, -1):
            if self.steps[place].made is None:
                last = replace(self.last, value=None)  # it is another one now
                yield Script((*self.steps[:place], *self.steps[place + 1 : -1], last))

    def sentence(
        self,
        function: Callable[..., Any],
        inputs: Inputs,
        values: tuple[Any, Any],
        *,
        rough: bool = False,
    ) -> str:
        """What a student reads.

        Args:
            function: the reference's function or class.
            inputs: the arguments of all calls.
            values: the actual and the right one.
            rough: show no more than three digits of the actual value.
        """
        if self.last.target is None:
            names = [*inspect.signature(function).parameters]
            return sentence(self.last.name, names, inputs.tree[0][0], *values, rough=rough)
        typed = [
            self._typed(step, *given)
            for step, given in zip(self.steps, inputs.tree[0], strict=True)
        ]
        return sentence_after(
            typed[:-1], typed[-1], self.last.verb.replace("returned", "returns"), values, rough
        )

    @staticmethod
    def _typed(
        step: Call, positional: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[str, Sequence[Any], Mapping[str, Any], bool]:
        """A call as it is typed, up to its arguments, these, and whether they stand in parentheses."""
        owner = step.name if step.target is None else _LETTERS[step.target]
        text = ".".join([owner, *step.path])
        if step.made is not None:
            text = f"{_LETTERS[step.made]} = {text}"
        return (f"{text} = " if step.op == "set" else text), positional, keywords, step.op == "call"


def scripts(calls: Sequence[Call], known: Mapping[str, Any]) -> Iterator[Script]:
    """What can be written down of a case's calls: those with a value, the ones with least arguments first.

    Args:
        calls: as they were recorded.
        known: the reference's functions and classes.
    """
    found = []
    for place, call in enumerate(calls):
        if call.name not in known or call.value is None or call.outcome is not Outcome.PASSED:
            continue
        script = _of_object(calls[: place + 1]) if call.objects else _of_function(call)
        # without a number among the arguments the answer would be given away
        if script is not None and (inputs := script.inputs()).leaves() and _is_typed(inputs.tree):
            found.append(script)
    yield from sorted(found, key=lambda one: sum(len(step.arguments) for step in one.steps))


def _is_typed(value: Any) -> bool:
    """Whether arguments can be written in a sentence: there is no table among them."""
    if type(value) in (list, tuple):
        return all(map(_is_typed, value))
    if type(value) is dict:
        return all(map(_is_typed, value.values()))
    return not wire.is_table(type(value))


def _of_function(call: Call) -> Script | None:
    plain = call.driver is None and call.op == "call" and not call.path
    return Script((call,)) if plain and call.functions == (call.name,) else None


def _of_object(calls: Sequence[Call]) -> Script | None:
    """The calls that made an object and changed it, up to the last one, which asks it."""
    last = calls[-1]
    if last.driver is not None or last.target is None or last.op not in ("call", "get"):
        return None
    needed = {last.target, *_objects_in(last)}
    steps = [last]
    for call in reversed(calls[:-1]):
        involved = {call.made, call.target, *_objects_in(call)} & needed
        if not involved or call.op == "get":
            continue
        if call.driver is not None:  # nobody can follow what a helper did with it
            return None
        needed |= {*_objects_in(call)}
        steps.append(call)
    steps.reverse()
    numbers = [step.made for step in steps if step.made is not None]
    if len(steps) > MOST_STEPS or len(numbers) > len(_LETTERS) or set(numbers) != needed:
        return None
    renamed = {number: place for place, number in enumerate(numbers)}
    *others, asks = (_renumbered(step, renamed) for step in steps)
    return Script((*others, replace(asks, value=last.value)))


def _renumbered(call: Call, numbers: Mapping[int, int]) -> Call:
    positional, keywords = _map(wire.decode(call.arguments, names=True), numbers)
    return replace(
        _again(call, positional, keywords),
        target=None if call.target is None else numbers[call.target],
        made=None if call.made is None else numbers[call.made],
    )


def _again(call: Call, positional: tuple[Any, ...], keywords: Mapping[str, Any]) -> Call:
    """The same call with other arguments, unanswered."""
    return new_call(
        call.name,
        None,
        positional,
        keywords,
        op=call.op,
        path=call.path,
        target=call.target,
        made=call.made,
    )


def _map(value: Any, numbers: Mapping[int, int]) -> Any:
    if type(value) is wire.Object:
        return wire.Object(numbers[value.number], value.name)
    if type(value) in (list, tuple):
        return type(value)(_map(item, numbers) for item in value)
    if type(value) is dict:
        return {key: _map(item, numbers) for key, item in value.items()}
    return value


def _objects_in(call: Call) -> set[int]:
    """The numbers of the objects among a call's arguments."""
    found: set[int] = set()
    waiting = [wire.decode(call.arguments, names=True)]
    while waiting:
        value = waiting.pop()
        if type(value) is wire.Object:
            found.add(value.number)
        elif type(value) in (list, tuple):
            waiting += value
        elif type(value) is dict:
            waiting += value.values()
    return found
