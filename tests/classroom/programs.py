"""A student's functions of one topic, twice: as text to hand in, and as functions to call here."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from autograder.course import solution
from autograder.course.bank import misconceptions
from autograder.course.reference import reference_functions
from autograder.grading.seeds import generator
from autograder.model import Assignment, Question
from autograder.staff.validate import matrix

ROOT = Path(__file__).parents[2]

_LOAD = '''\
"""{title}"""
import sys, types

def _module(name, source):
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(source, name, "exec"), vars(module))
    return module

_module("reference", "")
for _name, _source in {sources!r}.items():
    _module("reference." + _name, _source)
    setattr(sys.modules["reference"], _name, sys.modules["reference." + _name])
_mine = vars(sys.modules["reference.{topic}"]) | {mine}
globals().update({{_name: _mine[_name] for _name in {functions!r}}})
'''
_DECLARED = """\
def misconception(sentence, caught_by):
    return lambda build: build
"""
_DECLARATION = "from autograder.testing import misconception\n"


class Hostile(Exception):
    """What a function raises here that does worse in the cage."""


ATTACKS = {
    "ends the process": "import os; os._exit(3)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "takes all memory": "import torch; return torch.ones(10**12)",
    "kills everything": "import os; os.kill(-1, 9)",
    "recurses": "return globals()[{name!r}](*arguments, **keywords)",
    "returns what equals everything": (
        "return type('Right', (), {{'__eq__': lambda *_: True, '__array__': lambda *_: 0}})()"
    ),
    "imports the reference": "import reference.answers as right; return right",
    "prints much": "print('x' * 10**7); raise ValueError",
}
"""Bodies of one function by what they do; all are worth nothing and cost seconds at most."""

ENDLESS = "while True: pass"


@dataclass(frozen=True)
class Program:
    """What a student has for one topic.

    Attributes:
        kind: ``right``, ``alternative``, ``misconception``, ``hostile`` or ``stub``.
        name: which one of its kind.
        topic: of which question.
        text: the source; empty where the stub is left as it was handed out.
        build: makes what the cases get here, by name; ``None`` where every case passes. Made anew for every
            student: functions may keep something from call to call.
    """

    kind: str
    name: str
    topic: str
    text: str
    build: Callable[[], Mapping[str, Callable[..., Any]]] | None = None


@cache
def _solutions(assignment: Assignment) -> dict[str, str]:
    return solution.modules(assignment)


def right(assignment: Assignment, question: Question) -> Program:
    """The reference, as one text where that defines no function of another topic."""
    if any(
        name != question.topic and not name.startswith("_") for name in _sources(question.topic)
    ):
        return Program("right", "", question.topic, _text(question, "My answers.", "{}"))
    text = _solutions(assignment)[f"{question.topic}.py"]
    return Program("right", "", question.topic, text)


def stub(question: Question) -> Program:
    """What was handed out."""
    build = partial(matrix.stub, question.functions)
    return Program("stub", "", question.topic, "", build)


def alternatives(question: Question) -> list[Program]:
    """Right answers in other styles; what they leave out is the reference's."""
    return [_alternative(question, path) for path in solution.alternatives(ROOT, question.topic)]


def _alternative(question: Question, path: Path) -> Program:
    name = f"{question.topic}_{path.stem}"
    mine = f"vars(_module({name!r}, {path.read_text(encoding='utf-8')!r}))"
    return Program("alternative", name, question.topic, _text(question, f"As in {name}.", mine))


def wrong(question: Question) -> list[Program]:
    """One for each misconception: its wrong functions, all else right."""
    source = (question.folder / "misconceptions.py").read_text(encoding="utf-8")
    if _DECLARATION not in source:
        raise ValueError(f"{question.topic}: the misconceptions are declared in another way")
    source = source.replace(_DECLARATION, _DECLARED)
    programs = []
    for found in misconceptions(question):
        mine = f"_module('mistaken_{question.topic}', {source!r}).{found.name}()"
        text = _text(question, "As I understood it.", mine)
        build = partial(matrix.wrong, found, question.topic)
        programs.append(Program("misconception", found.name, question.topic, text, build))
    return programs


def attack(question: Question, function: str, what: str) -> Program:
    """One function replaced by something that is worth nothing; all else right."""
    body = (ENDLESS if what == "never ends" else ATTACKS[what]).format(name=function)
    mine = f"{{{function!r}: _module('hostile_{question.topic}', {_hostile(function, body)!r}).{function}}}"
    text = _text(question, "Do not run this.", mine)

    def fails(*_arguments: Any, **_keywords: Any) -> Any:
        raise Hostile(what)

    def build() -> Mapping[str, Callable[..., Any]]:
        return {**reference_functions(question.topic), function: fails}

    return Program("hostile", f"{function} {what}", question.topic, text, build)


def _hostile(function: str, body: str) -> str:
    return f"def {function}(*arguments, **keywords):\n    {body}\n"


def _text(question: Question, title: str, mine: str) -> str:
    """A source that defines the topic's functions: the reference's, and over them those of `mine`.

    The reference's modules keep their own namespaces: a function that is replaced is replaced for
    the cases alone, as it is in `validate`.
    """
    derived = {task.name for part in question.parts for task in part.derivations}
    return _LOAD.format(
        title=title,
        sources=_sources(question.topic),
        topic=question.topic,
        mine=mine,
        functions=[name for name in question.functions if name not in derived],
    )


@cache
def _sources(topic: str) -> dict[str, str]:
    """The modules of the reference that a topic needs, each after those that it imports."""
    source = (ROOT / "reference" / f"{topic}.py").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("reference."):
            found |= _sources(str(node.module).removeprefix("reference."))
    return found | {topic: source}


def passes(program: Program, assignment: Assignment, seed: str) -> set[str]:
    """The keys of the cases that a program passes, called in this process, the public ones first."""
    rounds = [*(part.public for part in assignment.parts), *(p.hidden for p in assignment.parts)]
    cases = [case for cases in rounds for case in cases if case.topic == program.topic]
    if program.build is None:
        return {case.key for case in cases}
    functions = program.build()
    return {
        case.key
        for case in cases
        if _passes(case.run, {**functions, "rng": generator(seed, case.key)})
    }


def _passes(run: Callable[[Mapping[str, Any]], None], names: Mapping[str, Any]) -> bool:
    try:
        run(names)
    except Exception:  # whatever a wrong function may do
        return False
    return True
