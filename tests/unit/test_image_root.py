"""``make image``: what a root must be like before anything runs in it."""

from __future__ import annotations

import argparse
import stat

import pytest
from rich.console import Console

from tests.image import __main__ as image
from tests.image import root as ubuntu


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
