"""Answers as one HTML file that runs nothing and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from autograder.gradescope.markdown import plain
from autograder.model import Assignment, Part
from autograder.model.wording import plural
from autograder.staff import html_page
from autograder.staff.batch.collect import Entry
from autograder.staff.export.reading import Answers, Piece

NONE: Mapping[str, str] = {}
_FEW = 3  # cells that a student may have rewritten; more of them are another edition's
_CHANGED = "Lines in place of the hand-out's own"
_SHORT = {"untouched": "as handed out", "empty": "empty", "missing": "missing"}
_SAID = {
    "untouched": "as handed out, not answered",
    "empty": "empty: the place for the answer was kept, and nothing is written there",
    "missing": "missing: neither the marks nor the text of this part are in the notebook",
}


def head(title: str, entry: Entry | None = None) -> str:
    """The beginning of a page, up to its first section.

    Args:
        title: what it is.
        entry: whose it is, where it is one submission's.
    """
    whose = "" if entry is None else f"{who(entry)}: "
    shown = "" if entry is None else f"{_who_html(entry)}: "
    css = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    policy = html_page.policy(css, more="img-src data:")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(whose + title)}</title>\n<style>{css}</style>\n</head>\n<body>\n"
        f"<h1>{shown}{_text(title)}</h1>\n"
    )


FOOT = "</body>\n</html>\n"


def document(
    entry: Entry,
    answers: Answers,
    assignment: Assignment,
    parts: Sequence[Part],
    derived: Mapping[str, str] = NONE,
) -> str:
    """The document of one submission; ``derived``, by part, stands below the answers."""
    pieces = [head(assignment.title, entry), _meta(entry, answers)]
    pieces += _notices(answers, parts)
    for part in parts:
        pieces.append(f'<section><h2 id="{_text(part.number)}">{_text(heading(part))}</h2>\n')
        pieces += [_answer(answers, part), derived.get(part.number, ""), "</section>\n"]
    if answers.other:
        pieces.append("<section><h2>Other text, in no written part</h2>\n")
        pieces += [*map(_piece_html, answers.other), "</section>\n"]
    if answers.changed:
        pieces.append(f"<section><h2>{_CHANGED}</h2>\n{_changed(answers)}</section>\n")
    return "".join([*pieces, FOOT])


def part_answer(
    entry: Entry, answers: Answers, part: Part, derived: Mapping[str, str] = NONE
) -> str:
    """One submission's answer to one part, for the document by question; empty without an answer."""
    lines = derived.get(part.number, "")
    if not answers.pieces[part.number] and not lines:
        return ""
    answer = f"{_answer(answers, part)}{lines}"
    return f"<section><h3>{_who_html(entry)}</h3>\n{answer}</section>\n"


def no_answer(entry: Entry, answers: Answers, part: Part) -> str:
    """Who has no answer to one part, and why; empty where there is one."""
    if answers.pieces[part.number]:
        return ""
    why = "could not be read" if answers.unreadable else _SHORT[answers.status[part.number]]
    return f"<li>{_who_html(entry)}: {why}</li>\n"


def others(entry: Entry, answers: Answers) -> str:
    """One submission's notices and text in no written part, for the document by question."""
    notices = "".join(_notices(answers, ()))
    text = "".join(map(_piece_html, answers.other))
    if answers.changed:
        text += f'<p class="where">{_CHANGED}</p>\n{_changed(answers)}'
    if not notices and not text:
        return ""
    return f"<section><h3>{_who_html(entry)}</h3>\n{notices}{text}</section>\n"


def failed(entry: Entry, assignment: Assignment, why: str) -> str:
    """The document of a submission on which this program failed."""
    return f"{head(assignment.title, entry)}{_listed([f'Not read: {why}'])}{FOOT}"


def failed_section(entry: Entry, why: str) -> str:
    """The same at the end of the document by question."""
    return f"<section><h3>{_who_html(entry)}</h3>\n{_listed([f'Not read: {why}'])}</section>\n"


def failed_item(entry: Entry) -> str:
    """The same in a part's list of those without an answer."""
    return f"<li>{_who_html(entry)}: could not be read</li>\n"


def heading(part: Part) -> str:
    """A part's heading: number, title and points."""
    return f"{part.number} {part.title} ({part.written:g} {plural(part.written, 'point')})"


def who(entry: Entry) -> str:
    """The people of a submission, with its id; the id alone where no name is known."""
    return f"{', '.join(entry.names)} ({entry.id})" if entry.names else entry.id


def _who_html(entry: Entry) -> str:
    """The same as HTML; names that are written from right to left turn nothing around them."""
    if not entry.names:
        return f"<bdi>{_text(entry.id)}</bdi>"
    return f"<bdi>{_text(', '.join(entry.names))}</bdi> (<bdi>{_text(entry.id)}</bdi>)"


def _meta(entry: Entry, answers: Answers) -> str:
    lines = [f"Handed in: {entry.created}"] if entry.created else []
    if answers.files:
        lines.append(f"Files: {', '.join(answers.files[:20])}")
        if len(answers.files) > 20:
            lines[-1] += f" and {len(answers.files) - 20} more"
    return "".join(f'<p class="meta">{_text(line)}</p>\n' for line in lines)


def _notices(answers: Answers, parts: Sequence[Part]) -> Iterator[str]:
    items = [f"Not read: {answers.unreadable}"] if answers.unreadable else []
    if not answers.unreadable:
        for status, said in (
            ("missing", "Missing"),
            ("untouched", "As handed out"),
            ("empty", "Empty"),
        ):
            found = [part.number for part in parts if answers.status[part.number] == status]
            if found:
                items.append(f"{said}: {', '.join(found)}")
    items += [note[:1].upper() + note[1:] for note in answers.notes]
    if parts and answers.other:
        items.append("Text that belongs to no written part is shown at the end")
    if items:
        yield _listed(items)


def _listed(items: Sequence[str]) -> str:
    listed = "".join(f"<li>{_text(item)}</li>" for item in items)
    return f'<div class="notice"><ul>{listed}</ul></div>\n'


def _answer(answers: Answers, part: Part) -> str:
    pieces = answers.pieces[part.number]
    if pieces:
        return "".join(map(_piece_html, pieces))
    said = "could not be read" if answers.unreadable else _SAID[answers.status[part.number]]
    return f'<p class="none">No answer: {said}.</p>\n'


def _changed(answers: Answers) -> str:
    opened = " open" if len(answers.changed) <= _FEW else ""
    cells = f"{len(answers.changed)} cell{'s' if answers.changed[1:] else ''}"
    shown = "".join(map(_piece_html, answers.changed))
    return f"<details{opened}><summary>{cells}</summary>\n{shown}</details>\n"


def _piece_html(piece: Piece) -> str:
    return f'<p class="where">{_text(piece.where)}</p>\n<div class="answer">{piece.html}</div>\n'


def _text(text: str) -> str:
    return escape(plain(text))
