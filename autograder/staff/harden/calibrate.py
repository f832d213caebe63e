"""Templates out of observed calls, with domains that the reference takes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from autograder.staff.causes import Functions
from autograder.staff.harden.building import Context, Undrawable, build
from autograder.staff.harden.fitting import fit
from autograder.staff.harden.observed import Judge, NamedFunction, Observations, Observed, observe
from autograder.staff.harden.question import HardenedQuestion
from autograder.staff.harden.template import Template
from autograder.staff.harden.trees import ChosenLeaf, Fixed, Node, leaves
from autograder.staff.validate import sizes


@dataclass
class Calibrated:
    """What can be drawn.

    Attributes:
        templates: by part and function.
        problems: what cannot, and what the author can do about it, in words.
        unnamed: of those, where the reference refused without naming an argument.
    """

    templates: dict[tuple[str, str], list[Template]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def calibrated(question: HardenedQuestion) -> Calibrated:
    """The calls of a question that can be drawn.

    Args:
        question: its public cases show the calls.
    """
    seen = observe(question.public, question.right)
    found = Calibrated()
    for part, name, calls in _assigned(seen, question.right):
        some, problems = _templates(question, seen, part, name, calls)
        fitting: list[Template] = []
        refusals: list[str] = []
        for one in some:
            refusal = fit(one, question)
            if refusal:
                refusals.append(refusal)
            else:
                fitting.append(one)
        if fitting:
            found.templates[part, name] = fitting
        else:
            found.problems += [
                text for text in [*problems, *refusals] if text not in found.problems
            ]
            found.unnamed += [text for text in refusals if "names no argument" in text]
    asked = {name for _, name in found.templates}
    for function in question.stub.names:
        if function not in seen.parts and function not in asked:
            found.problems.append(
                f"no public case calls {function}; add one that shows what a call looks like"
            )
    return found


def _assigned(seen: Observations, right: Functions) -> Iterator[tuple[str, str, list[Observed]]]:
    """Every function with its calls, in the part that shows such a call first; no part is left without."""
    filled: set[str] = set()
    for name, parts in seen.parts.items():
        calls = [call for call in seen.calls if call.function == name]
        calls += _completed(calls, right[name])
        shown: set[Any] = set()
        for part in parts:
            here = [call for call in calls if call.part == part]
            if new := [call for call in here if _key(call) not in shown]:
                shown.update(map(_key, new))
                filled.add(part)
                yield part, name, new
    for name, parts in seen.parts.items():
        for part in parts:
            if part not in filled:
                filled.add(part)
                yield part, name, [c for c in seen.calls if c.function == name and c.part == part]


def _key(call: Observed) -> Any:
    """What calls have in common that are drawn in the same way."""
    shapes = [(name, _shape(value)) for name, value in call.arguments.items()]
    words = () if _varies(call) else tuple(map(repr, call.arguments.values()))
    return call.driver, tuple(shapes), words


def _completed(calls: Sequence[Observed], function: Callable[..., Any]) -> list[Observed]:
    """The fullest plain call with the arguments that no public case gives, at their default values."""
    plain = [call for call in calls if call.driver is None]
    if not plain:
        return []
    fullest = max(plain, key=lambda call: len(call.arguments))
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not parameter.empty and parameter.default is not None
    }
    added = {name: value for name, value in defaults.items() if name not in fullest.arguments}
    if not added:
        return []
    arguments = {**fullest.arguments, **added}
    return [replace(fullest, arguments=arguments, parameters={name: name for name in arguments})]


def _without_some(calls: Sequence[Observed], words: Mapping[str, str]) -> Iterator[Observed]:
    """The calls with None for each argument of which a docstring says "or None"."""
    for call in calls:
        for name, value in call.arguments.items():
            if value is not None and re.search(
                r"\bor None\b", words.get(call.parameters[name], "")
            ):
                yield replace(call, arguments={**call.arguments, name: None})


def _varies(call: Observed) -> bool:
    """Whether a call has an argument that can be drawn."""
    return any(
        not isinstance(value, NamedFunction | str | bool) and value is not None
        for value in call.arguments.values()
    )


def _templates(
    question: HardenedQuestion, seen: Observations, part: str, name: str, calls: Sequence[Observed]
) -> tuple[list[Template], list[str]]:
    """The different calls of a function as templates, and what stands in the way, in words."""
    words, axes = _documented(question, name)
    judge = seen.judges.get(name)
    law = name in question.declared.laws
    if judge is None and not law:
        unique = name in question.declared.unique or _words_only(question, calls)
        if any(map(_varies, calls)) and not unique:
            text = (
                f"no public case compares what {name} returns with a value; declare in harden.py "
                f'that only one answer is right, unique = ("{name}",), or what is true of every right '
                f'answer, laws = {{"{name}": holds}}'
            )
            return [], [text]
        judge = _default(question, name)
    found: dict[Any, Template] = {}
    problems: list[str] = []
    for call in [*calls, *_without_some(calls, words)]:
        texts = {key: value for key, value in call.arguments.items() if isinstance(value, str)}
        key = call.driver, tuple((k, _shape(v)) for k, v in call.arguments.items())
        if key in found:
            for argument, text in texts.items():
                _add_choice(found[key], argument, text)
            continue
        try:
            found[key] = _template(question, call, words, axes, None if law else judge, part)
        except Undrawable as error:
            problems.append(
                f"{name}: {error}, which cannot be drawn; declare it in inputs of harden.py"
            )
    return list(found.values()), problems if not found else []


def _default(question: HardenedQuestion, name: str) -> Judge:
    """How to compare what no public case compares."""
    (source,) = (one.source for one in question.stub.functions if one.name == name)
    if "in any order" in " ".join(source.split()):
        return Judge("assert_same_set")
    return Judge("assert_close", {"check_dtype": False})


def _template(
    question: HardenedQuestion,
    call: Observed,
    words: Mapping[str, str],
    axes: Mapping[str, list[tuple[str, ...]]],
    judge: Judge | None,
    part: str,
) -> Template:
    context = Context(words, axes, frozenset({*call.arguments, "rng", "found", "given"}))
    nodes: dict[str, Node | None] = {}
    declared = _given(question, call)
    # The function's own arguments first: they say which sizes a driver's may share.
    names = sorted(call.arguments, key=lambda name: not call.parameters[name])
    strangers = {name for name in names if not call.parameters[name]} if call.driver else set()
    for name in names:
        value = call.arguments[name]
        if isinstance(value, NamedFunction):
            nodes[name] = None
        elif name in declared:
            nodes[name] = Fixed(name)
        else:
            nodes[name] = node = build(value, call.parameters[name], name, context)
            for leaf in leaves(node) if name in strangers else ():
                leaf.foreign = True
    return Template(
        function=call.function,
        part=part,
        driver=call.driver,
        nodes={name: nodes[name] for name in call.arguments},
        positional=call.positional,
        judge=judge,
        module=question.topic,
        declared=declared,
        public_sizes=dict(context.bound),
    )


def _given(question: HardenedQuestion, call: Observed) -> tuple[str, ...]:
    """The arguments of a call that the author's `inputs` gives."""
    if question.declared.inputs is None:
        return ()
    every = dict.fromkeys("NDKMT", 3)

    class Sizes(dict[str, int]):
        def __missing__(self, key: str) -> int:
            return 3

    given = question.declared.inputs(np.random.default_rng(0), Sizes(every))
    return tuple(name for name in call.arguments if name in given)


