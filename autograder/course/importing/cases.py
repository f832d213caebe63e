"""Tests of other programs as cases of ours."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.course.importing.code import Code, bound, is_builtin, loads
from autograder.course.importing.model import Test
from autograder.course.parsing import literal, parse_python
from autograder.model import Kind


@dataclass
class MovedTest:
    """A test that became a case.

    Attributes:
        name: its function's name.
        title: its title: the part's key, a colon, and what it is.
        parameters: what it asks of the student.
        body: the lines of the case.
        driver: the source of its driver; empty where it has none.
        used: the other names that case and driver need.
        test: what it was.
    """

    name: str
    title: str
    parameters: list[str]
    body: str
    driver: str
    used: set[str]
    test: Test


class NotMoved(Exception):
    """Why a test cannot become a case."""


def moved(test: Test, key: str, code: Code) -> MovedTest:
    """A test as a case.

    Args:
        test: as it was read.
        key: the part that it belongs to.
        code: the assignment's code.

    Raises:
        NotMoved: it checks nothing that a case can express.
    """
    if not test.body:
        raise NotMoved("it is empty")
    free = loads(*test.body)
    parameters = [name for name in code.required if name in free]
    if not parameters:
        raise NotMoved("it uses nothing that students write")
    imported = {a.asname or a.name.partition(".")[0] for n in code.imports for a in n.names}
    unknown = sorted(
        name for name in free - {*code.required, *code.given, *imported} if not is_builtin(name)
    )
    if unknown:
        raise NotMoved(f"it uses {', '.join(unknown)}, which no cell defines")
    if "rng" in parameters or "env" in parameters:
        raise NotMoved("it asks for a name that a case uses itself (rng, env)")
    name = f"{key}_{test.label}".replace(" ", "_").replace(".", "_")
    body, wants = _split(test)
    if _direct(body, wants, parameters, code):
        lines = [ast.unparse(node) for node in body]
        if wants is not None:
            lines.append(_compared(ast.unparse(wants), test.expected_output or "None"))
        driver = ""
    else:
        driver_name = f"run_{name}"  # a case of the same name would shadow it
        driver = _driver(driver_name, body, wants, parameters)
        call = f"via({driver_name}, {', '.join(parameters)})"
        lines = [_compared(call, test.expected_output or "None" if wants is not None else "True")]
    used = (free - {*parameters}) | _of_comparison(lines)
    return MovedTest(name, f"{key}: {test.label}", parameters, "\n".join(lines), driver, used, test)


def _split(test: Test) -> tuple[list[ast.stmt], ast.expr | None]:
    """The statements, and the expression whose value is looked at."""
    if test.expected_output is None:
        inner = [node for statement in test.body for node in ast.walk(statement)]
        asserts = any(isinstance(node, ast.Assert | ast.Raise) for node in inner)
        if not asserts and not any("assert" in ast.unparse(statement) for statement in test.body):
            raise NotMoved("it compares nothing: no assertion, no expected output")
        return test.body, None
    *body, last = test.body
    if not isinstance(last, ast.Expr) or ast.unparse(last).startswith("print("):
        raise NotMoved("what it prints is not the value of an expression")
    if not test.expected_output:
        raise NotMoved("its output was not kept in the notebook; run the notebook and save it")
    _literal(test.expected_output)
    return body, last.value


def _direct(
    body: Sequence[ast.stmt], wants: ast.expr | None, parameters: Sequence[str], code: Code
) -> bool:
    """Whether the student's values cross as data: functions and classes are called, nothing else is asked.

    An attribute of such a value, or a function handed to another, needs the object itself.
    """
    nodes: list[ast.AST] = [*body, *([wants] if wants is not None else [])]
    inner = [found for node in nodes for found in ast.walk(node)]
    calls = [found for found in inner if isinstance(found, ast.Call)]
    called = {id(call.func) for call in calls}
    tainted, objects = set(parameters), set[str]()
    for statement in body:
        if loads(statement) & tainted:
            tainted |= {*bound(statement)}
            if isinstance(statement, ast.Assign) and _makes_object(statement.value, code):
                objects |= {*bound(statement)}
    for found in inner:
        if isinstance(found, ast.Attribute) and loads(found.value) & tainted:
            owner = found.value
            if not _makes_object(owner, code) and not (
                isinstance(owner, ast.Name) and owner.id in objects
            ):
                return False
        name = found.id if isinstance(found, ast.Name) and id(found) not in called else ""
        if name in parameters and code.kind(name) is not Kind.VALUE:
            return False
    functions = {n.name for n in inner if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    functions |= {
        n for n, one in code.given.items() if isinstance(one, ast.FunctionDef | ast.ClassDef)
    }
    modules = {a.asname or a.name.partition(".")[0] for n in code.imports for a in n.names}
    return not any(
        isinstance(found, ast.Lambda)
        or (
            isinstance(found, ast.Name)
            and found.id in functions | modules
            and id(found) not in called
        )
        for call in calls
        if loads(call.func) & tainted
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for found in _uncalled(argument)
    )


def _makes_object(node: ast.expr, code: Code) -> bool:
    """Whether an expression makes an object of a class of the student's."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in code.required
        and code.kind(node.func.id) is Kind.CLASS
    )


