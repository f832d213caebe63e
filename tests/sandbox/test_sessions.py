"""What every cage must do, whoever starts it: run code, answer with data, end, and leave nothing.

Run as the tests' own user, and by `test_ordinary_user` as an ordinary one.
"""

from __future__ import annotations

import gc
import os
import signal
import stat
import sysconfig
import tempfile
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder import wire
from autograder.model import Assignment, GraderError, Isolation, Permits
from autograder.sandbox import (
    Died,
    Done,
    Missing,
    Raised,
    Refused,
    Sandbox,
    Secrets,
    SubmissionWorkers,
    Value,
    tree,
)
from tests.support import inside
from tests.support.sessions import LIMITS, PATIENCE, Asked, Weakened, opened

ROOT = os.geteuid() == 0
PRIVATE = any(
    not folder.stat().st_mode & stat.S_IXOTH for folder in Path(os.__file__).resolve().parents
)
"""Whether Python lies in a folder that not everybody may enter."""


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Isolation.STRICT) as one:
        yield one


@pytest.fixture(scope="module")
def weakened():
    with Weakened() as one:
        yield one


@pytest.fixture
def without(weakened):
    """The same without some layers: as on a machine that has them not."""

    def change(**changes):
        weakened.changes = changes
        return weakened

    return change


@pytest.fixture
def worker(sandbox):
    with opened(sandbox) as one:
        yield one


def alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def outside(pid: int, sandbox: Sandbox) -> int:
    """What a process of a sandbox is called here."""
    return inside.outside(pid, list(tree.descendants(sandbox._zygote.pid)))


def until(condition) -> bool:
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


class TestCells:
    def test_one_namespace_from_the_first_to_the_last(self, worker):
        assert worker.cell("a = 1") == Done()
        assert worker.cell("def f(x):\n    return a + x") == Done()
        assert worker.cell("a = 10") == Done()
        assert worker.call("f", 1) == Value(11)

    def test_an_error_says_the_cell_and_its_lines(self, worker):
        worker.cell("def f(x):\n    return 1 / x")
        answer = worker.cell("y = 2\nf(0)")
        assert (answer.kind, answer.text) == ("ZeroDivisionError", "division by zero")
        assert [(frame.place, frame.line, frame.code) for frame in answer.frames] == [
            ("cell 2", 2, "f(0)"),
            ("cell 1", 2, "return 1 / x"),
        ]

    def test_a_syntax_error_says_the_line(self, worker):
        answer = worker.cell("x = 1\ndef f(:\n    pass")
        assert answer.kind == "SyntaxError"
        assert (answer.frames[-1].place, answer.frames[-1].line) == ("cell 1", 2)

    def test_what_jupyter_allows(self, worker):
        for source in (
            "import asyncio\nawait asyncio.sleep(0)\nx = 1",
            "%config InlineBackend.figure_format = 'retina'",
            "%time y = x + 1",
            "%%capture\nprint('unseen')",
            "%load_ext autoreload\n%autoreload 2",
            "x;",
            "display(x)",
            "from IPython.display import HTML; HTML('<b>b</b>')",
        ):
            assert worker.cell(source) == Done(), source
        assert worker.cell("def f():\n    return x, y") == Done()
        assert worker.call() == Value((1, 2))

    @pytest.mark.parametrize(
        ("source", "kind"),
        [
            ("exit()", "SystemExit"),
            ("quit()", "SystemExit"),
            ("import sys; sys.exit(3)", "SystemExit"),
            ("raise KeyboardInterrupt", "KeyboardInterrupt"),
            ("input('name? ')", "EOFError"),
        ],
    )
    def test_what_ends_a_cell_ends_nothing_else(self, worker, source, kind):
        answer = worker.cell(f"a = 1\n{source}\n")
        assert isinstance(answer, Raised) and answer.kind == kind, answer
        assert worker.value("return 1") == 1

    def test_commands_of_a_shell_are_refused(self, worker):
        for source in ("%%bash\ntouch was_run", "!touch was_run", "files = !touch was_run"):
            answer = worker.cell(source)
            assert isinstance(answer, Value) and len(answer.value["skipped"]) == 1
        assert "was_run" not in worker.value("import os\nreturn os.listdir()")

    def test_errors_are_not_printed_for_they_are_answered(self, worker):
        worker.cell("1 / 0")
        worker.cell("def f(:")
        worker.session.end()
        assert worker.session.output.text() == ""

    @pytest.mark.parametrize("name", ["otter", "autograder"])
    def test_checks_do_nothing(self, worker, name):
        source = f"import {name}\ngrader = {name}.Notebook()\ngrader.check('q1')"
        assert worker.cell(source) == Done()

    def test_the_notebook_wins_over_modules(self, worker):
        worker.module("def f():\n    return 'module'")
        worker.cell("def f():\n    return 'notebook'")
        assert worker.call() == Value("notebook")

    def test_no_thread_is_started_for_the_shell(self, worker):
        worker.cell("import threading")
        assert worker.value("import threading\nreturn threading.active_count()") == 1


