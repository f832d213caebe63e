"""The one exception of the assertions: the kind of a difference, and the words for each reader."""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["type", "shape", "dtype", "nan", "value", "law", "score"]

PUBLIC: Final[dict[Kind, str]] = {
    "type": "a value has the wrong type",
    "shape": "a value has the wrong shape",
    "dtype": "the numbers are of the wrong kind",
    "nan": "a value is NaN or infinite in the wrong places",
    "value": "a value is wrong",
    "law": "the values violate a required property",
    "score": "the score does not reach what is required",
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
    "nothing",
]
"""The patterns that a difference may show."""

HINTS: Final[dict[Shown, str]] = {
    "sign": "Every value has the opposite sign.",
    "factor": "Every value is off by the same factor.",
    "offset": "Every value is off by the same amount.",
    "count": "A sum is taken instead of a mean, or the reverse.",
    "log count": "The logarithm of a sum is taken instead of that of a mean, or the reverse.",
    "gaussian": "The normalizing constant of a Gaussian is missing, or counted too often.",
    "base": "The logarithm has the wrong base.",
    "complement": "One minus the answer is returned, or the opposite truth value.",
    "exp": "The exponential of the answer is returned.",
    "log": "The logarithm of the answer is returned.",
    "square": "The square of the answer is returned.",
    "root": "The square root of the answer is returned.",
    "reciprocal": "The reciprocal of the answer is returned.",
    "absolute": "The sign is lost: the absolute value of the answer is returned.",
    "real": "Only the real or only the imaginary part of the answer is returned.",
    "conjugate": "The complex conjugate of the answer is returned.",
    "precision": "The values are right to a few digits only. "
    "Is a tensor made without a dtype, or something computed in float32?",
    "transposed": "The result is the transpose of the expected one.",
    "reversed": "The entries are in reverse order along an axis.",
    "shifted": "The entries are shifted by one along an axis.",
    "reordered": "The right numbers are in the wrong order.",
    "spread": "The result is the same all along an axis along which it should vary.",
    "unit axis": "An axis of length one is left over or missing.",
    "outer": "Two vectors were broadcast against each other into a matrix.",
    "unreduced": "The result is not reduced: a mean or a sum over an axis is missing.",
    "reduced": "The result is reduced over an axis that should remain.",
    "reshaped": "The right numbers have the wrong shape.",
    "length": "There is one entry too many or too few along an axis.",
    "repeated": "The right numbers are repeated along an axis that should not be there.",
    "kind": "The numbers are right; only their kind is wrong.",
    "rounded": "The right numbers were rounded to integers.",
    "finite part": "Wherever the values are finite, they are right.",
    "zero": "The result is NaN or infinite exactly where the answer is zero.",
    "nothing": "None was returned: is a `return` missing?",
}
"""What a student may read of a hidden case at level `hint`: no number, whatever the data are."""


class Mismatch(AssertionError):
    """A student's value that is not what a case asks for.

    The public sentence depends only on the kind, and the hint only on the pattern, so that no input,
    index or number of the data can get into them, whatever an author writes.
    """

    def __init__(
        self,
        kind: Kind,
        detail: str,
        pattern: Shown | None = None,
        diff: str | None = None,
        share: float | None = None,
    ) -> None:
        super().__init__(kind, detail)
        self._share = share
        self._kind: Kind = kind
        self._detail = detail
        self._diff = detail if diff is None else diff
        self._pattern: Shown | None = pattern

    @property
    def kind(self) -> Kind:
        """What is wrong: the type, shape, kind of numbers, NaN pattern or values, a law, or a score."""
        return self._kind

    @property
    def public(self) -> str:
        """One sentence that a student may read even about a hidden case."""
        return PUBLIC[self._kind]

    @property
    def hint(self) -> str:
        """The pattern of the difference in a sentence without a number; ``""`` if it has none."""
        return HINTS[self._pattern] if self._pattern else ""

    @property
    def diff(self) -> str:
        """What a student may read about a hidden case at level `diff`.

        That is what is expected, and only the size of what came: otherwise a submission could return
        its inputs to reveal them.
        """
        return self._diff

    @property
    def share(self) -> float | None:
        """The share of the case's points that a score earns, below 1; ``None`` for anything else."""
        return self._share

    @property
    def detail(self) -> str:
        """The whole explanation, with the numbers: for public cases and for staff."""
        return self._detail

    def __str__(self) -> str:
        return self._detail
