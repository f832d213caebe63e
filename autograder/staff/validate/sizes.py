"""Axes of size 1: the cases must have some, or the stub must say that there are none.

A stub documents the shapes of its arguments, ``x: examples, a tensor (N, D).`` A function that squeezes, or
that relies on a broadcast, is right until an axis has the size 1. So for every axis with a name some graded
case has the size 1 there, and some has more.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.course.bank import stub
from autograder.course.bank.files import read_text
from autograder.model import Case, Question
from autograder.staff import lens
from autograder.staff.causes import Functions
from autograder.staff.validate import matrix

_SHAPE: Final = re.compile(
    r"(?<![\w`])\(((?:[^\s(),]+(?: [-+*] [^\s(),]+)*,\s*)+(?:[^\s(),]+(?: [-+*] [^\s(),]+)*)?)\)"
)
_ARGUMENT: Final = re.compile(r"(\w+): ")
_REST: Final = ("...", "…")

Sizes = dict[tuple[str, str], list[tuple[int, ...]]]


def problems(question: Question, cases: Sequence[Case], right: Functions) -> Iterator[str]:
    """The axes that no graded case makes as small as the stub allows, in words.

    Args:
        question: one of the topic.
        cases: all cases of the topic.
        right: the reference's functions.

    Yields:
        One sentence an axis.
    """
    topic, sizes = question.topic, _sizes(cases, right)
    prompts = "\n".join(read_text(path) for path in sorted(question.folder.glob("prompt*.md")))
    for function in stub(question).functions:
        text = f"{function.source}\n{prompts}"
        for name, source in callables(function.name, function.source):
            yield from _unseen(topic, name, source, text, sizes)


def _unseen(topic: str, name: str, source: str, text: str, sizes: Sizes) -> Iterator[str]:
    """The same for one function or method; `text` may say that an axis is never 1."""
    found: dict[str, set[int]] = {}
    where: dict[str, str] = {}
    for argument, axes in documented(source):
        for shape in sizes.get((name, argument), ()):
            for axis, size in _fitted(axes, shape):
                found.setdefault(axis, set()).add(size)
                where.setdefault(axis, argument)
    for axis, some in found.items():
        if 1 not in some and not _never_one(axis, text):
            yield (
                f"{topic}: no graded case calls {name} with {_named(axis, where[axis])} of "
                f"size 1; add one, or write in its docstring that {_named_plainly(axis)} is at least 2"
            )
        if max(some) <= 1:
            yield (
                f"{topic}: no graded case calls {name} with {_named(axis, where[axis])} "
                "larger than 1; add one"
            )


def arrays(question: Question) -> list[str]:
    """The functions, and classes with a method, whose result may be an array with an axis of size 1."""
    prompts = "\n".join(read_text(path) for path in sorted(question.folder.glob("prompt*.md")))
    found = []
    for function in stub(question).functions:
        texts = (_returns(source) for _, source in callables(function.name, function.source))
        axes = [
            axis
            for text in texts
            for shape in shapes(text)
            for axis in shape
            if axis.isidentifier() or axis in _REST
        ]
        if any(not _never_one(axis, f"{function.source}\n{prompts}") for axis in axes):
            found.append(function.name)
    return found


def loose(question: Question) -> set[str]:
    """The functions that may return a number in the shape ``(1,)``: their docstring says so."""
    return {
        function.name
        for function in stub(question).functions
        for _, source in callables(function.name, function.source)
        if "(1,)" in _returns(source)
    }


def callables(name: str, source: str) -> Iterator[tuple[str, str]]:
    """A function of the stub, or the methods of a class as ``Class.method``, each with its source.

    Args:
        name: of the function, class or value.
        source: as it stands in the stub.
    """
    (node,) = ast.parse(source).body
    if isinstance(node, ast.FunctionDef):
        yield name, source
    elif isinstance(node, ast.ClassDef):
        for item in node.body:
            if isinstance(item, ast.FunctionDef):
                yield f"{name}.{item.name}", ast.unparse(item)


def documented(source: str) -> list[tuple[str, tuple[str, ...]]]:
    """The shapes that a function's docstring gives to its arguments.

    Args:
        source: the function, as it stands in the stub.

    Returns:
        Pairs of an argument and the names of its axes; ``"..."`` for any number of them. Without a section
        on arguments, a sentence may give them: "the mean of x (N, D)".
    """
    listed = [(name, found[0]) for name, text in entries(source) if (found := shapes(text))]
    return listed or list(_in_a_sentence(source))


def _in_a_sentence(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The same where the docstring is a sentence: "The sum of images x (N, C) at times t (N,)."."""
    (node,) = ast.parse(source).body
    if isinstance(node, ast.FunctionDef):
        text = _docstring(source).partition("Returns:")[0]
        for argument in node.args.args:
            found = re.search(rf"(?<![\w`]){re.escape(argument.arg)} (\([^()]*\))", text)
            if found and (axes := shapes(found[1])):
                yield argument.arg, axes[0]


