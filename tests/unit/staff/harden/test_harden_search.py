"""The search on a small question: what it draws, what it notices, and when it refuses."""

import pytest
import torch

from autograder.model import AssignmentError
from autograder.staff.harden import results, search, work, writing
from autograder.staff.harden.calibrate import calibrated
from autograder.staff.harden.question import open_question
from autograder.staff.harden.recipes import candidates
from autograder.staff.validate import matrix
from tests.unit.staff.harden.conftest import write


def silent(*_):
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def found(shared):
    """One search, which all tests look at."""
    return search.search(shared, "scales", silent, draws=2, workers=1)


@pytest.fixture(scope="module")
def cases(found):
    """The cases of the file that it proposes."""
    work.with_gradients(found.question)
    return list(work.read_text_of_cases(found.question, found.text).values())


def fails(cases, **functions):
    """Whether a submission loses points in every one of some draws that the search did not see."""
    from reference import scales

    names = {"log_ratio": scales.log_ratio, "greater": scales.greater, **functions}
    return all(
        any(matrix.ratio(case, names, seed) > 1 for case in cases) for seed in ("x", "y", "z")
    )


def test_the_file_is_read_like_one_that_a_person_wrote(found, cases):
    assert {case.part for case in cases} == {"scaling", "answer"}
    assert "N, D = sizes(rng, 2)" in found.text
    assert "one_at_a_time(rng, 2)" in found.text
    assert (
        "scale = uniform(rng, " in found.text
    )  # the docstring does not say so; the reference's error does
    assert 'for side in ("above", "below"):' in found.text
    assert "result_gradients" in found.text and found.needs_driver
    assert "torch.tensor(" not in found.text  # recipes, not numbers
    assert max(map(len, found.text.splitlines())) <= 100


def test_a_file_of_one_case_has_the_helpers_that_its_helper_calls(found):
    """The sizes of which one is 1 are drawn by another helper, which the case itself does not call."""
    (one,) = (
        c for c in found.candidates if c.recipe.ones and c.recipe.title.startswith("sizes of 1")
    )
    text = writing.module(found.question, [(one.part, one.recipe)])
    assert "sizes(rng, 2)" not in text.partition("@test_case")[2]
    (case,) = work.read_text_of_cases(found.question, text).values()
    assert not fails([case])


def test_what_right_solutions_may_fail_is_drawn_on_demand_only(found):
    """Without another right solution nobody knows whether extremes and integers are fair."""
    titles = {one.recipe.title for one in found.candidates}
    assert "drawn values" in titles and not titles & {"integers", "large and small numbers"}
    every = {recipe.title for recipe in candidates([found.chosen[0].recipe.template])}
    assert {"integers", "large and small numbers"} <= every


def test_the_reference_passes_and_the_changes_of_it_are_noticed(found, cases):
    assert not fails(cases)
    assert found.covered == found.different and len(found.different) >= 10
    assert not found.problems and not found.untried


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, scale, side="above": (x.log() - scale.log()).sum(1),
        lambda x, scale, side="above": (
            (x / scale).log().sum(1).squeeze() * (-1) ** (side == "above")
        ),
        lambda x, scale, side="above": torch.ones(len(x), dtype=x.dtype),
        lambda x, scale, side="above": x[:, 0],
        lambda x, scale, side="above": (
            (x / scale).log().detach().sum(1) * (-1) ** (side == "above")
        ),
    ],
    ids=["the other side", "squeezed", "a constant", "an argument", "no gradient"],
)
def test_wrong_functions_that_the_search_never_saw_lose(cases, wrong):
    assert fails(cases, log_ratio=wrong)


def test_a_right_function_in_another_style_passes(cases):
    def other(x, scale, side="above"):
        ratio = x / scale if side == "below" else scale / x
        return torch.stack([row.log().sum() for row in ratio])

    assert not fails(cases, log_ratio=other)


def test_what_public_cases_alone_miss_is_shown_with_an_input(found):
    """Nothing public has the scale above, or a word to compare with: the changes there survive."""
    some = {one.mutant.change: one for one in found.survivors}
    one = some["-logs → logs"]
    assert one.noticed and "log_ratio(x=[" in one.difference and "is right" in one.difference


def test_a_reference_that_does_not_name_what_it_refuses_is_refused(project, files):
    text = files["reference/scales.py"].replace('"scale must be positive, (D,)"', '"bad scale"')
    write(project, {"reference/scales.py": text})
    with pytest.raises(
        results.CannotHarden, match=r"log_ratio: the reference names no argument .*bad scale"
    ):
        search.search(project, "scales", silent)


def test_a_value_that_no_public_case_compares_is_asked_for(project, files):
    public = files["assignments/questions/scales/public_cases.py"].replace(
        'assert_close(log_ratio(x, scale, "below"), [0.0, 1.3862943611198906])',
        'assert len(log_ratio(x, scale, "below")) == 2',
    )
    folder = "assignments/questions/scales"
    write(project, {f"{folder}/public_cases.py": public})
    (problem,) = calibrated(open_question(project, "scales")).problems
    assert 'unique = ("log_ratio",)' in problem and 'laws = {"log_ratio": holds}' in problem
    declared = "def holds(found, x, scale, side):\n    return len(found) == len(x)\n\n\n"
    write(
        project,
        {f"{folder}/harden.py": f'"""Laws."""\n\n{declared}laws = {{"log_ratio": holds}}\n'},
    )
    question = open_question(project, "scales")
    fit = calibrated(question)
    assert not fit.problems and fit.templates["scaling", "log_ratio"][0].judge is None
    write(project, {f"{folder}/harden.py": 'unique = ("log_ratio",)\n'})
    (one,) = calibrated(open_question(project, "scales")).templates["scaling", "log_ratio"]
    assert one.judge.assertion == "assert_close"


def test_declared_inputs_take_the_place_of_drawn_ones(project):
    text = "def inputs(rng, sizes):\n    return {'scale': rng.uniform(5, 6, sizes['D'])}\n"
    text = "import torch\n\n" + text.replace("rng.uni", "torch.from_numpy(rng.uni").replace(
        "])}", "]))}"
    )
    write(project, {"assignments/questions/scales/harden.py": text})
    question = open_question(project, "scales")
    (one,) = calibrated(question).templates["scaling", "log_ratio"]
    assert one.declared == ("scale",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("laws = 3\n", "laws must be a dictionary"),
        ("laws = {'nothing': len}\n", "laws names no function of the stub: 'nothing'"),
        ("unique = ('nothing',)\n", "unique must be names of functions"),
        ("def inputs(rng):\n    return {}\n", "inputs must take rng and sizes"),
    ],
)
def test_a_declaration_that_means_nothing_is_an_error(project, text, said):
    write(project, {"assignments/questions/scales/harden.py": text})
    with pytest.raises(AssignmentError, match=said):
        open_question(project, "scales")


@pytest.mark.parametrize(
    "value", [True, "L_T", 2, {"a": False, "b": "x"}, ("p", "q"), ["p"], {"p"}, 1.5]
)
def test_another_answer_has_the_form_of_the_right_one(value):
    """A case that it passes looks at the form alone."""
    other = work.another(value)
    assert type(other) is type(value) and other != value
    assert not isinstance(value, dict) or other.keys() == value.keys()
    assert torch.equal(work.another(torch.tensor([True, False])), torch.tensor([False, True]))
