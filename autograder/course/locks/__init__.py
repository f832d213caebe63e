"""The exact versions that an assignment is graded with: the course's own lock files, or the program's.

The program ships the versions that it was tested with. A course that needs more packages has its own
`requirements.lock`, which then lists all of them.
"""

from __future__ import annotations

from pathlib import Path

TORCH = "requirements-torch.lock"
"""torch alone: where its build without CUDA comes from differs by platform."""

PACKAGES = "requirements.lock"
"""Everything else."""

LOCKS = (TORCH, PACKAGES)


def lock_file(root: Path, name: str) -> Path:
    """The lock file that holds for a course.

    Args:
        root: the course's folder.
        name: one of `LOCKS`.

    Returns:
        The course's own where it has one, else the program's.
    """
    own = root / name
    return own if own.exists() else Path(__file__).with_name(name)
