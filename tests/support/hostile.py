"""Attacks: what is handed in, what must come out, and how all of them are graded as one user.

An attack is a file of `tests/sandbox/hostile` (a module, or with the ending ``.nb.py`` a notebook whose
cells begin at ``# %%``) or a builder of `tests.sandbox.accidents`, for files that no source can show.
Its docstring says what it does and what must come out:

    34. Writes a results file wherever one may lie.

    expect: double passed, total wrong      outcomes of a part's cases; "|" between what may be
    hidden: total wrong                     the same of its hidden cases alone
    score: 4                                the points
    prints: nothing got out                 words in what its cells printed
    notice: cell 2 was skipped              words in one of the notices to the student
    refused: its JSON is broken             words in the reason why nothing was graded
    staff: numpy.py                         words in one of the notices to staff
    unseen: secret-input                    words that must not be in any part of the report
    private: learnt []                      words in what its cells printed, where it has a private view
    landlock: listed []                     the same where Landlock is in force
    unshown: secret-input                   words that must not be where a student can ever see them
    limits: total_seconds = 5               what its toy has of its own; ";" between settings
    permits: processes = true
    question: forbidden = [".sum"]
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox import kernel
from tests.sandbox import accidents
from tests.support import toy, users

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "tests" / "sandbox" / "hostile"
PUBLIC_PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run")
_PROCESSES = "processes = true"
LONGEST_RECORD = 400_000
CARRYING = ("landlock", "seccomp")
"""Layers without which strict grading is refused, or may be."""
PERMITTED = {25, 26, 27, 29, 30, 31, 34, 46, 47, 49, 51, 55, 56, 57, 98, 100, 101}
"""Attacks that must gain nothing where the assignment permits processes: they are graded again so."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Attack:
    """One submission.

    Attributes:
        name: its number and a word or two.
        text: what it says of itself.
        lay: writes it into a folder; what is handed in is that folder or a file beside it.
    """

    name: str
    text: str
    lay: Callable[[Path], Path]

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> int:
        """Its place in the catalogue."""
        return int(self.name[:3])

    @property
    def title(self) -> str:
        """What it does, in a sentence."""
        first = self.text.strip().split("\n")[0]
        return f"{first[:-1]}, with processes permitted." if "_with_" in self.name else first

    @property
    def setting(self) -> tuple[str, str, str]:
        """Limits, permits and what the question of its toy says, empty for the toy of all."""
        keys = ("limits", "permits", "question")
        limits, permits, question = ("; ".join(self.all(key)) for key in keys)
        return limits, permits, question

    def all(self, key: str) -> list[str]:
        """Every line of the docstring that begins with the key."""
        return re.findall(rf"^ *{key}: (.+)$", self.text, re.MULTILINE)

    def complaints(self, record: Record) -> list[str]:
        """What came out and should not have, or the reverse; empty when all is well."""
        if "error" in record:
            return [f"the harness failed: {record['error']}"]
        found = [
            *_differences(self.all("expect"), outcomes(record)),
            *_differences(self.all("hidden"), outcomes(record, hidden=True)),
            *(f"the cage has a hole: {hole}" for hole in record["isolation"].get("findings", ())),
        ]
        found += [
            f"score {record['score']:g} instead of {at}"
            for at in self.all("score")
            if abs(record["score"] - float(at)) > 1e-4
        ]
        for key, places in (
            ("prints", [record["output"]]),
            ("notice", record["notices"]),
            ("refused", [record["refused"]]),
            ("staff", record["staff"]),
        ):
            for words in self.all(key):
                if not any(words in place for place in places):
                    found.append(f"no {key}: {words}, but {places}")
        if record["refused"] and not self.all("refused"):
            found.append(f"refused: {record['refused']}")
        found += [
            f"not printed with {layer}: {words}, but {record['output']}"
            for layer in ("private", "landlock")
            if record["isolation"].get(layer)
            for words in self.all(layer)
            if words not in record["output"]
        ]
        whole = json.dumps(record, ensure_ascii=False)
        found += [f"seen: {words}" for words in self.all("unseen") if words in whole]
        student = {key: at for key, at in record["results"].items() if key != "extra_data"}
        shown = json.dumps(student, ensure_ascii=False)
        return [*found, *(f"shown: {words}" for words in self.all("unshown") if words in shown)]


