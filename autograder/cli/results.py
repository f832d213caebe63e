"""The results that a command is to read: a file, or the folder of a submission."""

from __future__ import annotations

from pathlib import Path

from autograder.model import UsageError

_NAME = "results.json"


def manifest_of(results: Path) -> str:
    """The manifest of the class that results belong to; empty where they belong to none that is known.

    So a class can be looked into from any folder.
    """
    from autograder.staff.batch.table import read_table

    try:
        manifest = read_table(results.resolve().parent.parent).about.manifest
    except UsageError:
        return ""
    return manifest if Path(manifest).is_file() else ""


def results_file(path: Path) -> Path:
    """The results of one submission.

    Args:
        path: the file itself, or the folder that a batch left for the submission.

    Raises:
        UsageError: it is another folder; says which to name.
    """
    if not path.is_dir() or (path / _NAME).is_file():
        return path / _NAME if path.is_dir() else path
    if (path / "batch.json").is_file():
        raise UsageError(
            f"{path} holds the results of a class; name one submission's, such as {path}/<id>"
        )
    raise UsageError(f"the folder {path} contains no {_NAME}; name the file that grading wrote")
