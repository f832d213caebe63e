"""The derivations of a question, as its `derivations.py` declares them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course.bank.files import assignment_error, nearest, read_text
from autograder.course.bank.modules import run_standalone
from autograder.course.bank.source import parse
from autograder.course.banks import course_called
from autograder.course.project import project_root
from autograder.model import UsageError

if TYPE_CHECKING:
    from autograder.derivations import Derivation, DerivationVerdict

FILE = "derivations.py"
PROOFS = "proofs.py"
"""The author's true derivations, which no student gets."""


def check_derivation(name: str, lines: Any, root: Path | str | None = None) -> DerivationVerdict:
    """Judge a derivation line by line.

    Args:
        name: topic and function, such as ``"vae.ecll_derivation"``; for a question of a bank,
            ``"bank/vae.ecll_derivation"``.
        lines: a list of strings, one for each line of the derivation.
        root: the folder with `assignments/questions/`; by default the working folder or one above it.

    Returns:
        The verdict: `first_false`, `refused`, `ends`, `waypoints`, and one entry for each line.

    Raises:
        UsageError: there is no such derivation.
        AssignmentError: the file that declares it is invalid.
    """
    from autograder.derivations import check

    return check(derivation(name, root), lines)


def derivation(name: str, root: Path | str | None = None) -> Derivation:
    """A derivation of the bank.

    Args:
        name: as in `check_derivation`.
        root: as in `check_derivation`.

    Raises:
        UsageError: there is none of this name.
        AssignmentError: the file that declares it is invalid.
    """
    topic, _, function = name.partition(".")
    of, _, topic = topic.rpartition("/")
    bank = course_called(project_root(root), of) / "assignments" / "questions"
    topics = sorted(path.parent.name for path in bank.glob(f"*/{FILE}"))
    if topic not in topics:
        raise UsageError(f"no question {topic!r} has derivations{nearest(topic, topics)}")
    found = derivations(bank / topic / FILE, topic)
    if function not in found:
        message = f"{topic} has no derivation {function!r}{nearest(function, found)}"
        raise UsageError(message)
    return found[function]


def derivations(path: Path, topic: str) -> dict[str, Derivation]:
    """The derivations that a file declares, by name, in its order; none where there is no file.

    Args:
        path: the file.
        topic: the question that it belongs to.

    Raises:
        AssignmentError: the file does not run.
    """
    if not path.exists():
        return {}
    return dict(_declared(path, topic, read_text(path)))


def proofs(folder: Path) -> dict[str, list[list[str]]]:
    """The author's true derivations of a question, by the name of what they derive.

    Args:
        folder: the question's.

    Raises:
        AssignmentError: the file is missing, does not run, or holds something else.
    """
    path = folder / PROOFS
    text = read_text(path)
    parse(path, text)
    module = run_standalone(f"proofs.{folder.name}", path, text)
    found = {name: value for name, value in vars(module).items() if isinstance(value, list)}
    for name, chains in found.items():
        lists = all(isinstance(chain, list) for chain in chains)
        if not lists or not all(isinstance(line, str) for chain in chains for line in chain):
            raise assignment_error(
                path, f"{name} must be a list of derivations, each a list of strings"
            )
    return found


@lru_cache(maxsize=64)
def _declared(path: Path, topic: str, text: str) -> dict[str, Derivation]:
    from autograder.derivations import Derivation

    parse(path, text)
    module = run_standalone(f"derivations.{topic}", path, text)
    return {
        name: replace(item, name=f"{topic}.{name}")
        for name, item in vars(module).items()
        if isinstance(item, Derivation)
    }
