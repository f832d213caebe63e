"""What runs in a separate process: candidates on right answers, and on faults."""

from __future__ import annotations

import inspect
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import torch

from autograder.model import Case
from autograder.staff.harden.drivers import GRADIENTS
from autograder.staff.harden.question import HardenedQuestion, open_question
from autograder.staff.harden.tasks import (
    CONSTANT,
    DETACHED,
    OTHER,
    SQUEEZED,
    Check,
    CheckedRecipe,
    ConstantAnswer,
    KillRow,
    Mutated,
)
from autograder.staff.mutants import distinguishing, work
from autograder.staff.mutants.program import PACKAGE, read
from autograder.staff.mutants.work import CaseTimedOut, limited
from autograder.staff.validate import changes, margins, matrix
from autograder.staff.validate.alternatives import solutions

FAR: Final = 10.0
"""A fault is noticed where a value is off by more than so many tolerances."""

QUIET: Final = 0.1
"""Right answers differ by no more than so much of a tolerance."""

_MORE_DRAWS, _OF_OTHERS, _OF_EXTREMES = 10, 4, 60
"""How often a case is run on the reference, on each other right answer, and with extremes on all of them.

Rare failures cost points too. With extremes a case is run more often, so that a right answer that fails in
one draw of twelve is noticed. Once it has taken `_LONG` seconds of processor time, it is run no more often
than other cases.
"""
_LONG: Final = 10.0

_REFERENCE: Final = "the reference"
_PATIENCE, _OF_SLOW = 1.0, 10.0
"""Seconds for the reference and for other right answers, which may be slow; slower cases are not kept."""

_SECONDS, _TIMES = 0.5, 20.0
_SECONDS_TO_LOOK = 30.0


