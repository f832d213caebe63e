"""Processes of their own for questions and mutants, which find torch already imported."""

from __future__ import annotations

import time
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import ForkServerContext, SpawnContext

_IMPORTED = ["torch", "autograder.staff.validate", "autograder.staff.mutants.work"]


def context() -> ForkServerContext | SpawnContext:
    """How to start them: forks of a process that imports torch once and never computes.

    A fork of this process would not work: torch does not survive a fork once it has computed. Without
    a fork server, each is a new interpreter.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    server = get_context("forkserver")
    server.set_forkserver_preload(_IMPORTED)
    return server


def processor_seconds(pid: int | None) -> float:
    """Processor time that a process has used so far; 0 if it has ended."""
    try:
        # What clock_getcpuclockid() returns for a process on Linux.
        return time.clock_gettime((~pid << 3) | 2) if pid else 0.0
    except OSError:
        return 0.0