class TestCalls:
    @pytest.mark.parametrize(
        "value",
        [
            None,
            True,
            -3,
            2.5,
            1 + 2j,
            "é\n",
            [1, [2.0]],
            (1, ()),
            {"a": {"b": 1}},
            np.arange(6, dtype=np.int16).reshape(2, 3),
            np.float32(1.5),
            torch.linspace(0, 1, 5, dtype=torch.float64),
            torch.tensor([True, False]),
        ],
        ids=str,
    )
    def test_data_go_and_come(self, worker, value):
        worker.module("def f(x):\n    return x")
        answer = worker.call("f", value)
        assert isinstance(answer, Value)
        assert type(answer.value) is type(value)
        if isinstance(value, np.ndarray | torch.Tensor):
            assert answer.value.dtype == value.dtype
            assert answer.value.tolist() == value.tolist()
        else:
            assert answer.value == value

    def test_large_arrays(self, worker):
        worker.module("def f(x):\n    return 2 * x")
        sent = np.random.default_rng(0).normal(size=1 << 20)
        answer = worker.call("f", sent)
        assert isinstance(answer, Value)
        assert np.array_equal(answer.value, 2 * sent)

    @pytest.mark.parametrize(
        ("value", "names"),
        [
            ("object()", "object"),
            ("{1, 2}", "set"),
            ("lambda: 0", "function"),
            ("(i for i in ())", "generator"),
            ("np.array([None])", "object"),
            ("torch.ones(2).to_sparse()", "sparse"),
            ("torch.ones(2, device='meta')", "meta"),
        ],
    )
    def test_what_is_no_data_is_named(self, worker, value, names):
        worker.module(f"import numpy as np, torch\ndef f():\n    return {value}")
        answer = worker.call()
        assert isinstance(answer, Refused)
        assert names in answer.reason
        assert worker.call() == answer  # the worker lives

    def test_names_that_are_not_there(self, worker):
        assert worker.call("f") == Missing("f")
        worker.drivers("def run(function):\n    return function()")
        answer = worker.call("f", wire.Name("g"), driver=("toy", "run"))
        assert answer == Missing("g")

    def test_drivers_run_beside_the_code(self, worker):
        worker.drivers(
            """
            import torch
            def gradient(function, x):
                x = x.clone().requires_grad_()
                (slope,) = torch.autograd.grad(function(x).sum(), x)
                return slope
            """
        )
        worker.cell("import torch\ndef f(x):\n    return x**3")
        x = torch.tensor([1.0, 2.0], dtype=torch.float64)
        answer = worker.call("f", wire.Name("f"), x, driver=("toy", "gradient"))
        assert isinstance(answer, Value)
        assert torch.equal(answer.value, 3 * x**2)

    def test_torch_computes_in_a_forked_process(self, worker):
        """Where the parent had computed with OpenMP it would hang here."""
        value = worker.value(
            """
            import torch
            torch.manual_seed(0)
            model = torch.nn.Sequential(
                torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8 * 36, 2)
            )
            optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
            x, y = torch.randn(64, 3, 8, 8), torch.randint(0, 2, (64,))
            losses = []
            for _ in range(10):
                loss = torch.nn.functional.cross_entropy(model(x), y)
                optimizer.zero_grad(); loss.backward(); optimizer.step()
                losses.append(loss.item())
            large = torch.randn(300, 300)
            torch.linalg.svd(large); torch.fft.fft2(large); large @ large
            return losses[-1] < losses[0]
            """
        )
        assert value is True

    def test_the_same_submission_draws_the_same(self, sandbox):
        source = (
            "import random, numpy as np, torch\nfirst = torch.rand(2).tolist()\n"
            "def f():\n    return [first, random.random(), np.random.rand(), torch.rand(1).item()]"
        )

        def drawn():
            with opened(sandbox) as worker:
                worker.cell(source)
                return worker.call(), worker.call()

        assert drawn() == drawn()

    def test_inputs_that_are_no_data_are_told_before_anything_is_sent(self, worker):
        worker.module("def f(x):\n    return 1")
        with pytest.raises(wire.WireError):
            worker.call("f", object())
        assert worker.call("f", 0) == Value(1)


