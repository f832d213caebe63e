"""Derivations as parts of an assignment: offered, filled in, judged, scored, and shown to each reader."""

import ast
import json
import re
import tomllib
from dataclasses import replace

import pytest

from autograder import check_derivation
from autograder.course.bank import load, load_template
from autograder.course.project import project_root
from autograder.gradescope.derivations import data, from_data, markdown, text
from autograder.gradescope.writing import results
from autograder.grading.derive import derive
from autograder.grading.pipeline import run
from autograder.grading.request import Request
from autograder.model import (
    AssignmentError,
    CaseResult,
    DerivationResult,
    Isolation,
    Outcome,
    PartResult,
    Report,
    StudentError,
)
from autograder.student.notebook.display import Checked
from autograder.student.template import build
from tests.support import registered

TRUE = [
    "E(log(p_x_given_z * p_z))",
    "= E(log(p_z_given_x * p_x))",
    "= log(p_x) + E(log(p_z_given_x))",
    "~ log(p_x) - KL(q, p_z_given_x)",
]
FALSE = [*TRUE[:3], "= log(p_x) - KL(q, p_z_given_x)", TRUE[3]]
UNREADABLE = [*TRUE[:2], "= log(p_x) E(log(p_z_given_x))", TRUE[3]]
PART = """part = "complete_data"
points = 3
written = 2
"""


def project(folder, extra):
    """A project with the bank of this one and an assignment of one part that asks for a derivation."""
    real = project_root()
    (folder / "assignments").mkdir(parents=True)
    for name in ("assignments/questions", "reference", "pyproject.toml", "requirements.lock"):
        (folder / name).symlink_to(real / name)
    manifest = folder / "assignments" / "one.toml"
    manifest.write_text(
        f'title = "One"\n[[question]]\ntopic = "vae"\nprompt = "handout"\n[[question.part]]\n{PART}{extra}'
    )
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("derivations")
    return project(folder, 'derivations = ["ecll_derivation"]\nderivation_points = 1\n')


@pytest.fixture(scope="module")
def one(root):
    with registered.forgotten():
        yield load("one", root)


@pytest.fixture(scope="module")
def judge(one):
    (task,) = one.parts[0].derivations
    return task.judge


def lines_of(result):
    return [line.status for line in result.lines]


def test_a_complete_derivation_earns_all_and_is_no_proof(judge):
    result = judge(TRUE)
    assert result.outcome is Outcome.PASSED
    assert result.share == 1
    assert lines_of(result) == ["holds"] * 4
    assert "not a proof" in result.summary
    assert result.lines[1].latex.startswith(r"= \mathbb{E}")


def test_a_false_line_keeps_what_was_shown_before_it(judge):
    result = judge(FALSE)
    assert result.outcome is Outcome.WRONG
    assert lines_of(result) == ["holds"] * 3 + ["false", "not reached"]
    assert result.share == pytest.approx(1 / 2)
    assert "~" in result.lines[3].explanation


def test_a_line_that_cannot_be_read_is_never_called_false(judge):
    result = judge(UNREADABLE)
    assert lines_of(result) == ["holds", "holds", "cannot be read", "not reached"]
    assert "Only the notation is wrong" in result.summary
    assert result.lines[2].latex == ""


@pytest.mark.parametrize("value", [None, "log(p_x)", 3.0, [], [None], {"a": 1}, [b"x"], [["a"]]])
def test_what_is_no_list_of_strings_is_told(judge, value):
    result = judge(value)
    assert result.outcome is Outcome.WRONG
    assert result.share == 0
    assert (
        "list of strings" in str(result) or "no lines" in str(result) or "a string" in str(result)
    )


def test_steps_that_are_left_out_are_asked_for_and_not_called_wrong(judge):
    result = judge([TRUE[0], TRUE[3]])
    said = text(result)
    assert "Show this step: Bayes' rule" in said
    assert "false" not in said
    assert "wrong" not in said
    assert result.share == 0


def test_points_are_shared_by_cases_and_derivations(one, judge):
    part = one.parts[0]
    assert part.points == 3
    assert part.worth(part.cases) == pytest.approx(2)
    earned = {
        name: PartResult(part, (), derivations=(judge(lines),)).score()
        for name, lines in (("true", TRUE), ("false", FALSE), ("ends", [TRUE[0], TRUE[3]]))
    }
    assert earned == pytest.approx({"true": 1.0, "false": 0.5, "ends": 0.0})


