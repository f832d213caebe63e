"""What a sound bank becomes: the values of `load`, the modules it registers, and its digest."""

import shutil
import sys

import numpy as np
import pytest

from autograder.course import bank as package
from autograder.course.bank import (
    drivers,
    introduced,
    load,
    misconceptions,
    project_root,
    prompt,
    provided_files,
    stub,
)
from autograder.model import AssignmentError, Feedback, Limits, UsageError, Visibility


def test_the_public_names_are_listed():
    assert sorted(package.__all__) == [
        "Prompt",
        "PromptPart",
        "Stub",
        "StubFunction",
        "at_the_files",
        "board_notice",
        "drivers",
        "functions",
        "introduced",
        "load",
        "load_template",
        "misconceptions",
        "project_root",
        "prompt",
        "provided_files",
        "restricted",
        "stub",
    ]


def test_a_manifest_becomes_an_assignment(bank):
    small = load("small", bank.root)
    assert (small.name, small.title) == ("small", "Small statistics")
    assert small.limits == Limits(cell_seconds=30.0, memory_mb=400)
    assert small.manifest == bank.path("small.toml").resolve()
    assert [question.number for question in small.questions] == [1, 2]
    assert [part.number for part in small.parts] == ["1.1", "1.2", "1.3", "2.1"]
    assert [part.title for part in small.parts] == ["The mean", "Range", "A proof", "The norm"]
    assert [part.points for part in small.parts] == [4.0, 2.0, 0.0, 1.0]
    assert [part.written for part in small.parts] == [0.5, 0.0, 3.0, 0.0]
    assert [part.bonus for part in small.parts] == [False, True, False, False]
    assert small.points == 5.0
    columns = small.questions[0]
    assert (columns.topic, columns.title) == ("columns", "Column statistics")
    assert columns.folder == bank.path("columns/stub.py").parent.resolve()


def test_only_functions_that_cases_ask_for_are_asked_for(bank):
    small = load("small", bank.root)
    assert small.functions == ("column_mean", "spread", "norm")


def test_feedback_and_visibility_are_the_assignments_unless_the_part_says(bank):
    small = load("small", bank.root)
    assert [part.feedback for part in small.parts] == [
        Feedback.HINT,
        Feedback.NONE,
        Feedback.HINT,
        Feedback.HINT,
    ]
    assert small.parts[0].visibility is Visibility.AFTER_PUBLISHED
    assert small.parts[1].visibility is Visibility.HIDDEN


def test_a_level_for_after_the_due_date_is_the_assignments_unless_the_part_says(bank):
    bank.change("small.toml", 'hidden = "hint"', 'hidden = "outcome"\nhidden_after = "hint"')
    bank.change(
        "small.toml", 'visibility = "hidden"', 'visibility = "visible"\nfeedback_after = "diff"'
    )
    small = load("small", bank.root)
    assert [part.feedback_after for part in small.parts] == [
        Feedback.HINT,
        Feedback.DIFF,
        Feedback.HINT,
        Feedback.HINT,
    ]


def test_a_part_can_do_without_the_assignments_level_for_after_the_due_date(bank):
    bank.change("small.toml", 'hidden = "hint"', 'hidden_after = "hint"')
    bank.change(
        "small.toml", 'visibility = "hidden"', 'visibility = "hidden"\nfeedback_after = "none"'
    )
    small = load("small", bank.root)
    assert small.parts[1].feedback_after is Feedback.NONE
    assert small.parts[0].feedback_after is Feedback.HINT


def test_the_assignment_says_when_hidden_cases_are_shown(bank):
    bank.change("small.toml", 'hidden = "hint"', 'visibility = "after_due_date"')
    small = load("small", bank.root)
    assert [part.visibility for part in small.parts] == [
        Visibility.AFTER_DUE_DATE,
        Visibility.HIDDEN,
        Visibility.AFTER_DUE_DATE,
        Visibility.AFTER_DUE_DATE,
    ]
    assert small.parts[0].feedback is Feedback.OUTCOME


def test_the_constants_of_a_case_file_may_be_annotated(bank):
    bank.change("columns/public_cases.py", "OK_FORMAT = False", "OK_FORMAT: bool = False")
    assert load("small", bank.root).parts[0].public


def test_cases_carry_what_the_files_say(bank):
    mean = load("small", bank.root).parts[0]
    assert [(case.name, case.hidden, case.weight) for case in mean.cases] == [
        ("two rows", False, 1.0),
        ("ones, μ = 1", False, 2.0),
        ("random rows", True, 3.0),
        ("one row", True, 1.5),
    ]
    assert mean.cases[2].parameters == ("column_mean", "rng")
    assert [case.reason for case in mean.cases] == ["", "", "", "the smallest input there is"]
    assert mean.worth(mean.public) == pytest.approx(4 * 3 / 7.5)


