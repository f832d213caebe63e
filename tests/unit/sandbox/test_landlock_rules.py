"""What the kernel is asked for, by its ABI; the numbers are those of linux/landlock.h."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

import pytest

from autograder.sandbox import kernel, landlock

CREATE, ADD, RESTRICT = 444, 445, 446
READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, read a folder
ON_FILES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
REFER = 1 << 13
KNOWN = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16, 6: 16, 7: 16, 9: 16}  # rights on files by ABI


def handles() -> list[str]:
    """The descriptors that are open here, but for the one that looks."""
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


class Kernel:
    """Takes system calls as a kernel with some ABI would, and remembers them."""

    def __init__(self, abi: int) -> None:
        self.abi = abi
        self.attributes: tuple[int, ...] = ()
        self.rules: dict[str, int] = {}
        self.restricted = False
        self.handle = -1

    def syscall(self, number, *arguments):
        match number, arguments:
            case 444, (None, _, flags) if flags.value == 1:
                if not self.abi:
                    raise OSError(38, "Function not implemented")
                return self.abi
            case 444, (attributes, size, flags):
                assert len(attributes) == size.value
                assert flags.value == 0
                self.attributes = struct.unpack(f"={size.value // 8}Q", attributes)
                self.handle = os.open("/", os.O_PATH)
                return self.handle
            case 445, (ruleset, kind, rule, flags):
                assert (ruleset.value, kind.value, flags.value) == (self.handle, 1, 0)
                rights, handle = struct.unpack("=Qi", rule)
                self.rules[str(Path(f"/proc/self/fd/{handle}").readlink())] = rights
                return 0
            case 446, (ruleset, flags):
                assert (ruleset.value, flags.value) == (self.handle, 0)
                self.restricted = True
                return 0
        raise AssertionError(f"system call {number}{arguments}")


@pytest.fixture
def running(monkeypatch):
    def with_abi(abi: int) -> Kernel:
        found = Kernel(abi)
        monkeypatch.setattr(kernel, "syscall", found.syscall)
        return found

    return with_abi


@pytest.fixture
def place(tmp_path):
    (tmp_path / "read").mkdir()
    (tmp_path / "read" / "file").write_text("")
    (tmp_path / "work").mkdir()
    return tmp_path


def test_none_where_the_kernel_has_none(running):
    machine = running(0)
    assert landlock.abi() == 0
    assert landlock.confine(["/"], ["/"]) == 0
    assert landlock.scope_signals() is False
    assert not machine.restricted


@pytest.mark.parametrize(("abi", "count"), KNOWN.items())
def test_everything_that_the_kernel_knows_is_denied_but_what_is_granted(running, place, abi, count):
    machine = running(abi)
    read, file, work = (str(place / name) for name in ("read", "read/file", "work"))
    assert landlock.confine([read, file, "/no/such/path"], [work, "/dev/null"]) == abi
    rights = (1 << count) - 1
    network = 0b11 if abi >= 4 else 0
    assert machine.attributes == (rights, network, 0b11)[: 1 if abi < 4 else 2 if abi < 6 else 3]
    assert machine.rules == {
        read: READ,
        file: READ & ON_FILES,
        work: rights,
        "/dev/null": rights & ON_FILES,
    }
    assert machine.restricted


def test_nothing_is_left_open(running, place):
    machine = running(6)
    before = handles()
    landlock.confine([str(place)], [])
    assert handles() == before
    assert machine.handle >= 0


def test_rules_that_are_refused_are_an_error_and_leave_nothing_open(running, place):
    machine = running(6)
    whole = machine.syscall

    def refuse(number, *arguments):
        if number == RESTRICT:
            raise OSError(1, "Operation not permitted")
        return whole(number, *arguments)

    kernel.syscall = refuse  # the fixture puts it back
    before = handles()
    with pytest.raises(OSError, match="not permitted"):
        landlock.confine([str(place)], [])
    assert handles() == before


@pytest.mark.parametrize("abi", [1, 5])
def test_older_kernels_do_not_keep_signals_inside(running, abi):
    machine = running(abi)
    assert landlock.scope_signals() is False
    assert not machine.restricted


@pytest.mark.parametrize("abi", [6, 7])
def test_a_domain_for_signals_touches_no_file(running, abi):
    """Only renames across folders are governed, since every domain governs them, and granted."""
    machine = running(abi)
    assert landlock.scope_signals() is True
    assert machine.attributes == (REFER, 0, 0b11)
    assert machine.rules == {"/": REFER}


def test_types_are_as_wide_as_the_kernel_reads_them():
    assert ctypes.sizeof(ctypes.c_size_t) == 8
    assert struct.calcsize("=Qi") == 12  # struct landlock_path_beneath_attr is packed
