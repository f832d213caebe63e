"""Each layer of the cage carries what is claimed of it: without it, and only then, attacks get through.

`tests.sandbox.layers` has the claims. In a container, with Docker's own filter and what it leaves of
root, all layers stand and strict grading holds.
"""

from __future__ import annotations

import pytest

from tests.sandbox import layers
from tests.support import hostile, users

ATTACKS = layers.informative(hostile.attacks())
LEAVES_FILES = 32
CONTAINER = {23, 25, 27, 31, 46, 47, 55, 57, 98, 115, 118}


@pytest.mark.parametrize("user", users.EACH)
@pytest.mark.parametrize("layer", layers.LAYERS)
@pytest.mark.exhaustive
def test_what_gets_through_without_a_layer(layer, user):
    if why := users.why_not(user) or users.why_not_open():
        pytest.skip(why)
    claim = layers.CLAIMS[layer][user]
    chosen = [attack for attack in ATTACKS if attack.number in claim.through | claim.held]
    graded = hostile.grade(chosen, user, without=layer)
    through = {attack.number for attack in chosen if layers.complaints(attack, graded)}
    assert through == claim.through


def test_every_layer_is_needed_by_somebody():
    for claims in layers.CLAIMS.values():
        assert any(claim.through for claim in claims.values())


@pytest.mark.exhaustive
def test_in_a_container_strict_grading_holds():
    if why := users.why_not(users.CONTAINER):
        pytest.skip(why)
    chosen = [attack for attack in hostile.attacks() if attack.number in CONTAINER]
    graded = hostile.grade(chosen, users.CONTAINER)
    assert {attack.name: graded.complaints(attack) for attack in chosen} == {
        attack.name: [] for attack in chosen
    }
    assert graded.left == ()
    for attack in chosen:
        reached = graded.records[attack.name]["isolation"]
        assert (reached["level"], reached["seccomp"], reached["findings"]) == ("strict", True, [])
        assert reached["uid"] and not reached["read_past_folders"]


@pytest.mark.exhaustive
def test_without_landlock_what_a_user_of_its_own_leaves_behind_is_swept():
    if why := users.why_not("root") or users.why_not_open():
        pytest.skip(why)
    chosen = [attack for attack in hostile.attacks() if attack.number == LEAVES_FILES]
    assert hostile.grade(chosen, "root", without="landlock").left == ()