def test_a_case_runs_on_a_namespace_and_passes_its_exception_on(bank):
    mean = load("small", bank.root).parts[0]
    names = {
        "column_mean": lambda x: np.asarray(x).mean(axis=0),
        "rng": np.random.default_rng(3),
    }
    for case in mean.cases:
        case.run(names)
    with pytest.raises(AssertionError):
        mean.cases[0].run({"column_mean": lambda x: np.asarray(x).sum(axis=0)})


def test_patterns_choose_cases_by_the_words_after_the_colon(bank):
    bank.change("small.toml", "written = 0.5", 'cases = ["*rows", "ones*"]')
    mean = load("small", bank.root).parts[0]
    assert [case.name for case in mean.cases] == ["two rows", "ones, μ = 1", "random rows"]


def test_one_key_may_be_two_parts_with_different_cases(bank):
    bank.change(
        "small.toml",
        "written = 0.5",
        'cases = ["two*"]\n\n[[question.part]]\npart = "mean"\npoints = 1\ncases = ["one*"]',
    )
    first, second, *_ = load("small", bank.root).parts
    assert [case.name for case in first.cases] == ["two rows"]
    assert [case.name for case in second.cases] == ["ones, μ = 1", "one row"]


def test_one_topic_may_be_two_questions(bank):
    bank.change("small.toml", '[[question.part]]\npart = "spread"', _AGAIN)
    small = load("small", bank.root)
    assert [(question.topic, question.functions) for question in small.questions] == [
        ("columns", ("column_mean",)),
        ("columns", ("column_mean", "spread")),
        ("norms", ("norm",)),
    ]
    assert introduced(small) == {
        "1.1": ("column_mean",),
        "2.1": ("spread",),
        "2.2": (),
        "3.1": ("norm",),
    }


_AGAIN = '[[question]]\ntopic = "columns"\n\n[[question.part]]\npart = "spread"'


def test_a_function_is_introduced_by_the_first_part_that_asks_for_it(bank):
    assert introduced(load("small", bank.root)) == {
        "1.1": ("column_mean",),
        "1.2": ("spread",),
        "1.3": (),
        "2.1": ("norm",),
    }


def test_the_prompt_is_cut_at_its_headings(bank):
    words = prompt(load("small", bank.root).questions[0])
    assert (words.title, words.introduction) == ("Column statistics", "Let $x$ be `(N, D)`.")
    assert [(part.key, part.heading) for part in words.parts] == [
        ("mean", "The mean"),
        ("spread", "The spread"),
        ("proof", "A proof"),
    ]
    assert words.parts[0].text.endswith("```\n## not a heading\n```")
    assert "<!--" not in words.parts[0].text


def test_the_stub_is_cut_at_its_functions(bank):
    source = stub(load("small", bank.root).questions[0])
    assert source.names == ("column_mean", "spread", "unasked")
    assert source.imports == ("from __future__ import annotations", "import math")
    assert source.functions[0].source.startswith("# Columns are the last axis.\ndef column_mean(x)")
    only = source.restricted(["spread"])
    assert only.startswith('"""Statistics of columns."""\n')
    assert "def spread" in only
    assert "column_mean" not in only
    whole = source.restricted(source.names)
    assert whole == bank.path("columns/stub.py").read_text(encoding="utf-8")


def test_drivers_are_modules_of_the_project_loaded_last(bank):
    small = load("small", bank.root)
    module = sys.modules["drivers.columns"]
    assert module.on_ones.__module__ == "drivers.columns"
    assert module.__file__ == str(bank.path("columns/drivers.py").resolve())
    assert drivers(small) == {"columns": bank.path("columns/drivers.py").read_text()}
    bank.change("columns/drivers.py", "np.ones((rows, 2))", "np.ones((rows, 3))")
    load("small", bank.root)
    assert sys.modules["drivers.columns"].on_ones(np.shape, 4) == (4, 3)


def test_files_that_lie_beside_the_code(bank):
    bank.write("../data/points.csv", "1,2\n")
    bank.change("small.toml", "[feedback]", '[permits]\nfiles = ["data/points.csv"]\n\n[feedback]')
    small = load("small", bank.root)
    assert provided_files(small) == {"data/points.csv": b"1,2\n"}
    (bank.root / "assignments" / "data" / "points.csv").unlink()
    with pytest.raises(AssignmentError, match=r"points\.csv"):
        provided_files(small)


