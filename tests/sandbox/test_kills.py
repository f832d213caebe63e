"""What is left when a process of a grading is killed at a random moment: valid, and never wrong.

A few kills of each; `make kills` does fifty, and holds each to the second in which all must be gone.
"""

from __future__ import annotations

import copy

import numpy as np
import pytest

from autograder.supervisor import withheld
from tests.sandbox import kills
from tests.support import users

TIMES = 8
USER = users.PRESENT


@pytest.fixture(scope="module")
def right():
    return kills.undisturbed(USER)


@pytest.mark.exhaustive
def test_nothing_is_ever_wrong(right):
    killed = [
        kills.kill(plan, right, USER) for plan in kills.plans(TIMES, np.random.default_rng(0))
    ]
    assert {one.plan.target for one in killed} == set(kills.TARGETS)
    assert [(one.plan, one.wrong) for one in killed if one.wrong] == []


@pytest.mark.exhaustive
class TestTheLaw:
    """What is held to be wrong: otherwise it would say nothing that all is well."""

    def said(self, right, target="grader", status=0, **changes):
        results = {**copy.deepcopy(right.results), **changes}
        results["execution_time"] = 1.0
        for part in results["extra_data"]["parts"]:
            part["seconds"] = 1.0
        return list(kills.complaints(target, status, results, right.results))

    def changed(self, right, outcome):
        extra = copy.deepcopy(right.results["extra_data"])
        extra["parts"][0]["cases"]["toy/double: of 3"] = outcome
        return extra

    def test_the_undisturbed_is_right(self, right):
        assert self.said(right) == []

    def test_another_score_is_not(self, right):
        assert self.said(right, score=4)
        assert self.said(right, score=0)

    @pytest.mark.parametrize("outcome", ["wrong", "raised", "missing", "skipped", "grader_error"])
    def test_a_lost_case_in_a_total_that_is_shown_is_not(self, right, outcome):
        for target in kills.TARGETS:
            assert self.said(right, target, extra_data=self.changed(right, outcome))

    def test_one_call_may_be_lost_with_the_worker_only(self, right):
        extra = self.changed(right, "crashed")
        assert self.said(right, "worker", extra_data=extra) == []
        assert self.said(right, "cage", extra_data=extra)
        extra["parts"][0]["cases"]["toy/double: twice [hidden]"] = "crashed"
        assert self.said(right, "worker", extra_data=extra)

    def test_a_status_that_does_not_go_with_the_total_is_not(self, right):
        tests = [*right.results["tests"], withheld()]
        assert self.said(right, status=3)
        assert self.said(right, tests=tests)
        assert self.said(right, status=3, tests=tests) == []

    def test_points_that_were_not_earned_are_not(self, right):
        tests = copy.deepcopy(right.results["tests"])
        lost = next(test for test in tests if test["status"] == "failed")
        lost["score"] = lost["max_score"]
        assert self.said(right, status=3, tests=[*tests, withheld()])


def test_moments_lie_all_over_a_life():
    plans = kills.plans(50, np.random.default_rng(3))
    assert len(plans) == 50
    for target in kills.TARGETS:
        shares = sorted(plan.share for plan in plans if plan.target == target)
        assert [int(share * len(shares)) for share in shares] == list(range(len(shares)))
        assert len(shares) in (12, 13)
