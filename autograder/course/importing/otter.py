"""Otter: a master notebook of `otter assign`, or a folder or zip with its test files and a solution."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.course.importing.cells import (
    Cell,
    cells_of,
    in_other_languages,
    plain,
    read_cells,
    solved,
    tests_in,
    title_of,
)
from autograder.course.importing.code import about_the_program
from autograder.course.importing.model import ImportedQuestion, Master
from autograder.course.importing.otter_master import begins_question, read_master
from autograder.course.importing.otter_tests import read_tests
from autograder.model import UsageError

_DAMAGED = (zipfile.BadZipFile, RuntimeError, EOFError, ValueError, zlib.error, lzma.LZMAError)
_LARGEST = 64 << 20  # bytes of notebooks and modules in a zip
_MANUAL = re.compile(r"<!-- BEGIN QUESTION -->\s*")
_END_MANUAL = re.compile(r"<!-- END QUESTION -->\s*")
_TYPE_HERE = "_Type your answer here, replacing this text._"
_CHECK = re.compile(r"^\s*grader\.check\(\s*[\"']([^\"']+)[\"']\s*\)", re.MULTILINE)


def read_otter(path: Path, solution: Path | None = None) -> Master:
    """An assignment of Otter's.

    Args:
        path: the master notebook, or a folder or zip that holds `tests/`.
        solution: the notebook with the solutions, where `path` holds none.

    Raises:
        UsageError: there is nothing of Otter's there, or no solution.
    """
    files = _files(path)
    if path.is_file() and path.name in files and not tests_in(files[path.name]):
        return read_master(cells_of(files[path.name], str(path)), str(path))
    masters = [
        name
        for name, data in files.items()
        if name.endswith(".ipynb") and any(begins_question(cell) for cell in cells_of(data, name))
    ]
    if masters and solution is None:
        return read_master(cells_of(files[masters[0]], masters[0]), masters[0])
    # Of what `otter assign` writes, autograder/ has the solutions and hidden tests, student/ neither.
    ordered = sorted(files, key=lambda name: ("autograder" not in Path(name).parts, name))
    tests: dict[str, Any] = {}
    for name in ordered:
        if name.endswith(".ipynb"):
            tests = {**tests_in(files[name]), **tests}
        elif Path(name).parent.name == "tests" and Path(name).stem != "__init__":
            tests.setdefault(Path(name).stem, files[name].decode("utf-8", "replace"))
    if not tests:
        raise UsageError(
            f"{path} contains no notebook with BEGIN QUESTION, and no tests of Otter's in a notebook or in "
            "tests/*.py"
        )
    notebooks = [name for name in ordered if name.endswith(".ipynb") and _checks(files[name])]
    if solution is not None:
        cells = read_cells(solution)
    elif notebooks:
        cells = cells_of(files[notebooks[0]], notebooks[0])
    else:
        raise UsageError(
            f"{path} holds tests and no notebook with the solutions; name it with --solution"
        )
    given = {
        cell.text
        for name in notebooks
        if "student" in Path(name).parts
        for cell in cells_of(files[name], name)
        if solved(cell.text) == plain(cell.text).strip("\n")  # a mark means an answer all the same
    }
    master = _with_tests(cells, tests, given)
    if path.is_dir() and notebooks:
        master.folder = path / Path(notebooks[0]).parent
        master.files, kept = _sibling_files(master.folder, path)
        master.listed += [
            f"{name}: no student's folder has this file, so it is not handed out unless the code names it"
            for name in kept
        ]
    return master


def _sibling_files(folder: Path, whole: Path) -> tuple[list[str], list[str]]:
    """Data files in a notebook's folder: those that `otter assign` gives students, and the others."""
    own = ("requirements.txt", "environment.yml", "otter_config.json")
    found = [
        file.name
        for file in sorted(folder.iterdir())
        if file.is_file()
        and file.suffix not in (".ipynb", ".py", ".zip", ".pdf", ".sh")
        and file.name not in own
        and not _left_by_a_program(file.name)
    ]
    given = {file.name for file in whole.glob("**/student/*")}
    return [name for name in found if name in given], [name for name in found if name not in given]


