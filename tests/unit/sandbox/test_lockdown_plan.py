"""The plan of a worker's confinement, the order in which it is carried out, and what a machine can give."""

from __future__ import annotations

import itertools
import os
import pwd
import resource
import secrets
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox import kernel, landlock, lockdown, seccomp
from autograder.sandbox.lockdown import Layers, Machine, Plan
from autograder.untrusted import reach

READING = 1 << 2  # CAP_DAC_READ_SEARCH
ALL = (1 << 41) - 1


class TestLayers:
    @pytest.mark.parametrize(
        ("layers", "lacks"),
        [
            (Layers(uid=30_000, landlock=6, seccomp=True), []),
            (Layers(uid=30_000, landlock=0, seccomp=True), []),
            (Layers(uid=None, landlock=1, seccomp=True), []),
            (Layers(uid=0, landlock=6, seccomp=True, read_past_folders=True), []),
            (Layers(uid=None, landlock=0, seccomp=True), ["Landlock"]),
            (Layers(uid=0, landlock=0, seccomp=True, read_past_folders=True), ["Landlock"]),
            (Layers(uid=30_000, landlock=6, seccomp=False), ["seccomp"]),
            (Layers(), ["Landlock", "seccomp"]),
        ],
    )
    def test_one_of_two_keeps_files_apart_and_the_filter_the_rest(self, layers, lacks):
        missing = layers.missing()
        assert len(missing) == len(lacks)
        for word, sentence in zip(lacks, missing, strict=True):
            assert word in sentence

    def test_they_travel_as_data(self):
        layers = Layers(30_000, 6, True, True)
        assert Layers(**layers.data()) == layers


class TestMachine:
    @pytest.mark.parametrize(
        ("home", "reads", "kept"),
        [(None, True, False), (Path("/root"), True, True), (Path("/root"), False, False)],
    )
    def test_the_reading_capability_is_kept_only_where_it_is_needed(self, home, reads, kept):
        machine = Machine(True, 6, True, home, reads)
        assert machine.layers() == Layers(0, 6, True, kept)

    def test_without_root_there_is_no_user_of_ones_own(self):
        assert Machine(False, 6, True, None, False).layers().uid is None

    def test_this_one(self):
        machine = Machine()
        assert machine.root is (os.geteuid() == 0)
        assert machine.landlock == landlock.abi()
        assert machine.seccomp is seccomp.supported()


class TestFolders:
    def test_pythons_own_hold_the_interpreter_and_the_packages(self):
        folders = reach.python_folders()
        for path in (os.__file__, pytest.__file__, sys.executable):
            assert any(
                os.path.realpath(Path(path).parent).startswith(folder) for folder in folders
            ), path
        assert all(
            Path(folder).is_dir() and os.path.realpath(folder) == folder for folder in folders
        )

    def test_none_lies_in_another(self):
        folders = reach.python_folders()
        for one, other in itertools.permutations(folders, 2):
            assert not one.startswith(other + os.sep)

    def test_the_first_private_one_on_the_way(self):
        with tempfile.TemporaryDirectory(dir="/tmp") as name:  # pytest's own folders are private
            top = Path(name)
            top.chmod(0o755)
            for inner in ("open", "closed", "closed/inner"):
                (top / inner).mkdir()
                (top / inner).chmod(0o755)
            assert lockdown.private_folder([str(top / "closed" / "inner")]) is None
            (top / "closed").chmod(0o750)
            ways = [str(top / "open"), str(top / "closed" / "inner")]
            assert lockdown.private_folder(ways[:1]) is None
            assert lockdown.private_folder(ways) == top / "closed"

    def test_a_private_one_itself(self, tmp_path):
        tmp_path.chmod(0o700)
        found = lockdown.private_folder([str(tmp_path)])
        assert found is not None
        assert not found.stat().st_mode & 0o001

    def test_nothing_is_private_above_the_root(self):
        assert lockdown.private_folder(["/"]) is None


class TestFreeUid:
    def test_one_that_nobody_has(self, monkeypatch):
        taken = iter([20_001, 20_002, 20_003, 20_004])
        entry = pwd.struct_passwd(("a", "x", 20_001, 0, "", "/", "/bin/sh"))
        monkeypatch.setattr(pwd, "getpwall", lambda: [entry])
        monkeypatch.setattr(lockdown, "_owners", lambda: iter([20_002, 20_003]))
        monkeypatch.setattr(secrets, "choice", lambda _: next(taken))
        assert lockdown.free_uid() == 20_004

    def test_its_range(self):
        assert lockdown.free_uid() in range(20_000, 60_000)

    def test_owners_of_processes_are_known(self):
        assert os.geteuid() in set(lockdown._owners())


@pytest.fixture
def steps(monkeypatch):
    """What `confine` does, in order, with nothing done: the tests' own process stays free."""
    done: list[tuple] = []

    def note(owner, name, result=None):
        def call(*arguments, **keywords):
            done.append((name, *arguments, *keywords.items()))
            return result

        monkeypatch.setattr(owner, name, call)

    for name in ("setgroups", "setresgid", "setresuid"):
        note(os, name)
    note(kernel, "prctl")
    note(kernel, "keep_capabilities")
    note(resource, "setrlimit")
    note(landlock, "confine", 6)
    note(seccomp, "install", True)
    monkeypatch.setattr(kernel, "capabilities", lambda: ALL)
    monkeypatch.setattr(landlock, "abi", lambda: 6)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    return done


def names(steps):
    """The steps by name, every setting of a property with its number."""
    return [f"prctl {step[1]}" if step[0] == "prctl" else step[0] for step in steps]


