"""`explain.json`: why each case came to its end, for staff, and so that it need not be judged again."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from autograder.model import Case, CaseResult, Diagnosis, Outcome, Part, PartResult, Report, Use
from autograder.staff.json_values import Data

_TEXTS = ("public", "detail", "hint", "diff", "staff", "unfilled", "kept", "followed")


def explained(report: Report) -> Data:
    """Everything that a report says about its cases, including what students may not see.

    Returns:
        ``refused``, ``notices`` and, by part number, ``diagnoses`` and ``cases``. A case, by its key, has
        its outcome, its seconds and, unless it passed, every explanation.
    """
    return {
        "refused": report.refused,
        "notices": list(report.notices),
        "parts": {
            part.part.number: {
                "diagnoses": [dataclasses.asdict(one) for one in part.diagnoses],
                "uses": [dataclasses.asdict(one) for one in part.uses],
                "cases": {case.case.key: _case(case) for case in part.cases},
            }
            for part in report.parts
        },
    }


def _case(result: CaseResult) -> Data:
    said = {name: value for name in _TEXTS if (value := getattr(result, name))}
    return {"outcome": str(result.outcome), "seconds": round(result.seconds, 4), **said}


def known(explanations: Mapping[str, Any], parts: Iterable[Part]) -> tuple[PartResult, ...]:
    """The verdicts on parts as `explained` wrote them down.

    Args:
        explanations: what it returned.
        parts: those that are wanted. One that has other cases now, that was not reached, or where
            the fault was ours, is left out: it is judged anew.
    """
    found = []
    for part in parts:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            told = explanations["parts"][part.number]
            cases = tuple(_result(case, told["cases"][case.key]) for case in part.cases)
            if len(cases) == len(told["cases"]) and all(map(_is_final, cases)):
                uses = tuple(Use(**one) for one in told.get("uses", ()))
                diagnoses = tuple(map(_diagnosis, told["diagnoses"]))
                found.append(PartResult(part, cases, diagnoses, uses=uses))
    return tuple(found)


def _is_final(result: CaseResult) -> bool:
    return result.outcome not in (Outcome.SKIPPED, Outcome.GRADER_ERROR)


def _result(case: Case, told: Mapping[str, Any]) -> CaseResult:
    texts = {name: told[name] for name in _TEXTS if name in told}
    return CaseResult(case, Outcome(told["outcome"]), seconds=told["seconds"], **texts)


def _diagnosis(told: Mapping[str, Any]) -> Diagnosis:
    values: Data = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
    }
    return Diagnosis(**values)
