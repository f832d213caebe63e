"""setup.sh and run_autograder, run for real with stand-ins for Python, pip and the grader."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

# Stands for the Python of the image. It makes an environment whose Python is itself, writes down
# what pip is asked for, and leaves everything else to the Python that runs the tests; with QUICK it
# leaves out the self-test's submission, for which the bank would have to be loaded.
PYTHON = """\
#!/usr/bin/env bash
case "$1 ${2:-}" in
"-m venv")
    target="${!#}"
    echo "venv" >>"$LOG"
    mkdir -p "$target/bin"
    cp "$0" "$target/bin/python"
    cp "$GRADER" "$target/bin/autograder"
    ;;
"-m pip")
    echo "${*:2}" >>"$LOG"
    [[ " $* " != *" $UNREACHABLE "* ]]
    ;;
"-c import sysconfig"*) echo "$SITE" ;;
"-I -")
    if [[ -n $QUICK && $# == 4 ]]; then
        mkdir "$4"
    else
        exec "$REAL" "$@"
    fi
    ;;
*) exec "$REAL" "$@" ;;
esac
"""
# Stands for `autograder`: writes down what it is asked, and the results that a test wants.
GRADER = """\
#!/usr/bin/env bash
echo "autograder $*" >>"$LOG"
echo "root $AUTOGRADER_ROOT in $PWD" >>"$LOG"
[[ ! -d "$3" && ! -d "$2" ]] || ls "$2" >>"$LOG"
while [[ $# -gt 0 ]]; do
    if [[ $1 == -o && -n $RESULTS ]]; then
        echo "$RESULTS" >"$2"
    fi
    shift
done
exit "$STATUS"
"""
PASSED = {"name": "1.1 The mean", "score": 1, "max_score": 1, "status": "passed"}
FAILED = {**PASSED, "score": 0, "status": "failed", "output": "column_mean is wrong"}
OURS = {"name": "1.1 The mean", "output": "no fault of yours"}
WITHHELD = {"name": "withheld", "score": 0, "max_score": 0, "status": "failed"}
WRITTEN = {"name": "1.1 written: graded by a person"}


@pytest.fixture
def run(home, tmp_path):
    """Run one of the scripts; returns what ended and the lines that the stand-ins wrote."""
    log = tmp_path / "log"
    site = tmp_path / "site"
    site.mkdir()
    for name, text in (("python", PYTHON), ("grader", GRADER)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)

    def run(script, tests=(PASSED,), status=0, unreachable="none", **more):
        log.write_text("")
        environment = {
            "PATH": os.environ["PATH"],
            "AUTOGRADER_HOME": str(home),
            "PYTHON": str(tmp_path / "python"),
            "LOG": str(log),
            "GRADER": str(tmp_path / "grader"),
            "REAL": sys.executable,
            "SITE": str(site),
            "TMPDIR": str(tmp_path),
            "RESULTS": "" if tests is None else json.dumps({"tests": tests, "output": "Above."}),
            "STATUS": str(status),
            "UNREACHABLE": unreachable,
            "QUICK": "yes",
            **more,
        }
        ended = subprocess.run(
            ["bash", str(home / script)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return ended, log.read_text().splitlines()

    return run


@pytest.fixture
def built(home, tmp_path, run):
    """What setup.sh leaves for run_autograder."""
    (home / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "grader").rename(home / "venv" / "bin" / "autograder")


# --- setup.sh ---


def test_setup_installs_torch_then_the_locked_versions_then_the_harness(run, home):
    ended, lines = run("source/setup.sh")
    assert ended.returncode == 0, ended.stderr
    assert lines[:4] == [
        "venv",
        "pip install --no-deps --retries 2 --index-url https://download.pytorch.org/whl/cpu torch==2.13.0",
        "pip install --requirement requirements.lock",
        "pip install --no-deps ./autograder_maths-0.1.0-py3-none-any.whl",
    ]
    assert len([line for line in lines if line.startswith("pip")]) == 3
    assert "full marks" in ended.stderr
    assert "CUDA" not in ended.stderr


def test_setup_takes_torch_from_elsewhere_and_says_what_that_means(run):
    ended, lines = run("source/setup.sh", unreachable="--index-url")
    assert ended.returncode == 0, ended.stderr
    assert lines[2] == "pip install --constraint requirements.lock torch==2.13.0"
    assert "several GB of CUDA" in ended.stderr


@pytest.mark.parametrize(
    "unreachable", ["--requirement", "./autograder_maths-0.1.0-py3-none-any.whl"]
)
def test_setup_fails_where_a_package_cannot_be_had(run, unreachable):
    ended, lines = run("source/setup.sh", unreachable=unreachable)
    assert ended.returncode != 0
    assert not any(line.startswith("autograder grade") for line in lines)


def test_setup_locks_what_no_student_may_read(run, home):
    unpacked = [*(home / "source").rglob("*")]
    for path in unpacked:
        path.chmod(0o755)
    assert run("source/setup.sh")[0].returncode == 0
    secret = [path for path in unpacked if {"reference", "assignments"} & {*path.parts}]
    assert len(secret) == 21
    for path in secret:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((home / "source" / "setup.sh").stat().st_mode) == 0o755


def test_setup_grades_the_reference_of_every_topic(run, home, tmp_path):
    _, lines = run("source/setup.sh", QUICK="")
    [asked] = [line for line in lines if line.startswith("autograder")]
    assert re.fullmatch(r"autograder grade (\S+)/submission -a small -o \1/results\.json", asked)
    place = lines.index(asked)
    assert lines[place + 1] == f"root {home}/source in {home}/source"
    assert lines[place + 2 :] == ["columns.py", "norms.py"]
    assert not Path(asked.split()[2]).parent.exists()


@pytest.mark.parametrize(
    ("tests", "status", "said"),
    [
        ([PASSED, FAILED], 0, "column_mean is wrong"),
        ([PASSED, OURS, WITHHELD], 3, "withheld"),
        ([PASSED, {**PASSED, "status": None}], 0, "1.1 The mean"),
        ([OURS, WITHHELD], 3, "status 3"),
        ([], 0, "FAILED"),
        ([WRITTEN], 0, "FAILED"),
        (None, 2, "status 2"),
    ],
)
def test_setup_fails_loudly_where_the_reference_has_less_than_full_marks(run, tests, status, said):
    ended, _ = run("source/setup.sh", tests, status)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert ended.stderr.endswith("FAILED: the reference does not get full marks here\n")


def test_written_parts_do_not_count_against_the_reference(run):
    assert run("source/setup.sh", [PASSED, WRITTEN])[0].returncode == 0


def test_setup_fails_where_the_zip_is_not_unpacked(run, home):
    (home / "setup.sh").write_bytes((home / "source" / "setup.sh").read_bytes())
    (home / "source").rename(home / "elsewhere")
    ended, _ = run("setup.sh")
    assert ended.returncode == 1
    assert f"FAILED: {home}/source is missing" in ended.stderr


@pytest.mark.parametrize("body", ["exit 1", "exit 127"])
def test_setup_refuses_a_python_that_is_too_old_or_none(run, tmp_path, body):
    old = tmp_path / "old"
    old.write_text(f"#!/bin/sh\n{body}\n")
    old.chmod(0o755)
    ended, lines = run("source/setup.sh", PYTHON=str(old))
    assert ended.returncode == 1
    assert f"FAILED: {old} is older than 3.11" in ended.stderr
    assert lines == []


def test_setup_takes_python_from_apt_where_none_is_named(run, home, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").write_text('#!/bin/sh\necho "apt-get $*" >>"$LOG"\n')
    (tools / "python3.11").write_text(PYTHON)
    for tool in tools.iterdir():
        tool.chmod(0o755)
    ended, lines = run("source/setup.sh", PYTHON="", PATH=f"{tools}:{os.environ['PATH']}")
    assert ended.returncode == 0, ended.stderr
    assert lines[:3] == [
        "apt-get update",
        "apt-get install -y --no-install-recommends python3.11 python3.11-venv",
        "venv",
    ]


# Ubuntu 22.04's Python 3.11 is a release candidate in which `sys` lacks these two functions.
CANDIDATE = "import sys; del sys.get_int_max_str_digits, sys.set_int_max_str_digits; "


@pytest.mark.exhaustive  # a quarter of a minute or more
def test_setup_adds_what_torch_misses_in_the_python_of_ubuntu(run, tmp_path):
    assert run("source/setup.sh")[0].returncode == 0
    line = (tmp_path / "site" / "int_digits.pth").read_text()
    assert line.count("\n") == 1
    assert line.startswith("import ")  # else Python does not run it
    tried = "import torch._dynamo; print(sys.get_int_max_str_digits())"

    def python(code):
        command = [sys.executable, "-I", "-c", code]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    without = python(f"{CANDIDATE}{tried}")
    assert "no attribute 'get_int_max_str_digits'" in without.stderr
    assert python(f"{CANDIDATE}exec({line!r}); {tried}").stdout == "0\n"
    assert python(f"import sys; exec({line!r}); print(sys.get_int_max_str_digits())").stdout == (
        f"{sys.get_int_max_str_digits()}\n"
    )


# --- run_autograder ---


def test_a_submission_is_graded_with_what_gradescope_laid_out(run, home, built):
    ended, lines = run("run_autograder")
    assert ended.returncode == 0, ended.stderr
    assert lines[:2] == [
        f"autograder grade {home}/submission -a small -o {home}/results/results.json "
        f"--metadata {home}/submission_metadata.json",
        f"root {home}/source in {home}",
    ]
    assert json.loads((home / "results" / "results.json").read_text())["tests"] == [PASSED]


@pytest.mark.parametrize("status", [0, 2, 3, 137])
def test_it_succeeds_wherever_results_were_written(run, built, status):
    assert run("run_autograder", [OURS, WITHHELD], status)[0].returncode == 0


@pytest.mark.parametrize(("status", "ends"), [(0, 1), (2, 2), (137, 137)])
def test_it_fails_where_no_results_were_written(run, home, built, status, ends):
    (home / "results").mkdir()
    (home / "results" / "results.json").write_text("of an earlier submission")
    ended, _ = run("run_autograder", None, status)
    assert ended.returncode == ends
    assert f"no results were written (status {status})" in ended.stderr
    assert not (home / "results" / "results.json").exists()


def test_earlier_results_and_the_metadata_are_closed_to_the_student(run, home, built):
    (home / "results").mkdir(mode=0o777)
    (home / "submission_metadata.json").write_text("{}")
    (home / "submission_metadata.json").chmod(0o644)
    assert run("run_autograder")[0].returncode == 0
    for name in ("results", "submission_metadata.json"):
        assert stat.S_IMODE((home / name).stat().st_mode) & 0o077 == 0


def test_what_cannot_be_closed_does_not_stop_the_grading(run, home, tmp_path, built):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "chmod").write_text("#!/bin/sh\nexit 1\n")
    (tools / "chmod").chmod(0o755)
    ended, _ = run("run_autograder", PATH=f"{tools}:{os.environ['PATH']}")
    assert ended.returncode == 0
    assert f"{home}/results stays open" in ended.stderr
