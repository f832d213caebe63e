"""What was handed in: a notebook, a module, a folder or a zip; read once, never executed.

The bytes are a snapshot: what a student's code does to the files later changes nothing. Notebooks
are parsed in a worker of their own, because JSON from strangers can cost any amount of memory and
time. Of the code only as much is parsed here, for its names, as an honest submission has: a syntax
tree takes a thousand times the memory of its source.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import stat
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.model import Assignment, Limits, Permits
from autograder.sandbox import Died, Raised, Secrets, Value, Workers

_MEGABYTE = 1 << 20
_FILE_MB = 160
_TOTAL_MB = 192
_FILES = 500
_RATIO, _SMALL = 200, 1 << 17  # bytes that may unpack to 200 times as many, whatever they hold
_MODULE_MB = 1  # as much text as one message to a worker may hold
_SIDE_FILE_MB = 16
_PARSED_OF_ONE, _PARSED_OF_ALL = 100_000, 500_000
_NAME_BYTES, _DEPTH = 255, 12
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f]")
_PARSING = Limits(cell_seconds=60, call_seconds=60, total_seconds=60, memory_mb=1500, disk_mb=384)
_MODULE = re.compile(r"(modules/)?[^/]+\.py")
_SHADOWS = frozenset({"autograder", "drivers", "IPython", "numpy", "otter", "reference", "torch"})
_LEFT_OUT = frozenset({"__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv", "tests"})


class Unreadable(Exception):
    """Nothing can be graded; the text says why, to the student."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of source that runs as one: a code cell or a module.

    Attributes:
        space: the namespace it belongs to: empty for the notebook's, else the module's name.
        label: what a traceback and a notice call it, such as ``"cell 3"`` or ``"ddpm.py"``.
        source: its text.
    """

    space: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What will be run, and what lies beside it.

    Attributes:
        handed_in: what was read, for a reader.
        units: cells in order, then modules.
        files: laid into the student's work folder, by relative name.
        stubs: names that a namespace defines without having filled them in.
        notices: sentences for the student.
        staff: sentences for staff.
    """

    handed_in: str
    units: tuple[Unit, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    stubs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


def read(path: Path, assignment: Assignment, sandbox: Workers, secrets: Secrets) -> Submission:
    """Read what was handed in for an assignment.

    Args:
        path: a notebook, a module, a folder of either, or a zip.
        assignment: whose functions are looked for.
        sandbox: where notebooks are parsed.
        secrets: what even the parser must not reach.

    Raises:
        Unreadable: there is nothing in it that can be graded, or it is not there at all.
    """
    notices: list[str] = []
    staff: list[str] = []
    files = snapshot(path, notices)
    for name in [name for name in files if _shadows(name)]:
        del files[name]
        staff.append(
            f"{name} has the name of a library and was ignored: the library itself is used"
        )
    notebooks = [name for name in files if name.endswith(".ipynb")]
    modules = [name for name in files if _MODULE.fullmatch(name)]
    topics = [f"{question.topic}.py" for question in assignment.questions]
    if len(notebooks) > 1:
        raise Unreadable(
            f"Two or more notebooks were handed in ({_listed(notebooks)}) and it is not clear which "
            "one counts. Hand in exactly one."
        )
    answers = [name for name in modules if PurePosixPath(name).name in topics]
    if not notebooks and not answers:
        answers = modules
    units = _cells(notebooks[0], files.pop(notebooks[0]), sandbox, secrets) if notebooks else []
    if notebooks and not units and not answers:
        raise Unreadable(f"{notebooks[0]} holds no code: every code cell of it is empty.")
    for name in answers:
        source = _decode(name, files[name])
        units.append(Unit(PurePosixPath(name).stem, PurePosixPath(name).name, source))
    if not units:
        raise Unreadable(_nothing_found(path, files, topics))
    stubs, definers = _definitions(units, assignment.functions)
    for name, spaces in definers.items():
        if len(spaces) > 1:
            where = _listed([_space(space) for space in spaces])
            notices.append(
                f"`{name}` is defined in {where}; the one in {_space(spaces[0])} counts."
            )
    described = [f"notebook {name} ({len(units) - len(answers)} code cells)" for name in notebooks]
    described += [f"module {name}" for name in answers]
    return Submission(
        ", ".join(described), tuple(units), _beside(files, notices), stubs, (*notices,), (*staff,)
    )


def snapshot(path: Path, notices: list[str]) -> dict[str, bytes]:
    """The regular files that were handed in, by relative name with forward slashes.

    Raises:
        Unreadable: no such path, one that may not be read, an archive that is none, too much.
    """
    if not path.exists():
        raise Unreadable(f"Nothing was handed in: there is no file or folder {path.name}.")
    try:
        if path.is_dir():
            found = _from_folder(path)
        elif path.suffix == ".zip":
            found = _from_zip(path)
        else:
            found = iter([(_printable(path.name), _content(path))])
        files: dict[str, bytes] = {}
        total = 0
        for name, content in found:
            total += len(content)
            if len(files) >= _FILES or total > _TOTAL_MB * _MEGABYTE:
                raise Unreadable(
                    f"More than {_FILES} files or {_TOTAL_MB} MB were handed in. Leave out data, "
                    "environments and checkpoints, and hand in the notebook or the modules."
                )
            files[name] = content
    except PermissionError as error:
        name = Path(error.filename or path).name
        raise Unreadable(f"{name} may not be read by the grader.") from error
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    except RecursionError as error:
        raise Unreadable(f"{path.name} holds folders that are nested too deeply.") from error
    files = _without_common_folder(files)
    for name in [name for name in files if not _fits(name, files)]:
        del files[name]
        notices.append(f"{name[:80]} cannot be stored under that name and was left out.")
    return files


def _from_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if _LEFT_OUT.isdisjoint(name.parts) and stat.S_ISREG(path.lstat().st_mode):
            yield _printable(name.as_posix()), _content(path)


def _from_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(_content(path))) as archive:
            for entry in archive.infolist():
                # Some programs on Windows write its separator, which the format does not allow.
                text = _printable(entry.filename.replace("\\", "/"))
                name = PurePosixPath(text)
                kind = stat.S_IFMT(entry.external_attr >> 16)
                if text.endswith("/") or not name.parts or kind not in (0, stat.S_IFREG):
                    continue
                if name.is_absolute() or ".." in name.parts or not _LEFT_OUT.isdisjoint(name.parts):
                    continue
                _check_size(str(name), entry.file_size)
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise Unreadable(
                        f"{name} in {path.name} is packed in a way that is not read here: make the "
                        "zip anew, with the program that comes with your system."
                    )
                if entry.file_size > _RATIO * max(entry.compress_size, _SMALL):
                    raise Unreadable(f"{name} in {path.name} is packed like a zip bomb.")
                with archive.open(entry) as file:
                    content = file.read(entry.file_size + 1)
                yield str(name), content
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"{path.name} is not a zip file that can be read: {error}.") from error
    except (OSError, EOFError, ValueError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise Unreadable(f"{path.name} is a damaged zip file: {error}.") from error


def _content(path: Path) -> bytes:
    _check_size(path.name, path.stat().st_size)
    return path.read_bytes()


def _printable(name: str) -> str:
    """A file's name as it can be shown: terminals obey control characters, and JSON has no bytes."""
    return _UNPRINTABLE.sub("?", name.encode(errors="replace").decode())


def _fits(name: str, files: Mapping[str, bytes]) -> bool:
    """Whether a file of that name can be laid into a folder together with the others."""
    path = PurePosixPath(name)
    return (
        len(path.parts) <= _DEPTH
        and all(len(part.encode()) <= _NAME_BYTES for part in path.parts)
        and not any(str(folder) in files for folder in path.parents)
    )


def _check_size(name: str, size: int) -> None:
    if size > _FILE_MB * _MEGABYTE:
        raise Unreadable(f"{name} is larger than {_FILE_MB} MB. Clear its outputs and try again.")


def _without_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    heads = {name.split("/", 1)[0] for name in files}
    while len(heads) == 1 and all("/" in name for name in files):
        files = {name.split("/", 1)[1]: content for name, content in files.items()}
        heads = {name.split("/", 1)[0] for name in files}
    return files


def _shadows(name: str) -> bool:
    if name.endswith(".pth") and "/" not in name:
        return True
    stem = PurePosixPath(name).stem
    return bool(_MODULE.fullmatch(name)) and (stem in _SHADOWS or stem in sys.stdlib_module_names)


def _nothing_found(path: Path, files: Iterable[str], topics: list[str]) -> str:
    names = sorted(files)
    if not names:
        return f"{path.name} is empty: hand in the notebook, or the modules {_listed(topics)}."
    return (
        f"There is no notebook and no module in what was handed in ({_listed(names)}). Hand in the "
        f"notebook, or the modules {_listed(topics)}."
    )


def _cells(name: str, content: bytes, sandbox: Workers, secrets: Secrets) -> list[Unit]:
    with sandbox.session(
        limits=_PARSING, permits=Permits(), secrets=secrets, files={"notebook": content}
    ) as session:
        match session.ask({"op": "notebook", "file": "notebook"}, _PARSING.call_seconds):
            case Value([*sources]) if all(type(source) is str for source in sources):
                return [
                    Unit("", f"cell {number}", source)
                    for number, source in enumerate(sources, 1)
                    if source.strip()
                ]
            case Raised(kind="NotebookError", text=text):
                raise Unreadable(f"{name}: {text}")
            case Died(why="memory" | "time"):
                raise Unreadable(
                    f"{name} is too large to be read. Clear its outputs and try again."
                )
            case _:
                raise Unreadable(f"{name} is not a notebook that can be read.")


def _decode(name: str, content: bytes) -> str:
    if len(content) > _MODULE_MB * _MEGABYTE:
        raise Unreadable(f"{name} is larger than {_MODULE_MB} MB, which no source file is.")
    coding = re.match(rb"(?:[^\n]*\n)?[ \t]*#.*?coding[:=][ \t]*([-\w.]+)", content)
    for encoding in ("utf-8-sig", coding[1].decode("ascii") if coding else "utf-8-sig"):
        with contextlib.suppress(UnicodeError, LookupError):
            return _with_plain_lines(content.decode(encoding))
    return _with_plain_lines(content.decode("latin-1"))  # which knows every byte


def _with_plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _definitions(
    units: list[Unit], wanted: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, list[str]]]:
    """Which namespaces hold only a stub of a name, and which define it for real."""
    names = set(wanted)
    stubs: dict[str, set[str]] = {}
    definers: dict[str, list[str]] = {}
    room = _PARSED_OF_ALL
    for unit in units:
        if len(unit.source) > min(_PARSED_OF_ONE, room):
            continue
        room -= len(unit.source)
        for name, filled in _functions(unit.source):
            if name not in names:
                continue
            if not filled:
                stubs.setdefault(unit.space, set()).add(name)
            elif unit.space not in definers.setdefault(name, []):
                definers[name].append(unit.space)
    for name, spaces in definers.items():
        for space in spaces:
            stubs.get(space, set()).discard(name)
    return {space: tuple(sorted(found)) for space, found in stubs.items()}, definers


