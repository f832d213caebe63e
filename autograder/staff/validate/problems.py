"""What does not hold of a question: cases, misconceptions, stub, prompt and files, one rule a function."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course import scaffold
from autograder.course.bank import stub
from autograder.course.bank.files import read_text
from autograder.course.bank.modules import run_standalone
from autograder.model import Assignment, Case, Kind, Question
from autograder.sandbox import absent, nearest_installed
from autograder.staff.causes import Functions
from autograder.staff.validate import matrix
from autograder.staff.validate.margins import REQUIRED_MARGIN, Margin
from autograder.staff.validate.matrix import Kills
from autograder.testing import Misconception

_BLANK = re.compile(rb"\b%s\b" % scaffold.BLANK.encode())
_CODE = re.compile(r"^ {0,3}(```+|~~~+).*?^ {0,3}\1|(`+)(?!`).+?(?<!`)\2", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--(?!\s*part:)(.*?)-->", re.DOTALL)
_NEEDED = (
    ("hidden_cases.py", "without hidden inputs, a submission that knows the public cases passes"),
    ("misconceptions.py", "they show that the cases notice mistakes, and explain them to students"),
)


def unwritten(question: Question) -> Iterator[str]:
    """The files without which a question loads and grades, and is not finished."""
    for name, why in _NEEDED:
        if not (question.folder / name).exists():
            yield f"{question.topic} has no {name}: {why}"


def right_answers(
    name: str, functions: Functions, others: Mapping[str, Functions], cases: Sequence[Case]
) -> Iterator[str]:
    """Other right solutions that fail a case."""
    for style, other in others.items():
        missing = [key for key in functions if key in other]
        if not missing:
            yield f"{style} solves no function of {name}"
        for case in cases:
            asked = [p for p in case.parameters if p != "rng"]
            if all(p in other for p in asked) and matrix.ratio(case, other) > 1:
                yield f"{style} is right and fails {case.key}"


def unanswered(question: Question, cases: Sequence[Case]) -> Iterator[str]:
    """Cases that stubs and constants pass."""
    asked = stub(question)
    for what, functions in matrix.empty_answers(asked.names, asked.kinds).items():
        for case in cases:
            if share := matrix.earned(case, functions):
                yield f"{what} {'pass' if share == 1 else f'earn {share:.0%} of'} {case.key}"


def catchers(
    wrong: Sequence[Misconception], kills: Sequence[Kills], cases: Sequence[Case]
) -> Iterator[str]:
    """Misconceptions that pass a case that they name, or cost points in parts that they do not name."""
    by_name = {f"{case.part}: {case.name}": case for case in cases}
    for misconception, kill in zip(wrong, kills, strict=True):
        unknown = [name for name in misconception.caught_by if name not in by_name]
        for name in unknown:
            yield f"{misconception.name} names a catcher that is not there: {name!r}"
        catchers = [by_name[name] for name in misconception.caught_by if name in by_name]
        for case in catchers:
            if not kill.fails(case):
                yield f"{misconception.name} passes its catcher {case.key}"
        claimed, lost = {case.part for case in catchers}, kill.lost_parts(cases)
        if claimed != lost and not unknown:
            yield (
                f"{misconception.name} loses points in {_listed(lost)}, "
                f"and its catchers lie in {_listed(claimed)}"
            )
        if not misconception.sentence.strip():
            yield f"{misconception.name} has no sentence for the student"


def idle(cases: Sequence[Case], kills: Sequence[Kills]) -> Iterator[str]:
    """Hidden cases that catch no misconception and give no reason."""
    for case in cases:
        if case.hidden and not case.reason and not any(kill.fails(case) for kill in kills):
            yield f"{case.key} catches no misconception and does not say why it stands"


def tight(margins: Sequence[Margin]) -> Iterator[str]:
    """Tolerances too near the noise, or too near a misconception."""
    for found in margins:
        if found.noise * REQUIRED_MARGIN > 1:
            yield (
                f"{found.case.key}: the tolerance is {1 / found.noise:.2g} times the noise of "
                f"{found.noisiest}, wanted {REQUIRED_MARGIN:g}"
            )
        if found.distance < REQUIRED_MARGIN:
            yield (
                f"{found.case.key}: {found.nearest} is off by {found.distance:.2g} tolerances, "
                f"wanted {REQUIRED_MARGIN:g}"
            )


def signatures(question: Question, functions: Functions) -> Iterator[str]:
    """Functions whose stub and reference differ in their parameters."""
    module = vars(_module(question.folder / "stub.py"))
    for function in stub(question).functions:
        if function.name not in functions:
            yield f"{question.topic}: the reference has no {function.name}"
            continue
        pairs: dict[str, tuple[Any, Any]] = {
            function.name: (module[function.name], functions[function.name])
        }
        if function.kind is Kind.VALUE:
            continue
        if function.kind is Kind.CLASS:
            handed_out, ours = pairs.pop(function.name)
            pairs = {
                f"{function.name}.{name}": (method, getattr(ours, name, None))
                for name, method in vars(handed_out).items()
                if inspect.isfunction(method)
            }
        for name, (handed_out, ours) in pairs.items():
            if ours is None:
                yield f"{question.topic}: the reference has no {name}"
            elif _parameters(handed_out) != _parameters(ours):
                yield f"{question.topic}: stub and reference disagree on the parameters of {name}"


def _parameters(function: Callable[..., Any]) -> list[tuple[Any, ...]]:
    return [(p.name, p.default, p.kind) for p in inspect.signature(function).parameters.values()]


def prompts(questions: Sequence[Question]) -> Iterator[str]:
    """Functions that a prompt does not name, and comments in it, which students can read."""
    topic = questions[0].topic
    # What the stub holds is the author's to name; derivations are named by the generated text of a part.
    names = stub(questions[0]).names
    asked = {(q.prompt, name) for q in questions for name in q.functions if name in names}
    asked |= {("prompt.md", name) for name in names}
    for file, name in sorted(asked):
        if name not in read_text(questions[0].folder / file):
            yield f"{topic}: {file} does not name {name}"
    for file in sorted({"prompt.md", *(q.prompt for q in questions)}):
        text = _CODE.sub("", read_text(questions[0].folder / file))
        for comment in _COMMENT.findall(text):
            yield (
                f"{topic}: {file} has the comment {comment.strip()[:40]!r}, which students can read in the "
                "notebook's source; remove it"
            )


def packages(assignment: Assignment) -> Iterator[str]:
    """Packages that a manifest permits and that are not installed: nothing could be graded here."""
    for name in absent(assignment.permits.packages):
        near = nearest_installed(name)
        meant = f"did you mean {near!r}?" if near else "install it, or correct the name"
        yield f"[permits] packages: {name!r} is not installed in this Python; {meant}"


def blanks(question: Question) -> Iterator[str]:
    """Files that still have blanks of the scaffold."""
    reference = question.course / "reference" / f"{question.topic}.py"
    for path in (reference, *sorted(question.folder.iterdir())):
        if path.is_file() and _BLANK.search(path.read_bytes()):
            yield f"{path.relative_to(question.course)} has a blank left: look for {scaffold.BLANK}"


def _module(path: Path) -> ModuleType:
    return run_standalone(f"validated.{path.stem}", path, read_text(path))


def _listed(parts: set[str]) -> str:
    return ", ".join(sorted(parts)) or "no part"
