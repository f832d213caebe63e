"""Findings → shapes: coordinates, words to hover over, and words for who cannot see them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.model import Outcome
from autograder.model.wording import plural
from autograder.staff.insight.statistics import Bar

KINDS: Mapping[str, tuple[str, tuple[Outcome, ...]]] = {
    "passed": ("passed", (Outcome.PASSED,)),
    "wrong": ("wrong value", (Outcome.WRONG,)),
    "raised": ("exception, no usable value", (Outcome.RAISED, Outcome.BAD_VALUE)),
    "stopped": (
        "time, memory, crash",
        (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED),
    ),
    "missing": ("missing", (Outcome.MISSING,)),
    "open": ("skipped, grader error", (Outcome.SKIPPED, Outcome.GRADER_ERROR)),
}
"""Outcomes by colour: the class of the shape, what the legend says, and which they are."""

_WIDTH, _HEIGHT = 720, 290
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 28, 32, 58
_TICKS = 6
_DECADES = 1e3
_LABEL = 40, 12  # the room that a label takes


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle or a circle.

    Attributes:
        x: left edge, or centre.
        y: upper edge, or centre.
        width: of a rectangle.
        height: of a rectangle.
        words: what is shown when the pointer or the keyboard focus is on it.
        kind: its class.
        token: which submissions it stands for; empty for none.
        label: what is written next to it.
    """

    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    words: str = ""
    kind: str = ""
    token: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """Axes and shapes in one box.

    Attributes:
        shapes: in the order in which they are drawn and reached.
        across: ticks of the horizontal axis.
        up: ticks of the vertical axis.
        summary: the plot in words.
        horizontal: what the horizontal axis shows.
        vertical: what the vertical axis shows.
        line: a vertical line, where there is one.
    """

    shapes: tuple[Shape, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    summary: str
    horizontal: str
    vertical: str
    line: Tick | None = None
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    right: int = _WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = _HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: its ends, what it shows, and whether equal steps are equal factors."""

    low: float
    high: float
    words: str
    factors: bool = False


class Axis:
    """From values to coordinates, with a tick at every round number.

    Attributes:
        ticks: those numbers that lie on it.
    """

    def __init__(self, scale: Scale, start: float, end: float) -> None:
        """Lay a scale between two coordinates.

        Args:
            scale: the axis's ends; where equal steps are equal factors, both above 0.
            start: where its lower end lies.
            end: where its upper end lies.
        """
        self._factors = scale.factors
        self._low = self._place(scale.low)
        self._span = (self._place(scale.high) - self._low) or 1.0
        self._start, self._length = start, end - start
        marks = _factors(scale) if scale.factors else _steps(scale.low, self._span)
        self.ticks = tuple(Tick(self(mark), f"{mark:.6g}") for mark in marks)

    def __call__(self, value: float) -> float:
        """Where a value lies, to a tenth."""
        place = (self._place(value) - self._low) / self._span
        return round(self._start + self._length * place, 1)

    def _place(self, value: float) -> float:
        return math.log10(value) if self._factors else value


def _steps(low: float, span: float) -> list[float]:
    step = step_of(span)
    first, last = math.ceil(low / step - 1e-9), math.floor((low + span) / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def _factors(scale: Scale) -> list[float]:
    """1, 2 and 5 times powers of ten; the powers alone where that is too many."""
    powers = range(math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high)) + 1)
    digits = (1.0, 2.0, 5.0) if scale.high < _DECADES * scale.low else (1.0,)
    marks = [digit * 10.0**power for power in powers for digit in digits]
    return [mark for mark in marks if scale.low <= mark <= scale.high]


def step_of(span: float) -> float:
    """A round distance between about `_TICKS` marks on a span.

    Args:
        span: above 0.

    Returns:
        1, 2 or 5 times a power of ten.
    """
    rough = span / _TICKS
    scale = 10.0 ** math.floor(math.log10(rough))
    return next(
        nice * scale for nice in (1.0, 2.0, 5.0, 10.0) if nice * scale >= rough * (1 - 1e-9)
    )


def counted(number: int, one: str) -> str:
    """A number with its noun: ``1 submission``, ``3 submissions``."""
    return f"{number:,} {plural(number, one)}"


def distribution(bars: Sequence[Bar], median: float, summary: str) -> Plot:
    """The histogram of scores.

    Args:
        bars: at least one.
        median: where a line is drawn.
        summary: the plot in words.
    """
    top = max([bar.count for bar in bars], default=0) or 1
    across = Axis(Scale(bars[0].low, bars[-1].high, "points"), _LEFT, _WIDTH - _RIGHT)
    up = Axis(Scale(0, top, "submissions"), _HEIGHT - _BOTTOM, _TOP)
    shapes = []
    for place, bar in enumerate(bars):
        last = place == len(bars) - 1
        words = (
            f"{bar.low:g} to {bar.high:g} points{'' if last else f' ({bar.high:g} left out)'}: "
            f"{counted(bar.count, 'submission')}"
        )
        left, right, y = across(bar.low), across(bar.high), up(bar.count)
        shapes.append(
            Shape(
                *(round(left + 1, 1), y, round(right - left - 2, 1)),
                round(_HEIGHT - _BOTTOM - y, 1),
                words=words,
                kind="passed",
                token=f"b{place}" if bar.count else "",
            )
        )
    whole = tuple(tick for tick in up.ticks if "." not in tick.text)
    line = Tick(across(median), f"median {median:.4g}")
    return Plot(tuple(shapes), across.ticks, whole, summary, "points", "submissions", line)


@dataclass(frozen=True, slots=True)
class Point:
    """What a scatter shows once: two values, words, and whether it stands out."""

    x: float
    y: float
    words: str
    stands_out: bool = False
    token: str = ""
    label: str = ""


def scatter(points: Sequence[Point], across: Scale, up: Scale, summary: str) -> Plot:
    """Points on two axes, those that stand out drawn last; labels only where there is room.

    Args:
        points: what is shown.
        across: the horizontal axis.
        up: the vertical axis.
        summary: the plot in words.
    """
    horizontal = Axis(across, _LEFT, _WIDTH - _RIGHT)
    vertical = Axis(up, _HEIGHT - _BOTTOM, _TOP)
    places = [(horizontal(point.x), vertical(point.y)) for point in points]
    shapes = [
        Shape(
            x,
            y,
            words=point.words,
            kind="wrong" if point.stands_out else "passed",
            token=point.token,
            label=point.label if point.label and _free(x, y, places) else "",
        )
        for point, (x, y) in zip(points, places, strict=True)
    ]
    shapes.sort(key=lambda shape: shape.kind == "wrong")
    return Plot(
        tuple(shapes),
        horizontal.ticks,
        vertical.ticks,
        summary,
        across.words,
        up.words,
    )


def _free(x: float, y: float, places: Sequence[tuple[float, float]]) -> bool:
    """Whether a label to the right of a place would cover no other one."""
    wide, high = _LABEL
    return sum(-5 < a - x < wide and abs(b - y) < high for a, b in places) == 1


def stack(outcomes: Mapping[Outcome, int], width: int) -> Iterator[Shape]:
    """One bar of all outcomes of a part, side by side.

    Args:
        outcomes: how often each came.
        width: of the whole bar.
    """
    total = sum(outcomes.values())
    x = 0.0
    for kind, (legend, members) in KINDS.items():
        count = sum(outcomes.get(outcome, 0) for outcome in members)
        if count:
            share = count / total
            yield Shape(
                round(x, 1),
                0,
                max(0.5, round(width * share - 1, 1)),
                14,
                words=f"{legend}: {percent(share)} ({counted(count, 'case')})",
                kind=kind,
            )
            x += width * share


def percent(share: float) -> str:
    """A share in percent, in which something is never shown as nothing, nor less than all as all."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def strip(shares: Sequence[float | None]) -> dict[str, str]:
    """A submission's parts in a row: paths of small strokes, by what they stand for.

    Args:
        shares: of each part's points; ``None`` where a part was not judged.

    Returns:
        The `d` of a path by its class: ``full``, ``some``, ``none``, ``open``.
    """
    paths: dict[str, list[str]] = {}
    for place, share in enumerate(shares):
        paths.setdefault(kind_of(share), []).append(f"M{4 * place + 2} 0v12")
    return {kind: "".join(strokes) for kind, strokes in paths.items()}


def kind_of(share: float | None) -> str:
    """What a share of a part's points is called in a strip."""
    if share is None:
        return "open"
    if share >= 1 - 1e-6:
        return "full"
    return "none" if share <= 1e-6 else "some"
