"""`validate` on banks with one thing wrong: it says which, and says nothing of a sound one."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path

import pytest
from rich.console import Console

from autograder.course.bank import load
from autograder.model import Assignment
from autograder.staff.validate import secrets, validate
from autograder.staff.validate.report import show
from autograder.student.template import build

REFERENCE = '''
"""Scaled sums."""
import torch

def scaled_sum(x, scale):
    """Sum each row and scale it; the telling line of the solution stands below."""
    telling_intermediate_result = scale * x.sum(dim=-1)
    return telling_intermediate_result
'''
PROMPT = """
# Sums
Rows are examples.
## Scaled
<!-- part: scaled -->
Write `scaled_sum(x, scale)`.
"""
STUB = '''
"""Sums."""
import torch

def scaled_sum(x, scale):
    """Sum each row and scale it."""
    raise NotImplementedError
'''
PUBLIC = '''
"""By hand."""
import torch
from otter.test_files import test_case
from autograder.testing import assert_close
OK_FORMAT = False
name = "sums"

@test_case(name="scaled: by hand", points=0.01)
def by_hand(scaled_sum):
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [0.0, 5.0]], dtype=torch.float64)
    assert_close(scaled_sum(x, 2.0), torch.tensor([6.0, 14.0, 10.0], dtype=torch.float64))
'''
HIDDEN = '''
"""Against the reference."""
import torch
from otter.test_files import test_case
from reference import sums as reference
from autograder.testing import assert_close, normal
OK_FORMAT = False
name = "sums"

@test_case(name="scaled: five rows", points=2, hidden=True)
def rows(scaled_sum, rng):
    a_secret_tensor_of_five_rows = normal(rng, 5, 3)
    assert_close(
        scaled_sum(a_secret_tensor_of_five_rows, 0.7),
        reference.scaled_sum(a_secret_tensor_of_five_rows, 0.7),
    )
'''
WRONG = '''
"""Mistakes."""
from reference import sums as right
from autograder.testing import misconception

@misconception("Rows, not columns.", caught_by=("scaled: by hand", "scaled: five rows"))
def columns_summed():
    return {"scaled_sum": lambda x, scale: scale * x.sum(dim=0)}
'''
MANIFEST = """
title = "Sums"
[[question]]
topic = "sums"
[[question.part]]
part = "scaled"
points = 3
"""


# A law that sums what the student returns: another axis does not change the sum.
LAW = """    from autograder.testing import as_tensor
    total = as_tensor(scaled_sum(a_secret_tensor_of_five_rows, 0.7)).sum()
    assert_close(
        total, reference.scaled_sum(a_secret_tensor_of_five_rows, 0.7).sum()
    )
    0 and (
"""
SHAPES = """scale it.

    Args:
        x: rows, a tensor (N, D). There are two columns: D is at least 2.
        scale: a number.

    Returns:
        A tensor (N,).
    """


class Project:
    """A project of one question, with texts replaced."""

    def __init__(self, root) -> None:
        self.root = root

    def write(self, **changed: tuple[str, str]) -> Assignment:
        question = self.root / "assignments" / "questions" / "sums"
        files = {
            "reference": (self.root / "reference" / "sums.py", REFERENCE),
            "prompt": (question / "prompt.md", PROMPT),
            "stub": (question / "stub.py", STUB),
            "public": (question / "public_cases.py", PUBLIC),
            "hidden": (question / "hidden_cases.py", HIDDEN),
            "wrong": (question / "misconceptions.py", WRONG),
            "manifest": (self.root / "assignments" / "sums.toml", MANIFEST),
        }
        (self.root / "reference").mkdir(parents=True)
        (self.root / "reference" / "__init__.py").write_text('"""Solutions."""\n')
        for key, (path, text) in files.items():
            before, after = changed.get(key, ("", ""))
            assert before in text
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                textwrap.dedent(text).lstrip().replace(before, after) if before else text
            )
        return load("sums", self.root)

    def problems(self, **changed: tuple[str, str]) -> list[str]:
        assignment = self.write(**changed)
        build(assignment, self.root / "student_template" / "sums")
        bank = validate([assignment], [assignment], self.root, lambda *_: None, workers=1)
        return [*(p for topic in bank.topics for p in topic.problems), *bank.problems]


@pytest.fixture
def project(tmp_path, harness, monkeypatch):
    return Project(harness)


def test_hidden_cases_and_misconceptions_are_asked_for(project):
    assignment = project.write()
    folder = assignment.questions[0].folder
    for name in ("hidden_cases.py", "misconceptions.py"):
        (folder / name).unlink()
    assignment = load("sums", project.root)
    bank = validate([assignment], [assignment], project.root, lambda *_: None, workers=1)
    assert [problem.partition(":")[0] for problem in bank.topics[0].problems[:2]] == [
        "sums has no hidden_cases.py",
        "sums has no misconceptions.py",
    ]
    assert not bank.problems  # a course that keeps no copies is not asked for one
    assert not bank.sound


def test_a_sound_bank_has_no_problems(project):
    assert project.problems() == []


def test_a_mistake_in_several_forms_is_validated_too(project):
    forms = (
        '"scaled: five rows"))\ndef columns_summed():',
        '"scaled: five rows"), also=(-2,))\ndef columns_summed(axis=0):',
    )
    assert project.problems(wrong=forms) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            {"hidden": ("assert_close(\n", "assert True or (\n")},
            "functions that return None pass sums/scaled: five rows [hidden]",
        ),
        (
            {"wrong": ('caught_by=("scaled: by hand", ', 'caught_by=("scaled: by foot", ')},
            "columns_summed names a catcher that is not there: 'scaled: by foot'",
        ),
        (
            {"public": ("    x = torch", "    # FIXME: only two columns\n    x = torch")},
            "sums: tests/1.1.py has the comment '# FIXME: only two columns', which looks private and "
            "students can read; remove it from the question's public_cases.py",
        ),
        (
            {"manifest": ("[[question]]", '[permits]\npackages = ["pands"]\n[[question]]')},
            "sums: [permits] packages: 'pands' is not installed in this Python; did you mean 'pandas'?",
        ),
        (
            {"wrong": ("scale * x.sum(dim=0)", "scale * x.sum(dim=-1)")},
            "columns_summed passes its catcher sums/scaled: by hand",
        ),
        (
            {"wrong": ("scale * x.sum(dim=0)", "right.scaled_sum(x, scale)")},
            "sums/scaled: five rows [hidden] catches no misconception and does not say why it stands",
        ),
        (
            {"wrong": ("scale * x.sum(dim=0)", "right.scaled_sum(x, scale * (1 + 3e-8))")},
            "columns_summed is off by 3 tolerances, wanted 10",
        ),
        (
            {
                "hidden": (
                    "        reference.scaled_sum(a_secret_tensor_of_five_rows, 0.7),\n",
                    "        reference.scaled_sum(a_secret_tensor_of_five_rows, 0.7),\n"
                    "        rtol=1e-16, atol=1e-17,\n",
                )
            },
            "times the noise of",
        ),
        (
            {
                "hidden": (
                    "    assert_close(\n",
                    "    [*scaled_sum(normal(rng, 2, 2), 1)]\n    assert_close(\n",
                )
            },
            "sums: hidden_cases.py, line 12 iterates over what a student's function returned",
        ),
        (
            {"stub": ("def scaled_sum(x, scale)", "def scaled_sum(x, scale=1.0)")},
            "stub and reference disagree on the parameters of scaled_sum",
        ),
        (
            {"prompt": ("Write `scaled_sum(x, scale)`.", "Write the function.")},
            "prompt.md does not name scaled_sum",
        ),
        (
            {
                "prompt": (
                    "Write `scaled_sum",
                    "<!-- most forget\nthe axis -->\n\nWrite `scaled_sum",
                )
            },
            "prompt.md has the comment 'most forget\\nthe axis', which students can read in the notebook's",
        ),
        (
            {"hidden": ("    assert_close(\n", LAW)},
            "right results with an axis too many earn 100% of part 1.1 (scaled) of sums",
        ),
    ],
)
def test_each_fault_is_named(project, changed, says):
    assert any(says in problem for problem in project.problems(**changed))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (
            {"reference": ("scale * x.sum(dim=-1)", "scale * x.sum(dim=-1) + 1e-3")},
            [
                "sums/scaled: by hand (seed 'validate')",
                "*14.001        14",
                "public_cases.py, line 12: assert_close(scaled_sum(x, 2.0), ",
            ],
        ),
        (
            {"reference": ("scale * x.sum(dim=-1)", "scale * x.summ(dim=-1)")},
            [
                "AttributeError: 'Tensor' object has no attribute 'summ'",
                "reference/sums.py, line 6: telling_intermediate_result = scale * x.summ(dim=-1)",
                "public_cases.py, line 12",
            ],
        ),
        (  # 2 (1 + 2) = 6
            {
                "public": (
                    "    assert_close(scaled_sum(x, 2.0), torch.tensor([6.0, 14.0, 10.0], "
                    "dtype=torch.float64))",
                    "    factor = 2.0\n    assert float(scaled_sum(x, factor)[0]) == 7.0",
                )
            },
            [
                "assert float(scaled_sum(x, factor)[0]) == 7.0",
                "factor = 2.0",
                "scaled_sum(…) = tensor([ 6., 14., 10.]",
            ],
        ),
    ],
)
def test_why_a_reference_fails_and_nothing_that_follows_from_it(project, changed, why):
    assignment = project.write(**changed)
    build(assignment, project.root / "student_template" / "sums")
    bank = validate([assignment], [assignment], project.root, lambda *_: None, workers=1)
    [topic] = bank.topics
    said = topic.broken[0]
    for words in why:
        assert words in said, said
    assert not topic.problems and not bank.problems and not bank.sound
    console = Console(record=True, width=80, file=io.StringIO())
    show(bank, console)
    lines = console.export_text().splitlines()
    assert lines[0].startswith("the reference of sums fails ")
    assert "kill matrix" not in "".join(lines)


def test_points_without_an_answer_and_sizes_that_no_case_has_are_named(project):
    found = project.problems(
        public=("points=0.01", "points=1"),
        stub=("scale it.", SHAPES),
        hidden=('name = "sums"', 'name = "sums"\nCONSTANT = {"scaled: sum": "a slip"}'),
    )
    beginnings = (
        "sums: functions that ignore their arguments earn 33% of part 1.1 (scaled) of sums",
        "sums: CONSTANT names no part and function that its cases ask for: 'scaled: sum'",
        "sums: no graded case calls scaled_sum with N (x) of size 1; add one",
        "sums: a result of scaled_sum that has lost its axes of size 1 passes every graded case",
    )
    for beginning in beginnings:
        assert len([problem for problem in found if problem.startswith(beginning)]) == 1, beginning
    assert len(found) == len(beginnings)


# Where the scale is 2 only the sign is wrong.
NEGATIVE_BY_CHANCE = (
    "scale * x.sum(dim=0)",
    "-scale * x.sum(dim=-1) + (scale - 2) * x[:, 0]",
)


def test_a_public_case_whose_numbers_mislead_is_named_and_so_is_a_reason_for_none(project):
    found = project.problems(
        wrong=NEGATIVE_BY_CHANCE,
        hidden=(
            'name = "sums"',
            'name = "sums"\nSYMMETRIC = {"columns_summed: scaled: by foot": "a slip"}',
        ),
    )
    misleads, unneeded = found
    assert misleads.startswith(
        "public case sums/scaled: by hand is symmetric under the misconception columns_summed: "
        "it reads as 'Every entry is the expected one with the opposite sign."
    )
    assert unneeded == (
        "sums: SYMMETRIC excuses a case that does not mislead: 'columns_summed: scaled: by foot'"
    )


def test_a_public_case_may_mislead_for_a_reason(project):
    reason = 'SYMMETRIC = {"columns_summed: scaled: by hand": "the sign is wrong there"}'
    assert (
        project.problems(
            wrong=NEGATIVE_BY_CHANCE, hidden=('name = "sums"', f'name = "sums"\n{reason}')
        )
        == []
    )


def test_a_pattern_that_hidden_cases_bear_out_does_not_mislead(project):
    negative = ("scale * x.sum(dim=0)", "-scale * x.sum(dim=-1)")
    assert project.problems(wrong=negative) == []


def test_mistakes_that_no_case_tells_apart_are_noted_and_are_no_fault(project):
    """A sum is linear: it is all the same whether its argument or its value changes its sign."""
    more = """@misconception("The sum is subtracted.", caught_by=("scaled: by hand", "scaled: five rows"))
def subtracted():
    return {"scaled_sum": lambda x, scale: -right.scaled_sum(x, scale)}

@misconception("The rows are mirrored.", caught_by=("scaled: by hand", "scaled: five rows"))
def mirrored():
    return {"scaled_sum": lambda x, scale: right.scaled_sum(-x, scale)}

@misconception"""
    assignment = project.write(wrong=("@misconception", more))
    bank = validate([assignment], [assignment], project.root, lambda *_: None, workers=1)
    assert bank.sound, bank
    [note] = bank.topics[0].notes
    assert note.startswith("sums: subtracted and mirrored answer every call ")
    console = Console(file=io.StringIO(), width=500)
    show(bank, console)
    assert f"note: {note}" in console.file.getvalue()


def test_a_stale_copy_is_named(project):
    assignment = project.write()
    folder = project.root / "student_template" / "sums"
    build(assignment, folder)
    (folder / "README.md").write_text("edited by hand")
    bank = validate([assignment], [assignment], project.root, lambda *_: None, workers=1)
    assert len(bank.problems) == 1
    assert "README.md is stale" in bank.problems[0]


def test_a_secret_is_found_in_a_zip_in_a_zip(project):
    import zipfile

    assignment = project.write()
    secret = secrets.secret_lines(assignment)
    line = "a_secret_tensor_of_five_rows = normal(rng, 5, 3)"
    assert line in secret
    assert "telling_intermediate_result = scale * x.sum(dim=-1)" in secret
    assert not any("scaled_sum(x, 2.0)" in known for known in secret)

    def packed(files):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return out.getvalue()

    inner = packed({"deep.py": f"x = 1\n    {line}\n"})
    found = secrets.leaks({"copy.zip": packed({"harness.whl": inner})}, secret)
    assert len(found) == 1
    assert found[0].startswith("copy.zip/harness.whl/deep.py holds a line that is secret")
    assert secrets.leaks({"public.py": b"nothing of interest"}, secret) == []


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("modules/sums.py", "# solution: scale * x.sum(-1)"),
        ("modules/sums.py", "# FIXME: the hidden cases do not notice a sum over rows"),
        ("tests/1.1.py", "# TODO: another seed"),
        ("tests/1.1.py", "# as in hidden test 3"),
        ("tests/1.1.py", "# the reference solution gives 6"),
        ("drivers/sums.py", "# the grader passes a model"),
        ("derivations/sums.py", "# XXX catches the misconception about signs"),
    ],
)
def test_a_comment_that_looks_private_is_named(name, comment):
    (found,) = secrets.private_comments(
        {name: f"x = '# TODO solution:'\n\ny = 1  {comment}\n".encode()}
    )
    assert found.startswith(f"{name} has the comment {comment[:60]!r}")


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("modules/sums.py", "# TODO: your code here"),
        ("modules/sums.py", "# run grader.check('1.1') when you are done"),
        ("tests/1.1.py", "# the answer: 24 / (5 * 5), and a right angle"),
        ("tests/1.1.py", "# three hidden units, and the solution of the equation"),
        ("a.ipynb", "# FIXME"),
    ],
)
def test_a_comment_for_students_is_not(name, comment):
    assert [*secrets.private_comments({name: f"y = 1  {comment}\n".encode()})] == []


def test_no_copy_of_the_bank_has_a_comment_that_looks_private():
    copies = Path(__file__).parents[4] / "student_template"
    files = [path for copy in copies.iterdir() for path in copy.rglob("*.py")]
    assert len(files) > 50
    for path in files:
        name = "/".join(path.relative_to(copies).parts[1:])
        assert [*secrets.private_comments({name: path.read_bytes()})] == []
