"""Starting sessions: on which machines, with what, what the probe's word means, what is left."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from autograder import wire
from autograder.model import GraderError, Isolation, Limits, Permits, UsageError
from autograder.sandbox import Sandbox, Secrets, cage, lockdown, start, strays
from autograder.sandbox.lockdown import Machine


def places() -> list[str]:
    """The folders that everybody may write to; a worker must not, where Landlock is."""
    return [place for place in strays.PLACES if Path(place).is_dir()]


FULL = Machine(root=False, landlock=6, seccomp=True, private_home=None, reads_past_folders=False)
ROOT = Machine(
    root=True, landlock=6, seccomp=True, private_home=Path("/root"), reads_past_folders=True
)
BARE = Machine(root=False, landlock=0, seccomp=False, private_home=None, reads_past_folders=False)


class FakeZygote:
    """Forks nothing: the far ends of a cage are kept, with a worker's hello waiting in them."""

    pid = 77

    def __init__(self, more=(), *, private=False) -> None:
        self.findings: list[str] = []
        self.orders: list[cage.Order] = []
        self.lost = self.silent = self.slow = False
        self.closed = False
        self.cages: list[int] = []

    def fork_cage(self, order):
        if self.lost:
            raise GraderError("the zygote is gone")
        self.orders.append(order)
        assert not Path(order.plan.work).exists(), "who makes it must outlive a killed grader"
        if self.silent or self.slow:
            control, data, output, far = cage.connect()
            self.cages += [far[0]] if self.slow else []
            for end in far:
                if end not in self.cages:
                    os.close(end)
            return control, data, output
        Path(order.plan.work).mkdir()
        control, data, output, far = cage.connect()
        self.cages.append(far[0])  # a cage is there until it is told to end its worker
        os.write(far[0], cage.READY + b'{"why": "", "status": 0}')
        with socket.socket(fileno=far[1]) as worker:
            hello = {"layers": {"landlock": 6}, "findings": self.findings}
            worker.sendall(wire.frame(wire.encode(hello)))
        os.close(far[2])
        return control, data, output

    def gone(self):
        return self.lost

    def close(self):
        self.closed = True
        for end in self.cages:
            os.close(end)


@pytest.fixture
def sandbox(monkeypatch, tmp_path):
    """A sandbox on a machine, with a zygote that forks nothing and folders that the test sees."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def make(machine: Machine = FULL, isolation: Isolation = Isolation.STRICT) -> Sandbox:
        monkeypatch.setattr(start, "Zygote", FakeZygote)
        monkeypatch.setattr(lockdown, "Machine", lambda: machine)
        return Sandbox(isolation)

    return make


def session(sandbox: Sandbox, secrets: Secrets | None = None, files=None, permits=None):
    return sandbox.session(
        limits=Limits(memory_mb=300, disk_mb=7, total_seconds=100.5),
        permits=permits or Permits(),
        secrets=secrets or Secrets(),
        files=files or {},
    )


class TestWhichMachines:
    @pytest.mark.parametrize("machine", [FULL, ROOT])
    def test_strict_where_the_layers_are(self, sandbox, machine):
        assert sandbox(machine).isolation is Isolation.STRICT

    def test_strict_is_refused_where_they_are_not(self, sandbox):
        with pytest.raises(UsageError, match=r"lacks Landlock .*; the seccomp filter.*best-effort"):
            sandbox(BARE)

    @pytest.mark.parametrize("isolation", [Isolation.BEST_EFFORT, Isolation.NONE])
    def test_less_is_possible_anywhere(self, sandbox, isolation):
        assert sandbox(BARE, isolation).isolation is isolation

    @pytest.mark.parametrize("platform", ["darwin", "win32"])
    def test_only_on_linux(self, sandbox, monkeypatch, platform):
        monkeypatch.setattr(sys, "platform", platform)
        with pytest.raises(UsageError, match=f"needs Linux, this is {platform}"):
            sandbox()

    def test_a_zygote_that_is_lost_is_replaced(self, sandbox):
        one = sandbox()
        lost = one._zygote
        lost.lost = True
        with session(one) as worker:
            assert worker.ending is None
        assert lost.closed and not one._zygote.closed
        assert one._zygote.orders[0].plan.protect[1] == one._zygote.pid

    def test_leaving_it_ends_the_zygote(self, sandbox):
        with sandbox() as one:
            zygote = one._zygote
        assert zygote.closed


class TestWhatAWorkerIsGiven:
    def plan(self, sandbox, **options):
        with session(sandbox, **options):
            pass
        return sandbox._zygote.orders[-1].plan

    def test_the_assignments_limits(self, sandbox):
        one = sandbox()
        plan = self.plan(one)
        assert (plan.memory_mb, plan.disk_mb, plan.cpu_seconds) == (300, 7, 101)
        order = one._zygote.orders[-1]
        assert (order.memory_mb, order.disk_mb) == (300, 7)

    def test_permits(self, sandbox):
        one = sandbox()
        assert self.plan(one).processes is False
        assert self.plan(one, permits=Permits(processes=True)).processes is True

    def test_no_signal_names_the_grader_or_the_zygote(self, sandbox):
        assert self.plan(sandbox()).protect == (os.getpid(), 77)

    def test_an_ordinary_user_gives_no_user(self, sandbox):
        plan = self.plan(sandbox(FULL))
        assert (plan.uid, plan.read_past_folders) == (None, False)
        assert plan.landlock and plan.seccomp

    def test_root_gives_a_user_of_its_own_to_each_and_its_folder(self, sandbox, monkeypatch):
        owners = {}
        monkeypatch.setattr(os, "chown", lambda path, *ids, **_: owners.update({str(path): ids}))
        one = sandbox(ROOT)
        first, second = self.plan(one, files={"a/b.csv": b""}), self.plan(one)
        assert first.uid != second.uid
        assert first.read_past_folders
        first_owns = [first.work, f"{first.work}/a", f"{first.work}/a/b.csv"]
        assert owners == {
            **dict.fromkeys(first_owns, (first.uid,) * 2),
            second.work: (second.uid,) * 2,
        }

    def test_nothing_of_the_cage_where_none_is_asked_for(self, sandbox):
        plan = self.plan(sandbox(ROOT, Isolation.NONE))
        assert (plan.uid, plan.landlock, plan.seccomp, plan.read_past_folders) == (
            None,
            False,
            False,
            False,
        )

    def test_files_in_folders(self, sandbox):
        one = sandbox()
        files = {"a.csv": b"1", "data/deep/b.csv": b"2"}
        with session(one, files=files):
            folder = Path(one._zygote.orders[-1].plan.work)
            for name, content in files.items():
                assert (folder / name).read_bytes() == content

    def test_secrets_that_exist_by_their_real_names(self, sandbox, tmp_path):
        real = tmp_path / "real"
        real.mkdir()
        (tmp_path / "link").symlink_to(real)
        secrets = Secrets(
            unreadable=(tmp_path / "link", tmp_path / "gone"),
            unwritable=(tmp_path / "gone", tmp_path / "link"),
        )
        one = sandbox()
        with session(one, secrets):
            pass
        targets = one._zygote.orders[-1].probe
        assert targets.unreadable == (str(real),)
        assert targets.unwritable == (str(real), *places())
        assert targets.unimportable == ("reference",)


class TestTheProbesWord:
    def test_a_hole_ends_a_strict_grading(self, sandbox, tmp_path):
        one = sandbox()
        one._zygote.findings = ["/reference can be read", "a network socket can be opened"]
        with (
            pytest.raises(
                GraderError, match=r"does not hold here: /reference can be read; a network"
            ),
            session(one),
        ):
            pytest.fail("the worker was let loose")
        assert list(tmp_path.iterdir()) == []

    def test_elsewhere_it_is_remembered_for_the_report(self, sandbox):
        one = sandbox(BARE, Isolation.BEST_EFFORT)
        one._zygote.findings = ["/reference can be read"]
        with session(one):
            assert one.findings == ("/reference can be read",)
            assert one.layers == {"landlock": 6}


class TestWhatIsLeft:
    def test_nothing(self, sandbox, tmp_path):
        with session(sandbox(), files={"a/b": b"1"}) as one:
            assert len(list(tmp_path.iterdir())) == 1
        assert list(tmp_path.iterdir()) == []
        assert one.ending is not None

    def test_nothing_where_the_worker_cannot_be_had(self, sandbox, tmp_path, monkeypatch):
        one = sandbox()
        one._zygote.lost = True
        monkeypatch.setattr(start, "Zygote", lambda *_, **__: one._zygote)  # lost again
        with pytest.raises(GraderError, match="the zygote is gone"), session(one, files={"a": b""}):
            pytest.fail("there was no worker")
        assert list(tmp_path.iterdir()) == []

    def test_nothing_where_no_cage_comes(self, sandbox, tmp_path):
        one = sandbox()
        one._zygote.silent = True
        before = len(list(Path("/proc/self/fd").iterdir()))
        with pytest.raises(GraderError, match="no cage could be made"), session(one):
            pytest.fail("there was no worker")
        assert len(list(Path("/proc/self/fd").iterdir())) == before
        assert list(tmp_path.iterdir()) == []

    def test_nothing_where_no_cage_comes_in_time(self, sandbox, tmp_path, monkeypatch):
        monkeypatch.setattr(start, "_FOLDER_SECONDS", 0.01)
        one = sandbox()
        one._zygote.slow = True
        with pytest.raises(GraderError, match="may be overloaded"), session(one):
            pytest.fail("there was no worker")
        assert list(tmp_path.iterdir()) == []

    def test_nothing_after_an_error_in_between(self, sandbox, tmp_path):
        with pytest.raises(KeyError), session(sandbox()):
            raise KeyError
        assert list(tmp_path.iterdir()) == []
