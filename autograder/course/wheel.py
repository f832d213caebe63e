"""The harness as a wheel, for the student's copy and the Gradescope zip, and names of others' packages."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.model import UsageError

PROJECT = Path(__file__).resolve().parents[2]
EPOCH = "315532800"  # 1980-01-01, the earliest moment that a zip can hold


def build_wheel() -> tuple[str, bytes]:
    """The wheel of the project that this module belongs to.

    Returns:
        Its file name and its bytes, the same whenever the source is.

    Raises:
        UsageError: where there is no source to build from, or flit refuses it.
    """
    if not (PROJECT / "pyproject.toml").is_file():
        raise UsageError(
            "the wheel is built from the project's folder, and this autograder is not run "
            "from there: install it with 'pip install -e .'"
        )
    try:
        from flit_core import buildapi
    except ImportError as error:
        raise UsageError("flit_core is missing: pip install 'autograder[dev]'") from error
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(PROJECT), _epoch():
        try:
            name = str(buildapi.build_wheel(folder))
        except (OSError, ValueError) as error:
            raise UsageError(f"{PROJECT / 'pyproject.toml'}: flit refuses it: {error}") from error
        return name, (Path(folder) / name).read_bytes()


def wheel_name() -> str:
    """The file name of the wheel that `build_wheel` builds; flit's wheels are for any Python 3."""
    return f"autograder-{importlib.metadata.version('autograder')}-py3-none-any.whl"


@contextlib.contextmanager
def _epoch() -> Iterator[None]:
    """The environment variable by which flit dates the members."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def normal(name: str) -> str:
    """A distribution's name as indexes and lock files compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions(package: str) -> list[str]:
    """The distributions that bring a package, by its import name; its own name where none is known."""
    top = package.partition(".")[0]
    return [*importlib.metadata.packages_distributions().get(top, [top])]