def attacks() -> list[Attack]:
    """All of them, by number."""
    found = [
        Attack(
            path.name.split(".")[0], path.read_text(encoding="utf-8").split('"""')[1], _layer(path)
        )
        for path in FOLDER.glob("*.py")
    ]
    found += [
        Attack(name, build.__doc__ or "", build) for name, build in accidents.BUILDERS.items()
    ]
    found += [
        Attack(f"{attack.name}_with_processes", f"{attack.text}\npermits: {_PROCESSES}", attack.lay)
        for attack in found
        if attack.number in PERMITTED
    ]
    return sorted(found, key=lambda attack: attack.name)


def _layer(path: Path) -> Callable[[Path], Path]:
    def lay(folder: Path) -> Path:
        folder.mkdir()
        if path.name.endswith(".nb.py"):
            _, *cells = re.split(r"^# %%.*\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            accidents.write_notebook(folder / "toy.ipynb", cells)
        else:
            shutil.copy(path, folder / "toy.py")
        return folder

    return lay


def outcomes(record: Record, *, hidden: bool = False) -> dict[str, set[str]]:
    """The outcomes of the cases of each part."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, outcome in record["outcomes"].items():
        if not hidden or key.endswith("[hidden]"):
            found[key.split("/")[1].split(":")[0]].add(outcome)
    return found


def _differences(lines: Sequence[str], found: Mapping[str, set[str]]) -> Iterator[str]:
    for pair in ", ".join(lines).split(", ") if lines else ():
        name, expected = pair.split()
        if not found[name] <= set(expected.split("|")):
            yield f"{name} {'|'.join(sorted(found[name]))} instead of {expected}"


@dataclass(frozen=True)
class Graded:
    """What became of many attacks.

    Attributes:
        records: by the attack's name.
        canaries: none of them may be in any record.
        results: names of the files in all results folders.
        left: what was still there when all had been graded: processes, files, connections.
    """

    records: Mapping[str, Record]
    canaries: tuple[str, ...]
    results: frozenset[str]
    left: tuple[str, ...]

    def complaints(self, attack: Attack) -> list[str]:
        """What came out of one attack and should not have."""
        record = self.records[attack.name]
        told = json.dumps(record)
        learnt = any(canary in told for canary in self.canaries)
        return [*attack.complaints(record), *(["a secret was learnt"] if learnt else [])]


def grade(chosen: Sequence[Attack], user: str, without: str = "") -> Graded:
    """Grade attacks as a user: in one process, with a toy project for all that share a setting.

    Args:
        chosen: the attacks.
        user: one of `tests.support.users`.
        without: a layer that the cage is to lack: ``landlock`` or ``seccomp``, and then what is secret is
            closed to other users, as `setup.sh` does it; or ``private``, the private view.
    """
    if (
        user.startswith(users.OLDER) and "landlock" in user
    ):  # the folders are closed, as `setup.sh` does it
        without = without or "landlock"
    groups: dict[tuple[str, str, str], list[Attack]] = defaultdict(list)
    for attack in chosen:
        groups[attack.setting].append(attack)
    canary = toy.CANARY + secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        home = Path(name)
        home.chmod(0o755)
        projects = {}
        for number, (limits, permits, question) in enumerate(groups):
            projects[limits, permits, question] = toy.make(
                home / f"project{number}",
                limits=limits,
                permits=permits,
                question=question,
                canary=canary,
            )
        left = _grade([(projects[key], groups[key]) for key in groups], user, home, canary, without)
        written = [path for project in projects.values() for path in project.results.iterdir()]
        records = {
            path.name.split(".")[0]: json.loads(path.read_text(encoding="utf-8"))
            for path in written
        }
    return Graded(records, (canary,), frozenset(path.name for path in written), tuple(left))


def _grade(
    groups: Sequence[tuple[toy.Toy, Sequence[Attack]]],
    user: str,
    home: Path,
    canary: str,
    without: str,
) -> list[str]:
    """Grade attacks, each on its toy, and say what is left when their grader has ended."""
    mark = f"left-{secrets.token_hex(8)}"
    handed_in, temporary = home / "handed_in", home / "tmp"
    handed_in.mkdir()
    temporary.mkdir()
    (handed_in / "neighbour").mkdir()
    (handed_in / "neighbour" / "toy.py").write_text(f"SECRET = '{canary}'\n")
    arguments: list[str] = []
    for project, attacks_on_it in groups:
        arguments += ["+", str(project.root), "toy", str(project.results)]
        for attack in attacks_on_it:
            path = attack.lay(handed_in / attack.name)
            if path.is_dir():
                extra = {
                    "mark": mark,
                    "submission": str(path),
                    "others": str(handed_in),
                    "socket": str(home / "docker.sock"),
                }
                targets = {**json.loads(project.targets()), **extra}
                (path / "targets.json").write_text(json.dumps(targets))
            arguments.append(str(path))
    users.give(home, user)
    if without in CARRYING:
        handed_in.chmod(0o700)
        for project, _ in groups:
            for place in (
                project.root / "reference",
                project.root / "assignments",
                project.results,
            ):
                place.chmod(0o700)
    before = [_snapshot(project.root) for project, _ in groups]
    with _listening(home / "docker.sock") as connected, adopting() as alive:
        ran = users.run(
            user,
            [
                *(sys.executable, "-m", "tests.support.grade_many"),
                *(f"without {without}" if without else "strict", *arguments),
            ],
            home=home,
            seconds=900 * len(groups),
            opened=without in CARRYING,
            PYTHONPATH=str(REPOSITORY),
            TMPDIR=str(temporary),
            SECRET_OF_THE_ENVIRONMENT=canary,
        )
        left = [f"process {pid}" for pid in alive()]
        left += ["a connection to the socket"] if connected() else []
    assert ran.returncode == 0, ran.stderr
    after = [_snapshot(project.root) for project, _ in groups]
    left += [
        f"changed: {path}" for old, new in zip(before, after, strict=True) for path in old ^ new
    ]
    left += [str(path) for path in temporary.iterdir()]
    for place in map(Path, PUBLIC_PLACES):
        if place.is_dir():
            left += [str(path) for path in place.iterdir() if mark in path.name]
    return left


def _snapshot(root: Path) -> set[tuple[str, bytes]]:
    """The project's own files, without what grading writes: results and compiled modules."""
    return {
        (str(path), path.read_bytes())
        for path in root.rglob("*")
        if path.is_file() and not {"results", "__pycache__"} & set(path.relative_to(root).parts)
    }


@contextmanager
def adopting() -> Iterator[Callable[[], list[int]]]:
    """Become the heir of every process that outlives its parent below this one.

    Yields:
        What says which processes below this one are alive and were not before, nor come from those
        that were: a browser of other tests starts helpers when it likes. They are killed at the end.
    """
    before = set(_below_this())
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)

    def alive() -> list[int]:
        found = []
        for pid, state in _below_this(beside=before).items():
            if state == "Z":
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            else:
                found.append(pid)
        return found

    try:
        yield alive
    finally:
        for pid in alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 0)


def _below_this(beside: Collection[int] = ()) -> dict[int, str]:
    """The states of all processes that descend from this one, but some and theirs."""
    families: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
                families[int(words[1])].append((int(entry.name), words[0]))
    found: dict[int, str] = {}
    ahead = [os.getpid()]
    while ahead:
        for pid, state in families[ahead.pop()]:
            if pid not in beside:
                found[pid] = state
                ahead.append(pid)
    return found


@contextmanager
def _listening(path: Path) -> Iterator[Callable[[], bool]]:
    """A Unix socket that anyone may connect to, as Docker's would be."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(path))
        path.chmod(0o777)
        server.listen()
        server.setblocking(False)

        def connected() -> bool:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield connected


def texts(value: Any) -> Iterator[str]:
    """Every string in a record, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
