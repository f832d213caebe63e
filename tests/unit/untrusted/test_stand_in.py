"""The notebook classes, as a student's notebook meets it while it is graded: it does nothing."""

from __future__ import annotations

import copy
import importlib
import sys

import pytest

import autograder
from autograder.untrusted import stand_in


@pytest.mark.parametrize("name", ["otter", "autograder"])
def test_it_stands_in_for_both(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "otter", None)
    monkeypatch.setitem(vars(autograder), "Notebook", None)
    stand_in.install()
    grader = importlib.import_module(name).Notebook("hw.ipynb", tests_dir="tests")
    assert grader.check("1.1", global_env={}) is None
    assert grader.export("hw.ipynb", pdf=True) is None
    assert grader.anything_at_all() is None


def test_protocols_of_python_do_not_find_what_is_not_there():
    with pytest.raises(AttributeError, match="_repr_html_"):
        stand_in.Notebook()._repr_html_
    assert type(copy.copy(stand_in.Notebook())) is stand_in.Notebook
