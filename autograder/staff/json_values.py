"""Values out of a JSON file that another version of the program, or a person, may have written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Data = dict[str, Any]


def text(value: Any) -> str:
    """Text; numbers are ids too."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list that are not empty."""
    return tuple(filter(None, map(text, value))) if isinstance(value, list | tuple) else ()


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def finite(value: Any) -> float:
    """A finite number; 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0.0
    return float(value)
