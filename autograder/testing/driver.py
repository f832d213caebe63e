"""Running a driver with the student's functions: in the cage, if the arguments are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from autograder.testing.values import items

HOOK: Final = "__autograder_via__"


def via(driver: Callable[..., Any], *arguments: Any) -> Any:
    """Run ``driver(*arguments)`` where the student's functions live.

    Under the grader a student's function is a proxy into the cage, and the type of a proxy has the
    method ``__autograder_via__(proxy, driver, arguments)``: the driver is then run in the cage, and
    only data comes back. In a notebook there are no proxies, and the driver is called.

    Args:
        driver: a function of the question's ``drivers`` module.
        *arguments: the student's functions, and data; also inside lists, tuples and dicts.

    Returns:
        What the driver returns.
    """
    for value in _inside(arguments):
        hook = getattr(type(value), HOOK, None)
        if hook is not None:
            return hook(value, driver, arguments)
    return driver(*arguments)


def _inside(value: Any) -> list[Any]:
    """Every value in nested lists, tuples and dicts, each container visited once."""
    found: list[Any] = []
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        current = waiting.pop()
        inner = dict.values(current) if issubclass(type(current), dict) else items(current)
        if inner is None:
            found.append(current)
        elif id(current) not in seen:
            seen.add(id(current))
            waiting.extend(inner)
    return found
