"""A failed case, drawn again from the seed, with the student's kept values for answers."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder import wire
from autograder.course.bank import load, misconceptions
from autograder.course.reference import reference_functions, reference_module
from autograder.grading.calls import Caller, InProcess, Recorder, Reply
from autograder.grading.diagnose import keep
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from autograder.model import Assignment, Call, Case, GraderError, Outcome, StudentError
from autograder.staff.explain.record import Failed, Record
from autograder.testing import Mismatch, assert_close, assert_frame_close
from autograder.testing.message import capital


@dataclass(frozen=True, slots=True)
class ReplayedCall:
    """One call of a case.

    Attributes:
        name: the function, or the method or attribute with its class; or the first that was given to the
            driver.
        driver: topic and name of the driver, where one was run.
        call: the call itself.
        names: of the positional arguments.
        arguments: the positional ones; functions are `wire.Name`.
        keywords: the others.
        student: what came back; a `keep.Excerpt` of a large array.
        known: whether that is known at all.
        raised: the exception instead, or why there was none.
        right: what the reference answers.
        difference: in words; empty if there is none, or none that can be described.
    """

    name: str
    driver: tuple[str, str] | None
    call: Call = field(repr=False)
    names: tuple[str, ...]
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    student: Any
    known: bool
    raised: str
    right: Any
    difference: str

    @property
    def differs(self) -> bool:
        """Whether the student's code answered otherwise than the reference."""
        return bool(self.difference or self.raised)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failed case with all that there is to say.

    Attributes:
        failed: what the results say of it.
        case: the case.
        assignment: the name of the manifest.
        seed: what its inputs were drawn from.
        calls: its calls, in order.
        sentences: of the misconceptions that explain it, by name.
    """

    failed: Failed
    case: Case
    assignment: str
    seed: str
    calls: tuple[ReplayedCall, ...]
    sentences: Mapping[str, str]


def explanations(
    record: Record, assignment: Assignment, parts: Sequence[str] = (), words: Sequence[str] = ()
) -> Iterator[Explanation]:
    """Draw the failed cases again that have something to tell: those that got as far as a call.

    Args:
        record: what the results say.
        assignment: the one that was graded, with its hidden cases.
        parts: numbers of parts; all where there are none.
        words: only cases whose key has one of these in it.

    Yields:
        One explanation a case, in the order of the results. Cases that the assignment no longer has
        are left out.
    """
    cases = {case.key: case for part in assignment.parts for case in part.cases}
    sentences = {
        question.topic: {one.name: one.sentence for one in misconceptions(question)}
        for question in assignment.questions
    }
    for failed in record.failed:
        case = cases.get(failed.key)
        if case is None or not chosen(failed, parts, words) or not is_explainable(failed):
            continue
        known = sentences[case.topic]
        yield Explanation(
            failed,
            case,
            assignment.name,
            record.seed,
            tuple(_replayed(case, record.seed, failed.answers)),
            {name: known.get(name, "") for name in failed.diagnoses},
        )


def chosen(failed: Failed, parts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a failed case is among those asked for; see `explanations`."""
    return (not parts or failed.part in parts) and (
        not words or any(word in failed.key for word in words)
    )


def is_explainable(failed: Failed) -> bool:
    """Whether there is more to tell than the outcome."""
    return failed.outcome in (Outcome.WRONG, Outcome.RAISED, Outcome.BAD_VALUE)


