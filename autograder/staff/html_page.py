"""HTML files for staff: each loads nothing, runs no script but its own, and opens anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2

from autograder import supervisor
from autograder.model import UsageError


def policy(css: str, js: str = "", *, more: str = "") -> str:
    """A content security policy: a page's own style and script, by their hashes, and nothing else.

    Args:
        css: the style.
        js: the script; none where it is empty.
        more: other directives, such as ``"img-src data:"``.
    """
    return "; ".join(
        [
            "default-src 'none'",
            *([more] if more else []),
            f"style-src '{_hash(css)}'",
            *([f"script-src '{_hash(js)}'"] if js else []),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def template(
    folder: Path, filters: Mapping[str, Callable[..., Any]], finalize: Callable[[Any], Any]
) -> jinja2.Template:
    """The template ``page.html.j2`` of a folder; whatever is put into it is escaped.

    Args:
        folder: where it lies.
        filters: by name.
        finalize: what is done to each value before it is escaped.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
    )
    environment.filters |= filters
    return environment.get_template("page.html.j2")


def write(page: str, path: Path) -> int:
    """Write a page whole or not at all, and return its size in bytes; what is there is replaced.

    Raises:
        UsageError: it cannot be written there.
    """
    data = page.encode("utf-8", errors="replace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with supervisor.atomic_write(path) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}; choose another with -o"
        ) from error
    return len(data)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
