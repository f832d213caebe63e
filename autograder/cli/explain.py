"""``autograder explain``: what failed cases asked, what came back, what is right, and how to see it."""

from __future__ import annotations

import argparse
import sys
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
from autograder.model import Assignment, DerivationResult, UsageError
from autograder.staff.explain import Asked, Explanation, Record, explanations, read, snippet
from autograder.verdicts import VERDICTS, derivation_verdict
from autograder.wire import Name

_LINES = 12


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Explain; exit status 0 whenever the file could be read."""
    from autograder.course.bank import load

    record = read(options.results)
    assignment = load(options.assignment or record.assignment)
    if unknown := [number for number in options.part if number not in record.parts]:
        raise UsageError(
            f"the results have no part {', '.join(unknown)}; there are {', '.join(record.parts)}"
        )
    _check_cases(options.case, assignment)
    _check(record, assignment, anyway=options.anyway)
    console = Console()
    console.print(
        f"[bold]{escape(assignment.name)}[/], seed {escape(record.seed)}: {_summary(record)}",
        highlight=False,
    )
    shown = 0
    for one in explanations(record, assignment, options.part, options.case):
        _show(console, one)
        shown += 1
    for number, found in record.derivations.items():
        if options.case or (options.part and number not in options.part):
            continue
        for derived in found:
            if derived.attempted:
                _derivation(console, number, derived)
                shown += 1
    if not shown:
        console.print("No failed case with a value to explain was asked for.")
    return 0


def _check_cases(words: Sequence[str], assignment: Assignment) -> None:
    """Refuse words that are in the name of no case."""
    from autograder.course.bank.files import nearest

    cases = [case for part in assignment.parts for case in part.cases]
    for word in words:
        if not any(word in case.key for case in cases):
            close = nearest(word, {case.name for case in cases}).partition("; known")[0]
            raise UsageError(
                f"no case of {assignment.name} has {word!r} in its name{close}; `autograder explain` "
                "without --case shows every failed one"
            )


def _check(record: Record, assignment: Assignment, *, anyway: bool) -> None:
    """Refuse another assignment than the one that was graded, unless that is wanted."""
    if record.digest == assignment.digest:
        return
    changed = (
        f"{assignment.name} is not what was graded: its questions, its reference or its manifest have "
        f"changed since (digest {record.digest[:12]} then, {assignment.digest[:12]} now), so that "
        "inputs and right values may be others"
    )
    if not anyway:
        raise UsageError(
            f"{changed}. Check out the version that graded it, or add --anyway to go on"
        )
    sys.stderr.write(f"autograder explain: {changed}.\n")


def _summary(record: Record) -> str:
    counts = Counter(failed.outcome for failed in record.failed)
    if not counts:
        return "nothing failed"
    words = [f"{count} {VERDICTS[outcome].word}" for outcome, count in counts.items()]
    return ", ".join(words)


def _show(console: Console, one: Explanation) -> None:
    """One case: what was said, its calls, the diagnosis, the snippet."""
    word = VERDICTS[one.failed.outcome].word
    title = Text(f"{one.failed.part}  {one.case.key}: {word}", style="bold")
    console.print()
    console.print(Rule(title, align="left"))
    if one.failed.detail:
        console.print(Padding(Text(one.failed.detail), (0, 0, 1, 2)))
    for number, asked in enumerate(one.asked, start=1):
        console.print(_call(number, asked, one.failed.detail))
    for name, sentence in one.sentences.items():
        said = f": {sentence}" if sentence else ""
        console.print(Text.assemble("  It is explained by ", (name, "bold"), said))
    if code := snippet(one):
        console.print("\n  [bold]To see it in a notebook that holds the student's functions:[/]\n")
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
    console.print(Padding(Text(said), (0, 0, 1, 2)))


def _call(number: int, asked: Asked, said: str) -> Padding:
    what = asked.name if asked.driver is None else f"{asked.driver[1]} with {asked.name}"
    lines: list[Text | Padding] = [Text.assemble(f"call {number}: ", (what, "bold"))]
    inputs = [*zip(asked.names, asked.arguments, strict=True), *asked.keywords.items()]
    for name, value in inputs:
        if not isinstance(value, Name):
            lines += [Text.assemble("  given ", (name, "italic")), Text(f"    {_shown(value)}")]
    answer = asked.raised or (_shown(asked.student) if asked.known else "(not kept)")
    lines += [Text("  the student's"), Text(f"    {answer}", "red" if asked.differs else "")]
    lines += [Text("  right"), Text(f"    {_shown(asked.right)}")]
    # What was said of the case may be about this very call.
    numbers = asked.difference.partition("\n\n")[2] or asked.difference.partition(": ")[2]
    if asked.difference and numbers not in said:
        lines.append(Padding(Text(asked.difference), (0, 0, 0, 2)))
    return Padding(Group(*lines), (0, 0, 1, 2))


def _shown(value: Any) -> str:
    """A value in a few lines, further ones left out."""
    text = repr(value).replace("\n", "\n    ")
    lines = text.split("\n")
    shape = getattr(value, "shape", None)
    note = f"\n    … of shape {tuple(shape)}" if shape is not None else "\n    …"
    return text if len(lines) <= _LINES else "\n".join(lines[:_LINES]) + note
