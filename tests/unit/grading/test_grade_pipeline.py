"""From a submission to a report, with a sandbox that runs our own solutions in this process."""

from __future__ import annotations

import importlib.metadata
import math
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder import sandbox
from autograder.course import wheel
from autograder.course.bank import load
from autograder.grading import grader, limit
from autograder.grading import pipeline as grade
from autograder.grading.judging import judge
from autograder.grading.request import Progress, Request
from autograder.grading.seeds import seed_of
from autograder.grading.versions import versions
from autograder.model import (
    Case,
    GraderError,
    Isolation,
    Outcome,
    Report,
    StudentError,
)
from autograder.testing import Mismatch
from tests.support import registered, toy
from tests.support.bounded import forget_peak, peak_mb
from tests.support.fake_sandbox import FakeSandbox, in_this_process

RIGHT = "def double(x):\n    return 2 * x\n\ndef total(x):\n    return x.sum()\n"
SECRET = "4.2531"


@pytest.fixture(autouse=True)
def as_it_was():
    """What loading and running register is forgotten."""
    with registered.forgotten():
        yield


@pytest.fixture
def project(tmp_path):
    return toy.make(tmp_path / "project", permits='files = ["data.csv"]')


@pytest.fixture
def graded(project, tmp_path):
    """Grade the text of a module, or a path, in a sandbox of this process."""
    (project.root / "assignments" / "data.csv").write_bytes(b"1,2")

    def run(what: str | Path, sandbox: FakeSandbox | None = None, hidden=True, **options) -> Report:
        path = what
        if isinstance(what, str):
            path = tmp_path / "toy.py"
            path.write_text(what, encoding="utf-8")
        run.sandbox = sandbox or FakeSandbox(in_this_process)
        assignment = load("toy", project.root, hidden=hidden)
        return grade.run(Request(path, assignment, **options), run.sandbox)

    return run


def outcomes(report: Report) -> dict[str, Outcome]:
    return {case.case.key: case.outcome for part in report.parts for case in part.cases}


class TestTheWay:
    def test_a_right_submission(self, graded):
        report = graded(RIGHT)
        assert set(outcomes(report).values()) == {Outcome.PASSED}
        assert len(outcomes(report)) == 5
        assert report.score == report.assignment.points == 4
        assert report.finished and not report.refused and not report.grader_error
        assert report.handed_in == "module toy.py"
        assert report.notices == report.staff == ()

    def test_a_wrong_function_costs_its_own_cases(self, graded):
        report = graded(RIGHT.replace("x.sum()", "x.max()"))
        wrong = {key for key, outcome in outcomes(report).items() if outcome is Outcome.WRONG}
        assert wrong == {key for key in outcomes(report) if key.startswith("toy/total: ")}
        assert report.score == 2

    def test_hidden_cases_only_where_they_are_asked_for(self, graded):
        report = graded(RIGHT, hidden=False)
        assert {case.case.hidden for part in report.parts for case in part.cases} == {False}
        assert "reference.toy" not in sys.modules

    def test_the_same_again_but_for_times(self, graded):
        def plain(report):
            return (outcomes(report), report.seed, report.notices, report.versions)

        assert plain(graded(RIGHT)) == plain(graded(RIGHT))

    def test_hidden_inputs_are_the_submitters_own(self, graded):
        """A function that keeps what it saw: the inputs follow from the users, whatever their order."""

        def seen(*users):
            source = (
                "import torch\nfrom pathlib import Path\n"
                "def total(x):\n    seen.append(x.tolist())\n    return x.sum()\nseen = []\n"
                "def double(x):\n    return 2 * x\n"
            )
            graded(source, users=users)
            return sys.modules["toy"].seen

        assert seen("1", "2") == seen("2", "1")
        assert seen("1") != seen("2")
        assert seen("1")[0] == seen("2")[0]  # the public case's literal input

    def test_files_of_the_assignment_lie_beside_the_code(self, graded, tmp_path):
        folder = tmp_path / "hw"
        folder.mkdir()
        (folder / "toy.py").write_text(RIGHT)
        (folder / "data.csv").write_text("the student's own")
        (folder / "more.csv").write_text("more")
        graded(folder)
        (given,) = graded.sandbox.given
        assert given["files"] == {
            "toy.py": RIGHT.encode(),
            "data.csv": b"1,2",
            "more.csv": b"more",
        }

    def test_secrets(self, graded, project, tmp_path):
        results = tmp_path / "results"
        results.mkdir()
        for number in range(30):
            (results / f"{number:03}.json").write_text("")
        (results / "folder").mkdir()
        metadata = tmp_path / "submission_metadata.json"
        graded(RIGHT, keep_from=(results, tmp_path / "gone"), unreadable=(metadata,))
        secrets = graded.sandbox.given[0]["secrets"]
        assert secrets.unwritable == (results, tmp_path / "gone")
        assert secrets.unimportable == ("reference",)
        question = project.root / "assignments" / "questions" / "toy"
        assert secrets.unreadable[:6] == (
            project.root / "reference",
            question / "hidden_cases.py",
            question / "misconceptions.py",
            question / "leaderboard.py",
            question / "proofs.py",
            metadata,
        )
        earlier = secrets.unreadable[6:]
        assert earlier == tuple(results / f"{number:03}.json" for number in range(20))

    def test_the_limits_of_a_message_to_a_cage_hold_for_all_secrets(self, graded, tmp_path):
        """However many earlier results there are, the order fits what a zygote reads at once."""
        from autograder.sandbox import cage, lockdown

        results = tmp_path / ("я" * 100)
        results.mkdir()
        for number in range(30):
            (results / f"{'я' * 100}{number}.json").write_text("")
        graded(RIGHT, keep_from=(results,))
        targets = graded.sandbox.given[0]["secrets"].targets()
        assert len(cage.Order(lockdown.Plan("/w"), targets, 1, 1).encode()) < 1 << 16