def test_loading_leaves_nothing_in_the_bank(bank):
    before = sorted((bank.root / "assignments").rglob("*"))
    load("small", bank.root)
    assert sorted((bank.root / "assignments").rglob("*")) == before


def test_each_project_has_its_own_reference(bank, tmp_path):
    load("small", bank.root)
    other = tmp_path / "other"
    shutil.copytree(bank.root, other)
    (other / "reference" / "_sums.py").write_text("def total(x):\n    return 0\n")
    path = list(sys.path)
    names = {"column_mean": lambda x: [0.0] * len(x[0]), "rng": np.random.default_rng(1)}
    load("small", other).parts[0].cases[2].run(names)
    with pytest.raises(AssertionError):
        load("small", bank.root).parts[0].cases[2].run(names)
    assert sys.path == path


def test_without_hidden_cases_no_secret_is_touched(bank):
    whole = load("small", bank.root)
    for name in ("columns/hidden_cases.py", "columns/misconceptions.py"):
        bank.write(name, "raise SystemError('touched')\n")
    bank.path("norms/hidden_cases.py").unlink()
    bank.write("reference/__init__.py", "raise SystemError('touched')\n")
    bank.write("reference/columns.py", "raise SystemError('touched')\n")
    sys.modules.pop("reference", None)
    small = load("small", bank.root, hidden=False)
    assert [case for part in small.parts for case in part.hidden] == []
    assert [part.public for part in small.parts] == [part.public for part in whole.parts]
    assert small.functions == ("column_mean", "spread")
    assert "reference" not in sys.modules
    assert small.digest != whole.digest


def test_a_question_loads_before_its_hidden_cases_and_misconceptions_are_written(bank):
    bank.write(
        "early.toml",
        'title = "x"\n[[question]]\ntopic = "columns"\n'
        '[[question.part]]\npart = "mean"\npoints = 1\n',
    )
    whole = load("early", bank.root)
    bank.path("columns/misconceptions.py").unlink()
    without = load("early", bank.root)
    assert misconceptions(without.questions[0]) == ()
    bank.path("columns/hidden_cases.py").unlink()
    early = load("early", bank.root)
    assert [case for part in early.parts for case in part.hidden] == []
    assert [part.public for part in early.parts] == [part.public for part in whole.parts]
    assert len({whole.digest, without.digest, early.digest}) == 3


@pytest.mark.parametrize(
    "name",
    [
        "small.toml",
        "columns/prompt.md",
        "columns/stub.py",
        "columns/drivers.py",
        "columns/public_cases.py",
        "columns/hidden_cases.py",
        "columns/misconceptions.py",
        "reference/columns.py",
        "reference/_sums.py",
    ],
)
def test_the_digest_sees_every_file_that_can_change_a_score(bank, name):
    before = load("small", bank.root).digest
    bank.write(name, bank.path(name).read_text(encoding="utf-8") + "\n")
    assert load("small", bank.root).digest != before


def test_a_case_of_form_earns_nothing(bank):
    bank.change(
        "columns/public_cases.py", '"mean: two rows", points=1', '"mean: form of it", points=0'
    )
    mean = load("small", bank.root).parts[0]
    assert [case.form for case in mean.cases] == [True, False, False, False]
    assert mean.worth((mean.cases[0],)) == 0
    assert mean.worth(mean.cases[1:]) == 4
    bank.change("small.toml", "points = 4", 'points = 4\ncases = ["form*"]')
    with pytest.raises(AssignmentError, match="'mean' has points but no case that could earn them"):
        load("small", bank.root)


def test_a_question_reads_the_prompt_that_its_manifest_names(bank):
    """One topic may come twice, each time in words of its own."""
    text = "# {0}\n\nHow {0} is meant.\n\n## {0} first\n<!-- part: {1} -->\nIt is {0}.\n"
    bank.write("columns/prompt_one.md", text.format("One", "mean"))
    bank.write("columns/prompt_two.md", text.format("Two", "spread"))
    bank.write(
        "twice.toml",
        'title = "Twice"\n'
        '[[question]]\ntopic = "columns"\nprompt = "one"\n'
        '[[question.part]]\npart = "mean"\npoints = 1\n'
        '[[question]]\ntopic = "columns"\nprompt = "two"\n'
        '[[question.part]]\npart = "spread"\npoints = 1\n',
    )
    twice = load("twice", bank.root)
    assert [question.title for question in twice.questions] == ["One", "Two"]
    assert [part.title for part in twice.parts] == ["One first", "Two first"]
    assert [prompt(question).introduction for question in twice.questions] == [
        "How One is meant.",
        "How Two is meant.",
    ]
    bank.write("columns/prompt_three.md", "no prompt, and nobody's")
    assert load("twice", bank.root).digest == twice.digest
    bank.write("columns/prompt_two.md", text.format("Two", "spread") + "\nAnd more.\n")
    assert load("twice", bank.root).digest != twice.digest