def test_a_derivation_adds_to_a_score_what_the_score_has_not_earned(either, judge):
    """`ecll_terms` carries 2 of the 3 points; half of them are earned by a score already."""
    part = either.parts[0]

    def earned(lines, share):
        cases = (
            CaseResult(case, Outcome.PASSED)
            if case.functions == {"ecll"}
            else CaseResult(case, Outcome.WRONG, share=share)
            for case in part.cases
        )
        return PartResult(part, tuple(cases), derivations=(judge(lines),)).score()

    def without(share):
        return earned([], share)

    assert earned(TRUE, 0.5) == earned(TRUE, 0.0) == 3
    assert without(0.5) > without(0.0)
    assert earned(FALSE, 0.9) == pytest.approx(without(0.9))
    assert earned(FALSE, 0.1) == pytest.approx(earned(FALSE, 0.0))


@pytest.fixture(scope="module")
def either(tmp_path_factory):
    extra = """derivations = ["ecll_derivation"]
instead_of = { ecll_derivation = ["ecll_terms"] }
cases = ["* of two tables", "* of drawn tables"]
"""
    with registered.forgotten():
        yield load("one", project(tmp_path_factory.mktemp("either"), extra))


def judged(part, judge, right, lines):
    """The part of someone whose functions of these names are right, with these lines."""
    cases = (
        CaseResult(case, Outcome.PASSED if case.functions <= right else Outcome.WRONG)
        for case in part.cases
    )
    return PartResult(part, tuple(cases), derivations=(judge(lines),))


@pytest.mark.parametrize(
    ("right", "lines", "score"),
    [
        ({"ecll", "ecll_terms"}, TRUE, 3),
        ({"ecll", "ecll_terms"}, FALSE, 3),
        ({"ecll_terms"}, TRUE, 2),
        ({"ecll"}, TRUE, 3),
        (
            {"ecll"},
            FALSE,
            2,
        ),  # half of the derivation: the waypoint is reached before the false line
        ({"ecll"}, [TRUE[0], TRUE[3]], 1),
        (set(), TRUE, 2),
        (set(), FALSE, 1),
        (set(), [], 0),
    ],
)
def test_a_derivation_in_place_of_functions_earns_what_they_do_not(either, right, lines, score):
    (part,) = either.parts
    found = judged(part, part.derivations[0].judge, right, lines)
    assert found.score() == pytest.approx(score, abs=0.02)
    assert found.score() <= 3


@pytest.mark.parametrize(
    ("right", "followed", "lines", "half", "whole"),
    [
        # `ecll` is worth 1 point, `ecll_terms` 2, for which the derivation may stand in
        ({"ecll"}, {"ecll_terms"}, [], 2, 3),
        ({"ecll"}, {"ecll_terms"}, FALSE, 2, 3),  # half of either
        ({"ecll"}, {"ecll_terms"}, TRUE, 3, 3),
        ({"ecll_terms"}, {"ecll"}, TRUE, 2.5, 3),
        (set(), {"ecll"}, FALSE, 1.5, 2),
        (set(), {"ecll", "ecll_terms"}, FALSE, 1.5, 3),
        (set(), {"ecll", "ecll_terms"}, TRUE, 2.5, 3),
    ],
)
def test_the_better_of_a_derivation_and_of_what_follows_counts(
    either, right, followed, lines, half, whole
):
    """A mistake of another part that is followed earns its share, and never beyond the derivation's."""
    for share, score in ((0.5, half), (1.0, whole)):
        part = replace(either.parts[0], follow_share=share)
        found = judged(part, part.derivations[0].judge, right, lines)
        cases = tuple(
            replace(one, followed=not one.passed and one.case.functions <= followed)
            for one in found.cases
        )
        assert replace(found, cases=cases).score() == pytest.approx(score, abs=0.02)


def test_what_stands_in_for_functions_has_no_greatest_score_of_its_own(either):
    (part,) = either.parts
    found = judged(part, part.derivations[0].judge, {"ecll"}, TRUE)
    report = results(Report(either, (found,)))
    assert report["score"] == pytest.approx(3)
    assert sum(test.get("max_score", 0) for test in report["tests"]) == pytest.approx(3)
    (entry,) = [test for test in report["tests"] if test["name"].endswith("(line by line)")]
    assert entry["score"] == pytest.approx(2, abs=0.02)
    assert "in place of `ecll_terms`" in entry["output"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ('{ ecll_derivation = ["ecl_terms"] }', "did you mean 'ecll_terms'"),
        ('{ other_derivation = ["ecll"] }', "unknown key 'other_derivation'"),
        ("{}", "'instead_of' is empty"),
        ('{ ecll_derivation = ["ecll"] }\nderivation_points = 1', "not both"),
    ],
)
def test_what_a_derivation_cannot_stand_in_for_is_refused(tmp_path, given, says):
    root = project(tmp_path, f'derivations = ["ecll_derivation"]\ninstead_of = {given}\n')
    with registered.forgotten(), pytest.raises(AssignmentError, match=says):
        load("one", root)


