"""The modules of a topic's reference, and which of their definitions its public functions reach."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.bank.files import read_text
from autograder.course.bank.source import parse

PACKAGE = "reference"

Definition = tuple[str, str]
"""A module and a name at its top level."""


@dataclass(frozen=True)
class SourceModule:
    """One file of the reference.

    Attributes:
        name: without the package.
        path: where it lies.
        text: its source.
        tree: the source, parsed.
        owners: the statements at its top level, by the names that they bind.
        imported: names from other modules of the reference, and what they stand for.
        libraries: names that stand for modules, such as ``torch`` and ``np``.
    """

    name: str
    path: Path
    text: str
    tree: ast.Module
    owners: dict[str, ast.stmt] = field(default_factory=dict)
    imported: dict[str, Definition] = field(default_factory=dict)
    libraries: set[str] = field(default_factory=set)

    def resolve(self, name: str) -> Definition | None:
        """What a name at the top level of this module stands for, if the reference defines it."""
        if name in self.imported:
            return self.imported[name]
        return (self.name, name) if name in self.owners else None


@dataclass(frozen=True)
class Program:
    """What a topic's functions are made of.

    Attributes:
        modules: by name, each after those that it imports.
        public: the topic's functions, where they are defined.
        reached: the definitions that the topic's public functions use, directly or not.
    """

    modules: dict[str, SourceModule]
    public: frozenset[Definition]
    reached: frozenset[Definition]

    @property
    def defined(self) -> frozenset[Definition]:
        """All definitions of the modules, reached or not."""
        return frozenset(
            (module.name, name) for module in self.modules.values() for name in module.owners
        )

    def statements(self) -> Iterator[tuple[SourceModule, ast.stmt]]:
        """The statements at top level that are reached, in the order of the text."""
        for module in self.modules.values():
            for statement in module.tree.body:
                names = [name for name, owner in module.owners.items() if owner is statement]
                if any((module.name, name) in self.reached for name in names):
                    yield module, statement


def read(folder: Path, topic: str, functions: Iterable[str]) -> Program:
    """Read a topic's reference.

    Args:
        folder: the reference's.
        topic: the name of a module in it.
        functions: the topic's public functions, those that cases ask for.

    Returns:
        Its modules, and what the functions reach.
    """
    modules: dict[str, SourceModule] = {}
    _read(folder, topic, modules)
    public = {found for name in functions if (found := modules[topic].resolve(name))}
    waiting = [*public]
    reached: set[Definition] = set()
    while waiting:
        module, name = waiting.pop()
        if (module, name) in reached:
            continue
        reached.add((module, name))
        for node in ast.walk(modules[module].owners[name]):
            if isinstance(node, ast.Name) and (used := modules[module].resolve(node.id)):
                waiting.append(used)
    return Program(modules, frozenset(public), frozenset(reached))


def _read(folder: Path, name: str, modules: dict[str, SourceModule]) -> None:
    """Read a module after those that it imports."""
    path = folder / f"{name}.py"
    text = read_text(path)
    module = SourceModule(name, path, text, parse(path, text))
    for statement in module.tree.body:
        if isinstance(statement, ast.Import):
            module.libraries.update(a.asname or a.name.split(".")[0] for a in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            _imported(folder, statement, module, modules)
        else:
            module.owners.update(dict.fromkeys(_bound(statement), statement))
    modules[name] = module


def _imported(
    folder: Path, statement: ast.ImportFrom, module: SourceModule, modules: dict[str, SourceModule]
) -> None:
    package, _, source = (statement.module or "").partition(".")
    for alias in statement.names:
        name = alias.asname or alias.name
        if package == PACKAGE:
            if source not in modules:
                _read(folder, source, modules)
            module.imported[name] = (source, alias.name)
        elif alias.name == "functional":
            module.libraries.add(name)


def _bound(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []
