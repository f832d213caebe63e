"""The command line in this process: which command runs, its exit status, what it says and to whom."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

import autograder.sandbox
from autograder import cli, supervisor
from autograder.cli import commands
from autograder.course.bank import load
from autograder.model import AssignmentError, GraderError, Isolation, UsageError
from autograder.sandbox import lockdown, trial
from autograder.sandbox.lockdown import Machine
from autograder.sandbox.zygote import BASE, CLEAN
from autograder.staff import selftest
from autograder.staff.validate.problems import blanks
from tests.support import registered, toy
from tests.support.fake_sandbox import FakeSandbox, in_this_process

RIGHT = "def double(x):\n    return 2 * x\n\ndef total(x):\n    return x.sum()\n"


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    """Wide terminals, and what loading and running register is forgotten."""
    monkeypatch.setenv("COLUMNS", "200")
    with registered.forgotten():
        yield


@pytest.fixture
def sandboxes(monkeypatch):
    """Sandboxes that run our own solutions in this process; those that were opened."""
    opened = []

    class Sandbox(FakeSandbox):
        def __init__(self, isolation, mark=""):
            super().__init__(in_this_process)
            self.isolation = isolation
            opened.append(self)

        def close(self):
            self.ended = True

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.close()

    monkeypatch.setattr(autograder.sandbox, "Sandbox", Sandbox)
    monkeypatch.setattr(autograder.sandbox, "for_own_code", lambda: Sandbox(Isolation.NONE))
    return opened


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The toy project, which the environment names, and a right module handed in."""
    found = toy.make(tmp_path / "project")
    monkeypatch.setenv("AUTOGRADER_ROOT", str(found.root))
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "toy.py").write_text(RIGHT)
    monkeypatch.chdir(tmp_path)
    return found


