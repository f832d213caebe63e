"""The driver that cases of gradients call, and where it is written."""

from __future__ import annotations

import re
from typing import Final

GRADIENTS: Final = '''\
def result_gradients(function, arguments, places):
    """The gradients, in the arguments at some places, of what a function returns; zeros where none flows.

    Of all numbers that are returned, in lists too, a weighted sum is taken; its weights differ from entry
    to entry.
    """

    def flat(value):
        if isinstance(value, (list, tuple)):
            return torch.cat([torch.zeros(0), *map(flat, value)])
        return torch.as_tensor(value).reshape(-1)

    arguments = list(arguments)
    for place in places:
        arguments[place] = torch.as_tensor(arguments[place]).clone().requires_grad_()
    numbers = flat(function(*arguments))
    total = (numbers * torch.cos(1.7 * torch.arange(len(numbers), dtype=torch.float64) + 0.3)).sum()
    leaves = [arguments[place] for place in places]
    if not total.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    return list(torch.autograd.grad(total, leaves, materialize_grads=True))
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
