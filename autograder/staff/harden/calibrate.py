"""Templates out of observed calls, with domains that the reference takes.

Which domain fits is found by trying. Where the reference refuses, its `ValueError` names the argument, and
the next domain of that argument is tried; a reference that does not name it cannot be drawn for.
"""

from __future__ import annotations

import inspect
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import torch

from autograder.staff.causes import Functions, undisturbed
from autograder.staff.harden.domains import NONNEGATIVE, POSITIVE, WHOLE, ZEROS
from autograder.staff.harden.drivers import GRADIENTS
from autograder.staff.harden.observed import Judge, NamedFunction, Observed, Seen, observe
from autograder.staff.harden.question import HardenedQuestion
from autograder.staff.harden.recipes import MANY, Template, draw
from autograder.staff.harden.trees import (
    ChosenLeaf,
    Context,
    Fixed,
    Leaf,
    Manner,
    Node,
    Undrawable,
    build,
    leaves,
)
from autograder.staff.mutants.work import CaseTimedOut, limited
from autograder.staff.validate import sizes

_NAMED: Final = re.compile(r"(?:\w+\[\d+\](?:\[\d+\])?: )?(\w+)(?:\[\d+\])* must ")
_DRAWS: Final = 24
_TRIES: Final = 160
_PHASE: Final = 40
_OURS: Final = (ArithmeticError, CaseTimedOut)
_ORDERS: Final = ("", "small", "ascending", "descending")
_SECONDS: Final = 5.0
_QUICK: Final = 0.5
_NONE: Final[Mapping[str, int]] = {}


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


def _assigned(seen: Seen, right: Functions) -> Iterator[tuple[str, str, list[Observed]]]:
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
    question: HardenedQuestion, seen: Seen, part: str, name: str, calls: Sequence[Observed]
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
        seen=dict(context.bound),
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


def fit(one: Template, question: HardenedQuestion) -> str:
    """Find domains with which the reference takes what is drawn.

    Args:
        one: the call; its leaves, axes and kinds of result are settled.
        question: where the reference is.

    Returns:
        ``""``, or why there are none.
    """
    rng = np.random.default_rng(0)
    last: BaseException | None = None
    for attempt in range(_TRIES):
        value, last = _tried(one, question, rng, Manner(rest=one.rest[0]), _DRAWS)
        if last is None:
            _settle(one, question, value, rng)
            return ""
        if one.driver is None and not (_NAMED.match(str(last)) or isinstance(last, _OURS)):
            break
        _next(one, last, rng, attempt)
    said = f"{type(last).__name__}: {last}".strip(": ")
    named = isinstance(last, ValueError) and _NAMED.match(str(last))
    if named or one.driver is not None:
        return (
            f"{one.function}: no inputs were found that the reference takes ({said}); say in the docstring "
            "which values are allowed, or declare inputs in harden.py"
        )
    return (
        f"{one.function}: the reference names no argument where it refuses a drawn input ({said}); "
        'let it raise ValueError("ARGUMENT must …") for whatever lies outside its domain'
    )


def _tried(
    one: Template,
    question: HardenedQuestion,
    rng: np.random.Generator,
    manner: Manner,
    draws: int,
    special: Mapping[str, int] = _NONE,
    *,
    finite: bool = True,
) -> tuple[Any, BaseException | None]:
    """What the reference returns on the last of several draws, or what it raises on one of them."""
    right, value = question.right[one.function], None
    for _ in range(draws):
        try:
            with limited(_SECONDS), undisturbed():
                given = draw(one, manner, rng, question.declared.inputs, special)
                value = called(one, right, given)
        except (Exception, CaseTimedOut) as error:
            return None, error
        if finite and not _finite(value):
            return None, ArithmeticError("a result is infinite or NaN")
    return value, None


def called(one: Template, function: Any, given: Mapping[str, Any]) -> Any:
    """What a function returns for drawn arguments, with its driver."""
    values = [function if node is None else given[name] for name, node in one.nodes.items()]
    named = dict(zip(list(one.nodes)[one.positional :], values[one.positional :], strict=True))
    return (one.driver or function)(*values[: one.positional], **named)


