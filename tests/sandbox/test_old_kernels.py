"""On a kernel that lacks system calls, a submission gets what it gets elsewhere, and no secret."""

from __future__ import annotations

import pytest

from tests.support import hostile, old_kernel, users

ALL = ",".join([*old_kernel.NEWER, old_kernel.COLLAPSE])
CHOSEN = {25, 26, 31, 34, 46, 47, 55, 57, 98}
"""Attacks that the kernel's own means hold back: files, other processes, signals, the network."""


@pytest.mark.exhaustive
@pytest.mark.parametrize("missing", [ALL, *old_kernel.NEWER, old_kernel.COLLAPSE])
def test_an_older_kernel_costs_no_points_and_tells_no_secret(missing):
    user = f"{users.OLDER}{missing}"
    if why := users.why_not(user):
        pytest.skip(why)
    chosen = [attack for attack in hostile.attacks() if attack.number in CHOSEN]
    graded = hostile.grade(chosen, user)
    assert {attack.name: graded.complaints(attack) for attack in chosen} == {
        attack.name: [] for attack in chosen
    }
    assert not graded.left
