"""Where a case or a driver takes a student's value apart with Python's own syntax.

``mean, cov = f(x)`` iterates over whatever ``f`` returned: a tensor of millions of rows becomes millions
of tensors, in the process that holds every secret. `autograder.testing.unpack` takes apart what has the
right length and refuses everything else. The source is read, never run; a value is followed through
assignments, helpers of the same file, and drivers that a case calls by ``via``.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from autograder.course.bank import stub
from autograder.course.bank.files import read_text
from autograder.model import Question

_CASES: Final = ("public_cases.py", "hidden_cases.py")
_DRIVERS: Final = "drivers.py"
_ITERATING: Final = frozenset(
    [
        "all",
        "any",
        "dict",
        "enumerate",
        "iter",
        "list",
        "map",
        "max",
        "min",
        "reversed",
        "set",
        "sorted",
        "sum",
        "tuple",
        "zip",
    ]
)
_CONVERTING: Final = ("as_array", "as_tensor")
_ROUNDS: Final = 8  # helpers that call helpers, as deep as any file's


class Origin(IntEnum):
    """What an expression may hold; of two, the greater is kept."""

    BANK = 0  # a value of the file's own
    PARTS = 1  # a tuple of our own making whose items are students' values
    VALUE = 2
    RETURNS_PARTS = 3  # a function of ours that returns `PARTS`
    FUNCTION = 4  # a student's, or one that returns what a student's did


_RESULT: Final = {Origin.FUNCTION: Origin.VALUE, Origin.RETURNS_PARTS: Origin.PARTS}
_RETURNING: Final = {Origin.VALUE: Origin.FUNCTION, Origin.PARTS: Origin.RETURNS_PARTS}


@dataclass
class _File:
    """What is known of one file: of each function's parameters, and of what it returns."""

    tree: ast.Module
    parameters: dict[tuple[str, str], Origin] = field(default_factory=dict)
    returned: dict[str, Origin] = field(default_factory=dict)
    lines: set[int] = field(default_factory=set)

    @property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """Every function at the top of the file."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}


def problems(question: Question) -> Iterator[str]:
    """The lines at which a student's value is unpacked, in words.

    Args:
        question: one of the topic.

    Yields:
        One sentence a line.
    """
    names = [function.name for function in stub(question).functions]
    paths = [question.folder / name for name in (*_CASES, _DRIVERS)]
    texts = {path.name: read_text(path) for path in paths if path.is_file()}
    for name, line in iterations(texts, names):
        instead = (
            "index it instead (result[0], result[1])"
            if name == _DRIVERS
            else "write unpack(VALUE, COUNT), of autograder.testing"
        )
        yield (
            f"{question.topic}: {name}, line {line} iterates over what a student's function returned, "
            f"which may be a tensor of millions of rows; {instead}"
        )


def iterations(texts: dict[str, str], students: Collection[str]) -> list[tuple[str, int]]:
    """The places at which a student's value is iterated over.

    Args:
        texts: the sources of a question's case files and drivers, by the name of the file.
        students: the names of the student's functions.

    Returns:
        Pairs of a file's name and a line.
    """
    files = {name: _File(ast.parse(text)) for name, text in texts.items()}
    drivers = files.get(_DRIVERS, _File(ast.Module([], [])))
    for name, file in files.items():
        for function in file.functions.values():
            if name != _DRIVERS and function.decorator_list:
                for argument in _arguments(function):
                    if argument in students:
                        file.parameters[function.name, argument] = Origin.FUNCTION
    for _ in range(_ROUNDS):
        before = [(dict(file.parameters), dict(file.returned)) for file in files.values()]
        for file in files.values():
            for function in file.functions.values():
                _Reading(file, drivers, function).run()
        if before == [(file.parameters, file.returned) for file in files.values()]:
            break
    return sorted((name, line) for name, file in files.items() for line in file.lines)


def _arguments(function: ast.FunctionDef) -> list[str]:
    spec = function.args
    return [argument.arg for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]


class _Reading:
    """One pass over one function."""

    def __init__(self, file: _File, drivers: _File, function: ast.FunctionDef) -> None:
        self._file, self._drivers, self._function = file, drivers, function
        self._names = {
            argument: file.parameters.get((function.name, argument), Origin.BANK)
            for argument in _arguments(function)
        }
        self._loops = file is not drivers

    def run(self) -> None:
        """Read the function, and note what it returns, calls and iterates over."""
        result = self._body(self._function.body)
        name = self._function.name
        self._file.returned[name] = max(result, self._file.returned.get(name, Origin.BANK))

    def _body(self, statements: Sequence[ast.stmt]) -> Origin:
        """Read statements; what they return."""
        result = Origin.BANK
        for node in statements:
            match node:
                case ast.Return(value=value):
                    result = max(result, self._kind(value))
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._assign(target, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._assign(target, value)
                case ast.FunctionDef(name=name, body=body):
                    kind = _RETURNING.get(self._body(body), Origin.BANK)
                    self._names[name] = max(kind, self._names.get(name, Origin.BANK))
                case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
                    self._loop(target, iterable)
                    result = max(result, self._body([*body, *orelse]))
                case _:
                    inner = list(ast.iter_child_nodes(node))
                    for each in inner:
                        if isinstance(each, ast.expr):
                            self._kind(each)
                        elif isinstance(each, ast.withitem):
                            self._kind(each.context_expr)
                    blocks = [each for each in inner if isinstance(each, ast.stmt)]
                    result = max(result, self._body(blocks))
        return result

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case (ast.Tuple(elts=left), ast.Tuple(elts=right)) if len(left) == len(right):
                for each, part in zip(left, right, strict=True):
                    self._assign(each, part)
            case _:
                self._bind(target, self._kind(value), value.lineno)

    def _bind(self, target: ast.expr, kind: Origin, line: int) -> None:
        """Give a kind to the names of a target; a tuple of names iterates over what it is given."""
        match target:
            case ast.Name(id=name):
                self._names[name] = kind
            case ast.Starred(value=inner):
                self._bind(inner, kind, line)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._bind(part, self._item(kind, line), line)

    def _loop(self, target: ast.expr, iterable: ast.expr) -> None:
        """Bind what a loop over an expression goes through, side by side where it is a ``zip``."""
        match target, iterable:
            case (
                ast.Tuple(elts=targets),
                ast.Call(func=ast.Name(id="zip"), args=arguments),
            ) if len(targets) == len(arguments):
                for each, argument in zip(targets, arguments, strict=True):
                    self._loop(each, argument)
            case (
                ast.Tuple(elts=[place, each]),
                ast.Call(func=ast.Name(id="enumerate"), args=[argument, *_]),
            ):
                self._bind(place, Origin.BANK, iterable.lineno)
                self._loop(each, argument)
            case _:
                item = self._item(self._kind(iterable), iterable.lineno, loop=True)
                # A driver takes the student's list as it comes, within the limits of the student's code.
                self._bind(target, item if self._loops else Origin.BANK, iterable.lineno)

    def _item(self, kind: Origin, line: int, *, loop: bool = False) -> Origin:
        if kind is Origin.VALUE and (self._loops or not loop):
            self._file.lines.add(line)
        return Origin.VALUE if kind in (Origin.VALUE, Origin.PARTS) else Origin.BANK

    def _kind(self, node: ast.expr | None) -> Origin:
        """What an expression may hold; whatever stands inside it is read too."""
        match node:
            case None:
                return Origin.BANK
            case ast.Name(id=name):
                return self._names.get(name, _RETURNING.get(self._returned(name), Origin.BANK))
            case ast.Call():
                return self._call(node)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                kinds = [self._kind(part) for part in parts]
                return Origin.PARTS if Origin.VALUE in kinds else Origin.BANK
            case ast.Starred(value=inner):
                return self._item(self._kind(inner), inner.lineno)
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, value)
                return self._kind(value)
            case ast.Lambda(body=body):
                return _RETURNING.get(self._kind(body), Origin.BANK)
            case (
                ast.ListComp(generators=loops, elt=item)
                | ast.SetComp(generators=loops, elt=item)
                | ast.GeneratorExp(generators=loops, elt=item)
            ):
                return self._comprehension(loops, item)
            case ast.DictComp(generators=loops, value=item):
                return self._comprehension(loops, item)
            case ast.Subscript(value=value, slice=index):
                self._kind(index)
                kind = self._kind(value)
                return Origin.VALUE if kind is Origin.PARTS else kind
            case ast.Attribute(value=value, attr=attribute):
                kind = self._kind(value)
                return kind if kind is Origin.VALUE and attribute != "shape" else Origin.BANK
            case _:
                children = ast.iter_child_nodes(node)
                kinds = [self._kind(each) for each in children if isinstance(each, ast.expr)]
                spread = isinstance(node, ast.BinOp | ast.UnaryOp | ast.IfExp | ast.BoolOp)
                return max(kinds, default=Origin.BANK) if spread else Origin.BANK

    def _comprehension(self, loops: Sequence[ast.comprehension], item: ast.expr) -> Origin:
        for each in loops:
            self._loop(each.target, each.iter)
            for condition in each.ifs:
                self._kind(condition)
        return Origin.PARTS if self._kind(item) in (Origin.VALUE, Origin.PARTS) else Origin.BANK

    def _call(self, node: ast.Call) -> Origin:
        kinds = [self._kind(argument) for argument in node.args]
        named = {word.arg: self._kind(word.value) for word in node.keywords}
        match node.func:
            case ast.Name(id="via") if node.args:
                if isinstance(node.args[0], ast.Name):
                    self._pass(self._drivers, node.args[0].id, node.args[1:], kinds[1:], named)
                return Origin.VALUE if max(kinds) >= Origin.RETURNS_PARTS else Origin.BANK
            case ast.Name(id="unpack"):
                return Origin.PARTS
            case ast.Name(id=name) if name in _CONVERTING:
                return Origin.BANK if "shape" in named else Origin.VALUE
            case ast.Name(id=name) if name in _ITERATING and name not in self._names:
                loop = [self._item(kind, node.lineno, loop=True) for kind in kinds]
                return Origin.PARTS if Origin.VALUE in loop else Origin.BANK
            case ast.Name(id=name) if name in self._file.functions and name not in self._names:
                self._pass(self._file, name, node.args, kinds, named)
                return self._returned(name)
            case ast.Attribute(value=value):
                kind = self._kind(value)  # a method of a value gives another
                return kind if kind is Origin.VALUE else Origin.BANK
            case _:
                return _RESULT.get(self._kind(node.func), Origin.BANK)

    def _pass(
        self,
        file: _File,
        name: str,
        arguments: Sequence[ast.expr],
        kinds: Sequence[Origin],
        named: dict[str | None, Origin],
    ) -> None:
        """Note what a function of a file is called with."""
        if name not in file.functions:
            return
        given = {word: kind for word, kind in named.items() if word is not None}
        parameters = _arguments(file.functions[name])
        for parameter, argument, kind in zip(parameters, arguments, kinds, strict=False):
            if isinstance(argument, ast.Starred):
                break  # how many it stands for is not known
            given[parameter] = kind
        for parameter, kind in given.items():
            key = name, parameter
            file.parameters[key] = max(kind, file.parameters.get(key, Origin.BANK))

    def _returned(self, name: str) -> Origin:
        return self._file.returned.get(name, Origin.BANK)