def _add_choice(one: Template, argument: str, text: str) -> None:
    """Let an argument of a driver run through all the words that public cases give it."""
    node, written = one.nodes[argument], f'"{text}"'
    if isinstance(node, Fixed) and node.text_of_it != written:
        one.nodes[argument] = ChosenLeaf(argument, (node.text_of_it, written))
    elif (
        isinstance(node, ChosenLeaf) and written not in node.among and node.among[0].startswith('"')
    ):
        one.nodes[argument] = ChosenLeaf(argument, (*node.among, written))


def _documented(
    question: HardenedQuestion, name: str
) -> tuple[dict[str, str], dict[str, list[tuple[str, ...]]]]:
    """What the stub says of each parameter; of those of other functions where this one says nothing."""
    words: dict[str, str] = {}
    for function in sorted(question.stub.functions, key=lambda function: function.name != name):
        for key, text in sizes.entries(function.source):
            words.setdefault(key, text)
    return words, {key: sizes.shapes(text) for key, text in words.items()}


def _words_only(question: HardenedQuestion, calls: Sequence[Observed]) -> bool:
    """Whether a function returns words or truth values on what the public cases give it."""
    return all(
        call.driver is None
        and isinstance(question.right[call.function](**call.arguments), str | bool | np.bool_)
        for call in calls
    )


def _shape(value: Any) -> Any:
    if isinstance(value, torch.Tensor | np.ndarray):
        return "array", value.ndim
    if isinstance(value, list) and value and not isinstance(value[0], list | tuple):
        return "list"
    if isinstance(value, tuple | list):
        return tuple(map(_shape, value))
    return type(value).__name__
