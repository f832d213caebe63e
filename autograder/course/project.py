"""Where a project and its manifests are; nothing of them is read, and importing this is cheap."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection
from pathlib import Path

from autograder.model import UsageError

ROOT = "AUTOGRADER_ROOT"


def project_root(root: Path | str | None = None) -> Path:
    """The folder that holds `assignments/questions/`.

    Args:
        root: the folder, where the user names it.

    Returns:
        `root`; else what `$AUTOGRADER_ROOT` says; else the first such folder upwards from the
        working folder.

    Raises:
        UsageError: where there is none.
    """
    named = root or os.environ.get(ROOT)
    if named:
        folder = Path(named).resolve()
        if _is_project(folder):
            return folder
        raise UsageError(f"{folder} contains no folder assignments/questions/")
    folder = Path.cwd()
    for candidate in (folder, *folder.parents):
        if _is_project(candidate):
            return candidate
    raise UsageError(
        f"neither {folder} nor a folder above it holds assignments/questions/; "
        f"go into the project, or say where it is with ${ROOT}"
    )


def locate(name_or_path: str | Path, root: Path | str | None = None) -> tuple[Path, Path]:
    """The project and the manifest; nothing is read.

    Args:
        name_or_path: as `load` takes it.
        root: the project; see `project_root`.

    Raises:
        UsageError: the project or the assignment does not exist.
    """
    if isinstance(name_or_path, Path) or name_or_path.endswith(".toml"):
        path = Path(name_or_path).absolute()
        if not path.is_file():
            raise UsageError(f"there is no manifest {name_or_path}")
        base = project_root(root or path.parent.parent)
        if path.parent.resolve() != base / "assignments":
            raise UsageError(f"{name_or_path} is not in the folder {base / 'assignments'}")
        return base, base / "assignments" / path.name
    base = project_root(root)
    known = sorted(manifest.stem for manifest in (base / "assignments").glob("*.toml"))
    if name_or_path not in known:
        message = f"{base / 'assignments'} has no assignment {name_or_path!r}"
        raise UsageError(message + nearest(name_or_path, known))
    return base, base / "assignments" / f"{name_or_path}.toml"


def _is_project(folder: Path) -> bool:
    return (folder / "assignments" / "questions").is_dir()


def nearest(word: str, known: Collection[str]) -> str:
    """The end of a sentence about an unknown word: the nearest known one, or all of them.

    Args:
        word: what was written.
        known: what could have been meant.

    Returns:
        Such as ``"; did you mean 'points'?"``.
    """
    close = difflib.get_close_matches(word[:80], known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(sorted(known))}" if known else "; there is none"
