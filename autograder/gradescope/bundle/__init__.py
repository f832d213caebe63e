"""The Gradescope zip of an assignment: an allow-list of files, the same bytes from the same sources.

Its root holds `setup.sh`, which Gradescope runs once as root when it builds the image, and
`run_autograder`, which it runs for every submission. The rest is a project of one assignment: the
manifest, the folders of its questions, the reference, the exact versions, and the harness as a
wheel.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path

from autograder import supervisor
from autograder.course import banks
from autograder.course.bank.files import assignment_error, read_bytes, read_text
from autograder.course.locks import LOCKS, lock_file
from autograder.course.locks.compile import check
from autograder.course.wheel import build_wheel, distributions, normal
from autograder.model import Assignment, Question, UsageError
from autograder.sandbox import absent, nearest_installed

__all__ = ["build", "contents"]

TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
"""The one index of packages that the zip names."""

UBUNTU = {"22.04": "3.11", "24.04": "3.12"}
"""Gradescope's base images, and the Python that apt installs in each."""

_SCRIPTS = ("run_autograder", "setup.sh")
_QUESTION = ("prompt.md", "stub.py", "public_cases.py")
_OPTIONAL = (
    "hidden_cases.py",
    "misconceptions.py",
    "drivers.py",
    "derivations.py",
    "leaderboard.py",
    "leaderboard.md",
)
_SECRET = ("assignments/", "reference/", f"{banks.FOLDER}/")
_NAME = "@ASSIGNMENT@"


def build(assignment: Assignment, out_zip: Path, ubuntu: str = "22.04") -> list[str]:
    """Write the zip.

    Args:
        assignment: loaded with its hidden cases, from the project.
        out_zip: where to write; its folder is made where there is none.
        ubuntu: the base image, one of `UBUNTU`.

    Returns:
        The names in the zip, sorted.

    Raises:
        UsageError: where the assignment is not the project's, or the wheel cannot be built.
        AssignmentError: where a file of the project is missing or cannot be shipped.
    """
    files = contents(assignment, ubuntu)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name)  # dated 1980-01-01
            member.create_system = 3
            member.external_attr = (0o100000 | _mode(name)) << 16
            archive.writestr(member, data)
    out_zip.parent.mkdir(parents=True, exist_ok=True)
    with supervisor.atomic_write(out_zip, private=True) as temporary:
        temporary.write_bytes(packed.getvalue())
    return [*files]


def contents(assignment: Assignment, ubuntu: str = "22.04") -> dict[str, bytes]:
    """The bytes of each file of the zip by its name, sorted.

    Args:
        assignment: loaded with its hidden cases, from the project.
        ubuntu: the base image, one of `UBUNTU`.

    Raises:
        UsageError: where the assignment is not the project's, or the wheel cannot be built.
        AssignmentError: where a file of the project is missing or cannot be shipped.
    """
    root = assignment.manifest.parent.parent
    if assignment.manifest.parent.name != "assignments":
        raise UsageError(
            f"{assignment.manifest} is a student's copy, which contains no hidden cases; "
            "bundle the project's own manifest"
        )
    scripts = {name: read_text(Path(__file__).with_name(name)) for name in _SCRIPTS}
    words = {_NAME: assignment.name, "@UBUNTU@": ubuntu, "@PYTHON@": UBUNTU[ubuntu]}
    for word, value in words.items():
        scripts = {name: text.replace(word, value) for name, text in scripts.items()}
    texts = {**scripts}
    texts |= {name: _lock(lock_file(root, name)) for name in LOCKS}
    _check_packages(assignment, "".join(texts[name] for name in LOCKS))
    texts[f"assignments/{assignment.manifest.name}"] = read_text(assignment.manifest)
    for question in assignment.questions:
        texts |= _question(question, banks.place(root, question.course))
    for course in dict.fromkeys([root, *(one.course for one in assignment.questions)]):
        for path in banks.solutions(course):
            texts[banks.place(root, course) + path.relative_to(course).as_posix()] = read_text(path)
    files = {name: text.encode() for name, text in texts.items()}
    for name in assignment.permits.files:
        files[f"assignments/{name}"] = read_bytes(assignment.manifest.parent / name)
    wheel, data = build_wheel()
    files[wheel] = data
    return dict(sorted(files.items()))


def _check_packages(assignment: Assignment, locks: str) -> None:
    """Refuse an assignment whose packages the image would not have."""
    locked = {normal(name) for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", locks, re.MULTILINE)}
    for package in assignment.permits.packages:
        top = package.partition(".")[0]
        if top not in sys.stdlib_module_names and locked.isdisjoint(
            map(normal, distributions(top))
        ):
            near = nearest_installed(package) if absent([package]) else ""
            message = (
                f"[permits]: the package {package!r} is in none of {', '.join(LOCKS)}; "
                + (f"did you mean {near!r}? Otherwise " if near else "")
                + "name it in requirements.txt in the course's folder and run `autograder lock`"
            )
            raise assignment_error(assignment.manifest, message)


def _question(question: Question, place: str) -> dict[str, str]:
    optional = (name for name in _OPTIONAL if (question.folder / name).exists())
    names = dict.fromkeys((*_QUESTION, question.prompt, *optional))
    return {
        f"{place}assignments/questions/{question.topic}/{name}": read_text(question.folder / name)
        for name in names
    }


def _lock(path: Path) -> str:
    """A lock file that an image can be built from."""
    text = read_text(path)
    check(path, text, f"--extra-index-url {TORCH_INDEX}")
    return text


def _mode(name: str) -> int:
    """What each user may do with a file, wherever the zip is unpacked."""
    if name in _SCRIPTS:
        return 0o755
    return 0o600 if name.startswith(_SECRET) else 0o644