def status_of(worker) -> dict[str, str]:
    text = worker.value("return open('/proc/self/status').read()")
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


class TestSurroundings:
    def test_the_environment_is_made_for_it(self, sandbox, monkeypatch):
        monkeypatch.setenv("SECRET", "of the grader")
        with opened(sandbox) as worker:
            found = worker.value("import os\nreturn dict(os.environ)")
            work = worker.value("import os\nreturn os.getcwd()")
        assert {name for name, value in found.items() if value.startswith(work)} == {
            *("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "TORCHINDUCTOR_CACHE_DIR")
        }
        assert found["PATH"] == "/usr/bin:/bin" and found["OMP_NUM_THREADS"] == "1"
        assert "SECRET" not in found

    def test_temporary_files_lie_in_its_folder(self, worker):
        value = worker.value(
            """
            import os, tempfile
            with tempfile.NamedTemporaryFile("w+") as file:
                return os.path.dirname(file.name) == os.getcwd()
            """
        )
        assert value is True

    def test_its_folder_comes_last_on_the_path(self, sandbox):
        files = {
            "helper.py": b"x = 1\n",
            "json.py": b"raise SystemExit\n",
            "colorsys.py": b"1 / 0\n",
        }
        with opened(sandbox, files=files) as worker:
            assert worker.cell("import os, sys, json, colorsys, helper") == Done()
            assert worker.value("import os, sys\nreturn sys.path[-1] == os.getcwd()") is True

    def test_what_it_holds_open(self, worker):
        value = worker.value(
            """
            import os
            return {name: os.readlink(f"/proc/self/fd/{name}").split(":")[0]
                    for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")
                    or name in "0123"}
            """
        )
        kinds = {name: kind for name, kind in value.items() if not kind.startswith("/proc")}
        assert kinds == {"0": "/dev/null", "1": "pipe", "2": "pipe", "3": "socket"}

    def test_what_the_kernel_says_of_it(self, worker):
        status = status_of(worker)
        reading = worker.session.layers["read_past_folders"]
        assert int(status["CapEff"], 16) == (1 << 2 if reading else 0)
        assert int(status["CapPrm"], 16) == int(status["CapEff"], 16)
        assert int(status["CapInh"], 16) == int(status["CapAmb"], 16) == 0
        assert (status["NoNewPrivs"], status["Seccomp"], status["Threads"]) == ("1", "2", "1")
        if ROOT:
            uid = worker.session.layers["uid"]
            assert status["Uid"].split() == status["Gid"].split() == [str(uid)] * 4
            assert status["Groups"].strip() == ""

    def test_out_of_memory_it_dies_first(self, worker):
        assert worker.value("return open('/proc/self/oom_score_adj').read()") == "1000\n"

    def test_limits(self, worker):
        value = worker.value(
            """
            import resource
            names = ["CORE", "FSIZE", "NOFILE", "CPU"]
            return {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in names}
            """
        )
        assert value == {"CORE": 0, "FSIZE": 8 << 20, "NOFILE": 256, "CPU": 121}

    @pytest.mark.skipif(not ROOT, reason="only root gives every worker a user of its own")
    def test_two_at_once_are_two_users(self, sandbox):
        with opened(sandbox) as one, opened(sandbox) as other:
            assert one.session.layers["uid"] != other.session.layers["uid"]

    def test_two_at_once_do_not_see_one_another(self, sandbox):
        with opened(sandbox) as one, opened(sandbox) as other:
            path = one.value(
                "import os\nopen('file', 'w').write('mine')\nreturn os.path.abspath('file')"
            )
            pid = one.value("import os\nreturn os.getpid()")
            worker = other.value(
                """
                import os
                tried = []
                for attempt in (
                    lambda: open(given[0]),
                    lambda: os.listdir(os.path.dirname(given[0])),
                    lambda: open(f"/proc/{given[1]}/environ", "rb").read(),
                    lambda: os.kill(given[1], 9),
                ):
                    try:
                        attempt()
                    except OSError:
                        tried.append("refused")
                    else:
                        tried.append("done")
                return tried
                """,
                path,
                pid,
            )
            assert worker == ["refused"] * 4
            assert one.value("return 1") == 1


class TestFiles:
    def test_they_are_its_own(self, sandbox):
        files = {"a.csv": b"1,2", "data/b.csv": b"3"}
        with opened(sandbox, files=files) as worker:
            value = worker.value(
                """
                import os, shutil
                text = open("a.csv").read() + open("data/b.csv").read()
                open("a.csv", "a").write("!")
                os.mkdir("new")
                os.rename("data/b.csv", "new/b.csv")
                shutil.copy("new/b.csv", "copy.csv")
                os.remove("new/b.csv")
                return text, sorted(os.listdir()), open("a.csv").read(), open("copy.csv").read()
                """
            )
        assert value == ("1,23", ["a.csv", "copy.csv", "data", "new"], "1,2!", "3")

    def test_modes_and_times_of_others_stay(self, sandbox):
        """Landlock lets an owner change them anywhere; it is told that it has, and has not."""
        with tempfile.NamedTemporaryFile(dir="/tmp") as file, opened(sandbox) as worker:
            Path(file.name).chmod(0o640)
            before = Path(file.name).stat()
            answer = worker.value(
                """
                import os
                path = given[0]
                os.chmod(path, 0o777)
                os.chown(path, os.getuid(), os.getgid())
                os.utime(path, (1, 1))
                os.setxattr(path, "user.mine", b"1")
                try:
                    os.truncate(path, 0)
                except PermissionError:
                    return "refused"
                """,
                file.name,
            )
            after = Path(file.name).stat()
        assert answer == "refused"
        assert (before.st_mode, before.st_uid, before.st_mtime) == (
            after.st_mode,
            after.st_uid,
            after.st_mtime,
        )

    def test_a_folder_called_reference_is_the_students_own_affair(self, sandbox):
        """The probe imports by that name, and must neither run nor find what a student handed in."""
        files = {"reference/__init__.py": b"print('run')\nx = 1\n", "reference/notes.txt": b""}
        with opened(sandbox, files=files) as worker:
            worker.session.end()
            assert worker.session.findings == []
            assert worker.session.output.text() == ""


class TestDeaths:
    """One of each kind; the answer says which, the worker is gone, the next one is as new."""

    def dies(self, sandbox, source, *, seconds=PATIENCE, **limits):
        with opened(sandbox, limits=replace(LIMITS, **limits)) as worker:
            assert worker.module(source) == Done()
            pid = outside(worker.call("pid").value, sandbox)
            assert alive(pid)
            answer = worker.call("f", seconds=seconds)
            assert isinstance(answer, Died), answer
            assert not alive(pid)
            with pytest.raises(GraderError, match="had ended"):
                worker.call("pid")
        return answer

    HEAD = "import ctypes, os, signal, time, numpy as np\ndef pid():\n    return os.getpid()\n"

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ("os._exit(3)", "exit status 3"),
            ("os._exit(0)", "exit status 0"),
            ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
            ("ctypes.string_at(0)", "SIGSEGV"),
            ("os.abort()", "SIGABRT"),
        ],
    )
    def test_of_its_own_hand(self, sandbox, body, says):
        answer = self.dies(sandbox, f"{self.HEAD}def f():\n    {body}\n")
        assert answer.why == ("killed" if says == "SIGKILL" else "crash")
        assert says in answer.sentence

    @pytest.mark.parametrize(
        "body",
        [
            "while True: pass",
            "time.sleep(600)",
            "os.kill(os.getpid(), signal.SIGSTOP)",
            "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); time.sleep(600)",
        ],
    )
    def test_of_the_time_limit(self, sandbox, body):
        answer = self.dies(sandbox, f"{self.HEAD}def f():\n    {body}\n", seconds=0.3)
        assert answer == Died("time", "It did not end within 0.3 seconds.")

    def test_of_the_time_limit_in_a_cell(self, worker):
        assert worker.cell("while True:\n    pass", seconds=0.3).why == "time"

    @pytest.mark.parametrize(
        "body",
        [
            "kept = []\n    while True: kept.append(bytearray(b'x') * (1 << 20))",
            "np.ones(35 << 20); time.sleep(30)",
            "import mmap; m = mmap.mmap(-1, 300 << 20); m.write(bytes(300 << 20)); time.sleep(30)",
        ],
        ids=["a list that grows", "an array", "a shared map"],
    )
    def test_of_memory(self, sandbox, body):
        answer = self.dies(sandbox, f"{self.HEAD}def f():\n    {body}\n")
        assert answer == Died("memory", "It used more memory than the assignment allows.")

    def test_more_than_there_is_at_once_is_an_error_of_its_own(self, worker):
        worker.module("import numpy as np\ndef f():\n    return np.ones(1 << 33).sum()")
        answer = worker.call()
        assert isinstance(answer, Raised) and "MemoryError" in answer.kind

    def test_of_disk(self, sandbox, without):
        body = "for i in range(20): open(str(i), 'wb').write(bytes(1 << 20))\n    time.sleep(30)"
        source = f"{self.HEAD}def f():\n    {body}\n"
        answer = self.dies(without(), source)
        assert answer == Died("disk", "It wrote more to disk than the assignment allows.")
        with opened(sandbox) as worker:
            if sandbox.layers["private"]:  # its folder is full before anybody has looked
                worker.module(source)
                answer = worker.call()
                assert isinstance(answer, Raised) and answer.text.startswith("[Errno 28]")

    def test_one_file_that_is_too_large(self, sandbox):
        """Python ignores the signal, and the call that writes fails."""
        with opened(sandbox) as worker:
            worker.module("def f():\n    open('file', 'wb').write(bytes(9 << 20))")
            answer = worker.call()
        assert isinstance(answer, Raised) and answer.text.startswith("[Errno 27]")

    def test_recursion_is_an_error_or_a_crash(self, worker):
        worker.module("import sys\nsys.setrecursionlimit(10**7)\ndef f():\n    return f()")
        answer = worker.call()
        assert isinstance(answer, Raised | Died)

    def test_the_ending_says_what_it_took(self, sandbox):
        with opened(sandbox) as worker:
            worker.value("return sum(i * i for i in range(10**6))")
        ending = worker.session.ending
        assert (ending.why, ending.status) == ("", -9)
        assert ending.cpu_seconds > 0
        assert ending.peak_mb > 20

    def test_processor_time_passes_while_a_worker_computes_and_not_while_it_sleeps(self, sandbox):
        with opened(sandbox) as worker:
            worker.module(
                "import time\ndef computes():\n    end = time.process_time() + 0.3\n"
                "    while time.process_time() < end: pass\ndef sleeps():\n    time.sleep(0.3)"
            )
            begin = worker.session.cpu_seconds()
            worker.call("sleeps")
            slept = worker.session.cpu_seconds()
            worker.call("computes")
            computed = worker.session.cpu_seconds()
        assert 0 < begin <= slept < begin + 0.15
        assert 0.3 <= computed - slept < 0.45
        assert worker.session.cpu_seconds() >= computed


