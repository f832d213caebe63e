"""Which numbers an argument may hold: what a docstring says of it, and how such numbers are drawn.

A domain has a way to draw for each of the `MANNERS`, as the text of an expression in which ``{s}`` stands
for the sizes. What the text calls is in `autograder.testing` or `helpers`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

BASE, WHOLE, ZEROS, EMPTY, WIDE, FAR = "base", "whole", "zeros", "empty", "wide", "far"
EDGES: Final = "edges"
MANNERS: Final = (BASE, WHOLE, ZEROS, EMPTY, WIDE, FAR, EDGES)


@dataclass(frozen=True, slots=True)
class DocumentedDomain:
    """Numbers of one kind.

    Attributes:
        name: what it is called.
        texts: how they are drawn, by manner; what is not there is drawn as in the base manner.
        axes: how many of the last axes are drawn together, as in a matrix.
    """

    name: str
    texts: Mapping[str, str] = field(hash=False)
    axes: int = 0

    def text(self, manner: str) -> str:
        """The expression that draws them."""
        return self.texts.get(manner, self.texts[BASE])


REAL: Final = DocumentedDomain(
    "real",
    {
        BASE: "normal(rng{s})",
        WHOLE: "integers(rng, -3, 3{s}).double()",
        ZEROS: "some_zeros(rng, normal(rng{s}))",
        EMPTY: "emptied(rng, normal(rng{s}))",
        WIDE: "normal(rng{s}) * 10 ** uniform(rng, -3, 2.5)",
        FAR: "normal(rng{s}) * 10 ** uniform(rng, -6, 4)",
    },
)
POSITIVE: Final = DocumentedDomain(
    "positive",
    {
        BASE: "uniform(rng, 0.3, 2.5{s})",
        WHOLE: "integers(rng, 1, 4{s}).double()",
        WIDE: "10 ** uniform(rng, -4, 3{s})",
        FAR: "10 ** uniform(rng, -9, 6{s})",
    },
)
NONNEGATIVE: Final = DocumentedDomain(
    "not negative",
    {
        BASE: "uniform(rng, 0.1, 2.5{s})",
        WHOLE: "some_zeros(rng, integers(rng, 1, 4{s})).double()",
        ZEROS: "some_zeros(rng, uniform(rng, 0.3, 2.5{s}))",
        EMPTY: "emptied(rng, uniform(rng, 0.3, 2.5{s}))",
        WIDE: "10 ** uniform(rng, -4, 3{s})",
        FAR: "10 ** uniform(rng, -9, 6{s})",
        EDGES: "from_the_edge(rng, 0{s})",
    },
)
ABOVE_A_NEGATIVE: Final = DocumentedDomain(
    "above a small negative number",
    {
        BASE: "uniform(rng, -0.25, 2{s})",
        WHOLE: "integers(rng, -1, 2{s}).double()",
        ZEROS: "some_zeros(rng, uniform(rng, -0.25, 2{s}))",
        EMPTY: "emptied(rng, uniform(rng, -0.25, 2{s}))",
        WIDE: "10 ** uniform(rng, -4, 3{s})",
        FAR: "10 ** uniform(rng, -9, 6{s})",
    },
)
BETWEEN: Final = DocumentedDomain(
    "between 0 and 1",
    {
        BASE: "uniform(rng, 0.05, 0.95{s})",
        WHOLE: "integers(rng, 1, 3{s}) / 4",
        WIDE: "10 ** uniform(rng, -5, -0.1{s})",
        FAR: "near_the_ends(rng{s})",
    },
)
AT_MOST_ONE: Final = DocumentedDomain(
    "above 0 and at most 1",
    {
        BASE: "uniform(rng, 0.1, 1{s})",
        WHOLE: "integers(rng, 1, 4{s}) / 4",
        ZEROS: "1 - uniform(rng, 0.1, 0.9{s}) * integers(rng, 0, 1{s})",
        WIDE: "10 ** uniform(rng, -4, 0{s})",
        FAR: "10 ** uniform(rng, -9, 0{s})",
    },
)
FROM_0_TO_1: Final = DocumentedDomain(
    "from 0 to 1",
    {
        BASE: "uniform(rng, 0, 1{s})",
        WHOLE: "integers(rng, 0, 4{s}) / 4",
        ZEROS: "integers(rng, 0, 1{s}).double()",
        EMPTY: "emptied(rng, uniform(rng, 0, 1{s}))",
    },
)
BINARY: Final = DocumentedDomain(
    "0 or 1",
    {
        BASE: "integers(rng, 0, 1{s}).double()",
        EMPTY: "emptied(rng, integers(rng, 0, 1{s})).double()",
    },
)
LOG_WEIGHTS: Final = DocumentedDomain(
    "with minus infinity",
    {
        **REAL.texts,
        ZEROS: "log_weights(rng{s})",
        EMPTY: "emptied(rng, log_weights(rng{s}), -torch.inf)",
        WIDE: "normal(rng{s}) * 10 ** uniform(rng, 1, 3.5)",
    },
)
SIMPLEX: Final = DocumentedDomain(
    "of sum 1",
    {
        BASE: "simplex(rng{s})",
        WIDE: "simplex(rng{s}, spread=4)",
        FAR: "simplex(rng{s}, spread=12)",
    },
    axes=1,
)
SIMPLEX_WITH_ZEROS: Final = DocumentedDomain(
    "of sum 1, zeros among them", {**SIMPLEX.texts, ZEROS: "simplex_with_zeros(rng{s})"}, axes=1
)
COVARIANCE: Final = DocumentedDomain(
    "symmetric",
    {
        BASE: "covariance(rng{s})",
        WHOLE: "covariance(rng{s}).round()",
        WIDE: "covariance(rng{s}) * 10 ** uniform(rng, -2, 2)",
    },
    axes=2,
)
INVERTIBLE: Final = DocumentedDomain(
    "invertible",
    {
        BASE: "invertible(rng{s})",
        WIDE: "invertible(rng{s}) * 10 ** uniform(rng, 1, 2)",
        FAR: "invertible(rng{s}) / 10 ** uniform(rng, 1, 2)",
    },
    axes=2,
)
TRIANGULAR: Final = DocumentedDomain(
    "triangular",
    {
        BASE: "triangular(rng{s})",
        WIDE: "triangular(rng{s}) * 10 ** uniform(rng, 1, 2)",
        FAR: "triangular(rng{s}) / 10 ** uniform(rng, 1, 2)",
    },
    axes=2,
)

FLOATS: Final = (REAL, NONNEGATIVE, POSITIVE, BETWEEN, AT_MOST_ONE, BINARY, SIMPLEX)
SQUARES: Final = (REAL, COVARIANCE, INVERTIBLE, TRIANGULAR, POSITIVE)
ODD: Final = DocumentedDomain(
    "odd", {BASE: "2 * integers(rng, 1, 3{s}) + 1", WHOLE: "2 * integers(rng, 0, 2{s}) + 1"}
)
WHOLE_NUMBERS: Final = (
    DocumentedDomain("small", {BASE: "integers(rng, 1, 3{s})"}),
    DocumentedDomain("a count", {BASE: "integers(rng, 0, 6{s})"}),
    ODD,
    DocumentedDomain("larger", {BASE: "integers(rng, 3, 6{s})"}),
)

_WORDS: Final = re.compile(r'"([^"\s]+)"')
_RANGE: Final = re.compile(r"from (\d+) to ([A-Za-z_]\w*(?: - 1)?|\d+)\b")
_INTEGER: Final = re.compile(r"\binteger|\bint\b|\bwhole\b|\bindices\b|\bindex\b")


def floats(words: str, *, square: bool) -> tuple[DocumentedDomain, ...]:
    """The domains that an argument of floating-point numbers may have, the likeliest first.

    Args:
        words: what its docstring says.
        square: whether its last two axes have the same size.
    """
    said = [_bounded(domain, words) for pattern, domain in _SAID if re.search(pattern, words)]
    if square:
        said = [domain for pattern, domain in _SQUARE if re.search(pattern, words)] + said
    return tuple(dict.fromkeys([*said, *(SQUARES if square else ()), *FLOATS]))


def _bounded(domain: DocumentedDomain, words: str) -> DocumentedDomain:
    """The domain, with numbers at the bound where this is another argument with a minus."""
    bound = re.search(r"at least (-[A-Za-z_]\w*)", words)
    if domain is not ABOVE_A_NEGATIVE or not bound:
        return domain
    edges = f"from_the_edge(rng, {bound[1]}{{s}})"
    return replace(domain, texts={**domain.texts, EDGES: edges})


def whole_numbers(words: str, known: Mapping[str, str]) -> tuple[DocumentedDomain, ...]:
    """The domains that an argument of whole numbers may have, the likeliest first.

    Args:
        words: what its docstring says.
        known: the axes that have a size in the case, by the name that a docstring gives them.
    """
    said = []
    for low, high in _RANGE.findall(words):
        name, minus, rest = high.partition(" - ")
        if name.isdigit() or name in known:
            bound = f"{known.get(name, name)}{minus}{rest}"
            said.append(
                DocumentedDomain(
                    f"from {low} to {high}", {BASE: f"integers(rng, {low}, {bound}{{s}})"}
                )
            )
    counts = [ODD] if "odd" in words else []
    counts += [d for d in WHOLE_NUMBERS if d.name == "a count" and re.search(r"0 or more", words)]
    return tuple(dict.fromkeys([*said, *counts, *WHOLE_NUMBERS]))


def choices(words: str) -> tuple[str, ...]:
    """The words in quotation marks that an argument may be, where a docstring lists several."""
    found = tuple(dict.fromkeys(_WORDS.findall(words)))
    return found if len(found) > 1 else ()


def letters(words: str) -> str:
    """The letters of which a docstring's example of a text is made, ``""`` where there is none."""
    found = re.search(r'such as "(\w+)"', words)
    return "".join(sorted(set(found[1]))) if found else ""


