"""Letters that a terminal does not have are written in those that it has."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.cli import letters


@pytest.fixture(autouse=True)
def registered():
    letters.register()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Every entry is ½ log 2π too large.", "Every entry is 1/2 log 2 pi too large."),
        ("3/2 log 2π", "3/2 log 2 pi"),
        ("π times", "pi times"),
        ("1/√5 times", "1/sqrt 5 times"),
        ("½ times", "1/2 times"),
        ("• cell 1 …", "* cell 1 ..."),
        ("0 · log 0", "0 * log 0"),
        ("Zoë’s “naïve”", 'Zoe\'s "naive"'),
        ("李雷", "??"),
        ("plain", "plain"),
    ],
)
def test_in_ascii(text, shown):
    assert text.encode("ascii", letters.HANDLER).decode() == shown


def test_what_an_encoding_has_stays():
    assert "½ log 2π".encode("latin-1", letters.HANDLER).decode("latin-1") == "½ log 2 pi"


def test_bytes_that_cannot_be_read_are_an_error_as_ever():
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", letters.HANDLER)


def test_commands_print_so():
    code = (
        "import sys; from autograder import cli; cli.parse = lambda line: print('½ log 2π') or exit();"
        "cli.main([])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        timeout=60,
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert ran.stdout.decode().strip() == "1/2 log 2 pi"
