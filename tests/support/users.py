"""Run a command as another user, as root in a container, or as this one."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from autograder.sandbox import lockdown
from autograder.untrusted import reach
from tests.support import container, old_kernel

ORDINARY = 61_000 + os.getpid() % 4_000  # two runs at once must not be one user
USERS = ("root", "ordinary")
PRESENT = USERS[os.geteuid() != 0]
"""The one of them that runs the tests."""
EACH = [PRESENT, *(pytest.param(u, marks=pytest.mark.exhaustive) for u in USERS if u != PRESENT)]
"""For tests of every user: `make test` runs them as the present one, `make test-all` as all."""
CONTAINER = "container"
OPEN = "ordinary, Python open"
"""An ordinary user who needs no capability to run Python: one who can have namespaces."""
OLDER = "root without "
"""What comes before the names of system calls that the kernel is to lack, joined by commas."""
OLDER_ORDINARY = "ordinary without "
"""The same for an ordinary user to whom Python is open."""

_ASIDE = "/media"  # a folder that is there; what is mounted on it is seen by the command alone


def why_not(user: str) -> str:
    """Why this machine cannot run as that user, or nothing."""
    if user == CONTAINER:
        if os.geteuid() != 0:
            return "needs root"
        if not container.available():
            return f"needs {container.LIBRARY}"
        return why_not_open()
    if os.geteuid() != 0:
        return "" if user == "ordinary" else "needs root"
    if user == OPEN or user.startswith(OLDER_ORDINARY):
        return why_not("ordinary") or why_not_open()
    if user.startswith(OLDER):
        return why_not_open()
    if user == "ordinary" and shutil.which("setpriv") is None:
        return "needs setpriv, of util-linux"
    return ""


def command(user: str, arguments: Sequence[str], *, opened: bool = False) -> list[str]:
    """The command line that runs the arguments as that user.

    Args:
        user: ``root``, ``ordinary``, ``container``: root with what Docker leaves of it, or `OLDER` or
            `OLDER_ORDINARY` and names: root or an ordinary user on a kernel that lacks these calls.
        arguments: the command.
        opened: where Python lies in root's home, let others enter that. Otherwise the ordinary user
            keeps one capability instead, to read past folders. In a container it is always open.
    """
    if user == CONTAINER:
        docker = [sys.executable, str(Path(container.__file__)), *arguments]
        return _open_home(docker)
    if user.startswith((OLDER, OLDER_ORDINARY)):
        who, lacking = user.split(" without ")
        if who == "ordinary" and os.geteuid() == 0:
            arguments = [*_becoming_ordinary(), "--", *arguments]
        return _open_home([sys.executable, str(Path(old_kernel.__file__)), lacking, *arguments])
    opened = opened or user == OPEN
    if user == "root" or os.geteuid() != 0:
        return _open_home(arguments) if opened and os.geteuid() == 0 else [*arguments]
    if opened:
        return _open_home([*_becoming_ordinary(), "--", *arguments])
    reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return [*_becoming_ordinary(), *reading, *arguments]


def _becoming_ordinary() -> list[str]:
    setpriv = shutil.which("setpriv")
    assert setpriv is not None
    return [setpriv, f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups"]


def why_not_open() -> str:
    """Why a command cannot be run where Python is open to all users, or nothing."""
    if lockdown.private_folder(reach.python_folders()) is None:
        return ""
    if (
        shutil.which("unshare") is None
        or subprocess.run(
            ["unshare", "--mount", "true"], capture_output=True, check=False
        ).returncode
    ):
        return "Python lies in a private home, and mounts cannot be made to open it"
    return ""


def _open_home(arguments: Sequence[str]) -> list[str]:
    """Run a command with mounts of its own, where others may enter the folder that Python lies in."""
    home = lockdown.private_folder(reach.python_folders())
    if home is None:
        return [*arguments]
    inside = [path for path in reach.python_folders() if Path(path).is_relative_to(home)]
    steps = ["set -e", f"mount -t tmpfs -o mode=755,size=1m none {_ASIDE}"]
    for path in inside:
        to = shlex.quote(f"{_ASIDE}/{Path(path).relative_to(home)}")
        steps += [f"mkdir -p {to}", f"mount --bind {shlex.quote(path)} {to}"]
    steps.append(f"mount --move {_ASIDE} {shlex.quote(str(home))}")
    return [
        *("unshare", "--mount", "--propagation", "private"),
        *("sh", "-c", "; ".join([*steps, 'exec "$@"']), "sh", *arguments),
    ]


def run(
    user: str,
    arguments: Sequence[str],
    *,
    home: Path,
    seconds: float = 300,
    opened: bool = False,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command as that user and capture what it prints."""
    return subprocess.run(
        command(user, arguments, opened=opened),
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
            owner = ORDINARY if user.startswith("ordinary") else 0
            os.chown(path, owner, owner, follow_symlinks=False)
