"""The words of the program: assignment, question, part, case, outcome, report, and the errors.

Everything here is a frozen value. Nothing here reads a file, starts a process or compares a
number.

    AutograderError                 something the user of the program can mend; the message says how
    ├── UsageError                  a wrong path, option or name on the command line
    └── AssignmentError             a manifest or a question folder that does not hold together
    StudentError                    a call into the student's code that gave no value
    GraderError                     our own fault: never published as a zero
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final


class Outcome(enum.StrEnum):
    """What became of one case; the values are what `results.json` and `grades.csv` say."""

    PASSED = "passed"
    WRONG = "wrong"
    RAISED = "raised"
    MISSING = "missing"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    BAD_VALUE = "bad_value"
    SKIPPED = "skipped"
    GRADER_ERROR = "grader_error"


class Visibility(enum.StrEnum):
    """When a student may see an entry; the values are Gradescope's own."""

    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    VISIBLE = "visible"


class Feedback(enum.StrEnum):
    """How much a hidden case says once it is shown: each level includes the ones before it."""

    NONE = "none"
    OUTCOME = "outcome"
    HINT = "hint"
    DIFF = "diff"


class Isolation(enum.StrEnum):
    """How much of the cage must stand before a student's code is run."""

    STRICT = "strict"
    BEST_EFFORT = "best-effort"
    NONE = "none"


class AutograderError(Exception):
    """Something that the user of the program can mend; the message says what, where and how."""


class UsageError(AutograderError):
    """A wrong path, option or name on the command line."""


class AssignmentError(AutograderError):
    """A manifest or a question folder that does not hold together."""


class GraderError(Exception):
    """Our own fault. Shown as such, never published as a zero."""


class StudentError(Exception):
    """A call into the student's code that gave no value.

    Attributes:
        outcome: what the case becomes when nobody catches this.
        public: what a student may read even of a hidden case: no input, no text of the exception.
        detail: the whole story, for public cases and for staff.
        raised: the exception's class and text, where the student's code raised one.
        unfilled: whether the function is still as it was handed out.
    """

    def __init__(
        self,
        outcome: Outcome,
        public: str,
        detail: str = "",
        raised: str = "",
        *,
        unfilled: bool = False,
    ) -> None:
        super().__init__(detail or public)
        self.unfilled = unfilled
        self.outcome = outcome
        self.public = public
        self.detail = detail or public
        self.raised = raised


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a submission may use; the manifest's `[limits]` table.

    Attributes:
        cell_seconds: wall-clock seconds for one cell or one module's import.
        call_seconds: wall-clock seconds for one call of a case.
        total_seconds: wall-clock seconds for the whole grading; what it does not reach is SKIPPED.
        memory_mb: resident memory of the student's processes, shared memory included.
        disk_mb: size of the student's work folder.
        output_kb: how much printed text of a run is kept; the rest is counted.
    """

    cell_seconds: float = 60.0
    call_seconds: float = 10.0
    total_seconds: float = 480.0
    memory_mb: int = 512
    disk_mb: int = 64
    output_kb: int = 64


@dataclass(frozen=True, slots=True)
class Permits:
    """What widens the cage for one assignment; the manifest's `[permits]` table. Default: nothing.

    Attributes:
        processes: whether the student's code may start processes (DataLoader workers).
        packages: import names beyond torch and numpy that the grading environment must have.
        files: files of the assignment that are laid into the student's work folder.
    """

    processes: bool = False
    packages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Kind(enum.StrEnum):
    """What a name of the stub stands for."""

    FUNCTION = "function"
    CLASS = "class"
    VALUE = "value"


Kinds = Mapping[str, Kind]
"""The kinds of names that are not functions."""


@dataclass(frozen=True, slots=True)
class Case:
    """One Otter test case.

    Attributes:
        topic: the question it belongs to.
        part: the key of its part, the words before the colon in its name.
        name: what it shows, the words after the colon.
        hidden: whether it is kept from students.
        weight: its weight inside its part; 0 for a public case of form.
        parameters: the names of the student's namespace that it asks for.
        run: calls the case with a namespace from which its parameters are taken.
        reason: why a hidden case stands that catches no misconception; empty otherwise.
        kinds: of those of its parameters that are not functions.
    """

    topic: str
    part: str
    name: str
    hidden: bool
    weight: float
    parameters: tuple[str, ...]
    run: Callable[[Mapping[str, Any]], None] = field(compare=False, repr=False)
    reason: str = ""
    kinds: Kinds = field(default_factory=dict, compare=False)

    @property
    def functions(self) -> frozenset[str]:
        """The student's functions that it asks for."""
        return frozenset(self.parameters) - {"rng", "env"}

    @property
    def key(self) -> str:
        """A name that is unique in the bank: ``topic/part: name``, hidden ones marked."""
        return f"{self.topic}/{self.part}: {self.name}" + (" [hidden]" if self.hidden else "")

    @property
    def form(self) -> bool:
        """Whether it looks at the form of an answer only and earns nothing."""
        return not self.weight


