"""The driver that cases of gradients call, and where it is written."""

from __future__ import annotations

import re
from typing import Final

GRADIENTS: Final = '''\
def result_gradients(function, arguments, places):
    """The gradients, in the arguments at some places, of what a function returns; zeros where none flows.

    Of all numbers that are returned a weighted sum is taken; its weights differ from entry to entry.
    """
    arguments = list(arguments)
    for place in places:
        arguments[place] = torch.as_tensor(arguments[place]).clone().requires_grad_()
    result = function(*arguments)
    total = torch.zeros((), dtype=torch.float64)
    for value in result if isinstance(result, (tuple, list)) else [result]:
        value = torch.as_tensor(value)
        weights = torch.cos(1.7 * torch.arange(value.numel(), dtype=torch.float64) + 0.3)
        total = total + (value.reshape(-1) * weights).sum()
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
        or f'"""What must run beside the functions of {topic}: gradients."""\n\nimport torch'
    )
    if not re.search(r"^import torch$", start, re.MULTILINE):
        end = start.index('"""', 3) + 3
        start = f"{start[:end]}\n\nimport torch{start[end:]}"
    return f"{start}\n\n\n{GRADIENTS}"
