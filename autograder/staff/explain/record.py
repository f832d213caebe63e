"""A results file, as far as `explain` needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.gradescope.derivations import from_data
from autograder.gradescope.preview import read as read_results
from autograder.gradescope.writing import SCHEMA
from autograder.model import DerivationResult, Outcome, UsageError


@dataclass(frozen=True, slots=True)
class Failed:
    """A case that did not pass.

    Attributes:
        part: the part's number.
        key: the case's key.
        outcome: what became of it.
        detail: the grader's explanation, with numbers.
        diagnoses: names of the misconceptions that explain it.
        answers: what the student's code answered, as `diagnose.keep` writes it.
        trace: the end of a traceback on our side, where one was kept.
    """

    part: str
    key: str
    outcome: Outcome
    detail: str
    diagnoses: tuple[str, ...]
    answers: tuple[Mapping[str, Any], ...]
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a grading left for staff.

    Attributes:
        assignment: the name of the manifest.
        digest: of everything that could change a score.
        seed: what the hidden inputs were drawn from.
        parts: the numbers of all parts.
        failed: the cases that did not pass, in order.
        derivations: by the number of a part, those that were handed in.
        output: the report on the submission as a whole, such as why it could not be graded.
    """

    assignment: str
    digest: str
    seed: str
    parts: tuple[str, ...]
    failed: tuple[Failed, ...]
    derivations: Mapping[str, tuple[DerivationResult, ...]] = field(default_factory=dict)
    output: str = ""


def read(path: Path) -> Record:
    """Read a results file.

    Args:
        path: `results.json`, as `autograder grade` or a batch writes it.

    Raises:
        UsageError: it is missing, not JSON, or not of this program.
    """
    results = read_results(path)
    extra, output = results.get("extra_data"), results.get("output")
    if not isinstance(extra, dict) or "digest" not in extra:
        raise UsageError(
            f"{path} has nothing for staff in 'extra_data': either autograder did not write it, or "
            "its grading never began"
        )
    if extra.get("schema") != SCHEMA:
        raise UsageError(
            f"{path} was written by another version of autograder (schema {extra.get('schema')}, "
            f"this one reads {SCHEMA}): grade the submission again"
        )
    try:
        return Record(
            assignment=str(extra["assignment"]),
            digest=str(extra["digest"]),
            seed=str(extra["seed"]),
            parts=tuple(str(part["number"]) for part in extra["parts"]),
            failed=tuple(
                _failed(part, key, Outcome(outcome))
                for part in extra["parts"]
                for key, outcome in part["cases"].items()
                if outcome != Outcome.PASSED
            ),
            derivations={
                str(part["number"]): tuple(map(from_data, part.get("derivations", ())))
                for part in extra["parts"]
            },
            output=output if isinstance(output, str) else "",
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"{path}: 'extra_data' is not as autograder writes it ({error!r}); use the file as the "
            "grading left it"
        ) from error


def _failed(part: Mapping[str, Any], key: str, outcome: Outcome) -> Failed:
    kept = part.get("values", {}).get(key, {})
    return Failed(
        part=str(part["number"]),
        key=str(key),
        outcome=outcome,
        detail=str(part.get("explanations", {}).get(key, "")),
        diagnoses=tuple(map(str, part.get("diagnoses", {}).get(key, ()))),
        answers=tuple(dict(answer) for answer in kept.get("calls", ())),
        trace=str(part.get("traces", {}).get(key, "")),
    )
