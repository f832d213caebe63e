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

Shown = Literal[
    "sign",
    "factor",
    "offset",
    "count",
    "log count",
    "gaussian",
    "base",
    "complement",
    "exp",
    "log",
    "square",
    "root",
    "reciprocal",
    "absolute",
    "real",
    "conjugate",
    "precision",
    "transposed",
    "reversed",
    "shifted",
    "reordered",
    "spread",
    "unit axis",
    "outer",
    "unreduced",
    "reduced",
    "reshaped",
    "length",
    "repeated",
    "kind",
    "rounded",
    "finite part",
    "zero",
]
"""The patterns that a difference may show."""

HINTS: Final[dict[Shown, str]] = {
    "sign": "Everything has the opposite sign.",
    "factor": "A constant factor is missing or too many.",
    "offset": "A constant term is missing or too many.",
    "count": "A sum stands where a mean is asked for, or the reverse.",
    "log count": "The logarithm of a sum stands where that of a mean is asked for, or the reverse.",
    "gaussian": "The normalizing constant of a Gaussian is missing, or counted too often.",
    "base": "The logarithm has another base than is asked for.",
    "complement": "One minus the answer is returned, or the opposite truth value.",
    "exp": "The exponential of the answer is returned.",
    "log": "The logarithm of the answer is returned.",
    "square": "The square of the answer is returned.",
    "root": "The square root of the answer is returned.",
    "reciprocal": "The reciprocal of the answer is returned.",
    "absolute": "The sign is lost: the absolute value of the answer is returned.",
    "real": "Only the real or only the imaginary part of the answer is returned.",
    "conjugate": "The complex conjugate of the answer is returned.",
    "precision": "It is right to single precision only, and double precision is asked for.",
    "transposed": "It is the transpose of what is asked for.",
    "reversed": "It stands in reverse order along an axis.",
    "shifted": "It is shifted by one along an axis.",
    "reordered": "The right numbers stand in the wrong order.",
    "spread": "It is the same all along an axis, where every place has a value of its own.",
    "unit axis": "An axis of length one is left over or missing.",
    "outer": "Two vectors were broadcast against each other to a matrix.",
    "unreduced": "It is not reduced: a mean or a sum over an axis is missing.",
    "reduced": "It is reduced over an axis that should remain.",
    "reshaped": "The right numbers stand in the wrong shape.",
    "length": "There is one entry too many or too few along an axis.",
    "repeated": "The right numbers are repeated along an axis that should not be there.",
    "kind": "The numbers are right, and only their kind is not.",
    "rounded": "The right numbers were rounded to integers.",
    "finite part": "Where both are finite, the numbers are right.",
    "zero": "It is NaN or infinite exactly where the answer is zero.",
}
"""What a student may read of a hidden case at level `hint`: no number, whatever the data are."""


class Mismatch(AssertionError):
    """A student's value that is not what a case asks for.

    The public sentence follows from the kind alone and the hint from the pattern alone, so that no
    input, index or number of the data can slip into them whatever an author writes.
    """

    def __init__(
        self, kind: Kind, detail: str, pattern: Shown | None = None, diff: str | None = None
    ) -> None:
        super().__init__(kind, detail)
        self._kind: Kind = kind
        self._detail = detail
        self._diff = detail if diff is None else diff
        self._pattern: Shown | None = pattern

    @property
    def kind(self) -> Kind:
        """What is wrong: its type, shape, kind of numbers, NaN pattern or values, or a law."""
        return self._kind

    @property
    def public(self) -> str:
        """One sentence that a student may read even of a hidden case."""
        return PUBLIC[self._kind]

    @property
    def hint(self) -> str:
        """The pattern of the difference in a sentence without a number; ``""`` where it has none."""
        return HINTS[self._pattern] if self._pattern else ""

    @property
    def diff(self) -> str:
        """What a student may read of a hidden case at level `diff`.

        That is what is expected, and of what came no more than its size: a submission could have
        its inputs told by returning them.
        """
        return self._diff

    @property
    def detail(self) -> str:
        """The whole explanation, with the numbers: for public cases and for staff."""
        return self._detail

    def __str__(self) -> str:
        return self._detail
