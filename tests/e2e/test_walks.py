"""The tool that shows which modules a grading crosses."""

import pytest

from tests.support.toy_class import REPOSITORY
from tests.tools import walks


@pytest.mark.exhaustive
def test_the_walks_lie_inside_one_another_and_pass_where_they_must():
    grade, case, value, batch = walks.followed(REPOSITORY).values()
    assert set(value) < set(case) < set(grade)
    assert not set(batch) & set(grade)
    sent = [module for module, _ in value]
    assert sent.index("wire/writing.py") < sent.index("sandbox/session.py")
    assert sent.index("sandbox/session.py") < sent.index("wire/reading.py")
    assert ("testing/assertions.py", "assert_close") in set(case) - set(value)
    assert grade[0][0] == "__main__.py"
    assert ("supervisor.py", "supervise") in grade
    assert ("staff/batch/work.py", "ClassGrader.grade") in batch
