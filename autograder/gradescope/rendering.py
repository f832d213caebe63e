"""Markdown as a page shows it: what Gradescope's ``md`` format makes of our texts."""

from __future__ import annotations

import functools

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline


def rendered(text: str) -> str:
    """Markdown as HTML.

    Args:
        text: CommonMark with tables. HTML in it is shown and not obeyed, as a platform that
            sanitizes would; addresses lead nowhere but to http, https and mail.

    Returns:
        HTML that runs nothing and loads nothing.
    """
    return str(_parser().render(text))


@functools.cache
def _parser() -> MarkdownIt:
    # The reader's browser would load images from elsewhere.
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.inline.ruler.before("escape", "formula", _formula)
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    """``$$…$$``: what Gradescope typesets is shown as it is written, and never read as Markdown."""
    if not state.src.startswith("$$", state.pos):
        return False
    end = state.src.find("$$", state.pos + 2)
    if end < 0:
        return False
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True
