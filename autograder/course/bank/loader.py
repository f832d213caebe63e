"""`load`: a manifest held against the bank."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.course import banks
from autograder.course.bank.board import read_leaderboard
from autograder.course.bank.cases import Rules, read_cases
from autograder.course.bank.contents import finding_files
from autograder.course.bank.derivations import FILE as DERIVATIONS
from autograder.course.bank.digest import assignment_digest
from autograder.course.bank.entries import Manifest, PartEntry, QuestionEntry
from autograder.course.bank.files import assignment_error, nearest, read_bytes
from autograder.course.bank.manifest import NAME, read_manifest
from autograder.course.bank.modules import import_reference, register_drivers, register_reference
from autograder.course.bank.prompts import Prompt, read_prompt
from autograder.course.bank.source import check_imports
from autograder.course.bank.stubs import Stub, read_stub
from autograder.course.bank.tasks import check_names, tasks
from autograder.course.project import locate
from autograder.model import Assignment, Case, Leaderboard, Part, Question

_PROMPT = "prompt.md"


@dataclass(frozen=True, slots=True)
class _Topic:
    """One folder of the bank, read."""

    folder: Path
    prompts: Mapping[str, Prompt]  # by the name of the file
    stub: Stub
    cases: tuple[Case, ...]


def load(
    name_or_path: str | Path, root: Path | str | None = None, *, hidden: bool = True
) -> Assignment:
    """Load and validate an assignment.

    Args:
        name_or_path: ``"a3_2020"``, or the path of a manifest (it ends in ``.toml``).
        root: the project's folder; see `project_root`. A manifest given by its path determines it.
        hidden: whether hidden cases are loaded. If not, neither their files nor the reference are
            read, and errors that only they could show are not found.

    Returns:
        The assignment. A question without `hidden_cases.py` or `misconceptions.py` is loaded without
        them; `validate` asks for both. The assignment's digest covers everything that was read, and
        with `hidden` also the misconceptions and the reference of its topics.

    Raises:
        UsageError: the project or the assignment does not exist.
        AssignmentError: the manifest or one of its questions is invalid.
    """
    base, path = locate(name_or_path, root)
    if not NAME.fullmatch(path.stem):
        raise assignment_error(
            path, "a manifest's name may contain only letters, digits, '-' and '_'"
        )
    manifest = read_manifest(path)
    _check_files(path, manifest)
    folders = _folders(base, manifest)
    courses = dict.fromkeys([base, *(folder.parents[2] for folder in folders.values())])
    drivers = {
        name: source
        for name, folder in folders.items()
        if (source := folder / "drivers.py").exists()
    }
    for source in (*drivers.values(), *(folder / "stub.py" for folder in folders.values())):
        check_imports(source, manifest.permits.packages)
    prompts = _prompts(folders, manifest)
    with contextlib.chdir(path.parent) if manifest.permits.files else contextlib.nullcontext():
        register_drivers(drivers)
        if hidden:
            register_reference([course / "reference" for course in courses])
            if manifest.permits.files:  # a solution may read them when it is imported
                import_reference(
                    folder.parents[2] / "reference" / f"{name}.py"
                    for name, folder in folders.items()
                )
        topics = {
            name: _topic(folder, prompts[name], hidden=hidden) for name, folder in folders.items()
        }
        board = _board(folders, manifest) if hidden else None
    questions = tuple(
        _question(index, entry, topics[entry.topic], hidden=hidden)
        for index, entry in enumerate(manifest.questions, start=1)
    )
    _check_functions(manifest, questions)
    return finding_files(
        Assignment(
            name=path.stem,
            title=manifest.title,
            questions=questions,
            limits=manifest.limits,
            permits=manifest.permits,
            manifest=path,
            digest=assignment_digest(folders, path, manifest, prompts, hidden=hidden),
            leaderboard=board,
        )
    )


def _board(folders: Mapping[str, Path], manifest: Manifest) -> Leaderboard | None:
    """The board that the manifest names."""
    entry = manifest.leaderboard
    if entry is None:
        return None
    return read_leaderboard(folders[entry.topic], entry.name, ascending=entry.ascending)


def _check_files(path: Path, manifest: Manifest) -> None:
    """Refuse files for students that lie elsewhere by a link, are a question's, or are too much."""
    folder = path.parent.resolve()
    room = manifest.limits.disk_mb << 20
    for name in manifest.permits.files:
        real = (path.parent / name).resolve()
        if not real.is_relative_to(folder) or real.is_relative_to(folder / "questions"):
            raise assignment_error(
                path,
                f"[permits]: {name!r} leads to {real}, which is outside the manifest's folder "
                "or belongs to a question",
            )
        room -= len(read_bytes(path.parent / name))
    if room < 0:
        raise assignment_error(
            path,
            f"[permits]: the files are larger than [limits] disk_mb = {manifest.limits.disk_mb}, "
            "which is all that the student's folder may hold",
        )


