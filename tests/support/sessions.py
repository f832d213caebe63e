"""Short ways to open a worker and to ask it, for tests of the real cage."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import wire
from autograder.model import Isolation, Limits, Permits
from autograder.sandbox import (
    Answer,
    Done,
    Sandbox,
    Secrets,
    Session,
    Value,
    lockdown,
    read_raised,
)

LIMITS = Limits(memory_mb=200, disk_mb=8, output_kb=16, total_seconds=120)
PATIENCE = 60.0
"""Seconds for what has to succeed, on a busy machine."""


class Weakened(Sandbox):
    """A sandbox as on a machine that lacks layers: `changes` of its workers' plans are a test's."""

    def __init__(self) -> None:
        super().__init__(Isolation.BEST_EFFORT, private=False)
        self.changes: dict[str, Any] = {}

    def _plan(self, folder: Path, limits: Limits, permits: Permits) -> lockdown.Plan:
        return replace(super()._plan(folder, limits, permits), **self.changes)


class Asked:
    """A worker and what it is asked in short."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.cells = 0

    def cell(self, source: str, seconds: float = PATIENCE) -> Answer:
        """Run a cell of the notebook, numbered from 1."""
        self.cells += 1
        source = textwrap.dedent(source).strip("\n")
        request = {"op": "cell", "label": f"cell {self.cells}", "source": source}
        return _plain(self.session.ask(request, seconds))

    def module(self, source: str, name: str = "toy", seconds: float = PATIENCE) -> Answer:
        """Run a module."""
        source = textwrap.dedent(source).lstrip("\n")
        request = {"op": "module", "name": name, "file": f"{name}.py", "source": source}
        return _plain(self.session.ask(request, seconds))

    def drivers(self, source: str) -> Answer:
        """Define the drivers of the topic ``toy``."""
        return self.session.ask(
            {"op": "begin", "folder": "", "drivers": {"toy": textwrap.dedent(source)}}, PATIENCE
        )

    def call(
        self,
        name: str = "f",
        *arguments: Any,
        driver: tuple[str, str] | None = None,
        seconds: float = PATIENCE,
    ) -> Answer:
        """Call a function of the student's, or a driver."""
        request = {"op": "call", "name": name, "driver": driver}
        return self.session.ask(request, seconds, wire.encode((arguments, {}), names=True))

    def value(self, body: str, *arguments: Any) -> Any:
        """What a function ``f(*given)`` of that body returns; it must return something."""
        source = "def f(*given):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
        ran = self.module(source)
        assert ran == Done(), ran
        answer = self.call("f", *arguments)
        assert isinstance(answer, Value), answer
        return answer.value


def _plain(answer: Answer) -> Answer:
    """What is told of a cell or a module that only failed: its error."""
    match answer:
        case Value({"errors": [error]}):
            return read_raised(error)
    return answer


@contextmanager
def opened(
    sandbox: Sandbox,
    *,
    limits: Limits = LIMITS,
    processes: bool = False,
    secrets: Secrets | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Iterator[Asked]:
    """A fresh worker."""
    with sandbox.session(
        limits=limits,
        permits=Permits(processes=processes),
        secrets=secrets or Secrets(),
        files=files or {},
    ) as session:
        yield Asked(session)
