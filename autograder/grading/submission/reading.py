"""`read`: which files are the answers, in which order they run, and which other files they may open."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from autograder.grading.submission import choosing, kinds, modules, places
from autograder.grading.submission.definitions import (
    DefinitionParser,
    Definitions,
    Unit,
    definitions,
)
from autograder.grading.submission.files import (
    MEGABYTE,
    UnreadableSubmission,
    listed,
    shorten,
)
from autograder.grading.submission.notebook import (
    NO_NOTEBOOK,
    cells_of,
    forbidden_uses,
    read_notebook,
)
from autograder.grading.submission.snapshot import snapshot
from autograder.grading.submission.sources import decode
from autograder.model import Assignment
from autograder.model.wording import joined, plural
from autograder.sandbox import SubmissionWorkers, readable

_SIDE_FILE_MB = 16
_NOTHING: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Submission:
    """The code that will be run, and the files that it may open.

    Attributes:
        handed_in: what was read, for a reader.
        units: cells in order, then modules.
        files: laid into the student's work folder, by relative name: the student's and the assignment's.
        folder: of them the one in which the code runs: the notebook's own; empty for the top.
        stubs: names that a namespace defines without having filled them in.
        order: by function the namespaces in which it is looked for, the best first, where that is not
            the order in which they run.
        others: functions that it defines and nobody asked for.
        unrun_definitions: by function the cell that is not run and would define it.
        unreachable: by function why its definition cannot be called, in a sentence.
        python: the version of Python that its notebook names; empty where it names none.
        notices: sentences for the student.
        staff: sentences for staff.
        digest: of the names and bytes of all files that were handed in.
        graded: the files that the units come from.
    """

    handed_in: str
    units: tuple[Unit, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    folder: str = ""
    stubs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    unrun_definitions: Mapping[str, str] = field(default_factory=dict)
    unreachable: Mapping[str, str] = field(default_factory=dict)
    python: str = ""
    notices: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    digest: str = ""
    graded: tuple[str, ...] = ()

    @property
    def readable_files(self) -> tuple[str, ...]:
        """The files that the code may open, by the names that it opens them by."""
        return tuple(posixpath.relpath(name, self.folder or ".") for name in self.files)


def read(
    path: Path,
    assignment: Assignment,
    crew: SubmissionWorkers,
    named: Sequence[tuple[str, Path]] = (),
    provided: Mapping[str, bytes] = _NOTHING,
) -> Submission:
    """Read what was handed in for an assignment.

    Args:
        path: a notebook, a module, a folder of either, or a zip; the folder that the files lie in where
            they are named.
        assignment: whose functions are looked for.
        crew: the workers of this submission, which read its notebook; left with its files laid out.
        named: if not empty, the only files that were handed in, by their names.
        provided: the assignment's own files, which replace the student's files of the same names.

    Raises:
        UnreadableSubmission: there is nothing in it that can be graded, or it is not there at all.
    """
    notices: list[str] = []
    files = snapshot(path, notices, named)
    handed_in, digest = [*files], _digest(files)
    for name in [name for name in files if _starts_up(name)]:
        del files[name]
    files = kinds.python_by_content(files, assignment.functions, notices)
    parser = DefinitionParser()
    name = _notebook(files, assignment, crew, parser, notices)
    content = files.pop(name, b"")
    topics = [question.topic for question in assignment.questions]
    folder = str(PurePosixPath(name).parent) if name else places.code_folder(files, topics)
    too_large: list[str] = []
    own = _within_size_limit(places.readable_files(files, folder, topics), too_large)
    given = {posixpath.normpath(f"{folder}/{one}"): provided[one] for one in provided}
    laid = _laid(own, given)
    crew.lay_out(laid)
    told = read_notebook(name, content, crew) if name else NO_NOTEBOOK
    if told["language"]:
        notices.append(
            f"{shorten(name)} names {shorten(told['language'])} as its language; its code is Python and "
            "was run as Python."
        )
    cells = cells_of(told)
    theirs = {name: files[name] for name in files if files[name] != given.get(name)}
    chosen = modules.choose(theirs, folder, assignment, cells, parser)
    units = [*cells, *chosen.units()]
    if not units and name:
        raise UnreadableSubmission(
            f"{shorten(name)} contains no code: all its code cells are empty."
        )
    if not units:
        raise UnreadableSubmission(_nothing_found(path, handed_in, files, assignment, notices))
    found = definitions(units, assignment.functions, parser)
    order = _order(units, found, chosen, assignment)
    notices += [*chosen.notices, *_twice(found, order), *_replaced(found), *_unread(chosen)]
    described = [f"notebook {name} ({len(cells)} code cells)"] if name else []
    answers = [module.name for module in chosen.answers.values()]
    described += [f"module {answer}" for answer in answers]
    return Submission(
        ", ".join(described),
        tuple(units),
        laid,
        folder="" if folder == "." else folder,
        stubs=found.stubs,
        order=order,
        others=found.others,
        unrun_definitions={
            name: readable(place)
            for name, place in told["elsewhere"].items()
            if name in assignment.functions
        },
        unreachable=found.unreachable,
        python=told["python"],
        notices=(*notices, *too_large),
        staff=tuple(forbidden_uses(units, assignment, crew)),
        digest=digest,
        graded=(*([name] if name else []), *answers),
    )


def _digest(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode(errors="surrogateescape"))
        whole.update(files[name])
    return whole.hexdigest()


def _notebook(
    files: Mapping[str, bytes],
    assignment: Assignment,
    crew: SubmissionWorkers,
    parser: DefinitionParser,
    notices: list[str],
) -> str:
    """The name of the notebook that counts; empty where there is none."""
    notebooks = [name for name, content in files.items() if kinds.is_notebook(name, content)]
    if len(notebooks) > 1:
        return _the_one_of(notebooks, files, assignment, crew, parser, notices)
    return notebooks[0] if notebooks else ""


def _the_one_of(
    notebooks: list[str],
    files: Mapping[str, bytes],
    assignment: Assignment,
    crew: SubmissionWorkers,
    parser: DefinitionParser,
    notices: list[str],
) -> str:
    """Which of several notebooks counts."""
    code: dict[str, list[str]] = {}
    for name in notebooks if len(notebooks) <= choosing.MOST_NOTEBOOKS else ():
        try:
            code[name] = read_notebook(name, files[name], crew)["cells"]
        except UnreadableSubmission:
            code[name] = []
    chosen, sentence = choosing.notebook_that_counts(
        code or {name: [] for name in notebooks},
        assignment.functions,
        assignment.name,
        parser,
        (decode(text) for name, text in files.items() if places.is_module(PurePosixPath(name))),
    )
    notices.append(sentence)
    return chosen


def _order(
    units: Sequence[Unit], found: Definitions, chosen: modules.Chosen, assignment: Assignment
) -> dict[str, tuple[str, ...]]:
    """By function the namespaces that come before others, where that is not how they run.

    The notebook comes first, then the question's own module, then others; stubs come last, and classes
    with fewer methods that are not filled in before those with more.
    """
    spaces = dict.fromkeys(unit.space for unit in units)
    topics = {
        name: question.topic for question in assignment.questions for name in question.functions
    }
    order = {}
    stubs = {name for names in found.stubs.values() for name in names if name in topics}
    for name in {*found.filled, *stubs}:

        def place(space: str, name: str = name) -> tuple[Any, ...]:
            module = chosen.answers.get(space)
            own = module is None or module.topic == topics[name]
            stub = name in found.stubs.get(space, ())
            methods = found.methods_to_fill_in(name, space)
            filled = space in found.filled.get(name, ())
            rank = module.rank if module else ()
            return stub, not filled, methods, module is not None, not own, rank

        best = tuple(sorted(spaces, key=place))
        if best != tuple(spaces):
            order[name] = best
    return order


def _twice(found: Definitions, order: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Functions that are filled in more than once, those of the same places in one sentence."""
    together: dict[tuple[str, ...], list[str]] = {}
    for name, spaces in found.filled.items():
        if len(spaces) > 1:
            first = next((one for one in order.get(name, ()) if one in spaces), spaces[0])
            together.setdefault((first, *spaces), []).append(name)
    for (first, *others), names in together.items():
        verb = plural(len(names), "is", "are")
        where = joined([_space(space) for space in others])
        what = listed(f"`{name}`" for name in names)
        yield f"{what} {verb} defined in {where}; the one in {_space(first)} counts."


