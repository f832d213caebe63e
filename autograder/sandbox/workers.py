"""What gives out workers: the cage, or a plain process where there is none and one's own code is run."""

from __future__ import annotations

import abc
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from autograder.model import Isolation, Limits, Permits, UsageError
from autograder.sandbox import probe
from autograder.sandbox.session import Session


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


class Workers(abc.ABC):
    """Starts workers, each with the same isolation.

    Attributes:
        isolation: the level that was asked for.
        layers: the layers of isolation that the last worker has.
        findings: what the last worker could reach and must not; empty when all is well.
        caveat: a sentence for people who run their own code without a cage; empty with one.
    """

    caveat = ""

    def __init__(self, isolation: Isolation) -> None:
        self.isolation = isolation
        self.layers: Mapping[str, Any] = {}
        self.findings: tuple[str, ...] = ()

    @abc.abstractmethod
    def session(
        self,
        *,
        limits: Limits,
        permits: Permits,
        secrets: Secrets,
        files: Mapping[str, bytes],
    ) -> AbstractContextManager[Session]:
        """A fresh worker in a fresh folder, gone without a trace afterwards.

        Args:
            limits: what the student's code may use.
            permits: what widens the cage.
            secrets: what the worker must show to be out of reach.
            files: laid into its folder, by name.

        Raises:
            GraderError: the worker could not be set up, or its probe found a hole.
        """

    @abc.abstractmethod
    def close(self) -> None:
        """End every worker and whatever stands ready for more of them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def require_linux() -> None:
    """Refuse to grade where there is no cage.

    Raises:
        UsageError: this is not Linux.
    """
    if not _linux():
        raise UsageError(
            f"grading needs Linux, this is {sys.platform}: use `autograder check` for the "
            "public cases, or grade in a Linux container"
        )


def for_own_code(*, plain: bool | None = None) -> Workers:
    """Workers for one's own code on one's own machine: processes of their own, without a cage.

    Args:
        plain: whether they are plain processes; by default everywhere but on Linux.
    """
    if not _linux() if plain is None else plain:
        from autograder.sandbox.plain import Plain

        return Plain()
    from autograder.sandbox.start import Sandbox

    return Sandbox(Isolation.NONE)


def _linux() -> bool:
    return sys.platform.startswith("linux")
