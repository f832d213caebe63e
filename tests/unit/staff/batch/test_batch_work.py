"""The note in the row of a submission, by what became of its cases."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.model import CaseResult, Outcome, Report
from autograder.staff.batch.work import _nothing_there

PASSED = CaseResult(None, Outcome.PASSED)
WRONG = CaseResult(None, Outcome.WRONG)
STUB = CaseResult(None, Outcome.MISSING, "`h` is not filled in yet.", unfilled=True)


def gone(name):
    return CaseResult(None, Outcome.MISSING, f"`{name}` is not defined in the submission.")


@pytest.mark.parametrize(
    ("cases", "stopped", "note"),
    [
        ([PASSED, WRONG, STUB], (), ""),
        ([STUB, STUB], (), "as handed out: nothing is filled in"),
        ([gone("f"), gone("g")], (), "none of the required functions is defined"),
        ([PASSED, gone("f"), gone("f"), STUB], (), "`f` is not defined in the submission"),
        ([gone("f"), STUB], (), "`f` is not defined in the submission"),
        ([WRONG, gone("f")], ("a cell failed: why",), "a cell failed: why"),
        ([WRONG, STUB], ("a cell failed: why",), "a cell failed: why"),
        (
            [PASSED, *map(gone, "abcde")],
            (),
            "`a` is not defined in the submission; `b` is not defined in the submission; "
            "`c` is not defined in the submission; 2 more",
        ),
    ],
)
def test_the_note_names_what_is_missing(cases, stopped, note):
    parts = (SimpleNamespace(cases=cases[:1]), SimpleNamespace(cases=cases[1:]))
    assert _nothing_there(Report(None, parts, stopped=stopped)) == note