class TestConfine:
    def test_the_one_order_that_works(self, steps):
        plan = Plan("/work", uid=30_000, read=("/data",), protect=(7,), processes=True)
        assert lockdown.confine(plan) == Layers(30_000, 6, True, False)
        order = [step for step, _ in itertools.groupby(names(steps))]
        assert order == [
            f"prctl {kernel.PR_SET_KEEPCAPS}",
            "setgroups",
            "setresgid",
            "setresuid",
            f"prctl {kernel.PR_SET_KEEPCAPS}",
            "keep_capabilities",
            f"prctl {kernel.PR_SET_PDEATHSIG}",
            f"prctl {kernel.PR_SET_DUMPABLE}",
            f"prctl {kernel.PR_SET_NO_NEW_PRIVS}",
            "setrlimit",
            "confine",
            "install",
        ]
        assert ("setgroups", []) in steps
        assert ("setresuid", 30_000, 30_000, 30_000) in steps
        assert ("setresgid", 30_000, 30_000, 30_000) in steps
        assert ("keep_capabilities", 0) in steps
        assert ("prctl", kernel.PR_SET_PDEATHSIG, signal.SIGKILL) in steps
        assert steps[-1] == ("install", ("processes", True), ("protect", (7,)))

    def test_what_may_be_read_and_written(self, steps):
        lockdown.confine(Plan("/work", read=("/data",)))
        _, read, write, _sealed = next(step for step in steps if step[0] == "confine")
        assert set(write) == {"/work", "/dev/null"}
        assert {"/data", "/usr", *reach.python_folders()} <= set(read)
        for secret in ("/", "/etc", "/home", "/root", "/tmp", "/proc", "/dev", "/var", "/dev/shm"):
            assert secret not in read

    def test_processes_may_write_nowhere_else(self, steps):
        for processes in (False, True):
            lockdown.confine(Plan("/work", processes=processes))
            _, _, write, _sealed = steps.pop(-2)
            assert write == ("/work", "/dev/null")

    def test_an_ordinary_user_stays_who_it_is(self, steps, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 1_000)
        monkeypatch.setattr(kernel, "capabilities", lambda: 0)
        assert lockdown.confine(Plan("/work")) == Layers(None, 6, True, False)
        done = names(steps)
        assert not {"setgroups", "setresuid", "keep_capabilities"} & set(done)
        assert done[0] == f"prctl {kernel.PR_SET_PDEATHSIG}"

    def test_an_ordinary_user_with_a_capability_loses_it(self, steps, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 1_000)
        lockdown.confine(Plan("/work"))
        assert ("keep_capabilities", 0) in steps

    def test_no_layer_of_those_that_are_not_wanted(self, steps):
        layers = lockdown.confine(Plan("/work", landlock=False, seccomp=False))
        assert layers == Layers()
        assert not {"confine", "install"} & set(names(steps))

    @pytest.mark.parametrize(
        ("plan", "abi", "permitted", "kept"),
        [
            (Plan("/w", uid=9, read_past_folders=True), 6, ALL, True),
            (Plan("/w", uid=9, read_past_folders=True), 0, ALL, False),
            (Plan("/w", uid=9, read_past_folders=True, landlock=False), 6, ALL, False),
            (Plan("/w", uid=9, read_past_folders=True), 6, ALL & ~READING, False),
            (Plan("/w", uid=9), 6, ALL, False),
        ],
    )
    def test_reading_past_folders_only_under_landlock(
        self, steps, monkeypatch, plan, abi, permitted, kept
    ):
        monkeypatch.setattr(landlock, "abi", lambda: abi)
        monkeypatch.setattr(kernel, "capabilities", lambda: permitted)
        assert lockdown.confine(plan).read_past_folders is kept
        assert ("keep_capabilities", READING if kept else 0) in steps
        assert ("prctl", kernel.PR_SET_KEEPCAPS, kept) in steps

    def test_limits(self, steps, monkeypatch):
        monkeypatch.setattr(resource, "getrlimit", lambda _: (5, resource.RLIM_INFINITY))
        plan = Plan("/w", uid=9, memory_mb=100, disk_mb=7, cpu_seconds=33)
        lockdown.confine(plan)
        limits = {which: bounds for name, which, bounds in
                  (step for step in steps if step[0] == "setrlimit")}  # fmt: skip
        assert limits == {
            resource.RLIMIT_CORE: (0, 0),
            resource.RLIMIT_FSIZE: (7 << 20, 7 << 20),
            resource.RLIMIT_NOFILE: (256, 256),
            resource.RLIMIT_DATA: ((100 + 1024) << 20,) * 2,
            resource.RLIMIT_CPU: (33, 35),
            resource.RLIMIT_NPROC: (64, 64),
        }

    def test_limits_are_never_raised(self, steps, monkeypatch):
        monkeypatch.setattr(resource, "getrlimit", lambda _: (5, 11))
        lockdown.confine(Plan("/w", uid=9))
        for _, which, (soft, hard) in (step for step in steps if step[0] == "setrlimit"):
            assert soft <= hard <= 11, which

    def test_an_ordinary_users_other_tasks_are_counted(self, steps, monkeypatch):
        monkeypatch.setattr(os, "getuid", os.geteuid)
        monkeypatch.setattr(resource, "getrlimit", lambda _: (5, resource.RLIM_INFINITY))
        lockdown.confine(Plan("/w"))
        (bounds,) = (s[2] for s in steps if s[:2] == ("setrlimit", resource.RLIMIT_NPROC))
        assert bounds[0] == bounds[1] > 64


def test_a_plan_travels_as_data():
    plan = Plan("/w", 9, ("/a",), True, False, False, True, (1, 2), 3, 4, 5)
    assert Plan(**plan.data()) == plan
