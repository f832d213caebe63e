"""What a student probably means by a name that a question does not have."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Final

_SHOWN = 60
_ELSEWHERE: Final = {
    "ln": "log",
    "trace": "tr",
    "Tr": "tr",
    "mean": "E",
    "EE": "E",
    "Sigma": "sum",
    "Sum": "sum",
    "DKL": "KL",
    "D_KL": "KL",
    "kl": "KL",
    "norm": "norm2",
    "inverse": "inv",
    "eye": "I",
    "Id": "I",
    "gradient": "grad",
    "nabla": "grad",
}
"""Names that mean the same in other places."""

_CONSTANTS = ("const", "constant", "Const", "c", "C")


def unknown_name(what: str, name: str, symbols: Collection[str], operators: Collection[str]) -> str:
    """A sentence about a name that is not there, with what to write instead.

    Args:
        what: ``"symbol"`` or ``"operator"``.
        name: as it was typed.
        symbols: the names of symbols and abbreviations.
        operators: the names of operators.
    """
    shown = name[:_SHOWN]
    return f"the question has no {what} {shown}; {_instead(what, name, symbols, operators)}"


def _instead(what: str, name: str, symbols: Collection[str], operators: Collection[str]) -> str:
    if (other := _ELSEWHERE.get(name)) in {*symbols, *operators}:
        return f"write {other}"
    if what == "symbol" and name in _CONSTANTS:
        return "write the constant out; where ~ is allowed, it may be left out of a line that begins with ~"
    stem = name.partition("_")[0]
    if what == "operator" and stem in operators and stem != name:
        return f"write {stem}, without an index"
    family = sorted(one for one in symbols if one.startswith(f"{stem}_"))
    if what == "operator" and family:
        return f"here each such function has its own name: {', '.join(family)}"
    has = operators if what == "operator" else symbols
    close = difflib.get_close_matches(name[:_SHOWN], sorted(has), n=1)
    return f"did you mean {close[0]}?" if close else f"it has {', '.join(sorted(has))}"
