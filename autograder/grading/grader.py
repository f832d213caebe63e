"""A `Grader`: a sandbox and an assignment, for one submission or for many, one after the other.

It imports as little as it can, so that the zygote that it forks starts sooner and inherits nothing secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from autograder.model import Assignment, Isolation, Report
from autograder.sandbox import require_linux


class Grader:
    """A sandbox and an assignment, ready for submissions.

    Attributes:
        sandbox: where their code runs.
    """

    def __init__(
        self,
        assignment: str | Path | Assignment,
        root: str | Path | None = None,
        *,
        isolation: Isolation = Isolation.STRICT,
        keep_from: Sequence[Path] = (),
        unreadable: Sequence[Path] = (),
        mark: str = "",
    ) -> None:
        """Start the zygote, then load the assignment.

        Args:
            assignment: the name of a manifest, a path to one, or a loaded assignment.
            root: the course's folder; if ``None``, found from the working folder.
            isolation: which layers of the sandbox are required.
            keep_from: folders of results; see `request.Request`.
            unreadable: other files that a submission must not be able to read; see `request.Request`.
            mark: in the names of workers' folders; see `sandbox.workdir.clear`.

        Raises:
            AutograderError: the assignment or the machine is unsuitable; the message says why.
        """
        require_linux()
        from autograder.sandbox import Sandbox  # exists only on Linux

        self.sandbox = Sandbox(isolation, mark=mark)
        try:
            # Imported only now: the zygote is running and has inherited none of it.
            from autograder.course.bank import load
            from autograder.grading import pipeline
            from autograder.grading.request import Request

            self._run = pipeline.run
            self._request = Request(
                Path(),
                assignment if isinstance(assignment, Assignment) else load(assignment, root),
                isolation=isolation,
                keep_from=tuple(keep_from),
                unreadable=tuple(unreadable),
            )
        except BaseException:
            self.sandbox.close()
            raise

    @property
    def assignment(self) -> Assignment:
        """The assignment."""
        return self._request.assignment

    def grade(self, path: str | Path, **options: Any) -> Report:
        """Grade one submission. Whatever it does, there is a report.

        Args:
            path: a notebook, a module, a folder of either, or a zip.
            options: fields of `request.Request`, such as ``users`` or ``watch``.

        Raises:
            UsageError: the path does not exist.
            GraderError: the harness itself failed.
        """
        self.sandbox.peak_mb = 0.0
        return self._run(replace(self._request, path=Path(path), **options), self.sandbox)

    def close(self) -> None:
        """End the zygote and every worker."""
        self.sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def grade(
    path: str | Path,
    assignment: str | Path | Assignment,
    *,
    root: str | Path | None = None,
    users: Sequence[str] = (),
    isolation: Isolation = Isolation.STRICT,
) -> Report:
    """Grade one submission.

    >>> report = grade("solution.ipynb", "a3_2023")  # doctest: +SKIP
    >>> report.score, report.assignment.points                  # doctest: +SKIP
    (39.0, 39.0)

    Args:
        path: a notebook, a module, a folder of either, or a zip.
        assignment: the name of a manifest, a path to one, or a loaded assignment.
        root: the course's folder; if ``None``, found from the working folder.
        users: ids of the submitters, which seed the hidden inputs.
        isolation: which layers of the sandbox are required.

    Returns:
        The report. Whatever the submission does, there is one.

    Raises:
        AutograderError: the path, the assignment or the machine is unsuitable; the message says why.
        GraderError: the harness itself failed.
    """
    with Grader(assignment, root, isolation=Isolation(isolation)) as grader:
        return grader.grade(path, users=tuple(users))
