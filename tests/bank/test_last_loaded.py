"""Tests share one process: who loads another project must not take the solutions from the next test."""

import pytest

from autograder.course.bank import load
from autograder.course.reference import reference_module
from tests.support import handed_in, toy


def test_an_assignment_has_its_own_solutions_again_after_another_project_was_loaded(tmp_path):
    whole = handed_in.assignment()
    before = reference_module("ddpm")
    load("toy", toy.make(tmp_path / "project").root)
    with pytest.raises(ImportError):
        reference_module("ddpm")
    assert handed_in.assignment() is whole
    assert reference_module("ddpm") is before
