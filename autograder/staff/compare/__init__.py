"""Two gradings of a class, side by side: who gains, who loses, in which part, by which case.

differences   two folders of results → what differs
page          the same as one HTML file
"""

from __future__ import annotations

from autograder.staff.compare.differences import (
    BatchComparison,
    CaseChange,
    Moved,
    PartChange,
    compare,
)

__all__ = ["BatchComparison", "CaseChange", "Moved", "PartChange", "compare"]