class TestOutput:
    def test_it_is_kept_up_to_a_bound_and_counted(self, sandbox):
        with opened(sandbox, limits=replace(LIMITS, output_kb=1)) as worker:
            worker.cell("import sys\nprint('out'); print('x' * 2000)")
            worker.cell("print('error', file=sys.stderr)")
        text = worker.session.output.text()
        assert text.startswith("out\nxxx")
        assert worker.session.output.total == len("out\n") + 2001 + len("error\n")
        assert text.endswith(f"({worker.session.output.total - 1024:,} more bytes were printed)")

    def test_a_flood_ends_nothing(self, sandbox):
        with opened(sandbox) as worker:
            assert worker.value("for _ in range(300): print('x' * 99_999)\nreturn 1") == 1
        assert worker.session.output.total == 300 * 100_000
        assert len(worker.session.output.kept) == 16 << 10

    def test_of_a_worker_that_dies(self, sandbox):
        with opened(sandbox) as worker:
            worker.cell("import os\nprint('last words', flush=True)\nos._exit(1)")
        assert worker.session.output.text() == "last words\n"

    def test_what_a_terminal_obeys_is_left_out(self, sandbox):
        with opened(sandbox) as worker:
            worker.cell(r"print('a\x1b[2Jb\x00c\x07d\x9b1me')")
            worker.cell(r"import os; written = os.write(1, b'\xff\xfe\n')")
        assert worker.session.output.text() == "a[2Jbcd1me\n\ufffd\ufffd\n"


