"""What runs in a separate process: cases, on the reference and on mutants of it.

A mutant may loop for ever or ask for all memory. A case's processor time is limited by a signal and
the process's memory by the kernel; what even a signal does not end, the parent kills (see `pool`).
"""

from __future__ import annotations

import ast
import builtins
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from autograder.course.bank import load, stub
from autograder.course.bank.modules import register_reference
from autograder.model import Case
from autograder.staff.mutants import distinguishing
from autograder.staff.mutants.mutant import Mutant
from autograder.staff.mutants.program import PACKAGE, Program, SourceModule, read
from autograder.staff.validate.matrix import SEED, ratio

_MEMORY = 3 * 2**30
_SECONDS_TO_LOOK = 60.0
_SECONDS, _TIMES = 2.0, 20.0
"""A case may take so many seconds, and so many times what it takes with the reference."""


class CaseTimedOut(BaseException):
    """The time is up. No `Exception`, so that no case takes it for a mutant's."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a topic's cases do with the reference as it is.

    Attributes:
        topic: its name.
        functions: what the cases ask for.
        seconds: processor time of each case.
        lines: the lines of each case, by module.
        failed: the cases that the reference itself does not pass.
    """

    topic: str
    functions: tuple[str, ...]
    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[str, frozenset[int]]]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A mutant and the cases that may kill it, in the order in which they are tried."""

    topic: str
    mutant: Mutant
    cases: tuple[str, ...]

    def lost(self, how: str) -> MutantOutcome:
        """What became of a mutant whose process did not survive it."""
        return MutantOutcome(f"({how})", late=True)


@dataclass(frozen=True, slots=True)
class MutantOutcome:
    """What became of a mutant.

    Attributes:
        killer: the case that failed; empty where none did.
        late: whether that case did not come to an end.
        difference: of a mutant that no case failed, an input on which it differs from the reference and
            both values; empty where it differs on none.
    """

    killer: str = ""
    late: bool = False
    difference: str = ""


class MutantRunner:
    """The topics of some assignments, ready to be run."""

    def __init__(self, root: Path, assignments: Sequence[str], seed: str = SEED) -> None:
        self._seed = seed
        self._questions = [q for name in assignments for q in load(name, root).questions]
        courses = dict.fromkeys([root, *(question.course for question in self._questions)])
        register_reference([course / PACKAGE for course in courses])
        self._topics: dict[str, TopicRunner] = {}

    def topic(self, name: str) -> TopicRunner:
        """A topic, read once."""
        if name not in self._topics:
            questions = [q for q in self._questions if q.topic == name]
            cases = {c.key: c for q in questions for part in q.parts for c in part.cases}
            asked = {name for case in cases.values() for name in case.parameters}
            functions = tuple(
                dict.fromkeys(f for q in questions for f in q.functions if f in asked)
            )
            program = read(questions[0].course / PACKAGE, name, functions)
            stubs = {function.name: function.source for function in stub(questions[0]).functions}
            self._topics[name] = TopicRunner(name, functions, cases, program, stubs, self._seed)
        return self._topics[name]

    def answer(self, task: Job | str) -> MutantOutcome | Profile:
        """Run a mutant until a case fails, or a topic's cases on its reference."""
        if isinstance(task, str):
            return self.topic(task).profile()
        return self.topic(task.topic).run(task)


