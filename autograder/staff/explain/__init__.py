"""What a failed case asked, what came back and what is right: from `results.json` and the seed.

The inputs are not kept: a case draws them again on the trusted side, from the seed in the results,
while the student's kept values are given for answers, so that it goes the same way and fails at the
same place. Nothing of the student's is run.

    read(path)                            what a results file says for staff
    explanations(record, assignment)      every failed case that can be explained
    snippet(explanation)                  Python that shows the same in a notebook
    inputs(assignment, case, seed, call)  the arguments of one call, for such a snippet
"""

from __future__ import annotations

from autograder.staff.explain.record import Failed, Record, read
from autograder.staff.explain.redrawn import (
    Explanation,
    ReplayedCall,
    chosen,
    explanations,
    inputs,
    is_explainable,
)
from autograder.staff.explain.snippet import snippet

__all__ = [
    "Explanation",
    "Failed",
    "Record",
    "ReplayedCall",
    "chosen",
    "explanations",
    "inputs",
    "is_explainable",
    "read",
    "snippet",
]
