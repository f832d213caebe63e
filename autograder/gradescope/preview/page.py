"""A view as one HTML page: no script, nothing loaded from elsewhere, every text made harmless."""

from __future__ import annotations

import functools
import html
import io
import json
import re
from typing import Any

import jinja2
import nh3
from markupsafe import Markup
from rich.console import Console
from rich.text import Text as RichText

from autograder.gradescope.preview.view import Moment, Reader, Text, View
from autograder.gradescope.rendering import rendered

_READERS = {Reader.STUDENT: "a student sees it", Reader.STAFF: "staff see it"}
_MOMENTS = {
    Moment.NOW: "before the due date",
    Moment.AFTER_DUE: "after the due date",
    Moment.AFTER_PUBLISHED: "after the grades were published",
}
_TAGS = {
    *("a", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}


def page(shown: View, title: str) -> str:
    """The whole page.

    Args:
        shown: what is to be seen.
        title: what it is of, such as the file's name.
    """
    return _template().render(
        view=shown,
        title=title,
        reader=_READERS[shown.reader],
        moment=_MOMENTS[shown.moment],
        staff=shown.reader is Reader.STAFF,
        seconds=None if shown.seconds is None else f"{shown.seconds:.1f}",
    )


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.gradescope.preview", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = _markup
    environment.filters["points"] = _points
    environment.filters["json"] = _json
    return environment.get_template("page.html.j2")


def _markup(text: Text) -> Markup:
    """A text as its format has it, with no more markup than a platform that sanitizes leaves."""
    match text.format:
        case "md":
            page = rendered(text.text)
        case "html":
            page = _sanitized(text.text, {"a": {"href"}})
        case "simple_format":
            paragraphs = re.split(r"\n{2,}", _sanitized(text.text, {}))
            lines = (paragraph.replace("\n", "<br>\n") for paragraph in paragraphs)
            page = "".join(f"<p>{paragraph}</p>" for paragraph in lines)
        case "ansi":
            page = _from_terminal(text.text)
        case _:
            page = f"<pre>{html.escape(text.text)}</pre>" if text.text else ""
    return Markup(page)  # noqa: S704 - every branch above has escaped or cleaned it


def _sanitized(text: str, attributes: dict[str, set[str]]) -> str:
    """HTML with the tags and attributes that are named, and nothing else."""
    schemes = {"http", "https", "mailto"}
    return nh3.clean(
        text, tags=_TAGS, attributes=attributes, url_schemes=schemes, link_rel="noopener noreferrer"
    )


def _from_terminal(text: str) -> str:
    """A terminal's colours as HTML's."""
    console = Console(record=True, file=io.StringIO(), width=200)
    console.print(RichText.from_ansi(text))
    return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")


def _points(value: float) -> str:
    return f"{value:.5g}"


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