class TopicRunner:
    """One topic: its cases and its reference's code."""

    def __init__(
        self,
        name: str,
        functions: tuple[str, ...],
        cases: Mapping[str, Case],
        program: Program,
        stubs: Mapping[str, str],
        seed: str,
    ) -> None:
        self._name = name
        self._functions = functions
        self._cases = cases
        self.program = program
        self._stubs = stubs
        self._seed = seed

    def profile(self) -> Profile:
        """Run the cases on the reference as it is."""
        functions = self.loaded(None)
        seconds, lines, failed = self._measured, {}, []
        for key, case in self._cases.items():
            with _traced({str(m.path): m.name for m in self.program.modules.values()}) as traced:
                if ratio(case, functions, self._seed) > 1:
                    failed.append(key)
            lines[key] = {module: frozenset(found) for module, found in traced.items()}
        return Profile(self._name, self._functions, seconds, lines, tuple(failed))

    def run(self, job: Job) -> MutantOutcome:
        """Run a mutant until a case fails; where none does, look for an input on which it differs."""
        functions: dict[str, Any] | None = None
        for key in job.cases:
            try:
                with limited(_SECONDS + _TIMES * self._measured[key]):
                    if functions is None:
                        functions = self.loaded(job.mutant)
                    if ratio(self._cases[key], functions, self._seed) > 1:
                        return MutantOutcome(key)
            except CaseTimedOut:
                return MutantOutcome(key, late=True)
            except Exception:  # the module itself does not run
                return MutantOutcome(key)
        return MutantOutcome(difference=self._difference(job.mutant))

    def _difference(self, mutant: Mutant) -> str:
        try:
            with limited(_SECONDS_TO_LOOK):
                return distinguishing.difference(
                    self._inputs, self.loaded(None), self.loaded(mutant)
                )
        except CaseTimedOut:
            return f"it takes more than {_SECONDS_TO_LOOK:g} s on the inputs of the cases"

    @cached_property
    def _inputs(self) -> list[distinguishing.Input]:
        return distinguishing.drawn(tuple(self._cases.values()), self.loaded(None), self._stubs)

    @cached_property
    def _measured(self) -> dict[str, float]:
        """The processor time of every case, warm."""
        functions, found = self.loaded(None), {}
        for key, case in self._cases.items():
            ratio(case, functions, self._seed)
            start = time.process_time()
            ratio(case, functions, self._seed)
            found[key] = time.process_time() - start
        return found

    @cached_property
    def _code(self) -> dict[str, list[CodeType]]:
        """Every module's statements, each compiled by itself: a mutant changes one of them."""
        return {
            module.name: [_compiled(module, statement) for statement in module.tree.body]
            for module in self.program.modules.values()
        }

    def loaded(self, mutant: Mutant | None) -> dict[str, Any]:
        """The topic's functions out of fresh modules, one of them with the mutation."""
        spaces: dict[str, dict[str, Any]] = {}
        for name, module in self.program.modules.items():
            code = self._code[name]
            if mutant is not None and mutant.module == name:
                code = [*code]
                code[mutant.owner] = _mutated(module, mutant)
            spaces[name] = space = {
                "__name__": f"{PACKAGE}.{name}",
                "__builtins__": {**vars(builtins), "__import__": _importer(spaces)},
            }
            for statement in code:
                exec(statement, space)  # noqa: S102 - the course's own solution, changed in one place
        return {name: spaces[self._name][name] for name in self._functions}


def _compiled(module: SourceModule, statement: ast.stmt) -> CodeType:
    flags = _future(module)
    tree = ast.Module([statement], [])
    code: CodeType = compile(tree, str(module.path), "exec", flags=flags, dont_inherit=True)
    return code


def _mutated(module: SourceModule, mutant: Mutant) -> CodeType:
    """The statement of a mutant: its own text alone is parsed, at its place in the file."""
    statement = module.tree.body[mutant.owner]
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
    lines = module.text.splitlines(keepends=True)
    before = len("".join(lines[: first - 1]).encode())
    text = "".join(lines[first - 1 : statement.end_lineno]).encode()
    changed = text[: mutant.start - before] + mutant.text.encode() + text[mutant.end - before :]
    (found,) = ast.parse(changed).body
    ast.increment_lineno(found, first - 1)
    return _compiled(module, found)


def _future(module: SourceModule) -> int:
    """The compiler's flags that the module's ``from __future__ import`` sets."""
    import __future__

    names = [
        alias.name
        for statement in module.tree.body
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        for alias in statement.names
    ]
    flags = 0
    for name in names:
        flags |= getattr(__future__, name).compiler_flag
    return flags


def _importer(spaces: Mapping[str, dict[str, Any]]) -> Callable[..., Any]:
    """An ``__import__`` that finds the reference in these namespaces, and all else as always."""

    def find(
        name: str,
        space: Mapping[str, Any] | None = None,
        local: Mapping[str, Any] | None = None,
        names: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        package, _, module = name.partition(".")
        if package != PACKAGE:
            return builtins.__import__(name, space, local, names or (), level)
        found = type(sys)(name)
        vars(found).update(spaces[module])
        return found

    return find


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `CaseTimedOut` where this process computes for longer, again and again until it is heard."""
    armed = True

    def ring(_number: int, _frame: FrameType | None) -> None:
        if armed:
            raise CaseTimedOut

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _traced(modules: Mapping[str, str]) -> Iterator[dict[str, set[int]]]:
    """Yield the lines that are executed of files, by the name that each is given."""
    seen: dict[str, set[int]] = {}

    def line(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            seen.setdefault(modules[frame.f_code.co_filename], set()).add(frame.f_lineno)
        return line

    def call(frame: FrameType, _event: str, _argument: Any) -> Any:
        return line if frame.f_code.co_filename in modules else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield seen
    finally:
        sys.settrace(before)


def limit_memory() -> None:
    """Let this process grow by no more than the limit; then an allocation fails, as an exception."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    size = pages * os.sysconf("SC_PAGE_SIZE") + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
