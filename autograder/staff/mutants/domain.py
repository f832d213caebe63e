"""What in a program only serves to refuse an argument: not graded, and so not mutated.

A student's function is not tested outside its domain. So these are left alone, with all that they
are made of:

- `require(…)` and every other call of the reference's own functions whose value is thrown away: of
  pure functions, only the refusal is left;
- an `if`, a loop or a `with` that holds nothing else;
- a name that nothing else uses, and so what is assigned to it (``rule = "…"``);
- an argument for a parameter that nothing else uses (``double(z, "z", "N")``), and the keywords
  ``strict`` of `zip` and ``device``: everything is graded on the processor;
- annotations, decorators, docstrings and `raise`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.staff.mutants.program import Program, SourceModule

Function = ast.FunctionDef
_Scope = ast.FunctionDef | ast.ClassDef

_IDLE_KEYWORDS = ("strict", "device")


class Domain:
    """The nodes of a program that are left alone."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._nodes: set[int] = set()
        self._idle: dict[int, set[str]] = {}
        self._methods: dict[str, Function | None] = {}
        for module, statement in program.statements():
            self._declare(statement)
            self._leave_alone(module, statement)
        while self._grow():
            pass

    def __contains__(self, node: object) -> bool:
        """Whether the node, and so all that lies in it, is left alone."""
        return id(node) in self._nodes

    def _declare(self, statement: ast.stmt) -> None:
        """Learn the methods of a class; a name that two classes share is not resolved."""
        if isinstance(statement, ast.ClassDef):
            for item in statement.body:
                if isinstance(item, Function):
                    self._methods[item.name] = None if item.name in self._methods else item

    def _leave_alone(self, module: SourceModule, statement: ast.stmt) -> None:
        """Mark what its form alone tells."""
        for node in ast.walk(statement):
            match node:
                case ast.FunctionDef() | ast.ClassDef():
                    self._mark(*node.decorator_list)
                    if isinstance(node, Function) and node.returns:
                        self._mark(node.returns)
                    if ast.get_docstring(node, clean=False) is not None:
                        self._mark(node.body[0])
                case ast.arg(annotation=annotation) if annotation:
                    self._mark(annotation)
                case ast.AnnAssign(annotation=annotation):
                    self._mark(annotation)
                case ast.Raise():
                    self._mark(node)
                case ast.keyword(arg=name) if name in _IDLE_KEYWORDS:
                    self._mark(node)
                case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if module.resolve(name):
                    self._mark(node)

    def _grow(self) -> bool:
        """Mark what follows from the marks so far; whether anything did."""
        before = len(self._nodes), sum(map(len, self._idle.values()))
        public = self._program.public
        used = {module.name: self._used(module) for module in self._program.modules.values()}
        for module, statement in self._program.statements():
            for node, scope in _with_scope(statement):
                match node:
                    case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                        names = _targets(node)
                        live = self._live(scope) if scope else used[module.name]
                        if names and not names & live:
                            self._mark(node)
                    case ast.If() | ast.For() | ast.While() | ast.With():
                        if all(
                            inner in self for inner in [*node.body, *getattr(node, "orelse", [])]
                        ):
                            self._mark(node)
                    case ast.FunctionDef(name=name):
                        if node is not statement or (module.name, name) not in public:
                            defaults = _parameters(node)
                            idle = {p for p in defaults if p not in self._live(node)}
                            self._idle[id(node)] = idle
                            self._mark(*(d for p in idle if (d := defaults[p])))
                    case ast.Call():
                        self._mark(*self._idle_arguments(module, node))
        return before != (len(self._nodes), sum(map(len, self._idle.values())))

    def _used(self, module: SourceModule) -> set[str]:
        """Names at the module's top level that something uses, here or where they are imported."""
        used: set[str] = set()
        for other, statement in self._program.statements():
            for node in self._alive(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    source = other.resolve(node.id)
                    if source and source[0] == module.name:
                        used.add(source[1])
        return used

    def _live(self, scope: _Scope) -> set[str]:
        """The names that something in a function uses; of a class all, since any may use them."""
        if isinstance(scope, ast.ClassDef):
            return {n.id for n in ast.walk(scope) if isinstance(n, ast.Name)}
        return {
            node.id
            for node in self._alive(scope)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }

    def _alive(self, node: ast.AST) -> Iterator[ast.AST]:
        """The node and all in it that is not left alone."""
        if node not in self:
            yield node
            for child in ast.iter_child_nodes(node):
                yield from self._alive(child)

    def _idle_arguments(self, module: SourceModule, call: ast.Call) -> list[ast.AST]:
        """The arguments that a function of the reference only refuses."""
        function, bound = self._callee(module, call)
        idle = self._idle.get(id(function), set()) if function else set()
        if function is None or not idle:
            return []
        spec = function.args
        names = [a.arg for a in [*spec.posonlyargs, *spec.args]][bound:]
        found: list[ast.AST] = []
        for index, argument in enumerate(call.args):
            if isinstance(argument, ast.Starred):
                break  # what follows has no known place
            rest = spec.vararg.arg if spec.vararg else ""
            if (names[index] if index < len(names) else rest) in idle:
                found.append(argument)
        return found + [keyword for keyword in call.keywords if keyword.arg in idle]

    def _callee(self, module: SourceModule, call: ast.Call) -> tuple[Function | None, int]:
        """The function that is called, and how many of its parameters are bound already."""
        match call.func:
            case ast.Name(id=name):
                source = module.resolve(name)
                owner = self._program.modules[source[0]].owners[source[1]] if source else None
                return (owner, 0) if isinstance(owner, Function) else (None, 0)
            case ast.Attribute(attr=name):
                return self._methods.get(name), 1
        return None, 0

    def _mark(self, *nodes: ast.AST) -> None:
        self._nodes.update(map(id, nodes))


def _with_scope(
    node: ast.AST, scope: _Scope | None = None
) -> Iterator[tuple[ast.AST, _Scope | None]]:
    """Every node, and the outermost function (or else the class) in which it lies."""
    yield node, scope
    inner = scope
    if isinstance(node, _Scope) and not isinstance(scope, Function):
        inner = node
    for child in ast.iter_child_nodes(node):
        yield from _with_scope(child, inner)


def _targets(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> set[str]:
    """The names that are assigned; none where something else than a name is."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    flat = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
    return {t.id for t in flat if isinstance(t, ast.Name)} if _plain(flat) else set()


def _plain(targets: list[ast.expr]) -> bool:
    return all(isinstance(target, ast.Name) for target in targets)


def _parameters(function: Function) -> dict[str, ast.expr | None]:
    """The names of a function's parameters, and their defaults."""
    spec = function.args
    places = [*spec.posonlyargs, *spec.args]
    missing: list[ast.expr | None] = [None] * (len(places) - len(spec.defaults))
    found = {a.arg: d for a, d in zip(places, [*missing, *spec.defaults], strict=True)}
    found |= {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True)}
    return found | {a.arg: None for a in (spec.vararg, spec.kwarg) if a}
