"""The Gradescope zip: what is in it, that it is the same each time, and what is refused."""

import os
import re
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import autograder.gradescope.bundle
from autograder.course.bank import load
from autograder.course.locks import LOCKS
from autograder.gradescope.bundle import build, contents
from autograder.model import AssignmentError, UsageError

PROJECT = Path(__file__).parents[4]
SCRIPTS = Path(autograder.gradescope.bundle.__file__).parent
INDEX = "https://download.pytorch.org/whl/cpu"
FILES = [
    "assignments/questions/columns/drivers.py",
    "assignments/questions/columns/hidden_cases.py",
    "assignments/questions/columns/misconceptions.py",
    "assignments/questions/columns/prompt.md",
    "assignments/questions/columns/public_cases.py",
    "assignments/questions/columns/stub.py",
    "assignments/questions/norms/hidden_cases.py",
    "assignments/questions/norms/misconceptions.py",
    "assignments/questions/norms/prompt.md",
    "assignments/questions/norms/public_cases.py",
    "assignments/questions/norms/stub.py",
    "assignments/small.toml",
    "autograder_maths-0.1.0-py3-none-any.whl",
    "reference/__init__.py",
    "reference/_sums.py",
    "reference/columns.py",
    "reference/norms.py",
    "requirements-torch.lock",
    "requirements.lock",
    "run_autograder",
    "setup.sh",
]


def test_the_zip_is_exactly_the_allow_list(project, small, tmp_path):
    strays = (
        "assignments/other.toml",
        "assignments/notes.txt",
        "assignments/questions/columns/draft.py",
        "assignments/questions/columns/__pycache__/stub.cpython-311.pyc",
        "assignments/questions/unused/hidden_cases.py",
        "reference/__pycache__/columns.cpython-311.pyc",
        "reference/notes.txt",
        "reference/py.typed",
        "reference/alternatives/columns/loops.py",
        "tests/test_columns.py",
        ".git/config",
        ".env",
        "pyproject.toml",
    )
    for name in strays:
        path = project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a stray")
    assert build(small, tmp_path / "out.zip") == FILES
    assert (tmp_path / "out.zip").stat().st_mode & 0o777 == 0o600  # it holds solutions
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == FILES
        assert archive.testzip() is None
        assert not any(b"a stray" in archive.read(name) for name in FILES)


def test_files_are_what_the_project_holds(project, small):
    files = contents(small)
    for name in FILES:
        if name not in ("run_autograder", "setup.sh") and not name.endswith(".whl"):
            assert files[name] == (project.root / name).read_bytes()


def test_the_prompts_that_a_manifest_names_come_with_it(project):
    text = "# Columns\n\n## The mean\n<!-- part: mean -->\nAverage.\n"
    for name in ("handout", "other"):
        project.write(f"columns/prompt_{name}.md", text)
    project.write(
        "named.toml",
        'title = "x"\n[[question]]\ntopic = "columns"\nprompt = "handout"\n'
        '[[question.part]]\npart = "mean"\npoints = 1\n',
    )
    files = contents(load("named", project.root))
    folder = "assignments/questions/columns"
    assert files[f"{folder}/prompt_handout.md"] == text.encode()
    assert f"{folder}/prompt_other.md" not in files


def test_files_that_the_manifest_permits_lie_beside_it(project):
    project.change("small.toml", "[limits]", '[permits]\nfiles = ["data.npz"]\n\n[limits]')
    (project.root / "assignments" / "data.npz").write_bytes(b"\x00\r\n\xff")
    files = contents(load("small", project.root))
    assert files["assignments/data.npz"] == b"\x00\r\n\xff"
    assert sorted(files) == sorted([*FILES, "assignments/data.npz"])


@pytest.mark.parametrize("package", ["otter", "numpy.linalg", "torch", "json"])
def test_packages_that_the_image_will_have(project, package):
    project.change("small.toml", "[limits]", f'[permits]\npackages = ["{package}"]\n\n[limits]')
    contents(load("small", project.root))


@pytest.mark.parametrize("package", ["sympy", "no_such.package"])
def test_packages_that_no_lock_names(project, package):
    project.change("small.toml", "[limits]", f'[permits]\npackages = ["{package}"]\n\n[limits]')
    with pytest.raises(AssignmentError, match=rf"'{package}' is in none of .*autograder lock"):
        contents(load("small", project.root))


def test_of_a_misspelt_package_the_right_name_is_said(project):
    project.change("small.toml", "[limits]", '[permits]\npackages = ["nunpy"]\n\n[limits]')
    with pytest.raises(AssignmentError, match="did you mean 'numpy'"):
        contents(load("small", project.root))


def test_the_unpacked_zip_is_the_same_assignment(small, home):
    unpacked = load("small", home / "source")
    assert unpacked.digest == small.digest
    assert [case.key for part in unpacked.parts for case in part.cases] == [
        case.key for part in small.parts for case in part.cases
    ]


