"""The one exception of the assertions: the kind of a difference, and the words for each reader."""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["type", "shape", "dtype", "nan", "value", "law"]

PUBLIC: Final[dict[Kind, str]] = {
    "type": "the result is not the kind of value that is asked for",
    "shape": "the result has the wrong shape",
    "dtype": "the result holds the wrong kind of numbers",
    "nan": "the result is NaN or infinite in other places than the reference",
    "value": "the result differs from the reference",
    "law": "the result breaks a rule that it must obey",
}


class Mismatch(AssertionError):
    """A student's value that is not what a case asks for.

    The public sentence follows from the kind alone, so that no input, index or number of the data
    can slip into it whatever an author writes.
    """

    def __init__(self, kind: Kind, detail: str) -> None:
        super().__init__(kind, detail)
        self._kind: Kind = kind
        self._detail = detail

    @property
    def kind(self) -> Kind:
        """What is wrong: its type, shape, kind of numbers, NaN pattern or values, or a law."""
        return self._kind

    @property
    def public(self) -> str:
        """One sentence that a student may read even of a hidden case."""
        return PUBLIC[self._kind]

    @property
    def detail(self) -> str:
        """The whole explanation, with the numbers: for public cases and for staff."""
        return self._detail

    def __str__(self) -> str:
        return self._detail
