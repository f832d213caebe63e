"""The outcome of a grading: calls, cases, parts, the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.model.assignment import Assignment, Case, Part
from autograder.model.derivation import DerivationResult
from autograder.model.enums import Outcome
from autograder.model.points import POINT_DIGITS, Shares, exact, without


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a case, as it crossed; bytes, because the case may change what it sent and got.

    Attributes:
        name: the function or class that was called, the class of the object that was asked, or the first
            of those that were given to the driver.
        driver: topic and name of the driver, where one was run.
        functions: the student's functions and classes that took part.
        arguments: positional ones and keywords, encoded by `wire` with names.
        value: what came back, encoded by `wire`; ``None`` where nothing did.
        outcome: ``PASSED`` where a value came back, right or wrong; else why none did.
        raised: the exception's class and text, where the student's code raised one.
        op: ``"call"``; ``"get"`` or ``"set"`` for an attribute, ``"value"`` for what a name holds.
        path: the attributes that lead from the name or the object to what is called, read or set.
        target: the number of the object that is asked; ``None`` where it is a name.
        made: the number of the object that the call makes. Numbers count from 0 in every case, so that
            number 0 ends the objects of the case before.
        objects: whether an object of the case takes part: the call depends on the calls before it.
    """

    name: str
    driver: tuple[str, str] | None
    functions: tuple[str, ...]
    arguments: bytes = field(repr=False)
    value: bytes | None = field(repr=False)
    outcome: Outcome = Outcome.PASSED
    raised: str = ""
    op: str = "call"
    path: tuple[str, ...] = ()
    target: int | None = None
    made: int | None = None
    objects: bool = False

    @property
    def student_names(self) -> tuple[str, ...]:
        """The names that a student knows: functions, or a method as ``("Filter.predict",)``."""
        path = self.path or (("__call__",) if self.target is not None else ())
        return (".".join([self.name, *path]),) if path else self.functions

    @property
    def label(self) -> str:
        """The function, or the class with the attributes: ``"Filter.predict"``."""
        return ".".join([self.name, *self.path])

    @property
    def silent(self) -> bool:
        """Whether it has no value: an object is made, or an attribute set."""
        return self.made is not None or self.op == "set"

    @property
    def verb(self) -> str:
        """What ties that to its value in a sentence."""
        return "is" if self.op in ("get", "value") else "returned"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case.

    Attributes:
        case: the case.
        outcome: the verdict.
        public: what a student may read whatever the case: never an input or an expected value.
        detail: the explanation with numbers: for public cases and for staff.
        hint: the pattern of a difference in a sentence without a number, for level `hint`.
        diff: the explanation for level `diff`, of which a submission cannot choose the numbers.
        staff: what only staff may read: our own traceback, what the code printed in the call.
        seconds: wall-clock time of the case.
        calls: what it asked of the student's code and got; only of cases that fail through a value
            or an exception, and as much as there is room for.
        unfilled: whether the function is still as it was handed out.
        kept: of the calls, what staff may want to look at later, as data for JSON.
        followed: whether it is right but for a helper of the student's that is wrong elsewhere.
        share: of the points, where a score is too low to earn all of them; ``None`` for all else.
    """

    case: Case
    outcome: Outcome
    public: str = ""
    detail: str = ""
    staff: str = ""
    seconds: float = 0.0
    calls: tuple[Call, ...] = field(default=(), compare=False, repr=False)
    unfilled: bool = False
    hint: str = ""
    diff: str = ""
    kept: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    followed: bool = False
    share: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the case gives all of its points."""
        return self.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A misconception that explains wrong values of one part.

    Attributes:
        name: the misconception's name, shown to staff only.
        sentence: the sentence that the student reads.
        functions: the student's functions that return what the misconception does, in alphabetical order.
        agreed: in how many of the recorded calls they do.
        calls: how many calls of these functions were recorded, in the failed cases of the part.
        cases: keys of the cases in which the misconception and the reference differ.
    """

    name: str
    sentence: str
    functions: tuple[str, ...]
    agreed: int
    calls: int
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A function that failed and calls another one of the student's that is wrong elsewhere.

    Attributes:
        function: the one that failed.
        helper: the one that it calls.
        part: the number of the part in which the helper is wrong.
        public: whether a public case says so.
    """

    function: str
    helper: str
    part: str
    public: bool

    def __str__(self) -> str:
        return f"`{self.function}` uses your `{self.helper}`, which is wrong in {self.part}."


