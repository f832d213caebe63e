"""The words of the program: assignment, question, part, case, outcome, report, and the errors.

Everything here is a frozen value. Nothing here reads a file, starts a process or compares a number.
"""

from autograder.model.assignment import (
    Assignment,
    Case,
    Kinds,
    Leaderboard,
    Limits,
    Part,
    Permits,
    Question,
)
from autograder.model.derivation import DerivationLine, DerivationResult, DerivationTask
from autograder.model.enums import Feedback, Isolation, Kind, Outcome, Visibility
from autograder.model.errors import (
    AssignmentError,
    AutograderError,
    GraderError,
    StudentError,
    UsageError,
)
from autograder.model.points import POINT_DIGITS, Shares
from autograder.model.report import Call, CaseResult, Diagnosis, PartResult, Report, Use

__all__ = [
    "POINT_DIGITS",
    "Assignment",
    "AssignmentError",
    "AutograderError",
    "Call",
    "Case",
    "CaseResult",
    "DerivationLine",
    "DerivationResult",
    "DerivationTask",
    "Diagnosis",
    "Feedback",
    "GraderError",
    "Isolation",
    "Kind",
    "Kinds",
    "Leaderboard",
    "Limits",
    "Outcome",
    "Part",
    "PartResult",
    "Permits",
    "Question",
    "Report",
    "Shares",
    "StudentError",
    "UsageError",
    "Use",
    "Visibility",
]
