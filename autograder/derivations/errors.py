"""What can be wrong with a line before its value is compared with anything.

Unreadable    a matter of typing: the line costs nothing until the deadline
Unformed      a mistake of mathematics: the line is false, because its parts do not fit together
"""

from __future__ import annotations


class UnreadableLine(Exception):
    """A line that the language does not allow.

    Attributes:
        message: what cannot be read, and what to write instead.
        column: where, counted from 1 in the line as it was typed; 0 where no place can be named.
    """

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


class Unformed(Exception):
    """A formula whose parts do not fit together, such as a number added to a matrix.

    Attributes:
        message: which parts, and why they do not fit.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
