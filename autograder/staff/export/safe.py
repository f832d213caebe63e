"""The HTML that a worker sent, read again and written anew: only what is known here gets through.

A worker sanitizes what it renders, but it has read hostile bytes, and its word is a claim. This side
takes its text apart by one linear rule, knows every element, attribute and value by name, and writes
all text escaped. What it does not know is refused as a whole.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable

from autograder.untrusted.written.elements import HTML, MATH

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"<>]*")*)>|([^<>]+)')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_VOID = frozenset({"br", "hr", "img", "col"})
_LENGTH = r"-?\d{0,3}(?:\.\d{1,8})?(?:em|rem|px|%)?"
_MATH_ATTRIBUTES = {
    "display": "block|inline",
    "displaystyle": "true|false",
    "scriptlevel": r"[+-]?\d",
    "mathvariant": "normal",
    "form": "prefix|infix|postfix",
    "fence": "true|false",
    "separator": "true|false",
    "stretchy": "true|false",
    "symmetric": "true|false",
    "largeop": "true|false",
    "movablelimits": "true|false",
    "accent": "true|false",
    "accentunder": "true|false",
    "columnalign": "left|right|center",
    "notation": "[a-z ]{1,60}",
    "linethickness": _LENGTH,
    "lspace": _LENGTH,
    "rspace": _LENGTH,
    "width": _LENGTH,
    "minsize": _LENGTH,
    "maxsize": _LENGTH,
}
_HTML_ATTRIBUTES = {
    ("a", "href"): r"(?:https?://|mailto:)[^\x00-\x20]{1,2000}",
    ("td", "colspan"): r"\d{1,3}",
    ("td", "rowspan"): r"\d{1,3}",
    ("td", "align"): "left|right|center",
    ("th", "colspan"): r"\d{1,3}",
    ("th", "rowspan"): r"\d{1,3}",
    ("th", "align"): "left|right|center",
    ("ol", "start"): r"\d{1,6}",
    ("img", "width"): r"\d{1,4}",
    ("img", "height"): r"\d{1,4}",
}
_CLASSES = frozenset(
    ("code", "raw", "output", "gone", "tex", "tl", "tr", "pl0", "pr0", "half", "wide", "br", "bt")
)
# Possessive throughout: no file makes the search go back, which here would take for ever.
_SVG = re.compile(
    rb"\s*+(?:(?><\?xml[^>]*+>|<!--.*?-->|<!DOCTYPE[^>\[]*+>)\s*+)*+<svg\b", re.DOTALL
)
_DEPTH = 400
_LOWER = {"h1": "h4", "h2": "h5", "h3": "h6", "h4": "h6", "h5": "h6", "h6": "h6"}

Picture = Callable[[str, str], bytes | None]


class Unsafe(Exception):
    """A worker sent what it does not send."""


def rewritten(text: str, picture: Picture) -> str:
    """The same document, of known pieces alone.

    Args:
        text: what a worker sent.
        picture: the bytes of a picture, by what names it (``picture`` or ``file``) and its name.

    Returns:
        HTML whose elements are balanced, that runs nothing and asks for nothing.

    Raises:
        Unsafe: it is not in the form that a worker sends.
    """
    out: list[str] = []
    open_: list[str] = []
    place = 0
    for match in _TOKEN.finditer(text):
        if match.start() != place:
            raise Unsafe("text between the elements")
        place = match.end()
        closing, tag, attributes, plain = match.groups()
        if plain is not None:
            out.append(html.escape(html.unescape(plain), quote=False))
            continue
        if tag not in HTML and tag not in MATH:
            raise Unsafe(f"an element <{tag}>")
        if closing:
            if not open_ or open_.pop() != tag:
                raise Unsafe(f"an end </{tag}> without its beginning")
            out.append(f"</{_LOWER.get(tag, tag)}>")
            continue
        if tag == "img":
            out.append(_image(attributes, picture))
            continue
        if tag not in _VOID:
            open_.append(tag)
            if len(open_) > _DEPTH:
                raise Unsafe("elements nested too deeply")
        out.append(f"<{_LOWER.get(tag, tag)}{_attributes(tag, attributes)}>")
    if place != len(text) or open_:
        raise Unsafe("an element that does not end")
    return "".join(out)


def _attributes(tag: str, text: str) -> str:
    kept = ' open=""' if tag == "details" else ""
    for key, value in _ATTRIBUTE.findall(text):
        value = html.unescape(value)
        rule = _MATH_ATTRIBUTES.get(key) if tag in MATH else _HTML_ATTRIBUTES.get((tag, key))
        if key == "class":
            value = " ".join(name for name in value.split() if name in _CLASSES)
            rule = ".+"
        if rule and re.fullmatch(rule, value):
            kept += f' {key}="{html.escape(value)}"'
    return f'{kept} rel="noopener noreferrer"' if tag == "a" and "href=" in kept else kept


def _image(text: str, picture: Picture) -> str:
    found = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(text)}
    named = next((key for key in ("picture", "file") if key in found), "")
    content = picture(named, found[named]) if named else None
    kind = kind_of(content) if content else ""
    alt = found.get("alt", "")
    if content is None or not kind:
        what = alt or found.get("file", "")
        return f'<span class="gone">[picture not shown: {html.escape(what)}]</span>'
    data = base64.b64encode(content).decode("ascii")
    sizes = _attributes("img", text)
    return f'<img src="data:{kind};base64,{data}" alt="{html.escape(alt)}"{sizes}>'


def kind_of(content: bytes) -> str:
    """The media type of a picture that browsers show, by its first bytes; empty for all else."""
    for head, kind in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"BM", "image/bmp"),
    ):
        if content.startswith(head):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    # In an <img>, a browser runs no script of an SVG and loads nothing that it names.
    return "image/svg+xml" if _SVG.match(content[:4096]) else ""
