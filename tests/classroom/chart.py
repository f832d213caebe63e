"""The curves of classes as one picture: how many are finished, and what memory that takes, against time.

    python -m tests.classroom.chart OUT.svg 10=ten.csv 100=hundred.csv 1000=thousand.csv

The tables are `curve`'s, one for each size of a class. Time is drawn by factors in both plots, and so are
finished submissions: there, whatever grows in proportion to time runs beside the dashed line, and classes
of which each submission takes as long lie on one another. Of looks that fall together the greatest is
drawn: what memory is allowed is a bound. The colours are those of the class report, light or dark as the
reader's system is.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import groupby, pairwise
from pathlib import Path
from xml.etree import ElementTree

from autograder.staff.insight.plots import Axis, Scale
from tests.classroom.curve import Sample

ALLOWED_MB = 600
"""What the memory of a batch is to stay below."""

_WIDTH, _PLOT, _TITLE = 720, 270, 62
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 24, 14, 52
_LEGEND = 170  # the room of one entry
_STEP = 2.0  # how far points lie apart at least
_KINDS = ("passed", "wrong", "stopped", "raised", "missing", "open")  # of insight's colours
_DASHES = (
    "none",
    "7 3",
    "2 3",
    "9 3 2 3",
    "1 2",
    "12 4",
)  # colour alone tells some readers nothing
_STYLE = """\
svg { background: var(--card); font: 13px system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
text { fill: var(--muted); }
.title { fill: var(--text); font-size: 16px; font-weight: 600; }
.label { fill: var(--text); paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.grid { stroke: var(--line); }
.axis { stroke: var(--edge); }
.guide { stroke: var(--text); stroke-dasharray: 4 3; fill: none; }
.curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
"""

_DRAWN = tuple(name for name in Sample._fields if name not in Sample._field_defaults)

Curves = Mapping[int, Sequence[Sample]]
"""Looks at a batch, by the size of its class."""


class Unusable(Exception):
    """A table that no curve can be drawn from; the text says where and why."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the tables and write the picture."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False,
        prog="python -m tests.classroom.chart",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("picture", type=Path, metavar="OUT.svg")
    parser.add_argument("tables", nargs="+", type=_table, metavar="SIZE=CSV")
    options = parser.parse_args(arguments)
    if len(options.tables) > len(_KINDS):
        parser.error(f"{len(options.tables)} classes: there are colours for {len(_KINDS)}")
    try:
        curves = {size: read(path, size) for size, path in sorted(options.tables)}
        options.picture.write_text(draw(curves), encoding="utf-8")
    except (Unusable, OSError) as error:
        parser.error(str(error))


def _table(text: str) -> tuple[int, Path]:
    size, equals, path = text.partition("=")
    if not (equals and path and size.isdecimal() and int(size)):
        raise argparse.ArgumentTypeError(
            f"{text!r}: name the size of the class and its table, such as 100=hundred.csv"
        )
    return int(size), Path(path)


def read(path: Path, size: int) -> list[Sample]:
    """The looks at a class of that size.

    Raises:
        Unusable: the table is none of `curve`'s, or not of such a class.
        OSError: it cannot be read.
    """
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if missing := [name for name in _DRAWN if name not in (table.fieldnames or ())]:
            raise Unusable(
                f"{path} has no column {', '.join(missing)}: tests.classroom.curve writes it"
            )
        samples = [_sample(row, f"{path}, line {table.line_num}") for row in table]
    for number, (one, other) in enumerate(pairwise(samples), 3):
        if other.seconds < one.seconds or other.finished < one.finished:
            raise Unusable(f"{path}, line {number}: time or what is finished goes back")
    if not samples or not samples[-1].finished:
        raise Unusable(f"{path}: no submission was finished, so there is nothing to draw")
    if samples[0].finished:
        raise Unusable(
            f"{path}: {samples[0].finished} submissions were finished before the command began; give "
            "the batch an empty output folder"
        )
    if samples[-1].finished > size:
        raise Unusable(
            f"{path}: {samples[-1].finished} submissions of a class of {size} are finished"
        )
    return samples


def _sample(row: Mapping[str, str | None], where: str) -> Sample:
    values = []
    for name in _DRAWN:
        try:
            values.append(float(row[name] or ""))
        except ValueError:
            values.append(math.nan)
        if not 0 <= values[-1] < math.inf:
            raise Unusable(f"{where}: {name} is {row[name]!r}, which is no number from 0 on")
    seconds, finished, memory, processes = values
    return Sample(seconds, int(finished), memory, int(processes))


def draw(curves: Curves) -> str:
    """The picture as SVG.

    Args:
        curves: at least one; in each a submission was finished, and none at first.
    """
    everything = [sample for samples in curves.values() for sample in samples]
    moments = [sample.seconds for sample in everything if sample.seconds > 0]
    time = Scale(min(moments), max(moments), "seconds since the command began", factors=True)
    most = max(sample.finished for sample in everything)
    finished = Scale(1, max(2, most), "submissions finished", factors=True)
    memory = Scale(0, max(ALLOWED_MB * 1.1, *(s.pss_mb for s in everything)), "memory (PSS) in MB")
    height = _TITLE + 2 * _PLOT
    image = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {height}",
            "role": "img",
            "aria-labelledby": "title about",
        },
    )
    title = f"A batch over classes of {_listed([f'{size:,}' for size in curves])} submissions"
    _add(image, "title", title, id="title")
    _add(image, "desc", " ".join(_said(curves)), id="about")
    _add(image, "style", f"{_palette()}{_STYLE}{''.join(_colours(curves))}")
    _add(image, "text", title, {"class": "title"}, x=_WIDTH / 2, y=24, text_anchor="middle")
    across, up = _axes(image, "finished", _TITLE, time, finished)
    ends = [_end(samples) for samples in curves.values()]
    rate = max(end.finished / end.seconds for end in ends)
    guide = [(second, rate * second) for second in (max(time.low, 1 / rate), most / rate)]
    _add(image, "path", "", {"class": "guide"}, d=_path(guide, across, up))
    _lines(image, curves, "finished", across, up)
    across, up = _axes(image, "memory", _TITLE + _PLOT, time, memory)
    at = up(ALLOWED_MB)
    _add(image, "path", "", {"class": "guide"}, d=f"M{_LEFT} {at}H{_WIDTH - _RIGHT}")
    _add(image, "text", f"{ALLOWED_MB} MB", {"class": "label"}, x=_LEFT + 6, y=at - 6)
    _lines(image, curves, "pss_mb", across, up)
    _legend(image, list(curves))
    ElementTree.indent(image, "")
    return ElementTree.tostring(image, encoding="unicode") + "\n"


