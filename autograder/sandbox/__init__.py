"""The cage: starts, limits, feeds and kills the workers that run a student's code.

Theory of operation. Four kinds of processes stand in a row, each trusting only the ones to its
left:

    grader ── zygote ── cage ── worker

The *grader* holds every secret: reference, hidden cases, points, the results file. Before it
loads any of them it forks the *zygote* (`zygote`), which has numpy, torch and IPython imported
and does nothing but fork *cages* on demand. A cage (`cage`) is trusted; it forks one *worker*,
watches its memory and disk, and kills its whole tree when the grader says so, when the grader is
gone, or when a bound is passed. The worker locks itself down (`lockdown`: own uid, no_new_privs,
limits, `landlock`, `seccomp`), shows from inside that nothing secret is in reach (`probe`), and
only then begins to run the student's code (`autograder.untrusted.worker`). Where namespaces can be had,
zygote, cages and workers stand in some of their own (`private`). A `Session` is the
grader's end of its one socket; a `SubmissionWorkers` is the workers of one submission, one after the other.

    grader ⇄ worker   a stream socket: length-prefixed frames of data, one question, one answer
    grader ⇄ cage     a stream socket: anything, or its end, means stop; the cage says how it ended
    grader ← worker   a pipe: whatever the student's code prints

All of that is Linux. Elsewhere one's own code can be run in a plain process (`plain`), which is
bounded in time and in nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.sandbox.answers import (
    Answer,
    Died,
    Done,
    Frame,
    Held,
    Missing,
    Raised,
    Refused,
    Value,
    read_raised,
    readable,
)
from autograder.sandbox.crew import SubmissionWorkers
from autograder.sandbox.packages import absent, nearest_installed, offered
from autograder.sandbox.session import Session
from autograder.sandbox.workers import Secrets, Workers, for_own_code, require_linux

if TYPE_CHECKING:
    from autograder.sandbox.start import Sandbox

__all__ = [
    "Answer",
    "Died",
    "Done",
    "Frame",
    "Held",
    "Missing",
    "Raised",
    "Refused",
    "Sandbox",
    "Secrets",
    "Session",
    "SubmissionWorkers",
    "Value",
    "Workers",
    "absent",
    "for_own_code",
    "nearest_installed",
    "offered",
    "read_raised",
    "readable",
    "require_linux",
]


def __getattr__(name: str) -> Any:
    """`Sandbox` when it is asked for: what it is made of can only be imported on Linux."""
    if name != "Sandbox":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.sandbox.start import Sandbox

    return Sandbox
