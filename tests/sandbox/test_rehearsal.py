"""Without a cage, processes, the network and files outside are refused as in a cage, with the same hint."""

from __future__ import annotations

import os

import pytest

from autograder.sandbox import Done, Raised, Value
from tests.support.sessions import opened

TRIED = """
import subprocess, multiprocessing, os, pathlib, shutil, socket, sqlite3, tempfile, urllib.request
import numpy, torch
from concurrent.futures import ProcessPoolExecutor
from torch.utils.data import DataLoader

def loader(): return len([*DataLoader([1, 2], num_workers=1)])
def pool(): return multiprocessing.Pool(1).map(abs, [-1])
def process(): multiprocessing.Process(target=abs, args=(1,)).start()
def executor(): return ProcessPoolExecutor(1).submit(abs, -1).result()
def program(): return subprocess.run(["true"]).returncode
def download(): urllib.request.urlopen("http://198.51.100.1/data", timeout=1)
def connection(): socket.create_connection(("198.51.100.1", 80), timeout=1)

def write(): open("/tmp/x-{mark}", "w")
def write_low(): os.open("/tmp/x-{mark}", os.O_CREAT | os.O_WRONLY)
def write_path(): pathlib.Path("/tmp/x-{mark}").write_text("x")
def write_array(): numpy.save("/tmp/x-{mark}.npy", numpy.zeros(1))
def write_raw(): numpy.zeros(1).tofile("/tmp/x-{mark}")
def write_model(): torch.save({}, "/tmp/x-{mark}.pt")
def write_database(): sqlite3.connect("/tmp/x-{mark}.db")
def write_above(): open("../x-{mark}", "w")
def write_copy(): open("x", "w").close(), shutil.copy("x", "/tmp/x-{mark}")
def write_home(): open("/home/x-{mark}", "w")
def make_folder(): os.makedirs("/tmp/x-{mark}/y")
def read(): return open("/etc/passwd").read()
def read_bytes(): return open(b"/etc/passwd").read()
def read_link(): os.symlink("/etc/passwd", "link"); return open("link").read()
def read_numbers(): return numpy.loadtxt("/etc/passwd")
def read_folder(): return os.listdir("/tmp")
def read_folder_above(): return [*os.scandir("..")]
def leave(): os.chdir("..")
def leave_for_tmp(): os.chdir("/tmp")

def inside():
    os.makedirs("a/b", exist_ok=True)
    numpy.save("a/b/x.npy", numpy.ones(1))
    torch.save({}, os.path.abspath("m.pt"))
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w") as file:
        pathlib.Path(folder, "x").write_text(file.name)
    os.chdir("a")
    os.chdir("..")
    open(os.devnull, "w").write("x")
    open(os.path.expanduser("~/y"), "w").close()
    open(numpy.__file__).close()
    sqlite3.connect(":memory:")
    return [float(numpy.load("a/b/x.npy")[0]), torch.load("m.pt")]
""".replace("{mark}", f"autograder-test-{os.getpid()}")
PROCESSES = ("loader", "pool", "process", "executor", "program")
NETWORK = ("download", "connection")
FILES = (
    *(
        "write",
        "write_low",
        "write_path",
        "write_array",
        "write_raw",
        "write_model",
        "write_database",
    ),
    *("write_above", "write_copy", "write_home", "make_folder"),
    *("read", "read_bytes", "read_link", "read_numbers", "read_folder", "read_folder_above"),
    *("leave", "leave_for_tmp"),
)


@pytest.fixture(scope="module", params=["uncaged", "sandbox"])
def answers(request):
    """What each attempt comes to: in a plain worker of a check, and in a cage."""
    with opened(request.getfixturevalue(request.param)) as asked:
        begin = {"op": "begin", "folder": "", "drivers": {}, "processes": False}
        assert asked.session.ask(begin, 30) == Done()
        assert asked.module(TRIED) == Done()
        yield {name: asked.call(name) for name in (*PROCESSES, *NETWORK, *FILES, "inside")}


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


@pytest.mark.parametrize("name", FILES)
def test_files_outside_the_folder_are_refused(answers, name):
    answer = answers[name]
    assert isinstance(answer, Raised)
    assert answer.barred == ("file" if answer.kind == "OperationalError" else "outside")


def test_files_inside_the_folder_are_not(answers):
    assert answers["inside"] == Value([1.0, {}])


def test_permitted_processes_work_without_a_cage(uncaged):
    with opened(uncaged, processes=True) as one:
        begin = {"op": "begin", "folder": "", "drivers": {}, "processes": True}
        assert one.session.ask(begin, 30) == Done()
        assert one.module(TRIED) == Done()
        assert one.call("loader") == Value(2)
        answer = one.call("connection")
        assert isinstance(answer, Raised) and answer.barred == "network"
