"""What a figure of matplotlib shows, as data: for cases that judge labels, limits and curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograder.testing.message import capital, code, name_for_hidden
from autograder.testing.mismatch import Mismatch
from autograder.testing.recording import measured
from autograder.testing.remedies import named, none
from autograder.testing.values import UnreadableValue, read, type_name
from autograder.wire import WireError, drawn, is_figure
from autograder.wire.figures import MAX_ARTISTS, MAX_AXES

_WANTED: Final = "expected a matplotlib figure"
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class CurveData:
    """What one call of `plot`, `scatter` or `bar` has drawn.

    Attributes:
        label: as the legend would show it; empty where there is none.
        x: (N,); of bars, their centres.
        y: (N,); of bars, their heights.
    """

    label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class AxesData:
    """One pair of axes.

    Attributes:
        title: above them.
        xlabel: below the horizontal one.
        ylabel: next to the vertical one.
        xlim: the left and the right end.
        ylim: the lower and the upper end.
        xscale: ``"linear"``, ``"log"`` and so on.
        yscale: likewise.
        lines: in the order in which they were drawn.
        points: likewise.
        bars: likewise.
        images: arrays of shape (rows, columns) or (rows, columns, channels).
        legend: its entries; empty where there is none.
        what: the name of the figure, for messages.
    """

    title: str
    xlabel: str
    ylabel: str
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    xscale: str
    yscale: str
    lines: tuple[CurveData, ...]
    points: tuple[CurveData, ...]
    bars: tuple[CurveData, ...]
    images: tuple[NDArray[np.float64], ...]
    legend: tuple[str, ...]
    what: str

    def line(self, label: str | None = None) -> CurveData:
        """The line with a label; without one, the only line.

        Args:
            label: what the legend calls it; capitals and spaces around it are not judged.

        Raises:
            Mismatch: there is none, or more than one.
        """
        return _only(self.lines, label, "line", self.what)

    def points_of(self, label: str | None = None) -> CurveData:
        """The points of one `scatter`; see `line`."""
        return _only(self.points, label, "set of points", self.what)

    def bars_of(self, label: str | None = None) -> CurveData:
        """The bars of one `bar` or `hist`; see `line`."""
        return _only(self.bars, label, "set of bars", self.what)


@dataclass(frozen=True, slots=True, eq=False)
class FigureData:
    """A figure.

    Attributes:
        title: above all axes.
        axes: in the order in which they were made.
    """

    title: str
    axes: tuple[AxesData, ...]


def figure_data(value: Any, *, axes: int | None = None, what: str = "the figure") -> FigureData:
    """What a student's figure shows.

    Args:
        value: the student's value: a figure, or axes, whose figure is used; anything else is a mismatch.
        axes: how many pairs of axes there must be; ``None`` for any number.
        what: the name of the figure, for the message.

    Returns:
        Its axes with their texts, limits, lines, points, bars and images. Colours, sizes and whatever else
        is drawn are for a person to look at.

    Raises:
        Mismatch: the value is not a figure, or has another number of axes.
    """
    name, rough = capital(what), capital(name_for_hidden(what))
    try:
        plain = _drawn(value) if is_figure(type(value)) else value
        figure = _figure(plain, what)
    except WireError as fault:
        raise _mismatch("type", f"{name}: yours is {fault}.", f"{rough}: {_WANTED}.") from None
    except (KeyError, TypeError, ValueError, UnreadableValue):
        if value is None:
            raise _mismatch("type", none(name), none(rough)) from None
        came = named(f"a value of type `{type_name(value)}`")
        text = f"{name}: yours is {came}, {_WANTED}."
        raise _mismatch("type", text, f"{rough}: {_WANTED}.") from None
    if axes is not None and len(figure.axes) != axes:
        wanted = f"expected {axes}."
        text = f"{name}: yours has {len(figure.axes)} pairs of axes, {wanted}"
        raise _mismatch("shape", text, f"{rough}: more or fewer pairs of axes, {wanted}")
    return figure


def essence(value: Any) -> list[Any] | None:
    """What of a figure tells one mistake from another, to be compared: curves and labels, not limits.

    Args:
        value: anything; a figure as it crosses is a dict.

    Returns:
        Lists of texts in small letters and of arrays; ``None`` for what is not a figure.
    """
    try:
        figure = _figure(value, "")
    except (KeyError, TypeError, ValueError, UnreadableValue):
        return None
    return [
        [
            [_plain(text) for text in (one.xlabel, one.ylabel, one.xscale, one.yscale)],
            [
                [[_plain(curve.label), curve.x, curve.y] for curve in curves]
                for curves in (one.lines, one.points, one.bars)
            ],
            list(one.images),
        ]
        for one in figure.axes
    ]


def _drawn(value: Any) -> dict[str, Any]:
    try:
        return drawn(value)
    except WireError:
        raise
    except Exception:  # artists of a student's own may do anything
        raise WireError("a figure that cannot be read") from None


def _figure(plain: Any, what: str) -> FigureData:
    """A figure from plain data, which a submission may have written itself."""
    if type(plain) is not dict:
        raise TypeError
    return FigureData(
        _text(plain["figure"]), tuple(_axes(one, what) for one in _listed(plain["axes"], MAX_AXES))
    )


def _axes(plain: Mapping[str, Any], what: str) -> AxesData:
    texts = {name: _text(plain[name]) for name in ("title", "xlabel", "ylabel", "xscale", "yscale")}
    return AxesData(
        **texts,
        xlim=_limits(plain["xlim"]),
        ylim=_limits(plain["ylim"]),
        lines=tuple(_curve(one, "y") for one in _listed(plain["lines"])),
        points=tuple(_curve(one, "y") for one in _listed(plain["points"])),
        bars=tuple(_curve(one, "height") for one in _listed(plain["bars"])),
        images=tuple(_numbers(one) for one in _listed(plain["images"])),
        legend=tuple(map(_text, _listed(plain["legend"]))),
        what=what,
    )


def _curve(plain: Mapping[str, Any], height: str) -> CurveData:
    x, y = _numbers(plain["x"]), _numbers(plain[height])
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError
    return CurveData(_text(plain["label"]), x, y)


def _listed(value: Any, most: int = MAX_ARTISTS) -> list[Any]:
    """A list, at most as long as `drawn` makes one."""
    if type(value) is not list or len(value) > most:
        raise TypeError
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _numbers(value: Any) -> NDArray[np.float64]:
    return read(value).array.astype(np.float64)


def _limits(value: Any) -> tuple[float, float]:
    low, high = _numbers(_listed(value))
    return float(low), float(high)


def _only(curves: Sequence[CurveData], label: str | None, noun: str, what: str) -> CurveData:
    """The one curve that is asked for."""
    found = [one for one in curves if label is None or _same(one.label, label)]
    if len(found) == 1:
        return found[0]
    wanted = f"one {noun}" + (f" labelled {code(label)}" if label is not None else "")
    shown = [code(one.label) if one.label else "one without a label" for one in curves[:_SHOWN]]
    more = f" and {len(curves) - _SHOWN} more" if len(curves) > _SHOWN else ""
    if label is None or not curves or found:
        came = f"yours has {len(found)}"
    else:
        came = f"yours has {', '.join(shown)}{more}"
    name, rough = capital(what), capital(name_for_hidden(what))
    text = f"{name}: expected {wanted}, {came}."
    raise _mismatch("shape", text, f"{rough}: expected {wanted}.")


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return text.strip().casefold()


def _mismatch(kind: Any, text: str, rough: str) -> Mismatch:
    measured(math.inf)
    return Mismatch(kind, text, diff=rough)
