"""What a search found, for a terminal: what today's cases miss, what was drawn, what could not be."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.staff.harden.results import Candidate, SearchResult
from autograder.staff.mutants.report import show_diff


def incomplete(found: SearchResult) -> bool:
    """Whether a function could not be drawn for, a change was not tried, or today's cases miss one."""
    missed = bool(found.question.hidden) and bool(found.survivors)
    return bool(found.problems or found.untried or missed)


def about_derivations(topic: str, names: Iterable[str]) -> str:
    """What to run for the derivations of a question, which have no cases that could be searched for."""
    return (
        f"Its derivations ({', '.join(names)}) have no hidden cases: each line is computed on random "
        f"instances. `autograder mutants {topic}` changes every line of the true derivations and lists "
        "the changes that are not found at their line."
    )


def show(found: SearchResult, console: Console, *, every: bool = False) -> None:
    """Print what was found.

    Args:
        found: the search's result.
        console: where to.
        every: whether to list the cases that were dropped.
    """
    if found.question.hidden:
        _survivors(found, console)
    console.print(_figures(found))
    if every:
        for one in found.candidates:
            if one.problem:
                console.print(f"dropped: {one.key}: {one.problem}", markup=False, highlight=False)
    total, noticed = len(found.different), len(found.covered & found.different)
    said = "no change of the reference was tried on them"
    if total:
        said = (
            f"they notice {noticed} of {total} changes of the reference ({100 * noticed / total:.1f} %) in "
            f"each of {found.draws} draws, by more than ten tolerances"
        )
    dropped = sum(bool(one.problem) for one in found.candidates)
    console.print(f"{len(found.chosen)} cases are proposed; {said}.", highlight=False)
    console.print(
        f"{len(found.candidates)} cases were tried, {dropped} dropped"
        f"{'' if every or not dropped else ' (--all says why)'}.",
        highlight=False,
    )
    if found.untried:
        text = f"{found.untried} changes were not tried for lack of time; give more --minutes"
        console.print(f"[red]✗[/] {text}", highlight=False)
    for problem in found.problems:
        console.print(f"✗ {problem}", markup=False, highlight=False, soft_wrap=True)


def _survivors(found: SearchResult, console: Console) -> None:
    """The changes that today's cases do not notice, each with an input."""
    for one in found.survivors:
        mutant = one.mutant
        place = f"{mutant.module}.{mutant.function}" if mutant.function else mutant.module
        console.print(f"\n[bold red]today's cases miss[/] {escape(f'{place}: {mutant.change}')}")
        show_diff(found.program, mutant, console)
        note = one.difference or "no readable input shows it"
        more = "; a case below notices it" if one.noticed else "; no case that was drawn notices it"
        console.print(f"  {note}{more}", markup=False, highlight=False, soft_wrap=True)
    if not found.survivors and found.different:
        tried = " of those that were tried" if found.untried else ""
        console.print(
            f"Today's cases notice every change{tried} that any case that was drawn notices."
        )


def _figures(found: SearchResult) -> Table:
    table = Table(title=f"Cases of {found.question.topic}", title_justify="left")
    table.add_column("part: function", overflow="fold")
    for name in ("tried", "kept", "written"):
        table.add_column(name, justify="right")
    for group in dict.fromkeys(_name(one) for one in found.candidates):
        some = [one for one in found.candidates if _name(one) == group]
        kept = [one for one in some if not one.problem]
        chosen = [one for one in found.chosen if _name(one) == group]
        table.add_row(escape(group), *(str(len(each)) for each in (some, kept, chosen)))
    return table


def _name(one: Candidate) -> str:
    return f"{one.part}: {one.recipe.function}"