def _axes(
    image: ElementTree.Element, name: str, top: float, horizontal: Scale, vertical: Scale
) -> tuple[Axis, Axis]:
    """Two axes with their ticks and what they show; the plot's upper edge lies at ``top``."""
    low, high, right = top + _PLOT - _BOTTOM, top + _TOP, _WIDTH - _RIGHT
    across, up = Axis(horizontal, _LEFT, right), Axis(vertical, low, high)
    inside = ElementTree.SubElement(image, "g", {"id": name})
    for tick in up.ticks:
        _add(inside, "path", "", {"class": "grid"}, d=f"M{_LEFT} {tick.at}H{right}")
        _add(inside, "text", tick.text, x=_LEFT - 8, y=tick.at + 4, text_anchor="end")
    for tick in across.ticks:
        _add(inside, "text", tick.text, x=tick.at, y=low + 18, text_anchor="middle")
    _add(inside, "path", "", {"class": "axis"}, d=f"M{_LEFT} {low}H{right}")
    middle = (_LEFT + right) / 2
    _add(inside, "text", horizontal.words, x=middle, y=low + 38, text_anchor="middle")
    turned = f"translate(16 {(low + high) / 2}) rotate(-90)"
    _add(inside, "text", vertical.words, transform=turned, text_anchor="middle")
    return across, up


def _lines(image: ElementTree.Element, curves: Curves, name: str, across: Axis, up: Axis) -> None:
    """One line for each class, the shortest on top."""
    for place, samples in reversed([*enumerate(curves.values())]):
        looks = [(sample.seconds, getattr(sample, name)) for sample in samples]
        # Nothing at all has no place on an axis of factors.
        points = [look for look in looks if min(look) > 0]
        steps = groupby(points, key=lambda point: across(point[0]) // _STEP)
        greatest = [max(step, key=lambda point: point[1]) for _, step in steps]
        kind = {"class": f"curve c{place}"}
        _add(image, "path", "", kind, d=_path(greatest, across, up))


def _legend(image: ElementTree.Element, sizes: Sequence[int]) -> None:
    left = (_WIDTH - _LEGEND * len(sizes)) / 2
    for place, size in enumerate(sizes):
        x = left + place * _LEGEND
        _add(image, "path", "", {"class": f"curve c{place}"}, d=f"M{x} 46h32")
        _add(image, "text", f"{size:,} submissions", x=x + 40, y=50)


def _path(points: Sequence[tuple[float, float]], across: Axis, up: Axis) -> str:
    return "M" + "L".join(f"{across(x)} {up(y)}" for x, y in points)


def _add(
    parent: ElementTree.Element,
    tag: str,
    text: str,
    named: Mapping[str, str] | None = None,
    **more: object,
) -> None:
    written = {name.replace("_", "-"): str(value) for name, value in more.items()}
    ElementTree.SubElement(parent, tag, {**(named or {}), **written}).text = text or None


def _end(samples: Sequence[Sample]) -> Sample:
    """The first look after which nothing more was finished."""
    return next(sample for sample in samples if sample.finished == samples[-1].finished)


def _said(curves: Curves) -> Iterator[str]:
    """The picture in words."""
    yield "Above: submissions finished against time. Below: memory of all processes against time."
    for size, samples in curves.items():
        last, peak = _end(samples), max(sample.pss_mb for sample in samples)
        yield (
            f"Class of {size:,}: {last.finished:,} finished after {last.seconds:,.0f} seconds, "
            f"{last.seconds / last.finished:.2f} seconds each; at most {peak:,.0f} MB."
        )
    yield f"Dashed: as many each second as in the fastest of them; and {ALLOWED_MB} MB."


def _palette() -> str:
    """The colours of the class report, for light and for dark."""
    text = (resources.files("autograder.staff.insight") / "page.css").read_text(encoding="utf-8")
    found = re.match(
        r":root \{.*?\n\}\n@media \(prefers-color-scheme: dark\) \{.*?\n\}\n", text, re.S
    )
    assert found, "the class report's style does not begin with its colours"
    return found[0]


def _colours(curves: Curves) -> Iterator[str]:
    for place, _ in enumerate(curves):
        yield f".c{place} {{ stroke: var(--{_KINDS[place]}); stroke-dasharray: {_DASHES[place]}; }}\n"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


if __name__ == "__main__":
    main()
