"""Derivations that a batch has judged, below the written answers."""

import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from autograder.course.bank.derivations import derivation
from autograder.derivations.transcript import judged
from autograder.gradescope.derivations import data
from autograder.model import UsageError
from autograder.staff.export.derived import checked, derivations_html, derived

LINES = [
    "E(log(p_x_given_z * p_z))",
    "= E(log(p_z_given_x * p_x))",
    "= log(p_x) + E(log(p_z_given_x)) + KL(q, p_z)",
    "= <img src=x onerror=alert(1)> `q`",
]


@pytest.fixture(scope="module")
def result():
    return judged(derivation("vae.ecll_derivation"), LINES)


def test_lines_are_formulas_and_what_could_not_be_read_is_text(result):
    page = BeautifulSoup(derivations_html((result,)), "html.parser")
    items = page.select("ol > li")
    assert [bool(item.select("math")) for item in items] == [True, True, True, False]
    assert "✗ false" in items[2].text
    assert "KL(q, p_z)" in [code.text for code in items[2].select("code")]
    assert "`" not in items[2].text
    assert "onerror=alert(1)" in items[3].text
    assert not page.select("img, script, [onerror]")


def test_a_derivation_that_was_not_handed_in_is_not_shown(result):
    assert derivations_html((replace(result, unfilled=True),)) == ""


def test_derivations_are_read_from_what_a_batch_left(tmp_path, result):
    extra = {
        "schema": 1,
        "assignment": "a3_2022",
        "digest": "d",
        "seed": "s",
        "parts": [{"number": "1.1", "cases": {}, "derivations": [data(result)]}],
    }
    (tmp_path / "ada").mkdir()
    whole = {"score": 0.0, "tests": [], "extra_data": extra}
    (tmp_path / "ada" / "results.json").write_text(json.dumps(whole), encoding="utf-8")
    checked(tmp_path)
    assert derived(tmp_path, "ada") == {"1.1": (result,)}
    with pytest.raises(UsageError, match="results"):
        derived(tmp_path, "bob")
    with pytest.raises(UsageError, match="contains no results"):
        checked(tmp_path / "ada")
    checked(None)
    assert derived(None, "ada") == {}
