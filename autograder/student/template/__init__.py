"""The student's copy of an assignment: an allow-list of files, each made from the bank.

Nothing is copied and then stripped: what is not named in `contents` is not in the copy. The folder
in the repository is text; the wheel of the harness is built into the zip that students get.
"""

from __future__ import annotations

import ast
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder import supervisor
from autograder.course.bank import drivers, restricted, stub, tasks
from autograder.course.bank.files import assignment_error, read_bytes
from autograder.course.bank.student import FILE
from autograder.course.wheel import build_wheel, wheel_name
from autograder.model import Assignment, Part, Question, UsageError
from autograder.student.template.derivations import source
from autograder.student.template.notebook import notebook
from autograder.student.template.papers import readme, requirements, student_manifest
from autograder.student.template.pruning import pruned

__all__ = ["archive", "build", "contents", "stale"]

_RESIDUE = frozenset({"__pycache__", ".ipynb_checkpoints", ".OTTER_LOG"})
_RENAMED = re.compile(r"(tests|modules|drivers|derivations)/[^/]+\.py")


def build(assignment: Assignment, out: Path) -> list[Path]:
    """Write the student's copy.

    Args:
        assignment: loaded with its hidden cases: they too say which functions are asked for.
        out: the copy's folder, such as ``student_template/a3_2020``; made where there is none.

    Returns:
        The files, sorted.

    Raises:
        UsageError: where the folder holds anything that is not of such a copy; nothing is
            written then.
        AssignmentError: where a file of the bank cannot be read or copied.
    """
    files = contents(assignment)
    present = _listed(out)
    surplus = [name for name in present if name not in files]
    foreign = [name for name in surplus if FILE not in present or not _RENAMED.fullmatch(name)]
    if foreign:
        raise UsageError(
            f"{out} holds files that are not part of the student's copy: "
            f"{', '.join(foreign[:5])}; move them away, or name another folder"
        )
    for name in surplus:
        (out / name).unlink()
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [out / name for name in files]


def stale(assignment: Assignment, folder: Path) -> list[str]:
    """Which files of a folder are not what `build` would write.

    Args:
        assignment: loaded with its hidden cases.
        folder: a student's copy.

    Returns:
        Their names, relative with forward slashes, sorted: files that differ, that are missing,
        and that do not belong. Empty where the copy is fresh.
    """
    files = contents(assignment)
    differing = set(_listed(folder)).symmetric_difference(files)
    for name in files.keys() - differing:
        if (folder / name).read_bytes() != files[name]:
            differing.add(name)
    return sorted(differing)


def archive(folder: Path, out_zip: Path) -> None:
    """Put a student's copy and the wheel of the harness into the zip that students get.

    The zip depends on the files' names and bytes alone.

    Args:
        folder: the copy; in the zip, everything lies in a folder of its name.
        out_zip: where to write.

    Raises:
        UsageError: where the folder is not a student's copy, or the wheel cannot be built.
    """
    present = _listed(folder)
    if FILE not in present:
        raise UsageError(f"{folder} is not a student's copy: it contains no {FILE}")
    wheel, built = build_wheel()
    files = {name: (folder / name).read_bytes() for name in present}
    files[wheel] = built
    with tempfile.TemporaryFile() as scratch:
        with zipfile.ZipFile(scratch, "w") as target:
            for name, data in sorted(files.items()):
                member = zipfile.ZipInfo(f"{folder.resolve().name}/{name}")
                member.create_system = 3
                member.external_attr = 0o100644 << 16
                target.writestr(member, data)
        scratch.seek(0)
        out_zip.parent.mkdir(parents=True, exist_ok=True)
        with supervisor.atomic_write(out_zip) as temporary:
            temporary.write_bytes(scratch.read())


