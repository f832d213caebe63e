"""The code of a submission, and what it defines by its syntax alone: functions, and stubs of them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.untrusted.python import bound, magic_first, parsed

_DELETED = "deleted"
_INSIDE = "inside "
_TIMED = "%%timeit"

PARSED_OF_ONE = 100_000
"""Characters of one source that are looked at; honest ones have a tenth of them."""

PARSED_OF_ALL = 500_000
"""The same of all sources of a submission together."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of source that runs as one: a code cell or a module.

    Attributes:
        space: the namespace it belongs to: empty for the notebook's, else the module's name.
        label: what a notice calls it, such as ``"code cell 3"`` or ``"ddpm.py"``.
        source: its text.
        file: what a traceback calls it, where that is not the label.
    """

    space: str
    label: str
    source: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """What code defines, as far as its syntax tells.

    Attributes:
        filled: by a name that is looked for the namespaces that define it for real, in the order in
            which they run.
        stubs: by namespace the names that are looked for of which it holds only a stub, sorted.
        others: functions that nobody looks for, in order.
        replaced: by the labels of a unit and of a later one of its namespace the names that the first
            fills in and the later one replaces by a stub.
        unreachable: by a name that is looked for, why its definition cannot be called, in a sentence.
    """

    filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stubs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    replaced: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    unreachable: Mapping[str, str] = field(default_factory=dict)

    def methods_to_fill_in(self, name: str, space: str) -> int:
        """How many methods of a class are stubs in a namespace."""
        return sum(one.startswith(f"{name}.") for one in self.stubs.get(space, ()))


class DefinitionParser:
    """Parses the sources of one submission, each once, and no more of all of them than is honest."""

    def __init__(self) -> None:
        self._room = PARSED_OF_ALL
        self._known: dict[str, list[tuple[str, str]]] = {}

    def bindings(self, source: str) -> list[tuple[str, str]]:
        """Names that a source binds, and how; see `_bindings`."""
        if source not in self._known:
            if len(source) > min(PARSED_OF_ONE, self._room):
                return []
            self._room -= len(source)
            self._known[source] = [*_bindings(source)]
        return self._known[source]


def definitions(
    units: Sequence[Unit], wanted: Collection[str], parser: DefinitionParser | None = None
) -> Definitions:
    """What some code defines of the names that are looked for.

    Args:
        units: the code, in the order in which it runs.
        wanted: the names.
        parser: the submission's, where more of it is looked at than this.
    """
    parser = parser or DefinitionParser()
    filled: dict[str, dict[str, None]] = {}
    stubs: dict[str, dict[str, None]] = {}
    others: dict[str, None] = {}
    last: dict[tuple[str, str], str] = {}  # where a name of a namespace was filled in
    replaced: dict[tuple[str, str], tuple[str, str]] = {}
    unreachable: dict[str, str] = {}
    for unit in units:
        for name, kind in parser.bindings(unit.source):
            if kind == _DELETED or kind.startswith(_INSIDE):
                if name in wanted and (kind == _DELETED or name not in filled):
                    unreachable[name] = _unreachable(unit.label, kind)
                continue
            owner, _, method = name.partition(".")
            if method:
                if owner in wanted and kind == "stub":
                    stubs.setdefault(unit.space, {})[name] = None
                continue
            for stub in [one for one in stubs.get(unit.space, ()) if one.startswith(f"{name}.")]:
                del stubs[unit.space][stub]  # the methods of a class that this one replaces
            if name not in wanted:
                others |= {name: None} if kind == "function" else {}
            elif kind == "stub":
                stubs.setdefault(unit.space, {})[name] = None
                if filled_in := last.get((unit.space, name)):
                    replaced[unit.space, name] = (filled_in, unit.label)
            else:
                stubs.setdefault(unit.space, {}).pop(name, None)
                replaced.pop((unit.space, name), None)
                last[unit.space, name] = unit.label
                if kind != "import":  # where that is defined, is seen there
                    filled.setdefault(name, {})[unit.space] = None
    only = {
        space: tuple(sorted(name for name in names if space not in filled.get(name, ())))
        for space, names in stubs.items()
    }
    return Definitions(
        {name: (*spaces,) for name, spaces in filled.items()},
        {space: names for space, names in only.items() if names},
        (*others,),
        _by_value({name: labels for (_, name), labels in replaced.items()}),
        unreachable,
    )


def _unreachable(label: str, kind: str) -> str:
    if kind == _DELETED:
        return f"It is deleted with `del` in {label}."
    outer = kind.removeprefix(_INSIDE)
    where = "to another cell" if outer == _TIMED else "to the left margin"
    return f"It is defined inside `{outer}` in {label}: move it out, {where}."


def _by_value(items: Mapping[str, tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, value in items.items():
        found[value] = (*found.get(value, ()), name)
    return found


def _bindings(source: str) -> Iterator[tuple[str, str]]:
    """Names that a source binds, and how.

    A name at the top is a function, stub, import or value, or is deleted. A function inside a function or
    class at the top comes with the name of that one. `%%timeit` runs its cell inside a function.
    """
    cell = magic_first(source).lstrip()
    timed = cell.startswith(_TIMED)
    tree = parsed(cell.partition("\n")[2] if timed else source)
    for node in tree.body if tree is not None else ():
        if timed:
            yield from ((name, f"{_INSIDE}{_TIMED}") for name in bound([node]))
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = (one for part in node.body for one in ast.walk(part))
            for one in inner:
                if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield one.name, f"{_INSIDE}{node.name}"
        match node:
            case ast.Delete(targets=targets):
                yield from ((one.id, _DELETED) for one in targets if isinstance(one, ast.Name))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name, "stub" if _is_stub(node.body) else "function"
            case ast.Import() | ast.ImportFrom():
                yield from ((name, "import") for name in bound([node]))
            case ast.ClassDef():
                methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
                stubs = [method for method in methods if _is_stub(method.body)]
                yield node.name, "stub" if stubs and len(stubs) == len(methods) else "value"
                yield from ((f"{node.name}.{method.name}", "stub") for method in stubs)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=value))
            ) if value is ...:
                yield name, "stub"
            case _:
                yield from ((name, "value") for name in bound([node]))


def _is_stub(body: list[ast.stmt]) -> bool:
    match body:
        case [ast.Expr(value=ast.Constant()), *rest] | rest:
            pass
    match rest:
        case [ast.Expr(value=ast.Call(func=ast.Attribute(value=above, attr="__init__"))), *below]:
            match above:
                case ast.Call(func=ast.Name(id="super"), args=[], keywords=[]):
                    rest = below
                    if not rest:
                        return False
    match rest:
        case []:
            return True
        case [ast.Pass() | ast.Expr(value=ast.Constant())]:
            return True
    match rest:  # what stands below is never run
        case [ast.Raise(exc=ast.Name(id="NotImplementedError")), *_]:
            return True
        case [ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"))), *_]:
            return True
    return False
