"""Formulas: where they stand in Markdown, as Jupyter has it, and TeX as MathML, which needs no script."""

from __future__ import annotations

import html
import re

from math_core import LatexError, LatexToMathML

_LONGEST = 4_000  # characters; the converter's recursion is bounded by nothing else
_ENVIRONMENT = re.compile(r"\\begin\{([A-Za-z]+\*?)\}")
_SPECIAL = re.compile(r"`+|\\\\[(\[]|\\begin\{|\\.|\$\$?", re.DOTALL)
_BRACES = re.compile(r"\\.|[{}$]|\n[ \t]*\n", re.DOTALL)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*$", re.MULTILINE)
_DEFINES = re.compile(r"\\(?:(?:re|provide)?newcommand|renewcommand|def|DeclareMathOperator)\b")
_MACRO = re.compile(r"\\(?:re)?newcommand\*?\s*\{?\s*(\\[A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?\s*(?=\{)")
_OPERATOR = re.compile(r"\\DeclareMathOperator(\*?)\s*\{?\s*(\\[A-Za-z]+)\s*\}?\s*\{([^{}]*)\}")
_DIALECT = [  # what MathJax knows and the converter does not, in words of both
    (re.compile(r"\\(begin|end)\{split\}"), r"\\\1{aligned}"),
    (re.compile(r"\\begin\{eqnarray\*?\}"), r"\\begin{array}{rcl}"),
    (re.compile(r"\\end\{eqnarray\*?\}"), r"\\end{array}"),
    (re.compile(r"\\mbox\b|\\hbox\b"), r"\\text"),
    (re.compile(r"\\mathbbm\b|\\mathds\b"), r"\\mathbb"),
    (re.compile(r"\\substack\s*\{([^{}]*)\}"), r"\\begin{subarray}{c}\1\\end{subarray}"),
    (re.compile(r"\\label\s*\{[^{}]*\}|\\require\s*\{[^{}]*\}|\\nonumber\b|\\notag\b"), ""),
    (re.compile(r"\\(?:eq)?ref\s*\{([^{}]*)\}"), r"\\text{(\1)}"),
    (re.compile(r"\\tag\*?\s*\{([^{}]*)\}"), r"\\qquad\\text{(\1)}"),
    (re.compile(r"\\left\s*<"), r"\\left\\langle "),
    (re.compile(r"\\right\s*>"), r"\\right\\rangle "),
    (re.compile(r"\\text\{([^{}$]*)\$([^{}$]*)\$([^{}$]*)\}"), r"\\text{\1}\2\\text{\3}"),
    (re.compile(r"\}\s*\\limits\b"), "}"),
    (re.compile(r"\\qed\b"), r"\\square"),
    (re.compile(r"\\hfill\b"), r"\\quad"),
    (re.compile("√"), r"\\surd "),
]


def split(text: str) -> list[tuple[str, str]]:
    """Markdown in pieces: ``text``, ``inline`` and ``display`` formulas, in order."""
    pieces: list[tuple[str, str]] = []
    start = place = 0
    gone: set[str] = set()  # closing marks that no longer come: not looked for again
    fences = [(m.start(), m.end(), m[1]) for m in _FENCE.finditer(text)]
    while match := _SPECIAL.search(text, place):
        at, mark = match.start(), match[0]
        fence = next((f for f in fences if f[0] <= at < f[1]), None) if mark[0] == "`" else None
        if fence is not None:
            ends = (f for f in fences if f[0] > fence[0] and f[2].startswith(fence[2]))
            place = next(ends, (0, len(text)))[1]
            continue
        place = match.end()
        if mark[0] == "`":
            close = _after_ticks(text, place, mark, gone)
            place = close or place
            continue
        found = _formula(text, at, mark, gone)
        if found:
            kind, tex, place = found
            pieces += [("text", text[start:at]), (kind, tex)]
            start = place
    pieces.append(("text", text[start:]))
    return pieces


def _after_ticks(text: str, place: int, mark: str, gone: set[str]) -> int:
    if mark in gone:
        return 0
    for match in re.compile(r"`+").finditer(text, place):
        if match[0] == mark:
            return match.end()
    gone.add(mark)
    return 0


def _formula(text: str, at: int, mark: str, gone: set[str]) -> tuple[str, str, int] | None:
    after = at + len(mark)
    if mark == "$":
        return _dollar(text, after)
    if mark == "\\begin{":
        match = _ENVIRONMENT.match(text, at)
        if not match:
            return None
        close = f"\\end{{{match[1]}}}"
        end = -1 if close in gone else text.find(close, after)
        if end < 0:
            gone.add(close)
            return None
        return "display", text[at : end + len(close)], end + len(close)
    closing = {"$$": "$$", "\\\\(": "\\\\)", "\\\\[": "\\\\]"}.get(mark)
    if closing is None or closing in gone:
        return None
    end = text.find(closing, after)
    if end < 0:
        gone.add(closing)
        return None
    return "inline" if closing == "\\\\)" else "display", text[after:end], end + len(closing)


def _dollar(text: str, after: int) -> tuple[str, str, int] | None:
    depth = 0
    for match in _BRACES.finditer(text, after, after + _LONGEST):
        mark = match[0]
        if mark == "$" and depth <= 0:
            tex = text[after : match.start()]
            return ("inline", tex, match.end()) if tex.strip() else None
        if mark[0] == "\n":
            return None
        depth += {"{": 1, "}": -1}.get(mark, 0)
    return None


class Formulas:
    """A notebook's formulas; what one of them defines, the later ones may use."""

    def __init__(self) -> None:
        self._strict = LatexToMathML(
            fancy_error=False, global_group=True, allow_unreliable_rendering=True
        )
        self._lenient = LatexToMathML(
            fancy_error=False,
            global_group=True,
            allow_unreliable_rendering=True,
            ignore_unknown_commands=True,
        )

    def learn(self, tex: str) -> None:
        """Take the commands that a formula defines."""
        if _DEFINES.search(tex):
            self.mathml(tex, display=False)

    def mathml(self, tex: str, *, display: bool) -> str:
        """A formula as MathML; its source where that cannot be had."""
        if len(tex) > _LONGEST:
            return _source(tex)
        known = _OPERATOR.sub(r"\\def\2{\\operatorname\1{\3}}", tex.strip())
        known = _MACRO.sub(_as_def, known)
        dialect = known
        for pattern, replacement in _DIALECT:
            dialect = pattern.sub(replacement, dialect)
        for source, converter in (
            (known, self._strict),
            (dialect, self._strict),
            (dialect, self._lenient),
        ):
            if len(source) > _LONGEST:
                continue
            try:
                return str(converter.convert_with_global_state(source, displaystyle=display))
            except LatexError:
                continue
        return _source(tex)


def _as_def(match: re.Match[str]) -> str:
    r"""``\newcommand`` as ``\def``: defining a name twice is not an error where students read it."""
    arguments = "".join(f"#{n}" for n in range(1, int(match[2] or 0) + 1))
    return f"\\def{match[1]}{arguments}"


def _source(tex: str) -> str:
    return f'<code class="tex">{html.escape(tex)}</code>'
