"""Run a command as another user, or as this one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ORDINARY = 65_534
USERS = ("root", "ordinary")


def why_not(user: str) -> str:
    """Why this machine cannot run as that user, or nothing."""
    if os.geteuid() != 0:
        return "needs root" if user == "root" else ""
    if user == "ordinary" and shutil.which("setpriv") is None:
        return "needs setpriv, of util-linux"
    return ""


def command(user: str, arguments: Sequence[str]) -> list[str]:
    """The command line that runs the arguments as that user.

    The ordinary user keeps one capability, to read past folders: Python itself may lie in root's home,
    where no ordinary user's Python would lie.
    """
    if user == "root" or os.geteuid() != 0:
        return [*arguments]
    setpriv = shutil.which("setpriv")
    assert setpriv is not None
    ids = [f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups"]
    reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return [setpriv, *ids, *reading, *arguments]


def run(
    user: str, arguments: Sequence[str], *, home: Path, seconds: float = 300, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as that user and capture what it prints."""
    return subprocess.run(
        command(user, arguments),
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=home,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), **environment},
        check=False,
    )


def give(folder: Path, user: str) -> None:
    """Make a folder and everything in it that user's own, and let others pass through."""
    for path in (folder, *folder.rglob("*")):
        if os.geteuid() == 0:
            owner = ORDINARY if user == "ordinary" else 0
            os.chown(path, owner, owner, follow_symlinks=False)
