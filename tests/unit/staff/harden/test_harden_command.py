"""`autograder harden` as a command: what it writes and what it never overwrites."""

import pytest

from autograder import cli

FOLDER = "assignments/questions/scales"
DERIVATIONS = """from autograder.derivations import Derivation
scale_derivation = Derivation("Nothing", {}, (), lambda rng, special: None, "1", "= 1")
"""


@pytest.fixture
def command(project, monkeypatch, capsys):
    """Run the command in the project of the small question."""
    (project / "assignments" / "small.toml").write_text('title = "Small"\n', encoding="utf-8")
    monkeypatch.setenv("AUTOGRADER_ROOT", str(project))
    monkeypatch.setenv("COLUMNS", "80")

    def run(*line):
        status = cli.main(["harden", *line])
        out, err = capsys.readouterr()
        return status, out + err

    return run


def test_nothing_is_overwritten_unless_it_is_said(command, project):
    """The search would take a while: what cannot be written is refused before it."""
    path = project / FOLDER / "hidden_cases.py"
    path.write_text("@test_case(name='x: y')\n", encoding="utf-8")
    other = project / "notes.py"
    other.write_text("mine", encoding="utf-8")
    for line in (["scales", "--write"], ["scales", "-o", str(path)], ["scales", "-o", str(other)]):
        status, text = command(*line)
        assert status == 2 and "nothing was written" in text and "--replace" in text
    assert other.read_text(encoding="utf-8") == "mine"
    assert command("scales", "--replace")[0] == 2
    assert command("scales", "-o", str(project / "nowhere" / "x.py"))[0] == 2
    assert command("scale")[1].strip().endswith("did you mean 'scales'?")


def test_a_question_without_cases_gets_a_file(command, project):
    status, text = command("scales", "--write", "-j", "1", "--draws", "1", "--most", "3")
    assert status == 0, text
    written = (project / FOLDER / "hidden_cases.py").read_text(encoding="utf-8")
    assert written.count("@test_case(") == 3
    assert "scaling: log_ratio" in text and "3 cases are proposed; they notice" in text
    if "result_gradients" in written:
        assert "def result_gradients(" in (project / FOLDER / "drivers.py").read_text("utf-8")


def test_a_refusal_says_why_and_leaves_nothing(command, project):
    reference = project / "reference" / "scales.py"
    text = reference.read_text(encoding="utf-8")
    reference.write_text(
        text.replace('"scale must be positive', '"no good scale'), encoding="utf-8"
    )
    (project / FOLDER / "derivations.py").write_text(DERIVATIONS, encoding="utf-8")
    status, said = command("scales", "--write")
    assert status == 1 and "names no argument" in said
    assert "Its derivations (scale_derivation) have no hidden cases" in said
    assert "autograder mutants scales" in said
    assert not (project / FOLDER / "hidden_cases.py").exists()


def test_a_public_case_that_the_reference_fails_is_named(command, project):
    """As in a new question, whose blanks are still to be filled in."""
    path = project / FOLDER / "public_cases.py"
    blank = path.read_text(encoding="utf-8").replace("assert_close(", 'assert_close("FILL", ', 1)
    path.write_text(blank, encoding="utf-8")
    status, said = command("scales")
    assert status == 2 and "Traceback" not in said
    assert "the reference fails the public case 'scales/scaling: " in " ".join(said.split())