@dataclass
class CaseRunner:
    """A question with candidates; see `autograder.staff.mutants.pool`.

    Attributes:
        root: the project's folder.
        topic: the question.
        text: the candidates, as a file of hidden cases.
        seeds: what their inputs are drawn from.
    """

    root: Path
    topic: str
    text: str
    seeds: tuple[str, ...]

    def answer(self, task: Check | ConstantAnswer | Mutated) -> CheckedRecipe | KillRow:
        """Do a task."""
        match task:
            case Check():
                return self._check(self._cases[task.key], extreme=task.extreme)
            case ConstantAnswer():
                return self._trivial(task.function)
            case Mutated():
                return self._mutated(task)

    @cached_property
    def _question(self) -> HardenedQuestion:
        return open_question(self.root, self.topic)

    @cached_property
    def _cases(self) -> dict[str, Case]:
        with_gradients(self._question)
        return read_text_of_cases(self._question, self.text)

    @cached_property
    def _functions(self) -> tuple[str, ...]:
        return tuple(name for name in self._question.stub.names if name in self._question.right)

    @cached_property
    def _today(self) -> dict[str, Case]:
        return {case.key: case for case in (*self._question.public, *self._question.hidden)}

    @cached_property
    def _program(self) -> work.TopicRunner:
        program = read(self.root / PACKAGE, self.topic, self._functions)
        stubs = {one.name: one.source for one in self._question.stub.functions}
        every = {**self._today, **self._cases}
        return work.TopicRunner(self.topic, self._functions, every, program, stubs, self.seeds[0])

    @cached_property
    def _right(self) -> dict[str, Any]:
        return self._program.loaded(None)

    @cached_property
    def _seconds(self) -> dict[str, float]:
        """The processor time of every case."""
        found = {}
        for key, case in {**self._today, **self._cases}.items():
            matrix.ratio(case, self._right, self.seeds[0])
            start = time.process_time()
            matrix.ratio(case, self._right, self.seeds[0])
            found[key] = time.process_time() - start
        return found

    @cached_property
    def _others(self) -> dict[str, Any]:
        return dict(solutions(self.root, self.topic))

    def _check(self, case: Case, *, extreme: bool) -> CheckedRecipe:
        others = {
            name: other
            for name, other in self._others.items()
            if all(parameter in other or parameter == "rng" for parameter in case.parameters)
        }
        start = time.process_time()
        for number in range(_OF_EXTREMES if extreme else _MORE_DRAWS):
            late = time.process_time() - start > _LONG
            if late and number >= _MORE_DRAWS:
                break
            some = others if number < _OF_OTHERS or (extreme and not late) else {}
            for name, functions in {_REFERENCE: self._right, **some}.items():
                try:
                    with limited(_PATIENCE if name == _REFERENCE else _OF_SLOW):
                        far = matrix.ratio(case, functions, f"{self.seeds[0]} again {number}")
                except CaseTimedOut:
                    return CheckedRecipe("it takes too long")
                if far > QUIET:
                    refused = name == _REFERENCE and math.isinf(far)
                    what = (
                        "refuses some of its inputs"
                        if refused
                        else f"differs by {far:.2g} tolerances"
                    )
                    return CheckedRecipe(f"{name} {what}")
        try:
            with limited(60):
                noises = margins.noise(case, self._right, {}, self.seeds[0], threads=False)
        except CaseTimedOut:
            return CheckedRecipe("it takes too long")
        worst = max(noises, key=lambda name: noises[name])
        if noises[worst] > QUIET:
            return CheckedRecipe(f"{worst} differs by {noises[worst]:.2g} tolerances")
        return CheckedRecipe()

    def _trivial(self, function: str) -> KillRow:
        """Constants, arguments handed back, another axis: every case must notice all of them."""
        cases = [case for case in self._cases.values() if function in case.parameters]
        kills: dict[tuple[str, str], frozenset[int]] = {}
        for label, change in self._changes(function, cases):
            functions = {**self._right, function: change(self._right[function])}
            for case in cases:
                kills[label, case.key] = self._noticed(case, functions)
        return KillRow(kills)

    def _changes(
        self, name: str, cases: Sequence[Case]
    ) -> Iterator[tuple[str, Callable[[Any], Any]]]:
        if not inspect.signature(self._right[name]).parameters:
            yield OTHER, changes.instead(changes.constant(another(self._right[name]())))
            return
        values: dict[str, list[Any]] = {}
        noting = {**self._right, name: changes.noting(self._right[name], values, name)}
        for case in cases:
            matrix.ratio(case, noting, "another draw")
        some = values.get(name, [])
        if some and all(map(changes.is_word, some)):
            return
        yield f"{CONSTANT} zeros", changes.mapped(lambda value: value * 0)
        yield f"{CONSTANT} ones", changes.mapped(lambda value: value * 0 + 1)
        for value in changes.distinct(some)[:4]:
            yield f"{CONSTANT} {value!r}"[:80], changes.instead(changes.constant(value))
        yield SQUEEZED, changes.mapped(lambda value: value.squeeze())
        yield DETACHED, changes.mapped(_detached)

    def _mutated(self, task: Mutated) -> KillRow:
        try:
            with limited(_SECONDS):
                functions = self._program.loaded(task.mutant)
        except (Exception, CaseTimedOut):  # the module itself does not run
            return KillRow({}, everywhere=True, today="(it does not run)")
        kills = {}
        for key, case in self._cases.items():
            if key not in task.dropped and set(task.functions) & set(case.parameters):
                kills["", key] = self._noticed(case, functions)
        today = difference = ""
        if task.look:
            today = self._first_of_today(task, functions)
            if not today:
                difference = self._difference(functions)
        return KillRow(kills, today=today, difference=difference)

    def _noticed(self, case: Case, functions: Mapping[str, Any]) -> frozenset[int]:
        """The draws in which a case notices a fault."""
        found = set()
        for place, seed in enumerate(self.seeds):
            try:
                with limited(_SECONDS + _TIMES * self._seconds[case.key]):
                    if matrix.ratio(case, functions, seed) > FAR:
                        found.add(place)
            except CaseTimedOut:
                return frozenset(range(len(self.seeds)))
        return frozenset(found)

    def _first_of_today(self, task: Mutated, functions: Mapping[str, Any]) -> str:
        for key, case in self._today.items():
            if not set(task.functions) & set(case.parameters):
                continue
            try:
                with limited(_SECONDS + _TIMES * self._seconds[key]):
                    if matrix.ratio(case, functions, matrix.SEED) > 1:
                        return key
            except CaseTimedOut:
                return key
        return ""

    @cached_property
    def _inputs(self) -> list[distinguishing.Input]:
        stubs = {one.name: one.source for one in self._question.stub.functions}
        found = distinguishing.drawn(
            tuple({**self._today, **self._cases}.values()), self._right, stubs
        )
        return sorted(found, key=lambda one: (one.size, len(str(one))))

    def _difference(self, functions: Mapping[str, Any]) -> str:
        try:
            with limited(_SECONDS_TO_LOOK):
                return distinguishing.difference(self._inputs, self._right, functions)
        except CaseTimedOut:
            return f"it takes more than {_SECONDS_TO_LOOK:g} s on the inputs of the cases"


def _detached(value: Any) -> Any:
    return value.detach() if isinstance(value, torch.Tensor) else value


def another(value: Any) -> Any:
    """A value of the same form with other words, truth values and numbers."""
    match value:
        case bool() | np.bool_():
            return not value
        case str():
            return f"not {value}"
        case dict():
            return {key: another(item) for key, item in value.items()}
        case tuple() | list() | set() | frozenset():
            return type(value)(map(another, value))
        case torch.Tensor() if value.dtype == torch.bool:
            return ~value
    return value + 1


def read_text_of_cases(question: HardenedQuestion, text: str) -> dict[str, Case]:
    """The cases of a text, by their keys.

    Args:
        question: whose hidden cases they are.
        text: the whole file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hidden_cases.py"
        path.write_text(text, encoding="utf-8")
        return {case.key: case for case in question.read(path)}


def with_gradients(question: HardenedQuestion) -> None:
    """Let cases import the driver for gradients, as if the question had it."""
    name = f"drivers.{question.topic}"
    if name not in sys.modules:
        sys.modules[name] = ModuleType(name)
    module = sys.modules[name]
    if not hasattr(module, "result_gradients"):
        exec("import torch\n" + GRADIENTS, vars(module))  # noqa: S102 - our own text