class TestWatching:
    def test_reports_as_it_goes(self, graded):
        """First one without a verdict, then more and more of them; only the last is the last."""
        reports: list[Report] = []
        final = graded(RIGHT, watch=Progress(report=reports.append))
        assert [report.finished for report in reports] == [False] * (len(reports) - 1) + [True]
        assert reports[-1] is final
        judged = [
            {key for key, outcome in outcomes(report).items() if outcome is not Outcome.SKIPPED}
            for report in reports
        ]
        assert judged[0] == set() and judged[-1] == set(outcomes(final))
        assert all(earlier <= later for earlier, later in pairwise(judged))
        assert len({len(found) for found in judged}) > 2
        assert {tuple(outcomes(report)) for report in reports} == {tuple(outcomes(final))}
        assert reports[0].parts[0].cases[0].public == "not reached"

    def test_reports_no_more_often_than_wanted(self, graded):
        """Never on the way where that takes longer than all of it; the first and the last always."""
        reports: list[Report] = []
        graded(RIGHT, watch=Progress(reports.append, every=math.inf))
        assert [report.finished for report in reports] == [False, True]

    def test_steps(self, graded):
        steps: list[tuple[str, int, int]] = []
        graded(RIGHT, watch=Progress(step=lambda *step: steps.append(step)))
        assert steps[0] == ("running toy.py", 0, 1)
        assert [done for _, done, _ in steps[1:]] == [0, 1, 2, 3, 4]
        assert {of for _, _, of in steps[1:]} == {5}
        assert steps[1][0].startswith("1.1 ")

    def test_nobody_need_be_told(self):
        Progress().step("x", 1, 2)
        Progress().report(SimpleNamespace())


class TestWhatIsSaid:
    def test_staff_read_of_metadata_and_of_holes(self, graded, tmp_path):
        folder = tmp_path / "hw"
        folder.mkdir()
        (folder / "toy.py").write_text(RIGHT)
        (folder / "numpy.py").write_text("")
        sandbox = FakeSandbox(
            in_this_process, layers={"landlock": 0, "uid": None}, findings=("x can be read",)
        )
        report = graded(
            folder, sandbox, staff=("the metadata were not used",), isolation=Isolation.BEST_EFFORT
        )
        assert [line.split()[0] for line in report.staff] == ["the", "x"]
        assert [line.split()[0] for line in report.notices] == ["numpy.py"]
        assert report.isolation == {
            "level": "best-effort",
            "landlock": 0,
            "uid": None,
            "findings": ["x can be read"],
        }

    def test_a_refusal_is_a_report(self, graded, tmp_path):
        reports: list[Report] = []
        report = graded(
            tmp_path / "gone", staff=("the metadata were not used",), watch=Progress(reports.append)
        )
        assert report.refused.startswith("Nothing was handed in")
        assert set(outcomes(report).values()) == {Outcome.SKIPPED}
        assert {case.public for part in report.parts for case in part.cases} == {
            "nothing could be graded"
        }
        assert (report.score, report.finished) == (0, True)
        assert report.staff == ("the metadata were not used",)
        assert reports[-1] is report

    def test_a_cell_that_fails_is_in_the_notices(self, graded):
        report = graded(RIGHT + "1 / 0\n")
        assert report.score == 4
        assert report.notices[0].startswith("toy.py failed: ZeroDivisionError")

    def test_a_sandbox_that_fails_is_our_fault(self, graded):
        def broken(number):
            raise GraderError("the zygote is gone")

        with pytest.raises(GraderError, match="the zygote is gone"):
            graded(RIGHT, FakeSandbox(broken))


