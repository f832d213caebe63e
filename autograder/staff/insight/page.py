"""Findings → one HTML file that loads nothing, runs only its own script, and opens anywhere."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from pathlib import Path

import jinja2
from markupsafe import Markup

from autograder import supervisor
from autograder.model import UsageError
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
    data = render(findings).encode("utf-8", errors="replace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with supervisor.whole_file(path) as beside:
            beside.write_bytes(data)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}; choose another with -o"
        ) from error
    return len(data)


def render(findings: Findings) -> str:
    """The page as text.

    Everything that is not the template's own is escaped; the policy of the page allows its own style and
    script by their hashes, and nothing else: no address is ever asked for anything.
    """
    css, js = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: "" if value is None else value,
    )
    environment.filters |= {
        "percent": plots.percent,
        "points": lambda value: f"{round(value, 2):g}",
        "signed": lambda value: f"{value:.2f}".replace("-", "−"),
        "seconds": seconds,
        "memory": lambda value: f"{value:,.0f} MB",
        "moment": _moment,
    }
    policy = (
        f"default-src 'none'; style-src '{_hash(css)}'; script-src '{_hash(js)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    own = {"css": Markup(css), "js": Markup(js)}  # noqa: S704 - files of this package, as they are
    return environment.get_template("page.html.j2").render(
        f=findings, policy=policy, **own, **context(findings)
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%d %B %Y, %H:%M").lstrip("0")
    except ValueError:
        return text
