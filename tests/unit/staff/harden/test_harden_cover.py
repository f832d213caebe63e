"""Few cases that notice all that many notice."""

import numpy as np

from autograder.staff.harden.cover import cover, unsearched

KILLS = {
    "a1": {("m", 0), ("m", 1), ("n", 0)},
    "a2": {("n", 0), ("n", 1)},
    "a3": {("m", 0)},
    "b1": {("k", 0)},
    "b2": {("k", 0), ("k", 1)},
}
GROUPS = {name: name[0] for name in KILLS}


def test_everything_is_noticed_in_every_draw_by_as_few_cases_as_do():
    chosen = cover(KILLS, 3, groups=GROUPS)
    assert set(chosen) == {"a1", "a2", "b2"}
    assert set().union(*(KILLS[key] for key in chosen)) == set().union(*KILLS.values())


def test_every_group_has_a_case_before_any_has_two():
    assert {name[0] for name in cover(KILLS, 2, groups=GROUPS)} == {"a", "b"}


def test_what_is_left_goes_to_the_group_with_the_fewest_cases():
    assert cover(KILLS, 4, groups=GROUPS)[3:] == ["b1"]
    assert set(cover(KILLS, 9, groups=GROUPS)) == set(KILLS)


def test_unsearched_cases_are_as_many_and_leave_no_group_out():
    for seed in range(5):
        some = unsearched(GROUPS, 3, np.random.default_rng(seed))
        assert len(some) == len(set(some)) == 3
        assert {name[0] for name in some} == {"a", "b"}


def test_a_place_that_is_left_goes_to_the_rarest_kind():
    kills = {"a1": {1, 2}, "a2": {1}, "a3": {1}}
    kinds = {"a1": "plain", "a2": "plain", "a3": "large"}
    assert cover(kills, 2, groups=dict.fromkeys(kills, "a"), kinds=kinds) == ["a1", "a3"]
    assert cover(kills, 2, groups=dict.fromkeys(kills, "a")) == ["a1", "a2"]
