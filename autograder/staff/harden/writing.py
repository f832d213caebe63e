"""Recipes as a readable file of hidden cases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from autograder import testing
from autograder.staff.harden import domains
from autograder.staff.harden.question import Question
from autograder.staff.harden.recipes import Recipe

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

_WIDTH: Final = 100
_POINTS: Final = 1.0


def module(question: Question, recipes: Sequence[tuple[str, Recipe]]) -> str:
    """The text of a file of hidden cases.

    Args:
        question: the question.
        recipes: parts and recipes, in the order of the file.
    """
    cases = [wrapped(text) for text in _cases(recipes)]
    whole = "\n\n".join(cases)
    helpers = [text for name, text in domains.HELPERS.items() if _uses(whole, name)]
    declared = question.declared.text if _uses(whole, "laws") or _uses(whole, "inputs") else ""
    rest = "\n\n\n".join([*helpers, *([declared] if declared else []), *cases])
    return _head(question, rest, recipes) + "\n\n" + _spaced(rest) + "\n"


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


def _cases(recipes: Sequence[tuple[str, Recipe]]) -> list[str]:
    """The texts of the cases; no two functions have one name."""
    times: Counter[str] = Counter()
    found = []
    for part, recipe in recipes:
        text, name = recipe.source(part, _POINTS), recipe.identifier
        times[name] += 1
        if times[name] > 1:
            text = text.replace(f"def {name}(", f"def {name}_{times[name]}(", 1)
        found.append(text)
    return found


def _head(question: Question, rest: str, recipes: Sequence[tuple[str, Recipe]]) -> str:
    """Docstring, imports and constants."""
    used = sorted(name for name in testing.__all__ if _uses(rest, name))
    names = sorted({one.driver.__name__ for _, r in recipes for one in r.templates if one.driver})
    names += ["result_gradients"] if _uses(rest, "result_gradients") else []
    lines = [
        f'"""Hidden cases of {question.topic}, drawn at random and compared with the reference.',
        "",
    ]
    lines += ['Written by `autograder harden`; change what you like."""', ""]
    lines += ["import numpy as np"] if _uses(rest, "np") else []
    lines += ["import torch"] if _uses(rest, "torch") else []
    if names:
        lines.append(f"from drivers.{question.topic} import {', '.join(sorted(names))}")
    lines += ["from otter.test_files import test_case", ""]
    lines += [f"from autograder.testing import {', '.join(used)}"]
    lines += (
        [f"from reference import {question.topic} as reference"] if _uses(rest, "reference") else []
    )
    lines += ["", "OK_FORMAT = False", "", f'name = "{question.topic}"', ""]
    return wrapped("\n".join(lines))


def _uses(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.\"]){name}\b(?!\")", text) is not None


def _spaced(text: str) -> str:
    """Two empty lines between functions, none at the end."""
    return re.sub(r"\n{4,}", "\n\n\n", text).strip()


def wrapped(text: str) -> str:
    """The same code with lines of readable length: a long bracket is opened over several lines."""
    return "\n".join(part for line in text.split("\n") for part in _broken(line))


def _broken(line: str) -> list[str]:
    if len(line) <= _WIDTH:
        return [line]
    if match := re.fullmatch(r"(from \S+ import )(.+)", line):
        names = match[2].split(", ")
        return [f"{match[1]}(", *(f"    {name}," for name in names), ")"]
    opened = _outermost(line)
    if opened is None:
        return [line]
    start, end = opened
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    inside = indent + line[start + 1 : end]
    last = line[:start].lstrip().startswith(("for ", "@", "def ")) or line[end:] != ")"
    parts = (
        [inside]
        if len(inside) <= _WIDTH and not last
        else [f"{indent}{p}" for p in _split(line[start + 1 : end])]
    )
    return [
        line[: start + 1],
        *(b for p in parts for b in _broken(p)),
        " " * (len(indent) - 4) + line[end:],
    ]


def _outermost(line: str) -> tuple[int, int] | None:
    """Where the last bracket that stands in no other opens and closes."""
    depth, start, found = 0, 0, None
    for place, letter in enumerate(_without_words(line)):
        if letter in "([{":
            start = place if depth == 0 else start
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0 and place > start + 1:
                found = start, place
    return found


def _split(text: str) -> list[str]:
    """The items between commas that stand in no bracket, each with a comma behind it."""
    depth, cuts = 0, [0]
    for place, letter in enumerate(_without_words(text)):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            cuts.append(place + 1)
    parts = [text[start:end].strip() for start, end in zip(cuts, [*cuts[1:], None], strict=True)]
    if len(parts) == 1 and " for " in _without_words(text):
        return parts
    return [part if part.endswith(",") else f"{part}," for part in parts if part]


def _without_words(text: str) -> str:
    """The same length of text, with nothing but dashes in quotation marks."""
    return re.sub(r'"[^"]*"', lambda found: '"' + "-" * (len(found[0]) - 2) + '"', text)