def _folders(base: Path, manifest: Manifest) -> dict[str, Path]:
    """By topic, the folder of each question: the course's own, or that of a bank."""
    others = banks.banks(base) if any(entry.bank for entry in manifest.questions) else {}
    found: dict[str, Path] = {}
    for entry in manifest.questions:
        folder = _folder(others.get(entry.bank, base), others, entry)
        if found.setdefault(entry.topic, folder) != folder:
            raise entry.table.wrong(
                f"an earlier question is {entry.topic!r} of another course; an assignment can have one"
            )
        if entry.bank and (base / "assignments" / "questions" / entry.topic).is_dir():
            raise entry.table.wrong(
                f"the course has its own question {entry.topic!r}: rename that one, or write "
                f"topic = {entry.topic!r} to use it"
            )
    return found


def _folder(course: Path, others: Mapping[str, Path], entry: QuestionEntry) -> Path:
    """The folder of one question, which its course must have."""
    if entry.bank and entry.bank not in others:
        where = nearest(entry.bank, others) if others else "; install its wheel with pip"
        raise entry.table.wrong(f"there is no bank {entry.bank!r} here{where}")
    known = sorted(
        folder.name
        for folder in (course / "assignments" / "questions").iterdir()
        if folder.is_dir()
    )
    if entry.topic not in known:
        bank = f"the bank {entry.bank!r}" if entry.bank else "the bank"
        raise entry.table.wrong(
            f"{bank} has no question {entry.topic!r}{nearest(entry.topic, known)}"
        )
    return course / "assignments" / "questions" / entry.topic


def _prompts(folders: Mapping[str, Path], manifest: Manifest) -> dict[str, dict[str, Prompt]]:
    """By topic and by the name of the file: `prompt.md`, and what else the manifest names.

    A topic's `prompt.md` says which parts there are; another prompt of it says some of them in
    other words.
    """
    found = {name: {_PROMPT: read_prompt(folder / _PROMPT)} for name, folder in folders.items()}
    for entry in manifest.questions:
        file = _prompt_file(entry)
        if file in found[entry.topic]:
            continue
        path = folders[entry.topic] / file
        if not path.exists():
            others = path.parent.glob("prompt_*.md")
            known = [other.stem.removeprefix("prompt_") for other in others]
            message = f"{entry.topic} has no {file}{nearest(entry.prompt, known)}"
            raise entry.table.wrong(message)
        prompt = read_prompt(path)
        keys = [part.key for part in found[entry.topic][_PROMPT].parts]
        for part in prompt.parts:
            if part.key not in keys:
                message = f"{_PROMPT} has no part {part.key!r}{nearest(part.key, keys)}"
                raise assignment_error(path, message)
        found[entry.topic][file] = prompt
    return found


def _prompt_file(entry: QuestionEntry) -> str:
    return f"prompt_{entry.prompt}.md" if entry.prompt else _PROMPT


def _topic(folder: Path, prompts: Mapping[str, Prompt], *, hidden: bool) -> _Topic:
    """A folder of the bank whose drivers are registered."""
    stub = read_stub(folder / "stub.py")
    keys = [part.key for part in prompts[_PROMPT].parts]
    cases: list[Case] = []
    for name, secret in (("public_cases.py", False), ("hidden_cases.py", True)):
        if not secret or (hidden and (folder / name).exists()):
            rules = Rules(folder.name, folder.name, keys, stub.names, secret, stub.kinds)
            cases += read_cases(folder / name, rules)
    return _Topic(folder, prompts, stub, tuple(cases))


