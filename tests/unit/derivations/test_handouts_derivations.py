"""What students derived in the hand-outs: the first false line is where a person found it, and why."""

import pytest

from autograder import check_derivation
from autograder.course.bank.derivations import derivation, derivations
from autograder.course.project import project_root
from autograder.derivations import check
from tests.support.handout_derivations import ALL


@pytest.mark.parametrize("typed", ALL, ids=lambda typed: typed.where)
def test_the_first_false_line_is_the_one_that_a_person_found(typed):
    verdict = check_derivation(typed.name, list(typed.lines))
    assert verdict.refused is None
    assert verdict.first_false == typed.false
    if typed.false is None:
        assert all(not line.explanation or "repeats" in line.explanation for line in verdict.lines)
    else:
        explanation = verdict.lines[typed.false].explanation.lower()
        for words in typed.says:
            assert words.lower() in explanation


def test_half_of_the_derivations_of_the_hand_outs_are_false_somewhere():
    assert len(ALL) == len({typed.where for typed in ALL}) == 39
    assert sum(typed.false is not None for typed in ALL) == 19
    assert all(typed.why and typed.says for typed in ALL if typed.false is not None)


COPIES = {
    f"{path.stem}.{name}": declared
    for path in sorted(project_root().glob("student_template/a3_*/derivations/*.py"))
    for name, declared in derivations(path, path.stem).items()
}
SENTENCES = ("for example", "none of the usual")


def reasons(explanation):
    """What is said beyond the values, and beyond that nothing was found."""
    said = [one for one in explanation.lower().split(". ") if not one.startswith(SENTENCES)]
    return [one for one in said if "is right again" not in one]


@pytest.mark.parametrize(
    "typed",
    [typed for typed in ALL if typed.false is not None and typed.name in COPIES],
    ids=lambda typed: typed.where,
)
def test_a_students_copy_finds_the_same_line_and_explains_all_but_known_mistakes(typed):
    """It holds no wrong lines by name and fewer quantities; known mistakes are named when it is graded."""
    staff = check_derivation(typed.name, list(typed.lines))
    alone = check(COPIES[typed.name], list(typed.lines))
    assert alone.first_false == staff.first_false
    told = staff.lines[typed.false].explanation
    for wrong in derivation(typed.name).wrong:
        told = told.replace(wrong.sentence, "").strip()
    if reasons(told):
        assert reasons(alone.lines[typed.false].explanation)
