"""Less-than signs that only look like the beginning of an HTML element: `if x <y and z> w`.

A browser takes `<y and z>` for an element that it does not know, and shows nothing. Here such a sign
is text: where no element has that name, and where the words after the name are not attributes (`<p and
q>`). Elements that HTML has are left to those who decide which of them are shown.
"""

from __future__ import annotations

import re

from autograder.untrusted.written.elements import HTML

# The names of https://html.spec.whatwg.org, sections 4 and 16.2 (obsolete ones), but for those in HTML.
_OTHERS = frozenset(
    {"acronym", "address", "applet", "area", "article", "aside", "audio", "base", "basefont", "bdi"}
    | {"bdo", "bgsound", "big", "blink", "body", "button", "canvas", "data", "datalist", "dialog"}
    | {"dir", "embed", "fieldset", "font", "footer", "form", "frame", "frameset", "head", "header"}
    | {"hgroup", "html", "iframe", "image", "input", "isindex", "keygen", "label", "legend", "link"}
    | {"listing", "main", "map", "marquee", "math", "menu", "menuitem", "meta", "meter", "nav"}
    | {"nobr", "noembed", "noframes", "noscript", "object", "optgroup", "option", "output", "param"}
    | {"picture", "plaintext", "progress", "rb", "rp", "rt", "rtc", "ruby", "script", "search"}
    | {"section", "select", "slot", "source", "spacer", "style", "svg", "template", "textarea"}
    | {"time", "title", "track", "video", "wbr", "xmp"}
)
_WITHOUT_VALUE = frozenset(
    {"allowfullscreen", "async", "autofocus", "autoplay", "checked", "compact", "controls"}
    | {"default", "defer", "disabled", "download", "draggable", "hidden", "inert", "ismap"}
    | {"itemscope", "loop", "multiple", "muted", "nomodule", "noshade", "novalidate", "nowrap"}
    | {"open", "playsinline", "readonly", "required", "reversed", "scoped", "selected"}
)
_LONG = 500  # characters that are looked at, so that many signs without an end take no longer
_LESS = re.compile(
    rf"<(?:(/?)([a-z][^\s/<>]*)(?=([^>]{{0,{_LONG}}})(>?))|[?/]|!(?!--))", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""([^\s/=>][^\s/=>]*+)(\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]++)?)?""")


def as_typed(html: str) -> str:
    """The same HTML, in which what is not an element of HTML is text.

    Args:
        html: Markdown, rendered; its text is escaped, HTML that was typed is as it was.
    """
    return _LESS.sub(lambda match: match[0] if _element(match) else f"&lt;{match[0][1:]}", html)


def _element(match: re.Match[str]) -> bool:
    closing, name, rest, end = match.groups()
    if name is None or name.lower() not in HTML | _OTHERS or rest.startswith("<"):
        return False
    cut = not end and len(rest) == _LONG
    if not end and not cut:  # it would take all that follows along
        return False
    if closing:
        return True
    attributes = _ATTRIBUTE.finditer(rest)
    return not any(_word(one) for one in attributes if not cut or one.end() < _LONG)


def _word(attribute: re.Match[str]) -> bool:
    """Whether what stands in an attribute's place is a word of a sentence."""
    name, value = attribute.groups()
    return value is None and "-" not in name and name.lower() not in _WITHOUT_VALUE
