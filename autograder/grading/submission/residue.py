"""What nobody hands in on purpose: one rule for folders, zips and a class's downloads.

Systems, editors, browsers and Python leave files among those that people write: Finder's `._hw.ipynb` and
`__MACOSX`, Jupyter's checkpoints, caches, environments, locks, backups.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

_NAMES: Final = frozenset(
    {
        *("__macosx", "lost+found", "icon\r", "icon?"),  # the last one as it is shown
        *("thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information"),
        *("@eadir", "__pycache__", "__pypackages__", "site-packages", "node_modules", "conda-meta"),
    }
)
_FORMS: Final = re.compile(r".+~|#.*#|~\$.*|.*\.(pyc|pyo|egg-info|dist-info)", re.DOTALL)
_UNNAMED: Final = frozenset(
    {".ipynb", ".py", ".zip"}
)  # files whose whole name was deleted but for this


def is_residue(name: str) -> bool:
    """Whether a file or folder of this name was left by a program rather than by a person.

    Args:
        name: one component of a path.
    """
    small = name.casefold()
    hidden = name.startswith(".") and small not in _UNNAMED and name not in (".", "..")
    return hidden or small in _NAMES or _FORMS.fullmatch(small) is not None


def is_in_residue(path: PurePosixPath) -> bool:
    """Whether a file is residue, or lies in a folder that is."""
    return any(map(is_residue, path.parts))