def _replaced(found: Definitions) -> Iterator[str]:
    """Functions that a stub replaces after they were filled in, those of the same places together."""
    for (first, stub), names in found.replaced.items():
        what = listed(f"`{name}`" for name in names)
        yield (
            f"{what} {plural(len(names), 'is', 'are')} defined in {first}, but the stub in {stub} "
            "replaces that. Delete the stub."
        )


def _unread(chosen: modules.Chosen) -> Iterator[str]:
    """Files that were not run, those of the same reason in one sentence."""
    together: dict[str, list[str]] = {}
    for name, why in chosen.unread.items():
        together.setdefault(why, []).append(name)
    for why, names in together.items():
        yield f"{listed(names)} {plural(len(names), 'was', 'were')} not run: {why}."


def _starts_up(name: str) -> bool:
    """Whether a file is one that Python reads when it starts, elsewhere."""
    return name.endswith(".pth") and "/" not in name


def _nothing_found(
    path: Path,
    names: Sequence[str],
    files: Mapping[str, bytes],
    assignment: Assignment,
    notices: Sequence[str],
) -> str:
    topics = [*dict.fromkeys(f"{question.topic}.py" for question in assignment.questions)]
    modules = f", or the {plural(len(topics), 'module')} {listed(topics)}"
    if told := kinds.how_to_convert(files, names):
        return told
    if not names:
        return f"{path.name} is empty: hand in the notebook{modules}."
    todo = next(iter(notices), "") or kinds.what_to_do(names) or f"Hand in the notebook{modules}."
    return f"There is no notebook and no module in the submission ({listed(sorted(names))}). {todo}"


def _within_size_limit(files: dict[str, bytes], notices: list[str]) -> dict[str, bytes]:
    laid: dict[str, bytes] = {}
    room = _SIDE_FILE_MB * MEGABYTE
    for name, content in files.items():
        if len(content) > room:
            notices.append(f"{name} is too large and was left out.")
            continue
        room -= len(content)
        laid[name] = content
    return laid


def _laid(files: Mapping[str, bytes], provided: Mapping[str, bytes]) -> dict[str, bytes]:
    """The student's files and the assignment's, which replace the student's where names collide."""
    taken = {
        str(path)
        for name in provided
        for path in (PurePosixPath(name), *PurePosixPath(name).parents)
    }
    kept = {
        name: content
        for name, content in files.items()
        if name not in taken and not any(str(p) in provided for p in PurePosixPath(name).parents)
    }
    return {**kept, **provided}


def _space(name: str) -> str:
    return f"{name.removesuffix('.py').replace('.', '/')}.py" if name else "the notebook"
