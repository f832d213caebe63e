"""``make image``: what a root must be like before anything runs in it, and what is graded there."""

from __future__ import annotations

import argparse
import json
import stat
import zipfile

import pytest
from rich.console import Console

from tests.image import __main__ as image
from tests.image import root as ubuntu
from tests.support import handed_in


@pytest.mark.parametrize("named", [True, False], ids=["named", "temporary"])
def test_a_root_is_open_to_all_users(named, tmp_path, monkeypatch):
    """As `/` is everywhere: a worker has a user of its own, and could not get to its folder."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(image.tempfile, "mkdtemp", lambda **_options: str(closed))
    monkeypatch.setattr(ubuntu, "bootstrap", lambda *_arguments: None)
    monkeypatch.setattr(ubuntu, "prepare", lambda *_arguments: None)
    options = argparse.Namespace(
        root=closed if named else None, keyring=None, mirror="", suite="jammy", wheels=None
    )
    root = image._root(options, Console(quiet=True))
    assert root == closed
    assert stat.S_IMODE(root.stat().st_mode) == 0o755


def test_what_is_handed_in_lies_where_run_autograder_looks(tmp_path, monkeypatch):
    """The folder as setup.sh and each grading find it; a small zip and four texts stand in for the rest."""

    def build(_assignment, packed, version):
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("setup.sh", version)
            archive.writestr("run_autograder", "")

    folder = tmp_path / "autograder"
    seen = []

    def run(root, command, *_arguments, **_options):
        if "run_autograder" in command:
            (work,) = (folder / "submission").iterdir()
            seen.append(work.read_text(encoding="utf-8"))
            results = {"score": 0, "output": "", "tests": []}
            (folder / "results" / "results.json").write_text(json.dumps(results))
        return ubuntu.Ran(0, 1.0, 1.0, "")

    monkeypatch.setattr(image, "build", build)
    monkeypatch.setattr(handed_in, "assignment", lambda: None)
    for kind in ("right", "half", "hostile"):
        monkeypatch.setattr(handed_in, kind, lambda _assignment, kind=kind: kind)
    monkeypatch.setattr(handed_in, "with_cell", lambda _text, _cell: "endless")
    monkeypatch.setattr(ubuntu, "run", run)
    monkeypatch.setattr(ubuntu, "size_mb", lambda _folder: 1.0)
    console = Console(quiet=True)
    built = image._set_up(tmp_path, "24.04", console)
    assert (folder / "source" / "setup.sh").read_text() == "24.04"
    options = argparse.Namespace(cores=0.5, memory=768)
    assert image._grade(tmp_path, built, options, console) == 0
    assert seen == ["right", "half", "hostile", "endless"]
