"""Whether a submission could be run on this machine at all, found by running one."""

from __future__ import annotations

import subprocess
import sys

from autograder.model import GraderError, Isolation, Limits, Permits, UsageError
from autograder.sandbox.answers import Died, Done, Raised
from autograder.sandbox.start import Sandbox
from autograder.sandbox.workers import Secrets
from autograder.sandbox.zygote import BASE

_SECONDS = 120.0
_IMPORTS = "import autograder.sandbox.zygote, numpy, torch, IPython"
_CELL = "import numpy, torch\ntorch.ones(2).sum()"


def why_not() -> str:
    """Why no submission could be run here; empty where one can.

    Starts Python as a grading does, without what the environment and the user's own folders add, then
    runs a cell in a worker.
    """
    return _no_python() or _no_worker()


def _no_python() -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-I", "-c", _IMPORTS],
            env=dict(BASE),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"Python could not be started: {error}"
    if not done.returncode:
        return ""
    said = done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"]
    return (
        f"{sys.executable} cannot import what grading needs: {said[-1]}. Packages that PYTHONPATH or the "
        f"user's own site-packages add do not count; install the packages into {sys.prefix}, for Python "
        f"{sys.version_info[0]}.{sys.version_info[1]}"
    )


def _no_worker() -> str:
    try:
        with (
            Sandbox(Isolation.BEST_EFFORT) as sandbox,
            sandbox.session(
                limits=Limits(), permits=Permits(), secrets=Secrets(), files={}
            ) as session,
        ):
            for request in (
                {"op": "begin", "folder": "", "drivers": {}},
                {"op": "cell", "label": "trial", "source": _CELL},
            ):
                answer = session.ask(request, _SECONDS)
                if answer == Done():
                    continue
                if isinstance(answer, Raised):
                    return f"a cell fails in a worker: {answer.kind}: {answer.text}"
                return answer.sentence if isinstance(answer, Died) else f"{answer}"
    except (UsageError, GraderError) as error:
        return f"{error}"
    return ""
