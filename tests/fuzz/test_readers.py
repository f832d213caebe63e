"""Whatever is read ends in a value or in the reader's own error: in time, and in little memory."""

import pytest

from tests.support.bounded import attack

MEGABYTES = 200  # by which a reader may grow, whatever it is given


@pytest.mark.parametrize("reader", ["wire", "notebook", "zip", "manifest"])
@pytest.mark.exhaustive
def test_hostile_inputs_end_in_a_value_or_in_the_readers_own_error(reader):
    ended, grown = attack(f"tests.fuzz.attack_{reader}")
    assert grown < MEGABYTES
    kinds = {key.rpartition(" ")[0] for key in ended}
    for kind in kinds:  # else the inputs would not reach what they are meant to
        assert ended[f"{kind} read"] > 0
        assert ended[f"{kind} refused"] > 0
    assert sum(ended.values()) >= 1_000
