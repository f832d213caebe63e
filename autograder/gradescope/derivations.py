"""A judged derivation as text for a terminal, as Markdown with LaTeX, and as data for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from autograder.gradescope.markdown import plain, prose
from autograder.model import DerivationLine, DerivationResult, Outcome
from autograder.verdicts import LINES, derivation_verdict

_STOPS = ("false", "cannot be read")


def text(result: DerivationResult) -> str:
    """The lines with their verdicts as text, explanations below their line."""
    rows = []
    for number, line in enumerate(result.lines, start=1):
        mark = LINES[line.status]
        typed = " ".join(plain(line.typed).split())
        told = "" if line.status == "holds" else f"   ({mark.word})"
        rows.append(f"{mark.sign} {number:2}  {typed}{told}")
        if line.explanation:
            rows.append(f"       {line.explanation}")
    rows += [f"Show this step: {sentence}" for sentence in missing(result)]
    return "\n".join([*rows, *([] if result.unfilled else [result.said])])


def markdown(result: DerivationResult) -> Iterator[str]:
    """The derivation as blocks of Markdown, each line as it was typed and, where it was read, typeset."""
    kind = derivation_verdict(result)
    yield f"**{prose(result.title)}** (`{result.name}`): {kind.sign} {kind.word}"
    if result.lines:
        yield "\n".join(_item(number, line) for number, line in enumerate(result.lines, start=1))
    steps = [f"- Show this step: {prose(sentence)}" for sentence in missing(result)]
    if steps:
        yield "\n".join(steps)
    yield prose(result.said)


def missing(result: DerivationResult) -> list[str]:
    """The steps that are to be shown; none while a line is false or cannot be read."""
    if any(line.status in _STOPS for line in result.lines):
        return []
    return [sentence for sentence, shown in result.waypoints if not shown]


def is_wrong(result: DerivationResult) -> bool:
    """Whether something is to be mended: one that is not filled in is no mistake."""
    return result.attempted and result.outcome is not Outcome.PASSED


def data(result: DerivationResult) -> dict[str, Any]:
    """The derivation as data for JSON."""
    return {**asdict(result), "outcome": str(result.outcome)}


def from_data(found: Mapping[str, Any]) -> DerivationResult:
    """A derivation from what `data` made of it.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    return DerivationResult(
        name=str(found["name"]),
        title=str(found["title"]),
        outcome=Outcome(found["outcome"]),
        said=str(found["said"]),
        lines=tuple(
            DerivationLine(**{key: str(value) for key, value in line.items()})
            for line in found["lines"]
        ),
        waypoints=tuple((str(sentence), bool(shown)) for sentence, shown in found["waypoints"]),
        share=float(found["share"]),
        unfilled=bool(found["unfilled"]),
    )


def _item(number: int, line: DerivationLine) -> str:
    """What was typed, how it was read, and what is to be said, each on a line of its own."""
    mark = LINES[line.status]
    head = f"{number}. "
    typed = " ".join(plain(line.typed).split()).replace("`", "'")
    pieces = [f"{mark.sign} `{typed}`" + ("" if line.status == "holds" else f" ({mark.word})")]
    pieces += [f"$${line.latex}$$"] if line.latex else []
    pieces += [prose(line.explanation)] if line.explanation else []
    return head + f"  \n{' ' * len(head)}".join(pieces)
