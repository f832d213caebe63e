"""Versions and syntax of the student's own Python that the grader's does not have."""

import importlib.metadata
import platform

import pytest

from autograder.grading.python_differences import newer_syntax, other_versions
from autograder.grading.submission import Unit

HERE = {
    "python": ".".join(platform.python_version_tuple()[:2]),
    "numpy": importlib.metadata.version("numpy"),
}


@pytest.mark.parametrize("there", [HERE, {}, {"no_such_package": "1.0"}])
def test_nothing_is_said_of_the_same_versions(there):
    assert [*other_versions(there)] == []


def test_both_versions_are_named():
    (sentence,) = other_versions({**HERE, "python": "3.2", "numpy": "1.0"})
    here = f"You have Python {HERE['python']} and numpy {HERE['numpy']}; "
    assert sentence.startswith(here + "your work is graded with Python 3.2 and numpy 1.0.")


@pytest.mark.parametrize(
    ("source", "version", "told"),
    [
        ("x = 1\nmatch x:\n    case 1:\n        pass", "3.9", "cell 1, line 4: Python 3.9"),
        ("!ls\ntry:\n    pass\nexcept* ValueError:\n    pass", "3.10", "Python 3.10, with which"),
        ("match x:\n    case 1:\n        pass", "3.11", ""),
        ("def f(:", "3.9", ""),
        ("match x:\n    case 1:\n        pass", "three", ""),
    ],
)
def test_newer_syntax_is_named_by_its_line(source, version, told):
    found = "".join(newer_syntax([Unit("", "cell 1", source)], {"python": version}))
    assert told in found and bool(told) == bool(found)
