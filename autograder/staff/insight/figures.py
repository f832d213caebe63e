"""The figures of the page, each with its summary in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from autograder.staff.insight import plots
from autograder.staff.insight.findings import Findings, PartFindings
from autograder.staff.insight.model import Class
from autograder.staff.insight.plots import counted
from autograder.staff.insight.statistics import spread

_HARD, _FLAT = 0.1, 0.1
_SHORTEST = 0.01


def is_flat(part: PartFindings) -> bool:
    """Whether a part hardly tells strong submissions from weak ones."""
    return part.discrimination is not None and part.discrimination < _FLAT


def parts_plot(findings: Findings) -> plots.Plot | None:
    """Difficulty and discrimination, a dot a part."""
    points = []
    undefined = 0
    for place, part in enumerate(findings.parts):
        if part.difficulty is None or part.discrimination is None:
            undefined += 1
            continue
        odd = part.difficulty <= _HARD or is_flat(part)
        points.append(
            plots.Point(
                100 * part.difficulty,
                part.discrimination,
                f"{part.heading.number} {part.heading.title}: {plots.percent(part.difficulty)} "
                f"of the points, discrimination {part.discrimination:.2f}",
                odd,
                f"z{place}" if part.none else "",
                part.heading.number,
            )
        )
    summary = (
        f"{counted(len(points), 'part')} by mean share of points and discrimination"
        + (f"; {undefined} more without a discrimination" if undefined else "")
        + ". The table below has the same numbers."
    )
    if not points:
        return None
    easy = min(90.0, math.floor(min(point.x for point in points) / 10) * 10)
    flat = min(0.0, math.floor(min(point.y for point in points) * 10) / 10)
    sharp = max(0.2, math.ceil(max(point.y for point in points) * 10) / 10)
    return plots.scatter(
        points,
        plots.Scale(easy, 100.0, "mean share of the points, %"),
        plots.Scale(flat, sharp, "discrimination"),
        summary,
    )


def scores_plot(findings: Findings) -> plots.Plot | None:
    """The distribution of scores."""
    scores = findings.scores
    if scores is None:
        return None
    most = max(findings.bars, key=lambda bar: bar.count)
    return plots.distribution(
        findings.bars,
        scores.median,
        f"Histogram of scores from {scores.least:.4g} to {scores.most:.4g} points, "
        f"median {scores.median:.4g}, middle half from {scores.lower:.4g} to {scores.upper:.4g}; "
        f"most of them, {most.count}, from {most.low:g} to {most.high:g}.",
    )


def cost_plot(findings: Findings) -> plots.Plot | None:
    """Time and memory, a dot a submission."""
    timed = [one for one in findings.graded_class.submissions if one.seconds is not None]
    memory = any(one.peak for one in timed)
    known = [one for one in timed if one.peak or not memory]
    if not known:
        return None
    odd = {outlier.id for outlier in (*findings.slow, *findings.large)}
    points = [
        plots.Point(
            max(one.seconds or 0.0, _SHORTEST),
            (one.peak or 0.0) if memory else one.score or 0.0,
            f"{one.id}: {seconds(one.seconds or 0.0)}"
            + (f", {(one.peak or 0.0):,.0f} MB" if memory else ""),
            one.id in odd,
        )
        for one in known
    ]
    vertical = "memory, MB" if memory else "points"
    summary = (
        f"Seconds and {vertical} of {counted(len(known), 'submission')}; {len(odd)} stand out."
    )
    slowest = max(point.x for point in points)
    fastest = min(point.x for point in points)
    return plots.scatter(
        points,
        plots.Scale(0.8 * fastest, 1.2 * slowest, "seconds, on a logarithmic axis", factors=True),
        plots.Scale(0.0, 1.05 * max(point.y for point in points) or 1.0, vertical),
        summary,
    )


def cost_words(whole: Class) -> Iterator[str]:
    """What is usual and what is the most."""
    times = spread([one.seconds for one in whole.submissions if one.seconds is not None])
    if times:
        yield f"Half of the submissions took less than {seconds(times.median)}, "
        yield f"the slowest {seconds(times.most)}."
    memory = spread([one.peak for one in whole.submissions if one.peak])
    if memory:
        yield (
            f"Half of them used less than {memory.median:,.0f} MB at their peak, the largest "
            f"{memory.most:,.0f} MB."
        )
    else:
        yield "These results contain no measurement of memory."


def seconds(value: float) -> str:
    """A time as a reader takes it in."""
    return f"{value:.2g} s" if value < 10 else f"{value:,.0f} s"
