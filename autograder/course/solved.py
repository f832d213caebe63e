"""The files of a question whose solution exists: its function's signature and docstring fill the blanks."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable
from pathlib import Path

from autograder.course.parsing import NotPythonError, literal, parse_python
from autograder.model import UsageError

_PROMPT = """
    # FILL: Title

    FILL: what the student needs to know, and every convention that a point could hang on: sums or means,
    which axis is the batch, what happens at the edges.

    ## FILL: Heading of the part
    <!-- part: {topic} -->

    Write `{function}({signature})`: {summary}
"""
_PUBLIC = '''
    """FILL: small cases that can be checked by hand. They weigh little: anybody can copy the numbers."""

    {library}
    from otter.test_files import test_case

    from autograder.testing import assert_close

    OK_FORMAT = False

    name = "{topic}"


    @test_case(name="{topic}: by hand", points=0.01)
    def by_hand({function}):
        """FILL: how this value is found without the formula's code."""
        {inputs}
        expected = {array}("FILL: the value, written out")
        assert_close({function}({arguments}), expected)
'''
_HIDDEN = '''
    """FILL: what the hidden cases look at."""

    from otter.test_files import test_case
    from reference import {topic} as reference

    from autograder.testing import {testing}

    OK_FORMAT = False

    name = "{topic}"


    @test_case(name="{topic}: random inputs", points=2, hidden=True)
    def values({function}, rng):
        """The batch is larger than 2, and no two sizes are equal."""
        {draws}
        assert_close({function}({arguments}), reference.{function}({arguments}))


    @test_case(name="{topic}: sizes of 1", points=0.5, hidden=True)
    def small({function}, rng):
        {small}
        assert_close({function}({arguments}), reference.{function}({arguments}))
'''
_WRONG = '''
    """FILL: how students get it wrong."""

    from reference import {topic} as right

    from autograder.testing import misconception


    @misconception(
        "FILL: one sentence that points at the mistake and gives no formula.",
        caught_by=("{topic}: random inputs",),
    )
    def twice_the_value():
        def {function}({signature}):
            return 2 * right.{function}({arguments})  # FILL: a mistake that students of this topic make

        return {{"{function}": {function}}}
'''


def from_function(topic: str, source: str) -> tuple[str, str, str, str, str, str]:
    """Texts for a question about a function that exists.

    Args:
        topic: the question's name.
        source: ``FILE.py`` or ``FILE.py:FUNCTION``.

    Returns:
        Reference, prompt, stub, public cases, hidden cases and misconceptions, with blanks.

    Raises:
        UsageError: the file cannot be read as Python, has no such function, or the function's
            signature cannot stand in a stub.
    """
    file, _, wanted = source.partition(":")
    path = Path(file)
    try:
        text = path.read_text(encoding="utf-8-sig")
        tree = parse_python(text)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {file}") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8; save it in that encoding") from error
    except NotPythonError as error:
        place = f"{file}:{error.line}" if error.line else file
        raise UsageError(f"{place}: is not valid Python: {error.reason}") from error
    node = _chosen(file, tree, wanted, topic)
    _check_defaults(file, node)
    docstring = ast.get_docstring(node)
    names = [
        *node.args.posonlyargs,
        *node.args.args,
        *((node.args.vararg,) if node.args.vararg else ()),
        *node.args.kwonlyargs,
        *((node.args.kwarg,) if node.args.kwarg else ()),
    ]
    for argument in names:
        argument.annotation = None
    imports = _imports(tree)
    numpy = bool(imports) and not any("torch" in line for line in imports)
    draw = "rng.normal(size=({}, {}))" if numpy else "normal(rng, {}, {})"
    words = {
        "library": "import numpy as np" if numpy else "import torch",
        "array": "np.array" if numpy else "torch.tensor",
        "testing": "assert_close" if numpy else "assert_close, normal",
        "topic": topic,
        "function": node.name,
        "signature": ast.unparse(node.args),
        "arguments": _arguments(node.args),
        "summary": docstring.split("\n", 1)[0] if docstring else "FILL: what it returns.",
        "inputs": _lines(f'{a.arg} = "FILL: an input that can be checked by hand"' for a in names),
        "draws": _lines(f"{a.arg} = {draw.format(5, 3)}  # FILL: kind and shape" for a in names),
        "small": _lines(f"{a.arg} = {draw.format(1, 1)}  # FILL: kind and shape" for a in names),
    }
    prompt, public, hidden, wrong = (
        textwrap.dedent(template).lstrip("\n").format(**words)
        for template in (_PROMPT, _PUBLIC, _HIDDEN, _WRONG)
    )
    return text, prompt, _stub(imports, node, docstring), public, hidden, wrong


def _chosen(file: str, tree: ast.Module, wanted: str, topic: str) -> ast.FunctionDef:
    """The function that is meant: the one that is named, the topic's, or the only public one."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    public = [name for name in functions if not name.startswith("_")]
    name = wanted or (topic if topic in functions else public[0] if len(public) == 1 else "")
    if name in functions:
        return functions[name]
    listed = ", ".join(public) or "none"
    if wanted:
        raise UsageError(f"{file} has no function {wanted!r} at its top level; it has: {listed}")
    raise UsageError(
        f"{file} has no function {topic!r} at its top level; choose one with --from {file}:FUNCTION "
        f"(it has: {listed})"
    )


def _check_defaults(file: str, node: ast.FunctionDef) -> None:
    """Refuse a default that a stub, which has no other names, could not say."""
    for default in (*node.args.defaults, *node.args.kw_defaults):
        if default is None:
            continue
        try:
            literal(default)
        except ValueError as error:
            raise UsageError(
                f"{file}:{default.lineno}: {node.name} has the default {ast.unparse(default)}, which a "
                "stub cannot repeat; use a number, a string, None, True or False"
            ) from error


def _arguments(spec: ast.arguments) -> str:
    """A call that hands every parameter on."""
    found = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    found += [f"*{spec.vararg.arg}"] if spec.vararg else []
    found += [f"{a.arg}={a.arg}" for a in spec.kwonlyargs]
    return ", ".join([*found, *([f"**{spec.kwarg.arg}"] if spec.kwarg else [])])


def _lines(statements: Iterable[str]) -> str:
    return "\n    ".join(statements) or "pass"


def _imports(tree: ast.Module) -> list[str]:
    """The imports of torch and numpy at the top of a file, as source."""
    return [
        ast.unparse(one)
        for one in tree.body
        if isinstance(one, ast.Import) and {alias.name for alias in one.names} <= {"torch", "numpy"}
    ]


def _stub(imports: list[str], node: ast.FunctionDef, docstring: str | None) -> str:
    """The stub: torch or numpy as the solution imports it, the bare signature, and the docstring."""
    shown = textwrap.indent(docstring or "FILL: what it returns, with shapes.", "    ").strip()
    body = [ast.Expr(ast.Constant(f"{shown}\n    " if "\n" in shown else shown))]
    raised = ast.Raise(ast.Name("NotImplementedError", ast.Load()), None)
    function = ast.FunctionDef(node.name, node.args, [*body, raised], [], None)
    source = ast.unparse(ast.fix_missing_locations(function))
    head = "\n".join(imports or ["import torch"])
    return f'"""FILL: what this topic is about, in one line."""\n\n{head}\n\n\n{source}\n'
