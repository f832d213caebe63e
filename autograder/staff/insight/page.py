"""Findings → one HTML file that loads nothing, runs only its own script, and opens anywhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from autograder.staff import html_page
from autograder.staff.insight import plots
from autograder.staff.insight.figures import seconds
from autograder.staff.insight.findings import Findings
from autograder.staff.insight.view import context

_HERE = Path(__file__).parent


def write(findings: Findings, path: Path) -> int:
    """Write the page.

    Args:
        findings: what it says.
        path: the file; one that is there is replaced.

    Returns:
        Its size in bytes.

    Raises:
        UsageError: it cannot be written there.
    """
    return html_page.write(render(findings), path)


def render(findings: Findings) -> str:
    """The page as text.

    Everything that is not the template's own is escaped; the policy of the page allows its own style and
    script by their hashes, and nothing else: no address is ever asked for anything.
    """
    css, js = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    filters = {
        "percent": plots.percent,
        "points": lambda value: f"{round(value, 2):g}",
        "signed": lambda value: f"{value:.2f}".replace("-", "−"),
        "seconds": seconds,
        "memory": lambda value: f"{value:,.0f} MB",
        "moment": _moment,
    }
    template = html_page.template(_HERE, filters, lambda value: "" if value is None else value)
    own = {"css": Markup(css), "js": Markup(js)}  # noqa: S704 - files of this package, as they are
    policy = html_page.policy(css, js)
    return template.render(f=findings, policy=policy, **own, **context(findings))


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%d %B %Y, %H:%M").lstrip("0")
    except ValueError:
        return text
