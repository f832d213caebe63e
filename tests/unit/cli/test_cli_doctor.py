"""`autograder doctor`: each layer, and of those that are missing what that costs."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

import pytest

from autograder.cli import doctor
from autograder.sandbox import lockdown, private, trial
from autograder.sandbox.lockdown import Machine

FULL = Machine(root=True, landlock=7, seccomp=True, private_home=None, reads_past_folders=True)
LAPTOP = Machine(
    root=False, landlock=7, seccomp=True, private_home=Path("/home/me"), reads_past_folders=False
)
HOME = Machine(
    root=True, landlock=7, seccomp=True, private_home=Path("/root"), reads_past_folders=True
)
OLD = Machine(root=False, landlock=0, seccomp=True, private_home=None, reads_past_folders=False)
BARE = Machine(root=True, landlock=4, seccomp=False, private_home=None, reads_past_folders=False)


@pytest.fixture
def told(monkeypatch, capsys):
    """What it prints of a machine in a terminal of 80 columns, and its status."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(machine: Machine, why_not_private: str = "") -> tuple[str, int]:
        monkeypatch.setattr(private, "why_not", lambda: why_not_private)
        monkeypatch.setattr(lockdown, "Machine", lambda: machine)
        monkeypatch.setattr(trial, "why_not", lambda: "")
        status = doctor.run(argparse.Namespace(), [])
        return capsys.readouterr().out, status

    return run


@pytest.mark.parametrize(
    ("machine", "missing", "status"),
    [
        (FULL, [], 0),
        (LAPTOP, ["own user"], 0),
        (HOME, ["Python for all"], 0),
        (OLD, ["own user", "Landlock", "signals inside"], 1),
        (BARE, ["seccomp"], 1),
    ],
    ids=["full", "laptop", "private home", "old kernel", "no filter"],
)
def test_layers_and_what_the_missing_ones_cost(told, machine, missing, status):
    text, ended = told(machine)
    assert ended == status
    marks = {
        line[2:].split(":")[0]: line[0] for line in text.splitlines() if line[:2] in ("+ ", "- ")
    }
    assert marks.pop("a trial") == "+"
    assert len(marks) == 6
    assert [name for name, mark in marks.items() if mark == "-"] == missing
    assert text.count("Without it:") == len(missing)
    assert ("strict grading is possible here" in text) is (status == 0)


def test_namespaces_that_are_refused_are_no_hindrance(told):
    text, status = told(FULL, "unshare: Operation not permitted")
    assert "- private view: not available: unshare: Operation not permitted" in text
    assert status == 0 and text.count("Without it:") == 1


def test_a_private_python_without_landlock_cannot_grade(told):
    """Nothing would keep files apart from a worker that reads past folders, so none may."""
    text, _ = told(dataclasses.replace(HOME, landlock=0))
    assert "No worker can run Python" in " ".join(text.split())


@pytest.mark.parametrize("machine", [FULL, LAPTOP, HOME, OLD, BARE])
def test_it_fits_eighty_columns(told, machine):
    text, _ = told(machine)
    assert max(map(len, text.splitlines())) <= 80


def test_elsewhere_than_on_linux(told, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    text, status = told(FULL)
    assert "the cage needs Linux" in text.replace("\n", " ")
    assert status == 1