def _next(one: Template, error: BaseException, rng: np.random.Generator, attempt: int) -> None:
    """Try something else: the next domain of the argument that is named, other sizes, anything."""
    match = _NAMED.match(str(error)) if isinstance(error, ValueError) else None
    named = [leaf for leaf in one.drawn if match and leaf.argument == match[1]]
    if named and "odd" in str(error) and (axes := _repeated(named) - {*one.odd}):
        one.odd += tuple(axes)
        return
    phase = attempt // _PHASE
    if phase == 1:
        one.order = _ORDERS[attempt % len(_ORDERS)]
    if phase == 2 and (
        pinned := [axis for leaf in named for axis in leaf.axes if axis in one.seen]
    ):
        axis = pinned[attempt % len(pinned)]
        one.order = ""
        for leaf in one.drawn:
            leaf.axes = tuple(str(one.seen[axis]) if a == axis else a for a in leaf.axes)
        return
    if one.has_rest and len(one.rest) > 1 and attempt % _PHASE == _PHASE - 1:
        one.rest = one.rest[1:]
    if phase < 2 and any(len(leaf.domains) > 1 for leaf in named):
        place = 1 + max(leaf.place for leaf in named)
        for leaf in named:
            leaf.place = place % len(leaf.domains)
        return
    foreign = [leaf for leaf in one.drawn if leaf.foreign]
    if foreign and phase < 2:
        for leaf in foreign:
            leaf.place = int(rng.integers(min(3, len(leaf.domains))))
            leaf.axes = leaf.options[int(rng.integers(len(leaf.options)))] if leaf.options else ()
        return
    for argument in dict.fromkeys(leaf.argument for leaf in one.drawn):
        place = int(rng.integers(6))
        for leaf in one.drawn:
            if leaf.argument == argument:
                leaf.place = place % len(leaf.domains)
    for leaf in [leaf for leaf in foreign if leaf.options]:
        leaf.axes = leaf.options[int(rng.integers(len(leaf.options)))]


def _repeated(some: Sequence[Leaf]) -> set[str]:
    """The axes that stand twice in one array, as those of a square kernel do."""
    return {axis for leaf in some for axis in leaf.axes if leaf.axes.count(axis) > 1}


def _settle(
    one: Template, question: HardenedQuestion, value: Any, rng: np.random.Generator
) -> None:
    """Learn from the reference what its results are, and which axes may have the size 1."""
    several = isinstance(value, tuple | list)
    if several and any(map(_is_array, value)):
        one.parts_of_result = len(value)
    else:
        words = several and any(isinstance(item, str) for item in value)
        plain = isinstance(value, str | bool | np.bool_ | dict | set | frozenset)
        one.equal = words or plain or value is None
    manner = Manner(rest=one.rest[0])
    for leaf in one.drawn:
        if leaf.domain is NONNEGATIVE and any(
            _tried(one, question, rng, replace(manner, values=values), 4, finite=False)[1]
            for values in (ZEROS, WHOLE)
        ):
            leaf.domains, leaf.place = (POSITIVE,), 0
    axes = [axis for axis in one.axes(manner) if axis not in one.odd]
    one.ones = tuple(
        axis for axis in axes if _tried(one, question, rng, manner, 4, {axis: 1})[1] is None
    )
    one.many = tuple(axis for axis in axes if _is_quick(one, question, rng, axis))
    one.differentiable = _differentiable(one, question, rng)
    if one.ones and _tried(one, question, rng, manner, 2, dict.fromkeys(one.ones, 1))[1]:
        one.ones = one.ones[:1]


def _is_quick(
    one: Template, question: HardenedQuestion, rng: np.random.Generator, axis: str
) -> bool:
    """Whether an axis may have many entries, and the reference is done with them at once."""
    start = time.process_time()
    failed = _tried(one, question, rng, Manner(rest=one.rest[0]), 1, {axis: MANY})[1]
    return failed is None and time.process_time() - start < _QUICK


def _differentiable(
    one: Template, question: HardenedQuestion, rng: np.random.Generator
) -> tuple[str, ...]:
    """The arguments of a plain call in which the docstring asks for gradients, where there are any."""
    sources = {function.name: function.source for function in question.stub.functions}
    said = " ".join(
        re.findall(r"ifferentiable in ([^.;]*)", " ".join(sources[one.function].split()))
    )
    if one.driver is not None or one.equal or one.judge is None or one.declared:
        return ()
    names = list(one.nodes)
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
    driver = gradients()
    places = [names.index(name) for name in found]
    try:
        with limited(_SECONDS), undisturbed():
            given = draw(one, Manner(rest=one.rest[0]), rng, question.declared.inputs)
            result = driver(question.right[one.function], [given[name] for name in names], places)
    except (Exception, CaseTimedOut):
        return ()
    return found if all(map(_finite, result)) else ()


def _is_free(node: Node | None) -> bool:
    """Whether every entry of an argument may move by itself."""
    return (
        isinstance(node, Leaf)
        and not node.whole
        and node.kind in ("tensor", "float")
        and node.domain.name
        in (
            "real",
            "positive",
            "not negative",
            "between 0 and 1",
            "with minus infinity",
            "invertible",
        )
    )


def gradients() -> Callable[..., Any]:
    """The driver that cases of gradients call."""
    space: dict[str, Any] = {"torch": torch}
    exec(GRADIENTS, space)  # noqa: S102 - our own text
    driver: Callable[..., Any] = space["result_gradients"]
    return driver


def _is_array(value: Any) -> bool:
    return isinstance(value, torch.Tensor | np.ndarray)


def _finite(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_finite, value))
    if isinstance(value, torch.Tensor | np.ndarray | float | complex):
        plain = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        return bool(np.isfinite(plain).all())
    return True
