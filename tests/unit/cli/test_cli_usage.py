"""What is typed: versions, lists, mistyped words, interruptions."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys

import pytest

from autograder import cli
from autograder.cli import list as list_command
from autograder.cli.commands import NAMES
from autograder.cli.results import manifest_of
from tests.support import registered, toy


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """The toy project, which the environment names."""
    made = toy.make(tmp_path / "project")
    monkeypatch.setenv("AUTOGRADER_ROOT", str(made.root))
    monkeypatch.setenv("COLUMNS", "120")
    with registered.forgotten():
        yield made


def said(capsys, *line):
    """The status of a command line, and what it prints."""
    try:
        status = cli.main(line)
    except SystemExit as end:
        status = end.code
    out, err = capsys.readouterr()
    return status, out + err


def test_the_version(capsys):
    status, text = said(capsys, "--version")
    assert status == 0 and text.startswith("autograder 0.")
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in text


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (["bacth"], "did you mean 'batch'?"),
        (["grad", "x"], "did you mean 'grade'?"),
        (["batch", "x", "-o", "y", "--freshh"], "did you mean '--fresh'?"),
        (["batch", "x", "-o", "y", "--regrad", "1.1"], "did you mean '--regrade'?"),
        (["batch", "x", "--outpu", "y"], "did you mean '--output'?"),
        (["batch", "x", "-o", "y", "--worker=2"], "did you mean '--workers'?"),
        (["grade", "x.py", "--assign", "toy"], "did you mean '--assignment'?"),
        (["--versio"], "did you mean '--version'?"),
        (["check", "--asignment=toy"], "did you mean '--assignment'?"),
        (["explain", "r.json", "--anywhow"], "did you mean '--anyway'?"),
        (["list", "tooy"], "did you mean 'toy'?"),
        (["bundle", "toi"], "did you mean 'toy'?"),
        (["mutants", "tooy"], "did you mean 'toy'?"),
        (["harden", "tooy"], "did you mean 'toy'?"),
        (["mutants", "-a", "tooy"], "did you mean 'toy'?"),
        (["grade", "x.py", "-a", "toyy"], "did you mean 'toy'?"),
    ],
)
def test_what_may_have_been_meant(capsys, line, meant):
    status, text = said(capsys, *line)
    assert status == 2 and meant in text


@pytest.mark.parametrize(
    ("line", "how"),
    [
        (["batch", "x", "-o", "y", "--regrade", "3.1", "3.2"], "--regrade PART --regrade PART"),
        (["batch", "--regrade=3.1", "3.2", "x", "-o", "y"], "--regrade PART --regrade PART"),
        (["batch", "x", "-o", "y", "--only", "ada", "bob"], "--only WHO --only WHO"),
        (["export", "x", "-a", "toy", "-q", "2.1", "2.3"], "--part PART --part PART"),
    ],
)
def test_several_values_after_an_option_that_takes_one(capsys, line, how):
    status, text = said(capsys, *line)
    assert status == 2 and f"repeat the option: {how}" in text


def test_a_word_too_many_is_not_taken_for_a_value(capsys):
    status, text = said(capsys, "batch", "x", "y", "-o", "z", "--regrade", "3.1")
    assert status == 2 and "unknown argument y" in text and "repeat" not in text


def test_nothing_is_suggested_for_what_is_near_nothing(capsys):
    status, text = said(capsys, "zzzzzz")
    assert status == 2 and "did you mean" not in text


def test_the_help_lists_every_command_once_by_audience(capsys):
    status, text = said(capsys, "--help")
    listing = text.partition("examples\n")[0].splitlines()
    heads = [line for line in listing if line.startswith("for ")]
    assert status == 0
    assert heads == ["for students", "for instructors", "for authors of assignments"]
    for name in NAMES:
        assert len([line for line in listing if line.startswith(f"  {name} ")]) == 1, name
    assert max(map(len, text.splitlines())) <= 100


def test_what_there_is(capsys):
    status, text = said(capsys, "list")
    assert status == 0
    row = next(line for line in text.splitlines() if line.startswith("toy ") and "Toy" in line)
    assert row.split() == ["toy", "Toy", "1", "2", "4"]  # questions, parts, points


def test_the_parts_of_an_assignment(capsys):
    status, text = said(capsys, "list", "toy")
    lines = {line.split()[0]: line for line in text.splitlines() if line[:1].isdigit()}
    assert status == 0
    assert "3 (2 hidden)" in lines["1.1"] and lines["1.1"].rstrip().endswith("double")
    assert "2 (1 hidden)" in lines["1.2"] and lines["1.2"].rstrip().endswith("total")


def test_an_assignment_that_does_not_load_does_not_hide_the_others(capsys, project):
    (project.root / "assignments" / "broken.toml").write_text("title = ")
    status, text = said(capsys, "list")
    assert status == 1
    assert "broken cannot be loaded" in text and "Toy" in text


@pytest.mark.parametrize("command", ["explain", "preview"])
def test_a_submission_s_folder_stands_for_its_results(capsys, tmp_path, command):
    for folder in ("class", "class/ada", "elsewhere"):
        (tmp_path / folder).mkdir()
    (tmp_path / "class" / "batch.json").write_text("{}")
    (tmp_path / "class" / "ada" / "results.json").write_text("[]")
    for folder, says in (
        ("class", "holds the results of a class; name one submission's, such as"),
        ("class/ada", "results.json does not hold a JSON object"),  # so it was read
        ("elsewhere", "contains no results.json; name the file that grading wrote"),
    ):
        assert cli.main([command, str(tmp_path / folder)]) == 2
        assert says in capsys.readouterr().err


def test_a_mistyped_assignment_leaves_no_results(capsys, tmp_path):
    results = tmp_path / "r.json"
    status, _ = said(capsys, "grade", "x.py", "-a", "toyy", "-o", str(results))
    assert status == 2 and not results.exists()
    results.write_text("earlier")
    said(capsys, "grade", "x.py", "-a", "toyy", "-o", str(results))
    assert results.read_text() == "earlier"


LINES = {
    **dict.fromkeys(("check", "doctor", "list", "lock", "mutants", "validate"), ()),
    **dict.fromkeys(("bundle", "harden", "template"), ("toy",)),
    "import": ("otter", "x"),
    "init": ("x",),
    **dict.fromkeys(("insight", "explain", "preview"), ("x",)),
    "batch": ("x", "-o", "y", "-a", "toy"),
    "compare": ("x", "y"),
    "export": ("x", "-a", "toy"),
    "grade": ("x", "-a", "toy"),
    "gradebook": ("x", "--gradescope"),
    "new": ("question", "x"),
    "pack": ("x",),
}


def test_the_results_of_a_class_know_their_assignment_from_any_folder(tmp_path):
    manifest = tmp_path / "course" / "toy.toml"
    manifest.parent.mkdir()
    (tmp_path / "out" / "ada").mkdir(parents=True)
    found = tmp_path / "out" / "ada" / "results.json"
    assert manifest_of(found) == ""  # no class
    about = {"name": "toy", "manifest": str(manifest), "submissions": []}
    (tmp_path / "out" / "batch.json").write_text(json.dumps(about))
    assert manifest_of(found) == ""  # it is gone
    manifest.write_text("")
    assert manifest_of(found) == str(manifest)


@pytest.mark.parametrize("name", ["", *NAMES])
def test_the_help_fits_a_terminal(capsys, monkeypatch, name):
    for columns in (60, 80):
        monkeypatch.setenv("COLUMNS", str(columns))
        status, text = said(capsys, *filter(None, [name]), "--help")
        indented = [
            line for line in text.splitlines() if line.startswith("  ")
        ]  # examples stay whole
        filled = [line for line in text.splitlines() if not line.startswith("  ")]
        assert status == 0
        assert max(map(len, filled)) <= columns and max(map(len, indented), default=0) <= 80


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("where", ["while it is imported", "while it runs"])
def test_an_interruption_is_no_traceback(capsys, monkeypatch, name, where):
    def interrupted(*_):
        raise KeyboardInterrupt

    if where == "while it is imported":
        monkeypatch.setattr("autograder.cli.parser.module", interrupted)
    else:
        monkeypatch.setattr(cli.commands.module(name), "run", interrupted)
    status, text = said(capsys, name, *LINES[name])
    assert (status, text) == (130, f"\nautograder {name}: interrupted\n")


SLOW = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import autograder.cli.list as command
def wait(*_):
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
command.run = wait
from autograder.cli import main
sys.exit(main(["list"]))
"""


