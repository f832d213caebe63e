"""The derivations that a part asks for: the functions to fill in, and who judges what they return."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course.bank.derivations import FILE, derivations
from autograder.course.bank.files import assignment_error, nearest
from autograder.course.bank.stubs import RESERVED
from autograder.course.bank.tables import TomlTable
from autograder.model import DerivationResult, DerivationTask, Question

if TYPE_CHECKING:
    from autograder.derivations import Derivation

_STUB = '''\
def {name}():
    """Derive line by line: {title}.

    Returns:
        A list of strings, one a line. The first and the last are given:

            {first}
            {last}
    """
    raise NotImplementedError'''


def tasks(
    path: Path, topic: str, names: Sequence[str], table: TomlTable
) -> tuple[DerivationTask, ...]:
    """The derivations that a part asks for.

    Args:
        path: the file that declares them.
        topic: the question that they belong to.
        names: their names, as the manifest gives them.
        table: the manifest's part, for errors.

    Raises:
        AssignmentError: a name is not declared, or the file does not run.
    """
    if not names:
        return ()
    known = derivations(path, topic)
    for name in names:
        if name not in known:
            where = f"{topic}/{FILE}" if path.exists() else f"{topic}, which has no {FILE},"
            raise table.wrong(f"{where} declares no derivation {name!r}{nearest(name, known)}")
    return tuple(
        DerivationTask(topic, name, known[name].title, partial(_judge, path, topic, name))
        for name in names
    )


def _judge(path: Path, topic: str, name: str, lines: Any) -> DerivationResult:
    from autograder.derivations.transcript import judged  # torch is not needed before

    return judged(derivations(path, topic)[name], lines)


def check_names(names: Collection[str], functions: Collection[str], path: Path) -> None:
    """Refuse derivations that are called like a function of the stub: a notebook is one namespace.

    Raises:
        AssignmentError: naming the file that declares them.
    """
    for name in names:
        if name in functions or name in RESERVED:
            message = f"the stub has a function {name!r} too; give the derivation another name"
            raise assignment_error(path, message)


def derivation_names(*questions: Question) -> tuple[str, ...]:
    """The names of the derivations that questions ask for, in order, each once."""
    parts = (part for question in questions for part in question.parts)
    return tuple(dict.fromkeys(task.name for part in parts for task in part.derivations))


def stubs(question: Question) -> dict[str, str]:
    """The functions that a student fills in with derivations: their source by name."""
    return {
        name: _STUB.format(
            name=name,
            title=sentence_case(one.title),
            first=f'"{one.first}",',
            last=f'"{one.last}",',
        )
        for name, one in declared(question).items()
    }


def declared(question: Question) -> dict[str, Derivation]:
    """The derivations that a question asks for, by name."""
    names = derivation_names(question)
    known = derivations(question.folder / FILE, question.topic) if names else {}
    return {name: known[name] for name in names}


def sentence_case(title: str) -> str:
    """A title inside a sentence: its first letter small, unless its first word has other capitals."""
    word = title.split(maxsplit=1)[0]
    return title if word[1:].lower() != word[1:] else title[0].lower() + title[1:]
