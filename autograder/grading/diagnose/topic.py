"""One topic: recorded calls put to its misconceptions, and those that fit them best."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder import wire
from autograder.course.reference import reference_functions
from autograder.grading.calls import InProcess
from autograder.grading.diagnose.agreement import equal_up_to_rounding, nearly
from autograder.grading.diagnose.carried import carried
from autograder.model import Call, Case, Diagnosis, Kind, Outcome, PartResult, StudentError
from autograder.testing import Misconception

Functions = Mapping[str, Callable[..., Any]]
Draw = Callable[[Case], np.random.Generator]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a call came to: a value, an exception, or something that is not data."""

    value: Any = None
    raised: str = ""
    data: bool = True

    def nearly(self, other: _Answer) -> bool:
        """Whether it differs from another by NaN or by precision alone, or not at all."""
        if not (self.data and other.data) or self.raised or other.raised:
            return self.like(other)
        return nearly(self.value, other.value)

    def like(self, other: _Answer, *, strictly: bool = False) -> bool:
        if not (self.data and other.data):
            return self.data == other.data
        if self.raised or other.raised:
            return self.raised == other.raised
        return equal_up_to_rounding(self.value, other.value, strictly=strictly)


@dataclass(frozen=True, slots=True)
class _RecordedCall:
    """One recorded call: its place, what the student answered, and what is right."""

    part: str
    case: Case
    call: Call
    student: _Answer
    right: _Answer

    @property
    def wrong(self) -> bool:
        """Whether the student did not answer as is right."""
        return not self.student.like(self.right)

    @property
    def silent(self) -> bool:
        """Whether the student's code did what it was asked, and there is nothing to compare."""
        return self.call.silent and not self.student.raised


@dataclass(frozen=True, slots=True)
class _Fit:
    """A misconception that fits.

    Attributes:
        misconception: which one.
        names: its functions that answer as the student's do.
        agreed: the calls, by their place, that it answers alike.
        evidence: those of them that the reference answers otherwise.
    """

    misconception: Misconception
    names: frozenset[str]
    agreed: frozenset[int]
    evidence: frozenset[int]


def diagnose(
    results: Sequence[PartResult], wrong: Sequence[Misconception], draw: Draw
) -> dict[str, tuple[Diagnosis, ...]]:
    """Name the misconceptions that explain the failed cases of one topic.

    Args:
        results: the judged parts of one topic.
        wrong: its misconceptions.
        draw: the generator of a case, as it was when the case was judged.

    Returns:
        The diagnoses by the part's number, those that explain most first; nothing for a part where
        none fits.
    """
    cases = [case for result in results for case in result.cases]
    if not any(case.calls for case in cases):
        return {}
    right = reference_functions(cases[0].case.topic)
    heard = list(_heard(results, InProcess(right)))
    passed = [result.case for result in cases if result.passed]
    fits = _fits(wrong, heard, right, passed, draw)
    explained = frozenset[int]().union(*(fit.evidence for fit in fits))
    if any(
        one.wrong for place, one in enumerate(heard) if place not in explained
    ):  # then perhaps what was called there calls what is wrong elsewhere
        topic = cases[0].case.topic
        more = [further for one in wrong if (further := carried(topic, one)) is not None]
        fits += _fits(more, heard, right, passed, draw)
    told = {}
    for result in results:
        number = result.part.number
        diagnoses = tuple(_diagnoses(_best(fits), heard, number))
        if not diagnoses and _asks_for_a_class(result):
            # its methods are functions of their own: one that is wrong says nothing of another
            here = [one for one in heard if one.part == number]
            passed = [judged.case for judged in result.cases if judged.passed]
            diagnoses = tuple(
                _diagnoses(_best(_fits(wrong, here, right, passed, draw)), here, number)
            )
        if diagnoses:
            told[number] = diagnoses
    return told


def _asks_for_a_class(result: PartResult) -> bool:
    return any(kind is Kind.CLASS for judged in result.cases for kind in judged.case.kinds.values())


def _fits(
    wrong: Sequence[Misconception],
    heard: Sequence[_RecordedCall],
    right: Functions,
    passed: Sequence[Case],
    draw: Draw,
) -> list[_Fit]:
    """All misconceptions that explain something."""
    return [
        fit
        for known in wrong
        for one in known.forms()
        for strictly in ((False, True) if _coarse(heard) else (False,))
        if (fit := _fit(one, heard, right, passed, draw, strictly=strictly)) is not None
    ]


def _heard(results: Sequence[PartResult], right: InProcess) -> Iterator[_RecordedCall]:
    for result in results:
        for judged in result.cases:
            for call in judged.calls:
                if (student := _students(call)) is not None:
                    answer = _answer(right, call)
                    yield _RecordedCall(result.part.number, judged.case, call, student, answer)


def _students(call: Call) -> _Answer | None:
    """What the student's code answered; ``None`` where it gave nothing that says how it computes."""
    if call.value is not None:
        return _Answer(wire.decode(call.value))
    if call.raised and call.outcome in (Outcome.RAISED, Outcome.BAD_VALUE):
        return _Answer(raised=call.raised)
    return _Answer(data=False) if call.outcome is Outcome.BAD_VALUE else None


