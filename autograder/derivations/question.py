"""What the author of a question writes about a derivation: the format of `derivations.py`."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import numpy as np

from autograder.derivations.space import Instance

RELATIONS: Final = ("<=", ">=", "=", "~")
"""Longer ones first: a line is searched for them in this order."""

TIGHT: Final = 4
"""Every so many instances one is an equality case."""

_USAGE = re.compile(r"([A-Za-z]\w*)\((\w+(?:, \w+)*)\)")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of a question.

    Attributes:
        latex: how it is typeset.
        meaning: what it is, in a few words for the student.
        also: other names under which students may write it.
    """

    latex: str
    meaning: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    r"""An operator of a question, or one that every question has.

    Attributes:
        usage: how it is written, such as ``"KL(a, b)"``. An argument called ``axis`` is the name of an
            axis and not a formula.
        latex: how it is typeset, with ``#1``, ``#2`` … for its arguments: ``r"\mathrm{KL}(#1 \,\|\, #2)"``.
        meaning: what it is, in a few words for the student.
        in_brackets: whether an argument that is a sum needs its own brackets.
    """

    usage: str
    latex: str
    meaning: str = ""
    in_brackets: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.usage.partition("(")[0]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its arguments."""
        match = _USAGE.fullmatch(self.usage)
        if match is None:
            raise ValueError(f"an operator's usage is like 'KL(a, b)', not {self.usage!r}")
        return tuple(match[2].split(", "))


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to meet a waypoint.

    Attributes:
        has: each entry is a group of names of which the value of the line must feel at least one.
        no: names that must not be written.
        counts: name, ``">="`` or ``"="``, and how often it must be written.
    """

    has: tuple[tuple[str, ...], ...]
    no: tuple[str, ...]
    counts: tuple[tuple[str, str, int], ...]

    @classmethod
    def read(cls, text: str) -> Rule:
        """A rule as authors write it: ``"E R y|X / no KL / R>=3"``.

        Raises:
            ValueError: the text is not such a rule.
        """
        head, *rest = (part.strip() for part in text.split(" / "))
        no: tuple[str, ...] = ()
        counts = []
        for part in rest:
            if match := re.fullmatch(r"no ([\w ]+)", part):
                no += tuple(match[1].split())
            elif match := re.fullmatch(r"(\w+)(>=|=)(\d+)", part):
                counts.append((match[1], match[2], int(match[3])))
            else:
                raise ValueError(f"a rule's part is like 'no KL' or 'R>=3', not {part!r}")
        if not re.fullmatch(r"[\w|]+(?: [\w|]+)*", head):
            raise ValueError(f"a rule begins with the names that a line must have, not {head!r}")
        has = tuple(tuple(word.split("|")) for word in head.split())
        return cls(has, no, tuple(counts))


class Waypoint:
    """A step that a derivation must show.

    Attributes:
        sentence: what must be shown, for the student.
        rules: any of them is enough.
    """

    def __init__(self, sentence: str, *rules: str) -> None:
        """Declare a waypoint.

        Args:
            sentence: what must be shown, for the student.
            *rules: in the words of `Rule.read`.
        """
        self.sentence = sentence
        self.rules = tuple(map(Rule.read, rules))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong line that students write.

    Attributes:
        name: what it is called, for staff.
        after: a line that may stand before it, without its relation; ``""`` in equations.
        line: the wrong line, with its relation.
        sentence: what the student needs to read.
    """

    name: str
    after: str
    line: str
    sentence: str


@dataclass(frozen=True, slots=True)
class UpTo:
    """What ``~`` means in a question: equal up to a term, or a factor, that is constant along an axis.

    Attributes:
        kind: ``"term"`` or ``"factor"``.
        axis: the axis along which it is constant.
    """

    kind: Literal["term", "factor"]
    axis: str


@dataclass(frozen=True, eq=False)
class Derivation:
    """A derivation that students write line by line.

    Attributes:
        title: what is derived, in a few words.
        symbols: the question's symbols by name.
        operators: the question's own operators.
        instance: draws a random instance; its second argument says whether it is to be the equality
            case (see `tight`) or, without inequalities, another special case of the author's.
        first: the first line, given to the student.
        last: the last line with its relation, given to the student.
        relations: those that a line may begin with.
        up_to: what ``~`` means, where it is one of them.
        equations: whether each line is a separate equation that holds at the solution.
        entrywise: whether ``*`` between equal shapes is the entrywise product.
        variables: the symbols with respect to which ``grad`` may be taken.
        tight: where there are inequalities, the case in which first and last line are equal, in words.
        waypoints: the steps that must be shown.
        quantities: formulas that a difference between two lines may be, most telling ones first.
        wrong: wrong lines by name.
        note: what else the student must know about this derivation.
        unlisted: symbols and operators that may be written and are needed so little that the table for
            the student leaves them out.
    """

    title: str
    symbols: Mapping[str, Symbol]
    operators: tuple[Operator, ...]
    instance: Callable[[np.random.Generator, bool], Instance]
    first: str
    last: str
    relations: tuple[str, ...] = ("=",)
    up_to: UpTo | None = None
    equations: bool = False
    entrywise: bool = False
    variables: tuple[str, ...] = ()
    tight: str = ""
    waypoints: tuple[Waypoint, ...] = ()
    quantities: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    note: str = ""
    unlisted: tuple[str, ...] = ()
    name: str = ""
    _drawn: dict[tuple[str, int], Instance] = field(default_factory=dict, init=False, repr=False)

    def draw(self, index: int, stream: str = "judged") -> Instance:
        """One of the derivation's instances: the same for the same name, stream and index.

        Args:
            index: which one, from 0; every fourth is the equality case.
            stream: a name for a row of instances; those of ``"judged"`` decide.
        """
        key = (stream, index)
        if key not in self._drawn:
            seed = [zlib.crc32(word.encode()) for word in (self.name, stream)]
            drawn = self.instance(np.random.default_rng([*seed, index]), is_special(index))
            if index >= _KEPT:
                return drawn
            self._drawn[key] = drawn
        return self._drawn[key]

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """The names of the axes of its tables."""
        return self.draw(0).space.names


_KEPT = 40  # instances of a stream that stay in memory


def is_special(index: int) -> bool:
    """Whether the instance of this index is an equality case."""
    return index % TIGHT == TIGHT - 1
