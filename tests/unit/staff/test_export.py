"""`autograder export`: the answers and nothing else, harmless, and saying what it is."""

from __future__ import annotations

import dataclasses
import json
import shutil

import pytest

from autograder.course.bank import load
from autograder.model import UsageError
from autograder.staff.export import export
from tests.support import handed_in


def cell(kind, source):
    extra = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **extra}


def notebook(*cells):
    named = [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells)]
    return json.dumps({"cells": named, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


ANSWERED = notebook(
    cell("markdown", "# The whole prompt"),
    cell("code", "print('the code')"),
    cell("markdown", "<!-- BEGIN QUESTION -->\n\n**1.1 Show that**"),
    cell("markdown", "Because $a = b$.<script>alert(1)</script>"),
    cell("code", "secret_code_in_between = 1"),
    cell("markdown", "<!-- END QUESTION -->"),
    cell("markdown", "Not an answer."),
    cell("markdown", "<!-- BEGIN QUESTION -->\n\n**1.2 Prove**"),
    cell("markdown", "Trivial."),
    cell("markdown", "<!-- END QUESTION -->"),
)


@pytest.fixture
def written():
    """An assignment with a written part."""
    assignment = load(handed_in.ASSIGNMENT, handed_in.ROOT, hidden=False)
    assert any(part.written for part in assignment.parts)
    return assignment


def test_the_answers_and_nothing_else(written, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    path = tmp_path / "ada.ipynb"
    path.write_text(ANSWERED, encoding="utf-8")
    made = export(path, written, tmp_path / "out")
    assert made.path == tmp_path / "out" / "ada.html"
    assert made.answers == 2
    assert made.why_html == "xelatex and pandoc not installed"
    text = made.path.read_text(encoding="utf-8")
    body = text[text.index("<body") :]
    for wanted in ("1.1 Show that", "Because", "1.2 Prove", "Trivial."):
        assert wanted in body
    for other in (
        "The whole prompt",
        "the code",
        "secret_code",
        "Not an answer",
        "alert(1)</script>",
    ):
        assert other not in body


def test_the_template_has_its_marks(written, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    path = tmp_path / "empty.ipynb"
    path.write_text(handed_in.template(handed_in.assignment()), encoding="utf-8")
    made = export(path, written, tmp_path)
    assert made.answers == sum(bool(part.written) for part in written.parts)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not a notebook that can be read"),
        (notebook(cell("markdown", "no marks")), "holds no written answers"),
    ],
)
def test_what_holds_no_answers_is_said(written, tmp_path, content, says):
    path = tmp_path / "x.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        export(path, written, tmp_path)


def test_an_assignment_without_written_parts_is_said(written, tmp_path):
    questions = tuple(
        dataclasses.replace(
            question, parts=tuple(dataclasses.replace(part, written=0.0) for part in question.parts)
        )
        for question in written.questions
    )
    plain = dataclasses.replace(written, questions=questions)
    with pytest.raises(UsageError, match="has no written parts"):
        export(tmp_path / "any.ipynb", plain, tmp_path)
