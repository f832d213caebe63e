"""`autograder batch --dask` on a real scheduler and two workers, one of which is killed midway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest

from tests.support import toy_class
from tests.support.waiting import until


@contextmanager
def process(module: str, *arguments: str, where):
    """A command of Dask, as long as it is wanted."""
    with (
        (where / f"{module}.log").open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
            stdout=log,
            stderr=log,
            cwd=where,
            env={**os.environ, "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false"},
        ) as running,
    ):
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def cluster(where):
    """The address of a scheduler on loopback, and its two workers."""
    where.mkdir()
    told = where / "scheduler.json"
    with ExitStack() as stack:
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        scheduler = process("dask_scheduler", *options, "--scheduler-file", str(told), where=where)
        stack.enter_context(scheduler)
        assert until(told.exists)
        workers = []
        for name in ("one", "two"):
            options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
            place = ("--local-directory", str(where / name), "--scheduler-file", str(told))
            workers.append(
                stack.enter_context(process("dask_worker", *options, *place, where=where))
            )
        yield json.loads(told.read_text())["address"], workers


@pytest.mark.exhaustive
def test_a_cluster_that_loses_a_worker_gives_the_results_of_this_machine(tmp_path):
    made = toy_class.make(tmp_path)
    here, there = tmp_path / "here", tmp_path / "there"
    ran = made.batch(here, "-j", "2")
    assert ran.returncode == 1, ran.stderr  # one of them is empty
    with cluster(tmp_path / "cluster") as (address, workers):
        with subprocess.Popen(
            made.command(there, "--dask", address),
            cwd=toy_class.REPOSITORY,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        ) as running:
            assert until(
                lambda: len(list(there.glob("*/row.json"))) >= 3 or running.poll() is not None
            )
            below = toy_class.below(workers[0].pid)
            assert below, "the worker has graders"
            workers[0].kill()
            assert until(lambda: not toy_class.alive(below), 20.0)
            _, said = running.communicate(timeout=300)
        assert running.returncode == 1, said
        below = toy_class.below(workers[1].pid)
        assert until(lambda: not toy_class.alive(below), 20.0), "its graders ended with the batch"
        left = list((tmp_path / "cluster" / "two").rglob("hidden_cases.py"))
        assert not left, "what was sent is gone"
    assert toy_class.scores(there) == pytest.approx(made.expected, abs=1e-4)
    assert toy_class.without_times(there) == toy_class.without_times(here)
    ran = made.batch(there)  # and this machine takes them for its own
    assert f"({len(made.expected)} known before)" in ran.stderr


@pytest.mark.exhaustive  # a quarter of a minute or more
def test_where_there_is_no_scheduler_it_is_said(tmp_path):
    made = toy_class.make(tmp_path)
    ran = made.batch(tmp_path / "out", "--dask", "tcp://127.0.0.1:9")
    assert ran.returncode == 2, ran.stderr
    assert "there is no Dask scheduler at tcp://127.0.0.1:9" in ran.stderr
