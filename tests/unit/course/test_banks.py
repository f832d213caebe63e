"""Questions of another course by name: packed as a wheel, installed, used, bundled; never the student's."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

import autograder
from autograder.cli import main
from autograder.course import banks
from autograder.course.bank import load
from autograder.course.bank.derivations import check_derivation, derivations
from autograder.course.locks.compile import lock
from autograder.course.pack import pack
from autograder.gradescope import bundle
from autograder.grading.request import Request
from autograder.grading.secrecy import secrets_of
from autograder.model import AssignmentError, UsageError
from autograder.staff.validate.secrets import leaks, secret_lines
from autograder.student import template

USES = """\
title = "Of another course"

[[question]]
topic = "shared/columns"

[[question.part]]
part = "mean"
points = 4

[[question]]
topic = "own"

[[question.part]]
part = "norm"
points = 1
"""


@pytest.fixture
def wheel(bank):
    """The test bank as the wheel that its course makes."""
    return pack(bank.root, "shared", "2026.1")


@pytest.fixture
def course(bank, wheel, tmp_path, monkeypatch):
    """A course with a question of its own, beside which the test bank is installed; its course is gone."""
    site = tmp_path / "site"
    with zipfile.ZipFile(io.BytesIO(wheel[1])) as archive:
        archive.extractall(site)
    root = tmp_path / "other"
    own = root / "assignments" / "questions" / "own"
    bank.path("norms/stub.py").parent.rename(bank.root / "own")
    own.parent.mkdir(parents=True)
    (bank.root / "own").rename(own)
    for path in own.iterdir():
        path.write_text(path.read_text().replace('"norms"', '"own"'))
    (root / "reference").mkdir()
    bank.path("reference/norms.py").rename(root / "reference" / "own.py")
    (root / "assignments" / "uses.toml").write_text(USES)
    bank.root.rename(tmp_path / "gone")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("AUTOGRADER_ROOT", str(root))
    return root


def test_the_wheel_holds_questions_and_solutions_for_staff_alone(wheel, bank):
    name, data = wheel
    assert name == "autograder_maths_shared-2026.1-py3-none-any.whl"
    assert data == pack(bank.root, "shared", "2026.1")[1]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {*archive.namelist()}
        metadata = archive.read("autograder_maths_shared-2026.1.dist-info/METADATA").decode()
    assert "autograder_banks/shared/assignments/questions/columns/hidden_cases.py" in names
    assert "autograder_banks/shared/reference/_sums.py" in names
    assert {one.split("/")[0] for one in names} == {
        "autograder_banks",
        "autograder_maths_shared-2026.1.dist-info",
    }
    assert "Classifier: Private :: Do Not Upload" in metadata  # which PyPI refuses


@pytest.mark.parametrize(
    ("name", "release", "said"),
    [
        ("../x", "1", "invalid name '../x'"),
        ("Shared", "1", "invalid name 'Shared'"),
        ("shared", "new", "invalid version 'new'"),
    ],
)
def test_a_name_or_a_version_that_cannot_be_one(bank, name, release, said):
    with pytest.raises(UsageError, match=said):
        pack(bank.root, name, release)


def test_a_link_that_another_course_would_not_have_or_must_not_have_is_refused(bank, tmp_path):
    """The wheel would hold a file of the disk, or silently lack a folder."""
    (tmp_path / "secret.csv").write_text("a secret")
    link = bank.root / "reference" / "data.csv"
    link.symlink_to(tmp_path / "secret.csv")
    with pytest.raises(AssignmentError, match=r"data\.csv: is a link that leads out of the course"):
        pack(bank.root, "shared")
    link.unlink()
    link.symlink_to(bank.path("reference/columns.py"))
    with zipfile.ZipFile(io.BytesIO(pack(bank.root, "shared")[1])) as archive:
        inside = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert inside["data.csv"] == bank.path("reference/columns.py").read_bytes()
    link.unlink()
    link.symlink_to("nowhere.csv")
    with pytest.raises(AssignmentError, match="is a link to a file that is not there"):
        pack(bank.root, "shared")
    link.unlink()
    link.symlink_to(bank.root / "assignments", target_is_directory=True)
    with pytest.raises(AssignmentError, match="is a link to a folder, which a wheel cannot hold"):
        pack(bank.root, "shared")
    link.unlink()


def test_a_question_s_folder_that_is_a_link_out_of_the_course_is_refused(bank, tmp_path):
    folder = bank.path("columns/stub.py").parent
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(AssignmentError, match="lies behind a link that leads out of the course"):
        pack(bank.root, "shared")


def test_code_that_a_course_with_a_reference_of_its_own_would_not_run(bank):
    bank.write("reference/__init__.py", '"""The reference."""\nCONSTANT = 3\n')
    with pytest.raises(AssignmentError, match=r"__init__\.py:2: .* a docstring alone"):
        pack(bank.root, "shared")


def test_a_manifest_names_the_bank(course):
    first, second = load("uses").questions
    assert (first.topic, second.topic) == ("columns", "own")
    assert first.course.name == "shared" and first.course.parent.name == banks.FOLDER
    assert second.course == course
    right = {"column_mean": lambda x: [sum(c) / len(c) for c in zip(*x, strict=True)]}
    for case in first.parts[0].cases:
        if case.parameters == ("column_mean",):
            case.run(right)


def test_the_digest_is_that_of_the_content_wherever_the_bank_lies(course, monkeypatch):
    before = load("uses")
    installed = before.questions[0].course
    (course / banks.FOLDER).mkdir()
    installed.rename(course / banks.FOLDER / "shared")
    after = load("uses")
    assert after.questions[0].course != installed
    assert after.digest == before.digest
    helper = after.questions[0].course / "reference" / "_sums.py"
    helper.write_text(helper.read_text() + "OTHER = 1\n")
    assert load("uses").digest != before.digest


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("shard/columns", "no bank 'shard' here; did you mean 'shared'"),
        ("shared/column", "the bank 'shared' has no question 'column'.*'columns'"),
        ("shared/../columns", "'topic' must be the name of a question, or BANK/NAME"),
        ("columns", "the bank has no question 'columns'"),
    ],
)
def test_names_that_lead_nowhere(course, name, said):
    (course / "assignments" / "uses.toml").write_text(USES.replace("shared/columns", name))
    with pytest.raises(AssignmentError, match=said):
        load("uses")


def test_where_no_bank_is_installed_the_message_says_what_to_do(course, monkeypatch):
    monkeypatch.setattr("sys.path", [])
    with pytest.raises(AssignmentError, match=r"no bank 'shared' here; install its wheel with pip"):
        load("uses")


def test_a_module_of_the_course_does_not_stand_in_for_the_banks(course):
    (course / "reference" / "_sums.py").write_text("total = len\n")
    with pytest.raises(AssignmentError, match=r"_sums\.py: the bank 'shared' has another module"):
        load("uses")
    (course / "reference" / "_sums.py").write_text("total = sum\n")  # the same: no harm
    load("uses")


def test_a_question_of_both_is_refused(course):
    own = course / "assignments" / "questions"
    (own / "own").rename(own / "columns")
    text = USES.partition('[[question]]\ntopic = "own"')[0]
    (course / "assignments" / "uses.toml").write_text(text)
    with pytest.raises(AssignmentError, match="has its own question 'columns'"):
        load("uses")


def test_the_gradescope_zip_is_a_course_of_its_own(course, harness, tmp_path, monkeypatch):
    before = load("uses")
    files = bundle.contents(before)
    folder = "autograder_banks/shared/"
    assert f"{folder}assignments/questions/columns/hidden_cases.py" in files
    assert f"{folder}reference/_sums.py" in files and "reference/own.py" in files
    unpacked = tmp_path / "unpacked"
    for name, data in files.items():
        (unpacked / name).parent.mkdir(parents=True, exist_ok=True)
        (unpacked / name).write_bytes(data)
    monkeypatch.setattr("sys.path", [])  # the bank is not installed at Gradescope
    assert load("uses", unpacked).digest == before.digest


def test_a_machine_of_a_cluster_gets_what_the_zip_gets(course, tmp_path, monkeypatch):
    cluster = pytest.importorskip("autograder.staff.batch.cluster")
    before = load("uses")
    with tarfile.open(fileobj=io.BytesIO(cluster.pack(before.manifest))) as archive:
        archive.extractall(tmp_path / "there", filter="data")
    [manifest] = (tmp_path / "there").glob("*/assignments/uses.toml")
    monkeypatch.setattr("sys.path", [])  # the bank is not installed there
    assert load("uses", manifest.parents[1]).digest == before.digest


def test_nothing_of_the_bank_is_in_the_students_copy(course, harness):
    assignment = load("uses")
    secret = secret_lines(assignment)
    assert "return [total(column) / len(x) for column in zip(*x, strict=True)]" in secret
    files = template.contents(assignment)
    assert leaks(files, secret) == []
    assert not [name for name, data in files.items() if b"autograder_banks" in data[:10_000]]
    assert 'topic = "columns"' in files["assignment.toml"].decode()


def test_no_submission_may_read_a_bank_even_where_none_is_used(course, tmp_path):
    text = USES.partition("[[question]]")[0] + "[[question]]" + USES.rpartition("[[question]]")[2]
    (course / "assignments" / "alone.toml").write_text(text)
    found = secrets_of(load("alone"), Request(tmp_path, load("alone")))
    assert tmp_path / "site" / banks.FOLDER in found.unreadable


def test_the_list_names_them_as_manifests_do(course, capsys):
    assert main(["list"]) == 0
    assert "shared/columns  uses" in capsys.readouterr().out
    assert main(["list", "shared/columns"]) == 0
    assert "column_mean" in capsys.readouterr().out


def test_a_bank_is_no_package_of_the_course(course):
    """What the lock names, students install."""
    (course / "requirements.txt").write_text("scipy\nautograder_maths.shared==2026.1\n")
    with pytest.raises(AssignmentError, match=r"requirements\.txt:2: .*holds solutions"):
        lock(course)


def test_the_command_says_how_the_wheel_is_used(bank, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRADER_ROOT", str(bank.root))
    assert main(["pack", "shared", "--release", "2026.1", "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    [built] = Path(tmp_path / "out").iterdir()
    assert built.stat().st_mode & 0o777 == 0o600  # it holds solutions
    assert f"pip install {built}" in said and 'topic = "shared/columns"' in said


def test_mutants_of_two_banks_questions_of_one_name_are_not_mixed(course, capsys):
    shared = course.parent / "site" / "autograder_banks" / "shared"
    shutil.copytree(shared, shared.with_name("twin"))
    (course / "assignments" / "twin.toml").write_text(USES.replace("shared/", "twin/"))
    assert main(["mutants", "shared/columns", "twin/columns"]) == 2
    said = capsys.readouterr().err
    assert "/columns of " in said and "each with -a ASSIGNMENT" in said


def test_mutants_of_a_banks_question_are_run_on_the_cases_that_the_course_asks_for(course, capsys):
    assert main(["mutants", "shared/columns", "-j", "1", "--floor", "0"]) == 0
    assert "columns" in capsys.readouterr().out
    assert main(["mutants", "columns"]) == 2
    assert "no question 'columns' in any assignment; did you mean 'shared/columns'?" in (
        capsys.readouterr().err
    )


def test_without_a_question_of_its_own_a_course_is_told_to_name_one(course, capsys):
    path = course / "assignments" / "uses.toml"
    path.write_text(USES.partition('[[question]]\ntopic = "own"')[0])
    assert main(["mutants"]) == 2
    assert "name some of its banks' questions: shared/columns" in capsys.readouterr().err


def test_cases_are_searched_for_a_banks_question_and_never_written_into_it(
    course, capsys, tmp_path
):
    proposal = tmp_path / "proposal.py"
    command = ["harden", "shared/columns", "-j", "1", "--draws", "1", "--most", "1"]
    assert main([*command, "--write"]) == 2
    assert "is a question of a bank, which this course only uses" in capsys.readouterr().err
    assert main([*command, "-o", str(proposal)]) == 1  # it is read, and lacks what a search needs
    assert "no public case compares what column_mean returns" in capsys.readouterr().err
    assert main(["harden", "shard/columns"]) == 2
    assert "there is no bank 'shard' here; did you mean 'shared'?" in capsys.readouterr().err


def test_a_banks_derivation_is_checked_by_its_name(course):
    declared = Path(autograder.__file__).parents[1] / "assignments/questions/vae/derivations.py"
    folder = banks.course_called(course, "shared") / "assignments" / "questions" / "columns"
    shutil.copy(declared, folder / "derivations.py")
    name = next(iter(derivations(folder / "derivations.py", "columns")))
    verdict = check_derivation(f"shared/columns.{name}", ["1"])
    assert len(verdict.lines) == 1 and not verdict.ends
    with pytest.raises(UsageError, match="no question 'columns' has derivations"):
        check_derivation(f"columns.{name}", ["1"])
    with pytest.raises(UsageError, match="there is no bank 'other' here"):
        check_derivation(f"other/columns.{name}", ["1"])
