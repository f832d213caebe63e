"""The assertion about a score: thresholds that earn all of a case's points, or a share of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autograder.testing.assertions import as_array
from autograder.testing.message import capital, name_for_hidden
from autograder.testing.mismatch import Mismatch
from autograder.testing.recording import measured

_DIGITS = 4


def assert_score(
    score: Any,
    shares: Mapping[float, float],
    *,
    lower_is_better: bool = False,
    what: str = "the score",
) -> None:
    """Assert that a score reaches the highest of some thresholds; lower ones earn a share of the points.

    The case computes the score from what the student's function returned and from data that the function
    has not seen. The assertion must be the last statement of the case: nothing after it runs if it fails.

    Args:
        score: one finite number.
        shares: for each threshold, the share of the case's points that a score earns if it reaches it.
            Shares are above 0 and increase from the easiest threshold to the hardest, which earns 1.
        lower_is_better: whether a score must be at most the threshold, as for a loss.
        what: the name of the score, for the message.

    Raises:
        Mismatch: the hardest threshold is not reached; its `share` is what the score still earns.
        ValueError: the shares do not increase with the thresholds, or none is 1.

    Example:
        >>> assert_score(0.93, {0.8: 0.5, 0.9: 1}, what="the accuracy on new digits")
    """
    steps = _steps(shares, lower_is_better=lower_is_better)
    name, rough = capital(what), capital(name_for_hidden(what))
    number = as_array(score, shape=(), what=what)
    if number.dtype.kind == "c" or not math.isfinite(number):
        raise _short(
            f"{name} is {number.item():.{_DIGITS}g}.", f"{rough} is not a finite number.", 0.0
        )
    value = float(number)
    sign = -1.0 if lower_is_better else 1.0
    reached = [step for step in steps if sign * value >= sign * step[0]]
    if len(reached) == len(steps):
        measured(0.0)
        return
    share = reached[-1][1] if reached else 0.0
    bound = "at most" if lower_is_better else "at least"
    missing = "; ".join(
        f"{bound} {threshold:g} earns {_worth(earns)}" for threshold, earns in steps[len(reached) :]
    )
    earned = f"It earns {_worth(share)} of this case." if share else "It earns no points."
    gap = f"{abs(steps[-1][0] - value):.2g} short of what is required"
    said = f"{earned} {capital(missing)}."
    raise _short(f"{name} is {value:.{_DIGITS}g}, {gap}. {said}", f"{rough}: {said}", share)


def _steps(shares: Mapping[float, float], *, lower_is_better: bool) -> list[tuple[float, float]]:
    """The thresholds with their shares, the easiest first."""
    steps = sorted(shares.items(), reverse=lower_is_better)
    earned = [share for _, share in steps]
    rising = all(a < b for a, b in zip([0.0, *earned], earned, strict=False))
    if not steps or not rising or earned[-1] != 1 or not all(map(math.isfinite, shares)):
        better = "falls" if lower_is_better else "rises"
        raise ValueError(
            f"the shares must rise from above 0 to 1 as the threshold {better}, got {dict(shares)}"
        )
    return steps


def _worth(share: float) -> str:
    return "all points" if share == 1 else f"{share:.0%} of the points"


def _short(detail: str, diff: str, share: float) -> Mismatch:
    measured(math.inf)
    return Mismatch("score", detail, diff=diff, share=share)
