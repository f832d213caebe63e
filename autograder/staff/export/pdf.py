"""A page as PDF, printed by a Chromium that runs no script and reaches no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from autograder.model import UsageError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_SECONDS = 180.0
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def browser() -> str:
    """The browser that prints.

    Raises:
        UsageError: there is none.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise UsageError(
            "--pdf needs Chromium or Chrome to print the pages (Debian and Ubuntu: apt-get install "
            "chromium). Install one, or leave --pdf out: any browser opens the HTML and prints it"
        )
    return found


def printed(program: str, page: Path) -> Path:
    """Print a page to a PDF in the same folder.

    Raises:
        OSError: the browser did not print it.
    """
    path = page.with_suffix(".pdf")
    path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        # Chromium refuses its own sandbox to root.
        own = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        address = page.resolve().as_uri()
        command = [program, *_FLAGS, *own, f"--user-data-dir={profile}"]
        try:
            subprocess.run(  # noqa: S603 - the browser, on a page that this program wrote
                [*command, f"--print-to-pdf={path.resolve()}", address],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"the browser did not print it within {_SECONDS:g} seconds") from error
    if not path.is_file() or not path.stat().st_size:
        raise OSError("the browser did not print it")
    return path
