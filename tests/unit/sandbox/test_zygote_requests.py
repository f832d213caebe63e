"""The grader's hold on a zygote, and the zygote's loop, without a process."""

from __future__ import annotations

import array
import gc
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.model import GraderError
from autograder.sandbox import cage, kernel, lockdown, probe, zygote
from autograder.sandbox.zygote import CLEAN, Zygote

ORDER = cage.Order(lockdown.Plan("/work"), probe.Targets(), 300, 64)


def handles() -> list[str]:
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    """Nothing of it is done to the tests' own process."""
    for owner, name in ((kernel, "prctl"), (gc, "freeze"), (signal, "signal")):
        monkeypatch.setattr(owner, name, lambda *_: None)


class TestPristine:
    @pytest.fixture
    def clean(self, monkeypatch):
        monkeypatch.setenv(CLEAN, "1")
        monkeypatch.setattr(os, "listdir", lambda _: ["1"])
        for name in ("reference", "autograder.course.bank"):
            monkeypatch.delitem(sys.modules, name, raising=False)

    def test_a_clean_environment_one_thread_and_nothing_secret(self, clean):
        assert zygote.pristine()

    def test_not_with_an_environment_of_somebodys(self, clean, monkeypatch):
        monkeypatch.delenv(CLEAN)
        assert not zygote.pristine()

    def test_not_with_threads(self, clean, monkeypatch):
        monkeypatch.setattr(os, "listdir", lambda _: ["1", "2"])
        assert not zygote.pristine()

    @pytest.mark.parametrize("name", ["reference", "autograder.course.bank"])
    def test_not_with_something_secret(self, clean, monkeypatch, name):
        monkeypatch.setitem(sys.modules, name, sys)
        assert not zygote.pristine()


def test_the_environment_that_a_zygote_is_born_with_holds_no_secret():
    assert set(zygote.BASE) == {
        "HOME",
        *("PATH", "LANG", "TORCHINDUCTOR_CACHE_DIR", "TORCH_COMPILE_DISABLE"),
        *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
    }


@pytest.mark.exhaustive
def test_what_it_imports_leaves_nothing_on_disk(tmp_path):
    subprocess.run(
        [sys.executable, "-I", "-c", "from autograder.sandbox import zygote; zygote.preload()"],
        env={**zygote.BASE, "TMPDIR": str(tmp_path)},
        cwd=tmp_path,
        check=True,
    )
    assert list(tmp_path.iterdir()) == []


class TestForking:
    @pytest.fixture
    def forked(self, monkeypatch):
        """The grader's side of the fork."""
        pids = []
        monkeypatch.setattr(zygote, "pristine", lambda: True)
        monkeypatch.setattr(zygote, "preload", lambda *_: None)
        monkeypatch.setattr(os, "fork", lambda: pids.append(4_321) or 4_321)
        return pids

    def test_from_a_pristine_grader(self, forked):
        with Zygote() as one:
            assert one.pid == 4_321
        assert forked == [4_321]

    def test_not_where_an_import_started_a_thread(self, forked, monkeypatch):
        answers = iter([True, False])
        monkeypatch.setattr(zygote, "pristine", lambda: next(answers))
        with pytest.raises(GraderError, match="started a thread or a secret"):
            Zygote()
        assert forked == []

    def test_a_new_interpreter_elsewhere_or_an_error(self, monkeypatch):
        monkeypatch.setattr(sys, "executable", "/no/such/python")
        with pytest.raises(GraderError, match="Python could not be started"):
            Zygote()


class TestRequests:
    @pytest.fixture
    def pair(self, monkeypatch):
        """A zygote that was never forked, and the other end of its socket."""
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        one = Zygote.__new__(Zygote)
        one._socket, one._process, one.pid = near, None, 4_321
        yield one, far
        near.close()
        far.close()

    def test_an_order_and_three_ends(self, pair):
        one, far = pair
        before = handles()
        control, data, output = one.fork_cage(ORDER)
        text, ancillary, _, _ = far.recvmsg(1 << 16, socket.CMSG_SPACE(12))
        assert cage.Order.decode(text) == ORDER
        ends = array.array("i")
        ends.frombytes(ancillary[0][2])
        assert len(ends) == 3
        os.write(ends[2], b"printed")
        assert os.read(output, 99) == b"printed"
        for handle in (output, *ends):
            os.close(handle)
        control.close()
        data.close()
        assert handles() == before

    def test_a_zygote_that_is_gone(self, pair):
        one, far = pair
        assert not one.gone()
        far.close()
        assert one.gone()
        before = handles()
        with pytest.raises(GraderError, match="the zygote is gone"):
            one.fork_cage(ORDER)
        assert handles() == before

    def test_closing_waits_for_nobody_else(self, pair):
        one, _ = pair
        one.close()  # 4,321 is no child of ours, which is as good as its end


class TestServing:
    @pytest.fixture
    def ends(self, monkeypatch):
        """A zygote's socket in this process, which must not clear away its own children."""
        monkeypatch.setattr(zygote, "tree", SimpleNamespace(reap=list, clear=lambda *_, **__: None))
        monkeypatch.setattr(zygote, "preload", lambda names: None)
        monkeypatch.setattr(zygote, "_threads", lambda: 1)
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        yield near, far.detach()
        near.close()

    def test_a_fork_for_every_request_until_the_grader_is_gone(self, ends, monkeypatch):
        near, far = ends
        forks = []
        monkeypatch.setattr(os, "fork", lambda: forks.append(1) or 1)
        before = handles()
        opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(3)]
        for _ in range(2):
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", opened))
            near.sendmsg([ORDER.encode()], [rights])
        for handle in opened:
            os.close(handle)
        near.shutdown(socket.SHUT_WR)
        zygote.serve(far, os.getppid())
        assert forks == [1, 1]
        assert (
            len(handles()) == len(before) - 1
        )  # its own end of the socket, and none of the others

    def test_no_fork_where_an_import_started_a_thread(self, ends, monkeypatch, capsys):
        near, far = ends
        monkeypatch.setattr(zygote, "_threads", lambda: 2)
        near.sendmsg([ORDER.encode()])
        zygote.serve(far, os.getppid())
        os.close(far)  # it was not even looked at
        assert "started a thread" in capsys.readouterr().err

    def test_a_zygote_whose_grader_was_gone_before(self, ends):
        _, far = ends
        zygote.serve(far, os.getppid() + 1)
        os.close(far)  # it was not even looked at
