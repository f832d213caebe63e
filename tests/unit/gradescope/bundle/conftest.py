"""A bundled assignment, unpacked as Gradescope unpacks it."""

import pytest

from autograder.course.bank import load
from autograder.gradescope.bundle import contents

LOCK = """\
# by pip-compile
numpy==2.3.4
    # via torch
otter-grader[grading]==7.0.0 ; python_version >= "3.11"
"""
TORCH_LOCK = """\
# apart from the rest
--extra-index-url https://download.pytorch.org/whl/cpu
torch==2.13.0
"""


@pytest.fixture
def project(bank, harness):
    """The bank's folder with its lock files."""
    (bank.root / "requirements.lock").write_bytes(LOCK.encode())
    (bank.root / "requirements-torch.lock").write_bytes(TORCH_LOCK.encode())
    return bank


@pytest.fixture
def small(project):
    return load("small", project.root)


@pytest.fixture
def home(small, tmp_path):
    """What stands for /autograder: the zip unpacked in source/, run_autograder copied from it."""
    home = tmp_path / "home"
    for name, data in contents(small).items():
        path = home / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (home / "run_autograder").write_bytes((home / "source" / "run_autograder").read_bytes())
    (home / "submission").mkdir()
    return home