def test_ctrl_c_in_a_process_of_its_own():
    ran = subprocess.run(
        [sys.executable, "-c", SLOW], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 130
    assert ran.stderr.strip() == "autograder list: interrupted"
    assert signal.SIGINT  # not killed by it


def test_a_reader_that_goes_away_is_no_traceback(monkeypatch, capsys):
    def gone(*_):
        raise BrokenPipeError

    stdout = sys.stdout
    monkeypatch.setattr(list_command, "run", gone)
    try:
        assert cli.main(["list"]) == cli.PIPE_CLOSED
    finally:
        sys.stdout.close()
        sys.stdout = stdout


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ModuleNotFoundError("No module named 'torch'", name="torch"), 3),
        (ImportError("\n\nIMPORTANT: PLEASE READ THIS"), 3),
        (ModuleNotFoundError("No module named 'autograder.lost'", name="autograder.lost"), None),
    ],
)
def test_a_package_that_this_python_does_not_have(monkeypatch, capsys, error, status):
    """A package is the environment's; a module of ours that is missing is a fault, with its traceback."""

    def run(*_):
        raise error

    monkeypatch.setattr("autograder.cli.list.run", run)
    if status is None:
        with pytest.raises(ImportError, match=r"autograder\.lost"):
            cli.main(["list"])
        return
    assert cli.main(["list"]) == status
    said = capsys.readouterr().err
    assert said.startswith(
        f"autograder list: {str(error).strip()}. A package is missing in {sys.prefix}"
    )


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (PermissionError(errno.EACCES, "Permission denied", "d/x"), "d/x: Permission denied"),
    ],
)
def test_a_disk_that_is_full_or_closed_is_no_traceback(monkeypatch, capsys, error, says):
    def fails(*_):
        raise error

    monkeypatch.setattr(list_command, "run", fails)
    assert said(capsys, "list") == (2, f"autograder list: {says}\n")


def test_an_interrupt_before_a_command_is_known_has_no_traceback(monkeypatch, capsys):
    from autograder.__main__ import run

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.cli.parse", interrupted)
    assert run() == 130
    assert capsys.readouterr().err == "\nautograder: interrupted\n"


def test_accept_refuses_what_it_would_ignore(capsys):
    status, text = said(
        capsys, "batch", "class", "-o", "graded", "--accept", "-j", "2", "--parquet"
    )
    assert status == 2 and "leave out DIR, -j, --parquet: autograder batch -o graded" in text
