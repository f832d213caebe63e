"""On which inputs a mutant differs from the reference, and how: the values that an author looks at.

The inputs are those that the cases pass, in several draws, and the same with each axis that the stub names
cut to the size 1, where the reference takes that. A mutant that differs on none of them is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from autograder.model import Case
from autograder.staff import lens
from autograder.staff.causes import Functions, undisturbed
from autograder.staff.validate import matrix, sizes

_DRAWS: Final = ("seen", "seen again")
_KEPT: Final = 24
"""So many calls of a function are kept of each draw, the smallest of them."""

_CUT: Final = 4
_READABLE: Final = 24
_DIGITS: Final = (4, 7, 12, 17)


@dataclass(frozen=True, slots=True)
class Input:
    """One call of a function of the topic.

    Attributes:
        function: its name.
        arguments: by the names of its parameters.
    """

    function: str
    arguments: Mapping[str, Any]

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return sum(map(_count, self.arguments.values()))

    def call(self, functions: Functions) -> Any:
        """What this call returns; an exception is a value like any other."""
        given = {name: _copied(value) for name, value in self.arguments.items()}
        with undisturbed():
            try:
                return functions[self.function](**given)
            except Exception as error:  # whatever a mutant may do
                return error

    def __str__(self) -> str:
        listed = ", ".join(
            f"{name}={formatted(value, 6)}" for name, value in self.arguments.items()
        )
        return f"{self.function}({listed})"


def drawn(cases: Sequence[Case], functions: Functions, stubs: Mapping[str, str]) -> list[Input]:
    """The inputs on which mutants are looked at, the smallest first.

    Args:
        cases: the topic's.
        functions: the reference's.
        stubs: the source of each function of the stub.
    """
    found: list[Input] = []
    for seed in _DRAWS:
        calls: dict[str, list[Input]] = {}
        noting = {name: _noting(name, functions[name], calls) for name in functions}
        for case in cases:
            matrix.ratio(case, noting, seed)
        for some in calls.values():
            found += sorted(some, key=lambda one: one.size)[:_KEPT]
    cut = [small for one in found for small in _cut(one, stubs.get(one.function, ""))]
    right = [one for one in cut if not isinstance(one.call(functions), Exception)]
    return sorted([*found, *right], key=lambda one: one.size)


def difference(inputs: Sequence[Input], right: Functions, mutant: Functions) -> str:
    """The smallest input on which a mutant differs by more than rounding, with both values.

    Args:
        inputs: the smallest first.
        right: the reference's functions.
        mutant: the mutant's.

    Returns:
        A sentence, or ``""`` where it differs on none.
    """
    for one in inputs:
        expected, found = one.call(right), one.call(mutant)
        if not nearly_equal(found, expected):
            actual, reference = _distinct_texts(found, expected)
            return f"{one} gives {actual}; {reference} is right"
    return ""


def nearly_equal(found: Any, expected: Any) -> bool:
    """Whether two results are the same up to rounding."""
    if isinstance(found, Exception) or isinstance(expected, Exception):
        return type(found) is type(expected)
    if isinstance(expected, tuple | list):
        same = isinstance(found, tuple | list) and len(found) == len(expected)
        return same and all(map(nearly_equal, found, expected))
    if isinstance(expected, dict):
        same = isinstance(found, dict) and found.keys() == expected.keys()
        return same and all(nearly_equal(found[key], expected[key]) for key in expected)
    if isinstance(expected, str | set | frozenset | bool) or expected is None:
        return bool(found == expected)
    one, other = _array(found), _array(expected)
    if one is None or other is None or one.shape != other.shape or one.dtype != other.dtype:
        return False
    single = other.dtype in (np.float32, np.complex64)
    rtol, atol = (1e-4, 1e-5) if single else (1e-8, 1e-10)
    with np.errstate(all="ignore"):
        return bool(np.allclose(one, other, rtol=rtol, atol=atol, equal_nan=True))


def formatted(value: Any, digits: int = 4) -> str:
    """A value in a few words: its numbers where they are few, its shape where they are many."""
    if isinstance(value, Exception):
        return f"{type(value).__name__}: {value}".strip(": ")
    if isinstance(value, torch.Tensor | np.ndarray):
        array = _array(value)
        if array is None or array.size > _READABLE:
            return f"<{'×'.join(map(str, value.shape))} numbers>"
        return _written(array.tolist(), digits)
    if isinstance(value, tuple | list):
        return (
            _written(value, digits) if _count(value) <= _READABLE else f"<{_count(value)} numbers>"
        )
    if callable(value):
        return f"<{getattr(value, '__name__', 'a function')}>"
    return _written(value, digits)


def _distinct_texts(found: Any, expected: Any) -> tuple[str, str]:
    """Two values with as many digits as they need to differ."""
    actual, reference = "", ""
    for digits in _DIGITS:
        actual, reference = formatted(found, digits), formatted(expected, digits)
        if actual != reference:
            return actual, reference
    return f"{actual} (of another kind)", reference


def _written(value: Any, digits: int) -> str:
    if isinstance(value, tuple | list):
        opened, closed = "()" if isinstance(value, tuple) else "[]"
        return opened + ", ".join(formatted(item, digits) for item in value) + closed
    if isinstance(value, bool | np.bool_) or not isinstance(value, float | complex | np.number):
        return repr(value)
    return f"{value:.{digits}g}"


def _cut(one: Input, source: str) -> Iterator[Input]:
    """The same call with one named axis after the other cut to the size 1."""
    if not source or one.size > _READABLE * _CUT:
        return
    shapes = dict(sizes.documented(source))
    for axis in sorted({name for axes in shapes.values() for name in axes if name.isidentifier()}):
        changed = {
            name: _first(value, shapes.get(name, ()), axis) for name, value in one.arguments.items()
        }
        if any(changed[name] is not one.arguments[name] for name in changed):
            yield Input(one.function, changed)


def _first(value: Any, axes: Sequence[str], axis: str) -> Any:
    """An array whose axes of this name have their first entry alone."""
    if not isinstance(value, torch.Tensor | np.ndarray) or axis not in axes:
        return value
    if len(axes) != value.ndim and "..." not in axes:
        return value
    index = [slice(None)] * value.ndim
    for place, name in enumerate(axes[: axes.index("...")] if "..." in axes else axes):
        if name == axis and place < value.ndim and value.shape[place] > 1:
            index[place] = slice(0, 1)
    return value if index == [slice(None)] * value.ndim else value[tuple(index)]


def _noting(
    name: str, function: Callable[..., Any], calls: dict[str, list[Input]]
) -> Callable[..., Any]:
    def note(given: Mapping[str, Any]) -> None:
        copied = {key: _copied(value) for key, value in given.items()}
        calls.setdefault(name, []).append(Input(name, copied))

    return lens.noting(function, note)


def _copied(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (tuple, list):
        return type(value)(map(_copied, value))
    return value


def _array(value: Any) -> np.ndarray[Any, Any] | None:
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return None if array.dtype == object else array


def _count(value: Any) -> int:
    if isinstance(value, torch.Tensor):
        return value.numel()
    if isinstance(value, np.ndarray):
        return value.size
    return sum(map(_count, value)) if isinstance(value, tuple | list) else 1