def is_integer(words: str) -> bool:
    """Whether a docstring says that the numbers are whole."""
    return _INTEGER.search(words) is not None


_SAID: Final = (
    (r"minus infinity|[-−–]∞|-inf\b", LOG_WEIGHTS),
    (r"\blog(?:arithm|-)", REAL),
    (r"1 where .* 0 where", BINARY),
    (r"\bpositive\b.*\bsums? (?:to )?1 or not\b", POSITIVE),
    (r"\bpositive\b.*\bsums? (?:to )?1\b", SIMPLEX),
    (r"\bsums? (?:to )?1\b|simplex", SIMPLEX_WITH_ZEROS),
    (r"above 0 and at most 1", AT_MOST_ONE),
    (r"between 0 and 1, both", FROM_0_TO_1),
    (r"between 0 and 1\b|(?<!log-)probabilit|betas?\b", BETWEEN),
    (r"at least -\w", ABOVE_A_NEGATIVE),
    (r"at least 0|non-negative|not negative|0 or more", NONNEGATIVE),
    (r"(?<!non-)\bpositive\b|> 0|\bvariances?\b", POSITIVE),
    (r"\bdensity\b", POSITIVE),
)
_SQUARE: Final = (
    (r"triangular", TRIANGULAR),
    (r"symmetric|covariance|second moment", COVARIANCE),
    (r"invertible|non-singular", INVERTIBLE),
)
