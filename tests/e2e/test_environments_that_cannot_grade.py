"""Pythons that cannot grade: `doctor` and `grade` name the cause, and no student pays for it."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from autograder import supervisor
from autograder.sandbox import trial
from tests.support import toy

REPOSITORY = Path(__file__).parents[2]


def elsewhere(home: Path) -> Path:
    """A virtual environment whose packages lie in another one, by a .pth file."""
    site = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    site.mkdir(parents=True)
    (home / "bin").mkdir()
    (home / "bin" / "python").symlink_to(Path(sys.base_prefix, "bin", "python3"))
    (home / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}/bin\n")
    (site / "more.pth").write_text(f"{sysconfig.get_path('purelib')}\n{REPOSITORY}\n")
    return home / "bin" / "python"


@pytest.mark.exhaustive
def test_packages_by_a_pth_file(tmp_path):
    project = toy.make(tmp_path / "project")
    (tmp_path / "hw.py").write_text("def double(x):\n    return 2 * x\n")
    python = elsewhere(tmp_path / "env")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-m", "autograder", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=project.root,
            check=False,
        )

    doctor = run("doctor")
    assert doctor.returncode == 1
    said = " ".join(doctor.stdout.split())
    assert "grading is not possible: the worker could not be set up: numpy is in" in said
    assert f"inside {tmp_path / 'env'} alone, and a .pth file or PYTHONPATH leads elsewhere" in said
    graded = run(
        "grade", str(tmp_path / "hw.py"), "-a", "toy", "-o", "r.json", "--isolation", "none"
    )
    assert graded.returncode == 0, graded.stderr  # everything can be read where nothing is confined
    graded = run(
        "grade", str(tmp_path / "hw.py"), "-a", "toy", "-o", "r.json", "--isolation", "best-effort"
    )
    assert graded.returncode == 3
    assert "numpy is in" in graded.stderr
    results = json.loads((project.root / "r.json").read_text())
    assert supervisor.withheld() in results["tests"]
    assert results["extra_data"]["finished"] is False and results["score"] == 0


def test_a_python_that_may_not_be_executed(tmp_path, monkeypatch, capfd):
    python = tmp_path / "python"
    python.write_bytes(b"")
    python.chmod(0o644)
    monkeypatch.setattr(sys, "executable", str(python))
    why = f"Python could not be started: [Errno 13] Permission denied: '{python}'"
    assert trial.why_not() == why
    assert supervisor.supervise(["grade"], {}, tmp_path / "r.json", 10) == 3
    results = json.loads((tmp_path / "r.json").read_text())
    assert results["tests"] == [supervisor.withheld()]
    assert why in results["output"] and why in capfd.readouterr().err


@pytest.mark.parametrize(("version", "says"), [("3, 10", False), ("3, 11", True), ("3, 14", True)])
def test_an_older_python(version, says):
    code = f"import sys; sys.version_info = ({version}); import autograder"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=False
    )
    assert (done.returncode == 0) is says
    assert says or done.stderr.splitlines()[-1].startswith(
        f"ImportError: autograder needs Python 3.11 or newer; {sys.executable} is Python "
    )
