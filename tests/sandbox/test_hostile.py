"""Hostile submissions: what must come out stands in each of them, and comes out.

All are graded as root and as an ordinary user, each time with projects of their own whose reference,
hidden cases, environment and neighbours hold a canary. Every submission is told the exact paths of what
it wants. `tests.support.hostile` says how one is written; `python -m tests.sandbox.catalogue` prints
what became of all of them.
"""

from __future__ import annotations

import json
import re

import pytest

from tests.support import hostile, users

ATTACKS = hostile.attacks()
EVERY = 6
"""`make test` grades one attack in so many, `make test-all` and `make catalogue` grade them all."""
SLOW = {13, 78, 82, 87, 93, 95, 125, 126, 127, 128}
"""Attacks that take seconds, most because no other shares their limits; `make test` leaves them out."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def is_left_out(attack: hostile.Attack) -> bool:
    """Whether `make test` leaves it out."""
    return attack.number % EVERY != 0 or attack.number in SLOW or "_with_" in attack.name


each = pytest.mark.parametrize(
    "attack",
    [
        pytest.param(attack, marks=pytest.mark.exhaustive if is_left_out(attack) else ())
        for attack in ATTACKS
    ],
    ids=str,
)


@pytest.fixture(scope="module", params=users.EACH)
def graded(request):
    """The attacks that the chosen tests are about, graded as the user."""
    if why := users.why_not(request.param):
        pytest.skip(why)
    items = [item for item in request.session.items if hasattr(item, "callspec")]
    names = {str(item.callspec.params.get("attack", "")) for item in items}
    return hostile.grade([attack for attack in ATTACKS if attack.name in names], request.param)


@each
def test_outcome(graded, attack):
    assert attack.complaints(graded.records[attack.name]) == []


@each
def test_nothing_is_learnt(graded, attack):
    told = json.dumps(graded.records[attack.name])
    assert not any(canary in told for canary in graded.canaries)


@each
def test_the_results_can_be_shown(graded, attack):
    record = graded.records[attack.name]
    assert len(json.dumps(record)) < hostile.LONGEST_RECORD
    assert not any(map(_UNPRINTABLE.search, hostile.texts(record["results"])))


def test_the_results_folder_holds_what_the_grader_wrote(graded):
    assert {name.split(".")[0] for name in graded.results} == set(graded.records)
    assert len(graded.results) == len(graded.records)


def test_nothing_is_left(graded):
    assert graded.left == ()