@dataclass(frozen=True, slots=True)
class PartResult:
    """The cases of one part, judged.

    Attributes:
        part: the part.
        cases: one entry a case, in order.
        diagnoses: the misconceptions that explain what failed; found after everything is judged.
        derivations: one entry a derivation that was reached.
        uses: what its failed functions call that is wrong elsewhere.
    """

    part: Part
    cases: tuple[CaseResult, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    derivations: tuple[DerivationResult, ...] = ()
    uses: tuple[Use, ...] = ()

    def score(self, *, hidden: bool | None = None) -> float:
        """Points earned by the public cases, the hidden ones, or (``None``) all cases and derivations."""
        asked = [one for one in self.cases if hidden is None or one.case.hidden is hidden]
        shares = {one.case.key: one.share for one in asked if one.share}
        earning = tuple(one.case for one in asked if one.passed or one.share)
        passed = self.part.worth(earning, shares)
        followed = {one.case.key: one.case for one in asked if one.followed}
        others = tuple(case for case in earning if case.key not in followed)
        whole = self.part.worth((*others, *followed.values()), without(shares, followed))
        earned = passed
        if whole > passed:
            earned += round((whole - passed) * self.part.follow_share, POINT_DIGITS)
        return exact(earned) + (self.derived if hidden is None else 0.0)

    @property
    def derived(self) -> float:
        """Points earned by the derivations of the part, where they stand in for functions beyond theirs."""
        asked = len(self.part.derivations)
        shares = sum(result.share for result in self.derivations)
        if not self.part.derivation_points:
            return self._in_place()
        if shares == asked:
            return self.part.derivation_points
        return round(self.part.derivation_points * shares / asked, POINT_DIGITS)

    def _in_place(self) -> float:
        """What derivations earn beyond the functions in whose place they may stand."""
        part, gained = self.part, 0.0
        partly: Shares = {result.case.key: result.share for result in self.cases if result.share}
        earned = {
            result.case.key: result.case for result in self.cases if result.passed or result.share
        }
        followed = {result.case.key for result in self.cases if result.followed}
        shares = {result.name: result.share for result in self.derivations}
        for task in part.derivations:
            theirs = {
                case.key: case
                for case in part.cases
                if case.functions and case.functions <= set(task.instead_of)
            }
            others = {key: case for key, case in earned.items() if key not in theirs}
            all_of_them = {**others, **theirs}
            rest = without(partly, theirs)
            base = part.worth(tuple(others.values()), partly)
            whole = part.worth(tuple(all_of_them.values()), rest) - base
            has = part.worth(tuple(earned.values()), partly) - base
            with_followed = {
                **earned,
                **{key: case for key, case in theirs.items() if key in followed},
            }
            in_part = without(partly, followed)
            followed_worth = part.worth(tuple(with_followed.values()), in_part) - base - has
            has += part.follow_share * followed_worth
            share = shares.get(task.name, 0.0)
            derived = whole if share == 1 else round(share * whole, POINT_DIGITS)
            gained += max(derived - has, 0.0)
            if share == 1:
                earned, partly = all_of_them, rest
        return exact(gained)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a grading found out; `gradescope` turns it into `results.json`.

    Attributes:
        assignment: what was graded.
        parts: one entry a part, in order.
        refused: why nothing could be graded (no notebook, not JSON, …), or ``""``.
        notices: sentences for the student: cells that failed, names that are missing.
        staff: sentences for staff: isolation, files ignored, suspicious calls.
        stopped: what did not run to its end, with why, in a line each: ``"code cell 2 failed: …"``.
        handed_in: what was read, such as ``"notebook a.ipynb (14 code cells)"``.
        output: what the student's code printed while its cells ran, cut.
        seconds: wall-clock time of the whole.
        seed: what the hidden inputs were drawn from.
        isolation: level asked for, layers reached.
        versions: of python, torch, numpy, otter-grader and this program.
        finished: whether every part was reached.
        standing: the value for the leaderboard; ``None`` where there is none.
    """

    assignment: Assignment
    parts: tuple[PartResult, ...]
    refused: str = ""
    notices: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    handed_in: str = ""
    output: str = ""
    seconds: float = 0.0
    seed: str = ""
    isolation: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    finished: bool = True
    standing: float | None = None

    @property
    def score(self) -> float:
        """Points earned in all parts, bonus parts included."""
        return sum(result.score() for result in self.parts)

    @property
    def grader_error(self) -> bool:
        """Whether a case or the whole fell to a fault of ours."""
        outcomes = (
            *(case.outcome for part in self.parts for case in part.cases),
            *(one.outcome for part in self.parts for one in part.derivations),
        )
        return Outcome.GRADER_ERROR in outcomes
