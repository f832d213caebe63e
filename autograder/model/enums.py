"""Outcomes and levels, by the words that files and manifests use."""

from __future__ import annotations

import enum


class Outcome(enum.StrEnum):
    """What became of one case; the values are what `results.json` and `grades.csv` say."""

    PASSED = "passed"
    WRONG = "wrong"
    RAISED = "raised"
    MISSING = "missing"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    BAD_VALUE = "bad_value"
    SKIPPED = "skipped"
    GRADER_ERROR = "grader_error"


class Visibility(enum.StrEnum):
    """When a student may see an entry; the values are Gradescope's own."""

    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    VISIBLE = "visible"


class Feedback(enum.StrEnum):
    """How much a hidden case says once it is shown: each level includes the ones before it."""

    NONE = "none"
    OUTCOME = "outcome"
    HINT = "hint"
    DIFF = "diff"


class Isolation(enum.StrEnum):
    """How much of the cage must stand before a student's code is run."""

    STRICT = "strict"
    BEST_EFFORT = "best-effort"
    NONE = "none"


class Kind(enum.StrEnum):
    """What a name of the stub stands for."""

    FUNCTION = "function"
    CLASS = "class"
    VALUE = "value"
