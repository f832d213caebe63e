"""The probe, tried where nothing is confined: it must find what is there, and only that."""

from __future__ import annotations

import socket
import sys

import pytest

from autograder.sandbox import probe
from autograder.sandbox.probe import Targets

NETWORK = "a network socket can be opened"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", refuse)


def test_nothing_to_look_for_and_nothing_found():
    assert probe.run(Targets()) == []


def test_a_socket(monkeypatch):
    monkeypatch.undo()
    assert probe.run(Targets()) == [NETWORK]


def test_files_and_folders_that_can_be_read(tmp_path):
    (tmp_path / "file").write_text("")
    file, folder, gone = (str(tmp_path / name) for name in ("file", "", "gone"))
    assert probe.run(Targets(unreadable=(file, folder, gone))) == [
        f"{file} can be read",
        f"{folder} can be read",
    ]


def test_folders_that_can_be_written_to_are_left_as_they_were(tmp_path):
    assert probe.run(Targets(unwritable=(str(tmp_path), str(tmp_path / "gone")))) == [
        f"{tmp_path} can be written to"
    ]
    assert list(tmp_path.iterdir()) == []


def test_modules_that_can_be_imported(monkeypatch, tmp_path):
    (tmp_path / "here_it_is.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    assert probe.run(Targets(unimportable=("here_it_is", "nowhere_at_all"))) == [
        "module here_it_is can be imported"
    ]


def test_a_python_that_cannot_be_read_is_told_with_what_to_do(monkeypatch):
    def fail(name):
        raise ImportError(name)

    assert probe.broken_python() == ""
    monkeypatch.setattr(probe.importlib, "import_module", fail)
    found = probe.broken_python()
    assert found.startswith("Python in ")
    assert "install Python where every user may read it" in found


def test_packages_that_cannot_be_read_are_told_with_where_they_are(monkeypatch):
    import numpy

    monkeypatch.setattr(numpy, "__file__", "/elsewhere/site-packages/numpy/__init__.py")
    found = probe.broken_python()
    assert found.startswith(
        "numpy is in /elsewhere/site-packages, which the process of a submission may not"
    )
    assert f"inside {sys.prefix} alone" in found and ".pth" in found


def test_targets_travel_as_data(tmp_path):
    targets = Targets(("a",), ("b", "c"), ("d",))
    assert Targets(**targets.data()) == targets
