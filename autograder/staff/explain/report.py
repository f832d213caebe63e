"""Failed cases for a terminal: what each asked, what came back, what is right, and how to see it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.text import Text

from autograder.gradescope.derivations import text
from autograder.gradescope.markdown import plain
from autograder.model import Assignment, DerivationResult, Outcome
from autograder.staff.causes import cause_in
from autograder.staff.explain import (
    Explanation,
    Failed,
    Record,
    ReplayedCall,
    chosen,
    explanations,
    is_explainable,
    snippet,
)
from autograder.verdicts import VERDICTS, derivation_verdict
from autograder.wire import Name, Object

_LINES = 12


def show(
    record: Record,
    assignment: Assignment,
    parts: Sequence[str],
    words: Sequence[str],
    console: Console,
) -> None:
    """Print the failed cases and the derivations of one submission.

    Args:
        record: what its results.json says.
        assignment: what it was graded for.
        parts: the numbers of the parts that are asked for; none for all.
        words: cases must have one of these in their names; none for all.
        console: where to print.
    """
    console.print(
        f"[bold]{escape(assignment.name)}[/], seed {escape(record.seed)}: {_summary(record)}",
        highlight=False,
    )
    selected = [one for one in record.failed if chosen(one, parts, words)]
    for one in explanations(record, assignment, parts, words):
        _show(console, one)
    derivations = [
        (number, one)
        for number, found in record.derivations.items()
        if not words and (not parts or number in parts)
        for one in found
        if one.attempted
    ]
    for number, derived in derivations:
        _derivation(console, number, derived)
    for failed in selected:
        if failed.outcome is Outcome.GRADER_ERROR:
            _show_our_error(console, failed)
    _list_others(console, selected, record.output)
    if not selected and not derivations:
        console.print("None of the requested cases failed.")


def _show_our_error(console: Console, failed: Failed) -> None:
    """Why a case could not be judged through a fault of the course or of the program."""
    _title(console, failed)
    console.print(
        "  Not the student's fault: the case, the reference or the program failed. Fix it, then grade "
        "again.\n"
    )
    console.print(textwrap.indent(cause_in(failed.trace), "    "), markup=False, highlight=False)


def _list_others(console: Console, selected: Sequence[Failed], said: str) -> None:
    """The failed cases without kept values, by outcome, and the report on the whole submission."""
    names: dict[Outcome, list[str]] = {}
    for one in selected:
        if not is_explainable(one) and one.outcome is not Outcome.GRADER_ERROR:
            names.setdefault(one.outcome, []).append(one.key)
    for outcome, keys in names.items():
        word = VERDICTS[outcome].word
        console.print(
            Text.assemble("\n", (word, "bold"), f", no values to show for {'; '.join(keys)}")
        )
    if names and said:
        console.print(Text.assemble("\n", ("The report on the whole submission:", "bold")))
        console.print(Padding(Text(plain(said)), (0, 0, 0, 2), expand=False))


def _summary(record: Record) -> str:
    counts = Counter(failed.outcome for failed in record.failed)
    if not counts:
        return "nothing failed"
    words = [f"{VERDICTS[outcome].word}: {count}" for outcome, count in counts.items()]
    return ", ".join(words)


def _title(console: Console, failed: Failed) -> None:
    word = VERDICTS[failed.outcome].word
    console.print()
    console.print(Rule(Text(f"{failed.part}  {failed.key}: {word}", style="bold"), align="left"))


def _show(console: Console, one: Explanation) -> None:
    """One case: its explanation, its calls, the diagnosis, the snippet."""
    _title(console, one.failed)
    if one.failed.detail:
        console.print(Padding(Text(one.failed.detail), (0, 0, 1, 2), expand=False))
    for number, replayed in enumerate(one.calls, start=1):
        console.print(_call(number, replayed, one.failed.detail))
    for name, sentence in one.sentences.items():
        said = f": {sentence}" if sentence else ""
        console.print(
            Padding(
                Text.assemble("Explained by ", (name, "bold"), said), (0, 0, 0, 2), expand=False
            )
        )
    if code := snippet(one):
        console.print("\n  [bold]To reproduce it in a notebook with the student's functions:[/]\n")
        if console.is_terminal:
            console.print(Syntax(code, "python", background_color="default", word_wrap=True))
        else:
            console.print(code, markup=False, highlight=False, soft_wrap=True)


def _derivation(console: Console, number: str, derived: DerivationResult) -> None:
    """A derivation line by line, and our own traceback where the fault is ours."""
    word = derivation_verdict(derived).word
    console.print()
    console.print(Rule(Text(f"{number}  {derived.name}: {word}", style="bold"), align="left"))
    said = "\n".join(filter(None, (text(derived), derived.staff)))
    console.print(Padding(Text(said), (0, 0, 1, 2), expand=False))


def _call(number: int, replayed: ReplayedCall, said: str) -> Padding:
    what = (
        replayed.name if replayed.driver is None else f"{replayed.driver[1]} with {replayed.name}"
    )
    lines: list[Text | Padding] = [Text.assemble(f"call {number}: ", (what, "bold"))]
    inputs = [*zip(replayed.names, replayed.arguments, strict=True), *replayed.keywords.items()]
    for name, value in inputs:
        if not isinstance(value, Name | Object):
            lines += [
                Text.assemble("  given ", (name, "italic")),
                Text(f"    {_value_text(value)}"),
            ]
    if replayed.call.silent and not replayed.raised:
        return Padding(Group(*lines), (0, 0, 1, 2), expand=False)
    answer = replayed.raised or (_value_text(replayed.student) if replayed.known else "(not kept)")
    lines += [Text("  returned"), Text(f"    {answer}", "red" if replayed.differs else "")]
    lines += [Text("  expected"), Text(f"    {_value_text(replayed.right)}")]
    # The explanation of the case may be about this very call.
    numbers = replayed.difference.partition("\n\n")[2] or replayed.difference.partition(": ")[2]
    numbers = numbers or replayed.difference
    if replayed.difference and numbers not in said:
        lines.append(Padding(Text(replayed.difference), (0, 0, 0, 2)))
    return Padding(Group(*lines), (0, 0, 1, 2), expand=False)


def _value_text(value: Any) -> str:
    """A value in a few lines, further ones left out."""
    text = repr(value).replace("\n", "\n    ")
    lines = text.split("\n")
    shape = getattr(value, "shape", None)
    note = f"\n    … of shape {tuple(shape)}" if shape is not None else "\n    …"
    return text if len(lines) <= _LINES else "\n".join(lines[:_LINES]) + note
