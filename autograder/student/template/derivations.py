"""What the student's copy holds of derivations: what their lines may say, and the file that declares them.

The copy holds as much of `derivations.py` as the derivations need that the assignment asks for: the ends of
another one may be the answer to a question.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from autograder.course.bank.derivations import FILE, derivations
from autograder.course.bank.files import read_text
from autograder.course.bank.source import parse, span
from autograder.course.bank.tasks import asked, declared, sentence_case
from autograder.model import Part, Question

if TYPE_CHECKING:
    from autograder.derivations import Derivation

_SIGNS = (
    "Numbers, `pi`, brackets, `+ - * / **` and `log exp sqrt abs` mean what they mean in Python"
)
_MATRICES = {
    False: "`*` is the product with a number",
    True: "`*` is the product with a number, or entry by entry between equal shapes",
}


_RULES = (
    "Return the lines of your derivation as a list of strings; the check shows the first line that is "
    "false. `let A = ...` names an abbreviation."
)


def page(question: Question, part: Part, told: dict[str, str]) -> str:
    """What the student reads of a part's derivations, as Markdown: ends, relations, symbols, operators.

    Args:
        question: whose part it is.
        part: asks for at least one derivation.
        told: paragraphs that the notebook holds already, with the number of their part; it grows. Such a
            paragraph is replaced by that number.
    """
    known = declared(question)
    points = part.derivation_points / len(part.derivations)
    found = [
        _explained(task.name, known[task.name], points, part.number, told)
        for task in part.derivations
    ]
    return "\n\n".join(found)


def source(questions: Sequence[Question]) -> str:
    """The part of a topic's `derivations.py` that the derivations need that its questions ask for."""
    path = questions[0].folder / FILE
    text = read_text(path)
    tree = parse(path, text)
    defined: dict[str, ast.stmt] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.FunctionDef(name=name):
                defined[name] = node
    wanted = asked(*questions)
    others = set(derivations(path, questions[0].topic)).difference(wanted)
    needed = _needed(defined, wanted) - others
    lines = text.split("\n")
    dropped: set[int] = set()
    for name, node in defined.items():
        if name not in needed:
            start, stop = span(lines, node)
            while stop < len(lines) and not lines[stop].strip():
                stop += 1
            dropped.update(range(start, stop))
    kept = [line for place, line in enumerate(lines) if place not in dropped]
    return "\n".join(kept).rstrip() + "\n"


def _needed(defined: dict[str, ast.stmt], wanted: Collection[str]) -> set[str]:
    """The names that some definitions use, and what those use in their turn."""
    found: set[str] = set()
    waiting = [name for name in wanted if name in defined]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            inner = (node.id for node in ast.walk(defined[name]) if isinstance(node, ast.Name))
            waiting += [one for one in inner if one in defined]
    return found


def _explained(
    name: str, derivation: Derivation, points: float, number: str, told: dict[str, str]
) -> str:
    relations = " ".join(f"`{relation}`" for relation in derivation.relations)
    begins = f"Each line after the first begins with its relation to the one before: {relations}."
    if derivation.equations:
        begins = "Each line is an equation, `left = right`, that holds at the solution."
    worth = _points(points) if points else "optional, no points"
    rules = _once(_RULES, "The rules are those of {}.", number, told)
    rows = [
        (f"`{symbol}`", f"${one.latex}$", one.meaning) for symbol, one in derivation.symbols.items()
    ]
    rows += [
        (f"`{one.usage}`", f"${_applied(one.latex, one.parameters)}$", one.meaning)
        for one in derivation.operators
    ]
    if derivation.variables:
        variables = " or ".join(f"`{variable}`" for variable in derivation.variables)
        rows.append(("`grad(f, v)`", r"$\nabla_v f$", f"the derivative of f by {variables}"))
    table = ["| you write | it means | |", "| --- | --- | --- |", *map(_row, rows)]
    return "\n\n".join(
        [
            f"**Line by line** (`{name}`, {worth}): {sentence_case(derivation.title)}. {rules} {begins}",
            f"- first line: `{derivation.first}`, that is ${_typeset(derivation, derivation.first)}$\n"
            f"- last line: `{derivation.last}`, that is ${_typeset(derivation, derivation.last)}$",
            "\n".join(table),
            _once(
                _language(derivation), "Numbers and operators are written as in {}.", number, told
            ),
            *([derivation.note] if derivation.note else []),
        ]
    )


def _once(paragraph: str, again: str, number: str, told: dict[str, str]) -> str:
    """A paragraph where it is new; later on, where it stands."""
    if paragraph in told:
        return again.format("the one above" if told[paragraph] == number else told[paragraph])
    told[paragraph] = number
    return paragraph


def _typeset(derivation: Derivation, written: str) -> str:
    from autograder.derivations.lines import read_line
    from autograder.derivations.transcript import typeset

    return typeset(derivation, read_line(derivation, written))


def _row(cells: Sequence[str]) -> str:
    # A bar would end the cell. In a formula two bars are one that is doubled.
    written, formula, meaning = cells
    formula = formula.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    escaped = [cell.replace("|", r"\|") for cell in (written, meaning)]
    return f"| {escaped[0]} | {formula} | {escaped[1]} |"


def _language(derivation: Derivation) -> str:
    from autograder.derivations import is_scalar

    if all(map(is_scalar, derivation.draw(0).values.values())):
        return f"{_SIGNS}."
    product = _MATRICES[derivation.entrywise]
    return (
        f"{_SIGNS}; {product}, `@` the product of matrices, `A.T` the transpose, and there are `inv det "
        "tr diag norm2 kron vec`."
    )


def _applied(latex: str, parameters: Sequence[str]) -> str:
    for place, parameter in enumerate(parameters, start=1):
        latex = latex.replace(f"#{place}", parameter)
    return latex


def _points(value: float) -> str:
    return f"{value:g} point" if value == 1 else f"{value:g} points"
