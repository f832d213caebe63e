"""Figures of matplotlib as plain data; the picture itself is nobody's but a person's to judge.

    figure = {"figure": title, "axes": [axes…]}
    axes   = {"title": text, "xlabel": text, "ylabel": text, "xscale": text, "yscale": text,
              "xlim": [low, high], "ylim": [low, high], "legend": [text…],
              "lines": [curve…], "points": [curve…], "bars": [bars…], "images": [array…]}
    curve  = {"label": text, "x": array, "y": array}
    bars   = {"label": text, "x": centres, "height": array, "width": array}

Text and arrays are read by the methods of matplotlib's own classes, whatever a class of the student's says.
"""

from __future__ import annotations

import sys
from typing import Any, Final

import numpy as np

from autograder.wire.caps import WireError

MATPLOTLIB: Final = "matplotlib"
MAX_AXES: Final = 100
MAX_ARTISTS: Final = 1_000
_UNLABELLED: Final = "_"  # matplotlib names what has no label "_child0" and so on


def is_figure(kind: type) -> bool:
    """Whether values of a type are figures or axes; matplotlib is not imported for the question."""
    return any(
        base is not None and issubclass(kind, base)
        for base in (_of("figure", "FigureBase"), _of("axes", "Axes"))
    )


def drawn(value: Any) -> dict[str, Any]:
    """A figure, or the figure that axes are part of, as plain data.

    Args:
        value: of a type of which `is_figure` is true.

    Raises:
        WireError: too much is drawn.
    """
    base, axes_class = _of("figure", "FigureBase"), _of("axes", "Axes")
    figure = value if issubclass(type(value), base) else value.get_figure()
    axes = [one for one in figure.axes if issubclass(type(one), axes_class)]
    if len(axes) > MAX_AXES:
        raise WireError(f"a figure of more than {MAX_AXES} axes")
    return {"figure": _text(base.get_suptitle(figure)), "axes": [_axes(one) for one in axes]}


def _of(module: str, name: str) -> Any:
    """A class of matplotlib, where that is imported."""
    return getattr(sys.modules.get(f"{MATPLOTLIB}.{module}"), name, None)


def _axes(axes: Any) -> dict[str, Any]:
    own = _of("axes", "Axes")
    legend = own.get_legend(axes)
    return {
        **{
            name: _text(getattr(own, f"get_{name}")(axes)) for name in ("title", "xlabel", "ylabel")
        },
        **{name: _text(getattr(own, f"get_{name}")(axes)) for name in ("xscale", "yscale")},
        **{name: _limits(getattr(own, f"get_{name}")(axes)) for name in ("xlim", "ylim")},
        "legend": [] if legend is None else [_text(one.get_text()) for one in legend.get_texts()],
        "lines": [_line(one) for one in _few(axes.lines, _of("lines", "Line2D"))],
        "points": [
            _points(one) for one in _few(axes.collections, _of("collections", "PathCollection"))
        ],
        "bars": [_bars(one) for one in _few(axes.containers, _of("container", "BarContainer"))],
        "images": [
            _numbers(one.get_array()) for one in _few(axes.images, _of("image", "AxesImage"))
        ],
    }


def _few(artists: Any, kind: Any) -> list[Any]:
    found = [one for one in artists if kind is not None and issubclass(type(one), kind)]
    if len(found) > MAX_ARTISTS:
        raise WireError(f"axes with more than {MAX_ARTISTS:,} curves")
    return found


def _line(line: Any) -> dict[str, Any]:
    own = _of("lines", "Line2D")
    x, y = (read(line, orig=False) for read in (own.get_xdata, own.get_ydata))
    return {"label": _label(line), "x": _numbers(x), "y": _numbers(y)}


def _points(points: Any) -> dict[str, Any]:
    offsets = _numbers(_of("collections", "Collection").get_offsets(points)).reshape(-1, 2)
    return {"label": _label(points), "x": offsets[:, 0], "y": offsets[:, 1]}


def _bars(bars: Any) -> dict[str, Any]:
    own = _of("patches", "Rectangle")
    patches = list(bars.patches)
    if len(patches) > MAX_ARTISTS:
        raise WireError(f"axes with more than {MAX_ARTISTS:,} bars")
    left, width, height = (
        _numbers([getattr(own, f"get_{name}")(one) for one in patches])
        for name in ("x", "width", "height")
    )
    return {"label": _label(bars), "x": left + width / 2, "height": height, "width": width}


def _label(artist: Any) -> str:
    text = _text(artist.get_label())
    return "" if text.startswith(_UNLABELLED) else text


def _limits(pair: Any) -> list[float]:
    low, high = pair
    return [float(low), float(high)]


def _numbers(values: Any) -> Any:
    """Numbers as an array of floats; what is masked is NaN."""
    masked = np.ma.asarray(values)
    return np.ma.filled(masked.astype(np.float64), np.nan)


def _text(value: Any) -> str:
    return str.__str__(value) if issubclass(type(value), str) else ""