def test_building_again_gives_the_same_bytes(project, small, tmp_path, monkeypatch):
    build(small, tmp_path / "one.zip")
    for path in project.root.rglob("*"):
        os.utime(path, (2e9, 2e9))
        if path.is_file():
            path.chmod(0o400)
            if path.suffix in (".py", ".toml", ".lock"):
                path.chmod(0o600)
                path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.chdir(tmp_path)
    build(load("small", project.root), tmp_path / "deep" / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "deep" / "two.zip").read_bytes()


def test_every_member_has_a_fixed_date_and_mode(small, tmp_path):
    build(small, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        for member in archive.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert member.compress_type == zipfile.ZIP_STORED
            assert member.create_system == 3
            mode = member.external_attr >> 16
            assert stat.S_ISREG(mode)
            secret = member.filename.startswith(("assignments/", "reference/"))
            script = member.filename in ("run_autograder", "setup.sh")
            assert stat.S_IMODE(mode) == (0o600 if secret else 0o755 if script else 0o644)


def test_the_scripts_name_the_assignment_and_nothing_is_left_to_fill_in(small):
    files = contents(small)
    for name in ("run_autograder", "setup.sh"):
        text = files[name].decode()
        assert text.startswith("#!/usr/bin/env bash\n")
        assert "set -euo pipefail" in text
        assert "\r" not in text
        assert "@" not in re.sub(r"[$]@", "", text)
    assert "assignment=small\n" in files["setup.sh"].decode()
    assert "-a small " in files["run_autograder"].decode()


@pytest.mark.parametrize(("ubuntu", "python"), [("22.04", "3.11"), ("24.04", "3.12")])
def test_the_setup_installs_the_python_of_its_base_image(small, ubuntu, python):
    text = contents(small, ubuntu)["setup.sh"].decode()
    assert f"Ubuntu {ubuntu}; " in text
    assert (
        f"apt-get install -y --no-install-recommends python{python} python{python}-venv\n" in text
    )
    assert f"PYTHON=python{python}\n" in text


def test_the_only_index_that_is_named_has_torch_without_cuda(small):
    files = contents(small)
    for name in ("run_autograder", "setup.sh", "requirements.lock", "requirements-torch.lock"):
        assert set(re.findall(r"\w+://[^\s\"']+", files[name].decode())) <= {INDEX}
    assert f"torch_index={INDEX}\n" in files["setup.sh"].decode()


@pytest.mark.parametrize(
    "line",
    [
        "torch",
        "torch>=2.6",
        "-e .",
        "-r other.txt",
        "./wheel.whl",
        "torch @ file:///opt/wheels/torch.whl",
        "file:///opt/wheels/torch.whl",
        "--index-url https://example.org/simple",
        "--extra-index-url https://example.org/simple",
        "--extra-index-url https://download.pytorch.org/whl/cpu/other",
        "--find-links /opt/wheels",
        "--trusted-host example.org",
    ],
)
@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-torch.lock"])
def test_a_lock_that_only_this_machine_can_follow_is_refused(project, small, lock, line):
    path = project.root / lock
    path.write_text(f"numpy==2.3.4\n{line}  # why\n")
    with pytest.raises(AssignmentError, match=rf"{re.escape(lock)}:2: {re.escape(repr(line))}"):
        contents(small)


def test_a_lock_may_hold_hashes_markers_and_extras(project, small):
    (project.root / "requirements.lock").write_text(
        f'a-b.c_d[x,y]==1.0.post1 ; sys_platform == "linux" \\\n    --hash=sha256:{"0" * 64} \\\n'
        f"    --hash=sha256:{'f' * 64}\nb==1!2.0+cpu\n"
    )
    contents(small)


def test_a_course_without_locks_has_those_of_the_program(project, small):
    for name in LOCKS:
        (project.root / name).unlink()
        assert contents(small)[name] == (PROJECT / name).read_bytes()


def test_a_file_that_is_missing_is_named(project, small):
    name = "assignments/questions/norms/prompt.md"
    (project.root / name).unlink()
    with pytest.raises(AssignmentError, match=rf"{re.escape(name)}: there is no such file"):
        contents(small)


def test_a_students_copy_is_refused(small, tmp_path):
    copy = replace(small, manifest=tmp_path / "copy" / "assignment.toml")
    with pytest.raises(UsageError, match="contains no hidden cases"):
        contents(copy)


def test_nothing_is_written_where_something_is_refused(project, small, tmp_path):
    project.path("norms/prompt.md").unlink()
    with pytest.raises(AssignmentError):
        build(small, tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()


def test_the_projects_own_locks_can_be_shipped():
    for name in ("requirements.lock", "requirements-torch.lock"):
        assert autograder.gradescope.bundle._lock(PROJECT / name)


def test_the_scripts_of_the_project_can_be_run():
    for name in ("run_autograder", "setup.sh"):
        assert os.access(SCRIPTS / name, os.X_OK)
