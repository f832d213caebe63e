"""What a worker reads from a notebook, and where code uses what a question forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from autograder.grading.submission import kinds
from autograder.grading.submission.definitions import (
    PARSED_OF_ONE,
    Unit,
)
from autograder.grading.submission.files import (
    UnreadableSubmission,
    shorten,
)
from autograder.model import Assignment, Limits
from autograder.sandbox import Answer, Died, Raised, SubmissionWorkers, Value

_LIGHT = 1 << 20  # bytes of a notebook that may be read where the code will run
_PARSING = Limits(cell_seconds=60, call_seconds=60, total_seconds=60, memory_mb=512, disk_mb=192)
_LOOKING_SECONDS = 10.0
NO_NOTEBOOK: Mapping[str, Any] = MappingProxyType(
    {"cells": [], "language": "", "python": "", "elsewhere": {}}
)


def read_notebook(name: str, content: bytes, crew: SubmissionWorkers) -> dict[str, Any]:
    """The content of a notebook, read by a worker and checked for its form.

    Raises:
        UnreadableSubmission: it is not a notebook, or cannot be read.
    """
    match _parsed(content, crew):
        case Value(dict() as told) if _is_valid_reply(told):
            return told
        case Raised(kind="NotebookError", text=text):
            raise UnreadableSubmission(f"{shorten(name)}: {kinds.foreign(content) or text}")
        case Died(why="memory" | "time"):
            raise UnreadableSubmission(
                f"{name} is too large to be read. Clear its outputs and try again."
            )
        case _:
            raise UnreadableSubmission(f"{name} is not a notebook that can be read.")


def _is_valid_reply(told: dict[str, Any]) -> bool:
    match told:
        case {
            "cells": list(cells),
            "language": str(),
            "python": str(),
            "elsewhere": dict(elsewhere),
        }:
            words = (*cells, *elsewhere, *elsewhere.values())
            return all(type(word) is str for word in words)
    return False


def cells_of(told: Mapping[str, Any]) -> list[Unit]:
    """The code cells that are not empty, by their numbers."""
    return [
        Unit("", f"code cell {number}", source)
        for number, source in enumerate(told["cells"], start=1)
        if source.strip()
    ]


def _parsed(content: bytes, crew: SubmissionWorkers) -> Answer:
    """The answer of the worker that parses a notebook: for a small one, the worker that will run it.

    A second worker is asked if the first was killed, perhaps from outside, or if the assignment allows
    less memory and disk than parsing takes: nothing of the submission has run yet.
    """
    if len(content) <= _LIGHT:
        answer = crew.ask_untouched({"op": "notebook"}, _PARSING.call_seconds, content)
    else:
        answer = _parsed_apart(content, crew)
    if isinstance(answer, Died) and answer.why in ("killed", "memory", "disk"):
        return _parsed_apart(content, crew)
    return answer


def _parsed_apart(content: bytes, crew: SubmissionWorkers) -> Answer:
    with crew.separate_worker(_PARSING, {"notebook": content}) as session:
        return session.ask({"op": "notebook", "file": "notebook"}, _PARSING.call_seconds)


def forbidden_uses(
    units: list[Unit], assignment: Assignment, crew: SubmissionWorkers
) -> Iterator[str]:
    """For staff: where a question's functions use what it asks not to use."""
    asked = [question for question in assignment.questions if question.forbidden]
    if not asked:
        return
    small = [
        (unit.space, unit.label, unit.source) for unit in units if len(unit.source) <= PARSED_OF_ONE
    ]
    request: dict[str, Any] = {"op": "uses", "units": small}
    with crew.separate_worker(_PARSING, {}) as session:
        for question in asked:
            request["functions"] = list(question.functions)
            request["forbidden"] = list(question.forbidden)
            answer = session.ask(request, _LOOKING_SECONDS)
            if not isinstance(answer, Value):
                yield "The code could not be searched for functions that a question asks not to use."
                return
            for function, place, line, name in answer.value:
                yield (
                    f"{place}, line {line}: `{function}` uses {name}, which question "
                    f"{question.number} asks not to use. No point depends on this."
                )
