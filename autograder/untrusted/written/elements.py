"""The HTML elements of a rendered answer, for the worker that writes them and for its reader."""

from __future__ import annotations

HTML = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup"}
    | {"dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2"}
    | {"h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q"}
    | {"s", "samp", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody"}
    | {"td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var"}
)
MATH = frozenset(
    {"math", "menclose", "merror", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom"}
    | {"mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable"}
    | {"mtd", "mtext", "mtr", "munder", "munderover", "mmultiscripts", "mprescripts"}
)