class TestGrade:
    def test_from_python(self, project, tmp_path, monkeypatch):
        opened = []

        class Sandbox(FakeSandbox):
            def __init__(self, isolation, mark=""):
                super().__init__(in_this_process)
                opened.append(isolation)

            def close(self):
                opened.append("closed")

        (project.root / "assignments" / "data.csv").write_bytes(b"")
        (tmp_path / "toy.py").write_text(RIGHT)
        monkeypatch.setattr(sandbox, "Sandbox", Sandbox)
        report = grader.grade(
            str(tmp_path / "toy.py"), "toy", root=project.root, users=["7"], isolation="best-effort"
        )
        assert report.score == 4
        assert opened == [Isolation.BEST_EFFORT, "closed"]
        again = grader.grade(tmp_path / "toy.py", report.assignment, users=["7"])
        assert again.seed == report.seed


def case(run, *, hidden: bool = True, parameters: tuple[str, ...] = ("f",)) -> Case:
    return Case("toy", "double", "a case", hidden, 1.0, parameters, run)


@pytest.fixture
def reference(monkeypatch):
    """The solution of the toy, with the functions that a test gives it."""

    def have(**functions):
        solution = ModuleType("reference.toy")
        vars(solution).update(functions)
        monkeypatch.setitem(sys.modules, "reference", ModuleType("reference"))
        monkeypatch.setitem(sys.modules, "reference.toy", solution)

    have(f=lambda: 1.0)
    return have


def raising(error: BaseException):
    def run(_names):
        raise error

    return run


