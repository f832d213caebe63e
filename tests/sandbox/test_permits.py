"""What an assignment may permit, each alone: it gives that one thing, and nothing else.

What is permitted is attacked in `tests/sandbox/hostile`: 106 and 115 to 118, and every attack that is
graded once more `with_processes`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.bank import load
from autograder.grading import pipeline as grade
from autograder.grading.request import Request
from autograder.model import Limits, Outcome, Permits, UsageError
from autograder.sandbox import Done, Value, tree
from tests.support import inside, toy
from tests.support.sessions import opened

READS = """
import os
import sympy
from pathlib import Path

print(sorted(str(p) for p in Path().rglob("*")), Path("data/points.csv").read_text())
Path("data/points.csv").write_text("changed")
os.rename("data", "moved")

def double(x):
    return 2 * x

def total(x):
    return x.sum()
"""


@pytest.fixture
def project(tmp_path):
    project = toy.make(
        tmp_path / "project", permits='files = ["data/points.csv"]; packages = ["sympy"]'
    )
    data = project.root / "assignments" / "data"
    data.mkdir()
    (data / "points.csv").write_text("1,2")
    (data / "not_named.csv").write_text("3,4")
    return project


def graded(project, sandbox, submission: Path):
    return grade.run(Request(submission, load("toy", project.root)), sandbox)


class TestFilesAndPackages:
    def test_exactly_the_named_files_and_only_copies_of_them(self, project, sandbox, tmp_path):
        submission = tmp_path / "hw"
        submission.mkdir()
        (submission / "toy.py").write_text(READS)
        report = graded(project, sandbox, submission)
        assert report.output == "['data', 'data/points.csv', 'toy.py'] 1,2\n"
        assert {case.outcome for part in report.parts for case in part.cases} == {Outcome.PASSED}
        assert (project.root / "assignments/data/points.csv").read_text() == "1,2"

    @pytest.mark.parametrize("name", ["data", "data/points.csv/x"])
    def test_the_students_files_make_way(self, project, sandbox, tmp_path, name):
        """Where one is a folder and the other a file, both cannot be."""
        submission = tmp_path / "hw"
        (submission / name).parent.mkdir(parents=True)
        (submission / name).write_text("")
        (submission / "toy.py").write_text(READS)
        report = graded(project, sandbox, submission)
        assert report.output == "['data', 'data/points.csv', 'toy.py'] 1,2\n"

    def test_a_package_that_is_missing_is_told_before_anything_runs(
        self, project, sandbox, tmp_path
    ):
        manifest = project.root / "assignments" / "toy.toml"
        text = manifest.read_text()
        manifest.write_text(text.replace('["sympy"]', '["sympy", "no_such.package"]'))
        (tmp_path / "toy.py").write_text("print('run')\n")
        with pytest.raises(
            UsageError, match=r"toy needs packages .* not have: no_such\.package\. "
        ):
            graded(project, sandbox, tmp_path / "toy.py")


def test_each_permit_widens_the_plan_by_itself_alone(sandbox, tmp_path, monkeypatch):
    def plan(**permits):
        whole = sandbox._plan(tmp_path, Limits(), Permits(**permits))
        return replace(whole, uid=None)

    closed = plan()
    assert plan(packages=("sympy",), files=("a",)) == closed
    assert plan(processes=True) == replace(closed, processes=True)


class TestProcesses:
    def test_what_is_shared_by_several(self, sandbox):
        """Locks that exclude, semaphores that count, waiting with an end, values and events."""
        with opened(sandbox, processes=True) as worker:
            ran = worker.cell(
                """
                import multiprocessing as mp, torch

                def add(total, lock, rounds):
                    for _ in range(rounds):
                        with lock:
                            total.value += 1

                def f():
                    total, lock = mp.Value("i", 0, lock=False), mp.RLock()
                    workers = [mp.Process(target=add, args=(total, lock, 500)) for _ in range(3)]
                    [p.start() for p in workers]
                    [p.join() for p in workers]
                    semaphore = mp.BoundedSemaphore(2)
                    taken = [semaphore.acquire(timeout=0.01) for _ in range(3)]
                    semaphore.release(); semaphore.release()
                    try:
                        semaphore.release()
                        over = "released too often"
                    except ValueError:
                        over = "refused"
                    try:
                        lock.release()
                        other = "released"
                    except AssertionError:
                        other = "refused"
                    event = mp.Event()
                    waiting = mp.Process(target=event.wait)
                    waiting.start()
                    event.set()
                    waiting.join()
                    return total.value, taken, over, other, waiting.exitcode, lock.acquire(), lock.acquire()
                """
            )
            assert ran == Done()
            assert worker.call() == Value(
                (1_500, [True, True, False], "refused", "refused", 0, True, True)
            )

    def test_tensors_of_every_kind_go_through_a_queue(self, sandbox):
        with opened(sandbox, processes=True) as worker:
            value = worker.value(
                """
                import multiprocessing as mp, torch
                queue = mp.Queue()
                base = torch.arange(12, dtype=torch.float64)
                sent = [base[::2], torch.tensor([]), torch.tensor([True, False]),
                        torch.nn.Parameter(torch.ones(2)), base.view(3, 4).T, torch.tensor(2 + 1j),
                        torch.ones(2, dtype=torch.bfloat16)]
                process = mp.Process(target=queue.put, args=(sent,))
                process.start()
                heard = queue.get()
                process.join()
                return [torch.equal(a, b) and a.dtype == b.dtype and a.stride() == b.stride()
                        for a, b in zip(sent, heard)], type(heard[3]).__name__
                """
            )
        assert value == ([True] * 7, "Parameter")

    def test_an_exception_of_a_worker_is_the_cells(self, sandbox):
        with opened(sandbox, processes=True) as worker:
            answer = worker.cell(
                """
                from torch.utils.data import DataLoader, Dataset
                class D(Dataset):
                    def __len__(self): return 4
                    def __getitem__(self, i): return 1 / 0
                list(DataLoader(D(), num_workers=2))
                """
            )
        assert answer.kind == "ZeroDivisionError"

    def test_what_stays_closed(self, sandbox):
        """Named shared memory and sockets, and with them a manager's server."""
        with opened(sandbox, processes=True) as worker:
            value = worker.value(
                """
                import multiprocessing as mp, torch
                from multiprocessing.shared_memory import SharedMemory
                closed = []
                for attempt in (mp.Manager, lambda: SharedMemory(create=True, size=8),
                                lambda: torch.ones(2).share_memory_()):
                    try:
                        attempt()
                    except (OSError, EOFError, RuntimeError) as error:
                        closed.append(type(error).__name__)
                return len(closed)
                """
            )
        assert value == 3

    def test_signals_that_nothing_keeps_inside_are_no_part_of_strict(self, sandbox, monkeypatch):
        old = replace(sandbox.machine, root=False, landlock=5)
        monkeypatch.setattr(sandbox, "machine", old)
        with (
            pytest.raises(UsageError, match=r"signals to every program .* Linux 6\.12"),
            opened(sandbox, processes=True),
        ):
            pytest.fail("the worker was let loose")


def test_no_process_is_left_of_a_pool(sandbox):
    with opened(sandbox, processes=True) as worker:
        pids = worker.value(
            "import multiprocessing as mp, os\n"
            "global pool\npool = mp.Pool(3)\nreturn [p.pid for p in pool._pool]"
        )
        below = list(tree.descendants(sandbox._zygote.pid))
        pids = [inside.outside(pid, below) for pid in pids]
        assert set(pids) <= set(below)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
