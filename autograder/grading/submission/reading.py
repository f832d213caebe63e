"""`read`: which files are the answers, in which order they run, and what lies beside them."""

from __future__ import annotations

import contextlib
import posixpath
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from autograder.grading.submission import choosing
from autograder.grading.submission.definitions import (
    PARSED_OF_ONE,
    Definitions,
    Unit,
    definitions,
)
from autograder.grading.submission.files import MEGABYTE, Unreadable, listed, shown
from autograder.grading.submission.snapshot import snapshot
from autograder.model import Assignment, Limits
from autograder.sandbox import Answer, Crew, Died, Raised, Value, readable

_MODULE_MB = 1  # as much text as one message to a worker may hold
_SIDE_FILE_MB = 16
_LIGHT = 1 << 20  # bytes of a notebook that may be read where the code will run
_PARSING = Limits(cell_seconds=60, call_seconds=60, total_seconds=60, memory_mb=512, disk_mb=192)
_LOOKING_SECONDS = 10.0
_NOTHING: Mapping[str, bytes] = MappingProxyType({})
_MODULE = re.compile(r"(modules/)?[^/]+\.py", re.IGNORECASE)
_SHADOWS = frozenset({"autograder", "drivers", "IPython", "numpy", "otter", "reference", "torch"})


@dataclass(frozen=True, slots=True)
class Submission:
    """What will be run, and what lies beside it.

    Attributes:
        handed_in: what was read, for a reader.
        units: cells in order, then modules.
        files: laid into the student's work folder, by relative name: the student's and the assignment's.
        folder: of them the one in which the code runs: the notebook's own; empty for the top.
        stubs: names that a namespace defines without having filled them in.
        order: by function the namespaces in which it is looked for, the best first, where that is not
            the order in which they run.
        others: functions that it defines and nobody asked for.
        elsewhere: by function the cell that is not run and would define it.
        python: the version of Python that its notebook names; empty where it names none.
        notices: sentences for the student.
        staff: sentences for staff.
    """

    handed_in: str
    units: tuple[Unit, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    folder: str = ""
    stubs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    python: str = ""
    notices: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()

    @property
    def beside(self) -> tuple[str, ...]:
        """The files beside the code, by the names that it opens them by."""
        return tuple(posixpath.relpath(name, self.folder or ".") for name in self.files)


def read(
    path: Path,
    assignment: Assignment,
    crew: Crew,
    named: Sequence[tuple[str, Path]] = (),
    beside: Mapping[str, bytes] = _NOTHING,
) -> Submission:
    """Read what was handed in for an assignment.

    Args:
        path: a notebook, a module, a folder of either, or a zip; the folder that the files lie in where
            they are named.
        assignment: whose functions are looked for.
        crew: the workers of this submission, which read its notebook; left with its files laid out.
        named: the files that alone were handed in, by the names that they had.
        beside: the assignment's own files, which win over the student's wherever both cannot be.

    Raises:
        Unreadable: there is nothing in it that can be graded, or it is not there at all.
    """
    notices: list[str] = []
    staff: list[str] = []
    files = snapshot(path, notices, named)
    handed_in = [*files]
    shadows = {name: files.pop(name) for name in handed_in if _shadows(name)}
    for name in shadows:
        staff.append(
            f"{name} has the name of a library and was ignored: the library itself is used"
        )
        notices.append(
            f"{shown(name)} cannot be imported: it has the name of a module that Python or the grader has "
            "already. Rename it."
        )
    notebooks = [name for name, content in files.items() if _is_notebook(name, content)]
    if len(notebooks) > 1:
        notebooks = [_chosen(notebooks, files, assignment, crew, notices)]
    folder = str(PurePosixPath(notebooks[0]).parent) if notebooks else "."
    modules = [
        name
        for name in files
        if any(_MODULE.fullmatch(posixpath.relpath(name, top)) for top in {".", folder})
    ]
    topics = [f"{question.topic}.py" for question in assignment.questions]
    marimo = [name for name in modules if choosing.is_marimo(_decode(name, files[name]))]
    modules = [name for name in modules if name not in marimo]
    if not notebooks and not modules and (told_how := choosing.how_to_convert(files, marimo)):
        raise Unreadable(told_how)
    answers = [name for name in modules if PurePosixPath(name).name in topics]
    misnamed = {
        name: topic
        for name in modules
        if name not in answers
        and (
            topic := choosing.topic_of(name, [question.topic for question in assignment.questions])
        )
        and _fills(name, files, assignment)
        and not any(
            PurePosixPath(one).stem == topic and _fills(one, files, assignment) for one in answers
        )
    }
    answers += misnamed
    for name, topic in misnamed.items():
        notices.append(f"{shown(name)} was read as {topic}.py, the name that was asked for.")
    if not notebooks and not answers:
        answers = modules
    if not notebooks and not answers:  # under such a name nobody can import it, but it can be run
        answers = [name for name in shadows if _fills(name, shadows, assignment)]
        files |= {name: shadows[name] for name in answers}
    answers = _filled_ones(answers, files, assignment, notices)
    content = files.pop(notebooks[0]) if notebooks else b""
    too_large: list[str] = []
    ours = {posixpath.normpath(f"{folder}/{name}"): given for name, given in beside.items()}
    own = {name: content for name, content in files.items() if name not in shadows}
    laid = _laid(_beside(own, too_large), ours)
    crew.lay_out(laid)
    told = _told(notebooks[0], content, crew) if notebooks else {}
    units = _cells(told)
    if language := told.get("language"):
        notices.append(
            f"{notebooks[0]} names {shown(language)} as its language; its code is Python and was run as "
            "Python."
        )
    if notebooks and not units and not answers:
        raise Unreadable(f"{notebooks[0]} holds no code: every code cell of it is empty.")
    for name in answers:
        source = _decode(name, files[name])
        file = PurePosixPath(name)
        space = misnamed.get(name) or (file.name if name in shadows else file.stem)
        units.append(Unit(space, file.name, source))
    if not units:
        raise Unreadable(_nothing_found(path, handed_in, topics))
    found = definitions(units, assignment.functions)
    for name, spaces in found.filled.items():
        if len(spaces) > 1:
            where = listed([_space(space) for space in spaces])
            notices.append(
                f"`{name}` is defined in {where}; the one in {_space(spaces[0])} counts."
            )
    staff += _forbidden(units, assignment, crew)
    described = [f"notebook {name} ({len(units) - len(answers)} code cells)" for name in notebooks]
    described += [f"module {name}" for name in answers]
    return Submission(
        ", ".join(described),
        tuple(units),
        laid,
        folder="" if folder == "." else folder,
        stubs=found.stubs,
        order=_order(units, found),
        others=found.others,
        elsewhere={
            name: readable(place)
            for name, place in told.get("elsewhere", {}).items()
            if name in assignment.functions
        },
        python=told.get("python", ""),
        notices=(*notices, *too_large),
        staff=(*staff,),
    )


def _chosen(
    notebooks: list[str],
    files: Mapping[str, bytes],
    assignment: Assignment,
    crew: Crew,
    notices: list[str],
) -> str:
    """The one of several notebooks that counts."""
    code: dict[str, list[str]] = {}
    for name in notebooks if len(notebooks) <= choosing.MOST_NOTEBOOKS else ():
        try:
            code[name] = _told(name, files[name], crew)["cells"]
        except Unreadable:
            code[name] = []
    chosen, sentence = choosing.notebook_that_counts(
        code or {name: [] for name in notebooks}, assignment.functions, assignment.name
    )
    notices.append(sentence)
    return chosen


def _is_notebook(name: str, content: bytes) -> bool:
    """Whether a file is a notebook by its ending, or by what it holds whatever its ending."""
    if name.lower().endswith(".ipynb"):
        return True
    begins = content[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    return begins and b'"cell_type"' in content and b'"cells"' in content


def _filled_ones(
    answers: Sequence[str], files: Mapping[str, bytes], assignment: Assignment, notices: list[str]
) -> list[str]:
    """Of several files of one module's name the first with a function filled in, or the first of all."""
    chosen: dict[str, str] = {}
    for name in answers:
        stem = PurePosixPath(name).stem
        if stem not in chosen:
            chosen[stem] = name
            continue
        first, second = chosen[stem], name
        if not _fills(first, files, assignment) and _fills(second, files, assignment):
            first, second = second, first
        chosen[stem] = first
        notices.append(
            f"{shown(first)} was graded, and {shown(second)}, of the same name, was not."
        )
    return [*chosen.values()]


def _fills(name: str, files: Mapping[str, bytes], assignment: Assignment) -> bool:
    unit = Unit("", name, _decode(name, files[name]))
    return bool(definitions([unit], assignment.functions).filled)


def _order(units: Sequence[Unit], found: Definitions) -> dict[str, tuple[str, ...]]:
    """By function the namespaces that come before others: those that fill it in, then all but stubs."""
    spaces = dict.fromkeys(unit.space for unit in units)
    order = {}
    for name in {*found.filled, *(name for names in found.stubs.values() for name in names)}:
        filled = found.filled.get(name, ())
        rest = [space for space in spaces if name not in found.stubs.get(space, ())]
        best = tuple(dict.fromkeys([*filled, *rest]))
        if best != tuple(spaces)[: len(best)]:
            order[name] = best
    return order


def _shadows(name: str) -> bool:
    if name.endswith(".pth") and "/" not in name:
        return True
    stem = PurePosixPath(name).stem
    return bool(_MODULE.fullmatch(name)) and (stem in _SHADOWS or stem in sys.stdlib_module_names)


def _nothing_found(path: Path, files: Iterable[str], topics: list[str]) -> str:
    names = sorted(files)
    if not names:
        return f"{path.name} is empty: hand in the notebook, or the modules {listed(topics)}."
    return (
        f"There is no notebook and no module in what was handed in ({listed(names)}). Hand in the "
        f"notebook, or the modules {listed(topics)}."
    )


def _told(name: str, content: bytes, crew: Crew) -> dict[str, Any]:
    """What a worker says of a notebook, as far as it has the form of an answer.

    Raises:
        Unreadable: it is no notebook, or cannot be read.
    """
    match _parsed(content, crew):
        case Value(dict() as told) if _is_told(told):
            return told
        case Raised(kind="NotebookError", text=text):
            raise Unreadable(f"{name}: {text}")
        case Died(why="memory" | "time"):
            raise Unreadable(f"{name} is too large to be read. Clear its outputs and try again.")
        case _:
            raise Unreadable(f"{name} is not a notebook that can be read.")


def _is_told(told: dict[str, Any]) -> bool:
    match told:
        case {
            "cells": list(cells),
            "language": str(),
            "python": str(),
            "elsewhere": dict(elsewhere),
        }:
            words = (*cells, *elsewhere, *elsewhere.values())
            return all(type(word) is str for word in words)
    return False


def _cells(told: Mapping[str, Any]) -> list[Unit]:
    return [
        Unit("", f"cell {number}", source)
        for number, source in enumerate(told.get("cells", ()), start=1)
        if source.strip()
    ]


def _parsed(content: bytes, crew: Crew) -> Answer:
    """What a worker makes of a notebook: the one that will run it, where reading takes next to nothing.

    A second one is asked where the first was killed, perhaps from outside, or where the assignment's code
    may have less memory and disk than reading takes: nothing of the submission has run yet.
    """
    if len(content) <= _LIGHT:
        answer = crew.ahead({"op": "notebook"}, _PARSING.call_seconds, content)
    else:
        answer = _parsed_apart(content, crew)
    if isinstance(answer, Died) and answer.why in ("killed", "memory", "disk"):
        return _parsed_apart(content, crew)
    return answer


def _parsed_apart(content: bytes, crew: Crew) -> Answer:
    with crew.apart(_PARSING, {"notebook": content}) as session:
        return session.ask({"op": "notebook", "file": "notebook"}, _PARSING.call_seconds)


def _forbidden(units: list[Unit], assignment: Assignment, crew: Crew) -> Iterator[str]:
    """For staff: where a question's functions use what it asks not to use."""
    asked = [question for question in assignment.questions if question.forbidden]
    if not asked:
        return
    small = [
        (unit.space, unit.label, unit.source) for unit in units if len(unit.source) <= PARSED_OF_ONE
    ]
    request: dict[str, Any] = {"op": "uses", "units": small}
    with crew.apart(_PARSING, {}) as session:
        for question in asked:
            request["functions"] = list(question.functions)
            request["forbidden"] = list(question.forbidden)
            answer = session.ask(request, _LOOKING_SECONDS)
            if not isinstance(answer, Value):
                yield "The sources could not be looked through for what a question asks not to use."
                return
            for function, place, line, name in answer.value:
                yield (
                    f"{place}, line {line}: `{function}` uses {name}, which question "
                    f"{question.number} asks not to use. No point depends on this."
                )


def _decode(name: str, content: bytes) -> str:
    if len(content) > _MODULE_MB * MEGABYTE:
        raise Unreadable(f"{name} is larger than {_MODULE_MB} MB, which no source file is.")
    coding = re.match(rb"(?:[^\n]*\n)?[ \t]*#.*?coding[:=][ \t]*([-\w.]+)", content)
    for encoding in ("utf-8-sig", coding[1].decode("ascii") if coding else "utf-8-sig"):
        with contextlib.suppress(UnicodeError, LookupError):
            return _with_plain_lines(content.decode(encoding))
    return _with_plain_lines(content.decode("latin-1"))  # which knows every byte


def _with_plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _beside(files: dict[str, bytes], notices: list[str]) -> dict[str, bytes]:
    laid: dict[str, bytes] = {}
    room = _SIDE_FILE_MB * MEGABYTE
    for name, content in files.items():
        if len(content) > room:
            notices.append(f"{name} is too large to lie beside the code and was left out.")
            continue
        room -= len(content)
        laid[name] = content
    return laid


def _laid(files: Mapping[str, bytes], beside: Mapping[str, bytes]) -> dict[str, bytes]:
    """The student's files and the assignment's, which win wherever both cannot be."""
    taken = {
        str(path) for name in beside for path in (PurePosixPath(name), *PurePosixPath(name).parents)
    }
    kept = {
        name: content
        for name, content in files.items()
        if name not in taken and not any(str(p) in beside for p in PurePosixPath(name).parents)
    }
    return {**kept, **beside}


def _space(name: str) -> str:
    return f"{name}.py" if name else "the notebook"
