"""`autograder mutants` on a course of its own: what it shows, and its exit status."""

import pytest

from autograder import cli

VERDICTS = """
[[equal]]
module = "columns"
function = "spread"
line = "def spread(x, *, scale=1.0):"
changes = ["1.0 → 2.0"]
reason = "an example"

[[equal]]
module = "columns"
function = "column_mean"
line = "return [total(column) / len(x) for column in zip(*x, strict=True)]"
changes = ["total(column) / len(x) → total(column)"]
reason = "a slip of the author: a case notices this one"
"""


@pytest.fixture
def command(bank, monkeypatch, capsys):
    """Run the command in the small bank."""
    monkeypatch.setenv("AUTOGRADER_ROOT", str(bank.root))
    monkeypatch.setenv("COLUMNS", "150")

    def run(*line):
        status = cli.main(["mutants", "columns", "-j", "1", *line])
        out, err = capsys.readouterr()
        return status, out + err

    return run


def test_a_hole_in_the_cases_is_shown_until_a_verdict_closes_it(bank, command):
    """The rows (1, 2) and (3, 6) are 2 and 4 apart; no case compares that."""
    cases = "columns/public_cases.py"
    bank.change(cases, "same(spread(ROWS), [2.0, 4.0])", "assert len(spread(ROWS)) == 2")
    status, text = command()
    assert status == 1
    assert "-def spread(x, *, scale=1.0):\n+def spread(x, *, scale=2.0):\n" in text
    assert "spread(x=[[1, 2], [3, 6]]) gives [4, 8]; [2, 4] is right" in text
    assert "columns: " in text and "the floor is 97 %" in text

    bank.write("questions/columns/mutants.toml", VERDICTS)
    status, text = command("--floor", "0")
    assert status == 1
    assert "scale=2.0" not in text
    assert "is called no mistake, and columns/mean:" in text
    assert "the floor is" not in text

    bank.change("questions/columns/mutants.toml", VERDICTS[VERDICTS.rindex("[[") :], "")
    assert command("--floor", "0")[0] == 0
