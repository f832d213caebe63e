"""Which packages a cage can import: told without importing them."""

from __future__ import annotations

import sys

import pytest

from autograder.sandbox import absent, nearest_installed


def test_what_python_has():
    assert absent(["torch", "torch.nn.functional", "json", "os.path", "numpy"]) == ()
    assert absent([]) == ()


def test_what_it_has_not():
    names = ["no_such", "torch.no_such", "torch.version.no_such", "no.such"]
    assert absent(names) == tuple(names)


def test_what_only_the_grader_has(tmp_path, monkeypatch):
    """Packages elsewhere, such as the reference, cannot be read in a cage."""
    (tmp_path / "elsewhere.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert absent(["elsewhere", "reference"]) == ("elsewhere", "reference")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("pands", "pandas"),
        ("Matplotlib", "matplotlib"),
        ("otter_grader", "otter"),
        ("otter-grader", "otter"),
        ("pyyaml", "yaml"),
        ("numpy_", "numpy"),
        ("torchh.nn", "torch"),
        ("torch.no_such", ""),
        ("a_package_that_nobody_wrote", ""),
    ],
)
def test_what_may_have_been_meant(name, meant):
    assert nearest_installed(name) == meant


def test_nothing_is_imported():
    assert absent(["sympy.physics.optics"]) == ()
    assert "sympy.physics.optics" not in sys.modules
