"""The same job on the machines of a Dask cluster, through the same interface of executors.

What a cluster's worker must have is this package and its libraries, in the same versions. All else
travels once: the assignment, the reference and the program itself, as a plugin that every worker is
given, one that joins later too. There it is unpacked, and the first submission starts a pool of
graders below the worker (see `pool`), because a worker is threads in a process that has seen much:
no student's code is run or inherited from there. A worker that is lost takes its graders with it;
the scheduler hands its submissions to another.

Dask pickles what it sends, and runs what it is sent: a cluster is as trusted as the machine that the
command is typed on.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import shutil
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distributed import Client, Worker, WorkerPlugin

from autograder.course import banks
from autograder.course.bank import load
from autograder.course.bank.manifest import read_manifest
from autograder.model import AutograderError, GraderError, UsageError
from autograder.staff.batch import warm
from autograder.staff.batch.collect import Entry
from autograder.staff.batch.pool import GraderPool, Lost
from autograder.staff.batch.work import harness
from autograder.staff.json_values import Data

_CONNECT_SECONDS = 15.0
_WORKERS_SECONDS = 60.0
_LARGEST = 256 << 20
_MOST_FILES = 1000
_PACKAGE = Path(__file__).parents[2]
_PROGRAM, _PROJECT, _HANDED_IN = "program", "project", "handed_in"


@contextmanager
def graders(
    address: str, settings: Mapping[str, Any]
) -> Iterator[tuple[Callable[[Entry, Data], Future[Data]], Callable[[], Future[Data]], Data, int]]:
    """The graders of a cluster.

    Args:
        address: of its scheduler.
        settings: of each grader; the paths in them are replaced there.

    Yields:
        What has an entry graded, what has the reference solution graded, what is known of the
        assignment, and how many go side by side.

    Raises:
        UsageError: there is no scheduler, no worker, or one with other versions; says how.
    """
    manifest = load(settings["assignment"], settings["root"], hidden=False).manifest
    packed = pack(manifest)
    name = f"autograder-{hashlib.sha256(packed).hexdigest()[:16]}-{secrets.token_hex(4)}"
    expected = harness()
    with _client(address) as client:
        told = {**settings, "assignment": manifest.stem}
        client.register_plugin(_Bundle(name, packed, told), name=name)
        try:
            about = client.submit(describe, name, expected, pure=False).result()
            if "differs" in about:
                raise UsageError(about["differs"])
            executor = client.get_executor(pure=False)

            def submit(entry: Entry, more: Data) -> Future[Data]:
                try:
                    sent = {**payload(entry), "more": more}
                except OSError as error:
                    lost: Future[Data] = Future()
                    lost.set_exception(Lost(f"it cannot be read: {error}", None))
                    return lost
                future: Future[Data] = executor.submit(grade, name, expected, sent)
                return future

            def test() -> Future[Data]:
                future: Future[Data] = executor.submit(self_test, name, expected)
                return future

            yield submit, test, about, max(1, sum(client.nthreads().values()))
        finally:
            if client.status == "running":
                client.unregister_worker_plugin(name)


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"there is no Dask scheduler at {address}: {error}") from error
    try:
        try:
            client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except TimeoutError as error:
            raise UsageError(f"the Dask scheduler at {address} has no workers") from error
        yield client
    finally:
        client.close()


def pack(manifest: Path) -> bytes:
    """The assignment, the reference and this program in one archive; the same bytes from the same files."""
    root = manifest.parent.parent
    read = read_manifest(manifest)
    others = banks.banks(root)
    chosen = [(others.get(entry.bank, root), entry.topic) for entry in read.questions]
    files = {f"{_PROJECT}/assignments/{manifest.name}": manifest}
    for course, folder in (
        *((course, "reference") for course in (root, *(course for course, _ in chosen))),
        *((course, f"assignments/questions/{topic}") for course, topic in chosen),
    ):
        for path in (course / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                name = banks.place(root, course) + path.relative_to(course).as_posix()
                files[f"{_PROJECT}/{name}"] = path
    for name in read.permits.files:
        files[f"{_PROJECT}/assignments/{name}"] = manifest.parent / name
    for path in _PACKAGE.rglob("*.py"):
        files[f"{_PROGRAM}/autograder/{path.relative_to(_PACKAGE).as_posix()}"] = path
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, path in sorted(files.items()):
            data = path.read_bytes()
            member = tarfile.TarInfo(name)  # dated 1970-01-01, of nobody
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def payload(entry: Entry) -> Data:
    """A submission as it travels: its name, and its files or, where nobody would read them, their sizes."""
    if entry.files:
        whole = dict(entry.files)
    elif entry.path.is_dir():
        paths = sorted(path for path in entry.path.rglob("*") if path.is_file())
        regular = [path for path in paths if not path.is_symlink()][:_MOST_FILES]
        whole = {path.relative_to(entry.path).as_posix(): path for path in regular}
    else:
        whole = {"": entry.path} if entry.path.is_file() else {}
    sizes = {name: path.stat().st_size for name, path in whole.items()}
    heavy = sum(sizes.values()) > _LARGEST
    return {
        "name": entry.path.name,
        "folder": bool(entry.files) or entry.path.is_dir(),
        "users": list(entry.users),
        "files": [
            (name, sizes[name] if heavy else path.read_bytes()) for name, path in whole.items()
        ],
    }


# From here on, what runs on the cluster's workers.

_bundles: dict[str, _Bundle] = {}


class _Bundle(WorkerPlugin):  # type: ignore[misc] # the library has no types
    """What a worker is given once: unpacked when it comes, removed when the batch ends."""

    def __init__(self, name: str, packed: bytes, settings: Data) -> None:
        self.name = name
        self._packed = packed
        self._settings = settings

    def setup(self, worker: Worker) -> None:
        """Unpack, where the cluster removes what a killed worker leaves."""
        self._workers = worker.state.nthreads
        self._pool: GraderPool | None = None
        self._lock = threading.Lock()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=worker.local_directory))
        with tarfile.open(fileobj=io.BytesIO(self._packed)) as archive:
            archive.extractall(self.folder, filter="data")
        (self.folder / _HANDED_IN).mkdir(mode=0o700)
        _bundles[self.name] = self

    def teardown(self, worker: Worker) -> None:
        """End the graders and leave nothing."""
        _bundles.pop(self.name, None)
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def pool(self) -> GraderPool:
        """The graders below this worker, started by the first job that needs them."""
        with self._lock:
            if self._pool is None:
                told = {
                    **self._settings,
                    "root": str(self.folder / _PROJECT),
                    "here": str(self.folder),
                    "keep_from": [],
                    "unreadable": [str(self.folder)],
                }
                self._pool = GraderPool(
                    self._workers, told, package=self.folder / _PROGRAM / "autograder"
                )
            return self._pool


def describe(name: str, expected: str) -> Data:
    """What is known of the assignment on a worker whose program is the expected one."""
    about = _bundles[name].pool().about
    if about["harness"] != expected:
        return {
            "differs": "a worker of the cluster has other versions of Python, torch, numpy or "
            "otter-grader than this machine, so its grades could differ: install the same versions "
            "there (requirements.lock)"
        }
    return about


def grade(name: str, expected: str, submission: Data) -> Data:
    """Grade one submission below this worker."""
    beside = Path(tempfile.mkdtemp(dir=_bundles[name].folder / _HANDED_IN))
    try:
        path = _lay(beside, submission)
        job = {**submission["more"], "path": str(path), "users": submission["users"]}
        return _graded(name, expected, warm.grade, job)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def self_test(name: str, expected: str) -> Data:
    """Grade the reference solution below this worker."""
    return _graded(name, expected, warm.self_test)


def _graded(name: str, expected: str, function: Callable[..., Data], *arguments: Data) -> Data:
    """What a grader below this worker answers; ``lost`` says why there is no answer."""
    try:
        about = describe(name, expected)
        if "differs" in about:
            return {"lost": about["differs"], "partial": None}
        graded: Data = _bundles[name].pool().submit(function, *arguments).result()
    except Lost as lost:
        return {"lost": lost.why, "partial": lost.partial}
    except (AutograderError, GraderError) as error:  # of this worker; others may be well
        return {"lost": str(error), "partial": None}
    return graded


def _lay(folder: Path, submission: Data) -> Path:
    """The submission as it lay where it came from."""
    whole: Path = folder / submission["name"]
    if submission["folder"]:
        whole.mkdir()
    for name, content in submission["files"]:
        path = whole / name if name else whole
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            if isinstance(content, int):
                file.truncate(content)
            else:
                file.write(content)
    return whole
