"""The arguments of a call in which gradients are compared: what a docstring promises, and what may move."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch

from autograder.staff.causes import undisturbed
from autograder.staff.harden.drivers import GRADIENTS
from autograder.staff.harden.question import HardenedQuestion
from autograder.staff.harden.template import Template, draw
from autograder.staff.harden.trees import Group, Leaf, Manner, Node, Repeated
from autograder.staff.mutants.work import CaseTimedOut, limited

_SECONDS: Final = 5.0
_DRAWS: Final = 4


def differentiable(
    one: Template, question: HardenedQuestion, rng: np.random.Generator
) -> tuple[str, ...]:
    """The arguments of a call in which the docstring asks for gradients, where there are any."""
    sources = {function.name: function.source for function in question.stub.functions}
    said = " ".join(
        re.findall(r"ifferentiable in ([^.;]*)", " ".join(sources[one.function].split()))
    )
    if one.equal or one.judge is None or one.declared:
        return ()
    if one.driver is not None and not (said and one.takes_function_first):
        return ()
    names = [name for name, node in one.nodes.items() if node is not None]
    if not said:
        # Nothing promises gradients; a driver that takes some shows that they count.
        drivers = question.folder / "drivers.py"
        taken = drivers.exists() and "autograd" in drivers.read_text(encoding="utf-8")
        one.promised = False
        asked = names if taken and "no gradient" not in sources[one.function] else []
    elif said.startswith("all"):
        asked = names
    elif first := re.match(r"the first (two|three|four|five)", said):
        asked = names[: ("two", "three", "four", "five").index(first[1]) + 2]
    else:
        asked = [name for name in names if re.search(rf"\b{name}\b", said)]
    found = tuple(name for name in asked if _is_free(one.nodes[name]))
    if not found:
        return ()
    right, driver = question.right[one.function], one.driver
    function = right if driver is None else functools.partial(driver, right)
    places = [names.index(name) for name in found]
    results = []
    try:
        for _ in range(_DRAWS):
            with limited(_SECONDS), undisturbed():
                given = draw(one, Manner(rest=one.rest[0]), rng, question.declared.inputs)
                results += _driver()(function, [given[name] for name in names], places)
    except (Exception, CaseTimedOut):
        return ()
    # A driver may return a value without a graph.
    tracked = driver is None or any(bool(gradient.any()) for gradient in results)
    return found if tracked and all(bool(some.isfinite().all()) for some in results) else ()


def _is_free(node: Node | None) -> bool:
    """Whether every entry of an argument, or of all arrays in it, may move by itself."""
    if isinstance(node, Group):
        return all(map(_is_free, node.items))
    if isinstance(node, Repeated):
        return _is_free(node.item)
    return (
        isinstance(node, Leaf)
        and not node.integer
        and node.kind in ("tensor", "float")
        and node.domain.name
        in (
            "real",
            "positive",
            "not negative",
            "above a small negative number",
            "between 0 and 1",
            "with minus infinity",
            "invertible",
        )
    )


def _driver() -> Callable[..., Any]:
    """The driver that cases of gradients call."""
    space: dict[str, Any] = {"torch": torch}
    exec(GRADIENTS, space)  # noqa: S102 - our own text
    driver: Callable[..., Any] = space["result_gradients"]
    return driver
