"""What each layer of the cage holds back: which attacks get through where it alone is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.support import hostile

LAYERS = ("landlock", "seccomp")
INFORMATIVE = {17, 23, 25, 26, 27, 28, 30, 31, 34, 46, 47, 49, 51, 55, 56, 57, 89, 94, 96, 98, 99}
"""Attacks that some layer may hold back; what is hung, large or odd is the limits' and the wire's."""


@dataclass(frozen=True)
class Claim:
    """What is claimed of the other layers where one is missing, by number of the attack.

    Attributes:
        through: what gets through.
        held: some of what does not, because another layer holds it.
    """

    through: frozenset[int]
    held: frozenset[int]


CLAIMS: Mapping[str, Mapping[str, Claim]] = {
    "seccomp": {
        "root": Claim(frozenset({27, 31, 55, 56}), frozenset({25, 26, 34, 46, 47, 98})),
        "ordinary": Claim(frozenset({27, 31, 55, 56}), frozenset({25, 26, 34, 46, 47, 98})),
    },
    "landlock": {
        "root": Claim(frozenset(), frozenset({25, 26, 34, 46, 47, 55, 57, 98})),
        "ordinary": Claim(frozenset({46, 57}), frozenset({25, 26, 47, 55, 98})),
    },
}


def informative(attacks: Sequence[hostile.Attack]) -> list[hostile.Attack]:
    """These attacks, without a permit: one that has processes would reach beyond its own tree."""
    return [each for each in attacks if each.number in INFORMATIVE and not each.setting[1]]


def complaints(attack: hostile.Attack, graded: hostile.Graded) -> list[str]:
    """What came out and should not have; that a layer is missing is known."""
    known = ("the cage has a hole",)
    return [words for words in graded.complaints(attack) if not words.startswith(known)]
