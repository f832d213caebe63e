"""Start sessions: choose the layers, lay out a work folder, hear what the probe found."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from autograder import wire
from autograder.model import GraderError, Isolation, Limits, Permits, UsageError
from autograder.sandbox import cage, lockdown, probe, strays, workdir
from autograder.sandbox.session import Session
from autograder.sandbox.workers import Secrets, Workers, require_linux
from autograder.sandbox.zygote import Zygote

_KILOBYTE = 1 << 10
_FOLDER_SECONDS = 120.0  # the first cage waits for the zygote, which imports torch


@contextmanager
def _folder_of(control: socket.socket, path: Path) -> Iterator[Path]:
    """Wait until a cage has made its worker's folder.

    Args:
        control: the cage's socket.
        path: where the cage was asked to make it.

    Yields:
        The folder by a name that leads there in this process: a cage with a private view sends a handle.

    Raises:
        GraderError: it could not be made.
    """
    control.settimeout(_FOLDER_SECONDS)
    said, handles = b"", list[int]()
    try:
        said, handles, _, _ = socket.recv_fds(control, 1, 1)
    except TimeoutError as error:
        raise GraderError(
            f"no cage was ready within {_FOLDER_SECONDS:g} seconds; the machine may be overloaded"
        ) from error
    except OSError:
        pass
    if said != cage.READY:
        raise GraderError(
            f"no cage could be made, or it could not make a folder in {tempfile.gettempdir()}"
        )
    control.settimeout(None)
    try:
        yield Path(f"/proc/self/fd/{handles[0]}") if handles else path
    finally:
        for handle in handles:
            os.close(handle)


def _inside(paths: Iterable[str], folders: Iterable[str]) -> tuple[str, ...]:
    """Those of some paths that lie in one of the folders."""
    above = tuple(os.path.realpath(folder) + os.sep for folder in folders)
    return tuple(path for path in paths if path.startswith(above))


def _file_in(path: str) -> str:
    """A file in a folder; the path itself where it is a file, or where the folder has none."""
    return next((os.path.join(at, one) for at, _, names in os.walk(path) for one in names), path)


class Sandbox(Workers):
    """A zygote and the rules by which its workers are confined.

    Attributes:
        machine: what this machine gives.
        peak_mb: the greatest resident memory that a process of an ended worker had, of all workers
            since it was last set.
    """

    def __init__(
        self,
        isolation: Isolation = Isolation.STRICT,
        *,
        mark: str = "",
        more: Sequence[str] = (),
        private: bool = True,
    ) -> None:
        """Start the zygote.

        Args:
            isolation: how much of the cage must stand.
            mark: in the names of workers' folders; see `workdir.clear`.
            more: modules that its workers need in addition to those that all need.
            private: whether workers have a private view of the machine, where it can be had.

        Raises:
            UsageError: this machine cannot give what the level asks for; says what is missing.
            GraderError: the zygote could not be started.
        """
        require_linux()
        super().__init__(isolation)
        self.machine = lockdown.Machine()
        self.peak_mb = 0.0
        self._mark = mark
        missing = self.machine.layers().missing()
        if isolation is Isolation.STRICT and missing:
            raise UsageError(
                f"isolation strict is not possible on this machine, it lacks {'; '.join(missing)}. "
                "`autograder doctor` explains each layer; --isolation best-effort grades without."
            )
        self._more, self._private = tuple(more), private and isolation is not Isolation.NONE
        self._zygote = Zygote(self._more, private=self._private)

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

        A zygote that has been killed, by a machine without memory for example, is replaced.

        Args:
            limits: what the student's code may use.
            permits: what widens the cage.
            secrets: what the worker must show to be out of reach.
            files: laid into its folder, by name.

        Raises:
            UsageError: processes are permitted, and nothing here would keep their signals inside.
            GraderError: the worker could not be set up, or its probe found a hole.
        """
        if (
            permits.processes
            and self.isolation is Isolation.STRICT
            and not self.machine.keeps_signals_inside
        ):
            raise UsageError(
                "the assignment permits processes, which could send signals to every program of "
                "yours on this machine: grade it as root (in a container), or on Linux 6.12 or newer "
                "(Landlock ABI 6). --isolation best-effort grades without."
            )
        folder = workdir.unused_path(self._mark)
        session = None
        try:
            try:
                ends = self._cage(folder, limits, permits, secrets, files)
            except GraderError:
                if not self._zygote.gone():
                    raise
                self._zygote.close()
                self._zygote = Zygote(self._more, private=self._private)
                ends = self._cage(folder, limits, permits, secrets, files)
            session = Session(
                *ends,
                keep_output=limits.output_kb * _KILOBYTE,
                tables=wire.PANDAS in permits.packages,
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
                self.peak_mb = max(self.peak_mb, session.end().peak_mb)
            workdir.remove(folder)

    def _cage(
        self,
        folder: Path,
        limits: Limits,
        permits: Permits,
        secrets: Secrets,
        files: Mapping[str, bytes],
    ) -> tuple[socket.socket, socket.socket, int]:
        """Have a cage made, lay out the files, and let its worker begin.

        Returns:
            The grader's ends; see `Zygote.fork_cage`.

        Raises:
            GraderError: there is no cage, or no folder.
        """
        sealed = _inside(secrets.targets().unreadable, lockdown.readable())
        plan = replace(self._plan(folder, limits, permits), sealed=sealed)
        laid_mb, laid_files = workdir.laid(files)
        order = cage.Order(
            plan,
            self._targets(plan, secrets),
            limits.memory_mb,
            limits.disk_mb + laid_mb,
            workdir.MOST_FILES + laid_files,
        )
        control, data, output = self._zygote.fork_cage(order)
        try:
            with _folder_of(control, folder) as inside:
                workdir.lay_out(inside, files, plan.uid)
            with suppress(OSError):  # whether the cage is gone, the session will hear
                control.sendall(cage.GO)
        except BaseException:
            control.close()
            data.close()
            os.close(output)
            raise
        return control, data, output

    def _targets(self, plan: lockdown.Plan, secrets: Secrets) -> probe.Targets:
        """What a worker must show to be out of its reach: where Landlock is, every place open to all.

        What Landlock seals inside of Python's folders may be listed, so a file of it is tried.
        """
        targets = secrets.targets()
        if not (plan.landlock and self.machine.landlock):
            return targets
        places = tuple(place for place in strays.PLACES if Path(place).is_dir())
        tried = (_file_in(p) if p in plan.sealed else p for p in targets.unreadable)
        return replace(targets, unreadable=tuple(tried), unwritable=(*targets.unwritable, *places))

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