def _uncalled(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of an argument that are handed over as they are: not what a call in it calls."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Call) and child is node.func):
            yield from _uncalled(child)


def _driver(
    name: str, body: Sequence[ast.stmt], wants: ast.expr | None, parameters: Sequence[str]
) -> str:
    """A driver that runs the test's statements and returns the value, or whether every assertion held."""
    lines = [ast.unparse(node) for node in body]
    lines.append(f"return {ast.unparse(wants)}" if wants is not None else "return True")
    text = textwrap.indent("\n".join(lines), "    ")
    return f"def {name}({', '.join(parameters)}):\n{text}\n"


def _compared(value: str, printed: str) -> str:
    """The assertion that a value is what was printed."""
    if printed in ("True", "False"):
        return f"assert {value}" if printed == "True" else f"assert not ({value})"
    wanted, kind = _literal(printed)
    if kind == "array":
        return f"assert_close({value}, {wanted}, rtol=1e-6, atol=1e-8)"
    if kind == "tensor":
        return f"assert_close({value}, {wanted}, rtol=1e-3, atol=1e-4)"
    return f"assert_{'close' if kind == 'numbers' else 'equal'}({value}, {wanted})"


def _literal(printed: str) -> tuple[str, str]:
    """A printed value as source, and how it is compared."""
    try:
        (statement,) = parse_python(printed.strip()).body
    except ValueError as error:
        raise NotMoved(
            f"its expected output {printed[:40]!r} is not a value that can be written down"
        ) from error
    if not isinstance(statement, ast.Expr):
        raise NotMoved(f"its expected output {printed[:40]!r} is not a value")
    node = statement.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        try:
            literal(node.args[0])
        except ValueError as error:
            raise NotMoved(f"its expected output {printed[:40]!r} leaves numbers out") from error
        inner = ast.unparse(node.args[0])
        if node.func.id == "array":
            return f"np.array({inner})", "array"
        if node.func.id == "tensor":
            return f"torch.tensor({inner})", "tensor"
    if (
        isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("np.")
        and len(node.args) == 1
    ):
        node = node.args[0]  # np.float64(1.5), as numpy prints its numbers since 2.0
    try:
        value = literal(node)
    except ValueError as error:
        raise NotMoved(f"its expected output {printed[:40]!r} is not a literal") from error
    leaves = [n for n in ast.walk(node) if isinstance(n, ast.Constant)]
    numeric = bool(leaves) and all(type(n.value) in (int, float, complex) for n in leaves)
    plain = not isinstance(value, set | dict) and _rectangular(value)
    return ast.unparse(node), "numbers" if numeric and plain else "other"


def _rectangular(value: object) -> bool:
    """Whether lists of numbers make an array."""
    try:
        np.asarray(value)
    except ValueError:
        return False
    return True


def _of_comparison(lines: Sequence[str]) -> set[str]:
    last = lines[-1]
    words = ("assert_close", "assert_equal", "via", "np", "torch")
    return {word for word in words if f"{word}(" in last or f"{word}." in last}
