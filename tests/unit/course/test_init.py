"""`autograder init`: a course that loads, and nothing overwritten; manifests that ask for a version."""

from __future__ import annotations

import pytest

from autograder.course.bank import load
from autograder.course.init import new_course
from autograder.course.wheel import version
from autograder.gradescope.bundle import contents
from autograder.model import AssignmentError, UsageError
from autograder.staff.validate import validate


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "mycourse"
    new_course(folder)
    return folder


def test_the_example_of_a_new_course_is_sound(course, harness):
    assignment = load("hw1", course)
    assert [part.key for part in assignment.parts] == ["log_softmax", "cross_entropy"]
    bank = validate([assignment], [assignment], course, lambda *_: None, workers=1)
    assert bank.sound, [*(p for t in bank.topics for p in t.problems), *bank.problems]


def test_the_example_can_be_bundled_without_its_alternatives(course, harness):
    names = contents(load("hw1", course))
    assert "reference/softmax.py" in names
    assert not [name for name in names if "alternatives" in name]


def test_no_placeholder_is_left_and_names_of_hidden_files_begin_with_a_dot(course):
    files = [path for path in course.rglob("*") if path.is_file()]
    names = {path.relative_to(course).as_posix() for path in files}
    assert {".gitignore", ".github/workflows/grade.yml", ".devcontainer/devcontainer.json"} <= names
    for path in files:
        text = path.read_text(encoding="utf-8")
        for word in ("@COURSE@", "@PROGRAM@", "@VERSION@"):
            assert word not in text, path
    assert "mycourse" in (course / "README.md").read_text(encoding="utf-8").splitlines()[0]


def test_a_fresh_clone_counts_as_empty_and_nothing_else_does(tmp_path):
    clone = tmp_path / "clone"
    (clone / ".git").mkdir(parents=True)
    assert new_course(clone)
    before = {path: path.read_bytes() for path in clone.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match=r"is not empty: it holds .*Dockerfile"):
        new_course(clone)
    assert {path: path.read_bytes() for path in clone.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["my course", ".hidden", 'a"b'])
def test_a_name_that_cannot_stand_in_the_files_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="invalid course name"):
        new_course(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_manifest_says_which_versions_of_the_program_it_was_made_for(bank):
    present = version()
    for wanted in (f"=={present}", ">=0.0.1", f">=0.0.1,<={present}"):
        bank.write(
            "pinned.toml",
            bank.path("small.toml")
            .read_text()
            .replace("title = ", f'program = "{wanted}"\ntitle = ', 1),
        )
        load("pinned", bank.root)
    for wanted, says in (
        (">=99", rf"asks for autograder >=99, and this is {present}; install one that fits"),
        ("2", "'program' must be a range of versions such as"),
        ("newest", "'program' must be a range of versions such as"),
    ):
        bank.write(
            "pinned.toml",
            bank.path("small.toml")
            .read_text()
            .replace("title = ", f'program = "{wanted}"\ntitle = ', 1),
        )
        with pytest.raises(AssignmentError, match=says):
            load("pinned", bank.root)
