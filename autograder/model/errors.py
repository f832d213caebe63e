"""Errors: whose fault it is decides the class.

AutograderError                 something the user of the program can mend; the message says how
├── UsageError                  a wrong path, option or name on the command line
└── AssignmentError             a manifest or a question folder that does not hold together
StudentError                    a call into the student's code that gave no value
GraderError                     our own fault: never published as a zero
"""

from __future__ import annotations

from autograder.model.enums import Outcome


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
