"""A command, and what its whole tree of processes takes."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support import hostile

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_SECONDS = 0.05
_GRACE_SECONDS = 1.0
_PRINTED = 4_000


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes:
        status: its exit status.
        seconds: by the clock on the wall.
        processor: processor seconds of all its processes, as far as they were seen.
        peak_mb: the greatest sum of their proportional memory (PSS), 0 where nobody looked.
        printed: the end of its output.
        left: the command lines of processes that were still there a second after it had ended.
    """

    status: int
    seconds: float
    processor: float
    peak_mb: float
    printed: str
    left: tuple[str, ...]


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    memory: bool = False,
    limit: float = 900.0,
) -> Cost:
    """Run a command and look at its tree, twenty times a second, until it ends.

    Args:
        command: what to run.
        folder: where.
        environment: its whole environment.
        memory: whether to sum up memory too, which costs time.
        limit: seconds after which it is killed.
    """
    begin = time.monotonic()
    processor: dict[int, float] = {}
    peak = 0.0
    path = folder / "printed"
    with path.open("wb") as out, hostile.adopting() as alive:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdout=out, stderr=subprocess.STDOUT
        )
        while process.poll() is None:
            tree = alive()
            for pid in tree:
                processor[pid] = _processor(pid) or processor.get(pid, 0.0)
            if memory:
                peak = max(peak, sum(map(_proportional_mb, tree)))
            time.sleep(_LOOK_SECONDS)
            if time.monotonic() - begin > limit:
                process.kill()
        seconds = time.monotonic() - begin
        time.sleep(_GRACE_SECONDS)
        left = tuple(_command_line(pid) for pid in alive())
    printed = path.read_bytes()[-_PRINTED:].decode(errors="replace")
    path.unlink()
    return Cost(process.returncode, seconds, sum(processor.values()), peak, printed, left)


def _stat(pid: int) -> list[str]:
    """The fields of a process after its name: state, parent, …; empty where it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _processor(pid: int) -> float:
    words = _stat(pid)
    return (int(words[11]) + int(words[12])) / _TICKS if words else 0.0


def _proportional_mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
    return int(found[0]) / 1024 if found else 0.0


def _command_line(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/cmdline").read_bytes()
        return text.replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