def contents(assignment: Assignment) -> dict[str, bytes]:
    """The student's copy: the bytes of each file by its relative name, sorted.

    Args:
        assignment: loaded with its hidden cases.

    Raises:
        AssignmentError: where a file of the bank cannot be read or copied.
    """
    wheel = wheel_name()
    texts = {
        f"{assignment.name}.ipynb": notebook(assignment),
        FILE: student_manifest(assignment),
        "requirements.txt": requirements(assignment, wheel),
    }
    for question in assignment.questions:
        if question.functions:
            same = [one for one in assignment.questions if one.topic == question.topic]
            texts[f"modules/{question.topic}.py"] = _module(same)
            if tasks.derivation_names(*same):
                texts[f"derivations/{question.topic}.py"] = source(same)
        for part in question.parts:
            if part.public:
                texts[f"tests/{part.number}.py"] = _tests(question, part)
    shown = _shown_drivers(assignment, texts)
    texts |= shown
    texts["README.md"] = readme(assignment, wheel, with_drivers=bool(shown))
    files = {name: text.encode() for name, text in texts.items()}
    for name in assignment.permits.files:
        if name in files:
            raise assignment_error(
                assignment.manifest, f"[permits]: the copy has its own file {name!r}"
            )
        files[name] = read_bytes(assignment.manifest.parent / name)
    return dict(sorted(files.items()))


def _shown_drivers(assignment: Assignment, texts: Mapping[str, str]) -> dict[str, str]:
    """Of the drivers, those that the tests among these texts use: hidden cases have others."""
    shown = {}
    for topic, text in drivers(assignment).items():
        same = [one for one in assignment.questions if one.topic == topic]
        public = [part for question in same for part in question.parts if part.public]
        used = _imported(f"drivers.{topic}", [texts[f"tests/{part.number}.py"] for part in public])
        path = Path("drivers", f"{topic}.py")
        if used is None:
            shown[path.as_posix()] = text
        elif used:
            shown[path.as_posix()] = pruned(path, text, used)
    return shown


def _imported(module: str, tests: Sequence[str]) -> set[str] | None:
    """The names that test files import from a module; ``None`` where one imports the module itself."""
    names: set[str] = set()
    for node in (node for text in tests for node in ast.walk(ast.parse(text))):
        if isinstance(node, ast.ImportFrom):
            if node.module == "drivers":
                return None
            names |= {alias.name for alias in node.names if node.module == module}
        elif isinstance(node, ast.Import) and any(alias.name == module for alias in node.names):
            return None
    return names


def _module(questions: Sequence[Question]) -> str:
    """The stub of a topic, with the functions that any of the questions on it asks for."""
    asked = {name for question in questions for name in question.functions}
    derived = {name: text for question in questions for name, text in tasks.stubs(question).items()}
    return "\n\n".join(
        [stub(questions[0]).restricted(asked), *(f"{text}\n" for text in derived.values())]
    )


def _tests(question: Question, part: Part) -> str:
    """The public cases of a part, in ASCII: Otter reads them in the platform's encoding."""
    path = question.folder / "public_cases.py"
    names = [f"{case.part}: {case.name}" for case in part.public]
    text = restricted(path, names, part.number)
    body = ast.parse(text).body
    cases = {
        node.name for node in body if isinstance(node, ast.FunctionDef) and node.decorator_list
    }
    source = pruned(path, text, {"OK_FORMAT", "name", *cases})
    plain = "".join(
        letter
        if letter.isascii()
        else f"\\u{ord(letter):04x}"
        if ord(letter) < 1 << 16
        else f"\\U{ord(letter):08x}"
        for letter in source
    )
    try:
        same = ast.dump(ast.parse(plain)) == ast.dump(ast.parse(source))
    except SyntaxError:
        same = False
    if not same:
        message = (
            "a letter beyond ASCII may stand in comments and plain strings only, where the "
            "student's copy can escape it; Otter could not read it on every platform"
        )
        raise assignment_error(path, message)
    return plain


def _listed(folder: Path) -> list[str]:
    """The files below a folder, sorted; wheels and what running a notebook leaves behind are left out."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
    return sorted(
        path.as_posix()
        for path in found
        if _RESIDUE.isdisjoint(path.parts) and path.suffix != ".whl"
    )