def test_gradescope_gets_the_score_and_the_lines_typeset(one, judge):
    report = Report(one, (PartResult(one.parts[0], (), derivations=(judge(FALSE),)),))
    found = results(report)
    (entry,) = (test for test in found["tests"] if "line by line" in test["name"])
    assert (entry["score"], entry["max_score"], entry["status"]) == (0.5, 1.0, "failed")
    assert "4. ✗ `= log(p_x) - KL(q, p_z_given_x)`" in entry["output"]
    assert r"$$\mathbb{E}" in entry["output"]
    assert found["score"] == pytest.approx(0.5)
    (kept,) = found["extra_data"]["parts"][0]["derivations"]
    assert from_data(json.loads(json.dumps(kept))) == judge(FALSE)


def test_a_derivation_without_points_that_nobody_wrote_is_no_entry(one):
    part = replace(one.parts[0], derivation_points=0.0)
    (task,) = part.derivations
    empty = DerivationResult(task.name, task.title, Outcome.MISSING, "not there", unfilled=True)
    helped = replace(one, questions=(replace(one.questions[0], parts=(part,)),))
    report = Report(helped, (PartResult(part, (), derivations=(empty,)),))
    assert not any("line by line" in test["name"] for test in results(report)["tests"])


def test_a_fault_of_ours_is_no_zero(one):
    (task,) = one.parts[0].derivations

    def broken(_lines):
        raise RuntimeError("an author's mistake")

    result = derive(replace(task, judge=broken), {task.name: lambda: TRUE})
    assert result.outcome is Outcome.GRADER_ERROR
    assert "an author's mistake" in result.staff
    report = Report(one, (PartResult(one.parts[0], (), derivations=(result,)),))
    assert report.grader_error
    (entry,) = (test for test in results(report)["tests"] if "line by line" in test["name"])
    assert "score" not in entry
    assert "author's mistake" not in entry["output"]


def test_a_function_that_gives_nothing_says_why(one):
    (task,) = one.parts[0].derivations

    def slow():
        raise StudentError(Outcome.TIMED_OUT, "it did not end")

    result = derive(task, {task.name: slow})
    assert (result.outcome, result.summary) == (Outcome.TIMED_OUT, "it did not end")


def test_a_notebook_shows_the_lines_typeset_with_explanations_below(one, judge):
    page = Checked((PartResult(one.parts[0], (), derivations=(judge(FALSE),)),))._repr_html_()
    assert page.count("<tr>") == 5
    assert r"$\displaystyle = \log p(x) + \mathbb{E}_{q}\left[\log p(z \mid x)\right]$" in page
    assert "✗ false" in page
    assert "not reached" in page


@pytest.mark.parametrize(
    "line", ["= <script>alert(1)</script>", "= $x$ `a` | b", "= \x1b[31mlog(q)"]
)
def test_what_a_student_typed_is_never_markup(one, judge, line):
    result = judge([TRUE[0], line, TRUE[3]])
    page = Checked((PartResult(one.parts[0], (), derivations=(result,)),))._repr_html_()
    assert "<script" not in page
    shown = "\n\n".join(markdown(result))
    assert "\x1b" not in shown + text(result)
    assert all(piece.count("`") % 2 == 0 for piece in shown.split("\n"))


def test_a_derivation_survives_json(judge):
    for lines in (TRUE, FALSE, UNREADABLE, None):
        result = judge(lines)
        assert from_data(json.loads(json.dumps(data(result)))) == result
        assert data(result)["said"] == result.summary  # the key in files that exist


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ('derivations = ["ecl_derivation"]', "did you mean"),
        ('derivations = ["ecll_derivation", "ecll_derivation"]', "twice"),
        ("derivation_points = 1", "needs 'derivations'"),
        ('derivations = ["ecll_derivation"]\nderivation_points = 4', "make 'points' larger"),
    ],
)
def test_a_manifest_that_asks_for_what_cannot_be_is_refused(tmp_path, extra, says):
    with pytest.raises(AssignmentError, match=says):
        load("one", project(tmp_path / "p", f"{extra}\n"))


