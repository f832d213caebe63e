"""`autograder lock`: a course's packages, resolved together with the program's own."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.course.bank.files import assignment_error, read_text
from autograder.course.locks import PACKAGES, TORCH
from autograder.course.wheel import DISTRIBUTION, normal
from autograder.model import UsageError

REQUIREMENTS = "requirements.txt"

_PROGRAM = Path(__file__).parent
_PYTHON = "3.11"  # the oldest that grades: the image of Ubuntu 22.04
_CUDA = (
    "cuda-",
    "nvidia-",
    "triton==",
)  # PyPI's torch asks for them; the CPU build that grades does not
_LOCKED = re.compile(
    r"[\w.-]+(\[[\w.,-]+\])?==[\w.!+]+( *;[^\\]+)?( *\\)?|--hash=sha256:[0-9a-f]{64}( *\\)?"
)


def lock(root: Path) -> tuple[Path, list[str]]:
    """Write a course's `requirements.lock`: exact versions of the program's packages and its own.

    Args:
        root: the course's folder, whose `requirements.txt` names its packages.

    Returns:
        The lock file, and the packages in it that the program's own lock has not, sorted.

    Raises:
        UsageError: there is no resolver, or it finds no versions that go together; the lock file is left
            as it was.
        AssignmentError: there is no `requirements.txt`, or it asks for what no index has.
    """
    asked = root / REQUIREMENTS
    _check_no_banks(asked, read_text(asked))
    with tempfile.TemporaryDirectory(prefix="autograder-lock-") as folder:
        out = Path(folder, PACKAGES)
        pinned = Path(folder, "program.txt")
        pinned.write_text("\n".join(_pins(_PROGRAM / PACKAGES)) + "\n", encoding="utf-8")
        torch = Path(folder, "torch.txt")
        torch.write_text("\n".join(_pins(_PROGRAM / TORCH)) + "\n", encoding="utf-8")
        command = [
            *_resolver(),
            "--quiet",
            "--no-annotate",
            "--strip-extras",
            "--no-emit-index-url",
        ]
        command += ["--unsafe-package", "torch", "-c", str(torch), "-o", str(out)]
        ran = subprocess.run(  # noqa: S603 - our own command
            [*command, str(pinned), str(asked)],
            cwd=root,
            env={**os.environ, "CUSTOM_COMPILE_COMMAND": "autograder lock"},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            why = (ran.stderr or ran.stdout).strip()
            raise UsageError(
                f"{asked}: no versions go together with those that the program is tested with; "
                f"{PACKAGES} is left as it was. {command[0]} says:\n{why[-2000:]}"
            )
        lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith(_CUDA))
    check(root / PACKAGES, text)
    (root / PACKAGES).write_text(text, encoding="utf-8")
    before = {name for name, _ in map(_split, _pins(_PROGRAM / PACKAGES))}
    after = dict(_split(line) for line in text.split("\n") if "==" in line and line[0] not in "# ")
    return root / PACKAGES, [f"{name}=={after[name]}" for name in sorted(after.keys() - before)]


def _check_no_banks(path: Path, text: str) -> None:
    """Refuse banks: what the lock names, students install."""
    for number, line in enumerate(text.split("\n"), start=1):
        name = normal(re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0])
        if name.startswith(f"{DISTRIBUTION}-"):
            message = (
                f"{name} is a bank, which holds solutions, and students install what stands here; "
                "install it where you grade: pip install FILE.whl"
            )
            raise assignment_error(path, message, number)


def check(path: Path, text: str, *also: str) -> None:
    """Refuse a lock from which another machine could not install the same: exact versions, no local places.

    Args:
        path: the lock file, for the message.
        text: what it holds.
        also: lines that may stand in it besides.

    Raises:
        AssignmentError: naming the line.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.partition("#")[0].strip()
        if words and words not in also and not _LOCKED.fullmatch(words):
            message = (
                f"{words!r} is not an exact version from an index that Gradescope can reach; name such "
                "packages in requirements.txt and run `autograder lock`"
            )
            raise assignment_error(path, message, number)


def _resolver() -> list[str]:
    """The command that resolves: uv where it is installed, else pip-tools."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "compile", "--python-version", _PYTHON]
    if importlib.util.find_spec("piptools") is None:
        raise UsageError("`autograder lock` needs uv or pip-tools: pip install pip-tools")
    return [sys.executable, "-m", "piptools", "compile", "--no-emit-find-links"]


def _pins(path: Path) -> list[str]:
    return [line for line in read_text(path).split("\n") if re.match(r"[\w.-]+(\[.*\])?==", line)]


def _split(line: str) -> tuple[str, str]:
    name, _, version = line.partition("==")
    return name.partition("[")[0].strip(), version.split()[0]
