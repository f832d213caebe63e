"""Above the grader: a clean environment below it, a valid `results.json` whatever becomes of it.

Standard library only, and nothing of a submission is ever read here. The grader is a new
interpreter whose environment holds no secret (what a process was started with stays in its memory
even after ``os.environ`` is cleared). Before it starts, a results file says that grading did not
finish; the grader replaces it, whole, as it goes; when the grader dies, hangs or is killed, what
it had written last is kept, marked as unfinished, with its total withheld from students.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

GRADER_ERROR_STATUS = 3
"""Exit status where the harness itself failed."""

_PASSED_ON = ("AUTOGRADER_ROOT", "COLUMNS", "LINES", "NO_COLOR", "TERM", "TMPDIR")
_GRACE_SECONDS = 60.0
_KILLED = 128
_WORDED = (
    0,
    2,
    GRADER_ERROR_STATUS,
)  # with any other status the grader has left no message


def write(path: Path, results: Mapping[str, Any]) -> None:
    """Write a results file whole or not at all.

    Raises:
        OSError: the folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        json.dump(results, file, indent=2, allow_nan=False, ensure_ascii=True)
        file.write("\n")


@contextlib.contextmanager
def atomic_write(path: Path, *, private: bool = False) -> Iterator[Path]:
    """A temporary file in the same folder that replaces a file at the end, and is removed on failure.

    Args:
        path: what is written.
        private: whether only its owner may read it, as files with solutions require; if not, the umask
            decides.

    Yields:
        Where to write meanwhile.

    Raises:
        OSError: the folder cannot be written to.
    """
    temporary = path.parent / f"{_temporary_prefix(path)}{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    os.close(os.open(temporary, flags, 0o600 if private else 0o666))
    try:
        yield temporary
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def remove_half_written(results: Path) -> None:
    """Remove unfinished files of a process that was killed while it wrote these results."""
    for path in results.parent.iterdir():
        if path.name.startswith(_temporary_prefix(results)):
            with contextlib.suppress(OSError):
                path.unlink()


def withheld() -> dict[str, Any]:
    """An entry that keeps the total from students: Gradescope shows none where a scored test is hidden."""
    return {
        "name": "The total is withheld until staff have looked at this submission",
        "score": 0,
        "max_score": 0,
        "status": "failed",
        "visibility": "hidden",
    }


def preliminary(why: str) -> dict[str, Any]:
    """Results of a grading that has not got anywhere."""
    return {
        "output": f"The grading did not finish ({why}). This is not a verdict on your work: staff "
        "can see that it happened and will grade it again.",
        "score": 0,
        "tests": [withheld()],
    }


def unfinished(results: Mapping[str, Any], why: str) -> dict[str, Any]:
    """What a grader had written last, marked as unfinished."""
    tests = [test for test in results.get("tests", ()) if test != withheld()]
    told = str(results.get("output", ""))
    notice = preliminary(why)["output"]
    output = told if notice in told else f"{notice}\n\n{told}".strip()
    return {**results, "output": output, "tests": [*tests, withheld()]}


def clean_environment(base: Mapping[str, str], marker: str) -> dict[str, str]:
    """The whole environment of a grader: what it needs, and what says how to print."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**base, **passed_on, marker: "1"}


def supervise(
    arguments: Sequence[str], environment: Mapping[str, str], results: Path | None, seconds: float
) -> int:
    """Run the program again as a grader and see to it that results are left.

    Args:
        arguments: the command line.
        environment: the grader's whole environment.
        results: where it writes, or ``None`` where nothing is to be written.
        seconds: how long it may take; after that it is killed.

    Returns:
        Its exit status, `GRADER_ERROR_STATUS` where it died, was killed or broke down.

    Raises:
        OSError: the results file cannot be written.
    """
    if results is not None:
        write(results, preliminary("it had only begun"))
    running: list[subprocess.Popen[bytes]] = []
    stopped = _kill_when_told_to_stop(running)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-I", "-m", "autograder", *arguments], env=dict(environment)
        )
    except OSError as error:
        why = f"Python could not be started: {error}"
        if results is not None:
            write(results, preliminary(why))
        sys.stderr.write(f"autograder {arguments[0]}: {why}\n")
        return GRADER_ERROR_STATUS
    with process as grader:
        running.append(grader)
        if stopped:
            grader.kill()
        try:
            status = grader.wait(seconds + _GRACE_SECONDS)
            why = _failure_reason(status)
        except subprocess.TimeoutExpired:
            grader.kill()
            status, why = grader.wait(), f"it took longer than {seconds:g} seconds"
    if stopped:
        why = f"it was stopped by {signal.Signals(stopped[0]).name}"
    if why and results is not None:
        write(results, unfinished(_last_written(results), why))
        remove_half_written(results)
    if why and not stopped:
        sys.stderr.write(
            f"autograder {arguments[0]}: {why}; `autograder doctor` shows whether this machine can grade\n"
        )
    if stopped:
        return _KILLED + stopped[0]
    return GRADER_ERROR_STATUS if why else status


def _failure_reason(status: int) -> str:
    """Why a grader with this exit status did not finish; empty if it did, or gave the reason itself."""
    if status < 0:
        return f"the grader was ended by signal {-status}"
    return "" if status in _WORDED else f"the grader broke down with status {status}"


def _kill_when_told_to_stop(running: list[subprocess.Popen[bytes]]) -> list[int]:
    """Kill the child process when this process gets a signal to stop; yields the signals that came."""
    came: list[int] = []

    def stop(number: int, _frame: object) -> None:
        came.append(number)
        for grader in running:
            grader.kill()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    return came


def _temporary_prefix(results: Path) -> str:
    """How the names of the temporary files of a file begin."""
    return f".{results.name}."


def _last_written(results: Path) -> dict[str, Any]:
    try:
        found = json.loads(results.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    return found if isinstance(found, dict) else preliminary("its results were lost")
