"""Who grades the submissions of a batch: processes of this machine, or the workers of a cluster."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from autograder import supervisor
from autograder.course.wheel import DISTRIBUTION
from autograder.model import AutograderError, GraderError, UsageError
from autograder.sandbox import workdir
from autograder.staff.batch import warm
from autograder.staff.batch.collect import Entry
from autograder.staff.batch.options import BatchOptions
from autograder.staff.batch.pool import GraderPool, Lost
from autograder.staff.batch.rows import About
from autograder.staff.json_values import Data

_GRADER_MB = 220  # a grader and its zygote, without what its submission may use


@dataclass(frozen=True, slots=True)
class Graders:
    """What grades the submissions of a class.

    Attributes:
        submit: has a submission graded; what else its job says is the second argument.
        self_test: has the reference solution graded as a submission is.
        about: the assignment.
        slots: how many submissions are graded side by side.
    """

    submit: Callable[[Entry, Data], Future[Data]]
    self_test: Callable[[], Future[Data]]
    about: About
    slots: int


def _job(entry: Entry, more: Data) -> Data:
    return {
        **more,
        "path": str(entry.path.resolve()),
        "files": [[name, str(path.resolve())] for name, path in entry.files],
        "users": list(entry.users),
    }


def outcome_of(future: Future[Data]) -> Data:
    """The result of a submission, or an unfinished one if its grader was lost.

    Raises:
        UsageError: no grader takes the assignment any more; says why.
        GraderError: no grader can be had any more.
    """
    try:
        graded = future.result()
    except Lost as lost:
        return _unfinished(lost.why, lost.partial)
    except (AutograderError, GraderError):  # of all graders, and not of this submission
        raise
    except CancelledError as error:
        raise GraderError(
            "the connection to the Dask scheduler was lost; run the same command again to continue"
        ) from error
    except (
        Exception
    ) as error:  # the cluster's: it gives a submission up that many workers died over
        return _unfinished(f"the cluster gave up on it: {error}", None)
    return _unfinished(graded["lost"], graded["partial"]) if "lost" in graded else graded


def _unfinished(why: str, partial: Data | None) -> Data:
    """The results of a submission whose graders were lost: valid, and marked as unfinished."""
    results = supervisor.unfinished(partial or supervisor.preliminary(why), why)
    return {
        "results": results,
        "explain": {"refused": "", "notices": [], "parts": {}},
        "row": {
            "status": "unfinished",
            "score": results["score"],
            "parts": {},
            "outcomes": {},
            "seconds": 0.0,
            "peak_mb": 0.0,
            "note": why,
        },
    }


@contextmanager
def graders(options: BatchOptions) -> Iterator[Graders]:
    """Start graders; they end with the context."""
    folder, out = options.folder.resolve(), options.out.resolve()
    settings = {
        "assignment": options.assignment,
        "root": _root(options),
        "here": str(Path.cwd()),
        "isolation": str(options.isolation),
        "keep_from": [str(out)],
        "unreadable": [str(folder), str(out)],
    }
    if options.dask is not None:
        with _cluster().graders(options.dask, settings) as found:
            submit, self_test, about, slots = found
            known = About.of({**about, "isolation": str(options.isolation), "manifest": ""})
            yield Graders(submit, self_test, known, slots)
        return
    workers = options.workers or min(os.cpu_count() or 1, _fitting())
    # One batch at a time has this folder: what bears its mark is an earlier one's.
    mark = hashlib.sha256(os.fsencode(out)).hexdigest()[:12]
    workdir.clear(mark)
    with GraderPool(workers, {**settings, "mark": mark}) as pool:
        about = About.of({**pool.about, "isolation": str(options.isolation)})
        yield Graders(
            submit=lambda entry, more: pool.submit(warm.grade, _job(entry, more)),
            self_test=lambda: pool.submit(warm.self_test),
            about=about,
            slots=pool.slots,
        )


def _root(options: BatchOptions) -> str | None:
    """The project's folder, if it is named; a clean environment would lose it."""
    named = options.root or os.environ.get("AUTOGRADER_ROOT")
    return None if named is None else str(Path(named).resolve())


def _cluster() -> ModuleType:
    try:
        from autograder.staff.batch import cluster
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("distributed", "dask"):
            raise
        raise UsageError(f"--dask needs Dask: pip install '{DISTRIBUTION}[cluster]'") from error
    return cluster


def _fitting() -> int:
    """How many graders fit into memory if each submission uses all that it may."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        line = next(line for line in text.splitlines() if line.startswith("MemAvailable:"))
        return max(1, int(line.split()[1]) // 1024 // (_GRADER_MB + 512))
    return 1
