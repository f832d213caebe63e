"""`validate` on a derivation with one thing wrong: it says which, and says nothing of a sound one."""

import pytest

from autograder.derivations.slips import Fate
from autograder.staff.validate.derivations import prove

DECLARED = '''
"""The variance of a random number, on a distribution over five values."""

from autograder.derivations import (
    Derivation, Instance, Operator, Space, Symbol, Waypoint, Wrong, simplex,
)


def distribution(rng, special):
    """Draw five values and their probabilities."""
    space = Space(x=5)
    p, x = space.table(simplex(rng, 5), "x"), space.table(rng.normal(size=5), "x")
    return Instance(
        space,
        values={"x": x, "mu": space.sum(p * x, "x")},
        functions={"E": lambda f: space.sum(p * f, "x")},
    )


variance_derivation = Derivation(
    title="The variance as a difference of two moments",
    symbols={"x": Symbol("x", "the random number"), "mu": Symbol("m", "its mean")},
    operators=(Operator("E(f)", "E[#1]", "the expectation over x"),),
    instance=distribution,
    first="E((x - mu)**2)",
    last="= E(x**2) - mu**2",
    waypoints=(Waypoint("The square is multiplied out.", "E x mu / x>=2"),),
    quantities=("mu**2", "E(x**2)"),
    wrong=(
        Wrong(
            "cross term forgotten",
            after="E((x - mu)**2)",
            line="= E(x**2) + mu**2",
            sentence="The square of a difference has a cross term.",
        ),
    ),
)
'''
PROOFS = '''
"""True derivations."""

variance_derivation = [
    ["E((x - mu)**2)", "= E(x**2) - 2 * mu * E(x) + mu**2", "= E(x**2) - mu**2"],
    ["E(x**2) - mu**2", "= E(x**2) - 2 * mu * E(x) + mu**2", "= E((x - mu)**2)"],
    ["E((x - mu)**2)", "= E(x * x) - mu * E(x)", "= E(x**2) - mu**2"],
]
'''


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
    assert found.fates[Fate.LOCATED] > 50


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
        ("- 2 * mu * E(x)", "- mu * E(x)", "is called false in line 2"),
        ("E(x * x)", "E(x x)", "cannot be read"),
        (
            '    ["E((x - mu)**2)", "= E(x * x) - mu * E(x)", "= E(x**2) - mu**2"],\n',
            "",
            "has 2 true",
        ),
        ("variance_derivation", "variance", "does not declare"),
    ],
)
def test_each_fault_of_the_proofs_is_named(tmp_path, old, new, says):
    found = proved(tmp_path, proofs=(old, new))
    problems = [problem for one in found for problem in one.problems]
    assert any(says in problem for problem in problems), problems
