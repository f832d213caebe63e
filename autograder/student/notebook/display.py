"""The outcome of a check as a notebook shows it: HTML where there is a page, text elsewhere."""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.gradescope import derivations
from autograder.gradescope.markdown import passage, plain
from autograder.gradescope.rendering import rendered
from autograder.model import DerivationLine, DerivationResult, Outcome, PartResult
from autograder.model.wording import plural
from autograder.verdicts import (
    FORM,
    LINES,
    UNFILLED,
    VERDICTS,
    Verdict,
    derivation_verdict,
    failures,
    form_only,
    title_of,
    unchecked,
    verdict,
)

_COLOURS = {
    # Readable on white and on black alike: each has a contrast of at least 4.5 to both.
    "green": "#1a8917",
    "red": "#d93025",
    "magenta": "#b0509f",
    "yellow": "#9a7400",
    "blue": "#3c78d8",
    "cyan": "#0b8390",
}
_LATER = "Hidden cases run when you hand in."


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of the public cases of some parts.

    Attributes:
        parts: the parts with their public cases, judged.
        notices: what else the student should know, in sentences.
    """

    parts: tuple[PartResult, ...]
    notices: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every case passed."""
        return all(case.passed for part in self.parts for case in part.cases) and not any(
            derivations.is_wrong(one) for part in self.parts for one in part.derivations
        )

    def __repr__(self) -> str:
        lines = []
        for part in self.parts:
            head = f"{part.part.number} {part.part.title}"
            signs = " ".join(f"{kind.sign} {kind.word}" for kind in _kinds(part))
            lines.append(f"{signs}  {head}: {_count(part)}".lstrip())
            for kind, words, title in _failures(part):
                lines += [
                    "",
                    f"{kind.sign} {kind.word}" + (f": {title}" if title else ""),
                    words,
                    "",
                ]
            for one in part.derivations:
                kind = derivation_verdict(one)
                lines += [
                    "",
                    f"{kind.sign} {kind.word}: {_name(part, one)}",
                    derivations.text(one),
                    "",
                ]
        notices = ["", *(f"• {notice}" for notice in self.notices)] if self.notices else []
        return "\n".join([*lines, *notices]).rstrip()

    def _repr_html_(self) -> str:
        pieces = [piece for part in self.parts for piece in _page(part)]
        if self.passed and any(part.cases for part in self.parts):
            pieces.append(f"<p><small>{_LATER}</small></p>")
        pieces += [rendered(passage(f"• {notice}")) for notice in self.notices]
        return f'<div class="autograder">{"".join(pieces)}</div>'


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar in the notebook while its parts are checked; nothing if no page is shown.

    Args:
        total: how many parts there are.

    Yields:
        What to call with a part's number before it is checked.
    """
    page = None
    if "ipykernel" in sys.modules:
        from IPython.display import HTML, display

        page = display(HTML(""), display_id=True)
    done = 0

    def step(number: str) -> None:
        nonlocal done
        if page is not None:
            bar = f'<progress value="{done}" max="{total}"></progress> {done} of {total} parts'
            page.update(HTML(f"{bar}, checking {html.escape(number)} …"))
        done += 1

    try:
        yield step
    finally:
        if page is not None:
            page.update(HTML(""))


def _page(part: PartResult) -> Iterator[str]:
    head = html.escape(f"{part.part.number} {part.part.title}")
    yield f"<p>{_marks(part)} <strong>{head}</strong>: {_count(part)}</p>"
    for kind, words, title in _failures(part):
        named = f": <strong>{html.escape(title)}</strong>" if title else ""
        yield (
            f'<div style="margin:0 0 .8em 1.2em"><p>{_mark(kind)}{named}</p>'
            f"{rendered(passage(words))}</div>"
        )
    for one in part.derivations:
        yield _derivation(part, one)


def _derivation(part: PartResult, result: DerivationResult) -> str:
    """A derivation as the grader has read it, typeset by the page; an explanation below its line."""
    kind = derivation_verdict(result)
    head = f"<p>{_mark(kind)}: <strong>{html.escape(_name(part, result))}</strong></p>"
    rows = "".join(_row(number, line) for number, line in enumerate(result.lines, start=1))
    wide = "margin:0;width:100%;table-layout:auto"
    table = f'<table style="{wide}">{rows}</table>' if rows else ""
    steps = "".join(
        f"<li>Show this step: {html.escape(sentence)}</li>"
        for sentence in derivations.missing(result)
    )
    listed = f"<ul>{steps}</ul>" if steps else ""
    said = "" if result.unfilled else rendered(passage(result.summary))
    return f'<div style="margin:0 0 .8em 1.2em">{head}{table}{listed}{said}</div>'


def _row(number: int, line: DerivationLine) -> str:
    kind = LINES[line.status]
    typed = html.escape(" ".join(plain(line.typed).split()))
    shown = f"<code>{typed}</code>"
    if line.latex:
        shown = f'<span title="{typed}">$\\displaystyle {html.escape(line.latex)}$</span>'
    shown = f'<div style="overflow-x:auto">{shown}</div>'  # a long line scrolls, its explanation does not
    told = rendered(passage(line.explanation)) if line.explanation else ""
    mark = f'<span style="color:{_COLOURS[kind.colour]};font-weight:600">{kind.sign}'
    word = "" if line.status == "holds" else f" {kind.word}"
    cell = 'style="text-align:left;vertical-align:top;white-space:nowrap"'
    return (
        f"<tr><td {cell}>{mark}{word}</span></td><td {cell}>{number}</td>"
        f'<td style="text-align:left;width:100%;max-width:0">{shown}{told}</td></tr>'
    )


def _failures(part: PartResult) -> Iterator[tuple[Verdict, str, str]]:
    for kind, words, failed in failures(part.cases):
        yield kind, words, "" if kind == UNFILLED else title_of(failed, words)


def _name(part: PartResult, result: DerivationResult) -> str:
    """A derivation's function and what is derived; whether it may be left out."""
    optional = "" if part.part.derivation_points else " (optional)"
    return f"{result.name}{optional}: {result.title}"


def _count(part: PartResult) -> str:
    if not part.cases and part.derivations:
        return "a derivation"
    if not part.cases:
        return unchecked(part.part)[1]
    if form_only(part.cases):
        return FORM
    passed = sum(case.passed for case in part.cases)
    of = len(part.cases)
    return f"{passed} of {of} public {plural(of, 'case')} passed"


def _marks(part: PartResult) -> str:
    return " ".join(map(_mark, _kinds(part)))


def _kinds(part: PartResult) -> list[Verdict]:
    """The outcomes of the cases; "passed" only if all passed, since the count is shown next to it."""
    kinds = dict.fromkeys(map(verdict, part.cases))
    passed = VERDICTS[Outcome.PASSED]
    return [kind for kind in kinds if kind != passed] or [*kinds]


def _mark(kind: Verdict) -> str:
    colour = _COLOURS[kind.colour]
    return f'<span style="color:{colour};font-weight:600">{kind.sign} {kind.word}</span>'
