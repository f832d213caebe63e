"""The student's copy of the toy assignment, and a notebook in it that stands for a running one."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.bank import load
from autograder.student.template import build
from tests.support import registered, toy


@pytest.fixture(scope="session")
def handed_out(tmp_path_factory) -> Path:
    """The folder that a student gets."""
    project = toy.make(tmp_path_factory.mktemp("project"))
    folder = tmp_path_factory.mktemp("student") / "toy"
    with registered.forgotten():
        build(load("toy", project.root), folder)
    return folder
