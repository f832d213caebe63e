"""The exact versions of the zip against the Python of Gradescope's image."""

import importlib.metadata
import re
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

PROJECT = Path(__file__).parents[4]
OF_UBUNTU_22_04 = "3.11.0"  # a release candidate of it, which pip takes for the release


@pytest.mark.parametrize("lock", ["requirements-torch.lock", "requirements.lock"])
def test_every_locked_version_accepts_the_python_of_ubuntu_22_04(lock):
    text = (PROJECT / lock).read_text(encoding="utf-8")
    locked = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    assert locked
    refusing = {}
    for name, version in locked:
        metadata = importlib.metadata.metadata(name)
        assert metadata["Version"].partition("+")[0] == version.partition("+")[0], name
        accepted = metadata.get("Requires-Python") or ""
        if OF_UBUNTU_22_04 not in SpecifierSet(accepted):
            refusing[f"{name} {version}"] = accepted
    assert not refusing
