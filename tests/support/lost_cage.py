"""Open workers whose cage, and the zygote with it, is killed while they are being set up.

python -m tests.support.lost_cage

Run with the environment that makes a process pristine: the zygote is then a fork of this one, and has
its changes. Prints JSON: by step, what the grader was told, and whether the worker lives on.
The zygote would clear away what a lost cage leaves; without it the worker must see for itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from autograder.model import GraderError, Isolation, Limits, Permits
from autograder.sandbox import Sandbox, Secrets, cage, landlock, lockdown, probe, seccomp, zygote
from autograder.untrusted import worker

STEPS: dict[str, tuple[Any, str]] = {
    "descriptors": (cage, "_lay_out_descriptors"),
    "environment": (cage, "_set_environment"),
    "user": (lockdown, "_change_user"),
    "limits": (lockdown, "_limit"),
    "Landlock": (landlock, "confine"),
    "filter": (seccomp, "install"),
    "probe": (probe, "run"),
    "hello": (worker, "main"),
}
"""The steps of a worker's setup, in their order: where the function is, and its name."""

_PAUSE = 0.3
_HELD = 200  # a descriptor beyond those that a worker opens


@contextmanager
def killing(step: str, told: Path) -> Iterator[None]:
    """Have the cage killed just before a step, by a process that the worker's layers do not bind."""
    lay_out, become, close_range = cage._laid_out, cage._become_worker, os.closerange
    where, name = STEPS[step]
    do = getattr(where, name)

    def with_killer(order: cage.Order, control: int) -> bool:
        keeper, zygote = os.getpid(), os.getppid()
        read, write = os.pipe()
        if not os.fork():
            os.setsid()
            os.dup2(read, 0)
            close_range(1, os.sysconf("SC_OPEN_MAX"))
            os.read(0, 1)  # until the worker has come to the step, or is gone
            for pid in (zygote, keeper):
                os.kill(pid, signal.SIGKILL)
            os._exit(0)
        os.dup2(write, _HELD)
        os.close(write)
        os.close(read)
        return lay_out(order, control)

    def watched(*arguments: Any) -> None:
        told.write_text(str(os.getpid()), encoding="ascii")
        become(*arguments)

    def close_others(low: int, high: int) -> None:
        close_range(low, _HELD)
        close_range(_HELD + 1, high)

    def late(*arguments: Any, **options: Any) -> Any:
        os.write(_HELD, b"x")
        time.sleep(_PAUSE)
        return do(*arguments, **options)

    with contextlib.ExitStack() as changes:
        for owner, attribute, new in (
            (cage, "_laid_out", with_killer),
            (cage, "_become_worker", watched),
            (os, "closerange", close_others),
            (where, name, late),
        ):
            changes.enter_context(mock.patch.object(owner, attribute, new))
        yield


def opened(step: str) -> dict[str, Any]:
    """Open the worker, and ask it for something if there is one."""
    with tempfile.TemporaryDirectory() as folder:
        told, said = Path(folder, "worker"), ""
        with killing(step, told), Sandbox(Isolation.BEST_EFFORT, private=False) as sandbox:
            try:
                with sandbox.session(
                    limits=Limits(), permits=Permits(), secrets=Secrets(), files={}
                ):
                    said = "a worker was there"
            except GraderError as error:
                said = said or f"refused: {error}"
            return {"said": said, "alive": _alive(int(told.read_text(encoding="ascii")))}


def _alive(pid: int) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return False
        if state[0] == "Z":
            return False
        time.sleep(0.05)
    return True


if __name__ == "__main__":
    zygote.preload()  # once, for the zygotes of all steps
    json.dump({step: opened(step) for step in STEPS}, sys.stdout)
