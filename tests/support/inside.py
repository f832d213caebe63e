"""What tests see, from outside, of workers that have a private view: their processes and their files."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path

_WAITING = 2  # the process that the grader started, and the one that made the namespaces


def numbers(pid: int) -> list[int]:
    """What a process is called in each of the process namespaces that it is in, the outermost first."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return [int(word) for word in line.split()[1:]]
    return []


def private(pid: int) -> bool:
    """Whether a process is in a process namespace that this one is not in."""
    return len(numbers(pid)) > 1


def row(pids: list[int]) -> list[int]:
    """A row of processes, each the parent of the next, without those that only wait for a zygote."""
    first = next((place for place, pid in enumerate(pids) if private(pid)), None)
    return pids if first is None else [*pids[: first - _WAITING], *pids[first:]]


def outside(pid: int, below: Collection[int]) -> int:
    """The number, outside, of one of some processes that calls itself so."""
    return next((each for each in below if numbers(each)[-1:] == [pid]), pid)


def files(folder: Path, pattern: str) -> list[Path]:
    """Files in a folder, as this process sees it or any other."""
    found = list(folder.glob(pattern))
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and private(int(process.name)):
            with contextlib.suppress(OSError):
                found += Path(f"{process}/root{folder}").glob(pattern)
    return found
