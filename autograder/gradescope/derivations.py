"""A judged derivation as text for a terminal, as Markdown with LaTeX, and as data for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from autograder.gradescope.markdown import passage, plain, prose
from autograder.model import DerivationLine, DerivationResult, Outcome, PartResult
from autograder.verdicts import LINES, derivation_verdict

_STOPS = ("false", "cannot be read")
_KEYS = {"summary": "said"}  # fields that files written by `data` call otherwise


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
    return "\n".join([*rows, *([] if result.unfilled else [result.summary])])


def markdown(result: DerivationResult) -> Iterator[str]:
    """The derivation as blocks of Markdown, each line as it was typed and, where it was read, typeset."""
    kind = derivation_verdict(result)
    yield f"**{prose(result.title)}** (`{result.name}`): {kind.sign} {kind.word}"
    if result.lines:
        yield "\n".join(_item(number, line) for number, line in enumerate(result.lines, start=1))
    steps = [f"- Show this step: {prose(sentence)}" for sentence in missing(result)]
    if steps:
        yield "\n".join(steps)
    yield prose(result.summary)


def has_entry(result: PartResult, *, refused: str) -> bool:
    """Whether a part's derivations have an entry: where they carry points, or where one was handed in."""
    attempted = any(one.attempted for one in result.derivations)
    return bool(result.part.derivation_points) or (attempted and not refused)


def has_grader_error(result: PartResult) -> bool:
    """Whether a derivation of the part could not be judged through a fault of ours."""
    return any(one.outcome is Outcome.GRADER_ERROR for one in result.derivations)


def score(result: PartResult, digits: int) -> dict[str, Any]:
    """The score of a part's derivations; none where they earn no points or the fault is ours.

    One that replaces functions has no maximum score: its points are those of the cases.
    """
    part = result.part
    if not part.earns_by_derivation or has_grader_error(result):
        return {}
    complete = all(one.outcome is Outcome.PASSED for one in result.derivations)
    found = {
        "score": round(result.derived, digits),
        "status": "passed" if complete and result.derivations else "failed",
    }
    if part.derivation_points:
        found["max_score"] = round(part.derivation_points, digits)
    return found


def blocks(result: PartResult, *, refused: str) -> Iterator[str]:
    """The feedback on a part's derivations, as blocks of Markdown."""
    if refused:
        yield passage(f"Nothing could be graded. {refused}")
        return
    if not result.derivations:
        yield "not reached"
    for one in result.derivations:
        yield from markdown(one)
    functions = [f"`{name}`" for task in result.part.derivations for name in task.instead_of]
    if functions:
        yield (
            f"This counts in place of {', '.join(functions)} if it earns more. The score here is only what "
            "it adds to the points of the cases."
        )


def for_staff(result: PartResult) -> dict[str, Any]:
    """A part's derivations for staff; nothing where there are none."""
    found = [data(one) for one in result.derivations]
    return {"derivations": found} if found else {}


def missing(result: DerivationResult) -> list[str]:
    """The steps that are still missing; none while a line is false or cannot be read."""
    if any(line.status in _STOPS for line in result.lines):
        return []
    return [sentence for sentence, shown in result.waypoints if not shown]


def is_wrong(result: DerivationResult) -> bool:
    """Whether it needs correcting: one that is not filled in is not a mistake."""
    return result.attempted and result.outcome is not Outcome.PASSED


def data(result: DerivationResult) -> dict[str, Any]:
    """The derivation as data for JSON."""
    found = {_KEYS.get(name, name): value for name, value in asdict(result).items()}
    return {**found, "outcome": str(result.outcome)}


def from_data(found: Mapping[str, Any]) -> DerivationResult:
    """A derivation from what `data` made of it.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    return DerivationResult(
        name=str(found["name"]),
        title=str(found["title"]),
        outcome=Outcome(found["outcome"]),
        summary=str(found[_KEYS["summary"]]),
        lines=tuple(
            DerivationLine(**{key: str(value) for key, value in line.items()})
            for line in found["lines"]
        ),
        waypoints=tuple((str(sentence), bool(shown)) for sentence, shown in found["waypoints"]),
        share=float(found["share"]),
        unfilled=bool(found["unfilled"]),
    )


def _item(number: int, line: DerivationLine) -> str:
    """What was typed, how it was read, and the explanation, each on a separate line."""
    mark = LINES[line.status]
    head = f"{number}. "
    typed = " ".join(plain(line.typed).split()).replace("`", "'")
    pieces = [f"{mark.sign} `{typed}`" + ("" if line.status == "holds" else f" ({mark.word})")]
    pieces += [f"$${line.latex}$$"] if line.latex else []
    pieces += [prose(line.explanation)] if line.explanation else []
    return head + f"  \n{' ' * len(head)}".join(pieces)