def entries(source: str) -> list[tuple[str, str]]:
    """What a function's docstring says of each argument.

    Args:
        source: the function, as it stands in the stub.

    Returns:
        Pairs of an argument and its text, in one line.
    """
    text = _docstring(source).partition("Args:")[2].partition("Returns:")[0]
    cut = re.split(r"\n\s{4}(?=\w+: )", "\n" + inspect.cleandoc(text).replace("\n", "\n    "))
    return [
        (match[1], " ".join(entry.strip()[match.end() :].split()))
        for entry in cut
        if (match := _ARGUMENT.match(entry.strip()))
    ]


def _returns(source: str) -> str:
    return _docstring(source).partition("Returns:")[2]


def _docstring(source: str) -> str:
    (function,) = ast.parse(source).body
    return (ast.get_docstring(function) if isinstance(function, ast.FunctionDef) else None) or ""


def shapes(text: str) -> list[tuple[str, ...]]:
    """The shapes that a text gives, each as the names of its axes."""
    found = []
    for match in _SHAPE.finditer(text):
        axes = tuple(axis.strip() for axis in match[1].split(",") if axis.strip())
        if all(axis in _REST or re.fullmatch(r"[\w' +*-]+", axis) for axis in axes):
            found.append(axes)
    return found


def _fitted(axes: Sequence[str], shape: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    """The named axes of a shape with their sizes; nothing where the ranks do not fit."""
    rest = next((place for place, axis in enumerate(axes) if axis in _REST), None)
    if rest is None:
        pairs = list(zip(axes, shape, strict=False)) if len(axes) == len(shape) else []
    else:
        after = len(axes) - rest - 1
        if len(shape) < rest + after:
            return
        middle = shape[rest : len(shape) - after]
        pairs = [*zip(axes[:rest], shape, strict=False), *(("...", size) for size in middle)]
        if after:
            pairs += zip(axes[-after:], shape[-after:], strict=True)
    yield from ((axis, size) for axis, size in pairs if axis.isidentifier() or axis == "...")


def _never_one(axis: str, text: str) -> bool:
    """Whether a text says that an axis has at least two entries."""
    plain = re.sub(r"[$`*\\]", "", text)
    said = re.search(rf"(?<!\w){re.escape(axis)} is at least (\d+)", plain)
    return said is not None and int(said[1]) > 1


def _named(axis: str, argument: str) -> str:
    return f"an image axis ({argument})" if axis in _REST else f"{axis} ({argument})"


def _named_plainly(axis: str) -> str:
    return "each such axis" if axis in _REST else axis


def _sizes(cases: Sequence[Case], right: Functions) -> Sizes:
    """The shapes of all array arguments, in all calls of the graded cases."""
    sizes: Sizes = {}
    noting: dict[str, Any] = {
        name: _noting(name, function, sizes)
        for name, function in right.items()
        if inspect.isfunction(function)
    }
    noting |= {
        name: _noting_class(name, item, sizes)
        for name, item in right.items()
        if isinstance(item, type) and item.__module__.startswith("reference.")
    }
    for case in cases:
        if case.weight:
            asked = {name: noting[name] for name in case.parameters if name in noting}
            matrix.ratio(case, {**right, **asked})
    return sizes


def _noting(name: str, function: Callable[..., Any], sizes: Sizes) -> Callable[..., Any]:
    def note(given: Mapping[str, Any]) -> None:
        for argument, value in given.items():
            if (shape := _shape(value)) is not None:
                sizes.setdefault((name, argument), []).append(shape)

    return lens.noting(function, note)


def _noting_class(name: str, right: type, sizes: Sizes) -> type:
    """A class derived from a right one, whose methods note what they are given."""
    methods = {
        method: _noting(f"{name}.{method}", item, sizes)
        for method, item in vars(right).items()
        if inspect.isfunction(item)
    }
    return type(right)(right.__name__, (right,), methods)


def _shape(value: Any) -> tuple[int, ...] | None:
    if isinstance(value, torch.Tensor | np.ndarray):
        return tuple(value.shape)
    if isinstance(value, list | tuple):
        try:
            return np.shape(value)
        except ValueError:  # rows of different lengths
            return None
    return None