DAEMON = """
import os, time
def f():
    read, write = os.pipe()
    if not os.fork():
        os.setsid()
        if not os.fork():
            os.write(write, b"%d" % os.getpid())
            for number in range(3, 64):
                try: os.close(number)
                except OSError: pass
            time.sleep(600)
        time.sleep(600)
    return os.getpid(), int(os.read(read, 20))
"""
WAYS = {
    "a domain of its own": {},
    "its user": {"landlock": False},
    "a walk": {"landlock": False, "uid": None},
}


class TestNothingIsLeft:
    def test_no_folder(self, sandbox):
        with opened(sandbox, files={"a/b/c": b""}) as worker:
            work = Path(worker.value("import os\nreturn os.getcwd()"))
            seen = inside.files(work.parent, work.name)
            assert any(stat.S_IMODE(each.stat().st_mode) == 0o700 for each in seen)
            assert (work in seen) is not sandbox.layers["private"]
        assert until(lambda: not inside.files(work.parent, work.name))

    @pytest.mark.parametrize("changes", WAYS.values(), ids=WAYS)
    def test_no_process_whichever_way_they_are_found(self, without, changes):
        """A daemon has left the session, its parents, and every descriptor behind."""
        if not ROOT and changes == {"landlock": False}:
            pytest.skip("only root gives a worker a user of its own, by which it can be found")
        as_owner = ROOT and changes.get("uid", 0) is None
        if not changes.get("landlock", True) and PRIVATE and not as_owner:
            pytest.skip("without Landlock no such user can read a Python in a private home")
        with opened(without(**changes), processes=True) as worker:
            worker.module(DAEMON)
            answer = worker.call()
            assert isinstance(answer, Value), answer
            assert all(map(alive, answer.value))
        assert not any(map(alive, answer.value))

    def test_closed_folders_go_too(self, without):
        """Where the filter does not keep them open."""
        with opened(without(seccomp=False)) as worker:
            work = worker.value(
                """
                import os
                os.makedirs("a/b/c")
                open("a/b/file", "w").close()
                for name in ("a/b/c", "a/b", "a", "."):
                    os.chmod(name, 0)
                return os.environ["HOME"]
                """
            )
        assert not Path(work).exists()

    def test_no_descriptor_and_no_zombie_of_many(self, sandbox):
        def held():
            return len(list(Path("/proc/self/fd").iterdir()))

        def children():
            below = list(tree.descendants(sandbox._zygote.pid))
            return inside.row([sandbox._zygote.pid, *below])[1:]

        gc.collect()  # what earlier tests left is closed now, and not while this one counts
        before = held()
        for _ in range(15):
            with opened(sandbox) as worker:
                assert worker.value("return 1") == 1
        assert held() == before
        assert until(lambda: not children())

    @pytest.mark.exhaustive
    def test_no_zygote_that_was_killed(self):
        """Another takes its place, as soon as a worker is asked for."""
        with Sandbox(Isolation.STRICT) as sandbox:
            killed = sandbox._zygote.pid
            os.kill(killed, signal.SIGKILL)
            assert until(sandbox._zygote.gone)  # with a private view its last process dies last
            with opened(sandbox) as worker:
                assert worker.value("return 1") == 1
            assert sandbox._zygote.pid != killed and not Path(f"/proc/{killed}").exists()

    def test_a_worker_that_is_left_by_an_error_is_ended(self, sandbox):
        with pytest.raises(KeyError), opened(sandbox) as worker:
            pid = outside(worker.value("import os\nreturn os.getpid()"), sandbox)
            raise KeyError
        assert not alive(pid)