def _answer(functions: InProcess, call: Call) -> _Answer:
    try:
        return _Answer(functions.answer(call).value)
    except StudentError as error:
        if error.outcome is Outcome.BAD_VALUE:
            return _Answer(data=False)
        return _Answer(raised=error.raised or error.public)


def _coarse(heard: Sequence[_RecordedCall]) -> bool:
    """Whether answers are right but for the precision in which they came.

    Then a mistake that is one of precision alone is looked for too: it must be shared to the full.
    """
    return any(
        one.student.like(one.right) and not one.student.like(one.right, strictly=True)
        for one in heard
    )


def _fit(
    misconception: Misconception,
    heard: Sequence[_RecordedCall],
    right: Functions,
    passed: Sequence[Case],
    draw: Draw,
    *,
    strictly: bool,
) -> _Fit | None:
    """Hold a misconception against all that was heard; ``None`` where it explains nothing.

    A function of it that once answers otherwise than the student's is not the student's. A call of
    functions that it does not replace as well may differ for another reason and refutes nothing; nor
    does an answer that differs by NaN or by precision, or that a driver gave (a gradient, which is lost
    where the mistake is written in numpy), while such are fewer than the plain calls that it explains.
    """
    names = set(misconception.build())
    agreed: set[int] = set()
    evidence: set[int] = set()
    slight: dict[int, set[str]] = {}
    case, functions = None, InProcess(right)
    for place, one in enumerate(heard):
        taken = names.intersection(one.call.functions)
        if not taken and not one.call.objects:
            continue
        if one.case is not case:  # functions may remember what they were asked
            case, functions = one.case, InProcess({**right, **misconception.build()})
        answer = _answer(functions, one.call)
        if not taken or (one.silent and not answer.raised):
            continue  # an object is what later calls depend on
        if answer.like(one.student, strictly=strictly):
            agreed.add(place)
            # If both return no data, that neither refutes nor supports that they share a mistake.
            if answer.data and not answer.like(one.right, strictly=strictly):
                evidence.add(place)
        elif not names.issuperset(one.call.functions):
            continue
        elif not strictly and (one.call.driver is not None or answer.nearly(one.student)):
            slight[place] = taken
        else:
            names -= taken
    plain = sum(heard[place].call.driver is None for place in evidence)
    through = any(heard[place].call.driver is not None for place in slight)
    if len(slight) >= (plain if through else len(evidence)):
        names -= set().union(*slight.values())
    fit = _narrowed(
        _Fit(misconception, frozenset(names), frozenset(agreed), frozenset(evidence)), heard
    )
    for one_passed in passed:
        if not fit.evidence:
            return None
        if fit.names.intersection(one_passed.parameters) and not any(
            _passes(one_passed, {**right, **_only(misconception.build(), some)}, draw)
            for some in {frozenset(names), fit.names}
        ):
            left = fit.names.difference(one_passed.parameters)
            fit = _narrowed(_Fit(misconception, left, fit.agreed, fit.evidence), heard)
    return fit if fit.evidence else None


def _narrowed(fit: _Fit, heard: Sequence[_RecordedCall]) -> _Fit:
    """The fit without calls in which a function took part that is refuted, or none that is left."""
    replaced = fit.misconception.build().keys()

    def kept(places: frozenset[int]) -> frozenset[int]:
        taken = {place: replaced & set(heard[place].call.functions) for place in places}
        return frozenset(place for place, names in taken.items() if names and names <= fit.names)

    evidence = kept(fit.evidence)
    shown = fit.names.intersection(
        name for place in evidence for name in heard[place].call.functions
    )
    return _Fit(fit.misconception, shown, kept(fit.agreed), evidence)


def _only(functions: Functions, names: frozenset[str]) -> Functions:
    return {name: function for name, function in functions.items() if name in names}


def _passes(case: Case, functions: Functions, draw: Draw) -> bool:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            case.run({**functions, "rng": draw(case)})
        except Exception:  # whatever a wrong function may do to a case
            return False
    return True


def _best(fits: Sequence[_Fit]) -> list[_Fit]:
    """The fits that explain what no other explains and more, those that explain most first."""
    kept = [fit for fit in fits if not any(fit.evidence < other.evidence for other in fits)]
    once = {fit.misconception.name: fit for fit in kept}
    return sorted(once.values(), key=lambda fit: -len(fit.evidence))


def _diagnoses(
    fits: Sequence[_Fit], heard: Sequence[_RecordedCall], number: str
) -> Iterator[Diagnosis]:
    """What the fits say of one part."""
    here = {place for place, one in enumerate(heard) if one.part == number}
    for fit in fits:
        if not fit.evidence & here:
            continue
        asked = {
            place
            for place in here
            if fit.names.intersection(heard[place].call.functions) and not heard[place].silent
        }
        involved = {name for place in fit.agreed & here for name in heard[place].call.functions}
        yield Diagnosis(
            name=fit.misconception.name,
            sentence=fit.misconception.sentence,
            functions=tuple(sorted(fit.names & involved)),
            agreed=len(fit.agreed & asked),
            calls=len(asked),
            cases=tuple(
                dict.fromkeys(heard[place].case.key for place in sorted(fit.evidence & here))
            ),
        )
