"""All mutants of a program: each is one change of its text, with its own identity.

A mutant is known by its module, its function, the text of the line where the change begins, and
the change. Line numbers have no part in it, so that an entry of `mutants.toml` stays true when
other code moves.
"""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from autograder.staff.mutants import forms
from autograder.staff.mutants.domain import Domain
from autograder.staff.mutants.operators import is_literal, negated, replacements
from autograder.staff.mutants.program import Program, SourceModule

Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of the reference.

    Attributes:
        module: where it is.
        function: the function in which it is, ``Class.method`` for a method, empty for none.
        line: the text of the line where it begins.
        change: what was there, an arrow, what is there instead; and a count where a line holds
            the same twice.
        start: where the text that is replaced begins, in bytes of the module's UTF-8.
        end: where it ends.
        text: what stands there instead.
        owner: the place of the statement, among those at the module's top level.
        executed: first and last line of the innermost statement; (0, 0) where that is executed
            with the module.
    """

    module: str
    function: str
    line: str
    change: str
    start: int
    end: int
    text: str
    owner: int
    executed: tuple[int, int]

    @property
    def identity(self) -> Identity:
        """What it is known by."""
        return self.module, self.function, self.line, self.change

    def apply(self, source: str) -> str:
        """The module's text with the change."""
        data = source.encode()
        return (data[: self.start] + self.text.encode() + data[self.end :]).decode()

    def diff(self, source: str) -> str:
        """The change as a unified diff."""
        name = f"reference/{self.module}.py"
        before, after = source.splitlines(), self.apply(source).splitlines()
        return "\n".join(difflib.unified_diff(before, after, name, name, lineterm="", n=1))


def mutants(program: Program) -> list[Mutant]:
    """All mutants of a program, in the order of its text."""
    domain = Domain(program)
    times: Counter[Identity] = Counter()
    found: list[Mutant] = []
    words = {module.name: forms.words(module.tree) for module in program.modules.values()}
    for module, statement in program.statements():
        for mutant in _Mutator(module, statement, domain, words[module.name]).found():
            times[mutant.identity] += 1
            count = times[mutant.identity]
            again = f"{mutant.change} #{count}"
            found.append(mutant if count == 1 else replace(mutant, change=again))
    return found


class _Mutator:
    """Walks one statement of a module's top level."""

    def __init__(
        self, module: SourceModule, statement: ast.stmt, domain: Domain, words: dict[str, list[str]]
    ) -> None:
        self._module = module
        self._statement = statement
        self._domain = domain
        self._data = module.text.encode()
        self._lines = module.text.splitlines()
        self._starts = list(accumulate(map(len, self._data.splitlines(keepends=True)), initial=0))
        self._words = words
        self._results = forms.results(statement)
        self._deletable = forms.deletable(statement)
        self._seen: set[tuple[int, int, str]] = set()

    def found(self) -> Iterator[Mutant]:
        """The mutants of the statement."""
        return self._walk(self._statement, self._module.tree, (), (0, 0))

    def _walk(
        self, node: ast.AST, parent: ast.AST, scope: tuple[str, ...], executed: tuple[int, int]
    ) -> Iterator[Mutant]:
        """The mutants of a node and of all in it."""
        if node in self._domain or isinstance(node, ast.JoinedStr):
            return
        if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.stmt) and scope):
            executed = forms.lines(node)
        if isinstance(node, ast.expr | ast.stmt):
            for new in self._new(node, parent):
                yield from self._mutant(node, parent, new, scope, executed)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            scope = (*scope, node.name)
        if is_literal(node):
            return  # the sign and the digits are one
        for child in ast.iter_child_nodes(node):
            yield from self._walk(child, node, scope, executed)

    def _new(self, node: ast.expr | ast.stmt, parent: ast.AST) -> Iterator[ast.AST]:
        """What may stand in the place of a node."""
        text = node.value if isinstance(node, ast.Constant) else None
        words = self._words.get(text, [""]) if isinstance(text, str) else []
        yield from replacements(
            node, parent, libraries=self._module.libraries, words=words, keep=self._domain
        )
        if isinstance(parent, ast.If | ast.While) and node is parent.test:
            yield ast.Constant(value=False)
            if isinstance(parent, ast.If):
                yield ast.Constant(value=True)
        if id(node) in self._results and isinstance(node, ast.expr):
            yield from negated(node)
        if id(node) in self._deletable:
            yield ast.Pass()

    def _mutant(
        self,
        node: ast.expr | ast.stmt,
        parent: ast.AST,
        new: ast.AST,
        scope: tuple[str, ...],
        executed: tuple[int, int],
    ) -> Iterator[Mutant]:
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        old, text = forms.short(node, self._data[start:end].decode()), ast.unparse(new)
        if text == old or (start, end, text) in self._seen:
            return
        self._seen.add((start, end, text))
        # A double parenthesis would do no harm; it would only be ugly in a diff.
        inside = self._data[start - 1 : start] == b"(" and self._data[end : end + 1] == b")"
        yield Mutant(
            module=self._module.name,
            function=".".join(scope),
            line=self._lines[node.lineno - 1].strip(),
            change=f"{old} → {text}",
            start=start,
            end=end,
            text=f"({text})" if forms.bound(node, parent, new) and not inside else text,
            owner=self._module.tree.body.index(self._statement),
            executed=executed,
        )

    def _offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column
