"""Source that is nested hundreds of levels deep, or whose lines are endless: looked at all the same."""

import time

import pytest

from autograder.grading.submission.definitions import Unit, definitions
from autograder.grading.uses import names_used
from autograder.untrusted.python import as_python, would_define

DEEP = {
    "a sum": " + ".join(["x"] * 500),
    "signs": "-" * 500 + "x",
    "attributes": "x" + ".a" * 500,
    "calls": "x" + "()" * 500,
    "conditions": "x if x else " * 500 + "x",
    "functions": "lambda: " * 500 + "x",
}


@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP)
def test_what_deep_source_defines(deep):
    source = f"y = {deep}\ndef double(x):\n    return {deep}\nz = double\n"
    found = definitions([Unit("", "code cell 1", source)], ["double", "y"])
    assert found.filled == {"y": ("",), "double": ("",)}
    assert would_define(source) == ["y", "double", "z"]
    assert names_used([Unit("", "code cell 1", source)], ["double"])["double"] <= {"x", "a"}


def test_a_thousand_branches_bind_in_order():
    source = "".join(f"{'el' if n else ''}if x == {n}:\n    y{n} = {n}\n" for n in range(1_000))
    assert would_define(source) == [f"y{n}" for n in range(1_000)]


@pytest.mark.parametrize("line", [" " * 99_000 + "(", "\t" * 99_000 + "= (", "a" * 99_000 + "("])
def test_a_line_without_end_takes_no_time(line):
    begin = time.process_time()
    assert as_python(line) == line
    assert time.process_time() - begin < 3  # of spaces, it took minutes
