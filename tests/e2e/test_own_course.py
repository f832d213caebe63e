"""A course outside any clone, with the program installed from its wheel: the commands of a semester."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from autograder.course.wheel import build_wheel

pytestmark = pytest.mark.exhaustive

ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (71)
    Points Possible,,,,,8
"Right, Ann",1,1001,ann,A,
"Empty, Bob",2,1002,bob,A,
"""


class Semester:
    """A folder of its own, and the installed command."""

    def __init__(self, folder: Path, bin_: Path) -> None:
        self.folder = folder
        self._bin = bin_

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run the command in the course's folder; what it printed."""
        environment = {"PATH": f"{self._bin}:{os.environ['PATH']}", "HOME": str(self.folder)}
        ran = subprocess.run(
            [str(self._bin / "autograder"), *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert ran.returncode == status, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The `bin` of an environment with the program from its wheel; the packages are this environment's."""
    home = tmp_path_factory.mktemp("installed")
    name, data = build_wheel()
    (home / name).write_bytes(data)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    python = home / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index"]
    subprocess.run([*pip, "--no-deps", home / name], check=True)
    [site] = (home / "venv").glob("lib/python*/site-packages")
    _link_packages(Path(sysconfig.get_path("purelib")), site)
    where = [str(python), "-c", "import autograder; print(autograder.__file__)"]
    said = subprocess.run(where, cwd=home, check=True, capture_output=True, text=True).stdout
    assert Path(said.strip()).is_relative_to(home)
    return home / "venv" / "bin"


def _link_packages(source: Path, target: Path) -> None:
    """The packages of one environment in another, by hard links: a cage reads its own environment only."""

    def link(old: str, new: str) -> None:
        try:
            os.link(old, new)
        except OSError:  # another file system
            shutil.copy2(old, new)

    ours = shutil.ignore_patterns("autograder*", "__editable__*")
    shutil.copytree(source, target, ignore=ours, copy_function=link, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def semester(installed, tmp_path_factory):
    above = tmp_path_factory.mktemp("outside")
    Semester(above, installed).run("init", "mycourse")
    return Semester(above / "mycourse", installed)


def test_a_semester(semester):
    course = semester.folder
    assert "all sound" in semester.run("validate")
    assert "hw1-student.zip" in semester.run("template", "hw1")
    assert "gets all 8 points" in semester.run("bundle", "hw1")
    with zipfile.ZipFile(course / "dist" / "hw1-gradescope.zip") as bundle:
        assert {"requirements.lock", "reference/softmax.py", "setup.sh"} <= {*bundle.namelist()}
    for name in ("ann", "bob"):
        (course / "class" / name).mkdir(parents=True)
    shutil.copy(course / "reference" / "softmax.py", course / "class" / "ann")
    shutil.copy(course / "student_template" / "hw1" / "hw1.ipynb", course / "class" / "bob")
    semester.run("grade", "class/ann", "-a", "hw1", "-o", "ann.json")
    semester.run("batch", "class/", "-a", "hw1", "-o", "graded/")
    with (course / "graded" / "grades.csv").open(encoding="utf-8-sig") as table:
        assert {row["id"]: float(row["score"]) for row in csv.DictReader(table)} == {
            "ann": 8.0,
            "bob": 0.0,
        }
    semester.run("insight", "graded/")
    assert (course / "graded" / "insight.html").is_file()
    (course / "roster.csv").write_text(ROSTER, encoding="utf-8")
    told = semester.run(
        "gradebook", "graded/", "--canvas", "roster.csv", "--column", "Homework 1 (71)"
    )
    assert "2" in told


def test_a_new_question_without_hidden_cases_loads_and_validate_asks_for_them(semester):
    course = semester.folder
    told = semester.run("new", "question", "rows")
    folder = course / "assignments" / "questions" / "rows"
    for name in ("hidden_cases.py", "misconceptions.py"):
        (folder / name).unlink()
    for path in [course / "reference" / "rows.py", *folder.iterdir()]:
        text = path.read_text(encoding="utf-8")
        text = text.replace('["FILL", "FILL", "FILL"]', "[6.0, 14.0, 22.0]")
        text = text.replace("raise NotImplementedError  #", "return scale * x.sum(dim=-1)  #")
        path.write_text(text.replace("FILL", "filled"), encoding="utf-8")
    lines = told.partition("[[question]]")[2].partition("3. ")[0]
    (course / "assignments" / "hw2.toml").write_text(f'title = "Rows"\n\n[[question]]{lines}')
    semester.run("template", "hw2")
    semester.run("grade", "reference/rows.py", "-a", "hw2", "-o", "rows.json")
    told = semester.run("validate", "hw2", status=1)
    assert "rows has no hidden_cases.py" in told and "rows has no misconceptions.py" in told
