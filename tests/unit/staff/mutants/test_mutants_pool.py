"""When a process that runs mutants is given up."""

import os
import time

import pytest

from autograder.staff.mutants import pool
from autograder.staff.mutants.pool import _Worker
from autograder.staff.processes import processor_seconds


class Process:
    """A process by its number alone."""

    pid = 1


@pytest.mark.parametrize(
    ("passed", "used", "stuck"),
    [
        (5, 5, False),
        (60, 5, False),  # a busy machine
        (15, 11, True),
        (11, 0, True),
        (2000, 5, True),  # it has computed, and sleeps since
    ],
)
def test_a_process_is_given_up_for_what_it_computes_or_if_it_sleeps(
    monkeypatch, passed, used, stuck
):
    monkeypatch.setattr(pool, "processor_seconds", lambda _: 100.0 + used)
    worker = _Worker(Process(), None, since=time.monotonic() - passed, used=100.0)
    assert worker.is_stuck(10.0) is stuck


def test_the_processor_time_of_a_process_is_the_kernels():
    before = time.process_time()
    assert before <= processor_seconds(os.getpid()) <= time.process_time()
    assert processor_seconds(None) == 0
