"""Packages that are imported where the code is written and not promised where it is graded."""

import pytest

from autograder.grading.submission import Unit
from autograder.grading.submission.packages import not_promised

PROMISED = ("numpy", "torch")


def told(*sources, files=()):
    units = [Unit("", f"cell {n}", source) for n, source in enumerate(sources, start=1)]
    return [*not_promised(units, PROMISED, files)]


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np, torch.nn.functional as F",
        "from torch import nn\nimport os.path, math",
        "import otter, autograder\nfrom IPython.display import display",
        "import no_such_package_anywhere",  # that it is missing is told when it is run
        "from . import helper",
        "import = 3",
        "%matplotlib inline\nimport torch",
    ],
)
def test_nothing_is_said_of_what_is_there_or_nowhere(source):
    assert told(source) == []


def test_the_students_own_files_are_no_packages():
    assert told("import rich\nfrom pytest.a import b", files=["rich.py", "pytest/a.py"]) == []


def test_what_is_only_here_is_named_once_wherever_it_is_imported():
    sources = ("!ls\nimport rich.table\nimport torch", "def f():\n    from pytest import raises")
    assert told(*sources, sources[0]) == [
        "rich and pytest are imported. Where this is graded, only numpy and torch are sure to be "
        "installed."
    ]
