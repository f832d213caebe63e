"""Recipes as a readable file of hidden cases."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Final

from autograder import testing
from autograder.staff.harden.helpers import HELPERS
from autograder.staff.harden.question import HardenedQuestion
from autograder.staff.harden.recipes import Recipe

_WIDTH: Final = 100
_POINTS: Final = 1.0
_OF_EXTREMES: Final = 0.25


def module(question: HardenedQuestion, recipes: Sequence[tuple[str, Recipe]]) -> str:
    """The text of a file of hidden cases.

    Args:
        question: the question.
        recipes: parts and recipes, in the order of the file.
    """
    cases = [wrapped(text) for text in _cases(recipes)]
    whole = "\n\n".join(cases)
    called = {name for name in HELPERS if _uses(whole, name)}
    called |= {name for name in HELPERS for other in called if _uses(HELPERS[other], name)}
    helpers = [text for name, text in HELPERS.items() if name in called]
    declared = question.declared.text if _uses(whole, "laws") or _uses(whole, "inputs") else ""
    rest = "\n\n\n".join([*helpers, *([declared] if declared else []), *cases])
    return _head(question, rest, recipes) + "\n\n" + _spaced(rest) + "\n"


def _cases(recipes: Sequence[tuple[str, Recipe]]) -> list[str]:
    """The texts of the cases; no two functions have one name."""
    times: Counter[str] = Counter()
    found = []
    for part, recipe in recipes:
        text = recipe.source(part, _OF_EXTREMES if recipe.extreme else _POINTS)
        name = recipe.identifier
        times[name] += 1
        if times[name] > 1:
            text = text.replace(f"def {name}(", f"def {name}_{times[name]}(", 1)
        found.append(text)
    return found


def _head(question: HardenedQuestion, rest: str, recipes: Sequence[tuple[str, Recipe]]) -> str:
    """Docstring, imports and constants."""
    topic = question.topic
    imported: dict[str, set[str]] = {
        "autograder.testing": {name for name in testing.__all__ if _uses(rest, name)},
        f"drivers.{topic}": {
            d.__name__ for _, r in recipes for one in r.templates if (d := one.driver)
        },
    }
    if _uses(rest, "result_gradients"):
        imported[f"drivers.{topic}"].add("result_gradients")
    others = {"import numpy as np"} if _uses(rest, "np") else set()
    others |= {"import torch"} if _uses(rest, "torch") else set()
    for line in question.declared.imports if question.declared.text in rest else ():
        match = re.fullmatch(r"from (autograder\.testing|drivers\.\w+) import (.+)", line)
        if match and " as " not in line:
            imported.setdefault(match[1], set()).update(match[2].split(", "))
        elif line != f"from reference import {topic} as reference":
            others.add(line)
    standard = sorted(
        line for line in others if line.split()[1].split(".")[0] in sys.stdlib_module_names
    )
    froms = {
        name: f"from {name} import {', '.join(sorted(some))}"
        for name, some in imported.items()
        if some
    }
    third = sorted(
        [*(others - set(standard)), "from otter.test_files import test_case"], key=_place
    )
    third += [froms[name] for name in froms if name.startswith("drivers.")]
    ours = [froms["autograder.testing"]] if "autograder.testing" in froms else []
    ours += [f"from reference import {topic} as reference"] if _uses(rest, "reference") else []
    lines = [
        f'"""Hidden cases of {topic}, drawn at random and compared with the reference.',
        "",
        "Written by `autograder harden`; change what you like.",
        '"""',
        "",
        *([*standard, ""] if standard else []),
        *sorted(third, key=_place),
        "",
        *ours,
        "",
        "OK_FORMAT = False",
        "",
        f'name = "{topic}"',
        "",
    ]
    return wrapped("\n".join(lines))


def _place(line: str) -> tuple[bool, str]:
    """Plain imports first, then by the module."""
    return line.startswith("from "), line.split()[1]


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
    """The items between commas that stand in no bracket, each with a comma behind it.

    A comprehension is split before its "for" instead.
    """
    depth, cuts, plain = 0, [0], _without_words(text)
    for place, letter in enumerate(plain):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and plain.startswith(" for ", place):
            return [text[:place], text[place + 1 :]]
        if letter == "," and depth == 0:
            cuts.append(place + 1)
    parts = [text[start:end].strip() for start, end in zip(cuts, [*cuts[1:], None], strict=True)]
    return [part if part.endswith(",") else f"{part}," for part in parts if part]


def _without_words(text: str) -> str:
    """The same length of text, with nothing but dashes in quotation marks."""
    return re.sub(r'"[^"]*"', lambda found: '"' + "-" * (len(found[0]) - 2) + '"', text)
