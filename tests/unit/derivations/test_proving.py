"""`validate` on a derivation with one thing wrong: it says which, and says nothing of a sound one."""

import itertools
import textwrap

import pytest
from rich.console import Console

from autograder.course.project import project_root
from autograder.derivations.slips import SlipOutcome
from autograder.staff.mutants import derived
from autograder.staff.validate.derivations import prove

GUIDE = project_root() / "docs" / "derivation-in-20-minutes.md"


def block(first):
    """The indented block of the authors' guide that begins with a line."""
    lines = GUIDE.read_text(encoding="utf-8").split("\n")
    start = next(place for place, line in enumerate(lines) if line.startswith(f"    {first}"))
    kept = itertools.takewhile(lambda line: not line or line.startswith("    "), lines[start:])
    return textwrap.dedent("\n".join(kept))


WEAK = '"E x mu"'  # the guide's first attempt
STRONG = '"E x mu / x>=2"'
DECLARED = block('"""The variance').replace(WEAK, STRONG)
PROOFS = block("variance_derivation = [")


def proved(folder, old="", new="", proofs=("", "")):
    question = folder / "moments"
    question.mkdir()
    assert old in DECLARED
    assert proofs[0] in PROOFS
    (question / "derivations.py").write_text(DECLARED.replace(old, new) if old else DECLARED)
    (question / "proofs.py").write_text(PROOFS.replace(*proofs) if proofs[0] else PROOFS)
    return prove(question, instances=20)


def test_a_sound_derivation_has_no_problems(tmp_path):
    (found,) = proved(tmp_path)
    assert found.problems == ()
    assert (found.proofs, found.wrong, found.located) == (3, 1, 1.0)
    assert found.fates[SlipOutcome.LOCATED] > 50


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"E x mu / x>=2"', '"E x mu"', "a line that shows nothing meets the waypoint"),
        ('"E x mu / x>=2"', '"E x mu / x>=9"', "misses the waypoint"),
        ("= E(x**2) + mu**2", "= E(x**2) - mu**2", "'cross term forgotten' is not caught"),
        ('last="= E(x**2) - mu**2"', 'last="= E(x**2)"', "begin and end with the given lines"),
        (
            'last="= E(x**2) - mu**2",',
            'last="= E(x**2) - mu**2", relations=("=", "<="),',
            "names no equality case",
        ),
        (
            'last="= E(x**2) - mu**2",',
            'last="= E(x**2) - mu**2", relations=("=", "~"),',
            "up_to says what it means",
        ),
        ('"mu": space.sum(p * x, "x")', '"mu": space.number(0.5)', "is called false in line"),
    ],
)
def test_each_fault_of_a_declaration_is_named(tmp_path, old, new, says):
    (found,) = proved(tmp_path, old, new)
    assert any(says in problem for problem in found.problems), found.problems
    assert all(problem.startswith("moments.variance_derivation: ") for problem in found.problems)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("- 2 * mu * E(x)", "- mu * E(x)", "is called false in line 3"),
        ("E(x * x)", "E(x x)", "cannot be read"),
        (PROOFS[PROOFS.rindex("    [") :], "]\n", "has 2 true"),
        ("variance_derivation", "variance", "does not declare"),
    ],
)
def test_each_fault_of_the_proofs_is_named(tmp_path, old, new, says):
    found = proved(tmp_path, proofs=(old, new))
    problems = [problem for one in found for problem in one.problems]
    assert any(says in problem for problem in problems), problems


def test_mutants_of_the_lines_are_found_at_their_line(tmp_path):
    proved(tmp_path)
    (found,) = derived.run(tmp_path / "moments")
    assert found.name == "moments.variance_derivation"
    assert (found.fates[SlipOutcome.UNSEEN], found.unseen, found.problem) == (0, (), "")
    assert found.fates[SlipOutcome.LOCATED] > 50


def test_a_mutant_that_no_line_shows_is_named(tmp_path):
    """Where an inequality has no equality case, many a slip is a true and weaker bound."""
    proved(
        tmp_path,
        'last="= E(x**2) - mu**2",',
        'last="<= E(x**2) - mu**2", relations=("=", "<="),',
        proofs=('"= E(x**2) - mu**2",', '"<= E(x**2) - mu**2",'),
    )
    (found,) = derived.run(tmp_path / "moments")
    assert any("line 4 (" in line and "<= E(x" in line for line in found.unseen)
    assert "the floor is 99 %" in found.problem
    console = Console(width=120, record=True)
    derived.show([found], console)
    assert found.unseen[0] in console.export_text()
