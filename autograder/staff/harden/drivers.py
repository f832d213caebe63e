"""The driver that cases of gradients call, and where it is written."""

from __future__ import annotations

import re
from typing import Final

GRADIENTS: Final = '''\
def result_gradients(function, arguments, places, driver=None):
    """The gradients, in the arguments at some places, of what a function returns; zeros where none flows.

    Of all numbers that are returned, in lists too, a weighted sum is taken; its weights differ from entry
    to entry. The gradients in a list or tuple of arguments are one vector.

    Args:
        function: the student's function.
        arguments: what it is given, or what its driver is given after it.
        places: the places of the arguments in which gradients are taken.
        driver: the name of the driver that calls the function.
    """

    def exact(value):
        return torch.as_tensor(value, dtype=torch.float64 if isinstance(value, float) else None)

    def flat(value):
        if isinstance(value, (list, tuple)):
            return torch.cat([torch.zeros(0), *map(flat, value)])
        return exact(value).reshape(-1)

    def tracked(value, leaves):
        if isinstance(value, (list, tuple)):
            return type(value)([tracked(item, leaves) for item in value])
        leaves.append(exact(value).clone().requires_grad_())
        return leaves[-1]

    arguments, of_each = list(arguments), [[] for _ in places]
    for place, leaves in zip(places, of_each):
        arguments[place] = tracked(arguments[place], leaves)
    first = [] if driver is None else [function]
    numbers = flat((function if driver is None else globals()[driver])(*first, *arguments))
    total = (numbers * torch.cos(1.7 * torch.arange(len(numbers), dtype=torch.float64) + 0.3)).sum()
    every = [leaf for leaves in of_each for leaf in leaves]
    found = [torch.zeros_like(leaf) for leaf in every]
    if every and total.requires_grad:
        found = list(torch.autograd.grad(total, every, materialize_grads=True))
    gradients = []
    for place, leaves in zip(places, of_each):
        some, found = found[: len(leaves)], found[len(leaves) :]
        gradients.append(flat(some) if isinstance(arguments[place], (list, tuple)) else some[0])
    return gradients
'''
"""The driver of cases that compare gradients; it belongs into the question's `drivers.py`."""


def with_driver(text: str, topic: str) -> str:
    """A question's `drivers.py` with the driver for gradients.

    Args:
        text: what is in the file; ``""`` where there is none.
        topic: the question.
    """
    if re.search(r"^def result_gradients\(", text, re.MULTILINE):
        return text
    start = (
        text.rstrip()
        or f'"""What must run together with the functions of {topic}: gradients."""\n\nimport torch'
    )
    if not re.search(r"^import torch$", start, re.MULTILINE):
        end = start.index('"""', 3) + 3
        start = f"{start[:end]}\n\nimport torch{start[end:]}"
    return f"{start}\n\n\n{GRADIENTS}"
