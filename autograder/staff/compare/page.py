"""A comparison → one HTML file that loads nothing, runs nothing, and opens anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder.gradescope.markdown import plain
from autograder.staff import html_page
from autograder.staff.compare.differences import BatchComparison

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CaseMoves:
    """How many submissions one change of one case concerns.

    Attributes:
        number: the part's number.
        key: the case's key.
        change: the outcomes before and now.
        count: how many submissions.
    """

    number: str
    key: str
    change: str
    count: int


def by_case(comparison: BatchComparison) -> Iterator[CaseMoves]:
    """The changes of cases, the most frequent first."""
    counts = Counter(
        (part.number, case.key, f"{case.old or 'not there'} → {case.new or 'not there'}")
        for one in comparison.moved
        for part in one.parts
        for case in part.cases
    )
    for (number, key, change), count in counts.most_common():
        yield CaseMoves(number, key, change, count)


def write(comparison: BatchComparison, path: Path) -> None:
    """Write the page.

    Args:
        comparison: what it says.
        path: the file; one that is there is replaced.

    Raises:
        UsageError: it cannot be written there.
    """
    html_page.write(render(comparison), path)


def render(comparison: BatchComparison) -> str:
    """The page as text; whatever is not the template's own is escaped and printable."""
    css = (_HERE / "page.css").read_text(encoding="utf-8")
    template = html_page.template(_HERE, {"points": points, "signed": signed}, _printable)
    groups = [
        ("Lose points", comparison.losing),
        ("Gain points", comparison.gaining),
        ("The same points, but other outcomes", comparison.level),
    ]
    return template.render(
        c=comparison,
        cases=list(by_case(comparison)),
        groups=groups,
        css=Markup(css),  # noqa: S704 - a file of this package, as it is
        policy=html_page.policy(css),
    )


def points(value: float | None) -> str:
    """Points as a reader takes them in; a dash where there are none."""
    return "–" if value is None else f"{round(value, 2):g}"


def signed(value: float) -> str:
    """A gain with its sign."""
    return f"{round(value, 2):+g}".replace("-", "−")


def _printable(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
