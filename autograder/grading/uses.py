"""Which of a student's functions call which others: "uses your `q_sample`, which is wrong in 7.1".

Read from the source, never by running it: a name that a function looks up, directly or through functions
of the student's own.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence

from autograder.grading.submission.definitions import PARSED_OF_ALL, PARSED_OF_ONE, Unit
from autograder.model import Case, CaseResult, Outcome, Part, Use, Visibility
from autograder.untrusted.python import parsed

_WRONG = frozenset({Outcome.WRONG, Outcome.BAD_VALUE})
Wrong = Mapping[str, tuple[str, bool]]
"""By function, the number of the part in which it alone is wrong, and whether a public case says so."""


def names_used(units: Sequence[Unit], wanted: Collection[str]) -> dict[str, frozenset[str]]:
    """By function or class the names that it looks up, also through others of the submission.

    Args:
        units: the source; what cannot be parsed defines nothing, nor does more source than is honest.
        wanted: the functions and classes that are asked for.
    """
    direct: dict[str, set[str]] = {}
    room = PARSED_OF_ALL
    for unit in units:
        if len(unit.source) > min(PARSED_OF_ONE, room):
            continue
        room -= len(unit.source)
        tree = parsed(unit.source)
        for node in tree.body if tree is not None else ():
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                direct[node.name] = {
                    one.id if isinstance(one, ast.Name) else one.attr
                    for one in ast.walk(node)
                    if isinstance(one, ast.Name | ast.Attribute)
                }
    return {name: frozenset(_reached(name, direct)) for name in wanted if name in direct}


def _reached(name: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = [name]
    while left:
        for used in direct.get(left.pop(), set()) - found:
            found.add(used)
            left.append(used)
    return found - {name}


def wrong_alone(parts: Iterable[Part], judged: Mapping[str, CaseResult]) -> Wrong:
    """The functions that are wrong in cases that ask for nothing else, where the student may know.

    Args:
        parts: the assignment's.
        judged: the results, by the key of the case.
    """
    found: dict[str, tuple[str, bool]] = {}
    for part in parts:
        for case in part.cases:
            result = judged.get(case.key)
            if result is None or result.outcome not in _WRONG or not _is_reported(part, case):
                continue
            names = required_names(case)
            if len(names) == 1 and (names[0] not in found or not case.hidden):
                found.setdefault(names[0], (part.number, not case.hidden))
    return found


def required_names(case: Case) -> tuple[str, ...]:
    """The student's names that a case asks for."""
    return tuple(name for name in case.parameters if name != "rng")


def uses(
    part: Part, judged: Mapping[str, CaseResult], used: Mapping[str, frozenset[str]], wrong: Wrong
) -> tuple[Use, ...]:
    """What the functions of a part's failed cases use that is wrong elsewhere, each pair once."""
    failed = {
        name: None
        for case in part.cases
        if (result := judged.get(case.key)) is not None and result.outcome in _WRONG
        for name in required_names(case)
    }
    return tuple(
        Use(name, helper, number, public)
        for name in failed
        for helper, (number, public) in wrong.items()
        if helper in used.get(name, ()) and helper != name
    )


def _is_reported(part: Part, case: Case) -> bool:
    """Whether the student learns that a case failed, sooner or later."""
    return not case.hidden or (
        bool(part.feedback.value != "none") and part.visibility is not Visibility.HIDDEN
    )