class TestJudge:
    def test_a_case_that_runs_to_its_end_is_passed(self):
        verdict = judge(case(lambda names: names["f"]()), {"f": lambda: 1})
        assert (verdict.outcome, verdict.public, verdict.detail) == (Outcome.PASSED, "", "")
        assert verdict.passed and verdict.seconds >= 0

    def test_a_mismatch_is_wrong_with_a_sentence_for_each_reader(self):
        verdict = judge(case(raising(Mismatch("shape", f"expected {SECRET}"))), {})
        assert verdict.outcome is Outcome.WRONG
        assert verdict.public == "a value has the wrong shape"
        assert verdict.detail == f"expected {SECRET}"

    @pytest.mark.parametrize("outcome", [Outcome.RAISED, Outcome.MISSING, Outcome.SKIPPED])
    def test_an_answer_without_a_value_is_its_own_outcome(self, outcome):
        verdict = judge(case(raising(StudentError(outcome, "public", "detail"))), {})
        assert (verdict.outcome, verdict.public, verdict.detail) == (outcome, "public", "detail")
        assert verdict.staff == ""

    def test_our_fault_is_told_to_staff_and_not_published(self):
        verdict = judge(case(raising(GraderError(f"no such driver {SECRET}"))), {})
        assert verdict.outcome is Outcome.GRADER_ERROR
        assert "through no fault of yours" in verdict.public
        assert SECRET not in verdict.public + verdict.detail
        assert "no such driver" in verdict.staff

    def test_a_value_that_a_case_cannot_use_where_it_can_use_the_references(self, reference):
        verdict = judge(case(lambda names: names["f"]() + 1), {"f": lambda: SECRET})
        assert verdict.outcome is Outcome.BAD_VALUE
        assert verdict.public == "A returned value has the wrong type or form."
        assert verdict.detail.startswith(verdict.public)
        assert "TypeError" in verdict.staff

    @pytest.mark.parametrize("text", ["", f"got {SECRET}"])
    def test_a_bare_assert_on_a_students_value_is_a_wrong_value(self, reference, text):
        def run(names):
            if (
                names["f"]() != 1.0
            ):  # pytest would put words of its own into an assert that stands here
                raise AssertionError(text)

        verdict = judge(case(run), {"f": lambda: 2.0})
        assert verdict.outcome is Outcome.WRONG
        assert verdict.public == "A returned value is wrong."
        assert verdict.detail == verdict.public + (f" ({text})" if text else "")
        assert "AssertionError" in verdict.staff

    def test_a_value_that_explodes_as_it_is_unpacked_ends_its_case_alone(self, reference):
        """Eight million tensors without an axis take five gigabytes."""
        reference(f=lambda: torch.zeros(2))

        def run(names):
            mean, variance = names["f"]()
            assert mean == variance

        forget_peak()
        before = peak_mb()
        verdict = judge(case(run), {"f": lambda: torch.zeros(8_000_000)})
        assert verdict.outcome is Outcome.BAD_VALUE
        assert peak_mb() < before + 800
        assert judge(case(run), {"f": lambda: torch.zeros(2)}).passed

    def test_a_value_that_takes_for_ever_to_judge_ends_its_case_alone(self, reference, monkeypatch):
        monkeypatch.setattr(limit, "_CASE_SECONDS", 0.2)

        def run(names):
            count = names["f"]()
            while count:
                count -= 1

        assert judge(case(run), {"f": lambda: -1}).outcome is Outcome.BAD_VALUE

    def test_an_assertion_of_another_library_too(self, reference):
        verdict = judge(
            case(lambda names: np.testing.assert_equal(names["f"](), 1.0)), {"f": lambda: 2.0}
        )
        assert verdict.outcome is Outcome.WRONG

    def test_an_assert_that_the_reference_breaks_too_is_our_fault(self, reference):
        verdict = judge(case(raising(AssertionError(SECRET))), {"f": lambda: 1.0})
        assert verdict.outcome is Outcome.GRADER_ERROR

    def test_a_case_that_breaks_whoever_answers_is_our_fault(self, reference):
        verdict = judge(case(raising(KeyError(SECRET))), {"f": lambda: 1})
        assert verdict.outcome is Outcome.GRADER_ERROR
        assert SECRET not in verdict.public + verdict.detail
        assert "KeyError" in verdict.staff

    def test_a_reference_that_lacks_the_function_is_our_fault(self, reference):
        reference()
        verdict = judge(case(lambda names: names["f"]().nothing), {"f": lambda: 1})
        assert verdict.outcome is Outcome.GRADER_ERROR

    def test_a_reference_that_is_itself_not_there(self, monkeypatch):
        """On a student's machine a public case can only blame the value; a hidden one cannot be there."""
        monkeypatch.setitem(sys.modules, "reference.toy", None)
        names = {"f": lambda: 1}
        public = judge(case(lambda names: names["f"]().nothing, hidden=False), names)
        assert public.outcome is Outcome.BAD_VALUE
        hidden = judge(case(lambda names: names["f"]().nothing), names)
        assert hidden.outcome is Outcome.GRADER_ERROR

    def test_the_reference_is_asked_with_a_generator_of_its_own(self, reference):
        drawn = []

        def run(names):
            drawn.append(names["rng"].random())
            names["f"]().nothing  # which an int has not

        reference(f=lambda: SimpleNamespace(nothing=1))
        names = {"f": lambda: 1, "rng": np.random.default_rng(0)}
        verdict = judge(case(run, parameters=("f", "rng")), names)
        assert verdict.outcome is Outcome.BAD_VALUE
        assert len(set(drawn)) == 2

    def test_a_trace_is_cut_at_its_beginning(self, reference):
        verdict = judge(case(raising(ValueError("x" * 50_000 + "end"))), {})
        assert len(verdict.staff) == 6_000
        assert verdict.staff.endswith("end\n")

    def test_what_ends_the_program_ends_it(self):
        with pytest.raises(KeyboardInterrupt):
            judge(case(raising(KeyboardInterrupt())), {})


class TestSeed:
    @given(st.lists(st.text(), max_size=4), st.randoms())
    def test_the_same_in_any_order(self, users, dice):
        shuffled = list(users)
        dice.shuffle(shuffled)
        assignment = SimpleNamespace(digest="d")
        assert seed_of(assignment, users, "a") == seed_of(assignment, shuffled, "a")

    @given(
        st.lists(
            st.tuples(
                st.sampled_from("de"),
                st.sets(st.from_regex(r"\A\d{1,3}\Z"), max_size=3),
                st.sampled_from("ab"),
            ),
            min_size=2,
            max_size=2,
            unique_by=lambda drawn: (drawn[0], tuple(sorted(drawn[1])), drawn[2]),
        )
    )
    def test_unlike_for_other_users_another_assignment_or_other_files(self, drawn):
        first, second = (
            seed_of(SimpleNamespace(digest=digest), tuple(users), files)
            for digest, users, files in drawn
        )
        assert first != second

    def test_its_form(self):
        assert len(seed_of(SimpleNamespace(digest="d"), (), "")) == 16


def test_versions_say_what_is_not_there(monkeypatch):
    def version(name):
        if name == "torch":
            raise importlib.metadata.PackageNotFoundError
        return "1.0"

    monkeypatch.setattr(importlib.metadata, "version", version)
    # The distribution is not called as the package is.
    monkeypatch.setattr(wheel, "version", lambda: "0.2")
    found = versions()
    assert found.pop("python") == sys.version.split()[0]
    assert found == {
        "autograder": "0.2",
        "numpy": "1.0",
        "torch": "not installed",
        "otter-grader": "1.0",
    }
