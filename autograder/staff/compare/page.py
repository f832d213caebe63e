"""A comparison → one HTML file that loads nothing, runs nothing, and opens anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from autograder import supervisor
from autograder.gradescope.markdown import plain
from autograder.model import UsageError
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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with supervisor.whole_file(path) as beside:
            beside.write_text(render(comparison), encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}; choose another with -o"
        ) from error


def render(comparison: BatchComparison) -> str:
    """The page as text; whatever is not the template's own is escaped and printable."""
    css = (_HERE / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
    )
    environment.filters |= {"points": points, "signed": signed}
    groups = [
        ("Lose points", comparison.losing),
        ("Gain points", comparison.gaining),
        ("The same points, but other outcomes", comparison.level),
    ]
    return environment.get_template("page.html.j2").render(
        c=comparison,
        cases=list(by_case(comparison)),
        groups=groups,
        css=Markup(css),  # noqa: S704 - a file of this package, as it is
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
    )


def points(value: float | None) -> str:
    """Points as a reader takes them in; a dash where there are none."""
    return "–" if value is None else f"{round(value, 2):g}"


def signed(value: float) -> str:
    """A gain with its sign."""
    return f"{round(value, 2):+g}".replace("-", "−")


def _printable(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
