"""What the student's copy holds of derivations: what their lines may say, and the file that declares them.

The copy holds as much of `derivations.py` as the derivations need that the assignment asks for: the ends of
another one may be the answer to a question.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from autograder.course.bank.derivations import FILE
from autograder.course.bank.files import read_text
from autograder.course.bank.tasks import declared, derivation_names, sentence_case
from autograder.model import DerivationTask, Part, Question
from autograder.model.wording import plural
from autograder.student.template.pruning import pruned, rewritten

if TYPE_CHECKING:
    from autograder.derivations import Derivation

_SIGNS = (
    "Numbers, `pi`, brackets, `+ - * / **` and `log exp sqrt abs` mean what they mean in Python"
)
_MATRICES = {
    False: "`*` is the product with a number",
    True: "`*` is the product with a number, or entry by entry between equal shapes",
}


_ARITHMETIC: Final = frozenset("+-*/@")

_RULES = (
    "Return the lines of your derivation as a list of strings; the check shows the first line that is "
    "false (`otter check` leaves derivations out). Show every step: when it is graded, the two given "
    "lines alone do not count. `let A = ...` names an abbreviation."
)


def page(question: Question, part: Part, told: dict[str, str]) -> str:
    """What the student reads of a part's derivations, as Markdown: ends, relations, symbols, operators.

    Args:
        question: whose part it is.
        part: asks for at least one derivation.
        told: paragraphs that are already in the notebook, with the number of their part; extended here.
            Such a paragraph is replaced by a reference to that part.
    """
    known = declared(question)
    points = part.derivation_points / len(part.derivations)
    found = [
        _explained(task.name, known[task.name], _worth(task, points), part.number, told)
        for task in part.derivations
    ]
    return "\n\n".join(found)


def source(questions: Sequence[Question]) -> str:
    """What a topic's `derivations.py` says of the derivations that its questions ask for.

    The steps to be shown and the known wrong lines stay with the grader, for they show how a derivation
    goes; so do the formulas that explain a difference where they may be a step themselves.
    """
    path = questions[0].folder / FILE
    known = {name: one for question in questions for name, one in declared(question).items()}
    told = {
        name: [one for one in known[name].quantities if _is_in_question(known[name], one)]
        for name in known
    }
    changes = {
        name: {"waypoints": "", "wrong": "", "quantities": _tuple(told[name])} for name in known
    }
    return pruned(path, rewritten(path, read_text(path), changes), derivation_names(*questions))


def _is_in_question(derivation: Derivation, quantity: str) -> bool:
    """Whether a formula says no more than the question does: no arithmetic, or that of a given line."""
    given = quantity in derivation.first or quantity in derivation.last
    return given or _ARITHMETIC.isdisjoint(quantity)


def _tuple(words: Sequence[str]) -> str:
    """The source of a tuple of strings, an entry a line."""
    rows = "".join(f"        {json.dumps(word)},\n" for word in words)
    return f"(\n{rows}    )" if rows else ""


def _explained(
    name: str, derivation: Derivation, worth: str, number: str, told: dict[str, str]
) -> str:
    relations = " ".join(f"`{relation}`" for relation in derivation.relations)
    begins = f"Each line after the first begins with its relation to the one before: {relations}."
    if derivation.equations:
        begins = "Each line is an equation, `left = right`, that holds at the solution."
    rules = _once(_RULES, "The rules are those of {}.", number, told)
    rows = [
        (f"`{symbol}`", f"${one.latex}$", one.meaning)
        for symbol, one in derivation.symbols.items()
        if symbol not in derivation.unlisted
    ]
    rows += [
        (f"`{one.usage}`", f"${_applied(one.latex, one.parameters)}$", one.meaning)
        for one in derivation.operators
        if one.name not in derivation.unlisted
    ]
    if derivation.variables and "grad" not in derivation.unlisted:
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


def _worth(task: DerivationTask, points: float) -> str:
    """What a derivation earns."""
    if task.instead_of:
        functions = ", ".join(f"`{name}`" for name in task.instead_of)
        return f"in place of {functions}, for the same points: the better of the two counts"
    return _points(points) if points else "optional, no points"


def _points(value: float) -> str:
    return f"{value:g} {plural(value, 'point')}"
