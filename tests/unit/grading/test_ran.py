"""What is told of a submission's run: no more than an honest worker tells, and no more than is of use."""

import time

from autograder.grading.ran import Ran
from autograder.grading.submission.near import nearest_file
from autograder.sandbox import Value
from autograder.untrusted.unit_report import MOST, NAMES

ERROR = {"type": "ValueError", "text": "no"}


def test_of_one_unit_no_more_is_heard_than_an_honest_worker_tells():
    ran = Ran(["numpy"])
    many = {f"n{number}": "shell" for number in range(5_000)}
    told = {
        "errors": [ERROR] * 5_000,
        "absent": [*many],
        "skipped": many,
        "lost": [*many],
        "lacking": dict.fromkeys(many, "file"),
    }
    ran.note("cell 1", Value(told))
    assert ran.stopped == ["cell 1"] * MOST
    causes, (absent, skipped) = ran.notices[:-2], ran.notices[-2:]
    assert len(causes) == MOST
    assert f"n{MOST - 1}" not in absent and "`n0`" in skipped
    assert f"{MOST - 3} more" in skipped
    assert ran.why_undefined("n0").startswith("cell 1, which would define it")
    assert not ran.why_undefined(f"n{NAMES}").startswith("cell 1, which would define it")


def test_the_first_hundred_errors_are_shown_and_the_others_counted():
    ran = Ran()
    for number in range(130):
        ran.note(f"cell {number}", Value({"errors": [ERROR]}))
    assert len(ran.notices) == 101
    assert ran.notices[99].startswith("cell 99 failed")
    assert ran.notices[100] == "30 more of these errors are not shown."


def test_a_message_of_many_paths_is_not_searched_for_all_of_them():
    files = [f"{number:x}abcdefgh.csv" for number in range(500)]
    paths = " ".join(f"'{number:x}.csv'" for number in range(1_000, 1_100))
    begin = time.process_time()
    for _ in range(20):  # a unit's
        nearest_file(paths, files)
    assert time.process_time() - begin < 5  # it took a hundred seconds
    assert (
        nearest_file("[Errno 2] No such file: '/home/me/0ABCDEFGH.csv'", files) == "0abcdefgh.csv"
    )
