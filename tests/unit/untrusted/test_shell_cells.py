"""Cells that are Python already are not searched for magics; all others are, as IPython does."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.untrusted.shell import Shell, make_shell


@pytest.fixture
def shell():
    yield make_shell()
    Shell.clear_instance()


@pytest.mark.parametrize(
    "cell",
    [
        "x = 1",
        "def f(a):\n    '''!ls\n%time\n?'''\n    return a % 2\n",
        "x = (1\n%2)",
        "await f()",
        "x = 1;",
        "print(1)  # !ls",
        "# only words",
        "%matplotlib inline\nx = 1",
        "!ls",
        "x = !ls",
        "x = %time 1",
        "%%bash\nls",
        "len?",
        ">>> x = 1",
        "  x = 1\n  y = 2",
        "In [1]: x = 1",
        "def broken(:\n",
        "",
    ],
)
def test_as_ipython_makes_them(shell, cell):
    assert shell.transform_cell(cell) == InteractiveShell.transform_cell(shell, cell)


def test_lines_keep_their_numbers(shell):
    """IPython drops empty lines at the top, and every line after them has the wrong number."""
    shell.compile.label = "cell 1"
    result = shell.run_cell("\n\n1 / 0")
    assert result.error_in_exec.__traceback__.tb_next.tb_lineno == 3


def test_transformations_of_a_cells_own_are_kept(shell):
    shell.input_transformers_cleanup.append(
        lambda lines: [line.replace("one", "1") for line in lines]
    )
    assert shell.transform_cell("x = one\n") == "x = 1\n"
    shell.input_transformers_cleanup.pop()
    shell.input_transformers_post.append(lambda lines: ["y = 2\n"])
    assert shell.transform_cell("x = 1\n") == "y = 2\n"
