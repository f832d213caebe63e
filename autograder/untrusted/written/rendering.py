"""Cells as strict HTML: Markdown with formulas, code, outputs, and pictures by number."""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import nh3
from markdown_it import MarkdownIt

from autograder.untrusted.written.elements import HTML
from autograder.untrusted.written.formulas import Formulas, split
from autograder.untrusted.written.typed import as_typed

_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "ol": {"start"},
}
_GONE = frozenset(
    ("script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript", "title")
)
_TAG = re.compile(r"<([a-z][a-z0-9-]*)", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")
_DRAWN = re.compile(r"<(?:img|math|hr)\b")
_TOKEN = re.compile(r"<[^<>]*>|[^<]+")
_IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_DATA = re.compile(r"data:image/[\w.+-]+;base64,[A-Za-z0-9+/=]+", re.IGNORECASE)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_FORMULA = re.compile("\ue000(\\d+)\ue001")
_PRIVATE = re.compile("[\ue000\ue001]")
_OUTPUT_LINES, _OUTPUT = 200, 20_000
_PICTURE_BYTES, _PICTURES_BYTES, _PICTURES = 32 << 20, 256 << 20, 200
_STYLES = {
    "text-align: left": "tl",
    "text-align: right": "tr",
    "padding-left: 0": "pl0",
    "padding-right: 0": "pr0",
    "width: 50%": "half",
    "width: 100%": "wide",
    "border-right: 0.05em solid currentcolor": "br",
    "border-top: 0.05em solid currentcolor": "bt",
}


class Renderer:
    """Renders the cells of one notebook; `notes` says what could not be shown."""

    def __init__(self, names: list[str], pictures: list[bytes], *, plain: bool) -> None:
        self._names = {name: name for name in names}
        self._folded: dict[str, list[str]] = {}
        for name in names:
            for key in {name.casefold(), PurePosixPath(name).name.casefold()}:
                self._folded.setdefault(key, []).append(name)
        self._pictures = pictures
        self._bytes = 0
        self._plain = plain
        self._formulas = Formulas()
        self._markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        # Addresses are judged below, and again by the reader of this output.
        self._markdown.validateLink = _any_link  # type: ignore[method-assign] # so its documentation says
        self._cell: dict[str, Any] = {}
        self._inline: list[str] = []
        self.notes: list[str] = []

    def learn(self, text: str) -> None:
        """Take the commands that the formulas of a Markdown cell define, shown or not."""
        if not self._plain and "\\" in text:
            for kind, tex in split(text):
                if kind != "text":
                    self._formulas.learn(tex)

    def piece(self, kind: str, text: str, cell: dict[str, Any]) -> str:
        """One piece of an answer."""
        self._cell, self._inline = cell, []
        text = _clean(text)
        if kind == "code":
            return f'<pre class="code">{_text(text)}</pre>{self._outputs(cell)}'
        if kind == "raw" or self._plain:
            return f'<pre class="raw">{_text(text)}</pre>'
        shown = self._prose(text)
        # A comment alone, or elements that are left out: what was typed is shown, not an empty box.
        seen = _TAGS.sub("", shown).strip() or _DRAWN.search(shown)
        return shown if seen else f'<pre class="raw">{_text(text)}</pre>'

    def _prose(self, text: str) -> str:
        text = _DATA.sub(self._lifted, text)
        text = _PRIVATE.sub("\ufffd", text)
        formulas: list[tuple[str, str]] = []
        shown: list[str] = []
        for kind, piece in split(text):
            if kind == "text":
                shown.append(piece)
            else:
                shown.append(f"\ue000{len(formulas)}\ue001")
                formulas.append((kind, piece))
        return self._sanitized(as_typed(self._markdown.render("".join(shown))), formulas)

    def _lifted(self, match: re.Match[str]) -> str:
        self._inline.append(match[0])
        return f"picture:{len(self._inline) - 1}"

    def _sanitized(self, raw: str, formulas: list[tuple[str, str]]) -> str:
        for name in sorted({match[1].lower()[:20] for match in _TAG.finditer(raw)} - HTML):
            self._add_note(f"an HTML element <{name}> was left out")
        safe = nh3.clean(
            raw,
            tags=set(HTML),
            attributes=_ATTRIBUTES,
            clean_content_tags=set(_GONE),
            url_schemes={"http", "https", "mailto", "attachment", "data", "file", "picture"},
            link_rel=None,
        )

        def source(match: re.Match[str]) -> str:
            number = int(match[1])
            return _text(formulas[number][1]) if number < len(formulas) else ""

        def formula(match: re.Match[str]) -> str:
            number = int(match[1])
            if number >= len(formulas):
                return ""
            kind, tex = formulas[number]
            return with_classes(self._formulas.mathml(tex, display=kind == "display"))

        out: list[str] = []
        code = 0
        for token in _TOKEN.findall(safe):
            if token[0] != "<":
                out.append(_FORMULA.sub(source if code else formula, token))
                continue
            code += {"<code": 1, "<pre>": 1, "</cod": -1, "</pre": -1}.get(token[:5], 0)
            token = _FORMULA.sub(source, token)
            image = _IMAGE.fullmatch(token)
            out.append(self._image(image[1]) if image else token)
        return "".join(out)

    def _image(self, attributes: str) -> str:
        found = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
        alt = found.get("alt", "")
        reference = self._reference(found.get("src", ""))
        if not reference:
            name = _clean(urllib.parse.unquote(found.get("src", "")))[:120] or "without an address"
            self._add_note(f"a picture is not shown, since it is not in the submission: {name}")
            return f'<span class="gone">[picture not shown: {_text(alt or name)}]</span>'
        sizes = "".join(
            f' {key}="{found[key]}"'
            for key in ("width", "height")
            if re.fullmatch(r"[1-9]\d{0,3}", found.get(key, ""))
        )
        return f'<img {reference} alt="{html.escape(alt)}"{sizes}>'

    def _reference(self, source: str) -> str:
        """What stands for a picture: the number of one in the notebook, or a file handed in."""
        scheme, _, rest = source.partition(":")
        if scheme == "picture" and rest.isdecimal() and int(rest) < len(self._inline):
            return self._data(self._inline[int(rest)])
        if scheme.lower() == "data":
            return self._data(source)
        if scheme == "attachment":
            # The classic notebook keeps the name encoded, JupyterLab and VS Code as it is.
            return self._attachment(rest) or self._attachment(urllib.parse.unquote(rest))
        if "://" in source or source.startswith("//") or scheme.lower() in ("file", "picture"):
            return ""
        name = urllib.parse.unquote(source.split("?")[0].split("#")[0]).replace("\\", "/")
        known = self._names.get(name.removeprefix("./"))
        for key in (name.casefold(), PurePosixPath(name).name.casefold()):
            same = self._folded.get(key, [])
            known = known or (same[0] if len(same) == 1 else None)
        return f'file="{html.escape(known)}"' if known else ""

    def _data(self, address: str) -> str:
        head, _, body = address.partition(",")
        body = urllib.parse.unquote(body)
        return self._kept(body, encoded=head.lower().endswith(";base64"))

    def _attachment(self, name: str) -> str:
        attachments = self._cell.get("attachments")
        bundle = attachments.get(name) if type(attachments) is dict else None
        if type(bundle) is not dict:
            return ""
        kinds = (data for kind, data in bundle.items() if str(kind).startswith("image/"))
        return self._kept(_joined(next(kinds, "")), encoded=True)

    def _kept(self, body: str, *, encoded: bool) -> str:
        try:
            content = base64.b64decode(body) if encoded else body.encode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""
        self._bytes += len(content)
        if not content or len(content) > _PICTURE_BYTES or self._bytes > _PICTURES_BYTES:
            return ""
        if len(self._pictures) >= _PICTURES:
            return ""
        self._pictures.append(content)
        return f'picture="{len(self._pictures) - 1}"'

    def _outputs(self, cell: dict[str, Any]) -> str:
        outputs = cell.get("outputs")
        shown = [
            self._output(output)
            for output in (outputs if type(outputs) is list else [])[:50]
            if type(output) is dict
        ]
        return "".join(shown)

    def _output(self, output: dict[str, Any]) -> str:
        if output.get("output_type") == "stream":
            return _printed(_joined(output.get("text")))
        if output.get("output_type") in ("error", "pyerr"):
            return _printed(f"{output.get('ename', '')}: {output.get('evalue', '')}")
        data = output.get("data")
        if type(data) is not dict:
            data = {_OLD.get(str(key), ""): value for key, value in output.items()}
        for kind in ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"):
            if kind in data:
                reference = self._kept(_joined(data[kind]), encoded=kind != "image/svg+xml")
                return f'<p><img {reference} alt="output"></p>' if reference else ""
        makers: tuple[tuple[str, Callable[[str], str]], ...] = (
            ("text/html", lambda text: self._sanitized(_PRIVATE.sub("", text), [])),
            ("text/markdown", self._prose),
            ("text/latex", self._prose),
            ("text/plain", _printed),
        )
        for kind, make in makers:
            text = _clean(_joined(data.get(kind)))
            if text.strip() and len(text) < 10 * _OUTPUT:
                shown = make(text)
                if re.sub(r"<[^>]*>", "", shown).strip() or "<img" in shown:
                    return f'<div class="output">{shown}</div>'
        return ""

    def _add_note(self, note: str) -> None:
        if note not in self.notes and len(self.notes) < 50:
            self.notes.append(note)


_OLD = {"png": "image/png", "jpeg": "image/jpeg", "html": "text/html", "text": "text/plain"}


def _any_link(url: str | None) -> bool:
    return url is not None


def _joined(value: Any) -> str:
    if type(value) is list:
        return "".join(line for line in value if type(line) is str)
    return value if type(value) is str else ""


def _clean(text: str) -> str:
    return _UNSEEN.sub("", _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _text(text: str) -> str:
    return html.escape(text, quote=False)


def _printed(text: str) -> str:
    text = _clean(text)
    kept = "\n".join(text[:_OUTPUT].split("\n")[:_OUTPUT_LINES])
    cut = len(text) - len(kept)
    note = f'<span class="gone">… ({cut:,} more characters)</span>' if cut > 0 else ""
    return f'<pre class="output">{_text(kept)}{note}</pre>' if text.strip() else ""


def with_classes(mathml: str) -> str:
    """A formula whose inline styles are classes, and whose empty elements are written out."""

    def classes(match: re.Match[str]) -> str:
        names = [_STYLES.get(part.strip(), "") for part in match[1].split(";")]
        kept = " ".join(filter(None, names))
        return f' class="{kept}"' if kept else ""

    text = re.sub(r' style="([^"]*)"', classes, mathml).replace("&ApplyFunction;", "\u2061")
    return re.sub(r"<(m[a-z]+)([^<>]*)/>", r"<\1\2></\1>", text)
