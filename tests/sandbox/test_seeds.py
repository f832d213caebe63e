"""Item 54 of the catalogue: what one student finds out about hidden inputs is of no use to another.

Hidden inputs are drawn from a seed that stands on the secret content of the assignment and on who
handed in: no student knows it, and no two share it.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from autograder.course.bank import load
from autograder.grading.seeds import generator, seed_of
from tests.support import toy


def test_the_seed_stands_on_the_secrets_the_submitters_and_what_they_handed_in(tmp_path):
    first, second = (load("toy", toy.make(tmp_path / name).root) for name in ("one", "two"))
    seeds = [
        seed_of(first, ["1"], "a"),
        seed_of(first, ["1"], "b"),
        seed_of(first, ["2"], "a"),
        seed_of(first, ["1", "2"], "a"),
        seed_of(first, [], "a"),
        seed_of(second, ["1"], "a"),
    ]
    assert len(set(seeds)) == len(seeds)
    assert seed_of(first, ["1", "2"], "a") == seed_of(first, ["2", "1"], "a")


def test_two_students_share_no_hidden_input(tmp_path):
    assignment = load("toy", toy.make(tmp_path / "one").root)
    keys = [case.key for part in assignment.parts for case in part.hidden]
    draws = [
        generator(seed_of(assignment, [user], "a"), key).standard_normal(4)
        for user in ("1", "2", "3")
        for key in keys
    ]
    assert all(not np.any(one == other) for one, other in combinations(draws, 2))
