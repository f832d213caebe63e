"""``autograder check --watch``: once more whenever the code that was saved is another."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from autograder.model import AutograderError
from autograder.untrusted.notebook import NotebookError, code_cells

_LOOK_SECONDS = 0.3
_CODE = ("*.ipynb", "*.py", "modules/*.py")

Stamps = Mapping[Path, tuple[int, int]]


def run(path: Path, once: Callable[[], int]) -> int:
    """Check, and again after every save that changes code, until Ctrl-C.

    Args:
        path: a file, or a folder whose notebooks and modules are watched.
        once: runs the check; an error of the user's is printed, and watching goes on.

    Returns:
        0: being interrupted is how this ends.
    """
    console = Console()
    stamps: Stamps = {}
    code: dict[Path, object] | None = None
    try:
        while True:
            found = _stamps(path)
            if found != stamps or code is None:
                stamps = _settled(path, found)
                saved = {file: _code(file) for file in stamps}
                if saved != code:
                    code = saved
                    _show(console, path, once)
            time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        console.print("\nNo longer watching.")
        return 0


def _show(console: Console, path: Path, once: Callable[[], int]) -> None:
    console.clear()
    try:
        once()
    except AutograderError as error:
        console.print(escape(str(error)))
    where = escape(str(path.resolve()))
    now = datetime.now().astimezone().strftime("%H:%M:%S")
    console.print(f"[dim]{now}: watching {where}; save to check again, Ctrl-C ends.[/]")
    sys.stdout.flush()


def _stamps(path: Path) -> Stamps:
    """When each file was last written and how long it is; nothing for one that is being replaced."""
    files = [file for form in _CODE for file in path.glob(form)] if path.is_dir() else [path]
    found = {}
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        found[file] = (status.st_mtime_ns, status.st_size)
    return found


def _settled(path: Path, found: Stamps) -> Stamps:
    """What is there once two looks agree: an editor may write in several strokes."""
    while True:
        time.sleep(_LOOK_SECONDS)
        again = _stamps(path)
        if again == found:
            return found
        found = again


def _code(file: Path) -> object:
    """What of a file is run: outputs of a notebook come and go."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    if file.suffix != ".ipynb":
        return content
    try:
        return code_cells(content)
    except NotebookError:
        return content