def test_the_students_copy_asks_for_the_derivation_and_tells_no_other(one, tmp_path):
    build(one, tmp_path / "copy")
    source = (tmp_path / "copy" / "derivations" / "vae.py").read_text()
    assert "ecll_derivation = Derivation(" in source
    assert "gap" not in source
    assert "q_star" not in source
    assert "elbo_derivation" not in source
    stub = (tmp_path / "copy" / "modules" / "vae.py").read_text()
    assert "def ecll_derivation():" in stub
    copy = load_template(tmp_path / "copy")
    assert copy.parts[0].derivation_points == 1
    result = copy.parts[0].derivations[0].judge(FALSE)
    assert lines_of(result) == ["holds"] * 3 + ["false", "not reached"]
    assert "smaller" in result.lines[3].explanation or "larger" in result.lines[3].explanation
    cells = json.loads((tmp_path / "copy" / "one.ipynb").read_text())["cells"]
    shown = "".join("".join(cell["source"]) for cell in cells)
    assert "(`ecll_derivation`, 1 point)" in shown
    assert r"$p(z \mid x)$" in shown


def test_a_submission_is_judged_beside_the_files_of_its_copy(one, uncaged, tmp_path):
    """The copy's own folder `derivations/` is handed in too: it is not taken for the student's work."""
    build(one, tmp_path / "copy")
    (tmp_path / "copy" / "one.ipynb").unlink()
    path = tmp_path / "copy" / "modules" / "vae.py"
    head, _, _ = path.read_text().partition("def ecll_derivation")
    path.write_text(f"{head}def ecll_derivation():\n    return {FALSE!r}\n")
    (part,) = run(Request(tmp_path / "copy", one, isolation=Isolation.NONE), uncaged).parts
    (result,) = part.derivations
    assert lines_of(result) == ["holds"] * 3 + ["false", "not reached"]
    assert part.score() == pytest.approx(0.5)


COPIES = sorted(project_root().glob("student_template/*/assignment.toml"))


@pytest.mark.parametrize("path", COPIES, ids=lambda path: path.parent.name)
def test_a_copy_declares_the_derivations_that_it_asks_for_and_no_other(path):
    """The ends of a derivation that is not asked for may be the answer to another question."""
    asked = {
        (question["topic"], name)
        for question in tomllib.loads(path.read_text(encoding="utf-8"))["question"]
        for part in question["part"]
        for name in part.get("derivations", ())
    }
    declared = {
        (source.stem, name)
        for source in path.parent.glob("derivations/*.py")
        for name in re.findall(r"^(\w+) = Derivation\(", source.read_text(encoding="utf-8"), re.M)
    }
    assert declared == asked


@pytest.mark.parametrize("path", COPIES, ids=lambda path: path.parent.name)
def test_a_copy_shows_no_step_and_no_wrong_line(path):
    """Nor what is asked for in another way: 2023 3.2 asks for the closed form of D*."""
    for source in path.parent.glob("derivations/*.py"):
        text = source.read_text(encoding="utf-8")
        secret = re.findall(r"Waypoint|Wrong|waypoints|wrong=|sigmoid|f1 / \(", text)
        assert secret == [], source


@pytest.mark.parametrize("path", COPIES, ids=lambda path: path.parent.name)
def test_a_copy_defines_only_what_it_uses(path):
    for source in [*path.parent.glob("tests/*.py"), *path.parent.glob("derivations/*.py")]:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        used = {node.id for node in nodes if isinstance(node.ctx, ast.Load)}
        bound = {
            alias.asname or alias.name.partition(".")[0]
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list:
                bound.add(node.name)
            elif isinstance(node, ast.Assign):
                bound |= {one.id for one in ast.walk(node.targets[0]) if isinstance(one, ast.Name)}
        spare = {name for name in bound - used if not name.endswith("_derivation")}
        assert spare <= {"OK_FORMAT", "name"}, source


def test_the_table_leaves_out_what_is_not_needed_and_the_language_keeps_it():
    notebook = (project_root() / "student_template" / "a3_2021" / "a3_2021.ipynb").read_text()
    assert "`E0(f)`" not in notebook
    lines = ["grad(f1 * log(D) + f0 * log(1 - D), D) = 0", "sum(f1) = E0(1)"]
    assert check_derivation("gan.discriminator_derivation", lines).holds