class TestTheProbe:
    @pytest.mark.parametrize(
        ("secrets", "finds"),
        [
            (
                Secrets(unreadable=(Path("/dev/zero"),)),
                "/dev/zero can be read",
            ),
            (Secrets(unimportable=("json",)), "module json can be imported"),
        ],
        ids=["a file that can be read", "a module that can be imported"],
    )
    def test_strict_grading_ends_where_a_secret_is_in_reach(self, sandbox, secrets, finds):
        with (
            pytest.raises(GraderError, match="the cage does not hold here") as caught,
            opened(sandbox, secrets=secrets),
        ):
            pytest.fail("the worker was let loose")
        assert finds in str(caught.value)

    @pytest.mark.skipif(
        not os.access(sysconfig.get_path("purelib"), os.W_OK), reason="no package can be added here"
    )
    def test_a_secret_among_pythons_own_packages_is_sealed(self, sandbox):
        """An installed bank lies there, beside what every submission may import."""
        site = sysconfig.get_path("purelib")
        with tempfile.TemporaryDirectory(prefix="sealed_", dir=site) as name:
            folder = Path(name)
            folder.chmod(0o755)
            (folder / "inner").mkdir()
            (folder / "inner" / "answer.py").write_text("ANSWER = 42")
            secrets = Secrets(unreadable=(folder,))
            with opened(sandbox, secrets=secrets) as worker:
                tried = f"""
                    import importlib
                    import colorsys, yaml, markdown_it  # nobody imported these before the lock
                    said = []
                    for run in (
                        lambda: open({str(folder / "inner" / "answer.py")!r}).read(),
                        lambda: importlib.import_module("{folder.name}.inner.answer").ANSWER,
                    ):
                        try:
                            said.append(str(run()))
                        except Exception as error:
                            said.append(type(error).__name__)
                    return said
                """
                said = worker.value(textwrap.dedent(tried))
            assert len(said) == 2 and not {*said} & {"42", "ANSWER = 42"}
            assert {*said} <= {"PermissionError", "ModuleNotFoundError", "ImportError"}

    def test_a_folder_that_can_be_written_to(self, sandbox, without, monkeypatch):
        secrets = Secrets(unwritable=(Path("/dev/shm"),))
        for processes in (False, True):
            with opened(sandbox, secrets=secrets, processes=processes):
                pass
        if PRIVATE and not ROOT:
            pytest.skip("without Landlock no worker can read a Python in a private home")
        weak = without(landlock=False, uid=None)  # which reads a Python in a private folder too
        monkeypatch.setattr(weak, "isolation", Isolation.STRICT)
        with (
            pytest.raises(GraderError, match="/dev/shm can be written to"),
            opened(weak, secrets=secrets),
        ):
            pytest.fail("the worker was let loose")

    @pytest.fixture
    def secret(self):
        """A file that everybody may read, and one for its owner only."""
        with tempfile.TemporaryDirectory(dir="/tmp") as name:
            folder = Path(name)
            folder.chmod(0o755)
            for inner, mode in (("open", 0o644), ("closed", 0o600)):
                (folder / inner).write_text("secret")
                (folder / inner).chmod(mode)
            yield folder

    @pytest.mark.parametrize(
        ("changes", "as_root", "as_ordinary"),
        [
            ({}, [], []),
            ({"landlock": False}, ["open"], ["open", "closed"]),
            ({"seccomp": False}, ["socket"], ["socket"]),
            (
                {"landlock": False, "seccomp": False},
                ["open", "socket"],
                ["open", "closed", "socket"],
            ),
        ],
        ids=["all layers", "no Landlock", "no filter", "neither"],
    )
    def test_where_a_layer_is_missing_best_effort_says_what_is_open(
        self, without, secret, changes, as_root, as_ordinary
    ):
        secrets = Secrets(unreadable=(secret / "open", secret / "closed"))
        sandbox = without(**changes)
        if not changes.get("landlock", True) and PRIVATE:
            # Its standard library would be missing, which would look like the student's mistake.
            with (
                pytest.raises(
                    GraderError, match=r"Python in .* cannot be read by the worker's user"
                ),
                opened(sandbox, secrets=secrets),
            ):
                pytest.fail("the worker was let loose")
            return
        with opened(sandbox, secrets=secrets) as worker:
            assert worker.value("return 1") == 1
        found = list(sandbox.findings)
        expected = as_root if ROOT else as_ordinary
        assert len(found) == len(expected), found
        for word, sentence in zip(expected, found, strict=True):
            assert word in sentence
        assert bool(sandbox.layers["landlock"]) is changes.get("landlock", True)
        assert sandbox.layers["seccomp"] is changes.get("seccomp", True)


