"""One question's files, read without a manifest: the hidden cases may be missing or empty."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from autograder.course.bank.cases import Rules, read_cases
from autograder.course.bank.files import assignment_error, read_text
from autograder.course.bank.modules import register_drivers, register_reference, run_standalone
from autograder.course.bank.prompts import read_prompt
from autograder.course.bank.stubs import Stub, read_stub
from autograder.course.reference import reference_functions
from autograder.model import AssignmentError, Case
from autograder.staff.causes import Functions

DECLARED: Final = "harden.py"
"""What a question's author declares for the search; optional."""

HIDDEN: Final = "hidden_cases.py"
PUBLIC: Final = "public_cases.py"


@dataclass(frozen=True)
class Declared:
    """What the author says about inputs and answers that nothing else tells.

    Attributes:
        laws: by function, what is true of every right answer: ``holds(found, *arguments)`` returns a truth
            value or makes assertions.
        inputs: ``inputs(rng, sizes)`` returns arguments by the names of parameters, to be used instead
            of what would be drawn. `sizes` gives the size of each axis that a docstring names.
        unique: functions with one right answer, which no public case shows.
        imports: the imports of the file, one a line.
        text: its other statements, without its docstring, as the written cases need them.
    """

    laws: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    inputs: Callable[..., Mapping[str, Any]] | None = None
    unique: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class HardenedQuestion:
    """One question, ready to be run.

    Attributes:
        topic: its name.
        root: the project's folder.
        folder: the question's.
        keys: the keys of its parts.
        stub: what students fill in.
        public: all its public cases.
        hidden: all its hidden cases; none where there is no file yet.
        right: the reference's functions.
        declared: what its author declares.
    """

    topic: str
    root: Path
    folder: Path
    keys: tuple[str, ...]
    stub: Stub
    public: tuple[Case, ...]
    hidden: tuple[Case, ...]
    right: Functions
    declared: Declared

    def read(self, path: Path) -> tuple[Case, ...]:
        """The cases of a file of hidden cases of this question, wherever it lies."""
        return read_cases(path, Rules(self.topic, self.topic, self.keys, self.stub.names, True))


def open_question(root: Path, topic: str) -> HardenedQuestion:
    """Read a question.

    Args:
        root: the project's folder.
        topic: the question's name.

    Raises:
        AssignmentError: a file is missing or does not hold together.
    """
    folder = root / "assignments" / "questions" / topic
    drivers = folder / "drivers.py"
    register_drivers({topic: drivers} if drivers.exists() else {})
    register_reference([root / "reference"])
    keys = tuple(part.key for part in read_prompt(folder / "prompt.md").parts)
    stub = read_stub(folder / "stub.py")
    public = read_cases(folder / PUBLIC, Rules(topic, topic, keys, stub.names, False))
    hidden: tuple[Case, ...] = ()
    if (folder / HIDDEN).exists():
        hidden = read_cases(folder / HIDDEN, Rules(topic, topic, keys, stub.names, True))
    try:
        right = reference_functions(topic)
    except ModuleNotFoundError as error:
        raise AssignmentError(
            f"{topic} has no reference: {error}; write reference/{topic}.py"
        ) from error
    declared = _declared(folder / DECLARED, stub)
    return HardenedQuestion(topic, root, folder, keys, stub, public, hidden, right, declared)


def _declared(path: Path, stub: Stub) -> Declared:
    """What the question's `harden.py` says."""
    if not path.exists():
        return Declared()
    text = read_text(path)
    module = run_standalone(f"harden.{path.parent.name}", path, text)
    laws, inputs = getattr(module, "laws", {}), getattr(module, "inputs", None)
    if not isinstance(laws, dict) or not all(map(callable, laws.values())):
        raise assignment_error(path, 'laws must be a dictionary of functions, {"FUNCTION": holds}')
    if unknown := [name for name in laws if name not in stub.names]:
        raise assignment_error(
            path, f"laws names no function of the stub: {', '.join(map(repr, unknown))}"
        )
    unique = getattr(module, "unique", ())
    if not isinstance(unique, tuple | list) or any(name not in stub.names for name in unique):
        raise assignment_error(path, 'unique must be names of functions of the stub, ("FUNCTION",)')
    if inputs is not None and list(inspect.signature(inputs).parameters) != ["rng", "sizes"]:
        raise assignment_error(path, "inputs must take rng and sizes: def inputs(rng, sizes)")
    tree = ast.parse(text)
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    rest = [node for node in body if node not in imports]
    kept = "\n".join(text.splitlines()[rest[0].lineno - 1 :]) if rest else ""
    return Declared(laws, inputs, tuple(unique), tuple(map(ast.unparse, imports)), kept.strip())