@dataclass(frozen=True, slots=True)
class DerivationLine:
    """One line of a student's derivation, judged.

    Attributes:
        typed: as it was typed.
        latex: as it was read; empty where it could not be.
        status: ``"holds"``, ``"false"``, ``"repeated"``, ``"cannot be read"`` or ``"not reached"``.
        explanation: sentences for the student, formulas between backticks; empty where it holds.
    """

    typed: str
    latex: str
    status: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class DerivationTask:
    """A derivation that a part asks for, to be handed in as a list of strings.

    Attributes:
        topic: the question that declares it.
        name: the student's function that returns the lines.
        title: what is derived.
        judge: takes what the function returned; whatever it is, gives the result.
        instead_of: functions of the part whose points the derivation may earn in their place.
    """

    topic: str
    name: str
    title: str
    judge: Callable[[Any], DerivationResult] = field(compare=False, repr=False)
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivationResult:
    """What became of a derivation.

    Attributes:
        name: the student's function.
        title: what is derived.
        outcome: ``PASSED`` where it is complete, ``WRONG`` where it is not; else why there are no lines.
        said: what is to be said of the whole, in a sentence.
        lines: one entry a line that was handed in.
        waypoints: each step that must be shown, and whether it is.
        share: which part of its points it earns, from 0 to 1.
        unfilled: whether the function is still as it was handed out.
        staff: our own traceback, where the fault is ours.
    """

    name: str
    title: str
    outcome: Outcome
    said: str
    lines: tuple[DerivationLine, ...] = ()
    waypoints: tuple[tuple[str, bool], ...] = ()
    share: float = 0.0
    unfilled: bool = False
    staff: str = ""

    @property
    def attempted(self) -> bool:
        """Whether there is anything of the student's to look at."""
        return not self.unfilled and self.outcome not in (Outcome.MISSING, Outcome.SKIPPED)


POINT_DIGITS: Final = 2
"""Decimals of the points that a part's cases give."""

Shares = Mapping[str, float]
"""By the key of a case, the share of its points that counts; 1 for cases that are not in it."""

_IN_FULL: Final[Shares] = {}


def _weight(cases: Iterable[Case], shares: Shares = _IN_FULL) -> float:
    return math.fsum(case.weight * shares.get(case.key, 1.0) for case in cases)


def _without(shares: Shares, others: Collection[str]) -> Shares:
    """The shares of the cases that are not among others."""
    return {key: share for key, share in shares.items() if key not in others}


def _exact(points: float) -> float:
    """A sum of points without the noise of binary fractions."""
    return round(points, 10)


@dataclass(frozen=True, slots=True)
class Part:
    """What carries points: automatic, written, or both.

    Attributes:
        number: as the student reads it, such as ``"1.2"``.
        key: the name of the part in its question's folder.
        title: one line for tables and Gradescope.
        points: points of the automatic part.
        written: points that a person gives.
        cases: public and hidden cases; empty for a part that is only written.
        bonus: whether its points come on top of the assignment's total.
        figure: whether the written answer has a code cell whose figure a person looks at.
        derivations: what it asks to be derived line by line.
        derivation_points: which of the points they carry, in equal shares; the cases carry the others.
        follows: functions of the question that this part's may call: a case that is right but for the
            student's own one, which is wrong elsewhere, earns ``follow_share`` of its points.
        follow_share: above 0, at most 1.
        feedback: how much its hidden cases say.
        visibility: when its hidden cases are shown.
        feedback_after: how much they say after the due date, if that is more; ``NONE`` if not.
    """

    number: str
    key: str
    title: str
    points: float
    written: float
    cases: tuple[Case, ...]
    bonus: bool = False
    feedback: Feedback = Feedback.OUTCOME
    visibility: Visibility = Visibility.AFTER_PUBLISHED
    feedback_after: Feedback = Feedback.NONE
    figure: bool = False
    derivations: tuple[DerivationTask, ...] = ()
    derivation_points: float = 0.0
    follows: tuple[str, ...] = ()
    follow_share: float = 1.0

    @property
    def public(self) -> tuple[Case, ...]:
        """The cases that the student has."""
        return tuple(case for case in self.cases if not case.hidden)

    @property
    def hidden(self) -> tuple[Case, ...]:
        """The cases that the student does not have."""
        return tuple(case for case in self.cases if case.hidden)

    def share(self, *, hidden: bool) -> float:
        """The points that its hidden, or its public, cases carry together.

        Both are round: the public cases' share has at most two decimals, the hidden ones' is the rest.
        """
        points = self.points - self.derivation_points
        weights = {
            kind: _weight(case for case in self.cases if case.hidden is kind)
            for kind in (False, True)
        }
        total = sum(weights.values())
        if not weights[hidden]:
            return 0.0
        public = (
            points if not weights[True] else round(points * weights[False] / total, POINT_DIGITS)
        )
        return _exact(points - public) if hidden else public

    def worth(self, cases: tuple[Case, ...], shares: Shares = _IN_FULL) -> float:
        """The points that these cases of the part carry together: at most two decimals, unless all.

        Args:
            cases: of the part.
            shares: of the cases that count in part.
        """
        worth = 0.0
        for hidden in (False, True):
            group = _weight(case for case in self.cases if case.hidden is hidden)
            asked = _weight((case for case in cases if case.hidden is hidden), shares)
            share = self.share(hidden=hidden)
            worth += share if asked == group else round(share * asked / group, POINT_DIGITS)
        return _exact(worth)

    @property
    def earns_by_derivation(self) -> bool:
        """Whether some of its points may be earned line by line."""
        return bool(self.derivation_points) or any(task.instead_of for task in self.derivations)


