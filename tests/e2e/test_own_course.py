"""A course outside any clone, with the program installed from its wheel: the commands of a semester.

Nothing but that environment is on the path: no git, no compiler, no make. The same with other versions of
Python, where AUTOGRADER_PYTHONS names them (separated by colons): the `python` of an environment in which
the packages of requirements-torch.lock and requirements.lock are installed.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.course.pack import pack
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
        environment = {"PATH": str(self._bin), "HOME": str(self.folder)}
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


def _pythons() -> dict[str, str]:
    """Interpreters of environments with the packages, by version: this one, and those that are named."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    named = filter(None, os.environ.get("AUTOGRADER_PYTHONS", "").split(":"))
    others = {
        subprocess.run([name, "-c", ask], check=True, capture_output=True, text=True).stdout: name
        for name in named
    }
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return {version.strip(): name for version, name in others.items()} | {own: sys.executable}


@pytest.fixture(scope="module", params=["3.11", "3.12", "3.13"])
def installed(request, tmp_path_factory):
    """The `bin` of an environment with the program from its wheel; the packages are another's."""
    version = request.param
    if version not in (pythons := _pythons()):
        pytest.skip(f"AUTOGRADER_PYTHONS names no Python {version} with the packages")
    home = tmp_path_factory.mktemp("installed")
    name, data = build_wheel()
    (home / name).write_bytes(data)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'), end='')"
    packages = subprocess.run(
        [pythons[version], "-c", ask], check=True, capture_output=True, text=True
    ).stdout
    subprocess.run([pythons[version], "-m", "venv", "--without-pip", home / "venv"], check=True)
    python = home / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index"]
    subprocess.run([*pip, "--no-deps", home / name], check=True)
    [site] = (home / "venv").glob("lib/python*/site-packages")
    _link_packages(Path(packages), site)
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
    told = semester.run("batch", "class/", "-a", "hw1", "-o", "graded/")
    assert "median of those graded: 4 of 8 points" in told
    with (course / "graded" / "grades.csv").open(encoding="utf-8-sig") as table:
        assert {row["id"]: float(row["score"]) for row in csv.DictReader(table)} == {
            "ann": 8.0,
            "bob": 0.0,
        }
    semester.run("insight", "graded/")
    assert (course / "graded" / "insight.html").is_file()
    semester.run("batch", "-o", "graded/", "class/", "--regrade", "1.1")
    assert "nothing changed: 2" in semester.run("compare", "graded/", "graded/regrade")
    semester.run("batch", "-o", "graded/", "--accept")
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


FROM_THE_BANK = """\
title = "Diffusion"

[[question]]
topic = "bank/ddpm"

[[question.part]]
part = "forward"
points = 3

[[question]]
topic = "softmax"

[[question.part]]
part = "log_softmax"
points = 2
"""

THIEF = """\
import glob, sys

files = [f for e in sys.path for f in glob.glob(e + "/autograder_banks/**/*.py", recursive=True)]
print("seen:", len(files), "read:", [open(file).read() for file in files])
"""


def test_questions_of_the_bank_by_name(semester, installed, tmp_path):
    name, data = pack(Path(__file__).parents[2], "bank")
    (tmp_path / name).write_bytes(data)
    pip = [sys.executable, "-m", "pip", "--python", str(installed / "python"), "install"]
    subprocess.run([*pip, "--quiet", "--no-index", "--no-deps", tmp_path / name], check=True)
    course = semester.folder
    (course / "assignments" / "hw3.toml").write_text(FROM_THE_BANK, encoding="utf-8")
    assert "forward, posterior" in semester.run("list", "bank/ddpm")
    semester.run("template", "hw3")
    assert "all sound" in semester.run("validate", "hw3")
    copy = course / "student_template" / "hw3"
    assert (copy / "modules" / "ddpm.py").is_file()
    assert not [path for path in copy.rglob("*") if "bank" in path.name]
    assert "gets all 5 points" in semester.run("bundle", "hw3")
    with zipfile.ZipFile(course / "dist" / "hw3-gradescope.zip") as bundle:
        names = {*bundle.namelist()}
    assert {"autograder_banks/bank/reference/ddpm.py", "reference/softmax.py"} <= names
    (course / "thief.py").write_text(THIEF, encoding="utf-8")
    semester.run("grade", "thief.py", "-a", "hw3", "-o", "thief.json")
    results = (course / "thief.json").read_text(encoding="utf-8")
    assert "PermissionError" in results and '"score": 0' in results
    secret = Path(__file__).parents[2] / "reference" / "ddpm.py"
    assert secret.read_text(encoding="utf-8").splitlines()[0].strip('"') not in results