def inputs(
    assignment: str, case: str, seed: str, call: int = 0
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of one call of a case, drawn again: for a notebook.

    Args:
        assignment: the name of a manifest.
        case: the case's key.
        seed: the seed in the results.
        call: which of its calls, from 0; where they depend on earlier answers, those are the
            reference's.

    Returns:
        The positional arguments and the keywords.

    Raises:
        UsageError: the assignment does not exist.
        GraderError: there is no such case, or it makes no such call.
    """
    whole = load(assignment)
    found = [one for part in whole.parts for one in part.cases if one.key == case]
    if not found:
        raise GraderError(f"{assignment} has no case {case!r}")
    made = list(_replayed(found[0], seed, ()))
    if not 0 <= call < len(made):
        raise GraderError(f"{case!r} makes {len(made)} calls: there is no call {call}")
    return made[call].arguments, dict(made[call].keywords)


class _Answers:
    """Answers with the student's kept values, and with the reference's where none was kept."""

    def __init__(self, kept: Sequence[Mapping[str, Any]], reference: Caller) -> None:
        self._kept = list(kept)
        self._reference = reference
        self.heard: list[tuple[Any, bool, str, Any]] = []

    def answer(self, call: Call) -> Reply:
        """A value; `StudentError` where the student's code gave none."""
        heard = self._reference.answer(call)
        if heard.held:
            return heard
        place = len(self.heard)
        answer = self._kept[place] if place < len(self._kept) else {}
        if answer.get("function", call.label) != call.label:  # the case no longer goes the same way
            answer = {}
        raised = str(answer.get("raised", answer.get("outcome", "")))
        value, known = _kept_value(answer)
        self.heard.append((value, known, raised, heard.value))
        if raised:
            raise StudentError(Outcome.RAISED, raised)
        if known and not isinstance(value, keep.Excerpt):
            return Reply(value, heard.body)  # what is recorded of it is its arguments
        return heard


def _kept_value(answer: Mapping[str, Any]) -> tuple[Any, bool]:
    """The kept value, and whether there is one that can be read."""
    try:
        return (keep.value_of(answer["value"]), True) if "value" in answer else (None, False)
    except ValueError:
        return None, False


def _replayed(case: Case, seed: str, kept: Sequence[Mapping[str, Any]]) -> Iterator[ReplayedCall]:
    """The calls of a case, up to where the student's values end it."""
    answers = _Answers(kept, InProcess(reference_functions(case.topic)))
    recorder = Recorder(answers, room=wire.MAX_FRAME)
    with warnings.catch_warnings(), np.errstate(all="ignore"), suppress(Exception):
        # That the case fails is why we look at it.
        warnings.simplefilter("ignore")
        case.run(Namespace(recorder, generator(seed, case.key), case.kinds))
    for call, (value, known, raised, correct) in zip(recorder.calls, answers.heard, strict=False):
        arguments, keywords = wire.decode(call.arguments, names=True)
        difference = _difference(value, correct) if known else ""
        yield ReplayedCall(
            call.label,
            call.driver,
            call,
            _parameters(case.topic, call, len(arguments)),
            arguments,
            keywords,
            value,
            known,
            raised,
            correct,
            difference,
        )


def _parameters(topic: str, call: Call, count: int) -> tuple[str, ...]:
    """Names for positional arguments: those of the function's or the driver's parameters."""
    space = reference_module(topic)
    names: list[str] = []
    if call.driver is None:
        function = getattr(space, call.name, None)
        for attribute in call.path or (["__call__"] if call.target is not None else []):
            function = getattr(function, attribute, None)
    else:
        function = getattr(sys.modules[f"drivers.{call.driver[0]}"], call.driver[1])
    bound = (
        call.target is not None and call.driver is None
    )  # of a method the first one is the object
    parameters = [*inspect.signature(function).parameters.values()] if callable(function) else []
    for parameter in parameters[bound:]:
        if parameter.kind is parameter.VAR_POSITIONAL:
            break
        # An input must not take the name of a function of the student's.
        names.append(f"{parameter.name}_" if hasattr(space, parameter.name) else parameter.name)
    return (*names, *(f"argument_{place}" for place in range(len(names), count)))[:count]


def _difference(value: Any, correct: Any, what: str = "the result") -> str:
    """How a value differs from the right one; by the entries that are known."""
    head = capital(what)
    if wire.is_table(type(correct)):
        try:
            assert_frame_close(value, correct, what=what)
        except Mismatch as mismatch:
            return mismatch.detail
        return ""
    if isinstance(value, keep.Excerpt):
        array = np.asarray(correct)
        if array.shape != value.shape:
            return f"{head}: yours has the shape {value.shape}, expected {array.shape}."
        value, correct = value.entries, array.reshape(-1)[list(value.places)]
    try:
        assert_close(value, correct, what=what)
    except Mismatch as mismatch:
        return mismatch.detail
    except (TypeError, ValueError):  # words, or parts of unequal shapes
        return _of_parts(value, correct, what)
    return ""


def _of_parts(value: Any, correct: Any, what: str) -> str:
    if not isinstance(correct, list | tuple):
        text = f"{capital(what)}: yours is {value!r}, expected {correct!r}."
        return "" if value == correct else text
    if not isinstance(value, list | tuple) or len(value) != len(correct):
        return f"{capital(what)}: yours does not have {len(correct)} parts."
    parts = enumerate(zip(value, correct, strict=True))
    differences = [_difference(*pair, f"{what}[{place}]") for place, pair in parts]
    return "\n".join(filter(None, differences))
