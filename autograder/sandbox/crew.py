"""The workers of one submission, one after the other, and what goes on before its code runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Self

from autograder.model import Assignment, Limits, Permits
from autograder.sandbox.answers import Answer, Died
from autograder.sandbox.session import Session
from autograder.sandbox.workers import Secrets, Workers


class SubmissionWorkers:
    """Opens the workers of one submission; at most one that may run its code is open at a time.

    A worker costs more than reading a notebook does, so that the first one reads before it runs: what
    it was asked then was answered before anything of the student's could have changed it.
    """

    def __init__(self, workers: Workers, assignment: Assignment, secrets: Secrets) -> None:
        """Open nothing yet.

        Args:
            workers: where they come from.
            assignment: its limits and permits are those of the student's code.
            secrets: what no worker may reach.
        """
        self._workers = workers
        self._limits, self._permits = assignment.limits, assignment.permits
        self._secrets = secrets
        self._files: Mapping[str, bytes] = {}
        self._stack = ExitStack()
        self._untouched: Session | None = None

    def lay_out(self, files: Mapping[str, bytes]) -> None:
        """Settle what lies in the folder of every worker from now on, by name."""
        self.close_worker()
        self._files = files

    def ask_untouched(
        self, request: Mapping[str, Any], seconds: float, data: bytes = b""
    ) -> Answer:
        """Ask a worker in which nothing of the student's has run; the next fresh one is the same.

        Raises:
            GraderError: no worker can be had.
        """
        if self._untouched is None:
            self._untouched = self._open()
        answer = self._untouched.ask(request, seconds, data)
        if isinstance(answer, Died):
            self.close_worker()
        return answer

    def separate_worker(
        self, limits: Limits, files: Mapping[str, bytes]
    ) -> AbstractContextManager[Session]:
        """A worker that never runs the submission, with its own limits and files.

        Raises:
            GraderError: no worker can be had.
        """
        return self._workers.session(
            limits=limits, permits=Permits(), secrets=self._secrets, files=files
        )

    def fresh(self) -> Session:
        """A worker in which nothing of the student's has run, open until it is closed.

        Raises:
            GraderError: no worker can be had.
        """
        session, self._untouched = self._untouched or self._open(), None
        return session

    def close_worker(self) -> None:
        """End the worker that is open."""
        self._untouched = None
        self._stack.close()

    def _open(self) -> Session:
        self.close_worker()
        return self._stack.enter_context(
            self._workers.session(
                limits=self._limits,
                permits=self._permits,
                secrets=self._secrets,
                files=self._files,
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_worker()