def _functions(source: str) -> Iterator[tuple[str, bool]]:
    """Top-level functions of a source and whether they are filled in; nothing where it is no Python."""
    try:
        tree = ast.parse(re.sub(r"^([ \t]*)[%!?].*", r"\1pass", source, flags=re.MULTILINE))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, not _is_stub(node.body)


def _is_stub(body: list[ast.stmt]) -> bool:
    match body:
        case [ast.Expr(value=ast.Constant()), *rest] | rest:
            pass
    match rest:
        case []:
            return True
        case [ast.Pass() | ast.Expr(value=ast.Constant())]:
            return True
        case [ast.Raise(exc=ast.Name(id="NotImplementedError"))]:
            return True
        case [ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError")))]:
            return True
    return False


def _beside(files: dict[str, bytes], notices: list[str]) -> dict[str, bytes]:
    laid: dict[str, bytes] = {}
    room = _SIDE_FILE_MB * _MEGABYTE
    for name, content in files.items():
        if len(content) > room:
            notices.append(f"{name} is too large to lie beside the code and was left out.")
            continue
        room -= len(content)
        laid[name] = content
    return laid


def _space(name: str) -> str:
    return f"{name}.py" if name else "the notebook"


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    shown = ", ".join(names[:5])
    return f"{shown}, … ({len(names)} in all)" if len(names) > 5 else shown