class TestTheWorkerThatReadsANotebook:
    """It runs the notebook too, which finds nothing but itself."""

    CONTENT = b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}'

    @pytest.fixture
    def crew(self, sandbox):
        assignment = Assignment("toy", "Toy", (), LIMITS, Permits(), Path("toy.toml"), "d1")
        with SubmissionWorkers(sandbox, assignment, Secrets()) as crew:
            crew.lay_out({"data.csv": b"1,2"})
            yield crew

    def test_what_is_run_is_what_was_read_and_nothing_lies_there(self, crew):
        assert crew.ask_untouched({"op": "notebook"}, PATIENCE, self.CONTENT).value["cells"] == [
            "x = 1"
        ]
        worker = Asked(crew.fresh())
        assert worker.value("import os; return sorted(os.listdir())") == ["data.csv"]

    def test_it_may_use_what_any_other_may(self, crew):
        """What reading took is given back, or a submission would fare worse in its first worker."""
        cells = ",".join(["{}"] * 150_000)
        content = self.CONTENT.replace(b"}]}", b'}], "x": [' + cells.encode() + b"]}")
        resident = "return int(open('/proc/self/statm').read().split()[1]) * 4096"
        untouched = Asked(crew.fresh()).value(resident)
        crew.close_worker()
        assert crew.ask_untouched({"op": "notebook"}, PATIENCE, content).value["cells"] == ["x = 1"]
        assert Asked(crew.fresh()).value(resident) < untouched + (8 << 20)

    def test_broken_ones_leave_it_whole(self, crew):
        for content in (b"", b"[" * 100_000, b"\xff", b'{"cells": 1}'):
            answer = crew.ask_untouched({"op": "notebook"}, PATIENCE, content)
            assert isinstance(answer, Raised), answer
            assert answer.kind == "NotebookError"
        assert Asked(crew.fresh()).value("return 1") == 1