class TestMain:
    @pytest.fixture
    def command(self, monkeypatch):
        """Put a function into the place of `autograder doctor`."""

        def be(run):
            monkeypatch.setattr("autograder.cli.doctor.run", run)

        return be

    @pytest.mark.parametrize("name", commands.NAMES)
    def test_every_command_has_a_module_and_explains_itself(self, name, capsys):
        assert callable(commands.module(name).run)
        with pytest.raises(SystemExit) as ended:
            cli.main([name, "--help"])
        assert ended.value.code == 0
        assert len(capsys.readouterr().out.splitlines()) > 5

    @pytest.mark.parametrize("status", [0, 1, 2, 3])
    def test_a_commands_status_is_the_programs(self, command, status):
        command(lambda _options, _argv: status)
        assert cli.main(["doctor"]) == status

    def test_a_command_gets_its_options_and_the_line_itself(self, command, monkeypatch):
        got = []
        command(lambda options, argv: got.append((options.command, argv)) or 0)
        monkeypatch.setattr(sys, "argv", ["autograder", "doctor"])
        cli.main()
        assert got == [("doctor", ["doctor"])]

    @pytest.mark.parametrize(
        ("error", "status", "says"),
        [
            (UsageError("no such part"), 2, "autograder doctor: no such part\n"),
            (AssignmentError("x.toml: bad"), 2, "autograder doctor: x.toml: bad\n"),
            (GraderError("lost"), 3, "autograder doctor: the program failed: lost\n"),
        ],
    )
    def test_errors_are_said_and_not_thrown(self, command, capsys, error, status, says):
        def run(_options, _argv):
            raise error

        command(run)
        assert cli.main(["doctor"]) == status
        assert capsys.readouterr().err == says

    @pytest.mark.parametrize(
        "line",
        [
            [],
            ["nothing"],
            ["grade"],
            ["grade", "hw"],
            ["grade", "hw", "-a", "x", "--isolation", "y"],
        ],
    )
    def test_bad_usage(self, line, capsys):
        with pytest.raises(SystemExit) as ended:
            cli.main(line)
        assert ended.value.code == 2
        assert "usage: autograder" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("loaded", "heavy"),
        [
            # The supervisor lives here: what a grader needs must not be in its memory.
            (
                ["grade"],
                {"numpy", "rich", "reference", "autograder.course.bank", "autograder.sandbox"},
            ),
            (commands.NAMES, set()),  # so that help and mistyped options answer at once
        ],
    )
    def test_its_arguments_are_cheap_to_import(self, loaded, heavy):
        heavy = heavy | {"torch", "numpy", "IPython", "otter"}
        code = (
            "import sys\n"
            "from autograder.cli.parser import make_parser\n"
            f"make_parser({list(loaded)!r})\n"
            f"print(sorted({heavy!r} & set(sys.modules)))"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
        )
        assert ran.stdout == "[]\n"

    def test_as_a_module(self):
        ran = subprocess.run(
            [sys.executable, "-m", "autograder", "--help"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert "autograder doctor" in ran.stdout


class TestCheck:
    def test_all_pass(self, project, sandboxes, capsys):
        assert cli.main(["check", "hw", "-a", "toy"]) == 0
        printed = capsys.readouterr().out
        assert "1.1" in printed and "1.2" in printed
        assert "2 of 2 public cases passed" in printed
        (sandbox,) = sandboxes
        assert sandbox.isolation is Isolation.NONE
        assert sandbox.ended
        assert "reference.toy" not in sys.modules

    def test_one_does_not_and_is_explained(self, project, sandboxes, capsys):
        Path("hw/toy.py").write_text(RIGHT.replace("x.sum()", "x.max()"))
        assert cli.main(["check", "hw", "-a", "toy"]) == 1
        printed = capsys.readouterr().out
        assert "✗ wrong" in printed
        assert "of 1 and 2" in printed  # the case by its name, with what is wrong below

    def test_one_part(self, project, sandboxes, capsys):
        Path("hw/toy.py").write_text(RIGHT.replace("x.sum()", "x.max()"))
        assert cli.main(["check", "hw", "-a", "toy", "-q", "1.1"]) == 0
        assert "1.2" not in capsys.readouterr().out

    def test_a_part_that_there_is_not(self, project, sandboxes, capsys):
        assert cli.main(["check", "hw", "-a", "toy", "-q", "1.1", "-q", "7"]) == 2
        assert "no part 7; give one of 1.1, 1.2" in capsys.readouterr().err

    def test_what_is_missing_not_filled_in_and_wrong_look_different(
        self, project, sandboxes, capsys
    ):
        """Two parts a time: a function that is not there, and a stub; then one that is wrong."""
        Path("hw/toy.py").write_text("def total(x):\n    raise NotImplementedError\n")
        assert cli.main(["check", "hw", "-a", "toy"]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert "? missing" in next(line for line in lines if "1.1" in line)
        assert "○ not filled in" in next(line for line in lines if "1.2" in line)
        assert "○ not filled in yet: 1.2" in lines
        Path("hw/toy.py").write_text(RIGHT.replace("2 * x", "x / 0 if x.dim() else [][1]"))
        assert cli.main(["check", "hw", "-a", "toy"]) == 1
        printed = capsys.readouterr().out
        assert "✗ wrong" in printed and "not filled in" not in printed

    def test_a_caveat_stands_at_the_end(self, project, sandboxes, monkeypatch, capsys):
        caged = autograder.sandbox.for_own_code

        def uncaged():
            standing = caged()
            standing.caveat = "There is no cage here."
            return standing

        monkeypatch.setattr(autograder.sandbox, "for_own_code", uncaged)
        assert cli.main(["check", "hw", "-a", "toy"]) == 0
        assert capsys.readouterr().out.endswith("There is no cage here.\n")

    def test_a_dry_run_lists_what_would_be_graded_and_runs_nothing(
        self, project, sandboxes, capsys
    ):
        Path("hw/toy.py").write_text("raise SystemExit\n" + RIGHT)
        Path("hw/helper.py").write_text("x = 1\n")
        Path("hw/.DS_Store").write_text("")
        assert cli.main(["check", "hw", "-a", "toy", "--dry-run"]) == 0
        printed = capsys.readouterr().out
        assert "Would be graded: module toy.py" in printed
        assert "Files that the code may import or open: helper.py" in printed
        assert "Ignored: .DS_Store" in printed
        assert "public case" not in printed
        assert all(
            request["op"] not in ("cell", "module", "call")
            for sandbox in sandboxes
            for session in sandbox.opened
            for request, _ in session.asked
        )

    def test_a_dry_run_keeps_names_with_spaces_and_commas_whole(self, project, sandboxes, capsys):
        Path("hw/toy.py").rename("hw/toy (1).py")
        Path("hw/a, b.csv").write_text("1\n")
        assert cli.main(["check", "hw", "-a", "toy", "--dry-run"]) == 0
        printed = capsys.readouterr().out
        assert "Would be graded: module toy (1).py" in printed
        assert 'Files that the code may import or open: "a, b.csv"' in printed
        assert "Ignored" not in printed

    def test_a_dry_run_of_nothing_that_can_be_graded_fails(self, project, sandboxes, capsys):
        Path("hw/toy.py").unlink()
        assert cli.main(["check", "hw", "-a", "toy", "--dry-run"]) == 1
        assert "Nothing could be graded" in capsys.readouterr().out

    def test_an_interruption_is_no_traceback(self, project, sandboxes, monkeypatch, capsys):
        def interrupted(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(FakeSandbox, "session", interrupted)
        assert cli.main(["check", "hw", "-a", "toy"]) == 130
        assert "Traceback" not in capsys.readouterr().err
        assert sandboxes[0].ended

    def test_watching_checks_again_with_the_same_workers(
        self, project, sandboxes, monkeypatch, capsys
    ):
        def run(_path, once):
            assert once() == 0
            Path("hw/toy.py").write_text(RIGHT.replace("x.sum()", "x.max()"))
            assert once() == 1
            return 0

        monkeypatch.setattr("autograder.cli.watch.run", run)
        assert cli.main(["check", "hw", "-a", "toy", "--watch"]) == 0
        assert len(sandboxes) == 1

    def test_nothing_to_grade(self, project, sandboxes, capsys):
        Path("hw/toy.py").unlink()
        assert cli.main(["check", "hw", "-a", "toy"]) == 1
        assert "Nothing could be graded" in capsys.readouterr().out

    def test_a_path_that_there_is_not(self, project, sandboxes, capsys):
        assert cli.main(["check", "gone", "-a", "toy"]) == 2
        assert "gone: there is no such file or folder" in capsys.readouterr().err

    def test_without_an_assignment(self, project, sandboxes, capsys):
        assert cli.main(["check", "hw"]) == 2
        assert "there is no assignment.toml in" in capsys.readouterr().err

    @pytest.mark.parametrize("path", [[], ["data"], ["toy.py"]])
    def test_in_the_folder_that_was_handed_out(
        self, project, sandboxes, monkeypatch, tmp_path, path
    ):
        """The assignment is found from there, and from a file or a folder in it."""
        copy = tmp_path / "copy"
        (copy / "data").mkdir(parents=True)
        (copy / "toy.py").write_text(RIGHT)
        (copy / "data" / "toy.py").write_text(RIGHT)
        found = []

        def load_template(folder):
            from autograder.course.bank import load

            found.append(folder.resolve())
            return load("toy", project.root, hidden=False)

        (copy / "assignment.toml").write_text("")
        monkeypatch.setattr("autograder.course.bank.load_template", load_template)
        monkeypatch.chdir(copy)
        assert cli.main(["check", *path]) == 0
        assert found == [copy]
        monkeypatch.chdir(tmp_path)
        assert cli.main(["check", str(Path("copy", *path)), "-a", "copy"]) == 0
        assert found == [copy, copy]


class TestGradeUnderSupervision:
    def test_a_grader_is_supervised_in_a_clean_environment(self, project, monkeypatch):
        monkeypatch.delenv(CLEAN, raising=False)
        monkeypatch.setenv("GITHUB_TOKEN", "secret")
        got = []
        monkeypatch.setattr(supervisor, "supervise", lambda *given: got.append(given) or 3)
        line = ["grade", "hw", "-a", "toy", "-o", "out.json"]
        assert cli.main(line) == 3
        ((arguments, environment, output, seconds),) = got
        assert arguments == line
        assert environment[CLEAN] == "1" and "GITHUB_TOKEN" not in environment
        assert set(BASE) <= set(environment)
        assert output == Path("out.json")
        assert seconds >= 40 * 60  # Gradescope's longest

    def test_results_that_cannot_be_written(self, project, monkeypatch, capsys, tmp_path):
        monkeypatch.delenv(CLEAN, raising=False)
        (tmp_path / "file").write_text("")
        assert cli.main(["grade", "hw", "-a", "toy", "-o", str(tmp_path / "file" / "o.json")]) == 2
        assert "cannot be written" in capsys.readouterr().err


class TestGrade:
    @pytest.fixture
    def grade(self, project, sandboxes, monkeypatch):
        monkeypatch.setenv(CLEAN, "1")

        def run(*options):
            status = cli.main(["grade", "hw", "-a", "toy", *options])
            out = Path("out/results.json")
            return status, json.loads(out.read_text()) if out.exists() else None

        return run

    def test_results_are_written_and_a_table_is_shown(self, grade, sandboxes, capsys):
        status, results = grade("-o", "out/results.json")
        assert (status, results["score"]) == (0, 4)
        printed = capsys.readouterr().out
        assert "4 of 4 points" in printed and "written to out/results.json" in printed
        (sandbox,) = sandboxes
        assert sandbox.isolation is Isolation.STRICT
        secrets = sandbox.given[0]["secrets"]
        assert secrets.unwritable == (Path("out").resolve(),)
        assert Path("out/results.json").resolve() in secrets.unreadable

    def test_nothing_is_written_where_nothing_is_asked_for(self, grade, sandboxes):
        assert grade() == (0, None)
        assert sandboxes[0].given[0]["secrets"].unwritable == ()

    def test_metadata_pick_the_inputs_are_secret_and_what_they_lack_is_told(self, grade, sandboxes):
        Path("metadata.json").write_text('{"users": [{"id": 7}], "created_at": "no moment"}')
        _, with_users = grade("-o", "out/results.json", "--metadata", "metadata.json")
        _, without = grade("-o", "out/results.json")
        assert with_users["extra_data"]["seed"] != without["extra_data"]["seed"]
        assert any("created_at" in line for line in with_users["extra_data"]["staff"])
        assert without["extra_data"]["staff"] == []
        assert Path("metadata.json") in sandboxes[0].given[0]["secrets"].unreadable

    @pytest.mark.parametrize("level", ["strict", "best-effort", "none"])
    def test_the_level_of_isolation(self, grade, sandboxes, level):
        _, results = grade("-o", "out/results.json", "--isolation", level)
        assert sandboxes[0].isolation == level
        assert results["extra_data"]["isolation"]["level"] == level

    def test_a_harness_that_fails_leaves_results_that_say_so(
        self, grade, sandboxes, monkeypatch, capsys
    ):
        def broken(*_, **__):
            raise GraderError("lost")

        monkeypatch.setattr(FakeSandbox, "session", broken)
        status, results = grade("-o", "out/results.json")
        assert status == 3
        assert "the program failed: lost" in capsys.readouterr().err
        assert supervisor.withheld() in results["tests"]
        assert results["extra_data"]["finished"] is False

    def test_a_case_of_ours_that_fails_is_status_3(self, grade, project):
        path = project.root / "assignments/questions/toy/hidden_cases.py"
        path.write_text(path.read_text().replace("normal(rng, 3, 4)", "normal(rng, 3, 4) + None"))
        status, results = grade("-o", "out/results.json")
        assert status == 3
        assert supervisor.withheld() in results["tests"]


class TestDoctor:
    @pytest.fixture
    def doctor(self, monkeypatch, capsys):
        def ask(machine):
            monkeypatch.setattr(lockdown, "Machine", lambda: machine)
            monkeypatch.setattr(trial, "why_not", lambda: "")
            return cli.main(["doctor"]), capsys.readouterr().out

        return ask

    def test_a_machine_that_has_all(self, doctor):
        status, printed = doctor(Machine(True, 6, True, None, True))
        assert status == 0
        assert "ABI 6" in printed and "strict grading is possible here" in printed

    def test_a_private_python(self, doctor):
        status, printed = doctor(Machine(True, 6, True, Path("/root"), True))
        assert status == 0
        assert "/root is private" in printed

    def test_a_machine_that_lacks_them(self, doctor):
        status, printed = doctor(Machine(False, 0, False, None, False))
        assert status == 1
        assert "strict grading is not possible: Landlock" in printed
        assert "not root" in printed

    def test_another_system(self, monkeypatch, capsys):
        monkeypatch.setattr(sys, "platform", "darwin")
        assert cli.main(["doctor"]) == 1
        assert "`autograder check` works here" in capsys.readouterr().out.replace("\n", " ")


class TestMaking:
    @pytest.mark.parametrize(
        ("output", "made"),
        [
            ([], "dist/toy-gradescope.zip"),
            (["-o", "x"], "x/toy-gradescope.zip"),
            (["-o", "y.zip"], "y.zip"),
        ],
    )
    def test_a_bundle(self, project, monkeypatch, capsys, output, made):
        import autograder.gradescope.bundle

        monkeypatch.setattr(
            autograder.gradescope.bundle, "build", lambda _, out, *__: out.write_bytes(b"zip")
        )
        monkeypatch.setattr(selftest, "_workers", lambda: nullcontext(FakeSandbox(in_this_process)))
        assert cli.main(["bundle", "toy", *output]) == 0
        assert Path(made).read_bytes() == b"zip"
        out = capsys.readouterr().out
        assert out.startswith("self-test: the reference of toy gets all 4 points\n")
        assert f"\n{made}: upload it" in out

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            ("return 3 * x", "yours 9, expected 6"),
            ("return scale * x", "NameError: name 'scale' is not defined"),
            # A worker is another module than the reference's: what only holds here fails there.
            (
                "return 2 * x if __package__ == 'reference' else x",
                "It passes outside the sandbox and fails inside.",
            ),
        ],
    )
    def test_no_bundle_of_a_reference_that_fails(self, project, monkeypatch, capsys, wrong, why):
        reference = project.root / "reference" / "toy.py"
        reference.write_text(reference.read_text().replace("return 2 * x", wrong))
        monkeypatch.setattr(selftest, "_workers", lambda: nullcontext(FakeSandbox(in_this_process)))
        assert cli.main(["bundle", "toy", "-o", "y.zip"]) == 1
        told = capsys.readouterr()
        assert "toy/double: of 3" in told.out and why in told.out
        assert "no zip was written, because the reference of toy" in told.err
        assert not Path("y.zip").exists()

    @pytest.mark.parametrize("output", [[], ["-o", "elsewhere"]])
    def test_a_students_copy(self, project, monkeypatch, capsys, output):
        import autograder.student.template

        built = []
        monkeypatch.setattr(
            autograder.student.template, "build", lambda _, folder: built.append(folder) or [folder]
        )
        monkeypatch.setattr(
            autograder.student.template, "archive", lambda _, out: out.write_bytes(b"zip")
        )
        assert cli.main(["template", "toy", *output]) == 0
        assert built == [Path("elsewhere") if output else project.root / "student_template" / "toy"]
        assert (project.root / "dist" / "toy-student.zip").read_bytes() == b"zip"
        told = capsys.readouterr()
        assert "1 files" in told.out
        assert not told.err

    def test_a_students_copy_with_blanks_is_not_ready_to_hand_out(self, project, capsys):
        prompt = project.root / "assignments" / "questions" / "toy" / "prompt.md"
        prompt.with_name(".DS_Store").write_bytes(
            b"\xff\xfe"
        )  # what a file manager leaves is not ours
        prompt.write_text(prompt.read_text() + "\nFILL: every convention.\n")
        assert cli.main(["template", "toy"]) == 0
        lines = capsys.readouterr().err.splitlines()
        assert lines == [
            "not ready to hand out: assignments/questions/toy/prompt.md has a blank left: look for FILL"
        ]

    @pytest.mark.parametrize("name", ["prompt.md", "hidden_cases.py", "misconceptions.py"])
    def test_no_bundle_of_a_question_with_blanks(self, project, capsys, name):
        path = project.root / "assignments" / "questions" / "toy" / name
        text = path.read_text() if path.exists() else ""
        comment = "<!-- {} -->" if name == "prompt.md" else "# {}"
        path.write_text(
            f"{text}\n{comment.format('FULFILLED, FILL_VALUE')}\n"
        )  # words that hold the mark are none
        assert [*blanks(load("toy", project.root).questions[0])] == []
        path.write_text(f"{text}\n{comment.format('FILL: the rest')}\n")
        assert cli.main(["bundle", "toy", "-o", "y.zip"]) == 1
        told = capsys.readouterr().err
        assert f"assignments/questions/toy/{name} has a blank left: look for FILL" in told
        assert "no zip was written" in told and not Path("y.zip").exists()

    def test_a_bundle_that_cannot_be_written(self, project, monkeypatch, capsys):
        monkeypatch.setattr(selftest, "_workers", lambda: nullcontext(FakeSandbox(in_this_process)))
        Path("notes").write_text("mine")
        assert cli.main(["bundle", "toy", "-o", "notes/y.zip"]) == 2
        assert "autograder bundle: notes cannot be written: " in capsys.readouterr().err
        assert Path("notes").read_text() == "mine"

    @pytest.mark.parametrize("below", ["", "/copy"])
    def test_a_students_copy_does_not_replace_a_file(self, project, capsys, below):
        Path("notes").write_text("mine")
        assert cli.main(["template", "toy", "-o", f"notes{below}"]) == 2
        assert re.search(r"notes\S* cannot be written: ", capsys.readouterr().err)
        assert Path("notes").read_text() == "mine"

    def test_an_assignment_that_there_is_not(self, project, capsys):
        for command in ("bundle", "template"):
            assert cli.main([command, "nothing"]) == 2
            assert f"autograder {command}: " in capsys.readouterr().err