def test_the_digest_sees_neither_place_nor_line_ends_nor_other_files(bank, tmp_path):
    before = load("small", bank.root).digest
    other = tmp_path / "elsewhere" / "deep"
    shutil.copytree(bank.root, other)
    for path in (other / "assignments").rglob("*.*"):
        if path.is_file():
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    (other / "reference" / "unrelated.py").write_text("x = 1\n")
    (other / "assignments" / "questions" / "columns" / "notes.txt").write_text("a note")
    assert load("small", other).digest == before


def test_the_project_is_named_or_in_the_environment_or_above(bank, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with pytest.raises(
        UsageError, match=r"neither .*elsewhere nor a folder above.*AUTOGRADER_ROOT"
    ):
        load("small")
    with pytest.raises(UsageError, match=r"elsewhere contains no folder assignments/questions/"):
        project_root(elsewhere)
    monkeypatch.chdir(bank.path("columns/stub.py").parent)
    assert load("small").name == "small"
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("AUTOGRADER_ROOT", str(bank.root))
    assert project_root() == bank.root.resolve()
    assert load("small").name == "small"


def test_a_manifest_may_be_named_by_its_path(bank, tmp_path):
    path = bank.path("small.toml")
    assert load(path).name == "small"
    assert load(str(path)).name == "small"
    with pytest.raises(UsageError, match="there is no manifest"):
        load(tmp_path / "none.toml")
    stray = tmp_path / "small.toml"
    stray.write_text(path.read_text())
    with pytest.raises(UsageError, match="is not in the folder"):
        load(stray, bank.root)


def test_an_unknown_assignment_names_the_nearest(bank):
    with pytest.raises(UsageError, match=r"no assignment 'smal'; did you mean 'small'\?"):
        load("smal", bank.root)


def test_permitted_files_are_read_and_hashed(bank):
    bank.change("small.toml", "[feedback]", '[permits]\nfiles = ["data/x.bin"]\n\n[feedback]')
    with pytest.raises(AssignmentError, match=r"x\.bin: there is no such file"):
        load("small", bank.root)
    data = bank.root / "assignments" / "data" / "x.bin"
    data.parent.mkdir()
    data.write_bytes(b"\xff\x00")
    before = load("small", bank.root)
    assert before.permits.files == ("data/x.bin",)
    data.write_bytes(b"\xff\x01")
    assert load("small", bank.root).digest != before.digest


def test_a_permitted_package_may_be_imported_beside_the_student(bank):
    bank.change("columns/drivers.py", "import numpy as np", "import numpy as np\nimport hypothesis")
    with pytest.raises(AssignmentError, match=r"drivers\.py:4: imports 'hypothesis'"):
        load("small", bank.root)
    bank.change("small.toml", "[feedback]", '[permits]\npackages = ["hypothesis"]\n\n[feedback]')
    assert load("small", bank.root).permits.packages == ("hypothesis",)


@pytest.mark.parametrize(
    "target", ["../reference/columns.py", "questions/columns/hidden_cases.py", "/etc/hostname"]
)
def test_a_permitted_file_is_no_way_to_something_else(bank, target):
    """A link may lead anywhere; what students are given lies with the manifest."""
    bank.change("small.toml", "[feedback]", '[permits]\nfiles = ["data.csv"]\n\n[feedback]')
    (bank.root / "assignments" / "data.csv").symlink_to(target)
    with pytest.raises(
        AssignmentError,
        match=r"'data\.csv' leads to .*outside the manifest's folder or belongs to a question",
    ):
        load("small", bank.root)


def test_permitted_files_leave_room_in_the_students_folder(bank):
    bank.change("small.toml", "[feedback]", '[permits]\nfiles = ["data.bin"]\n\n[feedback]')
    bank.change("small.toml", "[limits]", "[limits]\ndisk_mb = 1")
    path = bank.root / "assignments" / "data.bin"
    path.write_bytes(bytes(1 << 20))
    load("small", bank.root)
    path.write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(AssignmentError, match=r"larger than \[limits\] disk_mb = 1"):
        load("small", bank.root)