def _question(index: int, entry: QuestionEntry, topic: _Topic, *, hidden: bool) -> Question:
    """A question of the manifest, with the cases of its parts chosen."""
    file = _prompt_file(entry)
    taken: set[str] = set()
    parts = []
    for part in entry.parts:
        parts.append(_part(part, topic, file, hidden=hidden))
        for case in parts[-1].cases:
            if case.key in taken:
                raise part.table.wrong(f"an earlier part has the case {case.name!r} already")
            taken.add(case.key)
    asked = {name for part in parts for case in part.cases for name in case.parameters}
    for asking, chosen in zip(entry.parts, parts, strict=True):
        _check_follows(asking, chosen, asked - {"rng"}, parts)
    derived = {task.name: None for part in parts for task in part.derivations}
    check_names(derived, topic.stub.names, topic.folder / DERIVATIONS)
    return Question(
        topic=entry.topic,
        number=index,
        title=topic.prompts[file].title,
        folder=topic.folder,
        parts=tuple(parts),
        functions=(*(name for name in topic.stub.names if name in asked), *derived),
        forbidden=entry.forbidden,
        prompt=file,
        kinds={name: kind for name, kind in topic.stub.kinds.items() if name in asked},
    )


def _check_follows(entry: PartEntry, part: Part, asked: Set[str], parts: Sequence[Part]) -> None:
    """Refuse helpers that are not asked for, or that no public case vouches for."""
    for name in part.follows:
        if name not in asked:
            message = f"'follows' holds {name!r}, which no case of this question asks for"
            raise entry.table.wrong(f"{message}{nearest(name, sorted(asked))}")
        public = [case for one in parts for case in one.public if not case.form]
        if not any(name in case.parameters for case in public):
            raise entry.table.wrong(
                f"'follows' holds {name!r}, but no public case with points asks for it: its "
                "mistakes are followed only where its public cases pass"
            )


def _part(entry: PartEntry, topic: _Topic, prompt: str, *, hidden: bool) -> Part:
    """A part of the manifest, with its cases; its words stand in the prompt of this name."""
    headings = {part.key: part.heading for part in topic.prompts[prompt].parts}
    if entry.key not in headings:
        place = topic.folder.name if prompt == _PROMPT else f"{topic.folder.name}/{prompt}"
        message = f"{place} has no part {entry.key!r}{nearest(entry.key, headings)}"
        raise entry.table.wrong(message)
    pool = [case for case in topic.cases if case.part == entry.key]
    patterns = ("*",) if entry.cases is None else entry.cases
    cases = [case for case in pool if any(fnmatchcase(case.name, word) for word in patterns)]
    if hidden:
        for pattern in entry.cases or ():
            if not any(fnmatchcase(case.name, pattern) for case in pool):
                names = sorted({case.name for case in pool})
                message = f"no case of {entry.key!r} matches {pattern!r}{nearest(pattern, names)}"
                raise entry.table.wrong(message)
        if entry.points > entry.derivation_points and all(case.form for case in cases):
            raise entry.table.wrong(f"{entry.key!r} has points but no case that could earn them")
        judged = {name for case in cases if not case.form for name in case.functions}
        for name in (name for names in entry.instead_of.values() for name in names):
            if name not in judged:
                message = f"'instead_of': no case of {entry.key!r} gives points for {name!r}"
                raise entry.table.wrong(message + nearest(name, judged))
    return Part(
        number=entry.number,
        key=entry.key,
        title=entry.title or headings[entry.key],
        points=entry.points,
        written=entry.written,
        cases=tuple(cases),
        bonus=entry.bonus,
        feedback=entry.feedback,
        visibility=entry.visibility,
        feedback_after=entry.feedback_after,
        figure=entry.figure,
        derivations=tuple(
            replace(task, instead_of=entry.instead_of.get(task.name, ()))
            for task in tasks(
                topic.folder / DERIVATIONS, topic.folder.name, entry.derivations, entry.table
            )
        ),
        derivation_points=entry.derivation_points,
        follows=entry.follows,
        follow_share=entry.follow_share,
    )


def _check_functions(manifest: Manifest, questions: tuple[Question, ...]) -> None:
    """Refuse one name for functions of two topics: a notebook is one namespace."""
    owners: dict[str, str] = {}
    for entry, question in zip(manifest.questions, questions, strict=True):
        for name in question.functions:
            owner = owners.setdefault(name, question.topic)
            if owner != question.topic:
                message = f"{name!r} is a function of {owner} too; a notebook can hold only one"
                raise entry.table.wrong(message)
