"""Start sessions: choose the layers, lay out a work folder, hear what the probe found."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.model import GraderError, Isolation, Limits, Permits, UsageError
from autograder.sandbox import cage, lockdown, probe, work
from autograder.sandbox.session import Session
from autograder.sandbox.zygote import Zygote

_KILOBYTE = 1 << 10


@dataclass(frozen=True, slots=True)
class Secrets:
    """What no worker may reach; each worker shows that it cannot.

    Attributes:
        unreadable: files and folders: the reference, the hidden cases, the submission's neighbours.
        unwritable: folders: where results go.
        unimportable: modules: the reference.
    """

    unreadable: tuple[Path, ...] = ()
    unwritable: tuple[Path, ...] = ()
    unimportable: tuple[str, ...] = ("reference",)

    def targets(self) -> probe.Targets:
        """The same as the probe takes it, only what exists."""
        return probe.Targets(
            tuple(str(path.resolve()) for path in self.unreadable if path.exists()),
            tuple(str(path.resolve()) for path in self.unwritable if path.exists()),
            self.unimportable,
        )


class Sandbox:
    """A zygote and the rules by which its workers are confined.

    Attributes:
        isolation: the level that was asked for.
        machine: what this machine gives.
        layers: what the last worker reached.
        findings: what its probe found, empty when all is well.
    """

    def __init__(self, isolation: Isolation = Isolation.STRICT) -> None:
        """Start the zygote.

        Raises:
            UsageError: this machine cannot give what the level asks for; says what is missing.
            GraderError: the zygote could not be started.
        """
        if not sys.platform.startswith("linux"):
            raise UsageError(
                f"grading needs Linux, this is {sys.platform}: use `autograder check` for the "
                "public cases, or grade in a Linux container"
            )
        self.isolation = isolation
        self.machine = lockdown.Machine()
        self.layers: Mapping[str, Any] = {}
        self.findings: tuple[str, ...] = ()
        missing = self.machine.layers().missing()
        if isolation is Isolation.STRICT and missing:
            raise UsageError(
                f"isolation strict is not possible on this machine, it lacks {'; '.join(missing)}. "
                "`autograder doctor` explains each layer; --isolation best-effort grades without."
            )
        self._zygote = Zygote()

    @contextmanager
    def session(
        self,
        *,
        limits: Limits,
        permits: Permits,
        secrets: Secrets,
        files: Mapping[str, bytes],
    ) -> Iterator[Session]:
        """A fresh worker in a fresh folder, gone without a trace afterwards.

        Args:
            limits: what the student's code may use.
            permits: what widens the cage.
            secrets: what the worker must show to be out of reach.
            files: laid into its folder, by name.

        Raises:
            GraderError: the worker could not be set up, or its probe found a hole.
        """
        folder = Path(tempfile.mkdtemp(prefix="autograder-"))
        session = None
        try:
            plan = self._plan(folder, limits, permits)
            work.lay_out(folder, files, plan.uid)
            order = cage.Order(plan, secrets.targets(), limits.memory_mb, limits.disk_mb)
            session = Session(
                *self._zygote.fork_cage(order), keep_output=limits.output_kb * _KILOBYTE
            )
            self.layers, self.findings = session.layers, tuple(session.findings)
            if self.findings and self.isolation is Isolation.STRICT:
                raise GraderError(
                    f"the cage does not hold here: {'; '.join(self.findings)}. Where files can be "
                    "read, close them to other users (chmod go-rwx) or lay them elsewhere."
                )
            yield session
        finally:
            if session is not None:
                session.end()
            work.remove(folder)

    def _plan(self, folder: Path, limits: Limits, permits: Permits) -> lockdown.Plan:
        caged = self.isolation is not Isolation.NONE
        return lockdown.Plan(
            work=str(folder),
            uid=lockdown.free_uid() if caged and self.machine.root else None,
            read_past_folders=caged and self.machine.layers().read_past_folders,
            landlock=caged,
            seccomp=caged,
            processes=permits.processes,
            protect=(os.getpid(), self._zygote.pid),
            memory_mb=limits.memory_mb,
            disk_mb=limits.disk_mb,
            cpu_seconds=int(limits.total_seconds) + 1,
        )

    def close(self) -> None:
        """End the zygote and every cage."""
        self._zygote.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