def _left_by_a_program(name: str) -> bool:
    """Whether a program left a file behind, such as Jupyter's checkpoints or what Finder adds to zips."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _checks(notebook: bytes) -> bool:
    """Whether a cell of a notebook says grader.check."""
    return any(_CHECK.search(cell.text) for cell in cells_of(notebook, "a notebook"))


def _files(path: Path) -> dict[str, bytes]:
    """The notebook, or the notebooks and modules of a folder or a zip, by name."""
    try:
        if path.is_dir():
            found = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*"))}
            return {
                name: file.read_bytes()
                for name, file in found.items()
                if file.is_file()
                and file.suffix in (".py", ".ipynb")
                and not _left_by_a_program(name)
            }
        if path.suffix == ".ipynb":
            return {path.name: path.read_bytes()}
        with zipfile.ZipFile(path) as archive:
            wanted = [
                info
                for info in archive.infolist()
                if info.filename.endswith((".py", ".ipynb"))
                and not _left_by_a_program(info.filename)
            ]
            if sum(info.file_size for info in wanted) > _LARGEST:
                raise UsageError(
                    f"the notebooks and modules in {path} are larger than {_LARGEST >> 20} MB"
                )
            return {info.filename: archive.read(info) for info in wanted}
    except (*_DAMAGED, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(
            f"{path} is not a notebook, a folder or a zip that can be read: {why}"
        ) from error


def _with_tests(cells: list[Cell], tests: Mapping[str, Any], given: Collection[str]) -> Master:
    """A notebook whose questions end at ``grader.check("name")``, and their tests.

    Args:
        cells: of the notebook with the solutions.
        tests: by name: the text of a file, or a description in the OK format.
        given: the texts of the cells that students are given.
    """
    master, part = Master(listed=in_other_languages(cells)), ImportedQuestion("")
    written: ImportedQuestion | None = None
    for cell in cells:
        check = _CHECK.search(cell.text) if cell.kind == "code" else None
        if cell.kind == "code" and not check and about_the_program(cell.text):
            continue
        if check and check[1] in tests:
            part.name = check[1]
            read_tests(tests[check[1]], part, master)
            master.parts.append(part)
            part, written = ImportedQuestion(""), None
        elif cell.kind == "markdown" and _END_MANUAL.search(cell.text):
            written = None
        elif cell.kind == "markdown" and _MANUAL.search(cell.text):
            name = f"written {sum(one.written > 0 for one in master.parts) + 1}"
            words = _MANUAL.sub("", cell.text).strip() + "\n\n"
            written = ImportedQuestion(name, words, points=0.0, written=1.0)
            master.parts.append(written)
            master.listed.append(
                f"{name}: the notebook does not say what this answer is worth; it has 1 point (written = 1)"
            )
        elif cell.kind == "markdown":
            title = title_of(cell.text)
            master.title = master.title or title
            if title and not master.parts and not part.prompt and not part.solution:
                master.introduction += cell.text.strip() + "\n\n"
            elif written is None:
                part.prompt += cell.text.strip() + "\n\n"
            elif cell.text in given and cell.text.strip() != _TYPE_HERE:
                written.prompt += cell.text.strip() + "\n\n"
        elif cell.kind == "code" and cell.text in given:
            master.give(cell.given(), part)
        elif cell.kind == "code":
            part.solution += cell.solution() + "\n\n"
    found = {one.name for one in master.parts}
    master.listed += [
        f"{name}: no cell of the notebook says grader.check({name!r}), so nothing says what it asks"
        for name in tests
        if name not in found
    ]
    if not master.parts:
        raise UsageError("no cell of the notebook checks one of the tests with grader.check(…)")
    return master
