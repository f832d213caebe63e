"""Odd but honest submissions keep the score of their work, and `check` agrees with `grade`.

A handful of kinds always; all of them behind the marker `exhaustive`.
"""

from __future__ import annotations

import pytest

from tests.tools.odd_notebooks import ODD, complaints

FEW = (
    "A2 !pip",
    "A3 what needs it",
    "A3 a download",
    "A5 R",
    "A8 a type statement",
    "real: Colab, all on top of the imports",
    "B5 module, helper at the top: from modules import",
)


@pytest.mark.parametrize("name", FEW)
def test_a_few(name, tmp_path, sandbox, uncaged):
    assert complaints(ODD[name], tmp_path, sandbox, uncaged)[1] == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [name for name in ODD if name not in FEW])
def test_all(name, tmp_path, sandbox, uncaged):
    assert complaints(ODD[name], tmp_path, sandbox, uncaged)[1] == []
