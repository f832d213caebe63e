"""The bank's tests have the bank's drivers and solutions, whatever was loaded before them."""

import pytest

from tests.support import handed_in


@pytest.fixture(autouse=True, scope="module")
def practice_assignment():
    handed_in.assignment()
