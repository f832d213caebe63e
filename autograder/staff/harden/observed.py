"""The calls that public cases make of the student's functions, and how they judge what comes back."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from autograder import testing
from autograder.model import Case, UsageError
from autograder.staff.causes import Functions, undisturbed


@dataclass(frozen=True, slots=True)
class NamedFunction:
    """Where a function of the student's stands among the arguments of a driver."""

    of: str


@dataclass(frozen=True)
class Observed:
    """One call of a public case.

    Attributes:
        function: the student's function.
        part: the part of the case.
        driver: the driver that called it; ``None`` for a plain call.
        arguments: what was given, by names: the function's parameters or the driver's.
        positional: how many of them were given by position.
        parameters: for each argument the parameter of the student's function that it became; ``""`` for
            none.
    """

    function: str
    part: str
    driver: Callable[..., Any] | None
    arguments: Mapping[str, Any]
    positional: int
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judge:
    """How a value is compared with the right one.

    Attributes:
        assertion: the name of the assertion.
        options: its keywords: tolerances, and whether the kind of number counts.
    """

    assertion: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Observations:
    """What the public cases showed.

    Attributes:
        calls: all calls, in order.
        judges: by function, how its values are compared.
        parts: by function, the parts whose public cases ask for it.
    """

    calls: list[Observed] = field(default_factory=list)
    judges: dict[str, Judge] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)


def observe(cases: Sequence[Case], right: Functions) -> Observations:
    """Run public cases on the reference, and note calls and comparisons.

    Args:
        cases: the public cases of a question.
        right: the reference's functions.

    Raises:
        UsageError: the reference fails one of them, or a blank is not filled in.
    """
    seen, watch = Observations(), _Watch()
    for case in cases:
        watch.part = case.part
        names = {
            name: _Watched(name, right[name], watch) for name in case.parameters if name in right
        }
        for name in names:
            parts = seen.parts.setdefault(name, [])
            if case.part not in parts:
                parts.append(case.part)
        try:
            with _watched(case, watch), undisturbed():
                case.run(names)
        except Exception as error:
            raise UsageError(
                f"the reference fails the public case {case.key!r} "
                f"({type(error).__name__}: {str(error).partition(chr(10))[0]}); "
                "correct the case or the reference until `autograder validate` passes it"
            ) from error
    seen.calls = watch.calls
    for name, judges in watch.judges.items():
        seen.judges[name] = _strictest(judges)
    return seen


def _strictest(judges: Sequence[Judge]) -> Judge:
    """One comparison out of several: free order if any has it, the tolerances that are written down."""
    for wanted in ("assert_same_set", "assert_close", "assert_equal"):
        some = [judge for judge in judges if judge.assertion == wanted]
        if some:
            options: dict[str, Any] = {}
            for judge in some:
                options = {**judge.options, **options}
            return Judge(wanted, options)
    raise ValueError("there is no comparison")


class _Watch:
    """What is noted while cases run. Values are kept, so that no identity is given twice."""

    def __init__(self) -> None:
        self.part = ""
        self.calls: list[Observed] = []
        self.judges: dict[str, list[Judge]] = {}
        self._owners: dict[int, str] = {}
        self._kept: list[Any] = []

    def remember(self, name: str, value: Any) -> Any:
        """Remember which function a value came from."""
        self._kept.append(value)
        self._owners[id(value)] = name
        if isinstance(value, tuple | list):
            for item in value:
                self.remember(name, item)
        return value

    def owner(self, value: Any) -> str:
        """The function that a value came from, ``""`` where it came from none."""
        return self._owners.get(id(value), "")

    def judged(self, value: Any, judge: Judge) -> None:
        """Remember a comparison."""
        if name := self.owner(value):
            self.judges.setdefault(name, []).append(judge)


