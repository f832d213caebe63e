"""Watching: what makes it check again, what does not, and how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from autograder.cli import watch
from autograder.model import UsageError


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


class Desk:
    """Somebody who works on files: what they do between two looks, one thing a look; then Ctrl-C."""

    def __init__(self, monkeypatch) -> None:
        self.todo = []
        self.checks = 0
        monkeypatch.setattr(watch.time, "sleep", self.pause)

    def pause(self, _seconds: float) -> None:
        if not self.todo:
            raise KeyboardInterrupt
        if (deed := self.todo.pop(0)) is not None:
            deed()

    def check(self) -> int:
        self.checks += 1
        return 1

    def watch(self, path: Path, *todo, once=None) -> int:
        """How often it checked. The first pause is before the first check, two for every deed."""
        self.todo = [None, *(step for deed in todo for step in (deed, None))]
        assert watch.run(path, once or self.check) == 0
        return self.checks


@pytest.fixture
def desk(monkeypatch):
    return Desk(monkeypatch)


def write(path: Path, text: str):
    """Write so that the file is another for every clock: its time moves on by a second."""

    def deed() -> None:
        after = path.stat().st_mtime_ns + 10**9 if path.exists() else None
        path.write_text(text)
        if after:
            os.utime(path, ns=(after, after))

    return deed


def notebook(*sources: str, output: str = "") -> str:
    cells = [
        {"cell_type": "code", "source": source, "outputs": [output], "metadata": {}}
        for source in sources
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "metadata": {}})


def test_once_and_again_after_a_save(desk, tmp_path):
    write(tmp_path / "a.py", "1")()
    assert desk.watch(tmp_path, None, None) == 1
    assert desk.watch(tmp_path, write(tmp_path / "a.py", "2"), None) == 3


def test_a_notebook_counts_by_its_code(desk, tmp_path):
    book = tmp_path / "a.ipynb"
    write(book, notebook("x"))()
    assert desk.watch(tmp_path, write(book, notebook("x", output="1"))) == 1
    desk.checks = 0
    assert desk.watch(tmp_path, write(book, notebook("y"))) == 2


def test_modules_new_files_and_files_that_go(desk, tmp_path):
    (tmp_path / "modules").mkdir()
    write(tmp_path / "a.py", "1")()
    new = tmp_path / "modules" / "vae.py"
    assert desk.watch(tmp_path, write(new, "1"), new.unlink) == 3


def test_other_files_are_nobodys_business(desk, tmp_path):
    write(tmp_path / "a.py", "1")()
    (tmp_path / ".venv").mkdir()
    others = [write(tmp_path / ".venv" / "b.py", "1"), write(tmp_path / "notes.txt", "1")]
    assert desk.watch(tmp_path, *others) == 1
    assert desk.watch(tmp_path / "a.py", write(tmp_path / "b.py", "1")) == 2


def test_half_a_file_is_waited_for(desk, tmp_path):
    """An editor that writes in strokes: what counts is what is there when it rests."""
    path = tmp_path / "a.py"
    write(path, "1")()
    seen = []
    todo = [None, None, write(path, "2"), write(path, "2\n3"), write(path, "2\n3\n4"), None]
    desk.watch(path, once=lambda: seen.append(path.read_text()))
    desk.todo = todo
    watch.run(path, lambda: seen.append(path.read_text()))
    assert seen == ["1", "1", "2\n3\n4"]


def test_an_error_is_said_and_it_goes_on(desk, tmp_path, capsys):
    path = tmp_path / "a.py"
    write(path, "1")()

    def once():
        desk.checks += 1
        if desk.checks == 1:
            raise UsageError("a.py: [there] is no such file")

    assert desk.watch(path, write(path, "2"), once=once) == 2
    printed = capsys.readouterr().out
    assert "a.py: [there] is no such file\n" in printed
    assert printed.count("save to check again") == 2
    assert printed.endswith("No longer watching.\n")


def test_a_file_that_is_being_replaced_is_no_error(desk, tmp_path):
    path = tmp_path / "a.ipynb"
    write(path, notebook("x"))()
    assert desk.watch(path, path.unlink, write(path, notebook("x")), write(path, "{")) == 4
