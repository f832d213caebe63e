"""What a cage sees of its worker: memory, disk, descendants, its end; and the order that it is given."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import cage, kernel, lockdown, probe, tree
from autograder.sandbox.cage import Order

MEGABYTE = 1 << 20


def order(work: Path, *, memory_mb: int = 500, disk_mb: int = 1, processes: bool = False) -> Order:
    plan = lockdown.Plan(str(work), processes=processes)
    return Order(plan, probe.Targets(), memory_mb, disk_mb)


@pytest.fixture
def python():
    """Run a line of Python beside the test; it says on a pipe when it has come that far."""
    running = []

    def run(code: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", f"import sys, time, os\n{code}\nos.write(1, b'there\\n')\n"
             "time.sleep(60)"],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        running.append(process)
        assert process.stdout is not None
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def control():
    near, far = socket.socketpair()
    yield near, far
    near.close()
    far.close()


def test_an_order_travels_as_bytes(tmp_path):
    plan = lockdown.Plan(
        str(tmp_path), 30_000, ("/a", "/b"), True, False, True, True, (7,), 1, 2, 3
    )
    targets = probe.Targets(("/c",), (), ("reference",))
    whole = Order(plan, targets, 300, 64)
    assert Order.decode(whole.encode()) == whole


def test_the_ends_of_a_cage_are_connected():
    control, data, output, far = cage.connect()
    ends = [socket.socket(fileno=handle) for handle in far[:2]]
    try:
        for near, end in zip((control, data), ends, strict=True):
            end.sendall(b"a")
            assert near.recv(9) == b"a"
        os.write(far[2], b"b")
        assert os.read(output, 9) == b"b"
    finally:
        for end in (control, data, *ends):
            end.close()
        os.close(output)
        os.close(far[2])


class TestTheFolder:
    def test_is_there_before_the_files_and_stays(self, tmp_path, control):
        near, far = control
        far.sendall(cage.GO)
        work = tmp_path / "work"
        assert cage._laid_out(order(work), near.fileno())
        assert far.recv(9) == cage.READY
        assert work.stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("last_word", [b"", b"x"])
    def test_is_gone_with_a_grader_that_is_killed_before(self, tmp_path, control, last_word):
        near, far = control
        far.sendall(last_word)
        far.shutdown(socket.SHUT_WR)
        assert not cage._laid_out(order(tmp_path / "work"), near.fileno())
        assert list(tmp_path.iterdir()) == []

    def test_of_another_is_not_taken(self, tmp_path, control):
        with pytest.raises(FileExistsError):
            cage._laid_out(order(tmp_path), control[0].fileno())
        assert tmp_path.exists()


class TestProcesses:
    def test_resident_memory(self, python):
        process = python(f"held = bytearray(b'x') * {100 * MEGABYTE}")
        process.stdout.readline()
        assert 100 * MEGABYTE < tree.resident(process.pid) < 150 * MEGABYTE

    def test_of_a_process_that_is_gone(self, python):
        process = python("")
        process.kill()
        process.wait()
        assert tree.resident(process.pid) == 0

    def test_descendants(self, python):
        """Children and theirs; not those of others."""
        process = python(
            "pid = os.fork()\n"
            "if not pid and os.fork(): time.sleep(60)\n"
            "if not pid: os.write(1, b'leaf %d %d\\n' % (os.getpid(), os.getppid())); time.sleep(60)\n"
        )
        lines = sorted(process.stdout.readline().split() for _ in range(2))
        leaf, inner = (int(word) for word in lines[0][1:])
        try:
            assert set(tree.descendants(process.pid)) == {inner, leaf}
            assert process.pid in set(tree.descendants(os.getpid()))
            assert not set(tree.descendants(leaf))
        finally:
            for pid in (leaf, inner):
                os.kill(pid, 9)

    def test_shared_memory_counts_once(self, python):
        process = python(f"held = bytearray(b'x') * {60 * MEGABYTE}\nos.fork() and os.fork()\n")
        for _ in range(3):
            process.stdout.readline()
        pids = [process.pid, *tree.descendants(process.pid)]
        try:
            assert len(pids) == 3
            assert sum(map(tree.resident, pids)) > 150 * MEGABYTE
            assert (
                60 * MEGABYTE < sum(tree.proportional(pid, None) for pid in pids) < 100 * MEGABYTE
            )
        finally:
            for pid in pids[1:]:
                os.kill(pid, 9)

    def test_what_hides_counts_whole(self):
        assert tree.proportional(1 << 30, None) == 0
        assert kernel.capabilities() or tree.proportional(1, None) == tree.resident(1)

    def test_clearing_spares_some(self, python):
        of_other_tests = list(tree.descendants(os.getpid()))  # such as a zygote of theirs
        kept, gone = python("os.fork()"), python("os.setsid()\nos.fork()")
        for process in (kept, kept, gone, gone):
            process.stdout.readline()
        others = {*tree.descendants(gone.pid), gone.pid}
        assert len(others) == 2
        mine = [kept.pid, *tree.descendants(kept.pid)]
        tree.kill_descendants(os.getpid(), kept=[kept.pid, *of_other_tests])
        assert gone.wait() == -9
        assert set(tree.descendants(os.getpid())) >= set(mine)
        os.kill(mine[1], 9)


class TestWatch:
    def test_the_worker_ends(self, tmp_path, python, control):
        process = python("sys.exit(0)")
        assert cage._watch(order(tmp_path), control[0].fileno(), process.pid) == ""

    def test_the_grader_says_so(self, tmp_path, python, control):
        control[1].sendall(b"x")
        assert cage._watch(order(tmp_path), control[0].fileno(), python("").pid) == ""

    def test_the_grader_is_gone(self, tmp_path, python, control):
        control[1].close()
        assert cage._watch(order(tmp_path), control[0].fileno(), python("").pid) == ""

    def test_memory_beyond_the_bound(self, tmp_path, python, control):
        process = python("time.sleep(0.2); held = bytearray(b'x') * (64 << 20)")
        why = cage._watch(order(tmp_path, memory_mb=32), control[0].fileno(), process.pid)
        assert why == "memory"

    @pytest.mark.parametrize(("processes", "why"), [(True, "memory"), (False, "")])
    def test_children_count_where_there_may_be_any(self, tmp_path, python, control, processes, why):
        code = (
            "if os.fork(): time.sleep(1); sys.exit()\n"
            "time.sleep(0.2); held = bytearray(b'x') * (64 << 20); time.sleep(2); sys.exit()\n"
        )
        whole = order(tmp_path, memory_mb=32, processes=processes)
        assert cage._watch(whole, control[0].fileno(), python(code).pid) == why

    def test_disk_beyond_the_bound(self, tmp_path, python, control):
        process = python(f"open({str(tmp_path / 'file')!r}, 'wb').write(bytes(2 << 20))")
        assert cage._watch(order(tmp_path), control[0].fileno(), process.pid) == "disk"


def test_a_worker_that_cannot_be_set_up_says_which_file_it_could_not_reach(tmp_path):
    """An error number alone leaves staff to guess."""
    output, far = os.pipe()
    pid = os.fork()
    if not pid:
        cage._become_worker(
            order(tmp_path / "gone"), os.getppid(), os.open(os.devnull, os.O_RDWR), far
        )
    os.close(far)
    with os.fdopen(output) as told:
        text = told.read()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == cage._SETUP_FAILED
    assert text.startswith("the worker could not be set up: FileNotFoundError: ")
    assert str(tmp_path / "gone") in text