class _Watched:
    """A function of the reference that notes its calls, as a proxy of the grader would get them."""

    def __init__(self, name: str, function: Callable[..., Any], watch: _Watch) -> None:
        self._name, self._function, self._watch = name, function, watch

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        bound = inspect.signature(self._function).bind(*arguments, **keywords)
        given = {name: _copied(value) for name, value in bound.arguments.items()}
        parameters = {name: name for name in given}
        self._note(None, given, len(arguments), parameters)
        return self._watch.remember(self._name, self._function(*arguments, **keywords))

    def __autograder_via__(self, driver: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        inner: dict[str, Any] = {}
        signature = inspect.signature(self._function)

        def spy(*given: Any, **keywords: Any) -> Any:
            if not inner:
                inner.update(signature.bind(*given, **keywords).arguments)
            return self._function(*given, **keywords)

        places = [spy if item is self else item for item in arguments]
        value = driver(*places)
        passed = [_passed(item, inner, own) for item, own in _owned(driver, arguments)]
        names = _names(driver, arguments, passed)
        given = {
            name: NamedFunction(self._name) if item is self else _copied(item)
            for name, item in zip(names, arguments, strict=True)
        }
        parameters = dict(zip(names, passed, strict=True))
        self._note(driver, given, len(arguments), parameters)
        return self._watch.remember(self._name, value)

    def _note(
        self,
        driver: Callable[..., Any] | None,
        given: Mapping[str, Any],
        positional: int,
        parameters: Mapping[str, str],
    ) -> None:
        self._watch.calls.append(
            Observed(self._name, self._watch.part, driver, given, positional, parameters)
        )


def _owned(driver: Callable[..., Any], arguments: Sequence[Any]) -> list[tuple[Any, str]]:
    """Each argument of a driver with the driver's name for it, ``""`` where it has none."""
    own = [
        parameter.name
        for parameter in inspect.signature(driver).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_POSITIONAL
    ]
    return [(item, own[place] if place < len(own) else "") for place, item in enumerate(arguments)]


def _passed(item: Any, inner: Mapping[str, Any], own: str) -> str:
    """The parameter of the student's function that a driver's argument became, itself or as a copy."""
    for key, value in inner.items():
        if value is item:
            return key
    copied = inner.get(own)
    if isinstance(item, torch.Tensor) and isinstance(copied, torch.Tensor):
        return own if torch.equal(item, copied) else ""
    return ""


def _names(
    driver: Callable[..., Any], arguments: Sequence[Any], passed: Sequence[str]
) -> list[str]:
    """A name for each argument of a driver: that of what it becomes, or the driver's own."""
    names: list[str] = []
    for place, (_, own) in enumerate(_owned(driver, arguments)):
        name = passed[place] or own or f"given_{place}"
        names.append(name if name not in names else f"{name}_{place}")
    return names


@contextmanager
def _watched(case: Case, watch: _Watch) -> Iterator[None]:
    """Let the assertions of a case's file note what they compare."""
    test = getattr(getattr(case.run, "__self__", None), "test_func", None)
    space = getattr(test, "__globals__", {})
    before = {
        name: item
        for name, item in space.items()
        if any(item is getattr(testing, known) for known in testing.__all__)
    }
    for name, item in before.items():
        space[name] = _noting(item, watch)
    try:
        yield
    finally:
        space.update(before)


def _noting(item: Any, watch: _Watch) -> Any:
    name = getattr(item, "__name__", "")
    if name in ("assert_close", "assert_same_set", "assert_equal"):

        def judged(actual: Any, expected: Any, **keywords: Any) -> None:
            options = {key: value for key, value in keywords.items() if key != "what"}
            watch.judged(actual, Judge(name, options))
            item(actual, expected, **keywords)

        return judged
    if name in ("as_tensor", "as_array", "unpack"):

        def converted(value: Any, *arguments: Any, **keywords: Any) -> Any:
            found = item(value, *arguments, **keywords)
            owner = watch.owner(value)
            return watch.remember(owner, found) if owner else found

        return converted
    return item


def _copied(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    return copy.deepcopy(value)
