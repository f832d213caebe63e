"""A function, a class or a value of the reference, seen through a change of what goes in or comes out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Change = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def through(item: Any, *, before: Change = _same, after: Change = _same) -> Any:
    """The same function, class or value, with changed arguments or results.

    An object of a changed class is not an object of that class: its methods and attributes are changed
    likewise. A driver gets the object itself; what the driver is given and returns is changed.

    Args:
        item: what is changed.
        before: changes an argument, or an attribute that is set.
        after: changes a result, an attribute that is read, or the value.
    """
    if isinstance(item, type):
        return _Lens(item, before, after)
    return _function(item, before, after) if callable(item) else after(item)


def noting(
    function: Callable[..., Any], note: Callable[[Mapping[str, Any]], None]
) -> Callable[..., Any]:
    """The same function, which hands its arguments to `note`, by name, before it is called."""
    signature = inspect.signature(function)

    def noted(*arguments: Any, **keywords: Any) -> Any:
        note(signature.bind(*arguments, **keywords).arguments)
        return function(*arguments, **keywords)

    return noted


def _function(function: Callable[..., Any], before: Change, after: Change) -> Callable[..., Any]:
    def call(*arguments: Any, **keywords: Any) -> Any:
        given = {key: before(value) for key, value in keywords.items()}
        return after(function(*map(before, arguments), **given))

    return call


class _Lens:
    """A class, or an object of it."""

    def __init__(self, subject: Any, before: Change, after: Change) -> None:
        vars(self).update(_subject=subject, _before=before, _after=after)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        whole = self._subject, self._before, self._after
        if not isinstance(self._subject, type):
            return _function(*whole)(*arguments, **keywords)
        made = _function(self._subject, self._before, _same)(*arguments, **keywords)
        return _Lens(made, self._before, self._after)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._subject, name)
        return (
            _function(value, self._before, self._after) if callable(value) else self._after(value)
        )

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._subject, name, self._before(value))

    def __autograder_via__(self, driver: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        given = (_bare(value, self._before) for value in arguments)
        return self._after(driver(*given))


def _bare(value: Any, before: Change) -> Any:
    """An argument of a driver, with the objects themselves."""
    if isinstance(value, _Lens):
        return value._subject
    if isinstance(value, list | tuple):
        return type(value)(_bare(item, before) for item in value)
    return before(value)
