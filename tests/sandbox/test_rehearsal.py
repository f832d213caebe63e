"""Without a cage, processes and the network are refused as a cage refuses them, with the same hint."""

from __future__ import annotations

import pytest

from autograder.model import Isolation
from autograder.sandbox import Done, Raised, Value
from autograder.sandbox.start import Sandbox
from tests.support.sessions import opened

TRIED = """
import subprocess, multiprocessing, os, socket, urllib.request
from concurrent.futures import ProcessPoolExecutor
from torch.utils.data import DataLoader

def loader(): return len([*DataLoader([1, 2], num_workers=1)])
def pool(): return multiprocessing.Pool(1).map(abs, [-1])
def process(): multiprocessing.Process(target=abs, args=(1,)).start()
def executor(): return ProcessPoolExecutor(1).submit(abs, -1).result()
def program(): return subprocess.run(["true"]).returncode
def download(): urllib.request.urlopen("http://198.51.100.1/data", timeout=1)
def connection(): socket.create_connection(("198.51.100.1", 80), timeout=1)
"""
PROCESSES = ("loader", "pool", "process", "executor", "program")
NETWORK = ("download", "connection")


@pytest.fixture(scope="module", params=[Isolation.NONE, Isolation.BEST_EFFORT])
def answers(request):
    """What each attempt comes to: in a plain worker of a check, and in a cage."""
    with Sandbox(request.param) as sandbox, opened(sandbox) as asked:
        begin = {"op": "begin", "folder": "", "drivers": {}, "processes": False}
        assert asked.session.ask(begin, 30) == Done()
        assert asked.module(TRIED) == Done()
        yield {name: asked.call(name) for name in (*PROCESSES, *NETWORK)}


@pytest.mark.parametrize("name", PROCESSES)
def test_processes_are_refused(answers, name):
    answer = answers[name]
    assert isinstance(answer, Raised) and answer.kind == "PermissionError"
    assert answer.barred == "processes"
    assert answer.frames[-1].function == name


@pytest.mark.parametrize("name", NETWORK)
def test_the_network_is_refused(answers, name):
    answer = answers[name]
    assert isinstance(answer, Raised)
    assert answer.barred == "network"


def test_permitted_processes_work_without_a_cage():
    with (
        Sandbox(Isolation.NONE) as sandbox,
        opened(sandbox, processes=True) as one,
    ):
        begin = {"op": "begin", "folder": "", "drivers": {}, "processes": True}
        assert one.session.ask(begin, 30) == Done()
        assert one.module(TRIED) == Done()
        assert one.call("loader") == Value(2)
        answer = one.call("connection")
        assert isinstance(answer, Raised) and answer.barred == "network"