@dataclass(frozen=True, slots=True)
class Question:
    """One folder of the bank, as one assignment uses it.

    Attributes:
        topic: the folder's name.
        number: its place in the assignment, from 1.
        title: the first heading of the prompt.
        folder: where it lies.
        parts: in the order of the manifest.
        functions: the names that a student is asked for: those of the stub in its order, then those that
            return derivations.
        forbidden: what the question asks not to use, such as ``torch.nn.functional.kl_div``; staff are
            told where it is used, and no point depends on it.
        prompt: the file of the folder that holds what the student reads.
        kinds: of those of the names that are not functions.
    """

    topic: str
    number: int
    title: str
    folder: Path
    parts: tuple[Part, ...]
    functions: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    prompt: str = "prompt.md"
    kinds: Kinds = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A board on which students compare a number; the manifest's `[leaderboard]` table.

    Attributes:
        name: what is measured, with its unit; the head of the column.
        ascending: whether the smallest value is the best.
        topic: the question whose folder says how it is measured.
        parameters: the names of the student's namespace that the measuring asks for.
        measure: takes a namespace from which its parameters are taken; returns the value.
    """

    name: str
    ascending: bool
    topic: str
    parameters: tuple[str, ...]
    measure: Callable[[Mapping[str, Any]], float] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A manifest, read and validated.

    Attributes:
        name: the manifest's file name without its ending.
        title: as the student reads it.
        questions: in the order of the manifest.
        limits: what a submission may use.
        permits: what widens the cage.
        manifest: the file it was read from.
        digest: hex SHA-256 of everything that can change a score.
        leaderboard: the board, where there is one.
        graded_with: of a student's copy, the versions that the work is graded with, by name.
    """

    name: str
    title: str
    questions: tuple[Question, ...]
    limits: Limits
    permits: Permits
    manifest: Path
    digest: str
    leaderboard: Leaderboard | None = None
    graded_with: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, in order."""
        return tuple(part for question in self.questions for part in question.parts)

    @property
    def points(self) -> float:
        """The points that the program gives, bonus parts left out."""
        return sum(part.points for part in self.parts if not part.bonus)

    @property
    def functions(self) -> tuple[str, ...]:
        """Every name that a student is asked for, in order."""
        return tuple(name for question in self.questions for name in question.functions)

    @property
    def kinds(self) -> Kinds:
        """The kinds of those names that are not functions."""
        return {name: kind for one in self.questions for name, kind in one.kinds.items()}


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
    def asked(self) -> tuple[str, ...]:
        """What a student calls that was asked: ``("Filter.predict",)`` for a method of an object."""
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
        name: the misconception's, for staff.
        sentence: what the student needs to read.
        functions: the functions that answer as if they had it, in alphabetical order.
        agreed: how many recorded calls of these functions they answer alike.
        calls: how many calls of them were recorded, in the failed cases of the part.
        cases: keys of the cases in which the right answer is another.
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
        whole = self.part.worth((*others, *followed.values()), _without(shares, followed))
        earned = passed
        if whole > passed:
            earned += round((whole - passed) * self.part.follow_share, POINT_DIGITS)
        return _exact(earned) + (self.derived if hidden is None else 0.0)

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
            rest = _without(partly, theirs)
            base = part.worth(tuple(others.values()), partly)
            whole = part.worth(tuple(all_of_them.values()), rest) - base
            has = part.worth(tuple(earned.values()), partly) - base
            with_followed = {
                **earned,
                **{key: case for key, case in theirs.items() if key in followed},
            }
            in_part = _without(partly, followed)
            followed_worth = part.worth(tuple(with_followed.values()), in_part) - base - has
            has += part.follow_share * followed_worth
            share = shares.get(task.name, 0.0)
            derived = whole if share == 1 else round(share * whole, POINT_DIGITS)
            gained += max(derived - has, 0.0)
            if share == 1:
                earned, partly = all_of_them, rest
        return _exact(gained)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a grading found out; `gradescope` turns it into `results.json`.

    Attributes:
        assignment: what was graded.
        parts: one entry a part, in order.
        refused: why nothing could be graded (no notebook, not JSON, …), or ``""``.
        notices: sentences for the student: cells that failed, names that are missing.
        staff: sentences for staff: isolation, files ignored, suspicious calls.
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
