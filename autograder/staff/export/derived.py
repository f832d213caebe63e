"""The derivations that a batch has judged, to stand below the written answers."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from autograder.gradescope.derivations import missing
from autograder.gradescope.markdown import plain
from autograder.model import DerivationLine, DerivationResult, UsageError
from autograder.staff.explain import read
from autograder.staff.export.safe import rewritten
from autograder.untrusted.written.formulas import Formulas
from autograder.untrusted.written.rendering import with_classes
from autograder.verdicts import LINES, derivation_verdict

Derived = Mapping[str, tuple[DerivationResult, ...]]
"""By the number of a part."""


def derived(graded: Path | None, name: str) -> Derived:
    """What a batch found out about the derivations of one submission.

    Args:
        graded: the batch's folder; ``None`` where none was named.
        name: the submission's id, which is the name of its folder there.

    Raises:
        UsageError: it has no results of the submission.
    """
    return {} if graded is None else read(graded / name / "results.json").derivations


def checked(graded: Path | None) -> None:
    """Refuse a folder that no batch has written to.

    Raises:
        UsageError: it is not there, or holds no results.
    """
    if graded is not None and not any(graded.glob("*/results.json")):
        raise UsageError(
            f"{graded} contains no results: name the folder that `autograder batch` wrote"
        )


def derivations_html(found: tuple[DerivationResult, ...]) -> str:
    """The derivations of one part that were handed in, as HTML that runs nothing."""
    return "".join(map(_derivation, (one for one in found if one.attempted)))


def _derivation(one: DerivationResult) -> str:
    kind = derivation_verdict(one)
    head = f"Line by line, {one.title}: {kind.sign} {kind.word}"
    lines = "".join(_line(line) for line in one.lines)
    listed = f"<ol>{lines}</ol>" if lines else ""
    steps = [f"To be shown: {sentence}" for sentence in missing(one)]
    said = "".join(f"<p>{_words(words)}</p>" for words in (*steps, one.summary))
    return (
        f'<p class="where">{_text(head)}</p>\n<div class="answer">'
        f"{rewritten(f'{listed}{said}', lambda _kind, _name: None)}</div>\n"
    )


def _line(line: DerivationLine) -> str:
    kind = LINES[line.status]
    mark = kind.sign if line.status == "holds" else f"{kind.sign} {kind.word}:"
    formula = f"<code>{_text(line.typed)}</code>"
    if line.latex:
        formula = with_classes(Formulas().mathml(rf"\displaystyle {line.latex}", display=False))
    said = f"<p>{_words(line.explanation)}</p>" if line.explanation else ""
    return f"<li>{_text(mark)} {formula}{said}</li>"


def _words(text: str) -> str:
    """Text whose pieces between backticks are formulas as they are typed."""
    pieces = map(_text, text.split("`"))
    return "".join(
        f"<code>{piece}</code>" if odd % 2 else piece for odd, piece in enumerate(pieces)
    )


def _text(text: str) -> str:
    return escape(plain(text))
